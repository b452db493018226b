"""Comparison: what changed between two versions of a policy, and what firms say alike or alone.

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
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from rapidfuzz import fuzz, process

from policykit import rows, rules, store
from policykit.corpus import Corpus, derive, fingerprint, read
from policykit.export import write
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


# --- as a page or a table ------------------------------------------------------------------------------------

_STYLE = """:root{color-scheme:light dark}body{font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;
max-width:70rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;
padding:.4rem .6rem;border-bottom:1px solid #8886;overflow-wrap:anywhere}ins{background:#0072b233;text-decoration:underline}
del{background:#d55e0033}summary{cursor:pointer;font-weight:600}.quote{color:GrayText;font-size:.9em}"""


def html(comparison: Comparison, title: str = "What changed") -> str:
    """One self-contained page: no script, nothing from the network, every text escaped."""
    def cell(value: Any) -> str:
        return "" if value is None or pd.isna(value) else escape(str(value))

    def marked(text: str) -> str:
        return re.sub(r"\{\+(.*?)\+\}", r"<ins>\1</ins>", re.sub(r"\[-(.*?)-\]", r"<del>\1</del>", escape(text), flags=re.S), flags=re.S)

    values = "".join(
        f"<tr><th scope=row>{cell(c.policy)}</th><td>{cell(c.kind)}</td><td>{cell(c.name)}</td><td>{cell(c.old)}<div class=quote>{cell(c.old_quote)}</div></td>"
        f"<td>{cell(c.new)}<div class=quote>{cell(c.new_quote)}</div></td></tr>" for c in comparison.values.itertuples(index=False))
    clauses = "".join(f"<tr><th scope=row>{cell(c.policy)}</th><td>{cell(c.change)}</td><td>{marked(c.words)}</td></tr>"
                      for c in comparison.clauses.itertuples(index=False))
    policies = "".join(f"<p>Policies {name}: {escape(', '.join(found))}</p>" for name, found in
                       (("added", comparison.added), ("removed", comparison.removed), ("without any change", comparison.unchanged)) if found)
    return (f"<!doctype html><html lang=en><head><meta charset=utf-8><meta http-equiv=Content-Security-Policy content=\"default-src 'none'; "
            f"style-src 'unsafe-inline'\"><meta name=viewport content='width=device-width'><title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
            f"<h1>{escape(title)}</h1><p>{escape(str(comparison).splitlines()[0])}</p>{policies}"
            f"<h2>Facts, items, SDKs and findings</h2><table><thead><tr><th>policy<th>kind<th>name<th>before<th>now</tr></thead><tbody>{values}</tbody></table>"
            f"<h2>Clauses</h2><table><thead><tr><th>policy<th>change<th>words</tr></thead><tbody>{clauses}</tbody></table></body></html>")


def main(args: Any) -> int:
    """``policykit compare``: the changes in the terminal, or in an HTML page, a CSV or Excel file."""
    made = compare(args.old, args.new)
    if not args.output:
        print(made)
        return 0
    out = Path(args.output)
    if out.suffix.lower() in (".html", ".htm"):
        out.write_text(html(made, f"{Path(args.old).name} and {Path(args.new).name}"), encoding="utf-8")
    elif out.suffix.lower() in (".csv", ".xlsx"):
        write({"values": made.values, "clauses": made.clauses}, out)
    else:
        raise ValueError(f"{out}: give a name that ends in .html, .csv or .xlsx")
    print(out)
    return 0


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


def words(old: str, new: str) -> str:
    """The new words with what was taken out and put in marked, Chinese by word.

    >>> words("我们保存您的信息6个月。", "我们保存您的信息12个月。")
    '我们保存您的信息[-6-]{+12+}个月。'
    """
    import jieba

    jieba.setLogLevel(logging.WARNING)
    left, right = jieba.lcut(old), jieba.lcut(new)
    out = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            out.append("".join(right[c:d]))
        else:
            out.append(("[-" + "".join(left[a:b]) + "-]" if b > a else "") + ("{+" + "".join(right[c:d]) + "+}" if d > c else ""))
    return "".join(out)


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
                changes.append(ValueChange(policy, kind, name, was, now, one.get(was), two.get(now)))
    return changes


def _said(table: pd.DataFrame, policy: str, kind: str, names: list[str], values: list[str]) -> dict[str, dict[str, str | None]]:
    """For each name, the values a policy gives and their quotes."""
    said: dict[str, dict[str, str | None]] = defaultdict(dict)
    for row in table[table["policy"] == policy].to_dict("records"):
        parts = [str(row[column]) for column in values if not pd.isna(row[column])]
        if not (parts and parts[0] in _SILENT.get(kind, ())):
            said[row[names[0]]].setdefault(" ".join(parts) or "named", None if pd.isna(row["quote"]) else row["quote"])
    return said


# --- firm against firm ---------------------------------------------------------------------------------------


def sentences(corpus: Corpus, least: int = 12) -> pd.DataFrame:
    """Every sentence of at least so many characters: policy, clause, start, end, text and its key."""
    from policykit.text import sentences as ends

    made = []
    for clause in corpus.clauses[corpus.clauses["kind"].isin(["paragraph", "item", "cell"])].itertuples(index=False):
        for start, end in ends(clause.text):
            said = key(clause.text[start:end])
            if len(said) >= least:
                made.append((clause.policy, clause.clause, clause.start + start, clause.start + end, clause.text[start:end], said))
    return pd.DataFrame(made, columns=["policy", "clause", "start", "end", "text", "key"])


def shared(corpus: Corpus, *, alike: float = 0.8) -> pd.DataFrame:
    """Sentences that several policies have, word for word or nearly: ``group``, ``policies`` (how many), policy, clause, text.

    Near-duplicates are found by MinHash over four-character shingles with a Jaccard similarity of at least ``alike``.
    """
    table = sentences(corpus)
    table["group"] = table["key"].map(_groups(table["key"].unique(), alike))
    counts = table.groupby("group")["policy"].nunique().rename("policies")
    table = table.join(counts, on="group")
    return table[table["policies"] > 1].sort_values(["policies", "group", "policy", "start"], ascending=[False, True, True, True], ignore_index=True)


def only(corpus: Corpus, policy: str, *, alike: float = 0.8) -> pd.DataFrame:
    """The sentences that this policy has and no other of the corpus, not even nearly."""
    table = sentences(corpus)
    table["group"] = table["key"].map(_groups(table["key"].unique(), alike))
    elsewhere = set(table.loc[table["policy"] != policy, "group"])
    return table[(table["policy"] == policy) & ~table["group"].isin(elsewhere)].drop(columns=["key", "group"]).reset_index(drop=True)


def _groups(keys: Iterable[str], alike: float) -> dict[str, int]:
    """A number for each key, the same for near-duplicates."""
    from datasketch import MinHash, MinHashLSH

    keys = list(keys)
    index = MinHashLSH(threshold=alike, num_perm=64)
    parent = list(range(len(keys)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    shingles = [{said[i:i + 4].encode() for i in range(max(1, len(said) - 3))} for said in keys]
    for i, sketch in enumerate(MinHash.bulk(shingles, num_perm=64, seed=1)):
        for j in index.query(sketch):
            if len(shingles[i] & shingles[j]) >= alike * len(shingles[i] | shingles[j]):
                parent[root(i)] = root(j)
        index.insert(i, sketch)
    return {said: root(i) for i, said in enumerate(keys)}
