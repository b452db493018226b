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


def bulleted(segments: list[dict[str, Any]], dots: list[dict[str, float]]) -> list[dict[str, Any]]:
    """The segments with a bullet where the page draws one before them."""
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
    if len(page.edges) > 20_000:
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


class _Glyphs:
    """The characters of a page as pdfium sees them, with top and bottom counted from the top of the page."""

    def __init__(self, page: Any) -> None:
        import ctypes

        from pypdfium2 import raw

        self.raw, self.page, self.ctypes = raw, page, ctypes
        self.left, bottom, right, self.top = page.get_cropbox()
        self.width, self.height = right - self.left, self.top - bottom
        self.styles: dict[int, tuple[float, str, bool]] = {}

    def _style(self, text: Any, index: int) -> tuple[float, str, bool]:
        """Size, font and whether it stands upright; the same for all characters of one text object."""
        raw, ctypes = self.raw, self.ctypes
        owner = raw.FPDFText_GetTextObject(text, index)
        key = ctypes.cast(owner, ctypes.c_void_p).value or 0
        if key not in self.styles:
            matrix = raw.FS_MATRIX()
            scaled = raw.FPDFText_GetMatrix(text, index, matrix)
            size = raw.FPDFText_GetFontSize(text, index) * ((matrix.c ** 2 + matrix.d ** 2) ** 0.5 if scaled else 1.0)
            name, flags = ctypes.create_string_buffer(200), ctypes.c_int()
            raw.FPDFText_GetFontInfo(text, index, name, 200, flags)
            self.styles[key] = (size, name.value.decode("utf-8", "replace"), not scaled or abs(matrix.b) < 0.1 * abs(matrix.a) and matrix.a > 0)
        return self.styles[key]

    def characters(self) -> list[dict[str, Any]]:
        raw, ctypes = self.raw, self.ctypes
        text_page = self.page.get_textpage()
        text, found = text_page.raw, []
        box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        for index in range(text_page.count_chars()):
            code = raw.FPDFText_GetUnicode(text, index)
            if raw.FPDFText_IsGenerated(text, index) == 1 or code in (0, 10, 13) or code > 0x10FFFF or 0xD800 <= code < 0xE000:
                continue
            size, font, upright = self._style(text, index)
            if not upright or size <= 1 or not raw.FPDFText_GetLooseCharBox(text, index, box):
                continue
            raw.FPDFText_GetCharOrigin(text, index, x, y)
            base = self.top - y.value
            found.append({
                "text": "-" if code == 2 else chr(code), "x0": box.left - self.left, "x1": box.right - self.left, "top": base - 0.8 * size, "bottom": base + 0.2 * size,
                "base": base, "size": size, "fontname": font,
            })
        text_page.close()
        return found

    def shapes(self) -> tuple[list[dict[str, float]], int, int]:
        """What is drawn and may be a bullet; how many shapes may be rules of a table; how many pictures there are."""
        raw = self.raw
        dots, rules, pictures = [], 0, 0
        for number, drawn in enumerate(self.page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)):
            if number > 20_000:
                break
            if drawn.type == raw.FPDF_PAGEOBJ_IMAGE:
                pictures += 1
                continue
            left, bottom, right, top = drawn.get_bounds()
            width, height = right - left, top - bottom
            if 1.5 < width < 8 and abs(width - height) < 1.5 and len(dots) < 5000:
                dots.append({"x1": right - self.left, "top": self.top - top, "bottom": self.top - bottom})
            elif width > 20 or height > 8:
                rules += 1
        return dots, rules, pictures


def extract(data: bytes, most_pages: int) -> dict[str, Any]:
    """Pages with their lines and tables, or ``error``."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        return {"error": "password" if "assword" in str(error) or "ecurity" in str(error) else "damaged"}
    if count > most_pages:
        return {"error": "pages", "count": count}
    pages, failed, ruled = [], 0, None
    for number in range(count):
        try:
            page = document[number]
            if page.get_rotation():
                page.set_rotation(0)
            glyphs = _Glyphs(page)
            characters = glyphs.characters()
            dots, rules, pictures = glyphs.shapes()
            tables = []
            if rules >= 4 and characters:
                ruled = ruled or _ruled(data)
                tables = _tables(ruled.pages[number], characters) if ruled else []
            rest = [c for c in characters if not any(_inside(c, table["box"]) for table in tables)]
            pages.append({"width": glyphs.width, "height": glyphs.height, "lines": bulleted(lines(rest), dots), "tables": tables, "images": pictures})
            page.close()
            if ruled:
                ruled.pages[number].close()
        except (MemoryError, RecursionError):
            raise
        except Exception:  # one damaged page; the others are read
            failed += 1
    try:
        title = document.get_metadata_value("Title") or None
    except Exception:  # damaged metadata
        title = None
    return {"pages": pages, "failed": failed, "title": title}


def _ruled(data: bytes) -> Any:
    """The document as pdfplumber sees it, which finds tables by their rules; None where it cannot open it."""
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        return pdfplumber.open(io.BytesIO(data))
    except Exception:  # pdfminer raises whatever a broken file leads to; the text is there all the same
        return None


if __name__ == "__main__":
    _limit()
    try:
        result = extract(sys.stdin.buffer.read(), int(sys.argv[1]))
    except (MemoryError, RecursionError):
        result = {"error": "memory"}
    sys.stdout.buffer.write(json.dumps(result).encode())
