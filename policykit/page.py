"""Executed notebooks to one HTML page that needs nothing else: no network, no kernel, no server.

Every plotly figure and every view of ours becomes a placeholder; the data follow at the end of the page, gzipped, with
one plotly.js out of the plotly wheel, one small script and a Content-Security-Policy that names both by hash and allows
no connection.  Nothing that stood in a policy is ever parsed as HTML here: outputs are rebuilt from their text.
"""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
import json
import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import bleach
import mistune
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.exporter import Exporter
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from policykit import front

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


@dataclass(frozen=True)
class Part:
    """One notebook in the page: its anchor, title, headings (level, anchor, text) and HTML."""

    name: str
    title: str
    headings: tuple[tuple[int, str, str], ...]
    html: Markup
    error: str | None = None


@functools.cache
def templates() -> Environment:
    """The page's templates; whatever they are given is escaped."""
    return Environment(loader=FileSystemLoader(front.HOME), autoescape=True, trim_blocks=True, lstrip_blocks=True)


# --- text of cells --------------------------------------------------------------------------------------------------

_TAGS = set("a abbr b blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre s small span strong sub summary sup table tbody td th thead tr ul".split())
_markdown = mistune.create_markdown(escape=False, plugins=["strikethrough", "table", "url"])
_heading = re.compile(r"<h([1-6])>(.*?)</h\1>", re.S)


def _attribute(tag: str, name: str, value: str) -> bool:
    if tag == "a":
        return name == "title" or name == "href" and value.startswith(("http://", "https://", "mailto:", "#"))
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


def table(html: str) -> dict[str, Any] | None:
    """What a pandas table says, or None if the HTML is something else.

    >>> table('<table class="dataframe"><tr><td>&lt;b&gt;<script>x</script></td></tr></table>')["rows"][0][0]["text"]
    '<b>'
    """
    if not re.search(r'<table[^>]*(class="[^"]*dataframe|id="T_)', html):
        return None
    parser = _Table()
    parser.feed(html)
    number = re.compile(r"[-+−]?[\d,. ]+%?|NaN|<NA>|")
    for row in parser.rows:
        for cell in row:
            cell["text"] = cell["text"].strip()
            cell["number"] = not cell["head"] and bool(number.fullmatch(cell["text"]))
            if cell["text"] in ("<NA>", "NaN", "None", "NaT"):
                cell["text"], cell["missing"], cell["number"] = "–", True, False
    heads = parser.heads or (1 if parser.rows and all(cell["head"] for cell in parser.rows[0]) else 0)
    return {"head": parser.rows[:heads], "rows": parser.rows[heads:], "note": parser.note.strip()} if parser.rows else None


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


def part(nb: dict[str, Any], name: str, blocks: Blocks, *, lang: str = "en", with_input: bool = True) -> Part:
    """One executed notebook as a part of the page.

    A cell tagged ``zh`` or ``en`` is shown in that language only; the cell that papermill injected is left out.
    """
    cells, headings, title, error = [], [], None, None
    for cell in nb["cells"]:
        tags = set(cell.get("metadata", {}).get("tags", ()))
        if tags & ({"zh", "en"} - {lang}) or tags & {"injected-parameters", "remove-cell", "papermill-error-cell-tag"}:
            continue
        if cell["cell_type"] == "markdown":
            html, found = markdown(cell["source"], name)
            if title is None and found and found[0][0] == 1:
                title = found[0][2]
            headings += [heading for heading in found if heading[0] > 1]
            cells.append({"kind": "prose", "html": html})
        elif cell["cell_type"] == "code" and cell["source"].strip():
            outputs = [shown for out in cell.get("outputs", ()) if (shown := output(out, blocks))]
            error = next((shown["text"] for shown in outputs if shown["kind"] == "error"), error)
            source = code(cell["source"]) if with_input and not tags & {"remove-input", "hide-input"} else None
            cells.append({"kind": "code", "html": source, "outputs": outputs})
    body = templates().get_template("cells.html").render(cells=cells, t=WORDS[lang], lang=lang)
    return Part(name, title or name, tuple(headings), Markup(body), error)


# --- the page -------------------------------------------------------------------------------------------------------

WORDS = {
    "en": {
        "code": "Code", "contents": "Contents", "skip": "Skip to content", "theme": "Light or dark", "show_code": "Show code", "menu": "Contents",
        "widget": "An interactive control stands here; it needs a running kernel: open the notebook in JupyterLab.",
        "noscript": "Charts and the explorer need JavaScript. It is part of this file; nothing is loaded from the network.",
        "chart": "Chart", "data": "The chart's data as a table", "picture": "Download as a picture", "sideways": "Wider than the page: scroll sideways →", "top": "Cover", "print": "Print", "view": "Explorer",
        "problems": "Files that need attention", "sources": "Policies", "made": "How this was made", "file": "File", "firm": "Firm", "sector": "Sector",
        "lang": "Language", "chars": "Characters", "status": "Status", "message": "Message", "failed": "A cell failed while this notebook ran",
        "zh": "Chinese", "mixed": "Chinese and English", "en": "English", "ok": "read", "warning": "read, with a warning", "error": "not read",
    },
    "zh": {
        "code": "代码", "contents": "目录", "skip": "跳到正文", "theme": "浅色或深色", "show_code": "显示代码", "menu": "目录",
        "widget": "此处为交互控件，需要运行中的内核：请在 JupyterLab 中打开该笔记本。",
        "noscript": "图表与浏览器需要 JavaScript；脚本已包含在本文件内，不会从网络加载任何内容。",
        "chart": "图表", "data": "以表格显示图表数据", "picture": "下载图片", "sideways": "内容比页面宽：请横向滚动 →", "top": "封面", "print": "打印", "view": "条款浏览器",
        "problems": "需要留意的文件", "sources": "隐私政策", "made": "本报告如何生成", "file": "文件", "firm": "企业", "sector": "行业",
        "lang": "语言", "chars": "字符数", "status": "状态", "message": "说明", "failed": "运行此笔记本时有单元格出错",
        "zh": "中文", "mixed": "中英双语", "en": "英文", "ok": "已读取", "warning": "已读取，有提示", "error": "未能读取",
    },
}


@functools.cache
def plotly_source() -> str:
    """plotly.js out of the plotly wheel: always the version that made the figures."""
    import plotly

    return (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_text(encoding="utf-8").replace("\r\n", "\n")


@functools.cache
def plotly_block() -> bytes:
    return gzip.compress(plotly_source().encode(), 9, mtime=0)


def script() -> str:
    """The one script of the page: the explorer's module, then what starts it."""
    text = front.explorer() + "\n" + front.text("report.js")
    if re.search(r"</script|<!--", text, re.I):
        raise PageError("the page's own script holds characters that would end it early")
    return text


def digest(source: str) -> str:
    """A script's hash as a Content-Security-Policy names it.

    >>> digest("alert('Hello, world.');")
    "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def page(parts: list[Part], blocks: Blocks, *, lang: str = "en", title: str = "policykit", cover: dict[str, Any] | None = None,
         others: list[tuple[str, str]] = ()) -> str:
    """The whole page; ``others`` are name and title of further files that the navigation leads to."""
    runtime = script()
    hashes = [digest(runtime)] + ([digest(plotly_source())] if blocks.figures else [])
    policy = ("default-src 'none'; script-src " + " ".join(hashes) + "; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
              "connect-src 'none'; base-uri 'none'; form-action 'none'")
    style = front.text("report.css", "explorer.css")
    html = templates().get_template("report.html").render(
        parts=parts, blocks=blocks.content, lang=lang, title=title, cover=cover, others=others, t=WORDS[lang], csp=policy,
        style=Markup(style), script=Markup(runtime), plotly=base64.b64encode(plotly_block()).decode() if blocks.figures else None,
    )
    return offline(html)


class _Loads(HTMLParser):
    """The addresses that a page would load without being asked."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        loads = [value for name, value in attrs if name in ("src", "srcset", "poster", "background", "data", "action", "formaction", "ping")]
        if tag in ("link", "iframe", "object", "embed", "base", "frame", "form") or "refresh" in (given.get("http-equiv") or "").lower():
            self.found.append(f"<{tag}>")
        self.found += [value or tag for value in loads if not (value or "").startswith("data:image/")]
        self.found += [name for name, _ in attrs if name.startswith("on")]


def offline(html: str) -> str:
    """The page itself, once it is certain that opening it loads nothing; else ``PageError``."""
    parser = _Loads()
    parser.feed(html)
    if parser.found:
        raise PageError(f"the page would load {parser.found[0][:80]!r}")
    return html


class PolicykitExporter(HTMLExporter):
    """``jupyter nbconvert --to policykit notebook.ipynb``: the page for a notebook that has been run."""

    export_from_notebook = "policykit report (offline HTML)"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[str, dict[str, Any]]:
        nb, resources = Exporter.from_notebook_node(self, nb, resources, **kw)
        name = (resources.get("metadata") or {}).get("name") or "notebook"
        lang = nb["metadata"].get("policykit", {}).get("lang", "en")
        blocks = Blocks()
        made = part(nb, anchor(name), blocks, lang=lang, with_input=not self.exclude_input)
        return page([made], blocks, lang=lang, title=made.title), resources


def anchor(name: str) -> str:
    """A notebook's name as an anchor.

    >>> anchor("1_who collects?"), anchor("2_比较")
    ('n1-who-collects', 'n2-比较')
    """
    return "n" + re.sub(r"[\W_]+", "-", name.lower()).strip("-")
