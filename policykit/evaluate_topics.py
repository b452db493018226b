"""How well clause types are told: on the published splits, on whole policies that were not seen, on OPP-115, and how fast."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import numpy as np
import pandas as pd

from policykit import classifier, linear, topics, train
from policykit.clausemodel import CAPP, FLAGS, GIVEN, HEADS, OPP, SEEN


def scores(truth: np.ndarray, said: np.ndarray, names: tuple[str, ...]) -> pd.DataFrame:
    """Precision, recall, F1 and support of each label, then micro and macro."""
    right, yes, real = (truth * said).sum(0), said.sum(0), truth.sum(0)
    table = pd.DataFrame({"label": names, "precision": right / np.maximum(yes, 1), "recall": right / np.maximum(real, 1),
                          "f1": 2 * right / np.maximum(yes + real, 1), "support": real.astype(int)})
    micro = [right.sum() / max(yes.sum(), 1), right.sum() / max(real.sum(), 1), 2 * right.sum() / max((yes + real).sum(), 1)]
    last = pd.DataFrame([["micro", *micro, int(real.sum())], ["macro", *table[["precision", "recall", "f1"]].mean(), int(real.sum())]], columns=table.columns)
    return pd.concat([table, last], ignore_index=True)


def spread(truth: np.ndarray, said: np.ndarray, groups: np.ndarray | None = None, draws: int = 500, seed: int = 0) -> np.ndarray:
    """The 95 % interval of each label's F1, of micro and of macro, by bootstrap over groups of rows (by default over rows)."""
    counts = np.stack([truth * said, said, truth], 1).astype(float)
    if groups is not None:
        counts, each = np.zeros((groups.max() + 1, *counts.shape[1:])), counts
        np.add.at(counts, groups, each)
    rng, size = np.random.default_rng(seed), len(counts)
    flat = counts.reshape(size, -1)
    drawn = np.array([np.bincount(rng.integers(size, size=size), minlength=size) @ flat for _ in range(draws)]).reshape(draws, *counts.shape[1:])
    f1 = 2 * drawn[:, 0] / np.maximum(drawn[:, 1] + drawn[:, 2], 1)
    micro = 2 * drawn[:, 0].sum(1) / np.maximum((drawn[:, 1] + drawn[:, 2]).sum(1), 1)
    return np.quantile(np.column_stack([f1, micro, f1.mean(1)]), (0.025, 0.975), axis=0).T


def _judged(truth: np.ndarray, said: np.ndarray, names: tuple[str, ...], groups: np.ndarray | None = None) -> pd.DataFrame:
    """The scores with their intervals."""
    low, high = spread(truth, said, groups).T
    return scores(truth, said, names).assign(low=low, high=high)


def _flag(truth: np.ndarray, said: np.ndarray, name: str, groups: np.ndarray | None = None) -> pd.DataFrame:
    """A flag's F1 of yes, and the mean of yes and no."""
    both = _judged(np.column_stack([truth, 1 - truth]), np.column_stack([said, 1 - said]), (name, f"not {name}"), groups)
    both.loc[2:, "label"] = [f"{name} micro", f"{name} macro"]
    return both


def topic_splits(corpora: Path) -> pd.DataFrame:
    """CAPP-130 and APPSI-139: trained and tuned on train alone, read on dev; CAPP-130 also without the rows that train has.

    What ships is trained on train and dev together.  Intervals: 95 %, bootstrap over sentences.
    """
    corpora, made = Path(corpora), []
    for lang, name in (("zh", "CAPP-130"), ("en", "APPSI-139")):
        material, rows, asked = train.gather(corpora, lang, ("train",)), train.official(corpora, lang, ("dev",)), slice(len(CAPP), None)
        own, table = material.official, material.table
        cut = train.given_thresholds(train.out_of_fold(material.features, table, lang, asked)[own], table.labels[own, asked])
        weights, bias = train.learn(material.features, table, lang, asked)
        said = material.space.features(rows.texts) @ weights + bias
        yes = (np.hstack([said[:, len(FLAGS):], said[:, :len(FLAGS)]]) > cut).astype(int)
        tasks = (HEADS.index(GIVEN[0]), *range(len(CAPP), SEEN))       # a head of each task; each has its own split
        known = {task: {train.key(table.texts[at]) for at in np.flatnonzero(own & ~np.isnan(table.labels[:, task]))} for task in tasks}
        fresh = np.array([all(train.key(text) not in known[task] for task in tasks if not np.isnan(label[task]))
                          for text, label in zip(rows.texts, rows.labels, strict=True)])
        for what, mask in (("dev", np.ones(len(fresh), bool)), ("dev, not in train", fresh)):
            at = mask & ~np.isnan(rows.labels[:, HEADS.index(GIVEN[0])])
            parts = [_judged(rows.labels[at][:, SEEN:], yes[at][:, :len(CAPP)], CAPP)]
            for number, flag in enumerate(FLAGS, len(CAPP)):
                at = mask & ~np.isnan(rows.labels[:, number])
                parts.append(_flag(rows.labels[at, number], yes[at, number], flag))
            made.append(pd.concat(parts).assign(corpus=name, split=what))
    return pd.concat(made, ignore_index=True)[["corpus", "split", "label", "precision", "recall", "f1", "low", "high", "support"]]


def topic_policies(corpora: Path) -> pd.DataFrame:
    """Whole CAPP-130 policies, no sentence like one of theirs in training: a sentence by itself, and with what stands around it.

    Folds over policies; intervals (95 %) by bootstrap over policies; sentences without a type count.  The flags that ship are judged alone:
    their second stage is made for this table only.
    """
    corpora, made = Path(corpora), []
    for lang in ("zh", "en"):
        material = train.gather(corpora, lang)
        pages, apart = material.pages, train.out_of_policy(material, lang)
        _, joined, rows = train.second_stage(pages, apart)
        gold = np.vstack([page.labels for page in pages])[:, :len(CAPP)]
        policy = np.repeat(np.arange(len(pages)), [len(page.texts) for page in pages])
        alone, labels = np.vstack(apart)[:, :len(CAPP)], np.vstack([page.labels for page in pages])
        for what, chances in (("sentence alone", alone), ("with context", joined)):
            yes = chances > train.thresholds(chances[rows], gold[rows])
            made.append(_judged(gold[rows], yes[rows], CAPP, policy[rows]).assign(lang=lang, judged=what))
        flagged = train.second_stage(pages, apart, slice(len(CAPP), SEEN))[1]
        for number, name in enumerate(FLAGS):        # a risk is one of an important sentence, as in the official split
            mask = rows & (labels[:, len(CAPP)] > 0) if name == "risk" else rows
            truth = labels[mask, len(CAPP) + number]
            for what, chances in (("sentence alone", np.vstack(apart)[mask, len(CAPP) + number]), ("with context", flagged[mask, number])):
                made.append(_flag(truth, chances > train.macro_threshold(chances, truth), name, policy[mask]).assign(lang=lang, judged=what))
    return pd.concat(made, ignore_index=True)[["lang", "judged", "label", "precision", "recall", "f1", "low", "high", "support"]]


# How `topic_leak` reads the commas that the corpus wrote for blanks.
READINGS = {
    "commas separate, as in what ships": {},
    "blanks and commas taken out": dict.fromkeys(map(ord, " \t\u3000,，"), ""),
    "the full-width comma is a mark": {ord("，"): "\ue000"},
    "the half-width comma is a mark": {ord(","): "\ue001"},
    "both are marks": {ord("，"): "\ue000", ord(","): "\ue001"},
}


def topic_leak(corpora: Path) -> pd.DataFrame:
    """`important` of CAPP-130 given away by commas: a half-width one for each blank of an important sentence, a full-width one in the others.

    The same linear head under each reading; five folds of train, the threshold of each fold from the others, and dev.
    """
    splits = [list(zip(*train.read_split(Path(corpora) / "capp130" / "sentences" / f"important_{part}.txt"), strict=True)) for part in ("train", "dev")]
    (texts, truth), (others, wanted) = [(list(found), np.array(labels)) for found, labels in splits]
    fold_of, made = np.random.default_rng(train.SEED).permutation(len(texts)) % train.FOLDS, []
    for reading, table in READINGS.items():
        read = [text.translate(table) for text in texts]
        space = linear.space(sorted(set(read)), train.ORDERS["zh"], at_least=train.AT_LEAST, edges=train.EDGES)
        features, seen = space.features(read), space.features([text.translate(table) for text in others])
        said, yes = np.zeros(len(texts)), np.zeros(len(texts), bool)
        for number in range(train.FOLDS):
            weights, bias = linear.fit(features[fold_of != number], truth[fold_of != number, None].astype(float), [train.C])
            said[fold_of == number] = (features[fold_of == number] @ weights + bias)[:, 0]
        for number in range(train.FOLDS):
            held = fold_of == number
            yes[held] = said[held] > train.macro_threshold(said[~held], truth[~held])
        weights, bias = linear.fit(features, truth[:, None].astype(float), [train.C])
        for what, gold, found in (("five folds", truth, yes), ("dev", wanted, (seen @ weights + bias)[:, 0] > train.macro_threshold(said, truth))):
            made.append(_flag(gold, found.astype(int), "important").iloc[[3]].assign(reading=reading, split=what))
    return pd.concat(made, ignore_index=True)[["reading", "split", "f1", "low", "high", "support"]]


def opp115_table(path: Path) -> tuple[list[str], pd.DataFrame]:
    """The segments of a split of OPP-115, each once, and a column of 0 and 1 for each name."""
    labels: dict[str, set[str]] = {}
    with open(path, encoding="utf-8", newline="") as file:
        for text, label in csv.reader(file):
            labels.setdefault(text, set()).add(label)
    return list(labels), pd.DataFrame([[int(name in found) for name in OPP] for found in labels.values()], columns=list(OPP))


def topic_opp115(corpora: Path, kind: str = "majority") -> pd.DataFrame:
    """OPP-115 validation: a classifier trained on its train split here and now, and our topics translated without training."""
    folder = Path(corpora) / "opp115"
    texts, truth = opp115_table(folder / f"{kind}_validation.csv")
    trained = classifier.train(*opp115_table(folder / f"{kind}_train.csv"))
    return pd.concat([
        _judged(truth.to_numpy(), trained.predict(texts).to_numpy(), OPP).assign(model="trained on train"),
        _judged(truth.to_numpy(), topics.classify(texts, labels="opp115").to_numpy(), OPP).assign(model="translated, no training"),
    ], ignore_index=True)


def topic_speed(corpora: Path) -> pd.DataFrame:
    """Sentences and characters a second of processor time on the dev sentences of CAPP-130: the model, and jieba.lcut alone."""
    import jieba

    texts = [text for text, _ in train.read_split(Path(corpora) / "capp130" / "sentences" / "important_dev.txt")] * 4
    jieba.lcut("预热")
    topics.classify(texts[:100])
    model, made = topics.load(), []
    for name, work in (("scores of all heads", lambda: model.scores(texts)), ("classify, probabilities", lambda: topics.classify(texts)),
                       ("classify, labels", lambda: topics.classify(texts, labels="capp130")), ("jieba.lcut alone", lambda: [jieba.lcut(text) for text in texts[:len(texts) // 4]])):
        began = time.process_time()
        work()
        seconds = (time.process_time() - began) * (4 if name.startswith("jieba") else 1)
        made.append((name, len(texts) / seconds, sum(map(len, texts)) / seconds))
    return pd.DataFrame(made, columns=["what", "sentences_per_second", "chars_per_second"])
