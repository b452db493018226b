"""Files to policies: each file becomes one text and the blocks that its format shows, or one clear error.

``read(path)`` never raises for what a file contains: what cannot be read is a ``Policy`` with status error and a
message that names the file and the remedy.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text that the file's format sets apart; positions in ``Policy.text``.

    ``level``: of a heading 1 to 6 (0: the format shows no level), of a list item its depth from 1.
    ``table``, ``row``, ``column`` number a cell; ``header`` marks the cells of a heading row.
    A plain text file has one paragraph block for each line that is not blank.
    """

    kind: Literal["heading", "paragraph", "item", "cell"]
    start: int
    end: int
    level: int = 0
    table: int | None = None
    row: int | None = None
    column: int | None = None
    header: bool = False


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


def read(path: str | Path, name: str | None = None) -> Policy:
    """The policy in a file; an unreadable one has status error and a message."""
    path = Path(path)
    name = name or path.stem
    try:
        data = path.read_bytes()
    except OSError as error:
        return Policy(name, path=str(path), status="error", message=f"{path}: cannot be opened ({error.strerror}); check the name and its permissions.")
    text = data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    blocks, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            left = at + len(line) - len(line.lstrip())
            blocks.append(Block("paragraph", left, left + len(line.strip())))
        at += len(line) + 1
    return Policy(name, text, tuple(blocks), str(path), "txt", hashlib.sha256(data).hexdigest(), blocks and text[blocks[0].start:blocks[0].end] or None)


SUFFIXES = (".txt", ".md", ".html", ".htm", ".xhtml", ".pdf", ".docx")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read, under the key that it will have; ``error`` where there is no such file."""

    name: str
    path: Path
    error: str | None = None


def sources(paths: str | Path | list[str | Path]) -> list[Source]:
    """The files behind paths, folders and globs, in a stable order, each with a key of its own."""
    found: list[Source] = []
    for given in [paths] if isinstance(paths, (str, Path)) else paths:
        path = Path(given).expanduser()
        if path.is_dir():
            files = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
            found += [Source(p.stem, p) for p in files] or [Source(path.name, path, f"{path}: no policy in this folder; put .txt, .md, .html, .pdf or .docx files into it.")]
        elif any(c in str(given) for c in "*?["):
            files = sorted(p for p in Path(path.anchor or ".").glob(str(path.relative_to(path.anchor))) if p.is_file())
            found += [Source(p.stem, p) for p in files] or [Source(path.name, path, f"{path}: no file matches this pattern.")]
        elif path.exists():
            found.append(Source(path.stem, path))
        else:
            found.append(Source(path.stem, path, f"{path}: there is no such file or folder; check the spelling."))
    taken: set[str] = set()
    unique = []
    for source in found:
        name = source.name
        for name in (name, f"{source.path.parent.name}/{name}", f"{source.path.parent.name}/{source.path.name}", str(source.path)):
            if name not in taken:
                break
        taken.add(name)
        unique.append(Source(name, source.path, source.error))
    return unique
