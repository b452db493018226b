"""Report and explorer in a real browser with the network blocked, and the notebooks in a real JupyterLab."""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pages
import pytest
import specimen
from conftest import ROOT

import policykit as pk
from policykit import front, report

pytestmark = pytest.mark.browser
ARTEFACTS = ROOT / "tests" / "artefacts"
LIMIT = 20_000  # milliseconds; the machine may be busy


@pytest.fixture(scope="module")
def browser():
    """Debian's chromium; where POLICYKIT_BROWSER names one, it must be there."""
    named = os.environ.get("POLICYKIT_BROWSER")
    path = named or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        pytest.skip("no chromium here: apt-get install chromium, or set POLICYKIT_BROWSER to one")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class Watched:
    """A page and everything it did that it should not have: requests, console messages, dialogs."""

    def __init__(self, context, allowed: str = "file://") -> None:
        self.requests, self.sent, self.console, self.dialogs = [], [], [], []
        context.route("**/*", lambda route: route.continue_() if route.request.url.startswith(allowed) else (self.sent.append(route.request.url), route.abort()))
        self.page = context.new_page()
        self.page.set_default_timeout(LIMIT)
        self.page.on("console", lambda message: self.console.append(message.text) if message.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.console.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.requests.append(request.url) if not request.url.startswith((allowed, "blob:", "data:")) else None)

    def open(self, path: Path, fragment: str = "") -> None:
        self.page.goto(f"{path.as_uri()}{fragment}")

    def quiet(self) -> None:
        assert (self.requests, self.console, self.dialogs) == ([], [], [])
        assert self.page.evaluate("window.ran ?? null") is None


@pytest.fixture
def watched(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    yield Watched(context)
    context.close()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Pages exported from notebooks made by hand."""
    folder = tmp_path_factory.mktemp("pages")
    for name, corpus in (("small", specimen.small()), ("hostile", specimen.hostile())):
        (folder / f"{name}.html").write_text(pages.html(corpus), encoding="utf-8")
    (folder / "small.zh.html").write_text(pages.html(specimen.small(), lang="zh"), encoding="utf-8")
    return folder


def explorer(watched, path, fragment=""):
    """The explorer of a page, once it is ready."""
    watched.open(path, fragment)
    watched.page.locator(".view").first.scroll_into_view_if_needed()
    watched.page.wait_for_selector(".view[data-ready]")
    return watched.page


def drawn(page):
    page.wait_for_selector("html[data-charts=drawn]")


# --- the page -------------------------------------------------------------------------------------------------------

def test_opens_from_disk_without_network(watched, written):
    page = explorer(watched, written / "small.html")
    drawn(page)
    assert page.locator("figure.chart .main-svg").count() > 0
    assert page.locator(".pk-clause").count() == 9
    watched.quiet()


def test_security_policy_blocks_what_is_slipped_in(watched, written):
    watched.open(written / "small.html")
    drawn(watched.page)
    watched.page.evaluate("""() => new Promise((done) => setTimeout(() => {
        const script = document.createElement('script'); script.textContent = "window.ran = 'slipped in'"; document.body.append(script);
        const image = new Image(); image.src = 'https://example.org/x.png'; document.body.append(image);
        fetch('https://example.org/').catch(() => 0); setTimeout(done, 300);
    }, 0))""")
    assert watched.page.evaluate("window.ran ?? null") is None
    assert len([message for message in watched.console if "Content Security Policy" in message]) >= 3
    assert watched.sent == [], "chromium refused it before anything was sent"


def test_hostile_strings_are_inert_everywhere(watched, written):
    page = explorer(watched, written / "hostile.html")
    drawn(page)
    for tab in ("matrix", "chart"):
        page.click(f"[data-tab={tab}]")
        if tab == "chart":
            for by in ("firm", "sector", "section"):
                page.select_option(".pk-overview select", by)
    page.click("[data-tab=matrix]")
    page.locator(".pk-cell").first.click()
    page.wait_for_selector("dialog[open] .pk-quote")
    page.locator("dialog[open] .pk-link").first.click()
    page.wait_for_selector("dialog[open] .pk-target")
    page.keyboard.press("Escape")
    page.locator("figure.chart .bars path").first.hover(force=True)
    page.locator(".pk-q").fill("<script>")
    page.locator(".chartdata summary").click()
    page.wait_for_selector(".chartdata table")
    watched.quiet()
    assert page.locator("main script, main iframe, main meta, .pk-explorer img, .pk-explorer svg, .pk-explorer a").count() == 0


def test_hostile_strings_are_shown_verbatim(watched, written):
    page = explorer(watched, written / "hostile.html")
    shown = page.locator(".pk-clause .pk-words").all_text_contents()
    for number, bad in enumerate(specimen.HOSTILE):
        seen = bad
        for code in ("\u202e", "\u202c"):  # characters that reorder text are named, not left to act
            seen = seen.replace(code, f"U+{ord(code):04X}")
        assert seen in shown[number]
    watched.quiet()


def test_navigation_menu_code_and_theme(watched, written):
    watched.page.set_viewport_size({"width": 390, "height": 800})
    watched.open(written / "small.html")
    page = watched.page
    drawn(page)
    page.click("[data-do=menu]")
    assert page.locator("nav").is_visible() and page.locator("[data-do=menu]").get_attribute("aria-expanded") == "true"
    page.locator("nav a", has_text="A table").click()
    assert page.locator("nav").is_hidden() and page.url.endswith("#n1-a-table")
    page.click("[data-do=code]")
    assert page.locator("details.code[open]").count() == page.locator("details.code").count() > 0
    page.click("[data-do=theme]")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out sideways at 390 pixels"
    watched.quiet()


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """The report of all notebooks on two policies and on files that hold and are named what nobody should trust."""
    folder = tmp_path_factory.mktemp("real")
    policies = folder / "policies"
    policies.mkdir()
    for name in ("autool.en.txt", "che300.zh.txt"):
        shutil.copy(ROOT / "data" / "policies" / name, policies)
    bad = [text for text in specimen.HOSTILE if "\u2028" not in text]
    (policies / "hostile.en.txt").write_text("Privacy Policy\n" + "\n".join(f"{text}\nWe collect your IMEI and {text} and share it with {text} SDK." for text in bad), encoding="utf-8")
    (policies / "<img src=x onerror=window.ran=1>.zh.txt").write_text("隐私政策\n<script>window.ran=1</script>\n我们会收集您的IMEI、剪切板<!--<script>内容。\n", encoding="utf-8")
    (policies / "empty.txt").write_text("")
    rows = ["policy,firm,firm_zh,sector,note"] + [f'{name},"{text}","{text}","{text}","{text}"' for name, text in (("hostile.en", "<script>window.ran=2</script>"), ("<img src=x onerror=window.ran=1>.zh", "</script><svg onload=window.ran=3>"))]
    (policies / "policies.csv").write_text("\n".join(rows), encoding="utf-8")
    report.report([str(policies)], folder / "report.html", progress=False)
    return folder / "report.html"


def test_report_of_all_notebooks_draws_every_chart_and_trusts_no_file(watched, real):
    page = explorer(watched, real)
    page.wait_for_selector("html[data-charts=drawn]", timeout=60_000)
    assert page.locator("figure.chart").count() == page.locator("figure.chart[data-drawn] .main-svg:first-child").count() > 5
    assert page.locator(".view:not([data-ready])").count() == 0
    assert page.locator(".problem", has_text="empty.txt").count() == 1
    assert page.locator("article .problem").count() == 0, "no cell failed"
    for plot in page.locator("figure.chart .nsewdrag").all()[:12]:
        plot.scroll_into_view_if_needed()
        plot.hover(force=True)
    for details in page.locator(".chartdata summary").all()[:12]:
        details.click()
    page.locator(".pk-q").first.fill("script")
    page.wait_for_selector(".pk-hit")
    assert page.locator("main script, main iframe, main img:not([src^='data:image/']), main svg[onload], main a[href^='javascript']").count() == 0
    watched.quiet()
    ARTEFACTS.mkdir(exist_ok=True)
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=ARTEFACTS / "report.png")


# --- the explorer ---------------------------------------------------------------------------------------------------

def found(page):
    return page.locator(".pk-found").text_content()


def test_filter_counts_and_fragment(watched, written):
    page = explorer(watched, written / "small.html", "#n1")
    page.get_by_role("checkbox", name="Acme").check()
    assert found(page) == "4 of 9 clauses in 1 policy"
    page.get_by_role("group", name="Status of the item").get_by_role("checkbox", name="says it does not").check()
    assert page.locator(".pk-clause").count() == 1 and "通讯录" in page.locator(".pk-clause").text_content()
    page.wait_for_url("**/*firm=Acme*status=denied*")
    address = page.url
    page.locator(".pk-chip").first.click()
    assert found(page) == "2 of 9 clauses in 2 policies"
    explorer(watched, written / "small.html", "#" + address.split("#")[1])
    watched.page.reload()
    page = explorer(watched, written / "small.html", "#" + address.split("#")[1])
    assert found(page) == "1 of 9 clauses in 1 policy"
    watched.quiet()


def test_search_finds_traditional_and_torn_words(watched, written):
    page = explorer(watched, written / "small.html")
    page.fill(".pk-q", "手机号码")
    page.wait_for_selector(".pk-hit")
    assert found(page).startswith("1 of 9") and page.locator(".pk-clause .pk-hit").first.is_visible()
    page.fill(".pk-q", "NAME phone")
    page.wait_for_selector(".pk-found:has-text('1 of 9')")
    page.fill(".pk-q", "nothing like this")
    page.wait_for_selector(".pk-clauses .pk-none")
    page.get_by_role("button", name="Clear all").click()
    assert found(page).startswith("9 of 9")
    watched.quiet()


def test_a_cell_opens_its_quotes_and_the_full_text(watched, written):
    page = explorer(watched, written / "small.html")
    page.get_by_role("button", name="Acme, clipboard: collected").click()
    dialog = page.get_by_role("dialog")
    assert "剪切板" in dialog.locator(".pk-quote mark").first.text_content()
    dialog.get_by_role("button", name="Open in the full text").first.click()
    assert "我们会收集您的IMEI和剪切板内容。" in dialog.locator(".pk-target").text_content()
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("document.activeElement.classList.contains('pk-cell')"), "focus returns to the cell"
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Show only these clauses").click()
    assert found(page) == "1 of 9 clauses in 1 policy"
    watched.quiet()


def test_a_quote_is_copied_with_its_source_and_a_place_has_a_link(browser, written):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True, permissions=["clipboard-read", "clipboard-write"])
    watched = Watched(context)
    page = explorer(watched, written / "small.html", "#n1")
    page.get_by_role("button", name="Acme, clipboard: collected").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Copy quote").first.click()
    dialog.get_by_role("button", name="Copied").wait_for()
    quote = page.evaluate("navigator.clipboard.readText()")
    assert quote.startswith("“我们会收集您的IMEI和剪切板内容。”\n— Acme › ") and "clause " in quote
    dialog.get_by_role("button", name="Open in the full text").first.click()
    page.get_by_role("button", name="Copy link to this place").click()
    address = page.evaluate("navigator.clipboard.readText()")
    watched.open(written / "small.zh.html")
    watched.open(written / "small.html", "#" + address.split("#")[1])
    page.wait_for_selector("dialog[open] .pk-target")
    assert "我们会收集您的IMEI和剪切板内容。" in page.locator(".pk-target").text_content()
    watched.quiet()
    context.close()


def test_translation_stands_beside_the_clause(watched, written):
    page = explorer(watched, written / "small.html", "#n1?firm=gamma.both")
    pairs = page.locator(".pk-pair").all_text_contents()
    assert any("We collect your name" in pair for pair in pairs) and any("No counterpart" in pair for pair in pairs)


def test_keyboard_alone(watched, written):
    page = explorer(watched, written / "small.html")
    page.locator(".pk-q").focus()
    for _ in range(4):
        page.keyboard.press("Tab")
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("""(() => { const e = document.activeElement; return e.closest('.pk-explorer')
            ? (e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent || e.placeholder || '').trim().slice(0, 40) || 'NO NAME ' + e.outerHTML.slice(0, 80) : ''; })()"""))
    assert not [name for name in seen if name.startswith("NO NAME")]
    page.locator(".pk-cell[tabindex='0']").focus()
    before = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") != before
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("Escape")
    page.locator("[data-tab=matrix]").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("[data-tab=chart]").get_attribute("aria-selected") == "true"
    watched.quiet()


def test_chart_follows_the_filter_and_sets_it(watched, written):
    page = explorer(watched, written / "small.html")
    page.click("[data-tab=chart]")
    assert page.locator(".pk-bar").first.locator(".pk-n").inner_text().startswith("4")
    page.get_by_role("checkbox", name="Beta Ltd").check()
    assert page.locator(".pk-bar").count() == 2
    page.locator(".pk-bar", has_text="IMEI").click()
    page.wait_for_url("**/*item=imei*")
    watched.quiet()


def test_interface_in_chinese(watched, written):
    page = explorer(watched, written / "small.html", "#n1")
    page.get_by_role("button", name="中文").click()
    assert "9 条条款中的 9 条" in found(page) and page.get_by_role("button", name="甲公司，剪切板".replace("，", ", ")).count() <= 1
    assert page.get_by_role("checkbox", name="甲公司").count() == 1
    watched.quiet()


SELECTIONS = [{}, {"firm": ["Acme", "Beta Ltd"]}, {"item": ["imei"], "status": ["collected", "denied"]}, {"topic": ["share"], "language": ["zh"]}, {"category": ["A11"], "status": ["defined"]},
              {"section": ["信息收集"]}, {"q": "電話"}, {"q": '"phone number" we'}, {"sector": ["retail"], "q": "手 机"}, {"item": ["phone_number"], "topic": ["collect"]}, {"firm": ["nobody"]}]


@pytest.mark.parametrize("which", ["small", "hostile", "large", "real"])
def test_browser_and_python_leave_the_same_clauses(which, browser, request):
    made = request.getfixturevalue("corpus") if which == "real" else specimen.large(20, 40) if which == "large" else getattr(specimen, which)()
    explored = pk.explore(made)
    page = browser.new_page()
    page.set_content("<p>here</p>")
    page.add_script_tag(content=front.text("data.js") + "\nwindow.load = async (text) => { window.data = new Data(await decode(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)))); };")
    page.evaluate("(text) => window.load(text)", base64.b64encode(explored.payload).decode())
    extra = [{"item": [item], "status": ["collected"]} for item in made.practices["item"].drop_duplicates().head(4)] + [{"topic": [topic]} for topic in made.topics["topic"].drop_duplicates().head(4)]
    for selection in SELECTIONS + extra:
        rows = page.evaluate("(selection) => [...window.data.filter(selection).matches].map((row) => [window.data.policies.policy[window.data.policyOf[row]], window.data.number[row]])", selection)
        explored.selection = selection
        assert sorted(map(tuple, rows)) == sorted((policy, int(clause)) for policy, clause in explored.data()[["policy", "clause"]].to_numpy()), selection
    page.close()


AXE = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations.filter(v => ['serious', 'critical'].includes(v.impact)).map(v => [v.id, v.nodes.slice(0, 3).map(n => n.html + n.failureSummary)])"


@pytest.mark.parametrize("which", ["small.html", "small.zh.html", "real"])
def test_axe_finds_nothing_serious(watched, written, which, request):
    axe = pytest.importorskip("axe_playwright_python.base").AXE_FILE_PATH
    page = explorer(watched, request.getfixturevalue("real") if which == "real" else written / which)
    page.wait_for_selector("html[data-charts=drawn]", timeout=60_000)
    page.evaluate(Path(axe).read_text(encoding="utf-8"))
    for look in ("light", "dark"):
        page.evaluate("(look) => { if (document.documentElement.dataset.theme !== look) document.querySelector('[data-do=theme]').click(); if (document.documentElement.dataset.theme !== look) document.querySelector('[data-do=theme]').click(); }", look)
        page.wait_for_timeout(300)
        assert page.evaluate(AXE) == [], look
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_timeout(400)
    assert page.evaluate(AXE) == [], "narrow"
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator(".pk-cell").first.click()
    page.wait_for_selector("dialog[open] .pk-quote")
    assert page.evaluate(AXE) == [], "with the quotes of a cell open"


# --- JupyterLab ---------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab of its own, on copies of the notebooks that read two policies."""
    folder = tmp_path_factory.mktemp("lab")
    work = report.workplace([str(ROOT / "data" / "policies" / name) for name in ("autool.en.txt", "che300.zh.txt")], folder / "work")
    if not list(work.glob("*.ipynb")):
        pytest.skip("there are no notebooks yet")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    own = {f"JUPYTER_{kind}_DIR": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")} | {f"JUPYTERLAB_{kind}_DIR": str(folder / kind.lower()) for kind in ("SETTINGS", "WORKSPACES")}
    kernel = folder / "data" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(f'{{"argv": ["{sys.executable}", "-m", "ipykernel_launcher", "-f", "{{connection_file}}"], "display_name": "Python 3", "language": "python"}}')
    (folder / "config" / "labconfig").mkdir(parents=True)
    (folder / "config" / "labconfig" / "page_config.json").write_text('{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}')
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=", "--ServerApp.password=", f"--ServerApp.root_dir={work}"],
        env=os.environ | own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(120):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.5)
        yield f"http://127.0.0.1:{port}", work
    finally:
        server.terminate()
        server.wait(20)


def notebook_names():
    return [path.name for path in report.notebooks()]


def run_all(page, address, name):
    """Open a notebook and run all of its cells."""
    page.goto(f"{address}/lab/tree/{name}?reset")
    page.wait_for_selector(".jp-NotebookPanel", timeout=60_000)
    idle = page.locator("#jp-main-statusbar").get_by_text("| Idle")
    idle.wait_for(timeout=60_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


@pytest.mark.parametrize("name", notebook_names())
def test_notebook_runs_in_jupyterlab(browser, lab, name):
    address, work = lab
    context = browser.new_context(viewport={"width": 1400, "height": 1100})
    watched = Watched(context, allowed=address)
    page = watched.page
    run_all(page, address, name)
    last = len([cell for cell in nbformat.read(work / name, as_version=4).cells if cell.cell_type == "code"])
    page.locator(".jp-CodeCell").nth(last - 1).locator(".jp-InputPrompt", has_text=f"[{last}]").wait_for(timeout=120_000)
    page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for(timeout=60_000)
    ARTEFACTS.mkdir(exist_ok=True)
    page.wait_for_timeout(500)
    page.screenshot(path=ARTEFACTS / f"lab-{Path(name).stem}.png")
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").all_text_contents() == []
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert watched.dialogs == [] and watched.requests == []
    if page.locator(".pk-explorer:not(dialog)").count():
        use_explorer(page)
        page.screenshot(path=ARTEFACTS / f"lab-{Path(name).stem}-explorer.png")
    assert [message for message in watched.console if "policykit" in message or "pk-" in message] == []
    context.close()


def use_explorer(page):
    """Search, filter and click a cell, live."""
    live = page.locator(".pk-explorer:not(dialog)").first
    live.scroll_into_view_if_needed()
    before = live.locator(".pk-found").text_content()
    live.locator(".pk-q").fill("IMEI")
    page.wait_for_function("([element, before]) => element.textContent !== before", arg=[live.locator(".pk-found").element_handle(), before])
    assert live.locator(".pk-hit").count() > 0
    live.get_by_role("button", name="Clear all").or_(live.get_by_role("button", name="清除全部")).click()
    live.locator(".pk-facet input[type=checkbox]").first.check()
    assert live.locator(".pk-chip").count() == 1
    if live.locator(".pk-cell").count():
        live.locator(".pk-cell").first.click()
        page.wait_for_selector("dialog[open] .pk-quote")
        page.keyboard.press("Escape")
