"""The kinds of rules: what an entry of each file of the rulebook holds, and the terms that it brings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from policykit.matching import Pseudo


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
    also_zh: tuple[str, ...] = ()                   # words that name another item and this one too: 浏览及搜索记录
    also_en: tuple[str, ...] = ()
    not_zh: tuple[str, ...] = ()                    # look-alikes that contain a term and are not the item
    not_en: tuple[str, ...] = ()
    needs: str = ""                                 # act: only in a sentence that collects, uses, stores or shares
    parent: str = ""                                # a broader item
    traits: tuple[str, ...] = ()                    # what it has in common with others, ids of traits.yml
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
class TraitRule:
    """What several items have in common, so that a rule of judging is about all of them (traits.yml)."""

    id: str
    zh: str
    en: str
    note: str = ""                                  # which rule asks for it
    examples: tuple[Example, ...] = ()


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
class Termed:
    """What an entry has that is nothing but terms in two languages."""

    id: str
    zh: str
    en: str
    terms_zh: tuple[str, ...]
    terms_en: tuple[str, ...]
    not_zh: tuple[str, ...] = ()
    not_en: tuple[str, ...] = ()
    note: str = ""
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class PurposeRule(Termed):
    """A class of purposes (purposes.yml)."""

    opp115: str = ""                                # the purpose classes of OPP-115 that it falls under

    @property
    def kind(self) -> str:
        return "purpose"


@dataclass(frozen=True, slots=True)
class PermissionRule(Termed):
    """A permission of the operating system and the items that it opens (permissions.yml)."""

    android: tuple[str, ...] = ()
    ios: tuple[str, ...] = ()
    items: tuple[str, ...] = ()                     # items that the permission opens

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
    for term in (*getattr(rule, "also_zh", ()), *getattr(rule, "also_en", ())):
        yield term, Sense("also", rule.id)
    for term in (*rule.not_zh, *rule.not_en):
        yield term, Pseudo(rule.kind)


# Which file of the rulebook fills which table, and with what.
FILES: dict[str, tuple[str, type]] = {
    "items.yml": ("items", ItemRule),
    "traits.yml": ("traits", TraitRule),
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
    "crook", "staff", "works", "transit", "hands_over", "channel", "example", "scope", "to_us", "to_others", "section_third", "section_define", "section_contact", "section_own", "section_law", "data",
})
# Effects of words that are not sought in every text: what is found otherwise is compared with them.
LISTED = frozenset({"idle", "given", "advise", "advising", "no_function", "asked_of", "restricts", "takes_media", "thing", "no_part"})
