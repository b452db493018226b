"""The law as data: instruments, disclosure requirements, necessary information, kinds of defects.

Read from `rulebook/` (instruments.yml, requirements/*.yml, necessary.yml, defects.yml, words.yml) and checked on loading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any


from policykit import rules
from policykit.rules import Example, Rulebook, RulebookError, nearest
from policykit.text import fold

if TYPE_CHECKING:
    import pandas as pd

TIERS = ("statute", "regulation", "standard", "sector")
TAGS = {
    "V": "read in a full text", "V-excerpt": "the sentence read in an excerpt or quotation",
    "heading": "number and title verified, content from memory", "mem": "from memory, unverified",
}
CONTEXTS = ("definition", "legal_list", "changes", "heading")
SCOPES = ("sentence", "clause", "document")
LEAVES = ("phrase", "topic", "fact", "item", "sdk")


@dataclass(frozen=True, slots=True)
class Words:
    """A list of words and phrases that several rules share; ``not_words`` are look-alikes."""

    id: str
    zh: str
    en: str
    words: tuple[str, ...]
    not_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be said: one leaf, or parts under ``all`` or ``any``.

    A leaf is ``phrase`` (one of these words, or the id of a list in words.yml), ``topic``, ``fact``, ``item`` or ``sdk``.
    The parts of an ``all`` must meet ``within`` one sentence (taken with its lead-in and heading), one clause or the document.
    """

    all: tuple[Condition, ...] | None = None
    any: tuple[Condition, ...] | None = None
    phrase: tuple[str, ...] | str | None = None
    topic: str = ""
    fact: str = ""
    item: str = ""
    sdk: str = ""
    within: str = "sentence"

    @classmethod
    def of(cls, raw: Any, where: str) -> Condition:
        """The condition in a rule file; says what is wrong with it."""
        if not isinstance(raw, dict):
            raise RulebookError(f"{where}: a condition must be a mapping, not {raw!r}")
        valid = ("all", "any", "within", *LEAVES)
        for key in raw:
            if key not in valid:
                raise RulebookError(f"{where}: unknown key {key!r}{nearest(key, valid)}")
        if len([key for key in raw if key != "within"]) != 1:
            raise RulebookError(f"{where}: give exactly one of {', '.join(valid[:2] + LEAVES)}")
        values: dict[str, Any] = {}
        for key, value in raw.items():
            if key in ("all", "any"):
                if not isinstance(value, list):
                    raise RulebookError(f"{where}: {key} must be a list, not {value!r}")
                values[key] = tuple(cls.of(part, f"{where} {key}") for part in value)
            elif key == "phrase" and isinstance(value, list):
                values[key] = tuple(value)
            elif not isinstance(value, str):
                raise RulebookError(f"{where}: {key} must be text, not {value!r}")
            else:
                values[key] = value
        if values.get("within", "sentence") not in SCOPES:
            raise RulebookError(f"{where}: within is {values['within']!r}{nearest(values['within'], SCOPES)}")
        return cls(**values)

    def leaves(self) -> list[Condition]:
        """The leaves, in order."""
        parts = self.all if self.all is not None else self.any
        return [self] if parts is None else [leaf for part in parts for leaf in part.leaves()]


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a duty stands, and how well that was checked (a key of ``TAGS``)."""

    instrument: str
    article: str
    tag: str
    article_zh: str = ""                            # where the article is told in words


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, regulation, standard or notice in one edition."""

    id: str
    zh: str
    en: str
    tier: str
    valid_from: str
    verified: str
    valid_to: str = ""
    replaces: str = ""
    replaced_by: str = ""
    note: str = ""
    cited_as: tuple[str, ...] = ()                  # how policies name it
    renumbered: tuple[str, ...] = ()                # old:new article numbers


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that the law asks a policy to say."""

    id: str
    key: str
    zh: str
    en: str
    tier: str
    since: str                                      # date the duty began
    machine: str                                    # full, partial, manual: how far a program can judge
    gdpr: str
    must_zh: str
    must_en: str
    sources: tuple[Basis, ...]
    applies_zh: str = ""
    applies_en: str = ""
    applies: Any = None                             # without it the duty always applies
    met: Any = None
    partial: Any = None
    explicit: Any = None                            # partial as well, unless consent is read strictly
    unless: Any = ()                                # a sentence with one of these is no evidence here
    lead_unless: Any = ()                           # nor is one whose lead-in has one of these
    met_unless: Any = ()                            # a sentence with one of these is evidence of a part only
    counts: tuple[str, ...] = ()                    # contexts that are evidence here
    silent_zh: str = ""                             # what the text does not show where nothing of this is found
    silent_en: str = ""
    headings: str = "lend"                          # lend: a heading may give a part of what is looked for; ignore
    count_met: str = "1"                            # sentences needed for met
    examples: tuple[Example, ...] = ()              # expect: a verdict

    def basis(self) -> str:
        """Instrument, article and tag of verification of each source, in a line."""
        return "; ".join(f"{source.instrument} {source.article} [{source.tag}]" for source in self.sources)


@dataclass(frozen=True, slots=True)
class AppType:
    """A common type of app and the personal information that it needs."""

    id: str
    number: str
    zh: str
    en: str
    needs_zh: str
    needs_en: str
    items: tuple[str, ...] = ()                     # item ids that count as necessary
    names: tuple[str, ...] = ()                     # other names, as written in policies.csv
    tag: str = "mem"                                # how well that was checked
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class DefectKind:
    """A kind of defect of the document; its sentences take {placeholders}."""

    id: str
    zh: str
    en: str
    severity: str
    detail_zh: str
    detail_en: str
    words: tuple[str, ...] = ()                     # phrases that are counted
    when: Any = None                                # the condition, where phrases tell the kind
    unless: Any = ()                                # a sentence with one of these is something else
    most: str = "3"                                 # how many sentences of a policy are reported
    note: str = ""
    examples: tuple[Example, ...] = ()              # expect: match or no match


@dataclass(frozen=True, eq=False)
class Law:
    """All of it."""

    words: dict[str, Words]
    instruments: dict[str, Instrument]
    requirements: dict[str, Requirement]
    app_types: dict[str, AppType]
    defects: dict[str, DefectKind]

    def basis_en(self, rule: Requirement) -> str:
        """What `Requirement.basis` says, with the names of the laws; a law known by its initials or number by these.

        >>> load().basis_en(load().requirements["G05"]).split("; ")[0]
        'PIPL art. 47 [V]'
        """
        return "; ".join(" ".join((_short(self.instruments[source.instrument].en), *(("art.",) if _counted(source) else ()), f"{source.article} [{source.tag}]"))
                         for source in rule.sources)

    def basis_zh(self, rule: Requirement) -> str:
        """What `Requirement.basis` says, in Chinese.

        >>> load().basis_zh(load().requirements["G05"]).split("；")[0]
        '个人信息保护法第47条 [V]'
        """
        return "；".join(f"{self.instruments[source.instrument].zh}{_article_zh(source)} [{source.tag}]" for source in rule.sources)


_known_as = re.compile(r"(GB/T [\d.-]+) |.*\(([A-Z]{2,})\)$")


def _short(name: str) -> str:
    """The number of a standard, or the initials of a law, where its name has them.

    >>> [_short(name) for name in ("GB/T 35273-2020 Personal Information Security Specification", "Some Law (SL)", "Civil Code")]
    ['GB/T 35273-2020', 'SL', 'Civil Code']
    """
    found = _known_as.match(name)
    return (found[1] or found[2]) if found else name


def _counted(source: Basis) -> bool:
    """Whether the place is an article of a law, and no part of a standard or of a notice."""
    return source.article[:1].isdigit() and not source.instrument.startswith("gbt-")


_numbered = re.compile(r"(\d+(?:-\d+)?)?(?: ?¶(\d+(?:-\d+)?))?(?:\((\d+)\))?")


@cache
def _article_zh(source: Basis) -> str:
    """An article as Chinese writes it; numbers of clauses of standards stay.

    >>> [_article_zh(Basis("pipl", article, "V")) for article in ("17 ¶1(2), 19", "4-8", "5.4 b)-c)")]
    ['第17条第1款第2项、第19条', '第4-8条', ' 5.4 b)-c)']
    """
    found = [_numbered.fullmatch(part) for part in re.split(", | and ", source.article)]
    if source.article_zh or not all(found):
        return f" {source.article_zh or source.article}"
    return "、".join("".join(f"第{number}{unit}" for number, unit in zip(part.groups(), "条款项") if number) for part in found if part)


def load(folder: str | Path | None = None) -> Law:
    """The law of the package, extended by the files of another folder."""
    homes = (rules.HOME, *([Path(folder)] if folder else []))
    files = tuple(str(path) for home in homes for path in sorted(home.rglob("*.yml")))
    return _load(tuple(map(str, homes)), tuple((name, Path(name).stat().st_mtime_ns) for name in files))


_latest: list[tuple[Rulebook, Law]] = []


def of(rulebook: Rulebook) -> Law:
    """The law that belongs to a rulebook."""
    if not _latest or _latest[0][0] is not rulebook:
        _latest[:] = [(rulebook, load(getattr(rulebook, "folder", None)))]
    return _latest[0][1]


@lru_cache(maxsize=4)
def _load(homes: tuple[str, ...], _: tuple[tuple[str, int], ...]) -> Law:
    def table(kind: type, pattern: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for home in homes:
            own: dict[str, Any] = {}
            for path in sorted(Path(home).glob(pattern)):
                for name, rule in rules.load_list(kind, path).items():
                    if name in own:
                        raise RulebookError(f"{path.name}, entry {name}: another file of the folder has this id too")
                    own[name] = _conditions(rule, f"{path.name}, entry {name}") if kind in (Requirement, DefectKind) else rule
            found |= own
        return found

    law = Law(table(Words, "words.yml"), table(Instrument, "instruments.yml"), table(Requirement, "requirements/*.yml"),
              table(AppType, "necessary.yml"), table(DefectKind, "defects.yml"))
    _check(law)
    return law


def _conditions(rule: Any, where: str) -> Any:
    """The requirement, or kind of defect, with its conditions parsed."""
    parsed = {key: Condition.of(getattr(rule, key), f"{where} {key}") for key in ("applies", "met", "partial", "explicit", "when") if getattr(rule, key, None) is not None}
    for key in ("unless", "lead_unless", "met_unless"):
        value = getattr(rule, key, ())
        if not isinstance(value, (list, tuple)):
            raise RulebookError(f"{where}: {key} must be a list, not {value!r}")
        if value:
            parsed[key] = tuple(part if isinstance(part, str) else tuple(part) for part in value)
    return replace(rule, **parsed)


def _check(law: Law) -> None:
    """Raises for a dangling reference, a value outside its list, or a requirement without examples."""
    for rule in law.requirements.values():
        where = f"requirements, entry {rule.id}"
        for key, valid in (("tier", TIERS), ("machine", ("full", "partial", "manual"))):
            if getattr(rule, key) not in valid:
                raise RulebookError(f"{where}: {key} is {getattr(rule, key)!r}{nearest(getattr(rule, key), valid)}")
        if rule.headings not in ("lend", "ignore"):
            raise RulebookError(f"{where}: headings is {rule.headings!r}{nearest(rule.headings, ('lend', 'ignore'))}")
        for source in rule.sources:
            if source.instrument not in law.instruments:
                raise RulebookError(f"{where}: no instrument is {source.instrument!r}{nearest(source.instrument, law.instruments)}")
            if source.tag not in TAGS:
                raise RulebookError(f"{where}: the tag is {source.tag!r}{nearest(source.tag, TAGS)}")
        for context in rule.counts:
            if context not in CONTEXTS:
                raise RulebookError(f"{where}: no context is {context!r}{nearest(context, CONTEXTS)}")
        lists = [leaf.phrase for condition in (rule.applies, rule.met, rule.partial, rule.explicit) if condition for leaf in condition.leaves()]
        for name in (*lists, *rule.unless, *rule.lead_unless, *rule.met_unless):
            if isinstance(name, str) and name not in law.words:
                raise RulebookError(f"{where}: no list of words is {name!r}{nearest(name, law.words)}")
        if rule.machine != "manual" and not rule.examples:
            raise RulebookError(f"{where}: needs an example of what meets it and of what does not, under `examples`")
    for kind in law.app_types.values():
        if kind.tag not in TAGS:
            raise RulebookError(f"necessary.yml, entry {kind.id}: the tag is {kind.tag!r}{nearest(kind.tag, TAGS)}")
    for rule in law.instruments.values():
        for key in ("replaces", "replaced_by"):
            other = getattr(rule, key)
            if other and other not in law.instruments:
                raise RulebookError(f"instruments.yml, entry {rule.id}: no instrument is {other!r}{nearest(other, law.instruments)}")


def requirements(rulebook: Rulebook | None = None) -> pd.DataFrame:
    """The requirements as a table, to be joined with `findings` on their id.

    >>> requirements().set_index("requirement").loc["G05", ["en", "since", "tier"]].tolist()
    ['Deletion', '2017-06-01', 'statute']
    """
    import pandas as pd         # what reads a policy has no use for it

    law = of(rulebook) if rulebook else load()
    return pd.DataFrame([
        {"requirement": rule.id, "key": rule.key, "zh": rule.zh, "en": rule.en, "tier": rule.tier, "since": rule.since, "machine": rule.machine,
         "gdpr": rule.gdpr, "must_zh": rule.must_zh, "must_en": rule.must_en, "applies_zh": rule.applies_zh, "applies_en": rule.applies_en, "basis": rule.basis(),
         "basis_zh": "；".join(f"{law.instruments[source.instrument].zh}{_article_zh(source)}" for source in rule.sources),
         "basis_en": "; ".join(f"{law.instruments[source.instrument].en}, art. {source.article}" for source in rule.sources),
         "verified": " ".join(dict.fromkeys(source.tag for source in rule.sources))}
        for rule in law.requirements.values()])


def app_type(sector: str | None, law: Law) -> AppType | None:
    """The common type of app that an analyst's words for a sector mean; None where none fits.

    >>> app_type("电商 / 网上购物", load()).id, app_type("Used-car data", load()).id, app_type("tyre maker", load())
    ('shopping', 'used_cars', None)
    """
    if not sector:
        return None
    wanted = fold(sector)
    best: tuple[int, AppType] | None = None
    for kind in law.app_types.values():
        for name in (kind.id.replace("_", " "), kind.zh, kind.en, *kind.names):
            form = fold(name)
            if form.isascii():
                hit = re.search(rf"(?<![a-z0-9]){re.escape(form)}s?(?![a-z0-9])", wanted)
            else:
                hit = form in wanted
            if hit and (best is None or len(form) > best[0]):
                best = (len(form), kind)
    return best[1] if best else None
