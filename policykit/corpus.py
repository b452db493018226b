"""The corpus: policies read, every stage run on each, all tables joined."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from joblib import Parallel, delayed
from tqdm.auto import tqdm

from policykit import compliance, defects, facts, languages, practices, rows, rules, sdks, structure, topics
from policykit.read import Policy, Source, read as read_file, sources

Tables = dict[str, list[Any]]


@dataclass(frozen=True)
class Corpus:
    """The tables of a set of policies, and their texts.

    Each table of `rows.TABLES` is an attribute: ``corpus.policies``, ``corpus.clauses``, ``corpus.items``...
    ``rulebook`` is the fingerprint of the rules that made them.
    """

    tables: dict[str, pd.DataFrame] = field(default_factory=rows.empty)
    texts: dict[str, str] = field(default_factory=dict)
    rulebook: str = ""

    def __getattr__(self, name: str) -> pd.DataFrame:
        tables = self.__dict__.get("tables", {})
        if name in tables:
            return tables[name]
        raise AttributeError(f"a corpus has no {name!r}; its tables are {', '.join(tables)}")

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(table)} {name}" for name, table in self.tables.items())
        return f"Corpus({counts})"

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
        """A smaller corpus: the clauses, and the rows that stand in them, that match every condition given."""
        raise NotImplementedError


def analyse(source: Source, about: dict[str, str], folder: str | None = None) -> tuple[Tables, str]:
    """Every table's rows for one file, and its text; an unreadable file has its `policies` row only."""
    if source.error:
        policy = Policy(source.name, path=str(source.path), status="error", message=source.error)
    else:
        policy = read_file(source.path, source.name)
    tables: Tables = {name: [] for name in rows.TABLES}
    lang = None
    if policy.status != "error":
        rulebook = rules.load(folder)
        document = structure.parse(policy)
        lang = languages.of(document)
        tables["sections"], tables["clauses"] = list(document.sections), list(document.clauses)
        tables["topics"] = topics.find(document, rulebook)
        tables["practices"] = practices.find(document, rulebook)
        tables["items"] = practices.items(document, tables["practices"], rulebook)
        tables["facts"] = facts.find(document, rulebook)
        tables["sdks"] = sdks.find(document, tables["practices"], rulebook)
        tables["pairs"] = languages.align(document, rulebook)
        tables["findings"] = compliance.check(document, tables["topics"], tables["practices"], tables["items"], tables["facts"], tables["sdks"], rulebook, sector=about.get("sector") or None)
        tables["defects"] = defects.find(document, tables["topics"], tables["practices"], tables["facts"], tables["sdks"], tables["pairs"], rulebook)
    tables["policies"] = [rows.PolicyRow(
        policy.name, about.get("firm") or None, about.get("firm_zh") or None, about.get("sector") or None, policy.title,
        policy.path, policy.format, lang, len(policy.text) if policy.status != "error" else None, policy.sha256, policy.status, policy.message, about.get("note") or None,
    )]
    return tables, policy.text


def about_policies(paths: Iterable[Path]) -> dict[str, dict[str, str]]:
    """What policies.csv, beside the files or one folder up, says of each policy."""
    about: dict[str, dict[str, str]] = {}
    for folder in dict.fromkeys(folder for path in paths for folder in (path.parent.parent, path.parent)):
        if (folder / "policies.csv").is_file():
            with open(folder / "policies.csv", encoding="utf-8-sig", newline="") as file:
                about |= {row["policy"]: row for row in csv.DictReader(file) if row.get("policy")}
    return about


def read(paths: str | Path | Iterable[str | Path], *, rulebook: str | Path | None = None, jobs: int = 1, progress: bool = True) -> Corpus:
    """The corpus of the policies in files, folders or globs.

    ``rulebook``: a folder with rule files of your own that extend the package's; ``jobs``: processes.
    """
    files = sources(paths if isinstance(paths, (str, Path)) else list(paths))
    about = about_policies(source.path for source in files)
    folder = str(rulebook) if rulebook else None
    work = Parallel(n_jobs=jobs, return_as="generator")(delayed(analyse)(source, about.get(source.path.stem, {}), folder) for source in files)
    joined: Tables = {name: [] for name in rows.TABLES}
    texts: dict[str, str] = {}
    for tables, text in tqdm(work, total=len(files), desc="policies", unit="file", disable=not progress):
        for name, made in tables.items():
            joined[name] += made
        texts[tables["policies"][0].policy] = text
    return Corpus({name: rows.frame(rows.TABLES[name], made) for name, made in joined.items()}, texts, rules.load(folder).fingerprint)
