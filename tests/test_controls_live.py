"""The live controls in a real JupyterLab: choose a clause type, pick a folder, drop a file."""

import pytest
from test_browser import browser, lab, run_all  # noqa: F401 - fixtures

pytestmark = pytest.mark.browser


def charts(page):
    return page.locator(".jp-OutputArea .js-plotly-plot")


@pytest.fixture
def page(browser, lab):  # noqa: F811
    context = browser.new_context(viewport={"width": 1400, "height": 1100})
    yield context.new_page()
    context.close()


def test_choosing_a_clause_type_redraws(page, lab):  # noqa: F811
    run_all(page, lab[0], "2_who_collects_what.ipynb")
    choice = page.locator(".widget-dropdown select")
    choice.wait_for(timeout=120_000)
    choice.scroll_into_view_if_needed()
    output = page.locator(".jp-OutputArea-output .widget-output, .jp-OutputArea-output .jupyter-widget-output").first
    output.locator(".js-plotly-plot").wait_for(timeout=60_000)
    before = output.inner_text()
    rarest = choice.locator("option").count() - 1         # the commonest may hold every sentence shown, and change nothing
    choice.select_option(index=rarest)
    page.wait_for_function("([element, before]) => element.innerText !== before && element.querySelector('.js-plotly-plot')", arg=[output.element_handle(), before], timeout=60_000)
    assert output.locator("table.pk-table, p").count() >= 1
    # JupyterLab gives all columns of a table one width, which squeezes the quotes
    widths = page.locator("table.pk-table").first.evaluate("table => [...table.rows[0].cells].map(cell => cell.offsetWidth)")
    assert widths[-1] == max(widths) > sum(widths) / 2


def test_a_dropped_file_is_read_and_shown(page, lab, tmp_path):  # noqa: F811
    policy = tmp_path / "<b>新政策.txt"
    policy.write_text("隐私政策\n\n我们收集的信息\n\n我们会收集您的IMEI和手机号，用于保障账号安全。\n" * 5, encoding="utf-8")
    run_all(page, lab[0], "6_new_policies.ipynb")
    button = page.locator(".jupyter-widgets.widget-upload")
    button.wait_for(timeout=120_000)
    with page.expect_file_chooser() as chosen:
        button.click()
    chosen.value.set_files(policy)
    said = page.locator(".widget-html-content", has_text="<b>新政策.txt")
    said.wait_for(timeout=60_000)
    assert "read" in said.inner_text() and said.locator("b").count() == 0
    page.locator(".widget-output .js-plotly-plot, .jupyter-widget-output .js-plotly-plot").first.wait_for(timeout=60_000)
