"""The two forms that most charts have: a matrix of discrete colours, and bars in coloured parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from policykit.charts.style import ABSENT, LABEL, QUIET, RULE, clip, columns, lines, plain

FEW = 12          # firms that still stand side by side as columns


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell of a matrix shows: a class of its key, a letter, and the text of its hover (markup of our own)."""

    kind: str
    letter: str = ""
    hover: str = ""


def matrix(cells: Mapping[tuple[str, str], Cell], firms: Mapping[str, str], things: Mapping[str, str], colours: Mapping[str, str],
           blank: Cell) -> tuple[go.Figure, dict[str, int]]:
    """Firm x thing as a heatmap of discrete colours, and what `finish` needs to know of its size.

    Up to twelve firms are columns, so that the things keep their full names; more firms are rows.
    ``cells`` has (firm, thing) keys; ``firms`` and ``things`` map ids to names, in the order of the chart.
    """
    kinds = [*colours, blank.kind]
    side, top = (things, firms) if len(firms) <= FEW else (firms, things)
    few = side is things
    z, letters, hovers = [], [], []
    for row in side:
        found = [cells.get((column, row) if few else (row, column), blank) for column in top]
        z.append([kinds.index(cell.kind) for cell in found])
        letters.append([plain(cell.letter) for cell in found])
        hovers.append([
            f"<b>{plain(firms[column if few else row])}</b> · {plain(things[row if few else column])}<br>{cell.hover or blank.hover}"
            for column, cell in zip(top, found)
        ])
    steps = [(edge / len(kinds), shade) for number, shade in enumerate([*colours.values(), ABSENT]) for edge in (number, number + 1)]
    tall = 24 if len(side) <= 45 else 17
    figure = go.Figure(go.Heatmap(
        z=z, zmin=-0.5, zmax=len(kinds) - 0.5, colorscale=steps, showscale=False, xgap=1 if len(top) > 24 else 2, ygap=1 if tall < 20 else 2,
        text=letters, texttemplate="%{text}", textfont={"size": 11 if tall > 20 else 9}, hovertext=hovers, hoverinfo="text",
    ))
    if few:
        wrap = 12
        headings = ["<br>".join(plain(line) for line in _two(name, wrap)) for name in top.values()]
        above = max((10 + 6.6 * max(map(len, _two(name, wrap))) for name in top.values()), default=0)
        least = max(15 * max((len(_two(name, wrap)) for name in top.values()), default=1) * len(top) + 200, 0)
        angles = [0, -90]
    else:
        headings = [plain(clip(name, 20)) for name in top.values()]
        above = 12 + 6.4 * max((min(columns(name), 20) for name in top.values()), default=0)
        least = 160 + 16 * len(top)
        angles = [0, -90] if len(top) <= 6 else [-90]
    figure.update_xaxes(tickmode="array", tickvals=list(range(len(top))), ticktext=headings, side="top", autotickangles=angles,
                        tickfont={"size": LABEL - (len(top) > 20)}, showgrid=False, zeroline=False, fixedrange=True, ticks="", range=[-0.5, len(top) - 0.5])
    if angles == [-90]:
        figure.update_xaxes(tickangle=-90)
    figure.update_yaxes(tickmode="array", tickvals=list(range(len(side))), ticktext=[plain(clip(name, 30)) + "  " for name in side.values()],
                        tickfont={"size": LABEL - (tall < 20)}, automargin=True, showgrid=False, zeroline=False, fixedrange=True, ticks="", range=[len(side) - 0.5, -0.5])
    return figure, {"body": max(tall * len(side), 40), "width": int(least), "top": int(min(above, 150))}


def _two(name: str, wrap: int) -> list[str]:
    """A name in at most two short lines."""
    made = [line.strip() for line in lines(name, wrap)]
    return made if len(made) <= 2 else [made[0], clip(" ".join(made[1:]), wrap)]


def stacked(parts: Mapping[str, Sequence[float]], rows: Sequence[str], colours: Mapping[str, str], hovers: Mapping[str, Sequence[str]],
            shown: Mapping[str, Sequence[str]] | None = None) -> go.Figure:
    """Horizontal bars, one for each row from the top down, in coloured parts; the number stands in the part."""
    figure = go.Figure()
    at = list(range(len(rows)))
    for kind, values in parts.items():
        figure.add_bar(y=at, x=[round(value, 2) for value in values], orientation="h", name=kind, marker={"color": colours[kind], "line": {"width": 0}},
                       text=list((shown or {}).get(kind, ["" if not value else f"{value:g}" for value in values])), textposition="inside", insidetextanchor="middle",
                       textangle=0, textfont={"size": 11}, hovertext=list(hovers[kind]), hoverinfo="text", cliponaxis=True)
    figure.update_layout(barmode="stack", bargap=0.2)
    figure.update_yaxes(tickmode="array", tickvals=at, ticktext=[plain(clip(row, 26)) + "  " for row in rows], range=[len(rows) - 0.5, -0.5],
                        automargin=True, showgrid=False, zeroline=False, fixedrange=True, ticks="", tickfont={"size": LABEL})
    longest = max((sum(values) for values in zip(*parts.values())), default=0)
    figure.update_xaxes(dtick=1 if longest <= 10 else None, showgrid=True, gridcolor=RULE, zeroline=False, fixedrange=True, rangemode="tozero", tickfont={"size": 11, "color": QUIET}, tickformat=",d")
    return figure


def readable(corpus: Any) -> pd.DataFrame:
    """The policies that could be read."""
    return corpus.policies[corpus.policies["status"] != "error"]


def bars_height(rows: int) -> int:
    """The pixels that so many horizontal bars need."""
    return max(28 * rows if rows <= 60 else 18 * rows, 40)
