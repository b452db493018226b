"""The rulebook: reviewed data in `rulebook/`, checked on loading and compiled for matching.

This module is the only reader of rule files.  YAML is read as strings only (``no``, ``17.10`` and ``0017`` stay
what they are); each entry becomes a frozen dataclass whose annotations say which keys there are and which of
them are lists.  What is wrong raises ``RulebookError`` with file, entry and the nearest valid word.
"""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import yaml

HOME = Path(__file__).parent / "rulebook"


class RulebookError(ValueError):
    """Something in a rule file is wrong; the message names the file, the entry and the remedy."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence of our own and what the rule makes of it; run as a test."""

    text: str
    expect: str            # a status, a value, a verdict, "match" or "no match", depending on the file
    note: str = ""


@dataclass(frozen=True, slots=True)
class ItemRule:
    """A personal-data item (items.yml)."""

    id: str
    zh: str
    en: str
    category: str                                   # GB/T 35273-2020 Annex A class A01-A13, or P, V, N
    terms_zh: tuple[str, ...]
    terms_en: tuple[str, ...]
    not_zh: tuple[str, ...] = ()                    # look-alikes that contain a term and are not the item
    not_en: tuple[str, ...] = ()
    parent: str = ""                                # a broader item
    gold: str = ""                                  # the codebook item it counts for
    sensitive_35273: str = ""                       # S
    sensitive_45574: str = ""                       # S, or C (depends on context)
    changeable: str = ""                            # device identifiers: yes or no
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules, checked and compiled."""

    items: dict[str, ItemRule] = field(default_factory=dict)
    fingerprint: str = ""


def strings(path: Path) -> Any:
    """A YAML file in which every scalar is a string."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader if hasattr(yaml, "CBaseLoader") else yaml.BaseLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RulebookError(f"{path}: not readable as YAML: {error}") from None


def nearest(word: str, valid: Any) -> str:
    """The valid word that was probably meant, as half a sentence."""
    close = difflib.get_close_matches(word, list(valid), 1)
    return f"; did you mean {close[0]!r}?" if close else f"; valid are {', '.join(sorted(valid))}"


def entry(kind: type, raw: dict[str, Any], where: str) -> Any:
    """A rule of this kind from the mapping in a file; unknown and missing keys are errors."""
    if not isinstance(raw, dict):
        raise RulebookError(f"{where}: an entry must be a mapping, not {raw!r}")
    hints = get_type_hints(kind)
    for key in raw:
        if key not in hints:
            raise RulebookError(f"{where}: unknown key {key!r}{nearest(key, hints)}")
    values = {}
    for spec in fields(kind):
        if spec.name not in raw:
            if spec.default is MISSING and spec.default_factory is MISSING:
                raise RulebookError(f"{where}: the key {spec.name!r} is missing")
            continue
        value, hint = raw[spec.name], hints[spec.name]
        if get_origin(hint) is tuple:
            if not isinstance(value, list):
                raise RulebookError(f"{where}: {spec.name} must be a list, not {value!r}")
            inner = get_args(hint)[0]
            value = tuple(v if inner is str and isinstance(v, str) else entry(inner, v, f"{where} {spec.name}") for v in value)
        elif hint is str and not isinstance(value, str):
            raise RulebookError(f"{where}: {spec.name} must be text, not {value!r}")
        values[spec.name] = value
    return kind(**values)


def load_list(kind: type, path: Path) -> dict[str, Any]:
    """The entries of a YAML list, by id; a second entry with one id is an error."""
    entries: dict[str, Any] = {}
    for number, raw in enumerate(strings(path) or [], 1):
        name = raw.get("id", f"no. {number}") if isinstance(raw, dict) else f"no. {number}"
        rule = entry(kind, raw, f"{path.name}, entry {name}")
        if rule.id in entries:
            raise RulebookError(f"{path.name}: two entries have the id {rule.id!r}")
        entries[rule.id] = rule
    return entries


@cache
def load(folder: str | Path | None = None) -> Rulebook:
    """The rulebook of the package, extended by the files of another folder."""
    files = sorted(p for p in HOME.rglob("*") if p.suffix in (".yml", ".csv"))
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(HOME).as_posix().encode() + b"\0" + path.read_bytes())
    items = load_list(ItemRule, HOME / "items.yml") if (HOME / "items.yml").exists() else {}
    return Rulebook(items=items, fingerprint=digest.hexdigest()[:16])
