"""What of a page is the policy and what is its furniture: menus, banners, forms, teasers, footers.

Whole elements are judged by how much of them is links, by how much speaks of the subject, and by their names.  What
is not clearly furniture stays: a menu too many is a lesser harm than a clause too few.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import islice

from lxml import etree

from policykit import names

names_furniture = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|navigation|menu|submenu|topnav|subnav|breadcrumbs?|crumbs?|sidebar|side-?bar|rail|footer|foot|masthead|"
    r"toolbar|social|share|sharing|addthis|comments?|disqus|related|recirc|recommend\w*|promo|newsletter|subscribe|signup|sign-up|login|"
    r"modal|popup|pop-up|overlay|lightbox|widget|banner|ads?|advert\w*|sponsor\w*|search|skip|pagination|pager|copyright|utility|"
    r"cookie-?(?:banner|bar|notice|consent|message|law|popup|alert)|consent|gdpr|onetrust|trending|popular|most-read|tags?|print)(?:$|[-_\s\d])", re.I,
)
_about = re.compile(
    r"privacy|personal|information|collect|cookie|disclos|third part|consent|\bdata\b|\bshare\b|e-?mail|\bpolicy|security|children"
    r"|信息|隐私|個人|个人|收集|第三方|数据|资料|資料|同意|政策|权限|服务|您", re.I,
)
# links that move about the page; the last word may stand alone
_move = re.compile(r"[\W_]*(?:(?:back|return|go|jump)?\s*to\s+(?:the\s+)?top(?:\s+of\s+(?:the\s+)?page)?|top|print(?: this page)?|share|(?:(?:read|learn|see|show|view) )?(?:more|less)|(?:expand|collapse)(?: all)?|close|skip to (?:main )?content|返回顶部|回到顶部|返回首页|返回|打印|关闭窗口|分享)[\W_]*$", re.I)
_end = re.compile(r"[.!?。！？；;:：][\"'”’)）\]]*$")


_date = re.compile(r"(?:effective|updated?|revised|modified|posted|生效|更新|修订|发布|施行)\W.{0,24}(?:19|20)\d\d|(?:生效|更新|修订|发布)(?:日期|时间)?[:：]?\s*20\d\d", re.IGNORECASE)
_date_of_policy = re.compile(r"\W*(?:effective(?: date)?|last (?:updated|revised|modified)|(?:policy|notice|statement) (?:updated|revised)|(?:更新|生效|修订|发布)(?:日期|时间))\W", re.IGNORECASE)


@dataclass(slots=True)
class Run:
    """A block of text on the page, with what decides whether it is part of the policy."""

    node: etree._Element
    kind: str
    text: str
    level: int = 0
    links: int = 0        # characters inside links that lead elsewhere
    linked: int = 0       # number of such links
    bold: bool = False
    table: int | None = None
    row: int | None = None
    column: int | None = None
    header: bool = False
    raw: bool = False     # a line of preformatted text

    @property
    def prose(self) -> float:
        """Weight as running text: its length if it reads as sentences and is not made of links."""
        size = len(self.text)
        han = sum(map(self.text.count, "，。的、；"))
        if self.links > 0.5 * size or not (han >= 2 or size >= 60 and " " in self.text and (_end.search(self.text) or size > 150)):
            return 0.0
        return size * (2.0 if han >= 2 else 1.0)


@dataclass(slots=True)
class _Sum:
    """What stands below an element."""

    size: int = 0
    links: int = 0
    linked: int = 0
    prose: float = 0.0
    about: float = 0.0  # prose that speaks of the subject
    headings: int = 0

    def add(self, other: _Sum) -> None:
        self.size += other.size
        self.links += other.links
        self.linked += other.linked
        self.prose += other.prose
        self.about += other.about
        self.headings += other.headings


def speaks(text: str) -> bool:
    """Whether a text has two words of the subject."""
    return sum(1 for _ in islice(_about.finditer(text), 2)) == 2


def _sums(runs: list[Run], body: etree._Element) -> dict[etree._Element, _Sum]:
    sums: dict[etree._Element, _Sum] = defaultdict(_Sum)
    for run in runs:
        total = sums[run.node]
        prose = run.prose
        total.size += len(run.text)
        total.links += run.links
        total.linked += run.linked
        total.prose += prose
        total.about += prose if prose and speaks(run.text) else 0.0
        total.headings += run.kind == "heading"
    for element in reversed(list(body.iter(etree.Element))):
        if element is not body and element in sums:
            sums[element.getparent()].add(sums[element])
    return sums


# the dialogs of the usual managers of consent, with all that they explain of cookies; what they write into a policy has other names
_consent = re.compile(
    r"(?:^|\s)(?:onetrust-(?:consent|banner|pc)-sdk|CybotCookiebotDialog(?:\s|$)|cookie-?consent(?:[-_](?:banner|modal|popup|dialog|bar|box|container))?(?:\s|$)|cc-window|cky-(?:consent|modal)[\w-]*|didomi-(?:host|popup|notice)[\w-]*"
    r"|qc-cmp2-[\w-]+|usercentrics-root|truste-consent[\w-]*|trustarc-banner[\w-]*|iubenda-cs-[\w-]+|cmplz-cookiebanner|termly-code-snippet-support|osano-cm-(?:dialog|info|window)[\w-]*|klaro(?:\s|$)|tarteaucitron[\w-]*|sp_message_container[\w-]*"
    r"|gdpr-cookie-[\w-]+|moove_gdpr_cookie_(?:info_bar|modal)[\w-]*|borlabs-cookie)", re.I)
_FURNITURE_TAGS = frozenset(("nav", "footer", "aside", "header", "dialog", "button"))
_FURNITURE_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alertdialog", "menu", "menubar", "toolbar"))


_aims = re.compile(r"(?i)share|sharing|social|comments?|ads?|advert|sponsor|cookie|copyright|consent|newsletter|subscri|sign|login|promo|widget|print|related|popular|tags?")


def _names(element: etree._Element) -> str:
    """The names by which an element may tell that it is furniture; what a heading is called says what its section is about."""
    own = element.get("id") or ""
    if element.tag in _HEADINGS or own and _aims.search(own) and not element.get("class") and element.find("h2") is not None:
        return ""
    return f"{element.get('class') or ''} {own}"


_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


def _is_furniture(element: etree._Element, total: _Sum, everything: _Sum) -> bool:
    """Whether an element is part of the page, not of the policy."""
    share = total.about / max(1.0, everything.about)
    if share < 0.6 and _consent.search(f"{element.get('id') or ''} {element.get('class') or ''}"):
        return True
    if share > 0.2:
        return False
    links = total.links / max(1, total.size)
    if links > 0.6 and total.linked >= 2 and not total.about:
        return True
    role = element.get("role")
    if element.tag in _FURNITURE_TAGS and element.tag not in ("header", "button") or role in _FURNITURE_ROLES:
        return share < 0.1
    if element.tag == "header":
        return share < 0.02 and links > 0.3
    if names_furniture.search(_names(element)):
        return share < 0.05 and (links > 0.4 or total.prose < 0.3 * total.size)
    if element.tag == "form":
        return share < 0.02
    return False


def choose(runs: list[Run], body: etree._Element) -> list[Run]:
    """The runs that belong to the policy."""
    if all(run.raw for run in runs):
        return runs
    sums = _sums(runs, body)
    everything = sums[body]
    if not everything.prose:
        return runs
    dropped: dict[etree._Element, bool] = {}

    def away(node: etree._Element) -> bool:
        chain = []
        while node is not None and node is not body and node not in dropped:
            chain.append(node)
            node = node.getparent()
        verdict = dropped.get(node, False) if node is not None else False
        for element in reversed(chain):
            verdict = verdict or _is_furniture(element, sums[element], everything)
            dropped[element] = verdict
        return verdict

    kept = [run for run in runs if (not away(run.node) or dated(run) and _date_of_policy.match(run.text)) and not (len(run.text) < 40 and _move.match(run.text))]
    # the smallest element that holds nearly all of what speaks of the subject
    sums = _sums(kept, body)
    total, root = sums[body].about or sums[body].prose, body
    while True:
        inner = max(root, key=lambda child: sums[child].about if child in sums else 0, default=None)
        if inner is None or inner not in sums or (sums[inner].about if sums[body].about else sums[inner].prose) < 0.97 * total or inner.tag in ("p", "ul", "ol", "table"):
            break
        root = inner
    inside = _below(kept, root)
    first, last = inside[0], inside[1]
    # the title and the date often stand just before, the date or the name of the firm just after
    for before in range(max(0, inside[0] - 3), inside[0]):
        if kept[before].kind == "heading" and _about.search(kept[before].text) or dated(kept[before]):
            first = before
            break
    last = _listed(kept, last)
    while last < len(kept) and last - inside[1] < 3 and dated(kept[last]):
        last += 1
    return _trim(kept[first:last])


def _listed(runs: list[Run], last: int) -> int:
    """Where the tables end that stand behind the running text and speak of its subject, such as a list of partners in a tab of its own."""
    tables: dict[int | None, list[int]] = defaultdict(list)
    for number in range(last, len(runs)):
        if runs[number].kind == "cell":
            tables[runs[number].table].append(number)
    return max((cells[-1] + 1 for cells in tables.values() if len(cells) >= 4 and speaks(" ".join(runs[cell].text for cell in cells))), default=last)


def dated(run: Run) -> bool:
    """Whether a run is but the date of the policy: Effective Date: March 5, 2014."""
    return len(run.text) < 70 and _date.search(run.text) is not None


_copyright = re.compile(r"©|\(c\)\s?(?:19|20)\d\d|(?<![a-z])copyright\s[^a-z]|版权所有|版權所有", re.I)


def imprint(runs: list[Run], kept: list[Run]) -> Run | None:
    """The page's own copyright line, where it names a firm and the first and last lines of the policy name none: nothing else tells whose it is."""
    inside = set(map(id, kept))
    for run in reversed(runs):
        if len(run.text) < 200 and id(run) not in inside and _copyright.search(run.text) and len(_firms(run)) == 1:
            return None if any(map(_firms, (*kept[:25], *kept[-12:]))) else replace(run, kind="paragraph", level=0)
    return None


def _firms(run: Run) -> list[names.Name]:
    return [*names.english(run.text), *names.chinese(run.text)]


def _below(runs: list[Run], root: etree._Element) -> tuple[int, int]:
    """From the first to the last run below an element."""
    below = set(root.iter(etree.Element))
    inside = [i for i, run in enumerate(runs) if run.node in below]
    return (inside[0], inside[-1] + 1) if inside else (0, len(runs))


def _trim(runs: list[Run]) -> list[Run]:
    """Without links and labels before the first and after the last words of the policy."""
    first, last = 0, len(runs)
    while first < last and runs[first].kind not in ("heading", "cell") and not runs[first].prose and runs[first].links > 0.5 * len(runs[first].text):
        first += 1
    while last > first and (run := runs[last - 1]).kind != "cell" and not run.prose and not dated(run) and (run.links > 0.5 * len(run.text) or run.kind == "heading" and run.level):
        last -= 1
    return runs[first:last]
