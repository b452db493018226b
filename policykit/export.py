"""Exports: the tables as CSV, Parquet or one Excel workbook, each with its data dictionary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from policykit import rows
from policykit.corpus import Corpus, open as open_store

FORMATS = ("csv", "parquet", "xlsx")
# What a spreadsheet would take for a formula; a leading apostrophe makes it text (OWASP, CSV injection).
_FORMULA = re.compile(r"^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CELL = 32_767                  # characters in an Excel cell
_ROWS = 1_048_575               # rows of an Excel sheet below its heading


def inert(value: object) -> object:
    """The value so that no spreadsheet runs it.

    >>> inert("=HYPERLINK(...)"), inert("IMEI"), inert(-3)
    ("'=HYPERLINK(...)", 'IMEI', -3)
    """
    return "'" + value if isinstance(value, str) and _FORMULA.match(value) else value


def export(corpus: Corpus, folder: str | Path, format: str = "csv") -> list[Path]:
    """The files written: one a table (csv, parquet) or one workbook (xlsx), and the data dictionary.

    In CSV a text cell that begins like a formula gets a leading apostrophe; Parquet and Excel hold every text
    verbatim (Excel as text cells, without characters that XML forbids and up to 32,767 characters).
    """
    if format not in FORMATS:
        raise ValueError(f"no format is {format!r}; there are {', '.join(FORMATS)}")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tables = {**corpus.tables, "dictionary": rows.dictionary()}
    if format == "xlsx":
        with whole(folder / "policykit.xlsx") as path:
            _workbook(tables, path)
        return [folder / "policykit.xlsx"]
    written = []
    for name, table in tables.items():
        written.append(folder / f"{name}.{format}")
        with whole(written[-1]) as path:
            table.to_parquet(path, index=False) if format == "parquet" else _csv(table, path)
    return written


def write(tables: dict[str, pd.DataFrame], path: Path) -> None:
    """Tables in one file: sheets of a workbook, or in CSV below one another with a column that names the table."""
    with whole(path) as beside:
        if path.suffix.lower() == ".xlsx":
            _workbook(tables, beside)
        else:
            _csv(pd.concat([table.assign(table=name) for name, table in tables.items()], ignore_index=True), beside)


def _csv(table: pd.DataFrame, path: Path) -> None:
    text = table.select_dtypes(["object", "string", "category"]).columns
    table.assign(**{column: table[column].astype("string").map(inert, na_action="ignore") for column in text}).to_csv(path, index=False, encoding="utf-8")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A place beside a file; what is written there takes the file's place when all is done, and an interruption leaves the old one."""
    beside = path.with_name(f".{path.name}.new")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _workbook(tables: dict[str, pd.DataFrame], path: Path) -> None:
    """An Excel workbook, a sheet a table: bold frozen heading, filters, columns as wide as their content."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": True}
    with xlsxwriter.Workbook(str(path), options) as book:
        head = book.add_format({"bold": True, "bg_color": "#E8EDF3", "bottom": 1, "valign": "top"})
        body = book.add_format({"valign": "top"})
        wrapped = book.add_format({"valign": "top", "text_wrap": True})
        for name, table in tables.items():
            for part, at in enumerate(range(0, max(len(table), 1), _ROWS), 1):
                piece = table.iloc[at:at + _ROWS]
                sheet = book.add_worksheet(name if part == 1 else f"{name} {part}")
                sheet.freeze_panes(1, 0)
                if len(piece):
                    sheet.autofilter(0, 0, len(piece), len(piece.columns) - 1)
                for column, label in enumerate(piece.columns):
                    longest = piece[label].astype("string").str.len().quantile(0.9) if len(piece) else 0
                    width = max(len(label) + 3, min(60, float(longest) if pd.notna(longest) else 0) + 2)
                    sheet.set_column(column, column, width, wrapped if width > 40 else body)
                sheet.write_row(0, 0, list(piece.columns), head)
                for line, row in enumerate(piece.itertuples(index=False), 1):
                    for column, value in enumerate(row):
                        if isinstance(value, str):
                            sheet.write_string(line, column, _NOT_IN_XML.sub("\ufffd", value)[:_CELL])
                        elif isinstance(value, bool):
                            sheet.write_boolean(line, column, value)
                        elif not pd.isna(value):
                            sheet.write_number(line, column, value)


def main(args: Any) -> int:
    """``policykit export``: the files written, a line each."""
    for path in export(open_store(args.store), args.output, args.format):
        print(path)
    return 0
