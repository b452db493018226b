"""Linear heads over hashed n-grams: fitting, scoring, the weights of one text, and arrays to be stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from policykit import ngrams
from policykit.ngrams import Tokens


EDGE = 0.15                 # how much one sign of a text's form counts, beside n-grams in rows of length one


@dataclass(frozen=True)
class Space:
    """Which n-grams are features: their orders, the buckets that are columns, and the weight of each for its rarity.

    After them stand 2^``edges`` columns for how a text begins and ends (0: none).
    """

    orders: tuple[int, ...]
    pieces: tuple[int, ...]
    bits: int
    buckets: np.ndarray = field(repr=False)     # sorted; the bucket of each column
    idf: np.ndarray = field(repr=False)
    edges: int = 0

    @cached_property
    def column(self) -> np.ndarray:
        """The column of each bucket; -1 where the bucket is none."""
        table = np.full(1 << self.bits, -1, np.int32)
        table[self.buckets] = np.arange(len(self.buckets), dtype=np.int32)
        return table

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.buckets) + (1 << self.edges if self.edges else 0)

    def of(self, found: Tokens, count: int) -> sparse.csr_matrix:
        """The feature rows of a block of texts: the rarity of each n-gram that a text has, in rows of length one; then its form."""
        words = self._words(found, count)
        if not self.edges:
            return words
        grams = ngrams.edges(found, count, self.edges)
        form = sparse.csr_matrix((np.full(len(grams.row), EDGE, np.float32), (grams.row, grams.bucket.astype(np.int64))), (count, 1 << self.edges))
        return sparse.hstack([words, form], "csr", np.float32)

    def _words(self, found: Tokens, count: int) -> sparse.csr_matrix:
        grams = ngrams.grams(found, self.orders, self.pieces, self.bits)
        column = self.column[grams.bucket]
        known = np.flatnonzero(column >= 0)
        cells = np.sort(grams.row[known] << 32 | column[known])         # row by row, a column once in each
        if len(cells):
            cells = cells[np.flatnonzero(np.diff(cells, prepend=-1))]
        columns = (cells & 0xFFFFFFFF).astype(np.int32)
        many = np.bincount(cells >> 32, minlength=count)
        first = np.concatenate(([0], np.cumsum(many))).astype(np.int32)
        weights = self.idf[columns]
        length = np.ones(count, np.float32)
        some = np.flatnonzero(many)
        if len(some):
            length[some] = np.sqrt(np.add.reduceat(weights * weights, first[some]))
        weights /= np.repeat(length, many)
        return sparse.csr_matrix((weights, columns, first), (count, len(self.buckets)))

    def features(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """The feature rows of texts."""
        parts = [self.of(ngrams.tokens(folded), count) for _, count, folded in ngrams.blocks(texts)]
        return sparse.vstack(parts, "csr") if parts else sparse.csr_matrix((0, self.width), dtype=np.float32)


def space(texts: Sequence[str], orders: tuple[int, ...], pieces: tuple[int, ...] = (), bits: int = 20, at_least: int = 2, edges: int = 0) -> Space:
    """The feature space of texts: every bucket that so many of them have."""
    frequency = np.zeros(1 << bits, np.int64)
    for _, count, folded in ngrams.blocks(texts):
        grams = ngrams.grams(ngrams.tokens(folded), orders, pieces, bits)
        pairs = np.unique(grams.row.astype(np.uint64) << np.uint64(bits) | grams.bucket)
        frequency += np.bincount((pairs & np.uint64((1 << bits) - 1)).astype(np.int64), minlength=1 << bits)
    buckets = np.flatnonzero(frequency >= at_least).astype(np.int32)
    idf = np.log((1 + len(texts)) / (1 + frequency[buckets])) + 1
    return Space(orders, pieces, bits, buckets, idf.astype(np.float32), edges)


@dataclass(frozen=True)
class Heads:
    """One linear score for each name: ``features @ weights + bias``."""

    names: tuple[str, ...]
    space: Space
    weights: np.ndarray = field(repr=False)     # column x name, float32
    bias: np.ndarray = field(repr=False)

    def scores(self, features: sparse.csr_matrix) -> np.ndarray:
        """Text x name, distances from the separating plane."""
        return np.asarray(features @ self.weights) + self.bias

    def arrays(self, prefix: str) -> dict[str, np.ndarray]:
        """What is to be stored: eight bits a weight, with a step for each name."""
        step = np.maximum(np.abs(self.weights).max(0), 1e-9) / 127
        top = float(self.space.idf.max())
        return {
            f"{prefix}.names": np.array(self.names), f"{prefix}.orders": np.array(self.space.orders, np.int8),
            f"{prefix}.pieces": np.array(self.space.pieces, np.int8), f"{prefix}.bits": np.array(self.space.bits, np.int8),
            f"{prefix}.edges": np.array(self.space.edges, np.int8),
            f"{prefix}.gaps": np.diff(self.space.buckets, prepend=0).astype(np.uint16),
            f"{prefix}.idf": np.round(self.space.idf / top * 255).astype(np.uint8), f"{prefix}.idf_top": np.float32(top),
            f"{prefix}.weights": np.ascontiguousarray(np.round(self.weights / step).astype(np.int8).T),
            f"{prefix}.step": step.astype(np.float32), f"{prefix}.bias": self.bias.astype(np.float32),
        }

    @classmethod
    def of(cls, arrays: dict[str, Any], prefix: str) -> Heads:
        """The heads that were stored."""
        def get(name: str) -> np.ndarray:
            return arrays[f"{prefix}.{name}"]

        idf = get("idf").astype(np.float32) / 255 * get("idf_top")
        where = Space(tuple(get("orders").tolist()), tuple(get("pieces").tolist()), int(get("bits")), np.cumsum(get("gaps"), dtype=np.int32), idf,
                      int(arrays.get(f"{prefix}.edges", 0)))
        return cls(tuple(get("names").tolist()), where, np.ascontiguousarray((get("weights").astype(np.float32) * get("step")[:, None]).T), get("bias"))


def fit(features: sparse.csr_matrix, labels: np.ndarray, penalties: Sequence[float], sample_weight: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Weights and bias of a linear support vector machine for each column of labels; NaN labels are left out."""
    from sklearn.svm import LinearSVC

    weights, bias = [], []
    for column, c in zip(labels.T, penalties, strict=True):
        known = np.flatnonzero(~np.isnan(column))
        if len(np.unique(column[known])) < 2:
            weights.append(np.zeros(features.shape[1], np.float32))
            bias.append(-1.0)
            continue
        machine = LinearSVC(C=c, tol=1e-2, random_state=0).fit(features[known], column[known].astype(int),
                                                               None if sample_weight is None else sample_weight[known])
        weights.append(machine.coef_[0].astype(np.float32))
        bias.append(float(machine.intercept_[0]))
    return np.column_stack(weights), np.array(bias, np.float32)
