"""The rulebook: reviewed data in `rulebook/`, checked on loading and compiled for matching.

This module is the only reader of rule files.  YAML is read as strings only (``no``, ``17.10`` and ``0017`` stay
what they are); each entry becomes a frozen dataclass whose annotations say which keys there are and which of
them are lists.  What is wrong raises ``RulebookError`` with file, entry and the nearest valid word.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import MISSING, dataclass, field, fields
from functools import cache, cached_property, lru_cache, partial
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

import ahocorasick
import yaml

from policykit.text import View, fold

HOME = Path(__file__).parent / "rulebook"
Derived = TypeVar("Derived")


class Hit(NamedTuple):
    """A term found: text[start:end], and what the term stands for."""

    start: int
    end: int
    payload: Any


class Pseudo(NamedTuple):
    """The payload of a look-alike: it takes the place of a shorter term of its kind and is then forgotten."""

    kind: Hashable


_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def plural(term: str) -> str:
    """The English plural of a folded term; the term itself where it does not end in a Latin letter.

    >>> plural("ip address"), plural("purchase history"), plural("imei"), plural("通讯录")
    ('ip addresses', 'purchase histories', 'imeis', '通讯录')
    """
    if len(term) < 4 or not "a" <= term[-1] <= "z":
        return term
    if term.endswith(("s", "x", "ch", "sh")):
        return term + "es"
    if term.endswith("y") and term[-2:-1] not in "aeiou":
        return term[:-1] + "ies"
    return term + "s"


class Automaton:
    """Many terms, found in one pass.

    A term that begins or ends with a Latin letter or digit does not match inside a Latin word; it also matches
    in its English plural.  Of overlapping hits of one kind the longest wins.

    >>> machine = Automaton([("MAC地址", "mac"), ("mac", "mac"), ("地址", "address"), ("指纹", "fingerprint"),
    ...                      ("设备指纹", Pseudo(None)), ("cookie", "cookie")])
    >>> [(hit.start, hit.payload) for hit in machine.find(fold("您的ＭＡＣ地址、machine、设备指纹、Cookies和指纹"))]
    [(2, 'mac'), (21, 'cookie'), (29, 'fingerprint')]
    """

    def __init__(self, pairs: Iterable[tuple[str, Any]], *, kind: Callable[[Any], Hashable] = lambda payload: None) -> None:
        entries: dict[str, dict[Hashable, tuple[int, bool, bool, Hashable, Any]]] = {}
        for term, payload in pairs:
            folded = normal(term)
            of = payload.kind if isinstance(payload, Pseudo) else kind(payload)
            for form in dict.fromkeys((folded, plural(folded))):
                if form:
                    entries.setdefault(form, {}).setdefault(of, (len(form), form[0] in _LATIN, form[-1] in _LATIN, of, payload))
        self._machine = ahocorasick.Automaton()
        for form, meant in entries.items():
            self._machine.add_word(form, tuple(meant.values()))
        self._machine.make_automaton()
        self._empty = not entries

    def kinds(self, folded: str) -> dict[Hashable, list[Hit]]:
        """The hits in a folded text by kind, each kind's in order and without overlap."""
        if self._empty:
            return {}
        found: dict[Hashable, list[tuple[int, int, Any]]] = {}
        entangled: set[Hashable] = set()        # the kinds of which two hits overlap
        size = len(folded)
        for last, meant in self._machine.iter(folded):
            end = last + 1
            for length, left, right, kind, payload in meant:
                start = end - length
                if left and start and folded[start - 1] in _LATIN or right and end < size and folded[end] in _LATIN:
                    continue
                if kind in found:
                    hits = found[kind]
                    if start < hits[-1][1]:
                        entangled.add(kind)
                    hits.append((start, end, payload))
                else:
                    found[kind] = [(start, end, payload)]
        for kind in entangled:
            found[kind] = longest(found[kind])
        return {kind: kept for kind, hits in found.items() if (kept := [_hit(hit) for hit in hits if type(hit[2]) is not Pseudo])}

    def find(self, folded: str) -> list[Hit]:
        """The hits in a folded text, all kinds together, in order."""
        kinds = self.kinds(folded)
        return next(iter(kinds.values())) if len(kinds) == 1 else sorted((hit for hits in kinds.values() for hit in hits), key=lambda hit: hit[:2])


def longest(hits: list[tuple[int, int, Any]]) -> list[tuple[int, int, Any]]:
    """The hits in order, without those that overlap a longer one."""
    hits = sorted(hits, key=_by_place)
    kept: list[tuple[int, int, Any]] = []
    at, size = 0, len(hits)
    while at < size:
        reach, group = hits[at][1], [hits[at]]
        at += 1
        while at < size and hits[at][0] < reach:
            group.append(hits[at])
            if hits[at][1] > reach:
                reach = hits[at][1]
            at += 1
        if len(group) > 1:
            taken: list[tuple[int, int, Any]] = []
            for hit in sorted(group, key=_by_length):
                start, end, _ = hit
                for left, right, _ in taken:
                    if start < right and left < end:
                        break
                else:
                    taken.append(hit)
            group = sorted(taken, key=_by_place) if len(taken) > 1 else taken
        kept += group
    return kept


_by_place = itemgetter(0, 1)
_hit = partial(tuple.__new__, Hit)      # as Hit._make, without a call of Python's own


def _by_length(hit: tuple[int, int, Any]) -> int:
    return hit[0] - hit[1]


class Hits(dict[str, list[Hit]]):
    """The hits in a clause by kind; those that only matter beside an item or a name are looked for when asked for."""

    __slots__ = ("_rest",)
    NAMED = frozenset({"item", "named_sdk"})

    def __init__(self, named: dict[str, list[Hit]], rest: Callable[[], dict[str, list[Hit]]]) -> None:
        super().__init__(named)
        self._rest: Callable[[], dict[str, list[Hit]]] | None = rest

    def _fill(self) -> None:
        if self._rest is not None:
            rest, self._rest = self._rest, None
            self.update(rest())

    def get(self, kind: str, default: Any = None) -> Any:
        if kind not in self.NAMED:
            self._fill()
        return super().get(kind, default)

    def __contains__(self, kind: object) -> bool:
        if kind not in self.NAMED:
            self._fill()
        return super().__contains__(kind)

    def __missing__(self, kind: str) -> list[Hit]:
        if self._rest is None or kind in self.NAMED:
            raise KeyError(kind)
        self._fill()
        return self[kind]

    def __iter__(self) -> Iterator[str]:
        self._fill()
        return super().__iter__()

    def items(self) -> Any:
        self._fill()
        return super().items()

    def keys(self) -> Any:
        self._fill()
        return super().keys()

    def values(self) -> Any:
        self._fill()
        return super().values()


def normal(term: str) -> str:
    """A term as it stands in a view: folded, without gaps.

    >>> normal("Android ＩＤ"), normal("設備 序列號")
    ('android id', '设备序列号')
    """
    return View.of(fold(term).strip()).text


class RulebookError(ValueError):
    """Something in a rule file is wrong; the message names the file, the entry and the remedy."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence of our own and what the rule makes of it; run as a test."""

    text: str
    expect: str            # a status, a value, a verdict, "match" or "no match", depending on the file
    note: str = ""


class Sense(NamedTuple):
    """What a term of the rulebook stands for."""

    kind: str        # item, purpose, permission, or the effect of a cue
    id: str          # of the rule
    need: str = ""   # of an item: "" always; weak: only among data; object: only when read; feature: a function; permission: only among permissions


@dataclass(frozen=True, slots=True)
class ItemRule:
    """A personal-data item (items.yml)."""

    id: str
    zh: str
    en: str
    category: str                                   # GB/T 35273-2020 Annex A class A01-A13, or P, V, N
    terms_zh: tuple[str, ...]
    terms_en: tuple[str, ...]
    weak_zh: tuple[str, ...] = ()                   # mean the item only in an enumeration, after 您的 or before 信息
    weak_en: tuple[str, ...] = ()
    object_zh: tuple[str, ...] = ()                 # mean the item only right after a verb of reading: 读取短信
    object_en: tuple[str, ...] = ()
    feature_zh: tuple[str, ...] = ()                # names of functions, which collect nothing by themselves: 指纹登录
    feature_en: tuple[str, ...] = ()
    permission_zh: tuple[str, ...] = ()             # mean the item only where permissions are spoken of
    permission_en: tuple[str, ...] = ()
    not_zh: tuple[str, ...] = ()                    # look-alikes that contain a term and are not the item
    not_en: tuple[str, ...] = ()
    needs: str = ""                                 # act: only in a sentence that collects, uses, stores or shares
    parent: str = ""                                # a broader item
    gold: str = ""                                  # the codebook item it counts for
    sensitive_35273: str = ""                       # S
    sensitive_45574: str = ""                       # S, or C (depends on context)
    changeable: str = ""                            # device identifiers: yes or no
    note: str = ""
    examples: tuple[Example, ...] = ()

    @property
    def kind(self) -> str:
        return "item"


@dataclass(frozen=True, slots=True)
class CueRule:
    """Words that decide what is said of an item near them (context.yml)."""

    id: str
    effect: str                                     # one of EFFECTS
    zh: str
    en: str
    terms_zh: tuple[str, ...] = ()
    terms_en: tuple[str, ...] = ()
    not_zh: tuple[str, ...] = ()
    not_en: tuple[str, ...] = ()
    direction: str = "forward"                      # forward, backward, both, end (of another's reach), pseudo
    note: str = ""
    examples: tuple[Example, ...] = ()

    @property
    def kind(self) -> str:
        return self.effect


@dataclass(frozen=True, slots=True)
class PurposeRule:
    """A class of purposes (purposes.yml)."""

    id: str
    zh: str
    en: str
    terms_zh: tuple[str, ...]
    terms_en: tuple[str, ...]
    not_zh: tuple[str, ...] = ()
    not_en: tuple[str, ...] = ()
    opp115: str = ""                                # the purpose classes of OPP-115 that it falls under
    note: str = ""
    examples: tuple[Example, ...] = ()

    @property
    def kind(self) -> str:
        return "purpose"


@dataclass(frozen=True, slots=True)
class PermissionRule:
    """A permission of the operating system and the items that it opens (permissions.yml)."""

    id: str
    zh: str
    en: str
    terms_zh: tuple[str, ...]
    terms_en: tuple[str, ...]
    not_zh: tuple[str, ...] = ()
    not_en: tuple[str, ...] = ()
    android: tuple[str, ...] = ()
    ios: tuple[str, ...] = ()
    items: tuple[str, ...] = ()                     # items that the permission opens
    note: str = ""
    examples: tuple[Example, ...] = ()

    @property
    def kind(self) -> str:
        return "permission"


@dataclass(frozen=True, slots=True)
class FactPattern:
    """One way in which a fact is said (facts.yml tells what each key means)."""

    id: str
    match: str
    when: tuple[str, ...] = ()
    needs: str = ""
    unless: str = ""
    unless_near: str = ""
    value: str = ""
    strength: str = "1"
    note: str = ""


@dataclass(frozen=True, slots=True)
class FactRule:
    """A fact that a policy states about itself (facts.yml)."""

    id: str
    zh: str
    en: str
    type: str                                       # name, date, number, flag, choice, marker, contact, sdk
    patterns: tuple[FactPattern, ...] = ()
    pick: str = "all"                               # all, best, lowest
    note: str = ""
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class SdkRule:
    """An SDK or its provider (sdks.csv); names in a cell are separated by |, data ids by blanks."""

    id: str
    name: str
    provider: str
    aliases: str                                    # names that mean the SDK wherever they stand
    context: str                                    # names that mean it only beside words such as SDK or plug-in
    lookalikes: str                                 # what contains a name and is something else
    type: str
    usual_data: str
    source: str


@dataclass(frozen=True, slots=True)
class TopicRule:
    """A clause type (topics.yml).

    ``coarse`` is the type of the corpora that it belongs to, itself an id (or several, separated by blanks); the
    types of one coarse type are told apart by their cues, regular expressions over folded text.  Without ``coarse`` the cues alone decide.
    """

    id: str
    zh: str
    en: str
    coarse: str = ""
    capp130: str = ""                               # its name in CAPP-130 (and APPSI-139)
    opp115: tuple[str, ...] = ()                    # its names in OPP-115
    cues_zh: tuple[str, ...] = ()
    cues_en: tuple[str, ...] = ()
    titles_zh: tuple[str, ...] = ()                 # in the title of a section, for what stands below
    titles_en: tuple[str, ...] = ()
    note: str = ""
    examples: tuple[Example, ...] = ()              # expect: match or no match


@dataclass(frozen=True, slots=True)
class WordPair:
    """A Chinese term and its English one, variants separated by | (lexicon.csv); what translations are aligned by."""

    zh: str
    en: str

    @property
    def id(self) -> str:
        return self.zh

    @property
    def zh_terms(self) -> tuple[str, ...]:
        return tuple(self.zh.split("|"))

    @property
    def en_terms(self) -> tuple[str, ...]:
        return tuple(self.en.split("|"))


class Scanned(NamedTuple):
    """A clause as the rulebook sees it."""

    view: View
    hits: dict[str, list[Hit]]      # by kind; positions in the view


@dataclass(frozen=True)
class Rulebook:
    """All rules, checked and compiled."""

    items: dict[str, ItemRule] = field(default_factory=dict)
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
    def names(self) -> Automaton:
        """Every term of items and SDKs, with its `Sense`."""
        return _automaton(self.items, self.sdks)

    @cached_property
    def words(self) -> Automaton:
        """Every term of cues, purposes and permissions, with its `Sense`."""
        return _automaton(self.cues, self.purposes, self.permissions)

    def kinds(self, folded: str) -> Hits:
        """What is found in a folded text without gaps, by kind."""
        return Hits(self.names.kinds(folded), lambda: self.words.kinds(folded))

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
            made = []
            for clause in document.clauses:
                view = document.view(clause)
                made.append(Scanned(view, self.kinds(view.text)))
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
        return {name: value for name, value in self.__dict__.items() if name not in ("_last", "_derived", "names", "words")}


def _automaton(*tables: dict[str, Any]) -> Automaton:
    return Automaton(chain.from_iterable(vocabulary(rule) for table in tables for rule in table.values()), kind=lambda sense: sense.kind)


def vocabulary(rule: Any) -> Iterator[tuple[str, Any]]:
    """The terms of a rule and what they stand for; its look-alikes as `Pseudo`."""
    if isinstance(rule, SdkRule):
        for need, terms in (("", rule.aliases), ("context", rule.context)):
            yield from ((term, Sense("named_sdk", rule.id, need)) for term in terms.split("|") if term)
        yield from ((term, Pseudo("named_sdk")) for term in rule.lookalikes.split("|") if term)
        return
    for name in ("terms_zh", "terms_en", "weak_zh", "weak_en", "object_zh", "object_en", "feature_zh", "feature_en", "permission_zh", "permission_en"):
        need = name.split("_")[0] if not name.startswith("terms") else ""
        for term in getattr(rule, name, ()):
            yield term, Sense(rule.kind, rule.id, need)
    for term in (*rule.not_zh, *rule.not_en):
        yield term, Pseudo(rule.kind)


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


# Which file of the rulebook fills which table, and with what.
FILES: dict[str, tuple[str, type]] = {
    "items.yml": ("items", ItemRule),
    "context.yml": ("cues", CueRule),
    "purposes.yml": ("purposes", PurposeRule),
    "permissions.yml": ("permissions", PermissionRule),
    "facts.yml": ("facts", FactRule),
    "sdks.csv": ("sdks", SdkRule),
    "topics.yml": ("topics", TopicRule),
    "lexicon.csv": ("lexicon", WordPair),
}
EFFECTS = frozenset({
    "negator", "not_negator", "collect", "use", "share", "store", "delete", "refer", "permit", "provide", "warn", "define", "law", "except",
    "only", "contrast", "we", "third", "affiliate", "sdk", "partner", "authority", "user", "anaphora", "condition", "contact", "security", "conduct", "right",
    "channel", "example", "scope", "to_us", "to_others", "section_third", "section_define", "section_contact", "section_own", "section_law", "data",
})


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
    for fact in tables["facts"].values():
        check_fact(fact)
    for rule in tables["permissions"].values():
        for item in rule.items:
            if item not in items:
                raise RulebookError(f"permissions.yml, entry {rule.id}: no item is {item!r}{nearest(item, items)}")
    for rule in tables["cues"].values():
        if rule.effect not in EFFECTS:
            raise RulebookError(f"context.yml, entry {rule.id}: no effect is {rule.effect!r}{nearest(rule.effect, EFFECTS)}")
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
