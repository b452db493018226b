"""Sentences and the cues in them: verbs, those who are named, the parts between commas.

Everything here works on the folded view of one clause; positions are positions in that view.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from policykit.rules import Hit

Answer = TypeVar("Answer")
Act = tuple[int, int, str]       # a verb: start, end, what kind of act

ACTS = ("collect", "use", "provide", "share", "store", "delete", "permit")
OTHERS = ("third", "affiliate", "sdk", "partner", "authority")
ACTORS = ("we", "user", *OTHERS)

# a full stop ends an English sentence, but not after these (the set of first characters comes first: `re` skips fast to them)
_stop = re.compile(r"[。!?.](?:(?:(?<=。)|(?<=[!?])(?![a-z0-9&=%/_]))(?:。|[!?](?![a-z0-9&=%/_]))*[\"')\]]*|(?<=[a-z0-9)\"'%\]]\.)[\"')]*(?=\s|$)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\betc\.)(?<!\bno\.)(?<!\binc\.)(?<!\bco\.)(?<!\bltd\.)(?<!\bu\.s\.)(?<!\bvs\.)(?<!^\d\.))")
_pause = re.compile(r"[,;:，；：][,;:，；：]*(?!\d{3}\b)")
_of_others = re.compile(r"(?:第三方|其他|合作)(?:(?![的和与及或])[\u4e00-\u9fff]){1,8}$")     # 第三方社交网络平台
_title = re.compile(r"《[^《》\n]{1,60}》")


_named_sdk = re.compile(r"(?<![a-z0-9])[a-z0-9][a-z0-9_\-+.]*sdks?(?![a-z0-9]|版本)")


class lazy:
    """A property that is worked out once; without the lock that `cached_property` takes, which costs as much as most answers here."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self.make, self.__doc__ = make, make.__doc__

    def __get__(self, holder: Any, _: type | None = None) -> Any:
        if holder is None:
            return self
        made = holder.__dict__[self.make.__name__] = self.make(holder)
        return made


@dataclass(eq=False)
class Sentence:
    """A sentence of a clause with the cues in it."""

    text: str                       # of the whole clause
    start: int
    end: int
    hits: dict[str, list[Hit]]      # by kind, only those in the sentence
    words: str                      # the sentence itself
    told: dict[Any, Any] = field(default_factory=dict)      # what was found out of the sentence, so that no mention asks again

    def of(self, kind: str) -> list[Hit]:
        return self.hits.get(kind, [])

    def once(self, ask: Callable[[Sentence], Answer]) -> Answer:
        """The answer to a question that is about the sentence and about no mention in it; asked once."""
        if ask not in self.told:
            self.told[ask] = ask(self)
        return self.told[ask]

    @lazy
    def parts(self) -> list[tuple[int, int]]:
        """The stretches between commas, semicolons and colons."""
        edges = [self.start]
        for pause in _pause.finditer(self.text, self.start, self.end):
            edges.append(pause.end())
        edges.append(self.end)
        return [(a, b) for a, b in itertools.pairwise(edges) if a < b]

    @lazy
    def _ends(self) -> list[int]:
        return [b for _, b in self.parts]

    def part(self, position: int) -> int:
        """Which part a position is in."""
        return min(bisect_right(self._ends, position), len(self._ends) - 1)

    @lazy
    def acts(self) -> list[tuple[int, int, str]]:
        """Every verb: start, end, what kind of act; of two kinds at one place the first of `ACTS`."""
        found: dict[int, tuple[int, int, str]] = {}
        hits = self.hits
        for kind in ACTS:
            if kind in hits:
                for start, end, _ in hits[kind]:
                    if start not in found:
                        found[start] = (start, end, kind)
        if "《" in self.words and self.titles:
            found = {at: act for at, act in found.items() if not self.titled(at)}
        if "access" in self.words:
            found = {at: act for at, act in found.items() if not _visits(self, act)}
        acts = [found[at] for at in sorted(found)]
        if "provide" not in hits and "记录" not in self.words and "展示" not in self.words:
            return acts
        text = self.text
        return [act for known in acts if (act := _directed(self, known) if known[2] == "provide" or text.startswith(("记录", "展示"), known[0]) else known) is not None]

    @lazy
    def actors(self) -> list[tuple[int, int, str]]:
        """Everybody named: start, end, class."""
        hits = self.hits
        found = [(start, end, kind) for kind in ACTORS if kind in hits for start, end, _ in hits[kind]]
        if "sdk" in self.words:        # BuglySDK: the word alone is not found in it
            found += [(match.start(), match.end(), "sdk") for match in _named_sdk.finditer(self.text, self.start, self.end)]
        found.sort()
        if "平台" in self.words or "公司" in self.words:      # 第三方服务平台: the noun that ends the name of somebody else
            others = {end for _, end, kind in found if kind in OTHERS}
            found = [actor for actor in found if not (actor[2] == "we" and self.text[actor[0]:actor[1]] in ("平台", "公司") and (
                actor[0] in others or _of_others.search(self.text, max(self.start, actor[0] - 11), actor[0])))]
        return [actor for actor in found if not self.titled(actor[0])] if "《" in self.words and self.titles else found

    @lazy
    def titles(self) -> list[tuple[int, int]]:
        """The titles of documents, whose words do nothing: 《第三方信息共享清单》."""
        return [title.span() for title in _title.finditer(self.text, self.start, self.end)]

    def titled(self, position: int) -> bool:
        """Whether a position is in the title of a document."""
        return any(start < position < end for start, end in self.titles)

    @lazy
    def named(self) -> frozenset[int]:
        """Where verbs stand that are a part of an item's name: 绑定手机, 搜索记录."""
        things, found, number = self.of("item"), [], 0
        if not things:
            return frozenset()
        for start, end, _ in self.acts:
            while number < len(things) and things[number].end <= start:
                number += 1
            if number < len(things) and things[number].start <= start and end <= things[number].end and not self._done(things[number], start, end):
                found.append(start)
        return frozenset(found)

    def _done(self, thing: Hit, start: int, end: int) -> bool:
        """Whether a verb that is also the name of a permission is a verb here: 在您的设备上存储Cookie."""
        return thing.start == start and thing.end == end and thing.payload.need == "permission" and not self.of("permit") and not self.of("permission")

_closed = re.compile(r"[^()\n]{0,300}\)")


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a folded text stand.

    >>> t = "我们收集imei。we use e.g. cookies. they help"
    >>> [t[a:b] for a, b in sentences(t)]
    ['我们收集imei。', 'we use e.g. cookies.', ' they help']
    """
    spans, at, brackets = [], 0, "(" in text
    for stop in _stop.finditer(text):
        end = stop.end()
        if brackets and text.count("(", at, end) > text.count(")", at, end) and _closed.match(text, end):
            continue        # inside of brackets
        spans.append((at, end))
        at = end
    if at < len(text):
        spans.append((at, len(text)))
    return spans


def split(text: str, hits: dict[str, list[Hit]]) -> list[Sentence]:
    """The sentences of a clause."""
    spans = sentences(text)
    if len(spans) == 1:
        return [Sentence(text, 0, len(text), hits if type(hits) is dict else dict(hits.items()), text)]
    made = [Sentence(text, a, b, {}, text[a:b]) for a, b in spans]
    for kind, found in hits.items():
        at, (_, end) = 0, spans[0]
        inside: list[Hit] = []
        for hit in found:           # in order
            if hit[0] >= end:
                while hit[0] >= end:
                    at += 1
                    end = spans[at][1]
                inside = []
            if not inside:
                made[at].hits[kind] = inside
            inside.append(hit)
    return made


# 通信记录和内容 names something, 收集和记录您的 is done
_record = re.compile(r"(?:[、,，。;；()（）等\"|]|和|及|与|或|信息|数据|的(?!您|用户)|\s*$)")
_verbal = re.compile(r"(?:[会将并且来以于及和与或、,，:：;；动能可需应们地后被所法我时(（并]|公司|平台|系统|软件|应用|服务器|客户端|有权|统一|存储|收集|监测|跟踪|保存|方式|进行|予以|^|[\s\d.])$")
_gives = frozenset({"提供", "告知", "同步", "上传", "发布", "展示", "显示"})
# we provide your address to carriers: shared
_hands = re.compile(r"(?:provides?|providing|supply|supplies|submit|submits|furnish)\s(?:your|users?'|customers?'|their|this|that|such"
                    r"|certain|personal|some|only|it|them)\b[^.;:]{0,80}?\bto (?!you\b|us\b|our (?:own )?servers?\b"
                    r"|the (?:extent|best|site|app)\b|[a-z]+ (?:you|your|the)\b)[a-z]")
_to_others = re.compile(r"(?:向|给|与)(?!我们|本公司|平台|我司|我行)[^,，。;；您你]{2,22}$|[向给]其$")
_given_to = re.compile(r"给(?!我们|本公司|平台|我司|我行)")
_to_you = re.compile(r"(?:向|为|给)(?:您|你|用户)[^,，。;；您]{0,8}$")


# the devices you use to access our site: the user is there, nobody takes anything
_goes = re.compile(r"(?:\b(?:you|users?|visitors?|customers|members|who|people|they)\s(?:(?:may|can|might|will|must|do|first|have|use|used"
                   r"|choose|try|wish|want|need|to|or|visit|view|\w+ly)\s){0,5}"
                   r"|\b(?:devices?|computers?|phones?|handsets?|tablets?|browsers?|apps?|terminals?|software|equipment|networks?|systems?"
                   r"|providers?)\s(?:(?:that|which|is|are|was|were|being|you|have|has|been)\s){0,3}used?\s(?:by (?:you|users?"
                   r"|visitors?)\s)?to\s(?:\w+ly\s)?)$")
_place = re.compile(r"\s(?:(?:and|or|and/or) (?:use|using|visit|view)\s)?(?:(?:the|our|this|that|these|any|its|a|an|such|all|or|of|other"
                    r"|certain|parts?|mobile|online|and)\s){0,5}(?:web ?)?(?:sites?|websites?|services?|apps?|applications?|platforms?"
                    r"|contents?|accounts?|pages?|products?|features?|networks?|portals?|software|systems?|internet|web|tools?|games?|it"
                    r"|them)\b")


def _visits(sentence: Sentence, act: tuple[int, int, str]) -> bool:
    """Whether a verb says that the user comes to the site: the phone you use to access our site."""
    start, end, kind = act
    return kind == "collect" and sentence.text.startswith("access", start) and _place.match(sentence.text, end) is not None and (
        _goes.search(sentence.text, max(sentence.start, start - 60), start) is not None)


def _directed(sentence: Sentence, act: tuple[int, int, str]) -> tuple[int, int, str] | None:
    """A verb of giving by whom it gives to: others (sharing), you (no act on your data), us."""
    start, end, kind = act
    words = sentence.text[start:end]
    if words == "记录" and _record.match(sentence.text, end) and not _verbal.search(sentence.text[max(sentence.start, start - 4):start]):
        return None
    if kind == "provide" and _hands.match(sentence.text, start, sentence.end) and (near := [actor for actor in sentence.actors if actor[1] <= start][-1:]) and near[0][2] == "we":
        return start, end, "share"
    if (kind != "provide" or words not in _gives) and words != "展示":
        return act
    head = sentence.text[max(sentence.start, start - 28):start]
    if _to_you.search(head):
        return None
    if _to_others.search(head) or _given_to.match(sentence.text, end, end + 3):
        return start, end, "share"
    return act
