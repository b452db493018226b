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
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.exporter import Exporter

from policykit import front
from policykit.outputs import PLOTLY, VIEW, Blocks, PageError, code, markdown, output

__all__ = ["PLOTLY", "VIEW", "Blocks", "PageError", "Part", "PolicykitExporter", "anchor", "page", "part"]


@dataclass(frozen=True)
class Part:
    """One notebook in the page: its anchor, title, headings (level, anchor, text) and HTML."""

    name: str
    title: str
    headings: tuple[tuple[int, str, str], ...]
    html: Markup
    error: str | None = None

    @property
    def number(self) -> str:
        """The number that the notebook's name begins with.

        >>> Part("n2-who", "Who?", (), Markup()).number
        '2'
        """
        found = re.match(r"n(\d+)-", self.name)
        return found[1] if found else ""


@functools.cache
def templates() -> Environment:
    """The page's templates; whatever they are given is escaped."""
    return Environment(loader=FileSystemLoader(front.HOME), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def part(nb: dict[str, Any], name: str, blocks: Blocks, *, lang: str = "en", with_input: bool = True) -> Part:
    """One executed notebook as a part of the page.

    A cell tagged ``zh`` or ``en`` is shown in that language only; one tagged ``lab`` is for the notebook alone, and the
    cell that papermill injected is left out.
    """
    cells, headings, title, error = [], [], None, None
    for cell in nb["cells"]:
        tags = set(cell.get("metadata", {}).get("tags", ()))
        if tags & ({"zh", "en"} - {lang}) or tags & {"injected-parameters", "remove-cell", "lab", "papermill-error-cell-tag"}:
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
        "chart": "Chart", "table": "Table", "data": "The chart's data as a table", "picture": "Download as a picture", "sideways": "Wider than the page: scroll sideways →", "top": "Cover", "print": "Print", "view": "Explorer",
        "inside": "What is inside", "reading": "How to read this", "statuses": "What a policy says of an item", "verdicts": "What it says of what the law asks for", "next": "Next",
        "problems": "Files that need attention", "sources": "Policies", "made": "How this was made", "file": "File", "firm": "Firm", "sector": "Sector",
        "lang": "Language", "chars": "Characters", "status": "Status", "message": "Message", "failed": "A cell failed while this notebook ran",
        "zh": "Chinese", "mixed": "Chinese and English", "en": "English", "ok": "read", "warning": "read, with a warning", "error": "not read",
    },
    "zh": {
        "code": "代码", "contents": "目录", "skip": "跳到正文", "theme": "浅色或深色", "show_code": "显示代码", "menu": "目录",
        "widget": "此处为交互控件，需要运行中的内核：请在 JupyterLab 中打开该笔记本。",
        "noscript": "图表与浏览器需要 JavaScript；脚本已包含在本文件内，不会从网络加载任何内容。",
        "chart": "图表", "table": "表格", "data": "以表格显示图表数据", "picture": "下载图片", "sideways": "内容比页面宽：请横向滚动 →", "top": "封面", "print": "打印", "view": "条款浏览器",
        "inside": "内容", "reading": "如何阅读", "statuses": "政策对一项信息的说法", "verdicts": "政策对法定披露要求的说法", "next": "下一部分",
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
    """The whole page; ``others`` are name and title of all files of a report in several, in their order."""
    runtime = script()
    hashes = [digest(runtime)] + ([digest(plotly_source())] if blocks.figures else [])
    policy = ("default-src 'none'; script-src " + " ".join(hashes) + "; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
              "connect-src 'none'; base-uri 'none'; form-action 'none'")
    style = front.text("report.css", "explorer.css")
    html = templates().get_template("report.html").render(
        parts=parts, blocks=blocks.content, lang=lang, title=title, cover=cover, others=others, t=WORDS[lang], csp=policy,
        style=Markup(style), script=Markup(runtime), plotly=base64.b64encode(plotly_block()).decode() if blocks.figures else None,
    )
    return offline(linked(html, {part.name for part in parts}, {name for name, _ in others}))


_notebook = re.compile(r'<a href="(?!https?:)([^"/]+)\.ipynb">(.*?)</a>', re.DOTALL)


def linked(html: str, parts: set[str], files: set[str]) -> str:
    """A page whose links to other notebooks lead to their part of the page or to their file; others become words.

    >>> linked('<a href="2_who.ipynb">2</a>, <a href="3_x.ipynb">3</a>', {"n2-who"}, set())
    '<a href="#n2-who">2</a>, 3'
    """
    def target(match: re.Match[str]) -> str:
        name = anchor(unquote(match[1]))
        place = f"#{name}" if name in parts else f"{name[1:]}.html" if f"{name[1:]}.html" in files else ""
        return f'<a href="{Markup.escape(place)}">{match[2]}</a>' if place else match[2]

    return _notebook.sub(target, html)


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
