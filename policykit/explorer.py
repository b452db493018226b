"""The explorer: a corpus to filter, search and read, in JupyterLab and, still alive, in an exported page.

    explorer = pk.explore(corpus)
    explorer                       # choose, click, search
    explorer.query                 # what was chosen, as a string for DataFrame.query
    explorer.table.query(explorer.query)
    explorer.data()                # the clauses that are left
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from itertools import pairwise
from typing import Any, get_args

import anywidget
import numpy as np
import pandas as pd
import traitlets

from policykit import front, rows, rules
from policykit.charts import words
from policykit.corpus import Corpus
from policykit.text import View, fold

VIEW = "application/vnd.policykit.view+json"
FACETS = ("firm", "sector", "language", "topic", "category", "item", "status", "section")
KINDS, STATUSES, LANGS = get_args(rows.Kind), get_args(rows.Status), get_args(rows.Lang)


# --- payload: the tables in columns, for the browser -----------------------------------------------------------------

def places(text: str) -> np.ndarray | None:
    """For each position in the text the position as a browser counts; None where the two agree.

    >>> places("ok"), places("a😀b").tolist()
    (None, [0, 1, 3, 4])
    """
    if text.isascii() or max(text) <= "\uffff":
        return None
    wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4") > 0xFFFF
    return np.concatenate([[0], np.cumsum(1 + wide)])


def gaps(numbers: Iterable[int]) -> list[int]:
    """Each number less the one before: small numbers, which pack well.

    >>> gaps([3, 3, 10])
    [3, 0, 7]
    """
    return [after - before for before, after in pairwise([0, *map(int, numbers)])]


def plain(column: pd.Series) -> list[Any]:
    """The values of a column, None where missing."""
    return column.astype(object).where(column.notna(), None).tolist()


def codes(column: pd.Series, values: Sequence[str]) -> list[int]:
    """The place of each value in the list, -1 where missing."""
    return pd.Categorical(column.astype("string"), categories=list(values)).codes.tolist()


class _Positions:
    """Start and end columns as the browser counts them."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.maps = {policy: found for policy, text in texts.items() if (found := places(text)) is not None}

    def of(self, table: pd.DataFrame, column: str) -> np.ndarray:
        numbers = table[column].to_numpy(dtype=np.int64, na_value=0, copy=True)
        for policy, found in self.maps.items():
            here = (table["policy"] == policy).to_numpy()
            numbers[here] = found[numbers[here]]
        return numbers


def payload(corpus: Corpus) -> bytes:
    """Everything the browser needs, as gzipped JSON in columns; equal corpora give equal bytes."""
    policies = corpus.policies[corpus.policies["status"] != "error"].reset_index(drop=True)
    order = {policy: number for number, policy in enumerate(policies["policy"])}
    here = _Positions({policy: corpus.texts.get(policy, "") for policy in order})

    def of(name: str, *by: str) -> pd.DataFrame:
        table = corpus.tables[name]
        table = table[table["policy"].isin(order)]
        return table.assign(_order=table["policy"].map(order).astype(int)).sort_values(["_order", *by], kind="stable", ignore_index=True)

    sections, clauses = of("sections", "section"), of("clauses", "clause")
    section_at = {key: number for number, key in enumerate(zip(sections["policy"], sections["section"]))}
    row_at = {key: number for number, key in enumerate(zip(clauses["policy"], clauses["clause"]))}

    def at(index: dict[Any, int], table: pd.DataFrame, column: str) -> list[int]:
        return [index.get(key, -1) for key in zip(table["policy"], table[column])]

    def standing(name: str) -> tuple[pd.DataFrame, list[int]]:
        """The rows that stand in a clause, in the order of the clauses."""
        table = of(name)
        table = table.assign(_row=at(row_at, table, "clause"))
        table = table[table["_row"] >= 0].sort_values(["_row", *(["start"] if "start" in table else [])], kind="stable", ignore_index=True)
        return table, table["_row"].tolist()

    starts, ends = here.of(clauses, "start"), here.of(clauses, "end")
    same = clauses["_order"].diff().eq(0).to_numpy()
    before = np.where(same, np.concatenate([[0], ends[:-1]]), 0) if len(ends) else ends
    topics, topic_rows = standing("topics")
    practices, practice_rows = standing("practices")
    items = of("items")
    pairs = of("pairs")
    item_ids = _item_ids(corpus)
    topic_ids = sorted(set(topics["topic"]), key=list(_known("topics") | dict.fromkeys(sorted(set(topics["topic"])))).index)
    purposes = sorted(practices["purpose"].dropna().unique())
    actors, actions = get_args(rows.Actor), get_args(rows.Action)
    value = {
        "policies": {name: plain(policies[name]) for name in ("policy", "firm", "firm_zh", "sector", "title", "lang")}
        | {"text": [corpus.texts.get(policy, "") for policy in policies["policy"]]},
        "sections": {"policy": sections["_order"].tolist(), "level": plain(sections["level"]), "parent": at(section_at, sections, "parent"),
                     "number": plain(sections["number"]), "title": plain(sections["title"])},
        "clauses": {"perPolicy": np.bincount(clauses["_order"], minlength=len(order)).tolist(), "clause": plain(clauses["clause"]),
                    "section": at(section_at, clauses, "section"), "kind": codes(clauses["kind"], KINDS), "lead": at(row_at, clauses, "lead"),
                    "gap": (starts - before).tolist(), "length": (ends - starts).tolist(), "lang": codes(clauses["lang"], LANGS)},
        "topics": {"row": gaps(topic_rows), "topic": codes(topics["topic"], topic_ids)},
        "practices": {"row": gaps(practice_rows), "item": codes(practices["item"], item_ids),
                      "start": (here.of(practices, "start") - starts[practice_rows]).tolist(),
                      "length": (here.of(practices, "end") - here.of(practices, "start")).tolist(), "status": codes(practices["status"], STATUSES),
                      "actor": codes(practices["actor"], actors), "action": codes(practices["action"], actions), "purpose": codes(practices["purpose"], purposes),
                      "recipient": plain(practices["recipient"]), "condition": plain(practices["condition"])},
        "items": {"policy": items["_order"].tolist(), "item": codes(items["item"], item_ids), "status": codes(items["status"], STATUSES), "n": plain(items["n"]),
                  "row": at(row_at, items, "clause"), "start": here.of(items, "start").tolist(), "length": (here.of(items, "end") - here.of(items, "start")).tolist()},
        "pairs": {"zh": at(row_at, pairs, "zh_clause"), "en": at(row_at, pairs, "en_clause"), "similarity": [round(float(one) * 100) for one in pairs["similarity"]],
                  "difference": plain(pairs["difference"])},
        "terms": _terms(item_ids, topic_ids, purposes, actors, actions),
        "fold": _fold_pairs(),
    }
    return gzip.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"), 9, mtime=0)


def _known(table: str) -> dict[str, Any]:
    """A table of the rulebook, by id."""
    return getattr(rules.load(), table, None) or {}


def _item_ids(corpus: Corpus) -> list[str]:
    """The items of a corpus, and the broader ones that they count for, in the order of the rulebook."""
    used = set(corpus.practices["item"]) | set(corpus.items["item"])
    while more := {up for item in used for up in _broader(item)} - used:
        used |= more
    return [item for item in _known("items") if item in used] + sorted(used - set(_known("items")))


def _broader(item: str) -> list[str]:
    """The items that this one counts for directly."""
    rule = _known("items").get(item)
    return [up for up in dict.fromkeys((getattr(rule, "parent", ""), getattr(rule, "gold", ""))) if up and up != item]


def _terms(item_ids: list[str], topic_ids: list[str], purposes: list[str], actors: Sequence[str], actions: Sequence[str]) -> dict[str, Any]:
    """The names of everything that is shown by id, in both languages."""
    def named(kind: str, ids: Iterable[str]) -> list[dict[str, Any]]:
        return [{"id": one, "en": words.label(kind, one, "en"), "zh": words.label(kind, one, "zh")} for one in ids]

    place = {item: number for number, item in enumerate(item_ids)}
    items = named("item", item_ids)
    for item in items:
        item["category"] = category(item["id"])
        item["under"] = [place[up] for up in _broader(item["id"])]
    return {
        "items": items, "topics": named("topic", topic_ids), "purposes": named("purpose", purposes), "actors": list(actors), "actions": list(actions),
        "categories": {id_: {"en": en, "zh": zh} for id_, (en, zh) in words.CATEGORY.items()},
        "status": {id_: {lang: list(shown) for lang, shown in words.STATUS[id_].items()} for id_ in STATUSES},
    }


def category(item: str) -> str:
    """The class of an item: A01 to A13, P, V or N."""
    return getattr(_known("items").get(item), "category", "") or "A13"


@cache
def _fold_pairs() -> list[str]:
    """The characters that the fold changes, and what into; those beyond the basic plane change nowhere that matters here."""
    chars = "".join(map(chr, (*range(0x20, 0xD800), *range(0xE000, 0x10000))))
    pairs = [(before, after) for before, after in zip(chars, fold(chars)) if before != after and after <= "\uffff"]
    return ["".join(before for before, _ in pairs), "".join(after for _, after in pairs)]


# --- the same filter on tables -----------------------------------------------------------------------------------------

def search_words(query: str) -> list[str]:
    """The words that a clause must contain, folded; "in quotes" is one.

    >>> search_words('電話 "Third Party"')
    ['电话', 'third party']
    """
    found = (quoted or word for quoted, word in re.findall(r'"([^"]+)"|(\S+)', query))
    return [closed for word in found if (closed := searchable(word).strip())]


def searchable(text: str) -> str:
    """A text as it is searched: folded, without the gaps that wrapping tears into Chinese words."""
    return View.of(fold(text)).text


def top_titles(sections: pd.DataFrame) -> dict[tuple[str, int], str | None]:
    """For each section the folded title of the section at the top of its branch."""
    parent = {(policy, section): None if pd.isna(up) else (policy, up) for policy, section, up in zip(sections["policy"], sections["section"], sections["parent"])}
    title = dict(zip(parent, plain(sections["title"])))
    found = {}
    for key in parent:
        top, steps = key, 0
        while parent.get(top) in parent and steps < 50:
            top, steps = parent[top], steps + 1
        found[key] = " ".join(fold(title[top] or "").split()) or None
    return found


def evidence(corpus: Corpus) -> pd.DataFrame:
    """One row for each clause, clause type and mention: what the explorer filters.

    Headings and tables of contents are left out, unless a heading itself names an item.
    """
    names = corpus.policies[["policy", "firm", "firm_zh", "sector"]]
    names = names.assign(firm=names["firm"].fillna(names["firm_zh"]).fillna(names["policy"])).drop(columns="firm_zh")
    table = names.merge(corpus.clauses, on="policy")
    mentions = corpus.practices[["policy", "clause", "item", "status", "action", "actor", "purpose"]]
    named = pd.MultiIndex.from_frame(mentions[["policy", "clause"]])
    here = pd.MultiIndex.from_frame(table[["policy", "clause"]])
    table = table[(table["kind"] != "toc") & ((table["kind"] != "heading") | here.isin(named))]
    titles = top_titles(corpus.sections)
    table = table.assign(section=pd.array([titles.get(key) for key in zip(table["policy"], table["section"])], dtype="string"),
                         folded=pd.array([searchable(text) for text in table["text"]], dtype="string"))
    table = table.merge(corpus.topics[["policy", "clause", "topic", "score"]], on=["policy", "clause"], how="left")
    table = table.merge(mentions.assign(category=mentions["item"].map({item: category(item) for item in mentions["item"].unique()}).astype("string")),
                        on=["policy", "clause"], how="left")
    return table[["policy", "firm", "sector", "clause", "kind", "section", "lang", "topic", "score", "category", "item", "status", "action", "actor",
                  "purpose", "text", "folded"]]


def as_query(selection: dict[str, Any], items: Iterable[str] = ()) -> str:
    """A selection as a string for ``DataFrame.query``; an item also stands for the narrower ones among ``items``.

    >>> as_query({"firm": ["Che300"], "q": "電話"})
    "firm in ['Che300'] and folded.str.contains('电话', regex=False)"
    >>> as_query({})
    'index == index'
    """
    parts = []
    for name in FACETS:
        if chosen := list(selection.get(name) or ()):
            column = "lang" if name == "language" else name
            parts.append(f"{column} in {_literal(narrower(chosen, items) if name == 'item' else chosen)}")
    parts += [f"folded.str.contains({_literal(word)}, regex=False)" for word in search_words(selection.get("q") or "")]
    return " and ".join(parts) or "index == index"


def _literal(value: Any) -> str:
    # pandas gives a backtick and a hash sign a meaning even inside a quoted string
    return repr(value).replace("`", "\\x60").replace("#", "\\x23")


def narrower(wanted: list[str], items: Iterable[str]) -> list[str]:
    """The items, and those of ``items`` that count for them."""
    found, rest = list(wanted), [item for item in items if item not in wanted]
    while more := [item for item in rest if set(_broader(item)) & set(found)]:
        found, rest = found + more, [item for item in rest if item not in more]
    return found


class Explorer(anywidget.AnyWidget):
    """Facets, matrix, chart, clauses and full text of a corpus; ``selection`` is what is chosen, in both directions."""

    _esm = front.explorer()
    _css = front.text("explorer.css")
    payload = traitlets.Bytes().tag(sync=True)
    selection = traitlets.Dict().tag(sync=True)
    lang = traitlets.Unicode("en").tag(sync=True)

    def __init__(self, corpus: Corpus, *, lang: str | None = None, **selection: Any) -> None:
        unknown = set(selection) - {*FACETS, "q"}
        if unknown:
            raise TypeError(f"explore() has no filter {min(unknown)!r}{rules.nearest(min(unknown), (*FACETS, 'q'))}")
        chosen = {name: value if name == "q" else [value] if isinstance(value, str) else list(value) for name, value in selection.items()}
        self._corpus = corpus
        super().__init__(payload=payload(corpus), selection=chosen, lang=lang or os.environ.get("POLICYKIT_LANG", "en"))

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row for each clause, clause type and mention; ``query`` is a question to it."""
        return evidence(self._corpus)

    @property
    def query(self) -> str:
        """What is chosen, as a string for ``explorer.table.query``."""
        return as_query(self.selection, _item_ids(self._corpus))

    def data(self) -> pd.DataFrame:
        """The clauses that are left, each once."""
        found = self.table.query(self.query)
        return found[["policy", "firm", "sector", "clause", "kind", "section", "lang", "text"]].drop_duplicates(["policy", "clause"], ignore_index=True)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        made = super()._repr_mimebundle_(**kwargs)
        if made is None:
            return made
        data, metadata = made if isinstance(made, tuple) else (made, {})
        state = {"payload": base64.b64encode(self.payload).decode(), "selection": self.selection, "lang": self.lang}
        return {**data, VIEW: {"view": "explorer", "state": state}}, metadata


def explore(corpus: Corpus, *, lang: str | None = None, **selection: Any) -> Explorer:
    """The explorer of a corpus, perhaps with something chosen: ``pk.explore(corpus, item="imei", q="共享")``."""
    return Explorer(corpus, lang=lang, **selection)
