"""What the page shows of a cell: prose, code, tables, figures, views and plain text, rebuilt from their data.

Nothing that stood in a policy is ever parsed as HTML here.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

import bleach
import mistune
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

VIEW = "application/vnd.policykit.view+json"
PLOTLY = "application/vnd.plotly.v1+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
# these fetch tiles or outlines of countries from a server, which the page must not
MAPS = {"choropleth", "scattergeo", "choroplethmap", "scattermap", "densitymap", "choroplethmapbox", "scattermapbox", "densitymapbox"}
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


class PageError(ValueError):
    """The page would load something from the network, or could not be made."""


def packed(value: Any) -> bytes:
    """JSON, gzipped; equal values give equal bytes.

    >>> gzip.decompress(packed({"quote": "</script>"}))
    b'{"quote":"</script>"}'
    """
    return gzip.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(), 9, mtime=0)


@dataclass
class Blocks:
    """The data of a page, each block once, under a name made from its content.

    Base64 has none of the characters that could end a script element.
    """

    content: dict[str, str] = field(default_factory=dict)
    figures: int = 0

    def add(self, gzipped: bytes) -> str:
        name = "pk-" + hashlib.sha256(gzipped).hexdigest()[:16]
        self.content[name] = base64.b64encode(gzipped).decode()
        return name


# --- text of cells --------------------------------------------------------------------------------------------------

_TAGS = set("a abbr b blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre s small span strong sub summary sup table tbody td th thead tr ul".split())
_markdown = mistune.create_markdown(escape=False, plugins=["strikethrough", "table", "url"])
_heading = re.compile(r"<h([1-6])>(.*?)</h\1>", re.S)


_sibling = re.compile(r"[\w%.-]+\.ipynb")  # another notebook: the page leads to its part


def _attribute(tag: str, name: str, value: str) -> bool:
    if tag == "a":
        return name == "title" or name == "href" and (value.startswith(("http://", "https://", "mailto:", "#")) or bool(_sibling.fullmatch(value)))
    if tag == "img":
        return name == "alt" or name == "src" and value.startswith("data:image/") and not value.startswith("data:image/svg")
    return tag in ("td", "th") and name == "align" or tag == "details" and name == "open"


def markdown(source: str, anchor: str = "") -> tuple[Markup, list[tuple[int, str, str]]]:
    """A markdown cell as HTML of harmless tags, and its headings, whose anchors begin with ``anchor``.

    >>> markdown("## Who? <script>alert(1)</script> [x](javascript:alert(1))", "n")[0]
    Markup('<h2 id="n-who-alert-1-x">Who? alert(1) <a href="#harmful-link">x</a></h2>\\n')
    """
    html = bleach.clean(_markdown(source), tags=_TAGS, attributes=_attribute, protocols=["http", "https", "mailto", "data"], strip=True)
    headings: list[tuple[int, str, str]] = []

    def numbered(match: re.Match[str]) -> str:
        text = Markup(match[2]).striptags()
        slug = re.sub(r"[^\w]+", "-", text.lower()).strip("-") or str(len(headings) + 1)
        headings.append((int(match[1]), f"{anchor}-{slug}", text))
        return f'<h{match[1]} id="{Markup.escape(headings[-1][1])}">{match[2]}</h{match[1]}>'

    html = _heading.sub(numbered, html).replace('<a href="http', '<a rel="noopener noreferrer" target="_blank" href="http')
    return Markup(html), headings


def code(source: str) -> Markup:
    """Python with its syntax marked.

    >>> print(code("x < y"), end="")
    <span class="n">x</span> <span class="o">&lt;</span> <span class="n">y</span>
    """
    return Markup(highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)))


class _Table(HTMLParser):
    """The text of a table, cell by cell; whatever else the HTML holds is dropped."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[dict[str, Any]]] = []
        self.note, self.heads, self._in, self._note, self._skip = "", 0, False, False, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("script", "style"):
            self._skip += 1
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            spans = {name: min(int(given[name] or 1), 1000) for name in ("colspan", "rowspan") if (given.get(name) or "").isdigit()}
            self.rows[-1].append({"text": "", "head": tag == "th", **spans})
            self._in = True
        elif tag == "br" and self._in and self.rows and self.rows[-1]:
            self.rows[-1][-1]["text"] += "\n"
        elif tag == "p":
            self._note = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._skip = max(0, self._skip - 1)
        elif tag in ("td", "th"):
            self._in = False
        elif tag == "thead":
            self.heads = len(self.rows)
        elif tag == "p":
            self._note = False

    def handle_data(self, data: str) -> None:
        if self._skip:
            return
        if self._in and self.rows and self.rows[-1]:
            self.rows[-1][-1]["text"] += data
        elif self._note:
            self.note += data


_number = re.compile(r"[-+−]?[\d,. ]+%?|")


def table(html: str) -> dict[str, Any] | None:
    """What a pandas table says, or None if the HTML is something else.

    >>> table('<table class="dataframe"><tr><td>&lt;b&gt;<script>x</script></td></tr></table>')["rows"][0][0]["text"]
    '<b>'
    """
    if not re.search(r'<table[^>]*(class="[^"]*dataframe|id="T_)', html):
        return None
    parser = _Table()
    parser.feed(html)
    for row in parser.rows:
        for cell in row:
            cell["text"] = cell["text"].strip()
            if cell["text"] in ("<NA>", "NaN", "None", "NaT", "–"):
                cell["text"], cell["missing"] = "–", True
    heads = parser.heads or (1 if parser.rows and all(cell["head"] for cell in parser.rows[0]) else 0)
    # numbers stand at the right where a column has nothing else
    body = parser.rows[heads:]
    for place in range(max(map(len, body), default=0)):
        column = [row[place] for row in body if len(row) == len(body[0]) and place < len(row) and not row[place]["head"]]
        if all(_number.fullmatch(cell["text"]) for cell in column if not cell.get("missing")):
            for cell in column:
                cell["number"] = not cell.get("missing") and bool(cell["text"])
            for row in parser.rows[:heads]:
                if any(cell.get("number") for cell in column) and len(row) == len(body[0]):
                    row[place]["number"] = True
    # on a narrow page a table of long texts is read row by row, each cell below its heading
    names = [cell["text"] for cell in parser.rows[0]] if heads == 1 and all(len(row) == len(parser.rows[0]) for row in body) else []
    stacks = bool(names) and any(len(cell["text"]) > 40 for row in body for cell in row)
    return {"names": names, "stacks": stacks, "head": parser.rows[:heads], "rows": parser.rows[heads:], "note": parser.note.strip()} if parser.rows else None


# --- outputs --------------------------------------------------------------------------------------------------------

def _plain(text: str) -> str:
    """Text without terminal colours; of a line that overwrites itself only what was last."""
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    return "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n")).strip("\n")


_progress = re.compile(r"\d+%\|")
# the little markup that plotly's labels know; every other < in a figure is text
_label = re.compile(r"<(?!/?(?:b|i|br|sub|sup|s|u|em|extra|span)\b[^<>]*>)")


def inert(value: Any) -> Any:
    """A figure in which only plotly's plain text markup is left, and no link.

    >>> inert({"x": ['<a href="https://x">1</a>', "<b>IMEI</b>", "a < b"]})["x"]
    ['&lt;a href="https://x">1&lt;/a>', '<b>IMEI</b>', 'a &lt; b']
    """
    if isinstance(value, str):
        return _label.sub("&lt;", value) if "<" in value else value
    if isinstance(value, dict):
        return {key: inert(part) for key, part in value.items()}
    return [inert(part) for part in value] if isinstance(value, list) else value


def figure(data: dict[str, Any]) -> dict[str, Any]:
    """A plotly figure as the page draws it: without links, remote pictures or upload; raises for maps."""
    maps = sorted(MAPS & {trace.get("type", "scatter") for trace in data.get("data", [])})
    if maps:
        raise PageError(f"a chart of type {maps[0]} fetches maps from a server and cannot be part of an offline page")
    layout = dict(data.get("layout", {}))
    layout["images"] = [image for image in layout.get("images", []) if str(image.get("source", "")).startswith("data:image/")]
    return inert({"data": data.get("data", []), "layout": layout})


_colour = re.compile(r"#[0-9a-fA-F]{3,8}|rgba?\([\d., ]{5,30}\)")


def caption(meta: dict[str, Any]) -> dict[str, Any] | None:
    """Headline, note and key of one of our charts as text, for the page to set; None for any other figure.

    >>> caption({"room": 60, "head": "A &amp; B", "note": ["1 &lt; 2"], "key": [["#14507a", "collected"], ["url(x)", "bad"]]})
    {'head': 'A & B', 'note': ['1 < 2'], 'key': [('#14507a', 'collected')], 'room': 60}
    """
    head, note, key, room = (meta.get(name) for name in ("head", "note", "key", "room"))
    if not (isinstance(head, str) and head and isinstance(note, list) and isinstance(key, list) and isinstance(room, int) and 0 < room < 2000):
        return None
    entries = [entry for entry in key if isinstance(entry, (list, tuple)) and len(entry) == 2 and _colour.fullmatch(str(entry[0]))]
    return {"head": unescape(head), "note": [unescape(str(line)) for line in note], "key": [(colour, unescape(str(words))) for colour, words in entries], "room": room}


def output(out: dict[str, Any], blocks: Blocks) -> dict[str, Any] | None:
    """What the template shows for a cell's output; None for what says nothing on paper."""
    kind = out["output_type"]
    if kind == "stream":
        if out["name"] == "stderr":  # progress and warnings: for the person at the keyboard, not for readers
            return None
        text = "\n".join(line for line in _plain(out["text"]).split("\n") if not _progress.search(line)).strip("\n")
        return {"kind": "text", "text": text} if text else None
    if kind == "error":
        return {"kind": "error", "text": _plain(f"{out['ename']}: {out['evalue']}")}
    data = out["data"]
    if VIEW in data:
        view = data[VIEW]
        payload = blocks.add(base64.b64decode(view["state"]["payload"]))
        state = {key: value for key, value in view["state"].items() if key != "payload"}
        return {"kind": "view", "view": view["view"], "block": payload, "state": json.dumps(state, ensure_ascii=False, sort_keys=True)}
    if PLOTLY in data:
        try:
            drawn = figure(data[PLOTLY])
        except PageError as error:
            return {"kind": "note", "text": str(error)}
        blocks.figures += 1
        title = drawn["layout"].get("title") or {}
        meta = drawn["layout"].get("meta")
        meta = meta if isinstance(meta, dict) else {}
        title = meta.get("title") or (title.get("text", "") if isinstance(title, dict) else title)
        height = drawn["layout"].get("height")
        width = meta.get("min_width")  # what our charts need; a narrower page scrolls them
        told, height = caption(meta), height if isinstance(height, (int, float)) else 450
        return {"kind": "figure", "block": blocks.add(packed(drawn)), "title": re.sub(r"<[^>]*>", " ", title or "").strip(), "caption": told,
                "height": height - told["room"] + 8 if told else height, "width": width if isinstance(width, int) else 0}
    if "text/html" in data and (shown := table(data["text/html"])):
        return {"kind": "table", **shown}
    for name in PICTURES:
        if name in data:
            picture = "".join(data[name].split())
            if re.fullmatch(r"[A-Za-z0-9+/=]+", picture):
                return {"kind": "picture", "source": f"data:{name};base64,{picture}", "alt": _plain(data.get("text/plain", ""))}
    if "text/markdown" in data:
        return {"kind": "text", "text": _plain(data["text/markdown"])}
    text = _plain(data.get("text/plain", ""))
    if WIDGET in data:
        return None if _progress.search(text) else {"kind": "widget"}
    return {"kind": "text", "text": text} if text else None
