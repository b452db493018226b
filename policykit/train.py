"""Training: the corpora, as they are published, to the weights that ship."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from policykit import linear, topics
from policykit.linear import Heads
from policykit.text import fold

VERSION = "1"
SEED = 0
C = {"zh": 0.5, "en": 0.5}
ORDERS = {"zh": (1, 2, 3), "en": (1, 2, 3)}
PIECES = {"zh": (), "en": (4,)}
FOLDS = 5

Sheet = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Table:
    """Sentences and what is known of each: texts, and labels with a column for each head (NaN: not known)."""

    texts: list[str]
    labels: np.ndarray

    def __add__(self, other: Table) -> Table:
        return Table(self.texts + other.texts, np.vstack([self.labels, other.labels]))


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


def labelled(rows: list[tuple[str, list[int] | int]], columns: tuple[str, ...]) -> Table:
    """A table in which these heads are known."""
    labels = np.full((len(rows), len(topics.HEADS)), np.nan, np.float32)
    if rows:
        labels[:, [topics.HEADS.index(name) for name in columns]] = np.array([np.atleast_1d(label) for _, label in rows])
    return Table([text for text, _ in rows], labels)


def annotations(corpus: Path) -> dict[str, list[dict]]:
    """The sentences of each CAPP-130 policy, in order; unknown labels dropped."""
    known = {name for name in topics.CAPP_NAMES}
    policies = {}
    for path in sorted((corpus / "capp130" / "annotation").glob("*.jsonl")):
        sheet = []
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            given = row["label"] if isinstance(row["label"], list) else []
            sheet.append({"id": row["id"], "text": row["text"], "labels": known.intersection(given)})
        policies[path.stem] = sheet
    return policies


def official(corpus: Path, lang: str, parts: tuple[str, ...] = ("train", "dev")) -> Table:
    """The rows of the published splits: topics, important and risk, each known for its own rows."""
    folder, order = (corpus / "capp130" / "sentences", topics.CAPP) if lang == "zh" else (corpus / "appsi139", topics.APPSI)
    table = Table([], np.empty((0, len(topics.HEADS)), np.float32))
    for task, columns in (("topic", order), ("important", ("important",)), ("risk", ("risk",))):
        for part in parts:
            table += labelled(read_split(folder / f"{task}_{part}.txt"), columns)
    table.labels[~np.isnan(table.labels[:, 0]), topics.HEADS.index("any")] = 1
    return table


def silent(corpus: Path, lang: str, parts: tuple[str, ...] = ("train", "dev")) -> Table:
    """Sentences to which the annotators gave no topic."""
    if lang == "zh":
        rows = [row["text"] for sheet in annotations(corpus).values() for row in sheet if not row["labels"]]
    else:
        topical = {key(text) for part in parts for text, _ in read_split(corpus / "appsi139" / f"topic_{part}.txt")}
        rows = [text for part in parts for text, label in read_split(corpus / "appsi139" / f"important_{part}.txt")
                if not label and key(text) not in topical]
    return labelled([(text, 0) for text in rows], ("any",))


def out_of_fold(features, labels: np.ndarray, c: float, keys: list[str] | None = None) -> np.ndarray:
    """Scores for each row by heads that did not see it."""
    scores = np.full(labels.shape, np.nan, np.float32)
    fold_of = np.random.default_rng(SEED).integers(FOLDS, size=len(labels))
    for number in range(FOLDS):
        weights, bias = linear.fit(features[fold_of != number], labels[fold_of != number], c)
        scores[fold_of == number] = np.asarray(features[fold_of == number] @ weights) + bias
    return scores


def calibrate(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Slope and offset of the logistic curve from score to probability, for each head (Platt)."""
    from sklearn.linear_model import LogisticRegression

    curves = []
    for score, label in zip(scores.T, labels.T, strict=True):
        known = ~np.isnan(label)
        if len(np.unique(label[known])) < 2:
            curves.append((0.0, -9.0))
            continue
        curve = LogisticRegression(C=1e4).fit(score[known, None], label[known])
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


def train(corpus: Path, lang: str) -> dict[str, np.ndarray]:
    """The arrays of one language."""
    table = official(corpus, lang) + silent(corpus, lang)
    space = linear.space(table.texts, ORDERS[lang], PIECES[lang])
    features = space.features(table.texts)
    weights, bias = linear.fit(features, table.labels, C[lang])
    heads = Heads(topics.HEADS, space, weights, bias)
    scores = out_of_fold(features, table.labels, C[lang])
    curves = calibrate(scores, table.labels)
    chances = topics.logistic(scores, curves)
    corpus_view = np.full(len(topics.HEADS), 0.5, np.float32)
    policy_view = corpus_view.copy()
    known = ~np.isnan(table.labels[:, 0])
    width = len(topics.CAPP)
    corpus_view[:width] = thresholds(chances[known][:, :width], table.labels[known][:, :width])
    anywhere = ~np.isnan(table.labels[:, topics.HEADS.index("any")])
    gold = np.nan_to_num(table.labels[anywhere][:, :width])
    joint = chances[anywhere][:, :width] * chances[anywhere][:, [topics.HEADS.index("any")]]
    policy_view[:width] = thresholds(joint, gold)
    for name in ("important", "risk"):
        at = topics.HEADS.index(name)
        rows = ~np.isnan(table.labels[:, at])
        corpus_view[at] = policy_view[at] = macro_threshold(chances[rows, at], table.labels[rows, at])
    return heads.arrays(lang) | {f"{lang}.curves": curves, f"{lang}.corpus": corpus_view, f"{lang}.policy": policy_view}


def save(arrays: dict[str, np.ndarray], path: Path) -> None:
    """The arrays in an .npz of which every byte depends on them alone."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(arrays):
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(arrays[name]) if arrays[name].ndim else np.asarray(arrays[name]), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", (2020, 1, 1, 0, 0, 0))
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, buffer.getvalue(), compresslevel=9)


def main(corpus_dir: str | Path, out: str | Path | None = None) -> Path:
    """The file of weights, made again from the corpora."""
    corpus, path = Path(corpus_dir), Path(out) if out else topics.WEIGHTS
    arrays: dict[str, np.ndarray] = {"version": np.array(VERSION)}
    for lang in ("zh", "en"):
        arrays |= train(corpus, lang)
    path.parent.mkdir(parents=True, exist_ok=True)
    save(arrays, path)
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()[:16]}")
    return path
