"""The rulebook: reviewed data in `rulebook/`, checked on loading and compiled for matching.

Rule files are read here and in `rulefiles` only.  YAML is read as strings only (``no``, ``17.10`` and ``0017`` stay
what they are); each entry becomes a frozen dataclass whose annotations say which keys there are and which of
them are lists.  What is wrong raises ``RulebookError`` with file, entry and the nearest valid word.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from policykit.entries import (
    FILES,
    LISTED,
    CueRule,
    Example,
    FactPattern,
    FactRule,
    ItemRule,
    PermissionRule,
    PurposeRule,
    SdkRule,
    Sense,
    TopicRule,
    TraitRule,
    WordPair,
    vocabulary,
)
from policykit.matching import Automaton, Hit, Hits, Pseudo, normal, plural
from policykit.rulefiles import RulebookError, check, load_list, load_table, nearest, strings
from policykit.text import View

__all__ = [
    "FILES",
    "HOME",
    "LISTED",
    "Automaton",
    "CueRule",
    "Example",
    "FactPattern",
    "FactRule",
    "Hit",
    "Hits",
    "ItemRule",
    "PermissionRule",
    "Pseudo",
    "PurposeRule",
    "Rulebook",
    "RulebookError",
    "Scanned",
    "SdkRule",
    "Sense",
    "TopicRule",
    "TraitRule",
    "WordPair",
    "load",
    "load_list",
    "load_table",
    "nearest",
    "normal",
    "plural",
    "rule_files",
    "signature",
    "strings",
    "vocabulary",
]
HOME = Path(__file__).parent / "rulebook"
Derived = TypeVar("Derived")


class Scanned(NamedTuple):
    """A clause as the rulebook sees it."""

    view: View
    hits: dict[str, list[Hit]]      # by kind; positions in the view


_scanned = partial(tuple.__new__, Scanned)      # as Scanned._make, without a call of Python's own


def spared(items: dict[str, ItemRule]) -> Iterator[tuple[str, Any]]:
    """The terms of the items; a look-alike of one that holds an English term of another means that.

    IP or MAC address is no postal address, but a MAC address.
    """
    terms = {normal(term): Sense("item", rule.id) for rule in items.values() for term in rule.terms_en}
    for rule in items.values():
        for term, sense in vocabulary(rule):
            if isinstance(sense, Pseudo) and " " in term and term.isascii():
                look = normal(term)
                words, own = look.split(" "), [form for form in map(normal, rule.terms_en) if form in look]
                pieces = (" ".join(words[at:at + size]) for size in range(len(words) - 1, 0, -1) for at in range(len(words) - size + 1))
                others = (terms[piece] for piece in pieces if piece in terms and not any(piece in form for form in own))
                sense = next((other for other in others if other.id != rule.id), sense)
            yield term, sense


@dataclass(frozen=True)
class Rulebook:
    """All rules, checked and compiled."""

    items: dict[str, ItemRule] = field(default_factory=dict)
    traits: dict[str, TraitRule] = field(default_factory=dict)
    cues: dict[str, CueRule] = field(default_factory=dict)
    purposes: dict[str, PurposeRule] = field(default_factory=dict)
    permissions: dict[str, PermissionRule] = field(default_factory=dict)
    facts: dict[str, FactRule] = field(default_factory=dict)
    sdks: dict[str, SdkRule] = field(default_factory=dict)
    topics: dict[str, TopicRule] = field(default_factory=dict)
    lexicon: dict[str, WordPair] = field(default_factory=dict)
    fingerprint: str = ""
    folder: str | None = None                       # of rules of the analyst's own

    @cached_property
    def terms(self) -> Automaton:
        """Every term of items, SDKs, cues, purposes and permissions, with its `Sense`."""
        sought = {rule.id: rule for rule in self.cues.values() if rule.effect not in LISTED}
        tables = self.sdks, sought, self.purposes, self.permissions
        return Automaton(chain(spared(self.items), chain.from_iterable(vocabulary(rule) for table in tables for rule in table.values())),
                         kind=lambda sense: sense.kind)

    def kinds(self, folded: str) -> dict[str, list[Hit]]:
        """What is found in a folded text without gaps, by kind."""
        return self.terms.kinds(folded)

    @cached_property
    def listed(self) -> dict[str, frozenset[str]]:
        """The words of each effect that is not sought in texts, folded."""
        return {effect: frozenset(normal(term) for rule in self.cues.values() if rule.effect == effect for term in (*rule.terms_zh, *rule.terms_en))
                for effect in LISTED}

    @cached_property
    def ancestors(self) -> dict[str, tuple[str, ...]]:
        """The broader items of each item, nearest first."""
        found = {}
        for item in self.items:
            line, at = [], self.items[item].parent
            while at and at not in line and at in self.items:
                line.append(at)
                at = self.items[at].parent
            found[item] = tuple(line)
        return found

    def scan(self, document: Any) -> tuple[Scanned, ...]:
        """Each clause's view and the hits in it, by kind; made once for a document."""
        last = self.__dict__.get("_last")
        if last is None or last[0] is not document:
            of, folded = View.of, document.folded
            views = [of(folded, clause.start, clause.end) for clause in document.clauses]
            texts = [view.text for view in views]
            found, whole = self.terms.each(texts, Hits.NAMED, "item")
            hits = [found[number] if number in whole else Hits(found[number], self.terms, text) for number, text in enumerate(texts)]
            made = map(_scanned, zip(views, hits))
            last = self.__dict__["_last"] = (document, tuple(made))
        return last[1]

    def derived(self, make: Callable[[Rulebook], Derived]) -> Derived:
        """What a stage makes of the rules by a function of its own, made once."""
        made = self.__dict__.setdefault("_derived", {})
        if make not in made:
            made[make] = make(self)
        return made[make]

    def __getstate__(self) -> dict[str, Any]:
        """Without what is made again on demand; an automaton cannot be pickled."""
        return {name: value for name, value in self.__dict__.items() if name not in ("_last", "_derived", "terms")}


def rule_files(folder: Path) -> list[Path]:
    """The rule files of a folder."""
    return sorted(p for p in folder.rglob("*") if p.suffix in (".yml", ".csv"))


def signature(folder: str | Path | None) -> tuple[tuple[str, int, int], ...]:
    """What changes when a rule file changes."""
    found = []
    for home in (HOME, *([Path(folder)] if folder else [])):
        found += [(str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in rule_files(home)]
    return tuple(found)


def load(folder: str | Path | None = None) -> Rulebook:
    """The rulebook of the package, extended by the files of another folder.

    A file of the same name adds entries, and an entry of the same id takes the place of the package's.
    """
    if folder is not None and not Path(folder).is_dir():
        raise RulebookError(f"{folder}: there is no such folder of rules; give a folder with files such as {', '.join(FILES)}")
    return _load(str(folder) if folder else None, signature(folder))


@lru_cache(maxsize=4)
def _load(folder: str | None, _: tuple[tuple[str, int, int], ...]) -> Rulebook:
    digest = hashlib.sha256()
    homes = [HOME, *([Path(folder)] if folder else [])]
    for home in homes:
        for path in rule_files(home):
            digest.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes())
    tables: dict[str, dict[str, Any]] = {}
    for name, (table, kind) in FILES.items():
        tables[table] = {}
        for home in homes:
            if (home / name).is_file():
                tables[table] |= (load_table if name.endswith(".csv") else load_list)(kind, home / name)
    check(tables)
    return Rulebook(**tables, fingerprint=digest.hexdigest()[:16], folder=folder)
