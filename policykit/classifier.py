"""A classifier for anybody's labels, learned from sentences or segments at hand; it is not meant to be shipped.

Two halves, of which the mean counts.  One has two stages: several linear views of a text (n-grams, word stems, pieces of words, how it
opens, its sentences one by one, what the shipped model says of it), then a forest of extremely randomised trees on their out-of-fold
scores.  The other is a kernel machine over how alike two texts are in all of that and in what the rulebook finds in them.  For
OPP-115, whose licence forbids to ship weights, this trains where it is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from policykit import linear, rules
from policykit.clausemodel import Model, load, logistic
from policykit.linear import Space
from policykit.rules import Rulebook
from policykit.signs import SignSpace
from policykit.text import fold, sentences
from policykit.train import FOLDS, SEED, calibrate, thresholds

HINTS = 0.05            # how much one score of the shipped model counts beside the n-grams
C = 0.3
OPENING = 80            # characters that are a text's opening
LATENT = 150            # dimensions of what texts are about (singular value decomposition of their stems)
# how fast the kernel machine's kernel falls with the squared distance in stems, hints, signs, latent dimensions and openings
FALL = (0.3, 0.15, 0.2, 0.15, 0.1)
KERNEL_C = 3.0
MOST = 6000             # texts that the kernel machine learns from: its time grows with their square
ROWS = 1000             # texts that are compared at a time with those
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
    signs: SignSpace
    axes: np.ndarray        # stem x latent dimension
    middle: np.ndarray      # the mean of the texts on these axes

    @classmethod
    def of(cls, texts: Sequence[str], rulebook: Rulebook | None = None) -> Views:
        """The spaces of texts."""
        from sklearn.utils.extmath import randomized_svd

        stems = [stemmed(text) for text in texts]
        space = linear.space(stems, (1, 2), at_least=2)
        features = space.features(stems)
        size = min(LATENT, *features.shape)
        axes = randomized_svd(features, size, n_iter=5, random_state=SEED)[2].T if size else np.zeros((features.shape[1], 0))
        return cls(linear.space(texts, (1, 2), at_least=2), space, linear.space(stems, (), (3, 4, 5), at_least=3),
                   linear.space([opening(text) for text in texts], (1, 2), at_least=2), SignSpace.of(texts, rulebook or rules.load()),
                   axes, (features @ axes).mean(0))


@dataclass(frozen=True)
class Seen:
    """Texts as the first stage reads them."""

    views: tuple[sparse.csr_matrix, ...]    # n-grams and hints; n-grams; stems; pieces; openings
    parts: sparse.csr_matrix        # n-grams of the sentences
    owner: np.ndarray               # text of each sentence
    dense: np.ndarray               # hints and sizes, for the second stage
    signs: sparse.csr_matrix        # what the rulebook finds
    latent: np.ndarray              # the latent dimensions, in rows of length one

    def __getitem__(self, rows: np.ndarray) -> Seen:
        place = np.full(len(self.dense), -1)
        place[rows] = np.arange(len(rows))
        parts = np.flatnonzero(place[self.owner] >= 0)
        return Seen(tuple(view[rows] for view in self.views), self.parts[parts], place[self.owner[parts]], self.dense[rows], self.signs[rows], self.latent[rows])

    def alike(self, other: Seen) -> np.ndarray:
        """How alike texts are to others, between 0 and 1: the kernel of the kernel machine."""
        mine, others = ((seen.views[2], _rows_of_one(np.clip(seen.dense[:, :-2], -4, 4)), seen.signs, seen.latent, seen.views[4]) for seen in (self, other))
        apart = np.zeros((len(self.dense), len(other.dense)), np.float32)
        for fall, one, two in zip(FALL, mine, others, strict=True):
            close = one @ two.T
            apart += fall * (2 - 2 * (close.toarray() if sparse.issparse(close) else close))
        return np.exp(-apart)


def _rows_of_one(table: np.ndarray) -> np.ndarray:
    return (table / (np.linalg.norm(table, axis=1, keepdims=True) + 1e-9)).astype(np.float32)


@dataclass(frozen=True)
class Kernel:
    """Kernel machines, one a label, over how alike texts are to those that were learned."""

    known: Seen
    machines: tuple[Any, ...]
    curves: np.ndarray          # from score to probability

    @classmethod
    def fit(cls, seen: Seen, labels: np.ndarray) -> Kernel:
        """The machines of texts; of very many a part is drawn."""
        from sklearn.svm import SVC

        drawn = np.random.default_rng(SEED).permutation(len(labels))[:MOST]
        known, some = seen[drawn], labels[drawn]
        alike = known.alike(known)
        machines = tuple(SVC(C=KERNEL_C, kernel="precomputed").fit(alike, column) if column.min() < column.max() else None for column in some.T)
        return cls(known, machines, np.zeros((labels.shape[1], 2)))

    def distances(self, seen: Seen) -> np.ndarray:
        """How far each text is from the plane of each label."""
        made = np.zeros((len(seen.dense), len(self.machines)))
        for at in range(0, len(made), ROWS):
            rows = np.arange(at, min(at + ROWS, len(made)))
            alike = seen[rows].alike(self.known)
            for label, machine in enumerate(self.machines):
                if machine is not None:
                    made[rows, label] = machine.decision_function(alike)
        return made

    def chances(self, seen: Seen) -> np.ndarray:
        """The chance of each label; none of a label that no text had."""
        return logistic(self.distances(seen), self.curves) * [machine is not None for machine in self.machines]


@dataclass(frozen=True)
class Halves:
    """The two halves: what the stages of one and the kernel machines of the other have learned."""

    first: tuple[Any, ...]
    second: tuple[Any, ...]
    kernel: Kernel

    def scores(self, seen: Seen) -> np.ndarray:
        """The mean of the chances that the halves give each label."""
        inputs = _inputs(self.first, seen)
        forest = np.column_stack([trees.predict_proba(inputs)[:, 1] if trees is not None else np.zeros(len(inputs)) for trees in self.second])
        return (forest + self.kernel.chances(seen)) / 2


@dataclass(frozen=True)
class Classifier:
    """A trained classifier: ``predict`` gives 0 or 1 for each label."""

    names: tuple[str, ...]
    views: Views
    centre: np.ndarray
    spread: np.ndarray
    halves: Halves
    cut: np.ndarray
    model: Model

    def scores(self, texts: Sequence[str]) -> pd.DataFrame:
        """The score of each label for each text, between 0 and 1."""
        texts = list(texts)
        made = self.halves.scores(_seen(texts, self.views, self.model, self.centre, self.spread)[0]) if texts else np.zeros((0, len(self.names)))
        return pd.DataFrame(made, columns=list(self.names))

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
    of_stems = views.stems.features(stems)
    shown = (whole, plain, of_stems, views.pieces.features(stems), views.openings.features([opening(text) for text in texts]))
    latent = _rows_of_one(of_stems @ views.axes - views.middle)
    return Seen(shown, views.plain.features(flat), owner, np.hstack([hints, sizes]), views.signs.features(texts), latent), centre, spread


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


def _fit(seen: Seen, labels: np.ndarray, seed: int) -> Halves:
    """Both halves; the second stage and the kernel machines' curves learn from scores of texts that were not seen."""
    from sklearn.ensemble import ExtraTreesClassifier

    fold_of, apart = _folds(len(labels), seed), np.zeros(labels.shape)
    inputs: np.ndarray | None = None
    for number in range(FOLDS):
        rest, held = np.flatnonzero(fold_of != number), np.flatnonzero(fold_of == number)
        made = _inputs(_first(seen[rest], labels[rest]), seen[held])
        inputs = np.zeros((len(labels), made.shape[1])) if inputs is None else inputs
        inputs[held] = made
        apart[held] = Kernel.fit(seen[rest], labels[rest]).distances(seen[held])
    second = [ExtraTreesClassifier(TREES, min_samples_leaf=3, max_features=0.3, random_state=SEED).fit(inputs, column) if column.min() < column.max() else None
              for column in labels.T]
    kernel = replace(Kernel.fit(seen, labels), curves=calibrate(apart, labels, np.ones(len(labels))))
    return Halves(_first(seen, labels), tuple(second), kernel)


def steady_thresholds(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The mean of the best thresholds over bootstrap draws: less at the mercy of the few texts of a small class."""
    rng = np.random.default_rng(SEED)
    return np.mean([thresholds(scores[drawn], labels[drawn]) for drawn in (rng.integers(len(labels), size=len(labels)) for _ in range(DRAWS))], 0)


def train(texts: Sequence[str], labels: pd.DataFrame, model: Model | None = None, rulebook: Rulebook | None = None) -> Classifier:
    """A classifier from texts and a table with a column of 0 and 1 for each label; thresholds by nested folds."""
    texts, model, truth = list(texts), model or load(), labels.to_numpy(np.float32)
    views = Views.of(texts, rulebook)
    seen, centre, spread = _seen(texts, views, model)
    fold_of, scores = _folds(len(texts), SEED + 1), np.zeros(truth.shape)
    for number in range(FOLDS):
        rest, held = np.flatnonzero(fold_of != number), np.flatnonzero(fold_of == number)
        scores[held] = _fit(seen[rest], truth[rest], SEED + 2).scores(seen[held])
    return Classifier(tuple(labels.columns), views, centre, spread, _fit(seen, truth, SEED + 2), steady_thresholds(scores, truth), model)
