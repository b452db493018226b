"""Negations: how far one reaches in its sentence, and which verbs it denies.

Positions are positions in the folded view of the clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from policykit.rules import Hit
from policykit.scope import Act, Sentence

# a part of a sentence that begins like this starts a thought of its own
_fresh = re.compile(r"\s*(?:如(?:果|(?:您|你)(?!的[^,，。;；]{1,24}等)|需|有|不|发生|用户|遇|涉)|若|当|为了?|以便|因此|所以|同时|此外|另外|例如|which\b|when\b|if\b|so that|in order|to\b|because"
                    r"|while|as\b|where\b|these\b|this\b|it\b|仅|只|会|将会)")
# of what the part before names: 例如您的姓名
_instance = re.compile(r"\s*(?:例如|比如|譬如)")


@dataclass(frozen=True)
class Denial:
    """The reach of a negation and the acts that it denies."""

    start: int
    end: int
    words: str                              # the negation and its verb, as found
    acts: tuple[Act, ...]
    bare: bool                              # no object follows: 不会存储。, is not stored
    conditional: bool                       # 未经您同意, 除非: what is denied is done under a condition

    def act(self, sentence: Sentence, start: int, end: int) -> set[str]:
        """The kinds of act denied for what stands at text[start:end]."""
        before = [act for act in self.acts if act[1] <= start or start <= act[0] and act[1] <= end]
        after = [act for act in self.acts if act[0] >= end]
        text = sentence.text
        if (opened := text.rfind("(", self.start, start)) >= 0 and (closed := text.find(")", opened)) >= end:
            # 不会将身份信息(能识别您的,如姓名)提供给他人: what an aside says is not what is denied
            before, after = [act for act in before if act[0] < opened], [act for act in after if act[0] > closed][-1:]
        if before:
            gap = sentence.text[before[-1][1]:start]
            if after and re.search(r"[将把]|对(?!外)", gap) and len(after[0:1]):
                return {after[0][2]}
            if before[0][2] in ("share", "provide"):     # 不会共享用于识别您的信息: only verbs that stand side by side are denied
                chain = [before[0]]
                for act in before[1:]:
                    if not _side_by_side.fullmatch(sentence.text[chain[-1][1]:act[0]]):
                        break
                    chain.append(act)
                return {act[2] for act in chain}
            return {act[2] for act in before}
        return {act[2] for act in after[:2]}


_side_by_side = re.compile(r"\s*(?:[、,，/或和及与]|或者|以及|\bor\b|\band\b|\bnor\b)+\s*(?:以及|or\b|and\b|nor\b)?\s*")


def denials(sentence: Sentence) -> list[Denial]:
    """The stretches that a negation reaches."""
    return sentence.once(_all)


def _all(sentence: Sentence) -> list[Denial]:
    if "negator" not in sentence.hits and "no" not in sentence.words and "neither" not in sentence.words:
        return []
    return list(_denials(sentence))


_in_brackets = re.compile(r"\([^()]*\)")       # what stands in them keeps no verb from its negation
# not linked to the data collected by cookies: the participle tells which data
_RELATIVE = (" by ", " through ", " via ", " from ", " when ", " during ")
_DATA = ("information ", "data ", "details ", "content ")


def _denials(sentence: Sentence) -> Iterator[Denial]:
    text = sentence.text
    soft = [(hit.start, hit.end) for hit in sentence.of("not_negator")]
    conditions = sentence.of("condition")
    for hit in [*sentence.of("negator"), *_nothing(sentence)]:
        if any(a < hit.end and hit.start < b for a, b in soft):
            continue
        # 如您不提供…: the user's not, a consequence, no denial
        before = [actor for actor in sentence.actors if actor[1] <= hit.start and sentence.part(actor[0]) == sentence.part(hit.start)]
        if before and before[-1][2] == "user" and hit.start - before[-1][1] < 12 and not any(a[2] == "we" for a in before[-2:-1]):
            continue
        here = sentence.part(hit.start)
        conditional = any(sentence.part(c.start) >= here - 1 and (c.start <= hit.end + 80 or text.startswith(("unless", "除非"), c.start)) for c in conditions) or any(
            e.start > hit.end and not _of_another(sentence, hit, e) for e in sentence.of("except"))
        end = sentence.parts[here][1]
        for _, further in sentence.parts[here + 1:]:
            if text.count("(", hit.start, end) <= text.count(")", hit.start, end):
                break
            end = further       # the part goes on behind the bracket
        closed = _bracket(text, hit.start, sentence.start, sentence.end)
        for a, b in sentence.parts[here + 1:]:
            if closed:
                break
            if b <= end:
                continue        # inside of the bracket
            aside = text.find("(", a, b)        # (unless you agree): an aside does not end it
            verbs = [act for act in sentence.acts if a <= act[0] < b and not (0 <= aside < act[0] < text.find(")", aside, b))]
            if any(a <= other.start < b for other in sentence.of("negator")):
                break
            if any(a <= c.start <= a + 4 for c in sentence.of("contrast")) or _fresh.match(text, a, b) and (verbs or not _instance.match(text, a, b)):
                break
            if verbs and any(a <= actor[0] < verbs[0][0] for actor in sentence.actors):
                break
            if verbs and text[a - 1] in ";；:：":
                break
            end = max(end, b)       # not before the end of a bracket
        end = closed or end
        stop = next((c.start for c in sentence.of("contrast") if hit.end <= c.start < end), end)
        if isinstance(hit, _Nothing) and any(act[0] == hit.start for act in sentence.acts):        # we set no cookies and collect your name
            stop = next((act[0] for act in sentence.acts if hit.end < act[0] < stop and _joined.search(text, hit.end, act[0]) and _its_own.match(text, act[1])), stop)
        # the verb may be part of the cue itself: 不收集
        # not sent to us: not collected
        acts = tuple((act[0], act[1], "collect") if act[2] == "share" and _to_us.match(text, act[1]) else
                     (act[0], act[1], "share") if text[act[0]:act[1]] == "提供" and _given_by_us.fullmatch(text, hit.start, act[0]) else act
                     for act in sentence.acts if hit.start <= act[0] < stop
                     and not (text.startswith(_RELATIVE, act[1]) and text.endswith(_DATA, 0, act[0])))
        first = next((act[0] for act in acts if text.count("(", hit.end, act[0]) == text.count(")", hit.end, act[0])), acts[0][0]) if acts else 0
        if not acts or len(_in_brackets.sub("", text[hit.end:first])) > (140 if isinstance(hit, _Nothing) else 60 if text[hit.start].isascii() else 30):
            continue
        if _more_than.search(text, acts[0][1], stop):
            continue        # we do not collect more than your name; we do not keep it longer than needed
        tail = text[acts[-1][1]:stop].rstrip(_TAIL)
        anaphora = any(acts[-1][1] <= a.start < stop for a in sentence.of("anaphora"))
        bare = anaphora or len(tail) < (14 if text[hit.start].isascii() else 5) or bool(_passive.search(text[max(0, hit.start - 8):acts[0][0]]) and _whereabouts.fullmatch(tail))
        # we use cookies, but they do not collect names: an object follows
        bare = bare and not any(acts[-1][1] <= thing.start < stop for thing in sentence.of("item"))
        yield Denial(hit.start, stop, text[hit.start:max(hit.end, acts[0][1])], acts, bare and not conditional, conditional)
    # we collect your name but not your telephone number
    for short in _but_not.finditer(text, sentence.start, sentence.end) if "not" in sentence.words else ():
        verbs = [act for act in sentence.acts if act[1] <= short.start()]
        if verbs and sentence.part(short.end()) - sentence.part(verbs[-1][0]) <= 6:
            yield Denial(short.start(), sentence.parts[sentence.part(short.end())][1], short[0].strip(" ,"), (verbs[-1],), False, False)


def _of_another(sentence: Sentence, negation: Hit | _Nothing, exception: Hit) -> bool:
    """Whether an exception is one to a later negation: we do not store your name and will not sell data except …"""
    if not sentence.text[negation.start].isascii():
        return False
    return any(negation.end < other.start < exception.start and any(negation.end <= thing.start < other.start for thing in sentence.of("item"))
               for other in sentence.of("negator"))


def _bracket(text: str, position: int, start: int, end: int) -> int:
    """Where the bracket closes that a position of a sentence stands in; 0 outside of brackets.

    >>> t = "visits (which does not include your name, address) are counted"
    >>> t[t.index("not"):_bracket(t, t.index("not"), 0, len(t))]
    'not include your name, address'
    """
    opened = text.rfind("(", start, position)
    if opened < 0 or text.find(")", opened, position) >= 0:
        return 0
    closed = text.find(")", position, end)
    return closed if closed > 0 and text.find("(", position, closed) < 0 else 0


# we will not provide (to others): nobody is asked to
_given_by_us = re.compile(r"(?:不会|并不|并未|从不|从未|绝不|决不|也不|不将)(?:再|会|主动|对外|直接|将)*")
_to_us = re.compile(r"\s*(?:back )?(?:with|to) (?:us\b|our (?:own )?servers?\b)")


class _Nothing(NamedTuple):
    """A negation that stands with the thing, not with the verb."""

    start: int
    end: int


# blanks and signs at the end of a denial
_TAIL = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "。.,;:!?，；：)]\"'了过"
_none = re.compile(r"\b(?:no|none of|neither)\b(?! (?:longer|more|later|less|one|matter|doubt|liab\w+|responsib\w+|guarantee|warrant\w+"
                   r"|obligation|event|way|charge|cost|fee|control|need|means|legal|case|reason|circumstances?|point|account|time)\b)")
_been = re.compile(r"\b(?:is|are|was|were|be|been|being)\s+(?:(?:\w+ly|ever|being)\s+)*$")
_passive = re.compile(r"\b(?:is|are|was|were|be|been|being)\b[^,;:.]*$")
_whereabouts = re.compile(r"\s*(?:on|in|by|at|anywhere)\b(?:(?!\b(?:longer|more than|beyond|after|unless|background|without|until|when|if"
                          r"|for)\b)[^,;:.]){0,40}")
_such = re.compile(r"[^,;:.]{1,60},? \(?(?:such as|including|like|for example)\b[^;:.]*[,)]\s*(?:is|are|was|were|will be)\s+(?:\w+ly "
                   r"|ever |being )*")
_more_than = re.compile(r"\s*(?:any )?more\b[^.;]{0,40}\bthan\b|\b(?:longer than|any longer|for longer|indefinitely|permanently"
                        r"|for more than|beyond the)\b")
_joined = re.compile(r"\band (?:(?:we|it) )?(?:\w+ly |also |then |only |may |will )*$")
_its_own = re.compile(r" (?:your|the|an?|only|certain|some|this|these|those)\b")       # the object of a verb, no part of a name: request headers
_but_not = re.compile(r"(?:,|\bbut|\band)\s+not\s+(?=(?:your|the|any|their|his|her)\b)")


def _nothing(sentence: Sentence) -> Iterator[_Nothing]:
    """The negations of English that deny a verb through its object or subject: we store no card numbers, no location is collected."""
    text = sentence.text
    if "no" not in sentence.words and "neither" not in sentence.words:
        return
    for hit in _none.finditer(text, sentence.start, sentence.end):
        for start, end, _ in sentence.acts:
            if end <= hit.start() and not text[end:hit.start()].strip():
                yield _Nothing(start, hit.end())
            elif start >= hit.end() and (sentence.part(start) == sentence.part(hit.start()) or _such.fullmatch(text[hit.end():start])):
                if not text[hit.end():start].strip() or _been.search(text[hit.end():start]):
                    yield _Nothing(hit.start(), hit.end())
                break
