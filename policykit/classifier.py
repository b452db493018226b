"""A classifier for anybody's labels, learned from sentences or segments at hand; it is not meant to be shipped.

Two stages: linear heads over hashed n-grams and over what the shipped model says of the text and its sentences;
then, on their out-of-fold scores, logistic regression and gradient boosting, averaged.  For OPP-115, whose licence
forbids to ship weights, this trains where it is evaluated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from policykit import linear
from policykit.clausemodel import Model, load
from policykit.linear import Space
from policykit.text import sentences
from policykit.train import FOLDS, SEED, thresholds

HINTS = 0.05            # how much one score of the shipped model counts beside the n-grams
C = 0.3


@dataclass(frozen=True)
class Seen:
    """Texts as the first stage reads them."""

    whole: sparse.csr_matrix        # n-grams and hints
    plain: sparse.csr_matrix        # n-grams alone
    parts: sparse.csr_matrix        # n-grams of the sentences
    owner: np.ndarray               # text of each sentence
    dense: np.ndarray               # hints and sizes, for the second stage

    def __getitem__(self, rows: np.ndarray) -> Seen:
        place = np.full(self.whole.shape[0], -1)
        place[rows] = np.arange(len(rows))
        parts = np.flatnonzero(place[self.owner] >= 0)
        return Seen(self.whole[rows], self.plain[rows], self.parts[parts], place[self.owner[parts]], self.dense[rows])


@dataclass(frozen=True)
class Classifier:
    """A trained classifier: ``predict`` gives 0 or 1 for each label."""

    names: tuple[str, ...]
    space: Space
    centre: np.ndarray
    spread: np.ndarray
    first: tuple[np.ndarray, ...]
    second: tuple[tuple[Any, Any], ...]
    cut: np.ndarray
    model: Model

    def scores(self, texts: Sequence[str]) -> pd.DataFrame:
        """The score of each label for each text."""
        seen = _seen(texts, self.space, self.model, self.centre, self.spread)[0]
        return pd.DataFrame(_second_scores(self.second, _inputs(self.first, seen)), columns=list(self.names))

    def predict(self, texts: Sequence[str]) -> pd.DataFrame:
        """Yes or no for each label and text."""
        return (self.scores(texts) > self.cut).astype(int)


def _seen(texts: Sequence[str], space: Space, model: Model, centre: np.ndarray | None = None, spread: np.ndarray | None = None) -> tuple[Seen, np.ndarray, np.ndarray]:
    """The features of texts, and what the hints were centred and scaled with."""
    spans = [[text[start:end] for start, end in sentences(text)] or [text] for text in texts]
    owner = np.repeat(np.arange(len(texts)), [len(parts) for parts in spans])
    flat = [part for parts in spans for part in parts]
    of_parts = model.scores(flat)[0]
    best = np.full((len(texts), of_parts.shape[1]), -3.0)
    np.maximum.at(best, owner, of_parts)
    mean = np.zeros_like(best)
    np.add.at(mean, owner, of_parts)
    hints = np.hstack([model.scores(texts)[0], best, mean / np.maximum(np.bincount(owner, minlength=len(texts)), 1)[:, None]])
    centre, spread = (hints.mean(0), hints.std(0) + 1e-6) if centre is None or spread is None else (centre, spread)
    hints = (hints - centre) / spread
    plain = space.features(texts)
    sizes = np.array([(np.log1p(len(text)), len(parts)) for text, parts in zip(texts, spans, strict=True)]).reshape(-1, 2)
    whole = sparse.hstack([plain, sparse.csr_matrix(hints * HINTS)]).tocsr()
    return Seen(whole, plain, space.features(flat), owner, np.hstack([hints, sizes])), centre, spread


def _first(seen: Seen, labels: np.ndarray) -> tuple[np.ndarray, ...]:
    """The linear heads: with and without hints."""
    penalties = [C] * labels.shape[1]
    return (*linear.fit(seen.whole, labels, penalties), *linear.fit(seen.plain, labels, penalties))


def _inputs(first: tuple[np.ndarray, ...], seen: Seen) -> np.ndarray:
    """What the second stage reads."""
    whole, plain = np.asarray(seen.whole @ first[0]) + first[1], np.asarray(seen.plain @ first[2]) + first[3]
    best = np.full(plain.shape, -3.0)
    np.maximum.at(best, seen.owner, np.asarray(seen.parts @ first[2]) + first[3])
    return np.hstack([whole, plain, best, seen.dense])


def _folds(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).permutation(count) % FOLDS


def _fit(seen: Seen, labels: np.ndarray, seed: int) -> tuple[tuple[np.ndarray, ...], tuple[tuple[Any, Any], ...]]:
    """Both stages."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    fold_of = _folds(len(labels), seed)
    inputs: np.ndarray | None = None
    for number in range(FOLDS):
        rest, held = np.flatnonzero(fold_of != number), np.flatnonzero(fold_of == number)
        made = _inputs(_first(seen[rest], labels[rest]), seen[held])
        inputs = np.zeros((len(labels), made.shape[1])) if inputs is None else inputs
        inputs[held] = made
    second = []
    for column in labels.T:
        if column.min() == column.max():
            second.append((None, None))
            continue
        second.append((make_pipeline(StandardScaler(), LogisticRegression(C=0.02, max_iter=500)).fit(inputs, column),
                       HistGradientBoostingClassifier(max_iter=80, learning_rate=0.06, max_leaf_nodes=8, min_samples_leaf=25,
                                                      l2_regularization=1, random_state=SEED).fit(inputs, column)))
    return _first(seen, labels), tuple(second)


def _second_scores(second: tuple[tuple[Any, Any], ...], inputs: np.ndarray) -> np.ndarray:
    return np.column_stack([line.decision_function(inputs) + trees.decision_function(inputs) if line is not None else np.full(len(inputs), -9.0)
                            for line, trees in second])


def train(texts: Sequence[str], labels: pd.DataFrame, model: Model | None = None) -> Classifier:
    """A classifier from texts and a table with a column of 0 and 1 for each label; thresholds by nested folds."""
    texts, model, truth = list(texts), model or load(), labels.to_numpy(np.float32)
    space = linear.space(texts, (1, 2), at_least=2)
    seen, centre, spread = _seen(texts, space, model)
    fold_of, scores = _folds(len(texts), SEED + 1), np.zeros(truth.shape)
    for number in range(FOLDS):
        rest, held = np.flatnonzero(fold_of != number), np.flatnonzero(fold_of == number)
        first, second = _fit(seen[rest], truth[rest], SEED + 2)
        scores[held] = _second_scores(second, _inputs(first, seen[held]))
    first, second = _fit(seen, truth, SEED + 2)
    return Classifier(tuple(labels.columns), space, centre, spread, first, second, thresholds(scores, truth), model)
