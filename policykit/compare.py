"""Comparison: what changed between two versions of a policy, or differs between two policies.

Clauses are matched by their words with punctuation, width, case and numbering folded away, so that a renumbered
or re-wrapped clause is no change.  Facts, items, SDKs and findings are compared by value.  Both sides must have
been made by the same code, rules and model: a side from a store is derived anew if it was not, and a corpus in
memory is refused, so that a change of our rules never shows as a change of the policy.
"""

from __future__ import annotations

import difflib
import logging
import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from rapidfuzz import fuzz, process

from policykit import rows, rules, store
from policykit.corpus import Corpus, read
from policykit.outcomes import derive, fingerprint
from policykit.rows import says
from policykit.text import fold

REWORDED = 60                   # similarity (0-100) from which two clauses in the same gap are one, reworded
MOVED = 80                      # and from which they are, wherever they stand
_noise = re.compile(r"[\W_]+")
_number = re.compile(r"^\s*(?:第[一二三四五六七八九十百\d]+[章节条部分]+|[(（]?(?:[一二三四五六七八九十]{1,3}|\d{1,2}(?:\.\d{1,2})*|[a-zA-Z]|[ivxIVX]{1,4})[)）、.．:：]|[·•●-])\s*")


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """A clause that was added, removed or reworded."""

    policy: str = says("key of the policy", key=True)
    change: Literal["added", "removed", "reworded"] = says("what happened to it")
    old_clause: int | None = says("its number in the old version")
    new_clause: int | None = says("its number in the new version")
    similarity: float | None = says("of a reworded clause, 0 to 1")
    words: str = says("the words: [-taken out-] and {+put in+}")
    old_text: str | None = says("verbatim")
    new_text: str | None = says("verbatim")


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A fact, item, SDK or finding that differs."""

    policy: str = says("key of the policy", key=True)
    kind: Literal["fact", "item", "sdk", "finding"] = says("the table it is from")
    name: str = says("fact, item, SDK or requirement", key=True)
    old: str | None = says("value, status or verdict in the old version; missing when it was not there")
    new: str | None = says("the same in the new version")
    old_quote: str | None = says("the words that say so, verbatim")
    new_quote: str | None = says("the words that say so, verbatim")
    old_clause: int | None = says("number of the clause they stand in")
    new_clause: int | None = says("number of the clause they stand in")
    old_rule: str | None = says("rule that found it in the old version; of a finding, the requirement itself")
    new_rule: str | None = says("rule that found it in the new version")


@dataclass(frozen=True)
class Comparison:
    """What changed: policies that came and went, clauses, and values."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    clauses: pd.DataFrame = field(default_factory=lambda: rows.frame(ClauseChange))
    values: pd.DataFrame = field(default_factory=lambda: rows.frame(ValueChange))

    def lines(self) -> list[str]:
        """The changes of value, a line each: ``firm: + clipboard (collected)``."""
        return [f"{change.policy}: {_line(change)}" for change in self.values.itertuples(index=False)]

    def __str__(self) -> str:
        counts = self.clauses["change"].value_counts()
        head = (f"{len(self.added)} policies added, {len(self.removed)} removed, {len(self.unchanged)} without any change; "
                f"clauses: {counts.get('added', 0)} added, {counts.get('removed', 0)} removed, {counts.get('reworded', 0)} reworded")
        return "\n".join([head, *self.lines()])


def _line(change: Any) -> str:
    """A change of value as an analyst would note it."""
    if pd.isna(change.old):
        return f"+ {change.name} ({change.new})"
    if pd.isna(change.new):
        return f"- {change.name} ({change.old})"
    return f"{change.name}: {change.old} -> {change.new}"


def compare(old: Corpus | str | Path | list[str | Path], new: Corpus | str | Path | list[str | Path], *, rulebook: str | Path | None = None) -> Comparison:
    """What changed from the old to the new: corpora, stores, folders or single files.

    Policies are matched by their key; when each side is one policy, these two.  Raises ``ValueError`` for corpora
    that were made by different code, rules or models.
    """
    old, new = _corpus(old, rulebook), _corpus(new, rulebook)
    if old.rulebook != new.rulebook:
        raise ValueError("the two corpora were made by different code, rules or models, so that a difference might be ours and not the "
                         "policies'; read both again, or compare the stores or folders themselves")
    before, after = list(old.policies["policy"]), list(new.policies["policy"])
    pairs = [(name, name) for name in after if name in set(before)]
    if not pairs and len(before) == len(after) == 1:
        pairs = [(before[0], after[0])]
    clauses: list[ClauseChange] = []
    values: list[ValueChange] = []
    for left, right in pairs:
        clauses += _clauses(right, old.clauses[old.clauses["policy"] == left], new.clauses[new.clauses["policy"] == right])
        values += _values(right, old, left, new, right)
    changed = {change.policy for change in [*clauses, *values]}
    matched_old, matched_new = {left for left, _ in pairs}, {right for _, right in pairs}
    return Comparison(
        tuple(name for name in after if name not in matched_new), tuple(name for name in before if name not in matched_old),
        tuple(right for _, right in pairs if right not in changed), rows.frame(ClauseChange, clauses), rows.frame(ValueChange, values),
    )


def _corpus(given: Corpus | str | Path | list[str | Path], rulebook: str | Path | None) -> Corpus:
    """The corpus behind what was given; a store made by other rules is derived anew from its texts."""
    if isinstance(given, Corpus):
        return given
    folder = str(rulebook) if rulebook else None
    if not isinstance(given, (str, Path)) or Path(given).suffix != ".duckdb":
        return read(given, rulebook=rulebook, progress=False)
    tables, texts, made_by = store.load(given)
    if made_by == fingerprint(folder):
        return Corpus(tables, texts, made_by)
    about = {row["policy"]: {name: value for name, value in row.items() if isinstance(value, str)} for row in tables["policies"].to_dict("records")}
    joined: dict[str, list[Any]] = {name: [] for name in rows.TABLES}
    connection = store.connect(given, read_only=True)
    try:
        for document, lang in store.documents(connection, list(about)):
            for name, made in derive(document, lang, about[document.policy.name], rules.load(folder)).items():
                joined[name] += made
    finally:
        connection.close()
    return Corpus({name: rows.frame(rows.TABLES[name], made) for name, made in joined.items()}, texts, fingerprint(folder))


# --- clauses -------------------------------------------------------------------------------------------------


def key(text: str) -> str:
    """What a clause says, with numbering, punctuation, blanks, case, width and traditional characters folded away.

    >>> key("（一）我們收集 IMEI。") == key("1、我们收集IMEI；")
    True
    """
    return _noise.sub("", fold(_number.sub("", text)))


def _clauses(policy: str, old: pd.DataFrame, new: pd.DataFrame) -> list[ClauseChange]:
    """The clauses of one policy that were added, removed or reworded, in the order of the new version."""
    left, right = _keyed(old), _keyed(new)
    gone, come, reworded = [], [], []
    matcher = difflib.SequenceMatcher(None, [k for k, _, _ in left], [k for k, _, _ in right], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            matched, lost, found = _closest(left[a:b], right[c:d], REWORDED)
            reworded += matched
            gone += lost
            come += found
    keys = {k for k, _, _ in come} & {k for k, _, _ in gone}        # moved, with the same words: no change of what is said
    matched, gone, come = _closest([c for c in gone if c[0] not in keys], [c for c in come if c[0] not in keys], MOVED)
    changes = [ClauseChange(policy, "reworded", o[1], n[1], score / 100, words(o[2], n[2]), o[2], n[2]) for o, n, score in reworded + matched]
    changes += [ClauseChange(policy, "removed", number, None, None, f"[-{text}-]", text, None) for _, number, text in gone]
    changes += [ClauseChange(policy, "added", None, number, None, f"{{+{text}+}}", None, text) for _, number, text in come]
    return sorted(changes, key=lambda c: (c.new_clause if c.new_clause is not None else c.old_clause, c.change))


Keyed = tuple[str, int, str]


def _keyed(clauses: pd.DataFrame) -> list[Keyed]:
    """Key, number and text of the clauses that say something; a table of contents only repeats."""
    body = clauses[clauses["kind"] != "toc"]
    keyed = ((key(text), int(number), text) for number, text in zip(body["clause"], body["text"]))
    return [clause for clause in keyed if clause[0]]


def _closest(old: list[Keyed], new: list[Keyed], least: float) -> tuple[list[tuple[Keyed, Keyed, float]], list[Keyed], list[Keyed]]:
    """Pairs of similar clauses, best first, and the clauses left on either side."""
    if not old or not new:
        return [], old, new
    scores = process.cdist([k for k, _, _ in old], [k for k, _, _ in new], scorer=fuzz.ratio, score_cutoff=least)
    pairs, used_old, used_new = [], set(), set()
    for place in scores.argsort(axis=None)[::-1]:
        i, j = divmod(int(place), len(new))
        if scores[i, j] < least or scores[i, j] == 0:
            break
        if i not in used_old and j not in used_new:
            used_old.add(i)
            used_new.add(j)
            pairs.append((old[i], new[j], float(scores[i, j])))
    return pairs, [c for i, c in enumerate(old) if i not in used_old], [c for j, c in enumerate(new) if j not in used_new]


def pieces(old: str, new: str) -> list[tuple[Literal["same", "out", "in"], str]]:
    """What stayed, was taken out and was put in, in order; Chinese by word.

    >>> pieces("保存6个月", "保存12个月")
    [('same', '保存'), ('out', '6'), ('in', '12'), ('same', '个月')]
    """
    import jieba

    jieba.setLogLevel(logging.WARNING)
    left, right = jieba.lcut(old), jieba.lcut(new)
    made: list[tuple[Literal["same", "out", "in"], str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        taken, put = "".join(left[a:b]), "".join(right[c:d])
        made += [("same", put)] if tag == "equal" else [part for part in (("out", taken), ("in", put)) if part[1]]
    return made


def words(old: str, new: str) -> str:
    """The new words with what was taken out and put in marked.

    >>> words("我们保存您的信息6个月。", "我们保存您的信息12个月。")
    '我们保存您的信息[-6-]{+12+}个月。'
    """
    return "".join({"same": text, "out": f"[-{text}-]", "in": f"{{+{text}+}}"}[kind] for kind, text in pieces(old, new))


# --- values --------------------------------------------------------------------------------------------------

_VALUES = {"fact": ("facts", ["fact"], ["value", "unit"]), "item": ("items", ["item"], ["status"]),
           "sdk": ("sdks", ["sdk"], ["provider"]), "finding": ("findings", ["requirement"], ["verdict"])}
_SILENT = {"item": {"defined", "user_warned"}}                      # not said of the firm


def _values(policy: str, old: Corpus, left: str, new: Corpus, right: str) -> list[ValueChange]:
    """The facts, items, SDKs and findings of one policy that differ."""
    changes = []
    for kind, (table, names, values) in _VALUES.items():
        before, after = _said(old.tables[table], left, kind, names, values), _said(new.tables[table], right, kind, names, values)
        for name in sorted(before.keys() | after.keys()):
            one, two = before.get(name, {}), after.get(name, {})
            lost, found = [v for v in one if v not in two], [v for v in two if v not in one]
            for i in range(max(len(lost), len(found))):
                was, now = (side[i] if i < len(side) else None for side in (lost, found))
                evidence = zip(one.get(was, _NO_EVIDENCE), two.get(now, _NO_EVIDENCE))
                changes.append(ValueChange(policy, kind, name, was, now, *chain.from_iterable(evidence)))
    return changes


Evidence = tuple[str | None, int | None, str | None]                # quote, clause, rule
_NO_EVIDENCE: Evidence = (None, None, None)


def _said(table: pd.DataFrame, policy: str, kind: str, names: list[str], values: list[str]) -> dict[str, dict[str, Evidence]]:
    """For each name, the values a policy gives and what shows them."""
    said: dict[str, dict[str, Evidence]] = defaultdict(dict)
    for row in table[table["policy"] == policy].to_dict("records"):
        parts = [str(row[column]) for column in values if not pd.isna(row[column])]
        if not (parts and parts[0] in _SILENT.get(kind, ())):
            quote, clause, rule = (None if pd.isna(found := row.get(column)) else found for column in ("quote", "clause", "rule"))
            said[row[names[0]]].setdefault(" ".join(parts) or "named", (quote, clause if clause is None else int(clause), rule))
    return said
