"""Files: those behind paths, folders and globs, each with a key of its own."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

SUFFIXES = (".txt", ".md", ".markdown", ".text", ".html", ".htm", ".xhtml", ".mht", ".mhtml", ".pdf", ".docx")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read, under the key that it will have; ``error`` where there is no such file."""

    name: str
    path: Path
    error: str | None = None


def legible(path: str) -> str:
    """A path in characters: names that are no UTF-8 are Chinese, as old archives hold them, or show where they are not.

    >>> legible("in/示例.txt"), legible(os.fsdecode("in/示例.txt".encode("gb18030"))), legible(os.fsdecode(b"a\\xff.txt"))
    ('in/示例.txt', 'in/示例.txt', 'a\ufffd.txt')
    """
    try:
        path.encode()
        return path
    except UnicodeEncodeError:
        return "/".join(map(_legible, path.encode("utf-8", "surrogateescape" if re.search("[\udc80-\udcff]", path) else "replace").split(b"/")))


def _legible(name: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            pass
    return name.decode("utf-8", "replace")


# files that stand beside policies and are none
_beside = re.compile(r"(?:readme|license|licence|changelog|notice|contributing|policies)\b.*", re.I)


def sources(paths: str | Path | list[str | Path]) -> list[Source]:
    """The files behind paths, folders and globs, in a stable order, each with a key of its own."""
    found: list[tuple[Source, str]] = []
    for given in [paths] if isinstance(paths, (str, Path)) else paths:
        path = Path(given).expanduser()
        try:
            about = os.stat(path)
        except (OSError, ValueError) as error:
            about, trouble = None, error
        if about is not None and stat.S_ISDIR(about.st_mode):
            found += _folder(path) or _real([Source(path.name or str(path), path, f"{path}: no policy in this folder; put .txt, .md, .html, .pdf or .docx files into it.")])
        elif about is not None:
            found += _real([Source(path.stem, path)])
        elif any(c in str(given) for c in "*?["):
            found += _real([Source(p.stem, p) for p in _matched(path)] or [Source(path.name, path, f"{path}: no file matches this pattern; check it, or give the folder.")])
        elif isinstance(trouble, (FileNotFoundError, ValueError)) and not path.is_symlink():
            found += _real([Source(path.stem, path, f"{path}: there is no such file or folder; check the spelling.")])
        else:
            reason = getattr(trouble, "strerror", None) or trouble
            found += _real([Source(path.stem, path, f"{path}: cannot be opened ({reason}); check the name, its links and its permissions.")])
    return _keyed(found)


def _matched(pattern: Path) -> list[Path]:
    """The files that a pattern matches; hidden ones must be named, and ``**`` goes into no linked folder, as links can lead round in circles."""
    wild = next(number for number, part in enumerate(pattern.parts) if any(c in part for c in "*?["))
    base = Path(*pattern.parts[:wild])
    try:
        found = sorted(base.glob(str(Path(*pattern.parts[wild:]))))
    except (OSError, ValueError):
        return []
    shown = any(part.startswith(".") for part in pattern.parts[wild:])
    return [path for path in found if path.is_file() and (shown or not any(part.startswith(".") for part in path.parts[wild:]))]


def _real(found: list[Source]) -> list[tuple[Source, str]]:
    """Files, each with the place where it really is."""
    real_folder = cache(os.path.realpath)
    return [(source, os.path.realpath(source.path) if os.path.islink(source.path) or source.path.name in ("", "..")
             else os.path.join(real_folder(str(source.path.parent)), source.path.name)) for source in found]


def _folder(folder: Path) -> list[tuple[Source, str]]:
    """The policies in a folder and the folders below it, each with the place where it really is; links that lead out of it are not followed."""
    given, root = str(folder), os.path.realpath(folder)
    found: list[tuple[Source, str]] = []
    waiting = [_entries(given, found)]
    while waiting:      # no recursion: folders can be nested deeper than calls
        entry = next(waiting[-1], None)
        if entry is None:
            waiting.pop()
        elif entry.is_dir(follow_symlinks=False):
            waiting.append(_entries(entry.path, found))
        else:
            stem, path = os.path.splitext(entry.name)[0], Path(entry.path)
            real = root.rstrip(os.sep) + entry.path[len(given.rstrip(os.sep)):]
            if entry.is_symlink():
                real = os.path.realpath(entry.path)
                if os.path.islink(real):  # a loop
                    found.append((Source(stem, path, f"{path}: is a link that leads to itself; remove it or give the file."), real))
                if not real.startswith(root + os.sep) or not os.path.isfile(real):
                    continue
            elif not entry.is_file(follow_symlinks=False):
                continue
            found.append((Source(stem, path), real))
    return found


def _entries(folder: str, found: list[tuple[Source, str]]) -> Iterator[os.DirEntry[str]]:
    """The policies and folders in a folder, by name; a folder that cannot be opened is told among what was found."""
    try:
        with os.scandir(folder) as listing:
            inside = sorted(((entry, entry.is_dir(follow_symlinks=False)) for entry in listing), key=lambda one: one[0].name)
    except OSError as error:
        found.append((Source(Path(folder).name, Path(folder), f"{folder}: cannot be opened ({error.strerror}); check its permissions."), folder))
        return
    # what browsers save beside a page holds its advertisements
    pages = {os.path.splitext(entry.name)[0] for entry, _ in inside if entry.name.lower().endswith((".html", ".htm"))}
    saved = {page + ending for page in pages for ending in ("_files", ".files", "_Dateien")}
    for entry, folder_too in inside:
        stem, suffix = os.path.splitext(entry.name)
        if folder_too:
            if not entry.name.startswith((".", "__MACOSX")) and entry.name not in saved:
                yield entry
        elif not entry.name.startswith((".", "~$")) and suffix.lower() in SUFFIXES and not _beside.fullmatch(stem):
            yield entry


def _keyed(found: list[tuple[Source, str]]) -> list[Source]:
    """Each file once, each under a key of its own."""
    seen: set[str] = set()
    taken: dict[str, Path] = {}
    unique = []
    for source, real in found:
        if real in seen:
            continue
        seen.add(real)
        if not source.name.isascii() and legible(source.name) != source.name:
            source = replace(source, name=legible(source.name))
        if source.name in taken or not source.name or source.name.startswith("/"):
            suffix, folder = source.path.suffix.lower(), source.path.parent.name
            there, beside = (f"{folder}/{source.name}", f"{folder}/{source.name}{suffix}"), (f"{source.name}{suffix}", f"{folder}/{source.name}{suffix}")
            same = source.name in taken and taken[source.name].parent == source.path.parent
            name = next((name for name in (*(beside if same else there), *there, *beside) if name and name not in taken and not name.startswith("/")), str(source.path))
            source = Source(name, source.path, source.error)
        taken[source.name] = source.path
        unique.append(source)
    return unique
