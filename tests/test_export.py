"""Exports: every table is there, with its dictionary; a spreadsheet runs none of it."""

import pandas as pd
import pytest
from openpyxl import load_workbook

import policykit as pk
from policykit import export as exports, rows
from policykit.__main__ import main
from policykit.export import export

HOSTILE = ["=HYPERLINK(\"http://example.com\")", "+1+1", "-2+3", "@SUM(A1)", "＝1+1"]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "a.txt").write_text("隐私政策\n我们会收集您的手机号码。\n" + "\n\n".join(line + " 我们会收集您的邮箱。" for line in HOSTILE), encoding="utf-8")
    return pk.read(folder, progress=False)


def test_csv_holds_every_table_and_the_dictionary(corpus, tmp_path):
    export(corpus, tmp_path, "csv")
    for name, table in corpus.tables.items():
        assert len(pd.read_csv(tmp_path / f"{name}.csv")) == len(table), name
    described = pd.read_csv(tmp_path / "dictionary.csv")
    assert {(t, c) for t, row_type in rows.TABLES.items() for c in row_type.__dataclass_fields__} == set(zip(described["table"], described["column"]))
    assert described["meaning"].notna().all()


def test_csv_begins_no_cell_like_a_formula(hostile, tmp_path):
    export(hostile, tmp_path, "csv")
    for path in tmp_path.glob("*.csv"):
        cells = pd.read_csv(path, dtype=str).stack().dropna()
        assert not cells.str.match(r"[=+@\t\r＝＋－＠]|-\D").any(), path.name


def test_parquet_is_verbatim_and_typed(hostile, tmp_path):
    export(hostile, tmp_path, "parquet")
    assert pd.read_parquet(tmp_path / "clauses.parquet")["text"].tolist() == hostile.clauses["text"].tolist()


def test_workbook_has_text_cells_frozen_heads_and_no_formula(hostile, tmp_path):
    (path,) = export(hostile, tmp_path, "xlsx")
    book = load_workbook(path)
    assert set(book.sheetnames) == {*rows.TABLES, "dictionary"}
    for sheet in book:
        assert sheet.freeze_panes == "A2" and sheet["A1"].font.bold
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    texts = [row[-1].value for row in book["clauses"].iter_rows(min_row=2)]
    assert any(text.startswith("=HYPERLINK") for text in texts)


def test_build_and_export_commands(policies, tmp_path, capsys):
    store = str(tmp_path / "c.duckdb")
    assert main(["build", str(policies), "-o", store]) == 0
    assert "5 added" in capsys.readouterr().out
    assert main(["build", str(policies), "-o", store]) == 0
    assert "5 unchanged" in capsys.readouterr().out
    assert main(["export", store, "-o", str(tmp_path / "out"), "--format", "parquet"]) == 0
    assert (tmp_path / "out" / "items.parquet").is_file()
    assert main(["export", str(tmp_path / "none.duckdb"), "-o", str(tmp_path / "out")]) == 2
    assert "there is no such store" in capsys.readouterr().err


def test_compare_command_writes_pages_and_tables(policies, tmp_path, capsys):
    for name in ("a.html", "a.csv", "a.xlsx"):
        assert main(["compare", str(policies / "autool.en.txt"), str(policies / "michelin-china.en.txt"), "-o", str(tmp_path / name)]) == 0
        assert (tmp_path / name).stat().st_size > 500
    assert main(["compare", str(policies), str(policies), "-o", str(tmp_path / "a.doc")]) == 2


def test_an_interrupted_export_leaves_the_older_one(corpus, tmp_path, monkeypatch):
    for format in ("csv", "xlsx"):
        export(corpus, tmp_path, format)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(pd.DataFrame, "itertuples", stop)
    monkeypatch.setattr(pd.DataFrame, "to_csv", lambda table, path, **_: path.write_text("half") and stop())
    for format in ("csv", "xlsx"):
        with pytest.raises(KeyboardInterrupt):
            export(corpus, tmp_path, format)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_is_too_large_for_excel_is_divided_and_cut(corpus, tmp_path, monkeypatch):
    monkeypatch.setattr(exports, "_ROWS", 100)
    long = corpus.tables["clauses"].head(250).copy()
    long.loc[0, "text"] = "长" * 40_000 + "\x0b"
    (path,) = export(pk.Corpus({"clauses": long}), tmp_path, "xlsx")
    book = load_workbook(path)
    assert [name for name in book.sheetnames if name.startswith("clauses")] == ["clauses", "clauses 2", "clauses 3"]
    assert sum(book[name].max_row - 1 for name in book.sheetnames if name.startswith("clauses")) == 250
    assert len(book["clauses"].cell(2, long.columns.get_loc("text") + 1).value) == 32_767
