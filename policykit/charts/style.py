"""The look of every chart: colours, type, titles, escaped and wrapped text, and the figure that says what is missing.

Plotly reads labels and hover texts as markup, so every word that comes from a policy or a file name passes
through ``plain`` first.  Widths are counted in columns: a Chinese character takes two, a Latin one takes one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

import plotly.graph_objects as go

from policykit.text import INVISIBLE

Lang = Literal["en", "zh"]

FONT = "Inter, 'Segoe UI', 'Helvetica Neue', Arial, 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif"
INK, QUIET, RULE, PAPER = "#1f2933", "#5c6873", "#d9dee3", "#ffffff"

# Colours that stay apart for readers who do not see red and green alike (after Okabe and Ito), and in grey:
# each also differs in lightness from its neighbours, and a letter in the cell says the same.
STATUS = {"collected": "#14507a", "third_party": "#e69f00", "denied": "#7cc8b4", "user_warned": "#cdb6dc", "defined": "rgba(128,140,150,0.32)"}
VERDICT = {"met": "#14507a", "partial": "#8fbbdc", "missing": "#d55e00", "unknown": "#d9d2bd", "not_applicable": "rgba(128,140,150,0.2)"}
SEVERITY = {"high": "#b23a00", "medium": "#e69f00", "low": "#8fbbdc", "note": "#cfd6dc"}
ABSENT = "rgba(128,140,150,0.09)"  # shows on light and dark pages
# ten hues for kinds without an order; the first is for what matters, grey for the rest
HUES = ("#14507a", "#e69f00", "#2a9d8f", "#c8553d", "#8fbbdc", "#7a5195", "#b5a642", "#d88fb5", "#5b8c3e", "#8c6d46")
OTHER = "#c9d0d6"
RAMP = ((0.0, "#f7f8f9"), (0.15, "#dbe8f1"), (0.4, "#8fbbdc"), (0.7, "#3a7ca8"), (1.0, "#0c3553"))

HEADLINE, SMALL, LABEL = 14, 12, 12      # font sizes in pixels
HEADLINE_COLUMNS, NOTE_COLUMNS = 66, 80  # columns of that size that fit half a laptop's window; the report sets these words itself, as wide as the page is
SMALL_COLUMNS = 47                      # that fit a hover, and a card on a window of 390 pixels, in the widest of the fonts

_markup = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("$"): "&#36;"}
_unseen = re.compile(f"[{INVISIBLE}\x00-\x08\x0b-\x1f\x7f-\x9f]")
_blank = re.compile(r"\s+")
_pieces = re.compile(r"[(\[“‘（《「]*(?:[A-Za-z0-9@._%+/'’&-]+?(?:-(?=[A-Za-z]{3})|(?![A-Za-z0-9@._%+/'’&-])[ ,.;:!?)\]”]*)|.)", re.DOTALL)
_wide = re.compile("[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\U0001f300-\U0001faff\U00020000-\U0003ffff]")
_NOT_FIRST = "，。、；：！？）】》」』”’％,.;:!?)]}"  # never at the beginning of a line


def plain(text: object) -> str:
    """The text as Plotly will show it: no markup, no formula, no invisible or reordering character.

    >>> plain("<b>A & B</b> $x$\\u202e")
    '&lt;b&gt;A &amp; B&lt;/b&gt; &#36;x&#36;'
    """
    return _blank.sub(" ", _unseen.sub("", str(text))).strip().translate(_markup)


def columns(text: str) -> int:
    """The width of a text in columns.

    >>> columns("IMEI号")
    6
    """
    return len(text) + len(_wide.findall(text))


def clip(text: object, width: int) -> str:
    """The text, unescaped, cut to so many columns.

    >>> clip("国际移动设备识别码", 9), clip("IMEI", 9)
    ('国际移动…', 'IMEI')
    """
    text = _blank.sub(" ", _unseen.sub("", str(text))).strip()
    if columns(text) <= width:
        return text
    taken, used = [], 1
    for char in text:
        used += columns(char)
        if used > width:
            break
        taken.append(char)
    return "".join(taken).rstrip(" ,，、(（") + "…"


@lru_cache(maxsize=100_000)
def lines(text: str, width: int) -> tuple[str, ...]:
    """The text in lines of at most so many columns; Chinese breaks anywhere but before 。，

    >>> lines("我们会收集您的设备标识。We collect it.", 14)
    ('我们会收集您的', '设备标识。We ', 'collect it.')
    """
    made, line, used = [], "", 0
    for piece in _pieces.findall(text):
        size = columns(piece)
        if used + columns(piece.rstrip()) > width and line and piece[0] not in _NOT_FIRST:
            made.append(line)
            line, used = "", 0
        while size > width:  # a word longer than a line
            made.append(piece[:width])
            piece = piece[width:]
            size = columns(piece)
        if line or piece.strip():
            line, used = line + piece, used + size
    return (*made, line) if line else tuple(made)


def wrapped(text: object, width: int = SMALL_COLUMNS, limit: int = 8) -> str:
    """The text, escaped, in lines joined by <br>; what is beyond the limit of lines is cut."""
    text = _blank.sub(" ", _unseen.sub("", str(text))).strip()
    made = lines(text, width)
    if len(made) > limit:
        made = (*made[: limit - 1], clip(made[limit - 1], width - 1).rstrip("…") + "…")
    return "<br>".join(plain(line) for line in made)


def quoted(text: object, lang: Lang = "en", limit: int = 8) -> str:
    """A quote in the marks of the language, wrapped for a hover; nothing for a missing one.

    >>> quoted("we read <IMEI>")
    '“we read &lt;IMEI&gt;”'
    """
    if not isinstance(text, str) or not text.strip():
        return ""
    return "“" + wrapped(clip(text, 420), 56, limit) + "”"


def key(entries: Iterable[tuple[str, str]], width: int = NOTE_COLUMNS) -> list[str]:
    """The lines of a colour key: a square in each colour with its words, wrapped.

    >>> key([("#000", "C collected"), ("#fff", "not named")])
    ['<span style="color:#000">■</span> C collected   <span style="color:#fff">■</span> not named']
    """
    made, line, used = [], [], 0
    for colour, words in entries:
        size = columns(words) + 5
        if line and used + size > width + 3:
            made.append("   ".join(line))
            line, used = [], 0
        shown = "□" if colour == ABSENT else "■"
        line.append(f'<span style="color:{QUIET if colour == ABSENT else colour}">{shown}</span> {plain(words)}')
        used += size
    return [*made, "   ".join(line)] if line else made


def finish(figure: go.Figure, title: str, note: str = "", legend: Sequence[tuple[str, str]] = (), *, body: int = 300,
           width: int = 0, top: int = 0, bottom: int = 16, source: str = "") -> go.Figure:
    """The figure with the house's look: headline, note and key at the left, a body of so many pixels below.

    ``width``: pixels that the drawing needs to be legible; a page narrower than that scrolls it sideways
    (``layout.meta.min_width``).  ``top``: room for labels above the plot.  ``layout.meta`` also holds headline, note
    and key for a page that sets them itself, and the ``room`` in pixels that they take in the figure; what a form of
    chart put there before (``full`` names for a wide page, ``flat`` headings) stays.
    """
    wide = bool(width and width > 720)
    title = title[:1].upper() + title[1:]
    head = lines(title, HEADLINE_COLUMNS * (2 if wide else 1))
    small = [plain(line) for part in note.split("\n") for line in lines(part, NOTE_COLUMNS * (2 if wide else 1))] + key(legend, NOTE_COLUMNS * (2 if wide else 1))
    text = "<br>".join([*(f"<b>{plain(line)}</b>" for line in head),
                        *(f'<span style="font-size:{SMALL}px">{line}</span>' for line in small)])
    room = 18 + 19 * len(head) + 20 * len(small) + 8
    figure.update_layout(
        title={"text": text, "x": 0, "xref": "container", "xanchor": "left", "y": 1, "yref": "container", "yanchor": "top",
               "pad": {"l": 12, "t": 26}, "font": {"size": HEADLINE, "color": INK}, "automargin": False},
        font={"family": FONT, "size": LABEL, "color": INK}, paper_bgcolor=PAPER, plot_bgcolor=PAPER,
        margin={"l": 12, "r": 16, "t": room + top, "b": bottom}, height=room + top + body + bottom, showlegend=False,
        hoverlabel={"align": "left", "bgcolor": "#ffffff", "bordercolor": RULE, "font": {"family": FONT, "size": 12, "color": INK}, "namelength": -1},
        autosize=True, dragmode=False, hovermode="closest", meta={**(figure.layout.meta or {}), "min_width": width, "title": title, "source": source, "room": room, "head": plain(title),
                                                                    "note": [plain(part) for part in note.split("\n") if part.strip()],
                                                                    "key": [[colour, plain(words)] for colour, words in legend]},
        modebar={"remove": ["zoom", "pan", "select", "lasso", "zoomIn", "zoomOut", "autoScale", "resetScale"]},
    )
    return figure


def nothing(title: str, remedy: str) -> go.Figure:
    """A figure that says what is missing and what to do about it."""
    figure = go.Figure()
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.add_annotation(text=wrapped(remedy, SMALL_COLUMNS), x=0, xref="paper", xanchor="left", y=1, yref="paper", yanchor="top",
                          showarrow=False, align="left", font={"size": SMALL, "color": QUIET})
    return finish(figure, title, body=60)
