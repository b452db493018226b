"""What must stand in a text for a regular expression to match: many expressions are then sorted out in one pass.

A rulebook has hundreds of expressions of which a sentence matches one or two.  Each expression names here the words
of which at least one stands in every match; an automaton finds all words at once, and only expressions with a word
in the text are tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from re import _constants as sre, _parser       # type: ignore[attr-defined]  # the only parser that agrees with `re` on everything
from typing import Any

import ahocorasick

# The characters that policies use most, the most frequent first
COMMON = ' ,的、信息您我们。用人个或务服使以法提能在可行etaoinsrhldcumfpgwybvkx会关权和方(供.本如及为保时要相理公不收其全将通安号于户同有与:;"1230护集中对意定政他产设过策合规并品下功应据限向进求系内需所网联私三隐账处请共取发件授情第更享式备律机开存一上作何录成证注动分游置除地了包后问实司识当戏得身数接名份况果无-明未是容生体告性统知码任必技获化自述括但议确别手你程外商些管国该制者术业)'
MOST = 64       # words of one expression; more are not worth their place


def words(expression: str) -> frozenset[str] | None:
    """Words of which at least one stands in every match of an expression; None where there are no such words.

    >>> sorted(words("(?:共享|分享)给?[您你]|(?<![a-z])shar(?:e|ing)(?![a-z])"))
    ['share', 'sharing', '共享你', '共享您', '共享给你', '共享给您', '分享你', '分享您', '分享给你', '分享给您']
    >>> words(r"\\d+(?:天|日)?") is None
    True
    """
    tree = _parser.parse(expression)
    return None if tree.state.flags & re.IGNORECASE else _needed(tree)


def sets(expression: str) -> list[frozenset[str]]:
    """Sets of words of each of which at least one stands in every match of an expression.

    >>> [sorted(found) for found in sets("(?:共享|分享).*?[您你]的")]
    [['共享', '分享'], ['你的', '您的']]
    """
    tree = _parser.parse(expression)
    return [] if tree.state.flags & re.IGNORECASE else _sets(tree)


def _needed(sequence: Sequence[tuple[Any, Any]]) -> frozenset[str] | None:
    """The most telling of the sets of words that a sequence of parts needs: its shortest word is longest; of two alike the smaller."""
    return max(_sets(sequence), key=lambda found: (min(map(len, found)), -len(found)), default=None)


def _sets(sequence: Sequence[tuple[Any, Any]]) -> list[frozenset[str]]:
    """The sets of words that a sequence of parts needs."""
    found: list[frozenset[str]] = []
    whole = frozenset({""})      # all that the parts read last can be
    for operation, value in sequence:
        exact = _exact(operation, value)
        if exact is not None and len(whole) * len(exact) <= MOST:
            whole = frozenset(a + b for a in whole for b in exact)
        else:
            found.append(whole)
            whole = exact if exact is not None else frozenset({""})
            if exact is None:
                found += _inside(operation, value)
    return [words for words in (*found, whole) if words and "" not in words]     # the empty word says nothing


def _exact(operation: Any, value: Any) -> frozenset[str] | None:
    """Everything that a part of an expression can be, where that is little."""
    if operation is sre.LITERAL:
        return frozenset({chr(value)})
    if operation in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
        return frozenset({""})
    if operation is sre.IN:
        return frozenset(chr(code) for _, code in value) if len(value) <= MOST and all(kind is sre.LITERAL for kind, _ in value) else None
    if operation is sre.MAX_REPEAT and value[:2] == (0, 1):
        parts: Iterable[Any] = ([], value[2])
    elif operation is sre.BRANCH:
        parts = value[1]
    elif operation is sre.SUBPATTERN and not value[1]:
        parts = (value[3],)
    else:
        return None
    made: set[str] = set()
    for sequence in parts:
        whole = {""}
        for part in sequence:
            exact = _exact(*part)
            if exact is None or len(whole) * len(exact) > MOST:
                return None
            whole = {a + b for a in whole for b in exact}
        made |= whole
    return frozenset(made) if len(made) <= MOST else None


def _inside(operation: Any, value: Any) -> list[frozenset[str]]:
    """The sets of words that a part needs that can be much."""
    if operation is sre.BRANCH:
        needed = [_needed(sequence) for sequence in value[1]]
        return [] if any(found is None for found in needed) else [frozenset().union(*needed)]
    if operation is sre.SUBPATTERN and not value[1]:
        return _sets(value[3])
    if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT) and value[0] > 0:
        return _sets(value[2])
    return []


def machine(words: Iterable[tuple[str, Any]], nothing: Any) -> ahocorasick.Automaton:
    """An automaton that finds words, each with its value, in one pass; fast at the characters that policies use most.

    It looks through the children of a node in the order of their making, and is at its root most of the time: so
    these characters come first there.  ``nothing`` is the value of the words that stand for them, should they ever occur.

    >>> [value for _, value in machine([("设备", 1), ("备案", 2)], nothing=0).iter("设备案")]
    [1, 2]
    """
    made = ahocorasick.Automaton()
    for char in COMMON:
        made.add_word(char + "\uffff", nothing)
    for word, value in words:
        made.add_word(word, value)
    made.make_automaton()
    return made


class Sieve:
    """Many expressions, numbered; tells which of them a text may match, as bits.

    >>> sieve = Sieve(["共享|分享", "(?<![a-z])sdks?(?![a-z])", "[0-9]+"])
    >>> bin(sieve.may_match("我们会分享信息")), bin(sieve.may_match("第三方sdk"))
    ('0b101', '0b110')
    """

    def __init__(self, expressions: Iterable[str]) -> None:
        self._always, calls = 0, {}
        for number, expression in enumerate(expressions):
            needed = words(expression)
            if needed is None:
                self._always |= 1 << number
            for word in needed or ():
                calls[word] = calls.get(word, 0) | 1 << number
        self._machine = machine(calls.items(), nothing=0)

    def may_match(self, text: str) -> int:
        """A bit for each expression that can match; only these need be tried."""
        found = self._always
        for _, bits in self._machine.iter(text):
            found |= bits
        return found
