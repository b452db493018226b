"""Firm against firm: sentences that several policies share, and those that only one has."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from datasketch import MinHash, MinHashLSH

from policykit.compare import key
from policykit.corpus import Corpus
from policykit.text import sentences as ends


def sentences(corpus: Corpus, least: int = 12) -> pd.DataFrame:
    """Every sentence of at least so many characters: policy, clause, start, end, text and its key."""
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
