"""Files to policies: each file becomes one text and the blocks that its format shows, or one clear error.

``read(path)`` never raises for what a file contains: what cannot be read is a ``Policy`` with status error and a
message that names the file and the remedy.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from policykit import doubts, markup, pdf, webpage, word
from policykit.blocks import Block, Piece, join, lines
from policykit.deadline import OutOfTime
from policykit.decoding import Decoded, decode, unified
from policykit.files import SUFFIXES, Source, legible, sources

__all__ = ["SUFFIXES", "Block", "Policy", "Source", "legible", "read", "sources"]

MOST_BYTES = 100_000_000      # of a PDF, a Word file or a page with pictures inside
MOST_TEXT_BYTES = 25_000_000  # of a text file
MOST_CHARACTERS = 5_000_000   # the longest policy known to us has 0.2 million


@dataclass(frozen=True, slots=True)
class Policy:
    """One file, read: its text, its blocks, and what there is to say about the reading."""

    name: str
    text: str = ""
    blocks: tuple[Block, ...] = ()
    path: str = ""
    format: str | None = None
    sha256: str | None = None
    title: str | None = None
    status: Literal["ok", "warning", "error"] = "ok"
    message: str | None = None


class Unreadable(Exception):
    """What is wrong with a file and the remedy: the rest of a sentence that begins with its name."""


@dataclass(frozen=True, slots=True)
class _Content:
    """What a reader of one format hands back; ``text`` where it is to stay as it is in the file."""

    pieces: list[Piece]
    title: str | None = None
    text: str | None = None
    trouble: str | None = None


def read(path: str | Path, name: str | None = None) -> Policy:
    """The policy in a file; an unreadable one has status error and a message."""
    path = Path(path)
    name = name or path.stem
    digest = form = None
    try:
        data = _bytes(path)
        digest = hashlib.sha256(data).hexdigest()
        form = _format(data, path.suffix.lower())
        content = _READERS[form](data, path)
        form = "html" if form == "mhtml" else form
        if content.text is None:
            text, blocks = join(content.pieces)
            text = unified(text)
        else:
            text, blocks = content.text, _lines(content.text)
        if not blocks:
            raise Unreadable("holds no text; open it and check that the policy is there")
        if len(text) > MOST_CHARACTERS:
            raise Unreadable(f"holds {len(text):,} characters, more than a policy can have ({MOST_CHARACTERS:,}); split it or give the policy alone")
    except Unreadable as error:
        return Policy(name, path=str(path), format=form, sha256=digest, status="error", message=f"{path}: {error}.")
    except OSError as error:
        return Policy(name, path=str(path), sha256=digest, status="error",
                      message=f"{path}: cannot be opened ({error.strerror or error}); check the name and its permissions.")
    except (MemoryError, RecursionError):
        return Policy(name, path=str(path), format=form, sha256=digest, status="error",
                      message=f"{path}: is too large or too deeply nested to be read; save the policy as plain text.")
    except OutOfTime:
        raise
    except Exception as error:  # a library met a file that it was not made for: one row, and the rest goes on
        return Policy(name, path=str(path), format=form, sha256=digest, status="error",
                      message=f"{path}: is damaged or not what its name says ({type(error).__name__}); save it again, as .txt if need be.")
    title = _title(text, blocks, content.title)
    reasons = [reason for reason in (content.trouble, doubts.about(text, title)) if reason]
    message = f"{path}: {'; '.join(reasons)}." if reasons else None
    return Policy(name, text, blocks, str(path), form, digest, title, "warning" if reasons else "ok", message)


def _bytes(path: Path) -> bytes:
    """The file's bytes, never more than the limit."""
    about = os.stat(path)
    if stat.S_ISDIR(about.st_mode):
        raise Unreadable("is a folder; give the files in it")
    if not stat.S_ISREG(about.st_mode):
        raise Unreadable("is not a regular file; copy its content into a file")
    if about.st_size > MOST_BYTES:
        raise Unreadable(f"has {about.st_size / 1e6:,.0f} MB, the limit is {MOST_BYTES / 1e6:.0f} MB; split it or give the policy alone")
    with open(path, "rb") as file:
        data = file.read(MOST_BYTES + 1)
    if not data.strip(b"\0 \t\r\n\x0b\x0c\xef\xbb\xbf"):
        raise Unreadable("is empty; save the policy into it" if not data else "holds only blanks; save the policy into it")
    return data


_ole, _zip = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_MAGIC = (
    (b"{\\rtf", "is a rich-text file (.rtf)"), (b"\x89PNG", "is a picture"), (b"\xff\xd8\xff", "is a picture"), (b"GIF8", "is a picture"),
    (b"II*\0", "is a picture"), (b"MM\0*", "is a picture"), (b"RIFF", "is a picture or a sound"), (b"\x1f\x8b", "is a compressed archive"),
    (b"7z\xbc\xaf", "is a compressed archive"), (b"Rar!", "is a compressed archive"), (b"BZh", "is a compressed archive"),
    (b"\xfd7zXZ", "is a compressed archive"), (b"\x7fELF", "is a program"), (b"MZ\x90", "is a program"), (b"bplist00", "is a Safari web archive"),
    (b"SQLite format 3", "is a database"), (b"PAR1", "is a Parquet table"),
)
_REMEDY = {
    "is a rich-text file (.rtf)": "save it as .docx or .txt", "is a picture": "give the text of the policy, not a picture of it",
    "is a compressed archive": "unpack it and give the files in it", "is a Safari web archive": "save the page as HTML source or print it to PDF",
}


def _format(data: bytes, suffix: str) -> str:
    """The format by content; the suffix only decides between kinds of text."""
    head = data[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if data.startswith(_ole):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unreadable("is protected with a password; save it without one")
        raise Unreadable("is in the old Word format (.doc); save it as .docx")
    if data.startswith(_zip):
        if b"word/" in data:
            return "docx"
        raise Unreadable("is not a Word file but another kind of archive; unpack it and give the files in it")
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise Unreadable(f"{what}; {_REMEDY.get(what, 'give a .txt, .md, .html, .pdf or .docx file')}")
    if suffix == ".docx":
        raise Unreadable("is not a Word file whatever its name says; save it from Word again as .docx")
    if suffix == ".pdf":
        raise Unreadable("is not a PDF whatever its name says, or its beginning is missing; download it again")
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if suffix in (".mht", ".mhtml") or re.match(rb"(?:from|mime-version|date|subject|snapshot-content-location):", start) and b"multipart/related" in data[:4096].lower():
        return "mhtml"
    if suffix in (".html", ".htm", ".xhtml") or re.match(rb"<(?:!doctype html|html|head|body|\?xml[^>]*>\s*<(?:!doctype html|html))", start):
        return "html"
    return "md" if suffix in (".md", ".markdown") else "txt"


def _decoded(data: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """The text with one kind of line end and no control characters, and what is wrong with its bytes."""
    if len(data) > MOST_TEXT_BYTES:
        raise Unreadable(f"has {len(data) / 1e6:,.0f} MB of text, the limit is {MOST_TEXT_BYTES / 1e6:.0f} MB; split it or give the policy alone")
    found = decode(data, declared)
    if found is None or len(_control.findall(found.text[:100_000])) > 0.02 * len(found.text[:100_000]) + 2:
        raise Unreadable("is a binary file, or text in no known encoding; give a .txt (saved as UTF-8), .md, .html, .pdf or .docx file")
    return _clean(found.text), _bad_bytes(found)


_control = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_CLEAN = dict.fromkeys([*range(9), *range(0x0E, 0x20), 0x7F], " ") | dict.fromkeys([0x0B, 0x0C, 0x85, 0x2028, 0x2029], "\n")


def _clean(text: str) -> str:
    """Line ends as LF; control characters as blanks."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = unified(text)
    return text.translate(_CLEAN) if re.search(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]", text) else text


def _bad_bytes(found: Decoded) -> str | None:
    if not found.bad:
        return None
    if found.bad > 0.05 * len(found.text) + 3:
        raise Unreadable(f"has bytes that fit no encoding ({found.bad:,} of them, tried {found.encoding}); save it as UTF-8")
    where = f", the first at byte {found.first:,}" if found.first is not None else ""
    count = "a character" if found.bad == 1 else f"{found.bad:,} characters"
    return f"{count} could not be decoded as {found.encoding} and can be seen as \ufffd{where}; save it as UTF-8"


def _txt(data: bytes, path: Path) -> _Content:
    text, trouble = _decoded(data)
    return _Content([], None, text, trouble)


# [^1] and [note]: words, which Markdown would take for the address of a link
_no_link = re.compile(r"(?m)(?<![\\!])\[(?=\^[^\]\s]{1,20}\])|^( {0,3})\[(?=[^\]\n]{1,60}\]:[ \t]*(?![<#/.]|[a-z]+:|www\.)\S)")


def _md(data: bytes, path: Path) -> _Content:
    from markdown_it import MarkdownIt

    text, trouble = _decoded(data)
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S)  # front matter
    text = _no_link.sub(lambda found: f"{found[1] or ''}\\[", text)
    if re.search(r"[\[\]*_`<>!~ ]{400}", text):  # no prose has this, and the parser takes its square in time
        return _Content([], None, text, trouble)
    page = MarkdownIt("commonmark", {"html": True, "maxNesting": 100}).enable(["table", "strikethrough"]).render(text)
    pieces, _, plain = webpage.pieces(f"<body>{page}</body>", main=False)
    return _Content(pieces, None, plain, trouble)


def _html(data: bytes, path: Path, declared: str | None = None) -> _Content:
    text, trouble = _decoded(markup.lean(data), declared or markup.declared(data))
    pieces, title, plain = webpage.pieces(text)
    return _Content(pieces, title, plain, trouble)


def _mhtml(data: bytes, path: Path) -> _Content:
    """A page saved as one file: the first HTML part is the page."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            return _html(part.get_payload(decode=True) or b"", path, part.get_content_charset())
    raise Unreadable("is a web archive without a page in it; save the page again as HTML")


def _pdf(data: bytes, path: Path) -> _Content:
    try:
        return _Content(*pdf.pieces(data))
    except pdf.Trouble as error:
        raise Unreadable(str(error)) from error


def _docx(data: bytes, path: Path) -> _Content:
    try:
        return _Content(*word.pieces(data))
    except word.Trouble as error:
        raise Unreadable(str(error)) from error


_READERS = {"txt": _txt, "md": _md, "html": _html, "mhtml": _mhtml, "pdf": _pdf, "docx": _docx}

_atx = re.compile(r"(#{1,6})[ \t]+(?=\S)")


def _lines(text: str) -> tuple[Block, ...]:
    """A block for each line; lines that begin with # are headings where a text has several of them."""
    blocks = lines(text)
    marks = {block: found for block in blocks if text.startswith("#", block.start) and (found := _atx.match(text, block.start, block.end))}
    if len(marks) < 2:
        return blocks
    return tuple(block._replace(kind="heading", start=marks[block].end(), level=len(marks[block][1])) if block in marks else block for block in blocks)


_named = re.compile(r"隐私|隱私|私隐|私隱|个人信息保护|個人資料|privacy|data protection|personal information", re.I)
_quoted = re.compile(r"《([^《》\n]{0,40}(?:隐私|隱私|个人信息)[^《》\n]{0,20})》")
_no_title = re.compile(r"(?:Apkid|https?):|[(（]?(?:\d{1,2}|[一二三四五六七八九十]+)[)）]?[、.．\s](?!\d)|\[|.*(?:日期|时间|邮箱|邮件|电话|@)|.{0,4}(?:概要|摘要|引言|导言|提示|目录|尊敬的)|.*\d{4}\s*[年./-]", re.I)


def _title(text: str, blocks: tuple[Block, ...], page: str | None) -> str | None:
    """The document's title: an early heading or line that says privacy, else what the page calls itself, else the first line."""
    early = [(block, _bare(text[block.start:block.end])) for block in blocks[:20] if block.end - block.start <= 90]
    for block, one in sorted(early, key=lambda pair: pair[0].kind != "heading"):
        if _named.search(one) and block.kind in ("heading", "paragraph") and not _no_title.match(one) and not one.endswith(("。", ".", "；", ";", "，", ",", "：", ":", "?", "？", "!", "！")):
            return one
    if page and not re.search(r"\.(?:html?|txt|docx?|pdf)$", page):
        return page[:200]
    if found := _quoted.search(text, 0, 2000):
        return found[1]
    first = next((one for _, one in early if not _no_title.match(one)), None)
    return first or _bare(text[blocks[0].start:min(blocks[0].end, blocks[0].start + 80)])


_pairs = re.compile(r"[《「“\"【](.+)[》」”\"】]")


def _bare(line: str) -> str:
    """A line without marks of Markdown and without quotes around the whole."""
    line = " ".join(line.split()).strip("#* ")
    whole = _pairs.fullmatch(line)
    return whole[1] if whole and not re.search(r"[《》「」“”]", whole[1]) else line
