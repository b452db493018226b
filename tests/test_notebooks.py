"""Notebooks: cells are expressions, prose comes in both languages, outputs are not kept, everything runs."""

import ast
import json
import os
import re
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FORBIDDEN = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try, ast.With, ast.If, ast.Lambda)
RAW = {"HTML", "Markdown", "Styler", "style", "IFrame", "Javascript", "SVG", "innerHTML"}
LONGEST = 5


def notebook(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return [cell for cell in notebook(path).cells if cell.cell_type == "code"]


def tags(cell):
    return cell.metadata.get("tags", [])


def test_there_is_a_handful_numbered():
    assert [path.name[:2] for path in NOTEBOOKS] == [f"{number}_" for number in range(1, len(NOTEBOOKS) + 1)]
    assert 4 <= len(NOTEBOOKS) <= 8


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_form(path):
    nb = notebook(path)
    nbformat.validate(nb)
    assert all(not cell.outputs and cell.execution_count is None for cell in nb.cells if cell.cell_type == "code"), "strip the outputs"
    prose = [tags(cell)[:1] for cell in nb.cells if cell.cell_type == "markdown"]
    assert all(tags(cell)[1:] in ([], ["lab"]) for cell in nb.cells if cell.cell_type == "markdown"), "lab: for the notebook alone, not for the report"
    assert all(one in (["en"], ["zh"]) for one in prose) and prose.count(["en"]) == prose.count(["zh"]), "each prose cell comes in English and in Chinese"
    assert all(next(cell for cell in nb.cells if tags(cell) == [lang]).source.startswith("# ") for lang in ("en", "zh")), "the first line is the question"
    assert len({cell.id for cell in nb.cells}) == len(nb.cells)
    assert path.read_text(encoding="utf-8") == json.dumps(json.loads(path.read_text(encoding="utf-8")), ensure_ascii=False, indent=1, sort_keys=True) + "\n", "canonical JSON"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_are_expressions(path):
    for number, cell in enumerate(code_cells(path)):
        tree = ast.parse(cell.source)
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= LONGEST, f"cell {number} is longer than {LONGEST} lines"
        wrong = [node for node in ast.walk(tree) if isinstance(node, FORBIDDEN)]
        assert not wrong, f"cell {number}, line {wrong[0].lineno}: logic belongs into the package"
        if number:
            assert not any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in ast.walk(tree)), "imports stand in the first cell"
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not names & RAW, f"cell {number} shows raw markup: {names & RAW}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_one_cell_has_the_parameter(path):
    cells = code_cells(path)
    assert tags(cells[0]) == ["parameters"] and all(tags(cell) in ([], ["lab"]) for cell in cells[1:])
    assigned = [target.id for node in ast.parse(cells[0].source).body if isinstance(node, ast.Assign) for target in node.targets]
    assert assigned == ["LANG", "POLICIES"]
    assert 'POLICIES = "../data/policies"' in cells[0].source.splitlines()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_prose_says_what_the_method_cannot_see_and_links_lead_somewhere(path):
    for lang, words in (("en", "What the method cannot see."), ("zh", "本方法看不到的。")):
        prose = [cell.source for cell in notebook(path).cells if cell.cell_type == "markdown" and lang in tags(cell)]
        assert f"**{words}**" in prose[-1], "the last word is about the limits"
        links = re.findall(r"\]\(([^)]+)\)", "\n".join(prose))
        assert all((path.parent / link).is_file() for link in links)
        # a bold that ends in punctuation right before a Chinese character is not bold to Markdown
        bold = re.findall(r"\*\*(.+?)\*\*(.?)", "\n".join(prose))
        assert not [(inside, after) for inside, after in bold if not inside[-1].isalnum() and "\u4e00" <= after <= "\u9fff"]


def run(notebooks, policies, folder, lang="en"):
    """All cells of these notebooks, executed one notebook after the other in one kernel; the executed cells of each."""
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell, new_notebook

    whole = new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    for path in notebooks:
        whole.cells += [new_code_cell("%reset -f"), new_code_cell(f"import os; os.environ['POLICYKIT_LANG'] = {lang!r}")]
        for cell in code_cells(path):
            whole.cells.append(new_code_cell(cell.source))
            if "parameters" in tags(cell):
                whole.cells.append(new_code_cell(f"POLICIES = {str(policies)!r}"))
    client = NotebookClient(whole, timeout=300, allow_errors=True, store_widget_state=False, resources={"metadata": {"path": str(folder)}})
    client.execute(env={**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1"})
    return whole.cells


def outputs(cells):
    return [(cell.source, output) for cell in cells for output in cell.outputs]


@pytest.fixture(scope="module")
def executed(policies, tmp_path_factory):
    return run(NOTEBOOKS, policies, tmp_path_factory.mktemp("notebooks"))


def test_every_cell_runs(executed):
    failed = [f"{source}: {output.ename}: {output.evalue}" for source, output in outputs(executed) if output.output_type == "error"]
    assert not failed, "\n".join(failed)


def test_charts_are_data_not_scripts(executed):
    kinds = [set(output.get("data", {})) for _, output in outputs(executed)]
    figures = [kind for kind in kinds if "application/vnd.plotly.v1+json" in kind]
    assert len(figures) >= 12
    assert all("text/html" not in kind for kind in figures), "no copy of plotly.js in a notebook"


def test_the_question_on_the_card_is_answered(executed):
    said = [output.data for source, output in outputs(executed) if "who_collects(*ITEMS)" in source]
    assert "剪切板" in said[0]["text/html"] and "Che300" in said[0]["text/html"]
    titles = [output.data["application/vnd.plotly.v1+json"]["layout"]["meta"]["title"] for source, output in outputs(executed) if "items(corpus, ITEMS" in source]
    assert "IMEI: " in titles[0] and "Che300" in titles[0]


def test_one_unreadable_policy_in_chinese(tmp_path):
    (tmp_path / "empty.txt").write_bytes(b"")
    cells = run(NOTEBOOKS, tmp_path, tmp_path, "zh")
    failed = [f"{source}: {output.ename}: {output.evalue}" for source, output in outputs(cells) if output.output_type == "error"]
    assert not failed, "\n".join(failed)


def test_the_default_path_leads_to_the_policies():
    assert (Path(ROOT / "notebooks") / "../data/policies").resolve() == ROOT / "data" / "policies"
