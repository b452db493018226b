"""Annotations: what analysts decided, kept with the words they decided on.

An annotation belongs to a clause by the hash of its folded words, not by its number, so it survives a rebuild as
long as the clause says the same.  When the clause has changed it is not applied any more, but shown for review.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from policykit import practices, rows, rules, store
from policykit.text import View, fold

About = Literal["topic", "practice", "note"]
Decision = Literal["confirm", "reject", "add"]


def words_hash(text: str) -> str:
    """The hash of what a clause says, whatever its width, case, script or line breaks.

    >>> words_hash("我們收集\\nＩＭＥＩ") == words_hash("我们收集IMEI")
    True
    """
    return hashlib.sha256(View.of(fold(text)).text.encode()).hexdigest()[:16]


def annotate(path: str | Path, policy: str, clause: int, about: About, value: str | None = None,
             decision: Decision = "confirm", note: str | None = None) -> None:
    """Keep a decision in a store: a topic or an item of a clause confirmed, rejected or (topics) added, or a note.

    ``value`` is the topic or the item.  Raises ``ValueError`` for a clause, topic or item that there is not.
    """
    if about == "practice" and decision == "add":
        raise ValueError("a practice cannot be added by hand: add a term or a cue to the rulebook, so that it is found everywhere")
    if (about == "note") == bool(value):
        raise ValueError("a topic or practice needs a value, a note has none")
    connection = store.connect(path)
    try:
        found = connection.execute("SELECT text FROM clauses WHERE policy = ? AND clause = ?", [policy, int(clause)]).fetchall()
        if not found:
            raise ValueError(f"{path}: the policy {policy!r} has no clause {clause}")
        known = {name for (name,) in connection.execute(
            f"SELECT DISTINCT {'topic' if about == 'topic' else 'item'} FROM {'topics' if about == 'topic' else 'practices'}").fetchall()}
        if value and value not in known | set(rules.load().items if about == "practice" else rules.load().topics):
            raise ValueError(f"no {about} is {value!r}{rules.nearest(value, known)}")
        text = found[0][0]
        connection.execute("INSERT INTO annotations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                           [datetime.now(UTC).replace(tzinfo=None), policy, int(clause), words_hash(text), text, about, value, decision, note])
    finally:
        connection.close()


def annotations(path: str | Path) -> pd.DataFrame:
    """Every annotation in a store with its ``state``: current, review (the words have changed) or gone (the policy has).

    ``clause`` is the clause that has these words now, and missing where none has.
    """
    connection = store.connect(path, read_only=True)
    try:
        made = connection.execute("SELECT * FROM annotations ORDER BY made").df()
        clauses = connection.execute("SELECT policy, clause, text FROM clauses WHERE policy IN (SELECT policy FROM annotations)").df()
    finally:
        connection.close()
    return _placed(made, clauses)


def _placed(made: pd.DataFrame, clauses: pd.DataFrame) -> pd.DataFrame:
    """The annotations with their state and the clause where their words stand now."""
    now = {(policy, words_hash(text)): clause for policy, clause, text in zip(clauses["policy"], clauses["clause"], clauses["text"])}
    present = set(clauses["policy"])
    places = [now.get(key) for key in zip(made["policy"], made["sentence"])]
    made["clause"] = pd.array(places, dtype="Int64")
    made["state"] = ["current" if place is not None else "review" if policy in present else "gone" for place, policy in zip(places, made["policy"])]
    return made


def apply(path: str | Path, tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables as the analysts' current decisions make them; the rule of what they decided is ``analyst``."""
    made = annotations(path)
    current = made[made["state"] == "current"].drop_duplicates(["policy", "sentence", "about", "value"], keep="last")
    if current.empty:
        return tables
    return _items(path, _practices(_topics(tables, current), current), current)


def _keys(table: pd.DataFrame, column: str) -> pd.Series:
    return pd.Series(list(zip(table["policy"], table["clause"], table[column])), index=table.index, dtype="object")


def _topics(tables: dict[str, pd.DataFrame], current: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The topics without the rejected ones and with the added and confirmed ones."""
    decided = current[current["about"] == "topic"]
    if decided.empty:
        return tables
    left = tables["topics"][~_keys(tables["topics"], "topic").isin(_keys(decided, "value"))]
    held = decided[decided["verdict"] != "reject"]
    put = rows.frame(rows.Topic, [rows.Topic(p, int(c), t, 1.0, "analyst") for p, c, t in zip(held["policy"], held["clause"], held["value"])])
    return tables | {"topics": pd.concat([left, put]).sort_values(["policy", "clause", "topic"], ignore_index=True)}


def _practices(tables: dict[str, pd.DataFrame], current: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The practices without the rejected ones."""
    decided = current[(current["about"] == "practice") & (current["verdict"] == "reject")]
    left = tables["practices"][~_keys(tables["practices"], "item").isin(_keys(decided, "value"))]
    return tables | {"practices": left.reset_index(drop=True)}


def _items(path: str | Path, tables: dict[str, pd.DataFrame], current: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The matrix made anew for the policies of which a practice was rejected."""
    policies = sorted(set(current.loc[(current["about"] == "practice") & (current["verdict"] == "reject"), "policy"]))
    if not policies:
        return tables
    said = tables["practices"][tables["practices"]["policy"].isin(policies)]
    left: dict[str, list[Any]] = {policy: [] for policy in policies}
    for row in said.astype("object").itertuples(index=False):
        left[row.policy].append(rows.Practice(*(None if value is pd.NA else value for value in row)))
    connection = store.connect(path, read_only=True)
    try:
        made = [item for document, _ in store.documents(connection, policies)
                for item in practices.items(document, left[document.policy.name], rules.load())]
    finally:
        connection.close()
    others = tables["items"][~tables["items"]["policy"].isin(policies)]
    return tables | {"items": pd.concat([others, rows.frame(rows.Item, made)]).sort_values(["policy", "item"], ignore_index=True)}
