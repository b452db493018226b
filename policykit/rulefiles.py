"""Rule files read and checked: what is wrong is told with file, entry and the nearest valid word."""

from __future__ import annotations

import csv
import difflib
import re
from dataclasses import MISSING, fields
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import yaml

from policykit.entries import EFFECTS, FILES, LISTED, FactRule, vocabulary
from policykit.matching import Pseudo, normal


class RulebookError(ValueError):
    """Something in a rule file is wrong; the message names the file, the entry and the remedy."""


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


_hints = cache(get_type_hints)


def entry(kind: type, raw: dict[str, Any], where: str) -> Any:
    """A rule of this kind from the mapping in a file; unknown and missing keys are errors."""
    if not isinstance(raw, dict):
        raise RulebookError(f"{where}: an entry must be a mapping, not {raw!r}")
    hints = _hints(kind)
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


def load_table(kind: type, path: Path) -> dict[str, Any]:
    """The entries of a CSV file with a heading row, by id."""
    entries: dict[str, Any] = {}
    with open(path, encoding="utf-8-sig", newline="") as file:
        for number, raw in enumerate(csv.DictReader(file), 2):
            where = f"{path.name}, line {number}"
            if None in raw or None in raw.values():
                raise RulebookError(f"{where}: {len([v for v in raw.values() if v is not None])} cells; the heading row has {len(raw) - (None in raw)}")
            rule = entry(kind, raw, where)
            if rule.id in entries:
                raise RulebookError(f"{where}: the id {rule.id!r} occurs before")
            entries[rule.id] = rule
    return entries


FACT_TYPES = frozenset({"name", "date", "number", "flag", "choice", "marker", "contact", "sdk"})
PIECES = frozenset({"<N>", "<DAY>", "<PERIOD>", "<DATE>", "<FIRM>", "<ORG>", "<GAP>"})


def check_fact(fact: FactRule) -> None:
    """Raises for a fact whose type, choice, pieces or expressions cannot be read."""
    where = f"facts.yml, entry {fact.id}"
    if fact.type not in FACT_TYPES:
        raise RulebookError(f"{where}: no type is {fact.type!r}{nearest(fact.type, FACT_TYPES)}")
    if fact.pick not in ("all", "best", "lowest"):
        raise RulebookError(f"{where}: pick is {fact.pick!r}{nearest(fact.pick, ('all', 'best', 'lowest'))}")
    if len(fact.examples) < 2:
        raise RulebookError(f"{where}: needs a positive and a negative example, under `examples`")
    for pattern in fact.patterns:
        if not pattern.strength.isdigit():
            raise RulebookError(f"{where}, pattern {pattern.id}: strength must be a number, not {pattern.strength!r}")
        for expression in (pattern.match, pattern.unless, pattern.unless_near, pattern.needs):
            for piece in re.findall(r"<[A-Z]+>", expression):
                if piece not in PIECES:
                    raise RulebookError(f"{where}, pattern {pattern.id}: no piece is {piece}{nearest(piece, PIECES)}")
            try:
                re.compile(re.sub(r"<[A-Z]+>", "x", expression))
            except re.error as error:
                raise RulebookError(f"{where}, pattern {pattern.id}: not a regular expression: {error}") from None


def check(tables: dict[str, dict[str, Any]]) -> None:
    """Raises for a dangling reference, a duplicate term or an entry without examples."""
    files = {table: name for name, (table, _) in FILES.items()}
    items = tables["items"]
    for rule in items.values():
        if rule.parent and rule.parent not in items:
            raise RulebookError(f"items.yml, entry {rule.id}: no item is {rule.parent!r}{nearest(rule.parent, items)}")
        if rule.needs not in ("", "act"):
            raise RulebookError(f"items.yml, entry {rule.id}: needs is {rule.needs!r}{nearest(rule.needs, ['act'])}")
        for trait in rule.traits:
            if trait not in tables["traits"]:
                raise RulebookError(f"items.yml, entry {rule.id}: no trait is {trait!r}{nearest(trait, tables['traits'])}")
    for rule in tables["traits"].values():
        if len(rule.examples) < 2:
            raise RulebookError(f"traits.yml, entry {rule.id}: needs a positive and a negative example, under `examples`")
    for fact in tables["facts"].values():
        check_fact(fact)
    for rule in tables["permissions"].values():
        for item in rule.items:
            if item not in items:
                raise RulebookError(f"permissions.yml, entry {rule.id}: no item is {item!r}{nearest(item, items)}")
    for rule in tables["cues"].values():
        if rule.effect not in EFFECTS | LISTED:
            raise RulebookError(f"context.yml, entry {rule.id}: no effect is {rule.effect!r}{nearest(rule.effect, EFFECTS | LISTED)}")
        if rule.effect in LISTED and (rule.not_zh or rule.not_en):
            raise RulebookError(f"context.yml, entry {rule.id}: {rule.effect!r} knows no look-alikes; take not_zh and not_en away")
    for rule in tables["topics"].values():
        for family in rule.coarse.split():
            if family not in tables["topics"]:
                raise RulebookError(f"topics.yml, entry {rule.id}: no topic is {family!r}{nearest(family, tables['topics'])}")
        if not {"match", "no match"} <= {example.expect for example in rule.examples}:
            raise RulebookError(f"topics.yml, entry {rule.id}: needs an example with expect: match and one with expect: no match")
        for cue in (*rule.cues_zh, *rule.cues_en, *rule.titles_zh, *rule.titles_en):
            try:
                re.compile(cue)
            except re.error as error:
                raise RulebookError(f"topics.yml, entry {rule.id}: {cue!r} is no regular expression: {error}") from None
    for table in ("items", "cues", "purposes", "permissions", "sdks"):
        owner: dict[tuple[str, str], str] = {}
        for rule in tables[table].values():
            for term, sense in vocabulary(rule):
                form = (sense.kind, normal(term))
                if not form[1]:
                    raise RulebookError(f"{files[table]}, entry {rule.id}: an empty term")
                if owner.setdefault(form, rule.id) != rule.id or isinstance(sense, Pseudo) and term in (*getattr(rule, "terms_zh", ()), *getattr(rule, "terms_en", ())):
                    raise RulebookError(f"{files[table]}, entry {rule.id}: the term {term!r} is also in entry {owner[form]}; keep it in one of them")
            if table == "items":
                expected = {example.expect for example in rule.examples}
                if not (expected & {"collected"} and expected - {"collected"}):
                    raise RulebookError(f"{files[table]}, entry {rule.id}: needs an example of the item and one that is not, under `examples`")
            elif hasattr(rule, "examples") and len(rule.examples) < 2:
                raise RulebookError(f"{files[table]}, entry {rule.id}: needs a positive and a negative example, under `examples`")
