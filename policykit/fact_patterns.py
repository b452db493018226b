"""The patterns of facts, compiled, and the machine that tells which of them to try in each clause.

All words that patterns need are found in one pass over a document.  A pattern is tried only where each of up to three
sets of words has one in the clause: its ``when`` words, and the two most telling sets that every match must hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import ahocorasick

from policykit import dates, literals, names
from policykit.rules import FactPattern, FactRule, Rulebook

DATE, FIRM, ORG = "\ue000", "\ue001", "\ue002"  # a character of private use stands for each character of a date or name
TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
ONES = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_WORDS = {word: n for n, word in enumerate(ONES.split("|"), 1)} | {word: n for n, word in zip(range(20, 100, 10), TENS.split("|"))}
_PIECES = {
    "<N>": rf"[*_ ]{{0,8}}(?<![\d.])[【\[]?(?P<n>\d{{1,3}}|[一二三四五六七八九十百两]{{1,5}}|(?:(?:{TENS})(?:[- ](?:{ONES}))?|{ONES}|hundred)(?![a-z]))(?![\d.]\d)[】\]]?(?:\s?\(\w{{1,12}}\))?[\s*_]{{0,8}}",
    "<DAY>": r"(?P<unit>(?:个|calendar |natural |consecutive )?(?:法定)?(?:工作|自然|业务|business|working|work)?[\s-]?(?:日|天|days?\b)|小时|hours?\b)",
    "<PERIOD>": r"(?P<unit>(?:个)?(?:自然|完整|日历)?(?:天|日(?!常|志)|月|年|周(?!岁)|(?:calendar )?(?:days?|months?|years?|weeks?)\b))",
    "<DATE>": rf"(?P<date>{DATE}+)",
    "<FIRM>": rf"(?P<firm>{FIRM}+)",
    "<ORG>": rf"(?P<org>{ORG}+)",
    "<GAP>": r"[^。;!?]{0,40}?",
}


def number(words: str) -> int | None:
    """The number that is written in digits, Chinese numerals or English words.

    >>> number("15"), number("十五"), number("forty-five"), number("soon")
    (15, 15, 45, None)
    """
    if words.isdigit():
        return int(words)
    if words[:1] in _WORDS or re.split("[- ]", words)[0] in _WORDS:
        return sum(_WORDS.get(word, 0) for word in re.split("[- ]", words))
    return 100 if words == "hundred" else dates.zh_number(words)


def unit(words: str) -> tuple[str, int]:
    """The unit that is meant, and how many of it one is.

    >>> unit("个工作日"), unit("calendar days"), unit("weeks"), unit("年")
    (('working_day', 1), ('day', 1), ('day', 7), ('year', 1))
    """
    if any(w in words for w in ("工作", "业务", "business", "work")):
        return "working_day", 1
    for word, meant in (("月", ("month", 1)), ("month", ("month", 1)), ("年", ("year", 1)), ("year", ("year", 1)), ("周", ("day", 7)), ("week", ("day", 7)),
                        ("小时", ("hour", 1)), ("hour", ("hour", 1))):
        if word in words:
            return meant
    return "day", 1


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The expression of a pattern, its ready-made pieces put in."""
    for short, piece in _PIECES.items():
        seen = 0
        while short in pattern:      # a group name may stand once: the second <FIRM> of a pattern is firm2
            seen += 1
            pattern = pattern.replace(short, piece if seen == 1 else re.sub(r"\(\?P<(\w+)>", rf"(?P<\g<1>{seen}>", piece), 1)
    return re.compile(pattern)


class Trial(NamedTuple):
    """A pattern with its expressions compiled."""

    rule: FactRule
    pattern: FactPattern
    match: re.Pattern[str]
    unless: re.Pattern[str] | None
    needs: re.Pattern[str] | None
    unless_near: re.Pattern[str] | None
    strength: int

    @classmethod
    def of(cls, rule: FactRule, pattern: FactPattern) -> Trial:
        """The trial of a pattern of the rulebook."""
        unless, needs, near = (compiled(given) if given else None for given in (pattern.unless, pattern.needs, pattern.unless_near))
        return cls(rule, pattern, compiled(pattern.match), unless, needs, near, int(pattern.strength))


maybe_english = re.compile(r"(?<![a-z])(?:inc|ltd|llc|limited|corp|corporation|company|incorporated|gmbh|llp|plc|co\.|bureau|l\.?p|n\.a|pty|s\.a|b\.v|kft|aps|sarl|s\.p\.a|s\.r\.l|n\.v|bhd)(?![a-z])| (?:ag|ab|oy|sas|a/s|s\.?à r\.?l)(?![a-z])")
maybe_named = re.compile(r"college|university|library|museum|foundation|associat|institut|society|council|academy|hospital|federation|seminary|observatory|broadcasting|clinic|church|laborator|orchestra|symphony|cent(?:er|re) (?:for|of)|\.(?:com|org|net) ?\(")
maybe_mail = re.compile(r"@|[(\[<{#$]\s?at| dot (?:com|cn|net|org)")
# what else a clause is searched for: Chinese firms and institutions, English ones, addresses
ASIDE = ("公司|合伙", names.maybe_institution.pattern, maybe_english.pattern, maybe_named.pattern, maybe_mail.pattern)
FIRM_ZH, ORG_ZH, FIRM_EN, ORG_EN, MAIL = (1 << place for place in range(len(ASIDE)))
PLANES = 3                  # of bits: `when` words, and two sets of words that a match must hold


class Program(NamedTuple):
    """The patterns in order, and the machine that tells which of them to try.

    A word stands for a bit for each pattern in each plane, above the bits of what else is searched for.
    """

    trials: list[Trial]
    machine: ahocorasick.Automaton
    always: int                         # the bits for which no word is needed
    of_type: dict[str, int]             # the patterns of each type of fact, a bit for each

    def bits(self, text: str) -> int:
        """The bits of the words in a text."""
        found = self.always
        for _, bits in self.machine.iter(text):
            found |= bits
        return found

    def bits_of(self, text: str, ends: Sequence[int]) -> list[int]:
        """The bits of the words in each stretch of a text; ``ends`` are the ends of the stretches."""
        made, place, stop = [self.always] * len(ends), 0, 0
        for last, bits in self.machine.iter(text):
            if last >= stop:
                while last >= ends[place]:
                    place += 1
                stop = ends[place]
            made[place] |= bits
        return made

    def called(self, bits: int) -> int:
        """The patterns to try, a bit for each, by the bits of the words in a text."""
        size, bits = len(self.trials), bits >> len(ASIDE)
        return bits & bits >> size & bits >> 2 * size & (1 << size) - 1


def program(rulebook: Rulebook) -> Program:
    """The program of a rulebook's patterns."""
    trials = [Trial.of(rule, pattern) for rule in rulebook.facts.values() if rule.type != "sdk" for pattern in rule.patterns]
    calls: dict[str, int] = {}
    always = 0
    of_type: dict[str, int] = {}
    for order, trial in enumerate(trials):
        of_type[trial.rule.type] = of_type.get(trial.rule.type, 0) | 1 << order
        for plane, words in enumerate((trial.pattern.when, *_telling(trial.match.pattern))):
            bit = 1 << len(ASIDE) + plane * len(trials) + order
            always |= 0 if words else bit
            for word in words:
                calls[word] = calls.get(word, 0) | bit
    for place, expression in enumerate(ASIDE):
        for word in literals.words(expression) or ():
            calls[word] = calls.get(word, 0) | 1 << place
    return Program(trials, literals.machine(calls.items(), nothing=0), always, of_type)


def _telling(expression: str) -> tuple[frozenset[str], frozenset[str]]:
    """The most telling set of words that an expression needs, and the next; empty where there is none."""
    needed = sorted(literals.sets(expression), key=lambda words: (-min(map(len, words)), len(words)))
    rare = [words for words in needed[1:] if not any(word in _FREQUENT or word.isascii() and len(word) < 3 for word in words)]
    return needed[0] if needed else frozenset(), rare[0] if rare else frozenset()


_FREQUENT = frozenset(literals.COMMON[:100])    # a word of one such character tells nothing


@lru_cache(maxsize=4096)
def members(bits: int) -> tuple[int, ...]:
    """The numbers of the bits that are set.

    >>> members(0b10110)
    (1, 2, 4)
    """
    return tuple(at for at in range(bits.bit_length()) if bits >> at & 1)
