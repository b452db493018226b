"""Lines that were cells: the column of a table of SDKs that each stood in."""

from __future__ import annotations

# how well a line of some kind stands under a heading: link, permission, other, purpose, data, name, provider
FIT = {
    "link": {"link": 2.0, "provider": 1.0}, "permission": {"permission": 2.0, "data": 0.5}, "data": {"data": 2.0, "permission": 0.5, "purpose": 0.0},
    "provider": {"provider": 2.0, "name": 0.0}, "name": {"name": 2.0, "other": 1.0, "provider": 0.0, "purpose": 0.0},
    "purpose": {"purpose": 1.5, "name": 0.8, "other": 0.8, "provider": 0.5, "data": 0.0}, "empty": {"data": 1.0, "permission": 1.0, "link": 1.0, "purpose": 0.5, "provider": 0.5, "other": 0.5},
}


def placed(kinds: list[str], heads: list[str | None]) -> tuple[list[tuple[int, bool]], float]:
    """For each line the column it stands in and whether a row begins with it, so that kinds and headings agree best.

    >>> heads = ["name", "purpose", "provider", "data"]
    >>> placed(["name", "purpose", "provider", "link", "data", "name", "purpose", "data"], heads)[0]
    [(0, True), (1, False), (2, False), (2, False), (3, False), (0, True), (1, False), (3, False)]
    """
    width = len(heads)
    scores: list[list[tuple[float, int, bool]]] = []
    for line, kind in enumerate(kinds):
        row = []
        for column, head in enumerate(heads):
            fit = FIT[kind].get(head or "other", -2.0)
            if line == 0:
                row.append((fit - 0.8 * column, -1, True))
                continue
            best = (-1e9, 0, False)
            for before in range(width):
                score = scores[-1][before][0] + fit
                begins = column < before or column == before and column == 0
                if begins:
                    score -= 0.8 * column + 0.8 * (width - 1 - before)
                else:
                    score -= 0.7 if column == before and kind != "link" else 0.8 * max(0, column - before - 1)
                if score > best[0]:
                    best = (score, before, begins)
            row.append(best)
        scores.append(row)
    if not scores:
        return [], 0.0
    column = max(range(width), key=lambda c: scores[-1][c][0])
    total, placed = scores[-1][column][0], []
    for row in reversed(scores):
        _, before, begins = row[column]
        placed.append((column, begins))
        column = before
    return placed[::-1], total
