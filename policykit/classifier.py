"""A classifier for anybody's labels, learned from sentences or segments at hand; it is not meant to be shipped.

Two stages: several linear views of a text (n-grams, word stems, pieces of words, how it opens, its sentences one by one,
what the shipped model says of it), then a forest of extremely randomised trees on their out-of-fold scores.  For OPP-115,
whose licence forbids to ship weights, this trains where it is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from policykit import linear
from policykit.clausemodel import Model, load
from policykit.linear import Space
from policykit.text import fold, sentences
from policykit.train import FOLDS, SEED, thresholds

HINTS = 0.05            # how much one score of the shipped model counts beside the n-grams
C = 0.3
OPENING = 80            # characters that are a text's opening
TREES = 200
DRAWS = 15              # thresholds are the mean over so many bootstrap draws: small classes have few texts

_endings = re.compile(r"(?<=[a-z]{4})(?:ations?|ings?|ies|ied|ed|es|s|ly|e|y)(?![a-z0-9'])")
_address = re.compile(r"https?://\S+|www\.\S+")


def stemmed(text: str) -> str:
    """A text in lower case without web addresses and the endings of English words.

    >>> stemmed("We may collect cookies, sharing policies: www.example.com/a")
    'we may collect cook, shar polic:  url '
    """
    return _endings.sub("", _address.sub(" url ", fold(text)))


def opening(text: str) -> str:
    """How a text begins, with the endings of words cut off."""
    return stemmed(text[:OPENING])


@dataclass(frozen=True)
class Views:
    """The feature spaces of the first stage."""

    plain: Space
    stems: Space
    pieces: Space
    openings: Space

    @classmethod
    def of(cls, texts: Sequence[str]) -> Views:
        """The spaces of texts."""
        stems = [stemmed(text) for text in texts]
        return cls(linear.space(texts, (1, 2), at_least=2), linear.space(stems, (1, 2), at_least=2), linear.space(stems, (), (3, 4, 5), at_least=3),
                   linear.space([opening(text) for text in texts], (1, 2), at_least=2))


@dataclass(frozen=True)
class Seen:
    """Texts as the first stage reads them."""

    views: tuple[sparse.csr_matrix, ...]    # n-grams and hints; n-grams; stems; pieces; openings
    parts: sparse.csr_matrix        # n-grams of the sentences
    owner: np.ndarray               # text of each sentence
    dense: np.ndarray               # hints and sizes, for the second stage

    def __getitem__(self, rows: np.ndarray) -> Seen:
        place = np.full(len(self.dense), -1)
        place[rows] = np.arange(len(rows))
        parts = np.flatnonzero(place[self.owner] >= 0)
        return Seen(tuple(view[rows] for view in self.views), self.parts[parts], place[self.owner[parts]], self.dense[rows])


@dataclass(frozen=True)
class Classifier:
    """A trained classifier: ``predict`` gives 0 or 1 for each label."""

    names: tuple[str, ...]
    views: Views
    centre: np.ndarray
    spread: np.ndarray
    first: tuple[Any, ...]
    second: tuple[Any, ...]
    cut: np.ndarray
    model: Model

    def scores(self, texts: Sequence[str]) -> pd.DataFrame:
        """The score of each label for each text, between 0 and 1."""
        seen = _seen(texts, self.views, self.model, self.centre, self.spread)[0]
        return pd.DataFrame(_second_scores(self.second, _inputs(self.first, seen)), columns=list(self.names))

    def predict(self, texts: Sequence[str]) -> pd.DataFrame:
        """Yes or no for each label and text."""
        return (self.scores(texts) > self.cut).astype(int)


def _seen(texts: Sequence[str], views: Views, model: Model, centre: np.ndarray | None = None, spread: np.ndarray | None = None) -> tuple[Seen, np.ndarray, np.ndarray]:
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
    plain, stems = views.plain.features(texts), [stemmed(text) for text in texts]
    sizes = np.array([(np.log1p(len(text)), len(parts)) for text, parts in zip(texts, spans, strict=True)]).reshape(-1, 2)
    whole = sparse.hstack([plain, sparse.csr_matrix(hints * HINTS)]).tocsr()
    shown = (whole, plain, views.stems.features(stems), views.pieces.features(stems), views.openings.features([opening(text) for text in texts]))
    return Seen(shown, views.plain.features(flat), owner, np.hstack([hints, sizes])), centre, spread


def _first(seen: Seen, labels: np.ndarray) -> tuple[Any, ...]:
    """A linear machine for each view and label, and a naive Bayes model of the stems."""
    from sklearn.naive_bayes import ComplementNB

    machines = [linear.fit(view, labels, [C] * labels.shape[1]) for view in seen.views]
    bayes = [ComplementNB(alpha=0.3).fit(seen.views[2], column) if column.min() < column.max() else None for column in labels.T]
    return machines, bayes


def _inputs(first: tuple[Any, ...], seen: Seen) -> np.ndarray:
    """What the second stage reads."""
    machines, bayes = first
    lines = [np.asarray(view @ weights) + bias for view, (weights, bias) in zip(seen.views, machines, strict=True)]
    best = np.full(lines[1].shape, -3.0)
    np.maximum.at(best, seen.owner, np.asarray(seen.parts @ machines[1][0]) + machines[1][1])
    odds = [np.diff(made.predict_log_proba(seen.views[2]), axis=1) if made is not None else np.zeros((len(best), 1)) for made in bayes]
    return np.hstack([*lines, best, *odds, seen.dense])


def _folds(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).permutation(count) % FOLDS


def _fit(seen: Seen, labels: np.ndarray, seed: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Both stages."""
    from sklearn.ensemble import ExtraTreesClassifier

    fold_of = _folds(len(labels), seed)
    inputs: np.ndarray | None = None
    for number in range(FOLDS):
        rest, held = np.flatnonzero(fold_of != number), np.flatnonzero(fold_of == number)
        made = _inputs(_first(seen[rest], labels[rest]), seen[held])
        inputs = np.zeros((len(labels), made.shape[1])) if inputs is None else inputs
        inputs[held] = made
    second = [ExtraTreesClassifier(TREES, min_samples_leaf=3, max_features=0.3, random_state=SEED).fit(inputs, column) if column.min() < column.max() else None
              for column in labels.T]
    return _first(seen, labels), tuple(second)


def _second_scores(second: tuple[Any, ...], inputs: np.ndarray) -> np.ndarray:
    return np.column_stack([trees.predict_proba(inputs)[:, 1] if trees is not None else np.zeros(len(inputs)) for trees in second])


def steady_thresholds(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The mean of the best thresholds over bootstrap draws: less at the mercy of the few texts of a small class."""
    rng = np.random.default_rng(SEED)
    return np.mean([thresholds(scores[drawn], labels[drawn]) for drawn in (rng.integers(len(labels), size=len(labels)) for _ in range(DRAWS))], 0)


def train(texts: Sequence[str], labels: pd.DataFrame, model: Model | None = None) -> Classifier:
    """A classifier from texts and a table with a column of 0 and 1 for each label; thresholds by nested folds."""
    texts, model, truth = list(texts), model or load(), labels.to_numpy(np.float32)
    views = Views.of(texts)
    seen, centre, spread = _seen(texts, views, model)
    fold_of, scores = _folds(len(texts), SEED + 1), np.zeros(truth.shape)
    for number in range(FOLDS):
        rest, held = np.flatnonzero(fold_of != number), np.flatnonzero(fold_of == number)
        first, second = _fit(seen[rest], truth[rest], SEED + 2)
        scores[held] = _second_scores(second, _inputs(first, seen[held]))
    first, second = _fit(seen, truth, SEED + 2)
    return Classifier(tuple(labels.columns), views, centre, spread, first, second, steady_thresholds(scores, truth), model)
