"""Training: the corpora, as they are published, to the weights that ship."""

from __future__ import annotations

import ast
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from policykit import clausemodel as topics
from policykit import linear
from policykit.clausemodel import Model, Voice
from policykit.linear import Heads, Space
from policykit.surroundings import around, lay_sheet
from policykit.text import fold

VERSION = "3"
SEED = 0
FOLDS = 5
C = 0.5                     # penalty of the heads, by cross-validation on train; heads with few or doubtful labels bear less
C_OF = {("zh", "risk"): 0.15, ("en", "risk"): 0.15, ("en", "important"): 0.15}
ORDERS = {"zh": (1, 2, 3), "en": (1, 2, 3)}
PIECES = {"zh": (), "en": (4,)}
ALL, TYPES = slice(None), slice(len(topics.CAPP))
EDGES = 12                  # bits for how a sentence begins and ends: helps the flags, by cross-validation
AT_LEAST = 3                # texts that must have an n-gram for it to be a feature
TRANSLATED = 0.3            # weight of a machine-translated sentence beside one written in English
UNIMPORTANT = 0.3           # weight of a typed but unimportant sentence where the split asks about important ones: micro F1 +0.002 by cross-validation


@dataclass(frozen=True)
class Table:
    """Sentences and what is known of each: texts, a label for each head (NaN: not known), and how much a row counts."""

    texts: list[str]
    labels: np.ndarray
    weights: np.ndarray

    def __add__(self, other: Table) -> Table:
        return Table(self.texts + other.texts, np.vstack([self.labels, other.labels]), np.concatenate([self.weights, other.weights]))

    def __getitem__(self, rows: np.ndarray) -> Table:
        at = np.flatnonzero(rows) if rows.dtype == bool else rows
        return Table([self.texts[i] for i in at], self.labels[at], self.weights[at])


@dataclass(frozen=True)
class Sheet:
    """The sentences of one annotated policy in order, and the labels of each; ``open``: not held back for a test."""

    policy: str
    texts: list[str]
    labels: np.ndarray      # sentence x (type or flag)
    open: np.ndarray


def key(text: str) -> str:
    """A sentence without case, blanks and marks: what makes two rows the same."""
    return "".join(filter(str.isalnum, fold(text)))


def read_split(path: Path) -> list[tuple[str, list[int] | int]]:
    """Text and label of each row of a published split."""
    rows = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        text, tab, label = line.rpartition("\t")
        if tab:
            rows.append((text, ast.literal_eval(label)))
    return rows


def labelled(texts: list[str], labels: np.ndarray | list, columns: tuple[str, ...], weight: float = 1.0) -> Table:
    """A table in which these heads are known."""
    known = np.full((len(texts), len(topics.HEADS)), np.nan, np.float32)
    if texts:
        known[:, [topics.HEADS.index(name) for name in columns]] = np.array(labels, np.float32).reshape(len(texts), len(columns))
    return Table(texts, known, np.full(len(texts), weight, np.float32))


def official(corpus: Path, lang: str, parts: tuple[str, ...] = ("train", "dev")) -> Table:
    """The rows of the published splits: types, important and risk, each known for the rows of its own split."""
    folder, order = (corpus / "capp130" / "sentences", topics.CAPP) if lang == "zh" else (corpus / "appsi139", topics.APPSI)
    table = labelled([], [], ())
    for part in parts:
        texts, labels = zip(*read_split(folder / f"topic_{part}.txt"), strict=True)
        table += labelled(list(texts), np.hstack([labels, labels]), (*order, *(f"{name} given" for name in order)))
        for task in topics.FLAGS:
            texts, labels = zip(*read_split(folder / f"{task}_{part}.txt"), strict=True)
            table += labelled(list(texts), labels, (task,))
    return table


def sheets(corpus: Path, lang: str, parts: tuple[str, ...] = ("train", "dev")) -> list[Sheet]:
    """The annotated policies of CAPP-130 in order, in Chinese or in their translation; rows of other splits are not open.

    Labels that are none of the thirteen (about seventy cells hold a rewritten sentence) are dropped.
    """
    splits = [{key(text) for part in parts for text, _ in read_split(corpus / "capp130" / "sentences" / f"{task}_{part}.txt")}
              for task in ("topic", "important")]
    made = []
    for path in sorted((corpus / "capp130" / "annotation").glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        labels = np.array([[name in row["label"] for name in topics.CAPP_NAMES] if isinstance(row["label"], list) else [False] * 13 for row in rows], np.float32)
        topical = labels[:, :len(topics.CAPP)].any(1) & (labels[:, len(topics.CAPP)] > 0)
        keys = [key(row["text"]) for row in rows]
        known = np.array([one in splits[0] if both else one in splits[1] or not one for one, both in zip(keys, topical, strict=True)])
        texts = [row["text"] for row in rows]
        if lang == "en":
            other = corpus / "capp130" / "translation_en" / path.name
            translated = {row["id"]: row["text"] for row in map(json.loads, other.read_text(encoding="utf-8").splitlines())} if other.exists() else {}
            texts = [translated.get(row["id"], "") for row in rows]
        made.append(Sheet(path.stem, texts, labels, known))
    return made


def beside(corpus: Path, lang: str, pages: list[Sheet], parts: tuple[str, ...] = ("train", "dev")) -> Table:
    """What the splits leave out: sentences without a type, and types of sentences that are not important.

    For the heads that ask about any sentence; at a lower weight the Chinese ones teach those that ask which types a typed
    sentence has, too (English ones gained nothing).  For English also the translated sentences of the splits.
    """
    table = labelled([], [], ())
    important = len(topics.CAPP)
    for page in pages:
        plain = page.labels[:, important] == 0
        rows = page.open & (plain | ~page.labels[:, :important].any(1) | (lang == "en"))
        at = np.flatnonzero(rows)
        table += labelled([page.texts[i] for i in at], page.labels[at, :important], topics.CAPP, TRANSLATED if lang == "en" else 1.0)
        at = at[page.labels[at, :important].any(1) & (plain[at] != (lang == "en"))]
        table += labelled([page.texts[i] for i in at], page.labels[at, :important], topics.GIVEN, TRANSLATED if lang == "en" else UNIMPORTANT)
    if lang == "en":
        topical = {key(text) for part in parts for text, _ in read_split(corpus / "appsi139" / f"topic_{part}.txt")}
        silent = [text for part in parts for text, label in read_split(corpus / "appsi139" / f"important_{part}.txt") if not label and key(text) not in topical]
        table += labelled(silent, np.zeros((len(silent), important)), topics.CAPP)
    return table


@dataclass(frozen=True)
class Material:
    """What a language is learned from: the splits' rows first, then those beside them; the annotated policies apart."""

    table: Table
    official: np.ndarray
    pages: list[Sheet]
    space: Space
    features: Any


def gather(corpus: Path, lang: str, parts: tuple[str, ...] = ("train", "dev")) -> Material:
    """The material of these parts of the splits."""
    pages, splits = sheets(corpus, lang, parts), official(corpus, lang, parts)
    table = splits + beside(corpus, lang, pages, parts)
    space = linear.space(sorted(set(table.texts)), ORDERS[lang], PIECES[lang], at_least=AT_LEAST, edges=EDGES)
    return Material(table, np.arange(len(table.texts)) < len(splits.texts), pages, space, space.features(table.texts))


def learn(features: Any, table: Table, lang: str, heads: slice = ALL) -> tuple[np.ndarray, np.ndarray]:
    """Weights and bias of heads."""
    penalties = [C_OF.get((lang, name), C) for name in topics.HEADS[heads]]
    return linear.fit(features, table.labels[:, heads], penalties, table.weights)


def out_of_fold(features: Any, table: Table, lang: str, heads: slice = ALL) -> np.ndarray:
    """Scores for each row by heads that did not see the row (they may have seen its like, as in the official splits)."""
    scores = np.zeros(table.labels[:, heads].shape, np.float32)
    fold_of = np.random.default_rng(SEED).integers(FOLDS, size=len(table.texts))
    for number in range(FOLDS):
        weights, bias = learn(features[fold_of != number], table[fold_of != number], lang, heads)
        scores[fold_of == number] = np.asarray(features[fold_of == number] @ weights) + bias
    return scores


def out_of_policy(material: Material, lang: str) -> list[np.ndarray]:
    """Scores for the sentences of each policy by heads that saw neither the policy nor any sentence like one of its own."""
    table, pages = material.table, material.pages
    fold_of = np.random.default_rng(SEED).permutation(len(pages)) % FOLDS
    keys = [key(text) for text in table.texts]
    scores: list[np.ndarray] = [np.empty(0)] * len(pages)
    for number in range(FOLDS):
        held = {key(text) for page, at in zip(pages, fold_of, strict=True) if at == number for text in page.texts}
        rows = np.array([one not in held for one in keys])
        weights, bias = learn(material.features[rows], table[rows], lang, slice(topics.SEEN))
        for at in np.flatnonzero(fold_of == number):
            scores[at] = np.asarray(material.space.features(pages[at].texts) @ weights) + bias
    return scores


def second_stage(pages: list[Sheet], scores: list[np.ndarray], labels: slice = TYPES) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights that join a sentence's scores with those around it; and, by folds over policies, its chances and which rows they are for."""
    seen = [around(topics.bent(score), lay_sheet(page.texts)) for page, score in zip(pages, scores, strict=True)]
    fold_of = np.repeat(np.random.default_rng(SEED).permutation(len(pages)) % FOLDS, [len(page.texts) for page in pages])
    rows, inputs, gold = np.concatenate([page.open for page in pages]), np.vstack(seen), np.vstack([page.labels[:, labels] for page in pages])
    chances = np.zeros(gold.shape)
    for number in range(FOLDS):
        weights = _logistic(inputs[rows & (fold_of != number)], gold[rows & (fold_of != number)])
        chances[fold_of == number] = 1 / (1 + np.exp(-(inputs[fold_of == number] @ weights[:-1] + weights[-1])))
    return _logistic(inputs[rows], gold[rows]), chances, rows


def _logistic(inputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Weights of a logistic regression for each column, the bias in the last row."""
    from sklearn.linear_model import LogisticRegression

    columns = []
    for label in labels.T:
        if 0 < label.sum() < len(label):
            made = LogisticRegression(C=1.0, max_iter=200).fit(inputs, label)
            columns.append(np.append(made.coef_[0], made.intercept_[0]))
        else:
            columns.append(np.append(np.zeros(inputs.shape[1]), -9.0))
    return np.column_stack(columns)


def calibrate(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Slope and offset of the logistic curve from score to probability, for each head (Platt)."""
    from sklearn.linear_model import LogisticRegression

    curves = []
    for score, label in zip(scores.T, labels.T, strict=True):
        known = ~np.isnan(label)
        if len(np.unique(label[known])) < 2:
            curves.append((0.0, -9.0))
            continue
        curve = LogisticRegression(C=1e4).fit(score[known, None], label[known], weights[known])
        curves.append((float(curve.coef_[0, 0]), float(curve.intercept_[0])))
    return np.array(curves, np.float32)


def thresholds(chances: np.ndarray, labels: np.ndarray, weight: float = 1.0, rounds: int = 3) -> np.ndarray:
    """For each column the threshold; together they give the best micro F1 plus weighted macro F1."""
    count, width = labels.shape
    order = np.argsort(-chances, axis=0, kind="stable")
    hits = np.vstack([np.zeros(width), np.cumsum(np.take_along_axis(labels, order, 0), 0)])
    positives, taken = labels.sum(0), np.arange(count + 1)
    cut = np.array([np.argmax(2 * hits[:, j] / (taken + max(positives[j], 1))) for j in range(width)])
    for _ in range(rounds):
        for j in range(width):
            others = np.arange(width) != j
            right = hits[cut[others], np.flatnonzero(others)].sum()
            micro = 2 * (right + hits[:, j]) / (cut[others].sum() + taken + positives.sum())
            macro = 2 * hits[:, j] / np.maximum(taken + positives[j], 1) / width
            cut[j] = np.argmax(micro + weight * macro)
    ranked = np.take_along_axis(chances, order, 0)
    return np.array([(ranked[max(cut[j] - 1, 0), j] + ranked[min(cut[j], count - 1), j]) / 2 for j in range(width)], np.float32)


def macro_threshold(chances: np.ndarray, labels: np.ndarray) -> float:
    """The threshold with the best mean of the F1 of yes and of no."""
    order = np.argsort(-chances, kind="stable")
    hits = np.concatenate([[0], np.cumsum(labels[order])])
    taken, count, positives = np.arange(len(labels) + 1), len(labels), labels.sum()
    yes = 2 * hits / np.maximum(taken + positives, 1)
    missed = positives - hits
    no = 2 * (count - taken - missed) / np.maximum(2 * count - taken - positives, 1)
    best = int(np.argmax(yes + no))
    ranked = chances[order]
    return float((ranked[max(best - 1, 0)] + ranked[min(best, count - 1)]) / 2)


def given_thresholds(chances: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """For the flags and the types of sentences that surely have one: the thresholds, types first."""
    flags = len(topics.FLAGS)
    rows = ~np.isnan(labels[:, flags])
    cut = [macro_threshold(chances[known, at], labels[known, at]) for at in range(flags) for known in [~np.isnan(labels[:, at])]]
    return np.append(thresholds(chances[rows, flags:], labels[rows, flags:]), cut).astype(np.float32)


def train(corpus: Path, lang: str, parts: tuple[str, ...] = ("train", "dev")) -> Voice:
    """What the model knows of one language, from these parts of the splits."""
    types = len(topics.CAPP)
    material = gather(corpus, lang, parts)
    table, own = material.table, material.official
    heads = Heads(topics.HEADS, material.space, *learn(material.features, table, lang))
    scores = out_of_fold(material.features, table, lang)
    curves = calibrate(scores, table.labels, table.weights)
    chances = topics.logistic(scores, curves)
    given = given_thresholds(chances[own, types:], table.labels[own, types:])
    rows = ~np.isnan(table.labels[:, 0])
    alone = np.append(thresholds(chances[rows, :types], table.labels[rows, :types]), given[types:]).astype(np.float32)

    apart = out_of_policy(material, lang)
    context, joined, rows = second_stage(material.pages, apart)
    gold = np.vstack([page.labels for page in material.pages])[rows]
    flagged = topics.logistic(np.vstack(apart)[:, types:], curves[types:topics.SEEN])[rows]
    policy = np.append(thresholds(joined[rows], gold[:, :types]),
                       [macro_threshold(flagged[:, 0], gold[:, types]), macro_threshold(flagged[:, 0] * flagged[:, 1], gold[:, types + 1])])
    return Voice(heads, curves, given, alone, context.astype(np.float32), policy.astype(np.float32))


def main(corpus_dir: str | Path, out: str | Path | None = None) -> Path:
    """The file of weights, made again from the corpora: the same bytes on the same machine."""
    from threadpoolctl import threadpool_limits

    corpus, path = Path(corpus_dir), Path(out) if out else topics.WEIGHTS
    with threadpool_limits(1):          # several threads add up in another order, and regression then stops elsewhere
        voices = [train(corpus, lang) for lang in ("zh", "en")]
    path.parent.mkdir(parents=True, exist_ok=True)
    Model(VERSION, "", *voices).save(path)
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()[:16]}")
    return path
