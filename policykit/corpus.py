"""The corpus: policies read, every stage run on each, all tables joined."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

import pandas as pd
from joblib import Parallel, delayed
from tqdm.auto import tqdm

from policykit import annotations, rows, rules, store, topics
from policykit.outcomes import Tables, about_policies, analyse, fingerprint
from policykit.read import sources
from policykit.text import sentences

ALIVE: list[weakref.ref] = []   # the corpora in use, the youngest last


@dataclass(frozen=True)
class Corpus:
    """The tables of a set of policies, and their texts.

    Each table of `rows.TABLES` is an attribute: ``corpus.policies``, ``corpus.clauses``, ``corpus.items``...
    ``rulebook`` is the fingerprint of the code, rules and model that made them, ``folder`` the analyst's own rules.
    """

    tables: dict[str, pd.DataFrame] = field(default_factory=rows.empty)
    texts: dict[str, str] = field(default_factory=dict)
    rulebook: str = ""
    folder: str | None = None

    def __post_init__(self) -> None:
        """Every corpus in use can be found again by its rows (`explain`)."""
        ALIVE[:] = [made for made in ALIVE if made() is not None][-19:] + [weakref.ref(self)]

    def __getattr__(self, name: str) -> pd.DataFrame:
        tables = self.__dict__.get("tables", {})
        if name in tables:
            return tables[name]
        raise AttributeError(f"a corpus has no {name!r}; its tables are {', '.join(tables)}")

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(table)} {name}" for name, table in self.tables.items())
        return f"Corpus({counts})"

    def save(self, path: str | Path) -> None:
        """Write the corpus into a store; policies of the same key in it are replaced, others stay."""
        store.save(path, self.tables, self.texts, self.rulebook)

    def sql(self, query: str, *parameters: Any) -> pd.DataFrame:
        """The answer to a SQL query over the tables, by their names; ``?`` stands for a parameter."""
        return store.sql(self.tables, query, *parameters)

    def matrix(self, items: Iterable[str] | None = None) -> pd.DataFrame:
        """Policy x item, the status in each cell, NA where the policy does not name the item."""
        table = self.items if items is None else self.items[self.items["item"].isin(list(items))]
        wide = table.pivot(index="policy", columns="item", values="status").reindex(self.policies["policy"])
        wanted = list(items) if items is not None else sorted(wide.columns)
        return wide.reindex(columns=wanted)

    def who_collects(self, *items: str) -> pd.DataFrame:
        """For the items named, every policy that speaks of them: status, quote and place."""
        table = self.items[self.items["item"].isin(items)]
        return self.policies[["policy", "firm"]].merge(table, on="policy").sort_values(["item", "status", "policy"], ignore_index=True)

    def filter(self, *, policy: Any = None, firm: Any = None, sector: Any = None, topic: Any = None, item: Any = None,
               status: Any = None, lang: Any = None) -> Corpus:
        """A smaller corpus: the clauses, and the rows that stand in them, that match every condition given.

        Its `items` is what these clauses alone say: an item that is collected elsewhere may be only denied here.
        Each condition is one value or a list of values.  ``firm`` matches the policy's key too, where the firm is
        not known; ``item`` and ``status`` must hold for one and the same mention.
        """
        policies = self.policies
        for name, wanted in (("policy", policy), ("sector", sector)):
            if wanted is not None:
                policies = policies[policies[name].isin(_known(wanted, policies[name], name))]
        if firm is not None:
            names = policies["firm"].fillna(policies["policy"])
            known = _known(firm, pd.concat([names, policies["firm_zh"], policies["policy"]]), "firm")
            policies = policies[names.isin(known) | policies["firm_zh"].isin(known) | policies["policy"].isin(known)]
        tables = {name: table[table["policy"].isin(policies["policy"])] for name, table in self.tables.items()} | {"policies": policies}
        place = ["policy", "clause"]
        kept = tables["clauses"][place]
        if lang is not None:
            kept = kept[tables["clauses"]["lang"].isin(_known(lang, get_args(rows.Lang), "lang"))]
        if topic is not None:
            topics_ = tables["topics"]
            topics_ = topics_[topics_["topic"].isin(_known(topic, self.topics["topic"], "topic"))]
            kept = kept.merge(topics_[place].drop_duplicates(), on=place)
        if item is not None or status is not None:
            said = tables["practices"]
            if item is not None:
                wanted_items = _known(item, pd.concat([self.practices["item"], self.items["item"]]), "item")
                covered = _with_narrower(set(wanted_items))
                said = said[said["item"].isin(covered)]
            if status is not None:
                wanted = _known(status, get_args(rows.Status), "status")
                said = said[said["status"].isin(wanted)]
            tables["practices"] = said
            kept = kept.merge(said[place].drop_duplicates(), on=place)
        if len(kept) < len(tables["clauses"]):
            for name in ("clauses", "topics", "practices", "facts", "sdks", "findings", "defects"):
                tables[name] = tables[name].merge(kept, on=place)
            tables["items"] = _items(tables["practices"], tables["clauses"])
            if item is not None:
                tables["items"] = tables["items"][tables["items"]["item"].isin(wanted_items)]
            for side in ("zh_clause", "en_clause"):
                tables["pairs"] = tables["pairs"].merge(kept.rename(columns={"clause": side}), on=["policy", side], how="left", indicator=side + "_in")
            inside = (tables["pairs"].pop("zh_clause_in") == "both") | (tables["pairs"].pop("en_clause_in") == "both")
            tables["pairs"] = tables["pairs"][inside]
        return replace(self, tables={name: table.reset_index(drop=True) for name, table in tables.items()},
                       texts={name: text for name, text in self.texts.items() if name in set(policies["policy"])})


def _items(practices_: pd.DataFrame, clauses: pd.DataFrame) -> pd.DataFrame:
    """The matrix that these practices make by themselves: the strongest status of each item, with the first sentence that says it."""
    known = rules.load().items
    said = practices_.merge(clauses[["policy", "clause", "text", "start"]].rename(columns={"start": "at"}), on=["policy", "clause"])
    said["item"] = said["item"].map(lambda item: list(dict.fromkeys([item, known[item].gold or item])) if item in known else [item])
    said = said.explode("item").sort_values(["policy", "item", "status", "start"], kind="stable")
    made = []
    for (policy, item), group in said.groupby(["policy", "item"], observed=True, sort=True):
        best, n = group.iloc[0], int((group["status"] == group["status"].iloc[0]).sum())
        inside = best["start"] - best["at"]
        start, end = next((a, b) for a, b in [*sentences(best["text"]), (0, len(best["text"]))] if a <= inside < b)
        made.append(rows.Item(policy, item, best["status"], n, int(best["clause"]), best["text"][start:end], int(best["at"] + start), int(best["at"] + end), best["rule"]))
    return rows.frame(rows.Item, made)


def _with_narrower(items: set[str]) -> set[str]:
    """The items and all narrower ones that count for them."""
    known = rules.load().items.values()
    while narrower := {rule.id for rule in known if {rule.parent, rule.gold} & items} - items:
        items = items | narrower
    return items


def _known(wanted: Any, values: Iterable[Any], name: str) -> list[Any]:
    """The values asked for, as a list; one that nothing has is an error that names the nearest."""
    wanted = [wanted] if isinstance(wanted, str) else list(wanted)
    valid = {value for value in values if isinstance(value, str)}
    for value in wanted:
        if value not in valid:
            raise ValueError(f"no {name} is {value!r}{rules.nearest(str(value), valid)}")
    return wanted


def read(paths: str | Path | Iterable[str | Path], *, rulebook: str | Path | None = None,
         model: topics.Model | str | Path | None = None, jobs: int = 1, progress: bool = True) -> Corpus:
    """The corpus of the policies in files, folders or globs; or of a store, as it is.

    ``rulebook``: a folder with rule files of your own that extend the package's; ``model``: clause types as you
    taught them (`topics.fit`), or the file that they were saved in; ``jobs``: processes.
    """
    if isinstance(paths, (str, Path)) and Path(paths).suffix == ".duckdb":
        return open(paths)
    files = sources(paths if isinstance(paths, (str, Path)) else list(paths))
    about = about_policies(source.path for source in files)
    folder = str(rulebook) if rulebook else None
    model = topics.load(model) if isinstance(model, (str, Path)) else model
    work = Parallel(n_jobs=jobs, return_as="generator")(delayed(analyse)(source, about.get(source.path.stem, {}), folder, model) for source in files)
    joined: Tables = {name: [] for name in rows.TABLES}
    texts: dict[str, str] = {}
    for tables, text in tqdm(work, total=len(files), desc="policies", unit="file", disable=not progress):
        for name, made in tables.items():
            joined[name] += made
        texts[tables["policies"][0].policy] = text
    return Corpus({name: rows.frame(rows.TABLES[name], made) for name, made in joined.items()}, texts, fingerprint(folder, model), folder)


def open(path: str | Path) -> Corpus:  # noqa: A001 - its public name is pk.open
    """The corpus in a store, as the analysts' annotations in it make it."""
    tables, texts, rulebook = store.load(path)
    return Corpus(annotations.apply(path, tables), texts, rulebook)
