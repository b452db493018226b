"""The markup of a saved web page: its character set, its tree, and what of it can be seen."""

from __future__ import annotations

import html
import re
from collections import Counter

from lxml import etree
from lxml import html as lxml_html

from policykit.blocks import one_line
from policykit.furniture import names_furniture, speaks

_DROP = (
    "script", "style", "template", "svg", "math", "canvas", "audio", "video", "object", "embed", "applet", "map", "iframe", "frame", "select",
    "datalist", "input", "progress", "meter", "rp", "rt", "head", "noframes", "img", "link", "meta", "colgroup", "col",
)
_panel = re.compile(r"accordion|collaps|panel|toggle|expand|faq|answer|tab[-_ ]?(?:content|pane|body)|fold|drawer-content|content", re.I)


def declared(data: bytes) -> str | None:
    """The character set that a page's first bytes claim.

    >>> declared(b'<meta http-equiv="Content-Type" content="text/html; charset=gb2312">')
    'gb2312'
    """
    found = re.search(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", data[:4096]) or re.search(rb"<\?xml[^>]{0,80}encoding=[\"']([A-Za-z0-9_.-]+)", data[:200])
    return found[1].decode("ascii") if found else None


def lean(data: bytes) -> bytes:
    """The page without pictures that are written into it.

    >>> lean(b'<img src="data:image/png;base64,iVBORw0KGgo=">')
    b'<img src="">'
    """
    return re.sub(rb"data:(?:image|font|audio|video|application)/[\w.+;=-]+,[A-Za-z0-9+/=%_-]+", b"", data) if b"data:" in data else data


DEPTH = 1000  # libxml2 silently drops what is nested deeper than 2048


def depth(source: str) -> int:
    """An upper bound of the nesting, from the tags alone."""
    open_tags = deepest = 0
    for tag in re.finditer(r"<(/?)(?:div|span|p|table|tr|td|ul|ol|li|b|i|em|strong|font|section|article|a|blockquote|center|dl|dd|form|[a-z][\w-]{0,20})\b", source, re.I):
        open_tags = max(0, open_tags - 1) if tag[1] else open_tags + 1
        deepest = max(deepest, open_tags)
    return deepest


def flat(source: str) -> str:
    """The text of a page too deep to be a tree, a line for each block.

    >>> flat("<div><div><p>收集 &amp; 使用</p>x<b>y</b></div></div><script>1</script>").split()
    ['收集', '&', '使用', 'xy']
    """
    source = re.sub(r"(?is)<(script|style|template|noscript|head)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", " ", source)
    source = re.sub(r"(?i)</?(?:div|p|br|li|ul|ol|h[1-6]|tr|td|table|section|article)\b[^>]*>", "\n", source)
    return html.unescape(re.sub(r"</?[A-Za-z!][^<>]*>", "", source))


def parse(source: str) -> etree._Element | None:
    """The page's tree, or None where it holds no element."""
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return lxml_html.document_fromstring(source.encode("utf-8", errors="replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _hides(element: etree._Element) -> bool:
    """Whether the element is invisible by its own attributes."""
    style = (element.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style or element.get("hidden") is not None


def _opens(element: etree._Element, controls: frozenset[str]) -> bool:
    """Whether a hidden element is one that a reader can open: the panel of an accordion or of a tab."""
    if element.get("id") in controls or element.get("role") in ("tabpanel", "region") or element.get("aria-labelledby"):
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return bool(_panel.search(names)) and not names_furniture.search(names)


def _row(element: etree._Element) -> tuple:
    """What hidden elements of one row share: tag and class, or tag and parent."""
    return (element.tag, element.get("class")) if element.get("class") else (element.tag, element.getparent())


def _sizes(tree: etree._Element) -> dict[etree._Element, int]:
    """The length of the text in every element."""
    sizes: dict[etree._Element, int] = {}
    for element in reversed(list(tree.iter())):
        sizes[element] = len(element.text or "") + sum(sizes[child] + len(child.tail or "") for child in element)
    return sizes


def size(element: etree._Element) -> int:
    """How much text is in an element."""
    return sum(map(len, element.itertext()))


def strip_hidden(tree: etree._Element) -> None:
    """Takes away what no reader of the page sees."""
    if size(tree) - sum(size(e) for e in tree.iter("noscript", "script", "style")) > 600:
        etree.strip_elements(tree, "noscript", with_tail=False)
    for template in list(tree.iter("template")):
        if template.get("shadowrootmode") or template.get("shadowroot"):
            template.tag = "div"      # what a saved page shows in an element of its own
    etree.strip_elements(tree, *_DROP, with_tail=False)
    controls = frozenset(
        name for element in tree.iter(etree.Element) for key in ("aria-controls", "data-target", "data-bs-target", "href")
        if (value := element.get(key)) and (key != "href" or element.get("data-toggle") or element.get("data-bs-toggle"))
        for name in value.replace("#", " ").split()
    )
    hidden = [element for element in tree.iter(etree.Element) if _hides(element)]
    if not hidden:
        return
    # tabs and accordions: hidden elements that look like ones that are shown are the closed ones of a row
    inside, sizes = set(hidden), _sizes(tree)
    shown = {(e.tag, e.get("class")) for e in tree.iter("div", "section", "article", "dd", "td", "p", "ul") if e.get("class") and e not in inside and sizes[e] > 80}
    rows: Counter[tuple] = Counter()
    for element in hidden:
        rows[_row(element)] += speaks("".join(element.itertext()))
    most = 0.5 * sizes[tree.find("body") if tree.find("body") is not None else tree]
    for element in hidden:
        if element.getparent() is None or element.tag in ("body", "html") or _opens(element, controls):
            continue
        if sizes[element] > most and speaks("".join(element.itertext())):
            continue      # the text itself, which a script would have shown
        if (element.tag, element.get("class")) in shown or rows[_row(element)] >= 3:
            continue
        element.drop_tree()


def title(tree: etree._Element) -> str | None:
    """What the page calls itself."""
    found = tree.find(".//title")
    return one_line("".join(found.itertext())) or None if found is not None else None
