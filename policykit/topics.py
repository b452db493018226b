"""Clause types: which of the topics of topics.yml a clause has, by a linear model over text and context.

The model knows eleven coarse types, after the two corpora that it learned from, and the flags ``important`` and
``risk``; the finer types come from the cues of topics.yml inside the coarse type that the model found.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from policykit import ngrams, rules
from policykit.linear import Heads
from policykit.rows import Topic
from policykit.rules import Rulebook, TopicRule
from policykit.structure import Document
from policykit.text import fold, sentences as sentence_spans

WEIGHTS = Path(__file__).parent / "model" / "weights.npz"

# the label orders of the corpora
CAPP = ("collect", "permissions", "share", "use_purpose", "retention", "security", "minors", "rights", "contact", "change", "cessation")
CAPP_NAMES = ("数据收集", "权限获取", "共享、委托、转让、公开（披露）", "使用", "存储方式", "安全措施", "特殊人群", "数据、权限管理", "联系方式",
              "隐私政策的授权、修改与变更", "停止运营", "摘要", "潜在风险")
APPSI = ("collect", "permissions", "share", "use_purpose", "retention", "security", "rights", "contact", "change", "cessation", "minors")
OPP = ("First Party Collection/Use", "Third Party Sharing/Collection", "User Choice/Control", "User Access, Edit and Deletion", "Data Retention",
       "Data Security", "Policy Change", "Do Not Track", "International and Specific Audiences", "Introductory/Generic",
       "Privacy contact information", "Practice not covered")
FLAGS = ("important", "risk")
HEADS = (*CAPP, "any", *FLAGS)      # any: whether a sentence has a topic at all


def logistic(scores: np.ndarray, curves: np.ndarray) -> np.ndarray:
    """Probabilities from scores, a curve for each column."""
    return 1 / (1 + np.exp(-np.clip(scores * curves[:, 0] + curves[:, 1], -30, 30)))


@dataclass(frozen=True)
class Voice:
    """What the model knows of one language."""

    heads: Heads
    curves: np.ndarray
    corpus: np.ndarray      # thresholds for sentences that surely have a topic
    policy: np.ndarray      # and for the sentences of whole policies


@dataclass(frozen=True)
class Model:
    """The clause-type model: version, fingerprint of the weights, and one voice a language."""

    version: str
    fingerprint: str
    zh: Voice
    en: Voice

    @property
    def name(self) -> str:
        return f"model {self.version} {self.fingerprint[:8]}"

    def chances(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """For each text the calibrated probability of each of HEADS, and whether it was read as Chinese."""
        chances, chinese = np.empty((len(texts), len(HEADS)), np.float32), np.zeros(len(texts), bool)
        for first, count, folded in ngrams.blocks(texts):
            found = ngrams.tokens(folded)
            zh = ngrams.chinese(found, count)
            chinese[first:first + count] = zh
            for voice, rows in ((self.zh, zh), (self.en, ~zh)):
                if rows.any():
                    counts = voice.heads.space.counts(found, count) if rows.all() else voice.heads.space.counts(found.of(rows), count)
                    scores = voice.heads.scores(voice.heads.space.weigh(counts))
                    chances[first:first + count][rows] = logistic(scores, voice.curves)[rows]
        return chances, chinese


@cache
def load(path: str | Path = WEIGHTS) -> Model:
    """The model in a file of weights; by default the one that ships."""
    data = Path(path).read_bytes()
    with np.load(Path(path), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    voices = [Voice(Heads.of(arrays, lang), arrays[f"{lang}.curves"], arrays[f"{lang}.corpus"], arrays[f"{lang}.policy"]) for lang in ("zh", "en")]
    return Model(str(arrays["version"]), hashlib.sha256(data).hexdigest(), *voices)


@cache
def _patterns(rule: TopicRule) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """The cues in the text and in the titles of sections, each as one pattern."""
    def one(*parts: tuple[str, ...]) -> re.Pattern[str] | None:
        wanted = [piece for part in parts for piece in part]
        return re.compile("|".join(wanted)) if wanted else None

    return one(rule.cues_zh, rule.cues_en), one(rule.titles_zh, rule.titles_en)


def finer(text: str, title: str, coarse: Iterable[str], rulebook: Rulebook) -> dict[str, str]:
    """The finer types of a folded sentence whose coarse types are known, each with the cue that decided.

    The first type of a family is what the model found; another of the family takes its place where only the
    other's cue stands in the sentence.
    """
    found: dict[str, str] = {}
    coarse = set(coarse)
    for family, members in families(rulebook).items():
        if family and family not in coarse:
            continue
        cues: dict[str, str] = {}
        for rule in members:
            inside, above = _patterns(rule)
            hit = inside.search(text) if inside else None
            if hit:
                cues[rule.id] = f"cue {hit[0]}"
            elif title and above and family and (hit := above.search(title)):
                cues[rule.id] = f"title {hit[0]}"
        if family and (family in cues or not cues):
            cues.setdefault(family, "")
        found |= cues
    return found


@cache
def _families(ids: tuple[TopicRule, ...]) -> dict[str, tuple[TopicRule, ...]]:
    grouped: dict[str, list[TopicRule]] = {}
    for rule in ids:
        if rule.id not in FLAGS:
            grouped.setdefault(rule.coarse, []).append(rule)
    return {family: tuple(members) for family, members in grouped.items()}


def families(rulebook: Rulebook) -> dict[str, tuple[TopicRule, ...]]:
    """The topics of each coarse type; under "" those that cues alone decide."""
    return _families(tuple(rulebook.topics.values()))


def classify(sentences: Sequence[str] | pd.Series, labels: str | None = None, *, model: Model | None = None,
             rulebook: Rulebook | None = None) -> pd.DataFrame:
    """Calibrated probability of each topic for each sentence; with ``labels`` 0 or 1 in a corpus's own order.

    >>> table = classify(["我们会收集您的手机号码。", "We may share your data with our partners."])
    >>> table["collect"].round(1).tolist(), table["share"].round(1).tolist()
    ([1.0, 0.0], [0.0, 0.9])
    >>> classify(["如果您要注销账号，请联系客服。"], labels="capp130").shape
    (1, 13)
    """
    texts = list(sentences)
    model, rulebook = model or load(), rulebook or rules.load()
    chances, chinese = model.chances(texts)
    index = sentences.index if isinstance(sentences, pd.Series) else None
    if labels in ("capp130", "appsi139"):
        cut = np.where(chinese[:, None], model.zh.corpus, model.en.corpus)
        names = (*CAPP, *FLAGS) if labels == "capp130" else APPSI
        yes = (chances > cut)[:, [HEADS.index(name) for name in names]]
        return pd.DataFrame(yes.astype(int), columns=list(names), index=index)
    if labels not in (None, "opp115"):
        raise ValueError(f"labels={labels!r}{rules.nearest(labels, ('capp130', 'appsi139', 'opp115'))}")
    at = {name: HEADS.index(name) for name in (*CAPP, *FLAGS)}
    table = pd.DataFrame(0.0, columns=list(rulebook.topics), index=range(len(texts)))
    anywhere = chances[:, HEADS.index("any")]
    values = {name: chances[:, at[name]] * anywhere for name in CAPP} | {name: chances[:, at[name]] for name in FLAGS}
    columns = {name: np.zeros(len(texts)) for name in rulebook.topics}
    folded = fold(ngrams.END.join(texts)).split(ngrams.END)
    for row, text in enumerate(folded):
        fine = finer(text, "", [name for name in CAPP if values[name][row] > 0.05], rulebook)
        for topic in fine:
            family = rulebook.topics[topic].coarse
            columns[topic][row] = values[family][row] if family else CUE_ALONE
    for name in FLAGS:
        columns[name] = values[name]
    table = pd.DataFrame(columns, index=index)
    if labels == "opp115":
        return opp115(table, rulebook)
    return table


CUE_ALONE = 0.8


def opp115(table: pd.DataFrame, rulebook: Rulebook) -> pd.DataFrame:
    """Our topics as the twelve names of OPP-115, 0 or 1, without any training on it."""
    yes = pd.DataFrame(0, columns=list(OPP), index=table.index)
    for topic, rule in rulebook.topics.items():
        for name in rule.opp115:
            yes[name] |= (table[topic] > 0.4).astype(int)
    yes.loc[yes.sum(axis=1) == 0, "Practice not covered"] = 1
    return yes


def of_sentences(texts: Sequence[str], rulebook: Rulebook, model: Model, titles: Sequence[str] | None = None) -> list[dict[str, tuple[float, str]]]:
    """For each sentence of a policy its topics, with score and what decided; ``titles``: folded, of the sections."""
    chances, chinese = model.chances(texts)
    chances[:, :len(CAPP)] *= chances[:, [HEADS.index("any")]]
    cut = np.where(chinese[:, None], model.zh.policy, model.en.policy)
    found = []
    for row, text in enumerate(map(fold, texts)):
        chance, limit = chances[row], cut[row]
        coarse = [name for number, name in enumerate(CAPP) if chance[number] > limit[number]]
        topics: dict[str, tuple[float, str]] = {}
        for topic, cue in finer(text, titles[row] if titles else "", coarse, rulebook).items():
            family = rulebook.topics[topic].coarse
            score = float(chance[HEADS.index(family)]) if family else CUE_ALONE
            topics[topic] = score, f"{model.name}; {cue}" if family and cue else cue or model.name
        for name in FLAGS:
            if chance[HEADS.index(name)] > limit[HEADS.index(name)]:
                topics[name] = float(chance[HEADS.index(name)]), model.name
        found.append(topics)
    return found


def find(document: Document, rulebook: Rulebook, model: Model | None = None) -> list[Topic]:
    """The clause types of each clause, with calibrated scores; headings and tables of contents have none."""
    titles = {section.section: fold(" ".join(part.title or "" for part in document.path(section.section))) for section in document.sections}
    owner, texts = [], []
    for clause in document.clauses:
        if clause.kind not in ("heading", "toc"):
            for start, end in sentence_spans(document.policy.text, clause.start, clause.end):
                owner.append(clause)
                texts.append(document.folded[start:end])
    best: dict[tuple[int, str], tuple[float, str]] = {}
    if texts:
        for clause, found in zip(owner, of_sentences(texts, rulebook, model or load(), [titles.get(c.section, "") for c in owner]), strict=True):
            for topic, made in found.items():
                best[clause.clause, topic] = max(best.get((clause.clause, topic), (0.0, "")), made)
    return [Topic(document.policy.name, clause, topic, round(score, 4), rule) for (clause, topic), (score, rule) in sorted(best.items())]
