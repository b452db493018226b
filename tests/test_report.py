"""The report: notebooks executed on policies, exported as a page that needs nothing else."""

import base64
import gzip
import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace

import nbformat
import pages
import plotly.graph_objects as go
import pytest
import specimen
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from policykit import __main__ as command
from policykit import outputs, page, report
from policykit.charts.style import finish

LOADS = re.compile(r"""<(?:link|iframe|object|embed|base|form)\b|\bsrc\s*=\s*["'](?!data:image/)|@import|url\((?!data:)|\bon\w+\s*=\s*["']""", re.I)


def without_blocks(html):
    """The page's markup: its scripts and data left out."""
    return re.sub(r"<script\b.*?</script>", "", html, flags=re.S)


def block(html, name):
    return json.loads(gzip.decompress(base64.b64decode(re.search(rf'id="{name}">([^<]*)<', html)[1])))


def shown(*outputs, **kwargs):
    """The page's markup for a code cell with these outputs."""
    blocks = page.Blocks()
    nb = new_notebook(cells=[new_code_cell("x", outputs=list(outputs))])
    return str(page.part(nb, "n", blocks, **kwargs).html)


def display(**data):
    return new_output("display_data", {name.replace("__", "/"): value for name, value in data.items()})


@pytest.fixture(scope="module")
def small():
    return pages.html(specimen.small())


@pytest.fixture(scope="module")
def hostile():
    return pages.html(specimen.hostile())


# --- the page -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("which", ["small", "hostile"])
def test_nothing_is_loaded_and_nothing_runs_but_one_script(which, request):
    html = request.getfixturevalue(which)
    assert not LOADS.search(without_blocks(html))
    kinds = re.findall(r'<script\b[^>]*?type="([^"]+)"', html)
    assert set(kinds) == {"application/gzip", "module"} and kinds.count("module") == 1
    assert html.count("<script") == len(kinds)


def test_policy_names_both_scripts_by_hash_and_allows_no_connection(small):
    csp = re.search(r'Content-Security-Policy" content="([^"]+)"', small)[1].replace("&#39;", "'")
    runtime = re.search(r'<script type="module">(.*?)</script>', small, re.S)[1]
    assert page.digest(runtime) in csp and page.digest(page.plotly_source()) in csp
    assert "default-src 'none'" in csp and "connect-src 'none'" in csp and "unsafe-eval" not in csp
    assert "unsafe-inline" not in re.search(r"script-src[^;]*", csp)[0]


def test_policy_text_never_stands_in_the_markup_of_explorer_or_chart(hostile):
    markup = without_blocks(hostile)
    assert "window.ran" in markup, "the table shows the text"
    assert not re.search(r"<(script|img|svg|iframe|a|meta|style)[^>]*window\.ran", markup)


def test_plotly_travels_once_and_only_with_charts():
    alone = page.Blocks()
    text = page.page([page.part(new_notebook(cells=[new_markdown_cell("# Only words")]), "n", alone)], alone)
    assert "pk-plotly" not in re.sub(r'<script type="module">.*?</script>', "", text, flags=re.S) and len(text) < 200_000
    assert pages.html(specimen.small()).count('id="pk-plotly"') == 1


def test_equal_views_share_their_data():
    blocks = page.Blocks()
    nb = new_notebook(cells=[pages.cell("a", pages.explorer(specimen.small())), pages.cell("b", pages.explorer(specimen.small(), item="imei"))])
    page.part(nb, "n", blocks)
    assert len(blocks.content) == 1


def test_two_exports_are_the_same():
    assert pages.html(specimen.hostile()) == pages.html(specimen.hostile())


def test_injected_parameters_stay_out(small):
    assert "somebody" not in small


def test_a_page_that_would_load_something_is_refused():
    for bad in ('<img src="https://x/y.png">', '<link rel="stylesheet" href="https://x">', '<a onclick="x()">', '<meta http-equiv="refresh" content="0">', "<iframe></iframe>"):
        with pytest.raises(page.PageError):
            page.offline(f"<p>ok</p>{bad}")


# --- outputs --------------------------------------------------------------------------------------------------------

def test_html_from_elsewhere_is_dropped_for_its_text():
    html = shown(display(text__html="<div><script>alert(1)</script><b>hi</b></div>", text__plain="<Thing>"))
    assert "&lt;Thing&gt;" in html and "alert" not in html and "<b>" not in html


@pytest.mark.parametrize("kind", ["application/javascript", "image/svg+xml", "text/latex"])
def test_kinds_that_could_run_are_dropped(kind):
    html = shown(new_output("display_data", {kind: "<svg onload=alert(1)>", "text/plain": "words"}))
    assert "alert" not in html and "words" in html


def test_a_table_keeps_its_text_and_loses_its_markup():
    html = shown(display(text__html='<table class="dataframe"><thead><tr><th>a</th></tr></thead><tbody><tr><td onclick="x">&lt;img src=x&gt;<script>y</script></td></tr></tbody></table>'))
    assert "&lt;img src=x&gt;" in html and "onclick" not in html and "<script" not in html


def test_progress_and_overwritten_lines_are_not_kept():
    assert "policies" not in shown(new_output("stream", name="stderr", text="policies:  20%|##  | 1/5\rpolicies: 100%|####| 5/5\n"))
    bar = {outputs.WIDGET: {"model_id": "x"}, "text/plain": "policies:   0%|          | 0/5 [00:00<?, ?file/s]"}
    assert "JupyterLab" not in shown(new_output("display_data", bar))


def test_a_control_that_needs_a_kernel_says_so():
    control = {outputs.WIDGET: {"model_id": "x"}, "text/plain": "Dropdown(options=())"}
    assert "JupyterLab" in shown(new_output("display_data", control)) and "JupyterLab" in shown(new_output("display_data", control), lang="zh")


def test_maps_are_refused_and_links_in_labels_are_text():
    assert "fetches maps" in shown(new_output("display_data", pages.figure(go.Figure(go.Choropleth(locations=["CHN"], z=[1])))))
    made = outputs.figure({"data": [{"type": "bar", "x": ['<a href="http://x">1</a>']}], "layout": {"images": [{"source": "http://x/y.png"}]}})
    assert made["layout"]["images"] == [] and made["data"][0]["x"] == ['&lt;a href="http://x">1&lt;/a>']


def test_headline_note_and_key_of_our_charts_are_text_of_the_page():
    figure = finish(go.Figure(go.Bar(y=["a"], x=[1])), "Who <b>collects</b> & what", "one\ntwo", [("#14507a", "C <collected>")], body=100)
    made = shown(new_output("display_data", pages.figure(figure)))
    assert "Who &lt;b&gt;collects&lt;/b&gt; &amp; what" in made and "C &lt;collected&gt;" in made and made.count("<p><bdi>") == 2
    assert 'data-colour="#14507a"' in made and f"min-height:{figure.layout.height - figure.layout.meta['room'] + 8}px" in made
    assert "<figcaption>" not in shown(new_output("display_data", pages.figure(go.Figure(go.Bar(x=[1])))))


def test_a_cell_for_one_language_is_shown_in_that_language_only():
    nb = new_notebook(cells=[new_markdown_cell("hello", metadata={"tags": ["en"]}), new_markdown_cell("你好", metadata={"tags": ["zh"]})])
    assert "你好" not in page.part(nb, "n", page.Blocks(), lang="en").html and "hello" not in page.part(nb, "n", page.Blocks(), lang="zh").html


def test_prose_cannot_bring_scripts():
    html, _ = outputs.markdown('<script>x</script><img src="http://x/y.png" onerror="x">\n\n[a](javascript:x) [b](https://example.org) <iframe src="//x"></iframe>')
    assert not re.search(r"<script|onerror|javascript:|<iframe|src=", html) and 'href="https://example.org"' in html


def test_the_exporter_is_found_by_name():
    from nbconvert.exporters import get_exporter

    html, _ = get_exporter("policykit")(exclude_input=True).from_notebook_node(pages.notebook(specimen.small()))
    assert 'data-view="explorer"' in html and "pk.explore(corpus)" not in html


# --- the command ----------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two policies and a file that is none."""
    folder = tmp_path_factory.mktemp("policies")
    (folder / "甲.zh.txt").write_text("隐私政策\n一、信息收集\n我们会收集您的IMEI和剪切板内容，用于安全保障。\n二、联系我们\n如有疑问，请联系我们。\n", encoding="utf-8")
    (folder / "b.en.txt").write_text("Privacy Policy\nWhat we collect\nWe collect your IMEI and your email address when you register.\nContact us\nPlease write to us.\n", encoding="utf-8")
    (folder / "empty.txt").write_text("", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    nb = new_notebook(cells=[
        new_markdown_cell("# First\n\n## Policies"),
        new_code_cell("import policykit as pk\nimport plotly.express as px\n\nPOLICIES = '../data/policies'", metadata={"tags": ["parameters"]}),
        new_code_cell("corpus = pk.read(POLICIES)\npx.bar(corpus.policies, x='policy', y='chars')"),
        new_code_cell("pk.explore(corpus)"),
    ])
    path = tmp_path_factory.mktemp("notebooks") / "1_first.ipynb"
    nbformat.write(nb, path)
    return path


def test_report_of_somebodys_folder(folder, notebook, tmp_path, capsys):
    out = tmp_path / "deep" / "mine.html"
    code = command.main(["report", str(folder), "-o", str(out), "--notebook", str(notebook), "--lang", "zh", "-q"])
    said = capsys.readouterr()
    assert code == 0 and said.out.strip() == str(out)
    html = out.read_text(encoding="utf-8")
    assert 'lang="zh-CN"' in html and 'data-view="explorer"' in html and 'class="chart"' in html
    assert "empty.txt" in without_blocks(html) and str(folder) not in without_blocks(html), "problems are listed, without the folder's place"
    assert not list(out.parent.glob("*.part"))


def test_split_writes_a_file_for_each_notebook_that_lead_to_each_other(folder, notebook, tmp_path):
    code = command.main(["report", str(folder), "-o", str(tmp_path / "site"), "--notebook", str(notebook), "--split", "-q"])
    assert code == 0 and {path.name for path in (tmp_path / "site").iterdir()} == {"index.html", "1-first.html"}
    assert 'href="1-first.html"' in (tmp_path / "site" / "index.html").read_text() and 'href="index.html"' in (tmp_path / "site" / "1-first.html").read_text()


def test_a_failing_cell_is_named_and_the_page_is_written_all_the_same(folder, tmp_path, capsys):
    nb = new_notebook(cells=[new_markdown_cell("# Broken"), new_code_cell("POLICIES = ''", metadata={"tags": ["parameters"]}), new_code_cell("1 / 0"), new_code_cell("2")])
    nbformat.write(nb, tmp_path / "9_broken.ipynb")
    code = command.main(["report", str(folder), "-o", str(tmp_path / "r.html"), "--notebook", str(tmp_path / "9_broken.ipynb"), "-q"])
    said = capsys.readouterr().err
    assert code == 1 and "9_broken.ipynb" in said and "ZeroDivisionError" in said and "Traceback" not in said
    assert "ZeroDivisionError" in (tmp_path / "r.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("what", ["missing", "empty folder", "empty file", "binary"])
def test_nothing_readable_is_one_sentence_and_code_2(what, tmp_path, capsys):
    place = tmp_path / "policies"
    if what != "missing":
        place.mkdir()
    if what == "empty file":
        (place / "a.txt").write_bytes(b"")
    if what == "binary":
        (place / "a.txt").write_bytes(bytes(range(256)) * 40)
    code = command.main(["report", str(place), "-o", str(tmp_path / "r.html"), "-q"])
    said = capsys.readouterr().err
    assert code == 2 and "Traceback" not in said and "policies" in said
    assert not (tmp_path / "r.html").exists()


def test_a_place_that_cannot_be_written_is_said_before_anything_is_read(tmp_path):
    (tmp_path / "file").write_text("")
    assert report.destination(tmp_path, False) == tmp_path / "report.html", "into a folder that is there"
    assert report.destination(tmp_path / "new" / "r.html", False).parent.is_dir()
    with pytest.raises(report.ReportError, match="is a file"):
        report.destination(tmp_path / "file", True)
    with pytest.raises(report.ReportError, match="cannot be made"):
        report.destination(tmp_path / "file" / "r.html", False)


def test_lab_names_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(report.ReportError, match="no such file or folder"):
        report.lab([str(tmp_path / "nowhere")], tmp_path / "work")
    assert not (tmp_path / "work").exists()


def test_cells_for_the_notebook_alone_stay_out_and_links_lead_to_the_other_part():
    nb = new_notebook(cells=[new_markdown_cell("# One\n\n[two](2_two.ipynb) and [three](3_three.ipynb)", metadata={"tags": ["en"]}), new_markdown_cell("only there", metadata={"tags": ["en", "lab"]})])
    blocks = page.Blocks()
    parts = [page.part(nb, "n1-one", blocks), page.part(new_notebook(cells=[new_markdown_cell("# Two")]), "n2-two", blocks)]
    html = page.page(parts, blocks)
    assert "only there" not in html and 'href="#n2-two">two' in html and ".ipynb" not in without_blocks(html) and "three" in html


def test_a_column_of_numbers_stands_at_the_right_and_one_with_words_does_not():
    html = shown(display(text__html='<table class="dataframe"><thead><tr><th>n</th><th>v</th></tr></thead><tbody><tr><td>1</td><td>18</td></tr><tr><td>–</td><td>yes</td></tr></tbody></table>'))
    assert html.count('class="number"') == 2 and 'class="number"><bdi>1<' in html and 'class="missing"' in html


def test_the_cover_tells_how_to_read_and_leaves_out_what_it_does_not_know(corpus):
    from policykit.cover import cover

    about = cover(corpus, "zh")
    assert [entry["name"] for entry in about["glossary"][0]][:2] == ["收集", "仅第三方收集"] and about["columns"] == ["firm", "sector"]
    nameless = corpus.policies.assign(firm=None, firm_zh=None, sector=None)
    about = cover(replace(corpus, tables=corpus.tables | {"policies": nameless}), "en")
    assert "firms" not in dict(about["facts"]) and about["columns"] == []


def test_an_unknown_notebook_is_named(capsys):
    assert command.main(["report", "--notebook", "no such", "-q"]) == 2
    assert "no such" in capsys.readouterr().err


def test_lab_copies_carry_the_policies_and_never_overwrite(folder, tmp_path):
    place = report.workplace([str(folder)], tmp_path / "work")
    copies = sorted(place.glob("*.ipynb"))
    assert [path.name for path in copies] == [path.name for path in report.notebooks()]
    if not copies:
        pytest.skip("there are no notebooks yet")
    assert str(folder) in copies[0].read_text(encoding="utf-8")
    copies[0].write_text("mine")
    report.workplace([str(folder)], tmp_path / "work")
    assert copies[0].read_text() == "mine"


def test_lab_works_on_the_checkouts_own_notebooks_when_nothing_is_given():
    assert report.workplace() == ROOT / "notebooks"


def test_a_wheel_far_from_the_checkout_reports(tmp_path, notebook):
    built = subprocess.run([sys.executable, "-m", "pip", "wheel", str(ROOT), "--no-deps", "--quiet", "-w", str(tmp_path)], capture_output=True, text=True)
    if built.returncode:
        pytest.skip(f"no wheel can be built here: {built.stderr.strip().splitlines()[-1]}")
    far = tmp_path / "far"
    zipfile.ZipFile(next(tmp_path.glob("*.whl"))).extractall(far)
    environment = os.environ | {"PYTHONPATH": str(far), "PYTHONSAFEPATH": "1"}
    run = subprocess.run([sys.executable, "-m", "policykit", "report", "-q", "--notebook", str(notebook)], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "report.html").stat().st_size > 1_000_000
    where = subprocess.run([sys.executable, "-c", "from policykit import report; print(report.__file__, report.share('notebooks'), report.share('data'))"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert where.stdout.count(str(far)) == 3, where.stdout + where.stderr
