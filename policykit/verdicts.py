"""Verdicts on a mention of a data item: what a rule looks at, what it answers, and which rules need be asked at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from policykit import namings
from policykit import questions as ask
from policykit.actors import acting
from policykit.entries import ItemRule, Sense
from policykit.inherited import Frame, Surroundings
from policykit.listed import listed_sdk
from policykit.literals import Sieve
from policykit.rows import Clause
from policykit.rules import Hit, Rulebook
from policykit.scope import OTHERS, Act, Sentence

ACTION = {"collect": "collect", "provide": "collect", "use": "use", "share": "share", "store": "store", "delete": "delete", "permit": "permission"}
Who = tuple[str, str]       # class and words of whoever acts
_UNASKED: Who = ("", "not asked for yet")


class Verdict(NamedTuple):
    """What is said of a mention, and the rule that says so."""

    status: str
    rule: str
    actor: str | None = "we"
    action: str | None = None
    frame: Frame | None = None


NO_MENTION = Verdict("", "the word does not mean the item here")


_they = re.compile(r"\s*(?:they|these (?:companies|parties|third|advertisers|partners|providers))\b|(?:它们|他们|其)(?=会|可能|将|可以)")
# other firms, whoever was named before
_those = re.compile(r"\s*(?:these|those|such) (?:other |third |outside |advertising |analytics )*"
                    r"(?:companies|businesses|advertisers|networks|firms|organi[sz]ations)\b(?! (?:are|were|is) )")


def they(sentence: Sentence, earlier: Frame | None) -> re.Match[str] | None:
    """The word for those whom the sentence before names, at the head of a sentence: 它们会收集…"""
    return _they.match(sentence.text, sentence.start) if earlier is not None and earlier.others else None


class Others(NamedTuple):
    """Others who may act in a sentence without a name of their own."""

    they: str                           # the sentence begins with a word for those named before
    entry: str                          # the SDK whose entry of a list it is
    pronoun: tuple[int, str] | None     # where it goes on with what they do
    heads: str                          # the SDK whose name and a colon begin it

    @classmethod
    def of(cls, sentence: Sentence, earlier: Frame | None, around: Surroundings) -> Others | None:
        """Those of a sentence; None where there are none."""
        those = _those.match(sentence.text, sentence.start) or they(sentence, earlier)
        entry, pronoun, heads = listed_sdk(sentence), namings.they(sentence) or namings.subject(sentence, around.document.folded[:400]), namings.entry(sentence)
        return cls(those[0].strip() if those else "", entry, pronoun, heads) if those or entry or pronoun or heads else None


class Setting:
    """A sentence, and what it inherits from the sentence before, the lead-in and the headings; all that a rule can know before a mention."""

    __slots__ = ("after", "around", "before", "book", "clause", "earlier", "lead", "mask", "others", "plans", "section", "sentence", "turns")

    def __init__(self, sentence: Sentence, clause: Clause, around: Surroundings, earlier: Frame | None, book: Rulebook) -> None:
        self.sentence, self.clause, self.around, self.earlier, self.book = sentence, clause, around, earlier, book
        self.section = around.section(clause.section)
        self.lead = around.above(clause)
        self.before = self.after = sentence.acts        # the verbs that can govern what follows them, and what precedes them
        if named := sentence.named:
            self.before = [act for act in self.before if act[0] not in named or sentence.text[act[0]:act[1]] not in book.listed["idle"]]     # 绑定手机
            self.after = [act for act in self.after if act[0] not in named]
        if giving := ask.services(sentence):       # we provide a service: nothing is collected by that
            self.before, self.after = [act for act in self.before if act not in giving], [act for act in self.after if act not in giving]
        self.turns = "将" in sentence.words or "把" in sentence.words or sentence.once(ask.goes_through) or "权限" in sentence.words
        self.others = Others.of(sentence, earlier, around)
        self.mask = 0           # of the rules that can answer, and
        self.plans: dict[Sense, tuple[Decide, ...]] | None = None   # which to ask of an item; not yet known

    @property
    def collects(self) -> list[Act]:
        """The verbs by which something is taken, given, kept or handed on."""
        return self.sentence.once(ask.collects)


class Mention:
    """A word for a data item in its sentence, with the verb that goes with it."""

    __slots__ = ("_who", "act", "after", "before", "end", "item", "sentence", "setting", "start", "text")

    def __init__(self, setting: Setting, hit: Hit) -> None:
        self.setting = setting
        self._who: Who | None = _UNASKED
        self.sentence = sentence = setting.sentence
        self.text = sentence.text
        self.start, self.end, sense = hit
        self.item: str = sense.id
        start, end = self.start, self.end
        self.before = before = [act for act in setting.before if act[1] <= start or start <= act[0] and act[1] <= end]
        self.after = after = [act for act in setting.after if act[0] >= end]
        self.act = before[-1] if before else after[0] if after else None
        if setting.turns:
            self.act = ask.governing(sentence, start, before, after, self.act)

    @property
    def data(self) -> ItemRule:
        """The item's entry in the rulebook."""
        return self.setting.book.items[self.item]

    @property
    def who(self) -> Who | None:
        """Who acts on it."""
        if self._who is _UNASKED:
            self._who = self._acting()
        return self._who

    def _acting(self) -> Who | None:
        who, act, others = acting(self.sentence, self.start, self.act), self.act, self.setting.others
        if others is None:
            return who
        sentence = self.sentence
        if others.they:
            who = "third", others.they
        if who is not None and who[0] == "we" and act is not None and others.entry and not any(
                kind == "we" and a < act[0] and sentence.part(a) == sentence.part(act[0]) for a, _, kind in sentence.actors):
            who = "sdk", others.entry       # 百度地图SDK:我们使用了它,需要获取您的位置
        if others.pronoun and act is not None and act in self.before and others.pronoun[0] < act[0] and not any(
                kind in ("we", "user") and others.pronoun[0] < a <= act[0] for a, _, kind in sentence.actors):
            who = "sdk", others.pronoun[1]
        if who is None and others.heads:
            who = "sdk", others.heads
        return who

    @property
    def firm(self) -> bool:
        """Whether the firm acts on it."""
        who = self.who
        return who is not None and who[0] == "we"

    def by_firm(self, act: Act) -> bool:
        """Whether it is the firm that does what a verb says."""
        who = acting(self.sentence, act[0], act)
        return who is not None and who[0] == "we"

    def by_others_of(self, act: Act) -> bool:
        """Whether it is somebody else who does what a verb says."""
        who = acting(self.sentence, act[0], act)
        return who is not None and who[0] in OTHERS

    def by_others(self) -> bool:
        """Whether somebody else acts on it."""
        who = self.who
        return who is not None and who[0] in OTHERS


Expression = str | re.Pattern[str]
Decide = Callable[[Mention], Verdict | None]


@dataclass(frozen=True)
class Rule:
    """A rule of judging, and what must be there for it to be asked.

    ``words``: the expressions that it tries; in the sentence stands a word that one of them needs, whatever else it asks.  ``cue``: a kind of cue of
    context.yml.  ``under``: lead or earlier; there is a lead-in, or a sentence before that says something.  ``given``:
    what holds of the sentence and its surroundings.  ``of``: what holds of the item.  ``need``: how the word for the
    item must be meant (`Sense.need`).
    """

    decide: Decide
    words: Expression | tuple[Expression, ...] = ()
    cue: str = ""
    under: str = ""
    given: Callable[[Setting], Any] | None = None
    of: Callable[[ItemRule], bool] | None = None
    need: str = ""

    @property
    def name(self) -> str:
        """The name of the rule."""
        return self.decide.__name__

    @property
    def needed(self) -> str:
        """One expression for all that it tries."""
        tried = self.words if isinstance(self.words, tuple) else (self.words,)
        return "|".join(f"(?:{one if isinstance(one, str) else one.pattern})" for one in tried)

    def asked_of(self, item: ItemRule, need: str) -> bool:
        """Whether the rule is about an item, named by a word of this need."""
        return (self.of is None or self.of(item)) and (not self.need or self.need == need)


def having(trait: str) -> Callable[[ItemRule], bool]:
    """Whether an item has a trait: what a rule is about."""
    return lambda item: trait in item.traits


class Precedence:
    """Rules in the order in which they are asked; tells for a sentence which of them can answer at all.

    A bit of a number stands for a rule: bit 0 for the first.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self._sieve = Sieve(rule.needed for rule in rules)
        self._cues = [(cue, ~sum(1 << number for number, rule in enumerate(rules) if rule.cue == cue))      # and all rules but those of the cue
                      for cue in dict.fromkeys(rule.cue for rule in rules if rule.cue)]
        self._alone = [~sum(1 << number for number, rule in enumerate(rules) if rule.under == under) for under in ("lead", "earlier")]
        self._given = [(1 << number, rule.given) for number, rule in enumerate(rules) if rule.given is not None]

    def mask(self, setting: Setting) -> int:
        """The rules that what stands in and around a sentence lets ask."""
        mask = self._sieve.may_match(setting.sentence.words)
        hits = setting.sentence.hits
        for cue, others in self._cues:
            if cue not in hits:
                mask &= others
        if setting.lead is None:
            mask &= self._alone[0]
        if setting.earlier is None:
            mask &= self._alone[1]
        for bit, given in self._given:
            if mask & bit and not given(setting):
                mask ^= bit
        return mask

    def plan(self, mask: int, item: ItemRule, need: str) -> tuple[Decide, ...]:
        """The rules to ask, in order, of a mention in a sentence of that mask."""
        return tuple(rule.decide for number, rule in enumerate(self.rules) if mask >> number & 1 and rule.asked_of(item, need))
