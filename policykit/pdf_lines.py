"""The lines and ruled tables of a PDF, as JSON: run as a program of its own, so that a bad file harms nobody.

``python -P pdf_lines.py PAGES < file.pdf > lines.json``.  Imports nothing of the package, to start quickly.
"""

from __future__ import annotations

import io
import json
import logging
import sys
from typing import Any

MOST_MEMORY = 2_000_000_000  # bytes
MOST_SECONDS = 110           # of processor time


def _limit() -> None:
    """Memory and time that this process may take, where the system can limit them."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


def _bold(font: str) -> bool:
    name = font.rpartition("+")[2].lower()
    return any(word in name for word in ("bold", "heavy", "black", "semibd", "demi", "simhei", "heiti-m"))


def _wide(character: str) -> bool:
    return character >= "\u2e80"


def lines(characters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Characters that stand on one base line, from left to right, cut where the gap is wide."""
    found: list[list[dict[str, Any]]] = []
    for character in sorted(characters, key=lambda c: (round(c["bottom"]), c["x0"])):
        # a superscript or a smaller character still belongs to the line it overlaps
        for line in reversed(found[-6:]):
            other = line[-1]
            overlap = min(other["bottom"], character["bottom"]) - max(other["top"], character["top"])
            if overlap > 0.5 * min(character["bottom"] - character["top"], other["bottom"] - other["top"]):
                line.append(character)
                break
        else:
            found.append([character])
    made = []
    for line in found:
        line.sort(key=lambda c: c["x0"])
        segment: list[dict[str, Any]] = []
        for character in line:
            size = max(character["size"], 1.0)
            if segment and character["text"] != " " and character["x0"] - segment[-1]["x1"] > 1.5 * size:
                made.append(_segment(segment))
                segment = []
            if segment and character["text"] == segment[-1]["text"] and abs(character["x0"] - segment[-1]["x0"]) < 0.15 * size and character["text"] != " ":
                continue  # printed twice to look bold
            segment.append(character)
        if segment:
            made.append(_segment(segment))
    return [segment for segment in made if segment["text"]]


def bulleted(segments: list[dict[str, Any]], page: Any) -> list[dict[str, Any]]:
    """The segments with a bullet where the page draws one before them."""
    dots = [shape for shape in (*page.curves, *page.rects) if 1.5 < shape["width"] < 8 and abs(shape["width"] - shape["height"]) < 1.5][:5000]
    for dot in dots:
        middle = (dot["top"] + dot["bottom"]) / 2
        for segment in segments:
            if segment["top"] < middle < segment["bottom"] and 0 < segment["x0"] - dot["x1"] < 2 * segment["size"] and not segment["text"].startswith("•"):
                segment["text"] = "• " + segment["text"]
                break
    return segments


def _segment(characters: list[dict[str, Any]]) -> dict[str, Any]:
    while characters and characters[-1]["text"].isspace():
        characters = characters[:-1]
    while characters and characters[0]["text"].isspace():
        characters = characters[1:]
    if not characters:
        return {"text": ""}
    parts: list[str] = []
    before = None
    for character in characters:
        text = character["text"]
        if before is not None and not text.isspace() and not parts[-1].endswith(" "):
            gap = character["x0"] - before["x1"]
            if gap > (0.5 if _wide(text) or _wide(parts[-1][-1:]) else 0.18) * character["size"]:
                parts.append(" ")
        parts.append(" " if text.isspace() else text)
        before = character
    solid = [c for c in characters if not c["text"].isspace()]
    return {
        "text": "".join(parts).strip(), "x0": characters[0]["x0"], "x1": characters[-1]["x1"],
        "top": min(c["top"] for c in solid), "bottom": max(c["bottom"] for c in solid), "base": _middle([c["base"] for c in solid]),
        "size": round(_middle([c["size"] for c in solid]), 1), "bold": sum(_bold(c["fontname"]) for c in solid) >= 0.9 * len(solid),
    }


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _inside(character: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    x, y = (character["x0"] + character["x1"]) / 2, (character["top"] + character["bottom"]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _tables(page: Any, characters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The ruled tables of a page with two columns and more."""
    if len(page.lines) + len(page.rects) + len(page.curves) < 4 or len(page.edges) > 20_000:
        return []
    made = []
    for table in page.find_tables():
        columns = sorted({round(cell[0]) for cell in table.cells})
        if len(columns) < 2 or len(table.rows) < 2:
            continue
        within = [c for c in characters if _inside(c, table.bbox)]
        cells = []
        for number, row in enumerate(table.rows):
            for box in row.cells:
                if box:
                    cells.append({"row": number, "column": columns.index(round(box[0])), "lines": lines([c for c in within if _inside(c, box)])})
        full = [cell for cell in cells if cell["lines"]]
        if len({cell["column"] for cell in full}) >= 2 and len({cell["row"] for cell in full}) >= 2:
            made.append({"box": table.bbox, "cells": full, "rows": len(table.rows), "columns": len(columns)})
    return made


def extract(data: bytes, most_pages: int) -> dict[str, Any]:
    """Pages with their lines and tables, or ``error``."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        document = pdfplumber.open(io.BytesIO(data))
        count = len(document.pages)
    except Exception as error:  # pdfminer raises whatever a broken file leads to
        chain = {type(error), type(error.__cause__), type(error.__context__), *(type(one) for one in error.args)}
        locked = chain & {PDFPasswordIncorrect, PDFEncryptionError}
        return {"error": "password" if locked else "damaged"}
    if count > most_pages:
        return {"error": "pages", "count": count}
    pages, failed = [], 0
    for page in document.pages:
        try:
            characters = [c for c in page.chars if c["upright"] and c["size"] > 1]
            for character in characters:  # fonts differ in how far they reach below the line that they stand on
                character["base"] = page.height - character["matrix"][5] if character["matrix"][5] else character["bottom"]
            tables = _tables(page, characters)
            rest = [c for c in characters if not any(_inside(c, table["box"]) for table in tables)]
            pages.append({"width": page.width, "height": page.height, "lines": bulleted(lines(rest), page), "tables": tables, "images": len(page.images)})
        except (MemoryError, RecursionError):
            raise
        except Exception:  # one damaged page; the others are read
            failed += 1
        page.close()
    title = (document.metadata or {}).get("Title")
    return {"pages": pages, "failed": failed, "title": title if isinstance(title, str) else None}


if __name__ == "__main__":
    _limit()
    try:
        result = extract(sys.stdin.buffer.read(), int(sys.argv[1]))
    except (MemoryError, RecursionError):
        result = {"error": "memory"}
    sys.stdout.buffer.write(json.dumps(result).encode())
