"""The two forms that most charts have: a matrix of discrete colours, and bars in coloured parts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from policykit.charts.style import ABSENT, LABEL, QUIET, RULE, clip, columns, lines, plain

FEW = 12          # firms that still stand side by side as columns
NARROW, PANEL = 4, 36  # up to so many things, firms stand in panels of so many rows
LETTERS = 1200    # cells from which the most frequent letter is left out: it says nothing, and a browser draws each for itself
WRAP, PAGE = 12, 860  # columns of a heading's line; pixels of a plot on a page of usual width


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell of a matrix shows: a class of its key, a letter, and the text of its hover (markup of our own)."""

    kind: str
    letter: str = ""
    hover: str = ""


def matrix(cells: Mapping[tuple[str, str], Cell], firms: Mapping[str, str], things: Mapping[str, str], colours: Mapping[str, str],
           blank: Cell) -> tuple[go.Figure, dict[str, int]]:
    """Firm x thing as a heatmap of discrete colours, and what `finish` needs to know of its size.

    Up to twelve firms are columns, so that the things keep their full names; more firms are rows, in several panels side
    by side where there are only few things.  In a large matrix the most frequent status has its colour, but no letter.
    ``cells`` has (firm, thing) keys; ``firms`` and ``things`` map ids to names, in the order of the chart.
    """
    kinds = [*colours, blank.kind]
    few = len(firms) <= FEW
    side, top = (things, firms) if few else (firms, things)
    often = Counter(cell.kind for cell in cells.values()).most_common(1)[0][0] if len(side) * len(top) > LETTERS and cells else None
    panels = 1 if few or len(top) > NARROW or len(side) <= PANEL else min(math.ceil(len(side) / PANEL), 4)
    rows = math.ceil(len(side) / panels)
    steps = [(edge / len(kinds), shade) for number, shade in enumerate([*colours.values(), ABSENT]) for edge in (number, number + 1)]
    tall = 24 if rows <= 45 else 17
    figure = go.Figure()
    lined = few or panels > 1
    headings = ["<br>".join(plain(line) for line in _two(name, WRAP)) if lined else plain(clip(name, 20)) for name in top.values()]
    angles = [0, -90] if few or len(top) <= 6 else [-90]
    for panel in range(panels):
        part = list(side)[panel * rows:(panel + 1) * rows]
        found = [[cells.get((other, one) if few else (one, other), blank) for other in top] for one in part]
        axis = str(panel + 1) if panel else ""
        figure.add_heatmap(
            z=[[kinds.index(cell.kind) for cell in line] for line in found], zmin=-0.5, zmax=len(kinds) - 0.5, colorscale=steps, showscale=False, xaxis="x" + axis, yaxis="y" + axis,
            xgap=1 if len(top) > 24 else 2, ygap=1 if tall < 20 else 2, text=[["" if cell.kind == often else plain(cell.letter) for cell in line] for line in found],
            texttemplate="%{text}", textfont={"size": 11 if tall > 20 else 9}, hoverinfo="text",
            hovertext=[[f"<b>{plain(firms[other if few else one])}</b> · {plain(things[one if few else other])}<br>{cell.hover or blank.hover}" for other, cell in zip(top, line)]
                       for one, line in zip(part, found)])
        # the names of a panel's firms stand in the left part of its share of the width
        place = {"domain": [(panel + 0.42) / panels, (panel + 0.98) / panels]} if panels > 1 else {}
        figure.update_layout({
            "xaxis" + axis: place | {"tickmode": "array", "tickvals": list(range(len(top))), "ticktext": headings, "side": "top", "autotickangles": angles, "anchor": "y" + axis,
                                     "tickangle": -90 if angles == [-90] else None, "tickfont": {"size": LABEL - (len(top) > 20)}, "showgrid": False, "zeroline": False, "fixedrange": True,
                                     "ticks": "", "range": [-0.5, len(top) - 0.5]},
            "yaxis" + axis: {"tickmode": "array", "tickvals": list(range(len(part))), "ticktext": [plain(clip(side[one], 30 if panels == 1 else 18)) + "  " for one in part], "anchor": "x" + axis,
                             "tickfont": {"size": LABEL - (tall < 20)}, "automargin": panels == 1, "showgrid": False, "zeroline": False, "fixedrange": True, "ticks": "",
                             "range": [rows - 0.5, -0.5]}})
    figure.layout.meta = {"full": {"yaxis": [plain(clip(name, 54)) + "  " for name in side.values()]}} if panels == 1 else {}
    if lined:
        widest = [max((columns(line) for line in _two(name, WRAP)), default=0) for name in top.values()]
        above = 10 + 6.6 * max(widest, default=0)
        # on a page of this width the headings lie flat, in longer lines, and need so much less room above
        beside = 6.6 * min(54, max(map(columns, side.values()), default=0))
        wrap = max(WRAP, int(((PAGE - beside) / max(len(top), 1) - 16) / 6.6))
        flat = ["<br>".join(plain(line) for line in _two(name, wrap)) for name in top.values()]
        wide = max((columns(line) for name in top.values() for line in _two(name, wrap)), default=0)
        meta = {"flat": [int(beside + (16 + 6.6 * wide) * len(top)), int(max(min(above, 150) - 40, 0))]}
        figure.layout.meta = {"full": figure.layout.meta["full"] | {"xaxis": flat}} | meta if few else {"flat": [int(panels * len(top) * (4 + 6.2 * max(widest)) / 0.56), meta["flat"][1]]}
        least = max(15 * max((len(_two(name, WRAP)) for name in top.values()), default=1) * len(top) + 200, 0) if few else 250 * panels
    else:
        above = 12 + 6.4 * max((min(columns(name), 20) for name in top.values()), default=0)
        least = 150 + (13.8 if len(top) > 24 else 16) * len(top)
    return figure, {"body": max(tall * rows, 40), "width": int(least), "top": int(min(above, 150))}


def _two(name: str, wrap: int) -> list[str]:
    """A name in at most two short lines."""
    made = [line.strip() for line in lines(name, wrap)]
    return made if len(made) <= 2 else [made[0], clip(" ".join(made[1:]), wrap)]


def stacked(parts: Mapping[str, Sequence[float]], rows: Sequence[str], colours: Mapping[str, str], hovers: Mapping[str, Sequence[str]],
            shown: Mapping[str, Sequence[str]] | None = None, *, place: str = "inside") -> go.Figure:
    """Horizontal bars, one for each row from the top down, in coloured parts; the number stands in the part.

    ``place``: "auto" where a row has mostly one part, so that the number may stand beside a short one.
    """
    figure = go.Figure()
    at = list(range(len(rows)))
    for kind, values in parts.items():
        figure.add_bar(y=at, x=[round(value, 2) for value in values], orientation="h", name=kind, marker={"color": colours[kind], "line": {"width": 0}},
                       text=list((shown or {}).get(kind, ["" if not value else f"{value:g}" for value in values])), textposition=place, insidetextanchor="middle",
                       textangle=0, textfont={"size": 11}, hovertext=list(hovers[kind]), hoverinfo="text", cliponaxis=True)
    figure.update_layout(barmode="stack", bargap=0.2)
    figure.update_yaxes(tickmode="array", tickvals=at, ticktext=[plain(clip(row, 26)) + "  " for row in rows], range=[len(rows) - 0.5, -0.5],
                        automargin=True, showgrid=False, zeroline=False, fixedrange=True, ticks="", tickfont={"size": LABEL})
    figure.layout.meta = {"full": {"yaxis": [plain(clip(row, 54)) + "  " for row in rows]}}
    longest = max((sum(values) for values in zip(*parts.values())), default=0)
    figure.update_xaxes(dtick=1 if longest <= 10 else None, showgrid=True, gridcolor=RULE, zeroline=False, fixedrange=True, rangemode="tozero", tickfont={"size": 11, "color": QUIET}, tickformat=",d")
    return figure


def readable(corpus: Any) -> pd.DataFrame:
    """The policies that could be read."""
    return corpus.policies[corpus.policies["status"] != "error"]


def bars_height(rows: int) -> int:
    """The pixels that so many horizontal bars need."""
    return max(28 * rows if rows <= 60 else 18 * rows, 40)
