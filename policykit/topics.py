"""Clause types: which of the topics of topics.yml a clause has, by a linear model over text and context.

The model knows eleven coarse types, after the two corpora that it learned from, and the flags ``important`` and
``risk``; the finer types come from the cues of topics.yml inside the coarse type that the model found.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache, reduce
from itertools import compress
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy import sparse

from policykit import ngrams, rules
from policykit.clausemodel import (
    APPSI,
    CAPP,
    CUE_ALONE,
    DOUBTFUL,
    FLAGS,
    HEADS,
    NEAR,
    OPP,
    SEEN,
    WEIGHTS,
    Model,
    bent,
    fingerprint,
    load,
    same,
)
from policykit.literals import Sieve
from policykit.rows import Topic
from policykit.rules import Rulebook
from policykit.structure import Document
from policykit.surroundings import PLACES, Laid, around, lay
from policykit.text import fold

if TYPE_CHECKING:                   # a build of a store does not wait for pandas
    import pandas as pd

__all__ = ["APPSI", "CAPP", "FLAGS", "HEADS", "OPP", "WEIGHTS", "Model", "classify", "explain", "find", "fingerprint", "fit", "load"]


# the cases in which no consent is asked are also those in which a request is refused: there they are exceptions to rights
_REFUSED, _CONSENTED = CAPP.index("rights"), [CAPP.index(name) for name in ("collect", "share", "use_purpose")]
_no_tracking = re.compile(r"do[ -]not[ -]track|(?<![a-z])dnt(?![a-z])|(?:请勿|不要|禁止)(?:跟踪|追踪)")


class Cues(NamedTuple):
    """The cues of a topic in a family, compiled."""

    topic: str
    first: bool                     # whether the family is the topic's own, not its second
    text: re.Pattern[str] | None
    title: re.Pattern[str] | None
    bit: int                        # of the expression for the text, in the sieve


class Families(NamedTuple):
    """The topics of each coarse type; under "" those that cues alone decide."""

    members: dict[str, tuple[Cues, ...]]
    bits: dict[str, int]            # of all expressions of a family
    places: dict[str, tuple[tuple[str, int], ...]]      # the coarse types of each topic, each with its place in CAPP
    sieve: Sieve                    # tells which of the expressions a text may match


def _pattern(*parts: tuple[str, ...]) -> re.Pattern[str] | None:
    """Regular expressions as one; None where there are none."""
    wanted = [piece for part in parts for piece in part]
    return re.compile("|".join(wanted)) if wanted else None


def _families(rulebook: Rulebook) -> Families:
    grouped: dict[str, list[Cues]] = {}
    expressions: list[str] = []
    for rule in rulebook.topics.values():
        if rule.id in FLAGS:
            continue
        text, title = _pattern(rule.cues_zh, rule.cues_en), _pattern(rule.titles_zh, rule.titles_en)
        if text:
            expressions.append(text.pattern)
        for number, family in enumerate(rule.coarse.split() or ("",)):
            grouped.setdefault(family, []).append(Cues(rule.id, number == 0, text, title, 1 << len(expressions) - 1 if text else 0))
    bits = {family: reduce(or_, (cues.bit for cues in members), 0) for family, members in grouped.items()}
    places = {rule.id: tuple((family, CAPP.index(family)) for family in rule.coarse.split() if family in CAPP) for rule in rulebook.topics.values()}
    return Families({family: tuple(members) for family, members in grouped.items()}, bits, places, Sieve(expressions))


@lru_cache(maxsize=512)             # all sentences of a section ask the same
def _titled(cue: re.Pattern[str], title: str) -> str:
    """The words of a title that a cue matches."""
    hit = cue.search(title)
    return hit[0] if hit else ""


def families(rulebook: Rulebook) -> Families:
    """The topics of each coarse type, compiled once."""
    return rulebook.derived(_families)


def finer(text: str, title: str, coarse: Collection[str], kinds: Families, near: Collection[str] = ()) -> dict[str, str]:
    """The finer types of a folded sentence whose coarse types are known, each with the cue that decided.

    The first type of a family is what the model found; another of the family takes its place where only the
    other's cue stands in the sentence.  ``near``: families that the model nearly found; a finer type's cue in the
    sentence tips the balance.  ``title``: the titles above, the innermost in the first line; it alone decides for
    what has no coarse type.

    >>> kinds = families(rules.load())
    >>> finer("公司合并时,我们会转让您的个人信息", "", ["share"], kinds), finer("我们会对外提供信息", "", ["share"], kinds)
    ({'transfer': 'cue 合并'}, {'share': 'cue 对外提供'})
    """
    found: dict[str, str] = {}
    possible = kinds.sieve.may_match(text)
    for family in dict.fromkeys(("", *coarse, *near)):
        sure = not family or family in coarse
        own = False
        titled = title if sure and family else "" if family or coarse else title.split("\n", 1)[0]
        if not (titled or kinds.bits.get(family, 0) & possible):
            if sure and family:
                found[family] = ""
            continue
        for topic, first, inside, above, bit in kinds.members.get(family, ()):
            if bit & possible and (sure or first and topic != family) and (hit := inside.search(text)):
                found[topic] = f"cue {hit[0]}"
            elif titled and above and (words := _titled(above, titled)):
                found[topic] = f"title {words}"
            else:
                continue
            own |= first
        if sure and family and not own:
            found[family] = ""
    return found


def classify(sentences: Sequence[str] | pd.Series, labels: str | None = None, *, model: Model | None = None,
             rulebook: Rulebook | None = None) -> pd.DataFrame:
    """Calibrated probability of each topic for each sentence; with ``labels`` 0 or 1 in a corpus's own order.

    A sentence by itself: no context.  ``labels="opp115"`` translates our topics, for want of any training on
    that corpus; `policykit.classifier.train` trains one.

    >>> table = classify(["我们会收集您的手机号码。", "We may share your data with our partners."])
    >>> table["collect"].round(0).tolist(), table["share"].round(0).tolist()
    ([1.0, 0.0], [0.0, 1.0])
    >>> classify(["如果您要注销账号，请联系客服。"], labels="capp130").shape
    (1, 13)
    """
    import pandas as pd

    texts = [text if isinstance(text, str) else "" for text in ([sentences] if isinstance(sentences, str) else sentences)]
    model, rulebook = model or load(), rulebook or rules.load()
    index = sentences.index if isinstance(sentences, pd.Series) else None
    if labels not in (None, "capp130", "appsi139", "opp115"):
        raise ValueError(f"labels={labels!r}{rules.nearest(str(labels), ('capp130', 'appsi139', 'opp115'))}")
    scores, chinese = model.scores(texts)
    chances = model.chances(scores, chinese)
    if labels in ("capp130", "appsi139"):
        names = (*CAPP, *FLAGS) if labels == "capp130" else APPSI
        cut = np.where(chinese[:, None], model.zh.given, model.en.given)
        yes = np.hstack([chances[:, SEEN:], chances[:, len(CAPP):SEEN]]) > cut
        for row, found in _corrected(texts, model):
            coarse = {family for topic in found if topic in rulebook.topics for family in rulebook.topics[topic].coarse.split()} | found
            yes[row] = [name in coarse for name in (*CAPP, *FLAGS)]
        return pd.DataFrame(yes[:, [(*CAPP, *FLAGS).index(name) for name in names]].astype(int), columns=list(names), index=index)
    columns, kinds = {name: np.zeros(len(texts)) for name in rulebook.topics}, families(rulebook)
    for row, text in enumerate(fold(ngrams.END.join(text.replace(ngrams.END, " ") for text in texts)).split(ngrams.END) if texts else ()):
        chance = dict(zip(CAPP, chances[row].tolist(), strict=False))
        for topic in finer(text, "", [name for name in CAPP if chance[name] > 0.02], kinds):
            columns[topic][row] = max((chance[family] for family in rulebook.topics[topic].coarse.split()), default=CUE_ALONE)
    columns["important"], columns["risk"] = chances[:, len(CAPP)], chances[:, len(CAPP)] * chances[:, len(CAPP) + 1]
    for row, found in _corrected(texts, model):
        for name, column in columns.items():
            column[row] = float(name in found)
    table = pd.DataFrame(columns, index=index)
    return table if labels is None else opp115(table, np.where(chinese[:, None], model.zh.alone, model.en.alone), rulebook, texts)


def _corrected(texts: Sequence[str], model: Model) -> list[tuple[int, frozenset[str]]]:
    """The texts that an analyst has corrected, and what they are."""
    if not model.corrected:
        return []
    keys = ((row, same(text)) for row, text in enumerate(texts))
    return [(row, model.corrected[key]) for row, key in keys if key in model.corrected]


def opp115(table: pd.DataFrame, cut: np.ndarray, rulebook: Rulebook, texts: Sequence[str]) -> pd.DataFrame:
    """Our topics as the twelve names of OPP-115, 0 or 1, without any training on that corpus.

    What has none of our topics is called generic; signals against tracking are told by their name.
    """
    import pandas as pd

    yes = pd.DataFrame(0, columns=list(OPP), index=table.index)
    limits = dict(zip((*CAPP, *FLAGS), cut.T, strict=True))
    for topic, rule in rulebook.topics.items():
        limit = limits[rule.coarse.split()[0]] if rule.coarse else 0.5
        for name in rule.opp115:
            yes[name] |= (table[topic].to_numpy() > limit).astype(int)
    yes["Do Not Track"] |= np.array([_no_tracking.search(fold(text)) is not None for text in texts], int)
    yes.loc[yes.sum(axis=1) == 0, "Introductory/Generic"] = 1
    return yes


def judge(laid: Laid, model: Model) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each judged sentence of a document the probabilities of types and flags, the thresholds, and what decided.

    A sentence with nothing around it is judged by itself.
    """
    scores, chinese = model.scores(laid.texts, folded=True)
    chances = model.chances(scores, chinese)[laid.judged]
    chances[:, SEEN - 1] *= chances[:, SEEN - 2]
    seen = around(bent(scores), laid.places[laid.judged])
    zh, placed = chinese[laid.judged], (laid.places[laid.judged, 1:] >= 0).any(1)
    cut = np.where(zh[:, None], model.zh.policy, model.en.policy)
    types = len(CAPP)
    cut[~placed, :types] = np.where(zh[:, None], model.zh.alone, model.en.alone)[~placed, :types]
    for voice, rows in ((model.zh, zh & placed), (model.en, ~zh & placed)):
        if rows.any():
            chances[rows, :types] = 1 / (1 + np.exp(-(seen[rows] @ voice.context[:-1] + voice.context[-1])))
    return chances[:, :SEEN], cut, seen


def find(document: Document, rulebook: Rulebook, model: Model | None = None) -> list[Topic]:
    """The clause types of each clause, with calibrated scores; headings and tables of contents have none.

    A clause is judged sentence by sentence, each together with its neighbours, its lead-in and the titles above
    it; a type of the clause has the score of the sentence that shows it best.  Where that is near the threshold the
    rule says so.
    """
    model, laid = model or load(), lay(document)
    if not len(laid.judged):
        return []
    chances, cut, _ = judge(laid, model)
    titles = {section.section: "\n".join(fold(part.title or "") for part in document.path(section.section)[::-1]) for section in document.sections}
    corrected = dict(_corrected([laid.texts[at] for at in laid.judged], model))
    best: dict[tuple[int, str], tuple[float, str]] = {}
    kinds = families(rulebook)
    modelled, flags = model.name, tuple((name, len(CAPP) + at) for at, name in enumerate(FLAGS))
    lines = zip(laid.judged.tolist(), laid.owner[laid.judged].tolist(), chances.tolist(), (chances > cut).tolist(), (chances > cut / 2).tolist(), (np.abs(chances - cut) < NEAR).tolist(), strict=True)
    for row, (at, clause, scores, over, nearly, close) in enumerate(lines):
        made: dict[str, tuple[float, str]] = {}
        if row in corrected:
            made = {topic: (1.0, "corrected by hand") for topic in corrected[row]}
        else:
            title = titles.get(document.clauses[clause].section, "")
            near = list(compress(CAPP, nearly))
            refused = over[_REFUSED] and not any(over[at] for at in _CONSENTED)
            for topic, cue in finer(laid.texts[at], title, list(compress(CAPP, over)), kinds, near).items():
                coarse = [(scores[place], close[place]) for family, place in kinds.places[topic] if family in near]
                if topic == "exceptions" and refused:
                    continue
                score, doubtful = max(coarse, default=(CUE_ALONE, False))
                made[topic] = score, "; ".join(filter(None, (modelled if coarse else "", cue, DOUBTFUL if doubtful else "")))
            for name, place in flags:
                if over[place]:
                    made[name] = scores[place], f"{modelled}; {DOUBTFUL}" if close[place] else modelled
        for topic, one in made.items():
            if one > best.get((clause, topic), (0.0, "")):
                best[clause, topic] = one
    return [Topic(document.policy.name, clause, topic, round(score, 4), rule) for (clause, topic), (score, rule) in sorted(best.items())]


def explain(text: str, topic: str, *, document: Document | None = None, clause: int | None = None, model: Model | None = None,
            rulebook: Rulebook | None = None, top: int = 12) -> pd.DataFrame:
    """What speaks for and against a topic: n-grams, places around the sentence and cues, each with its weight.

    With document and clause number the clause's best sentence is explained in its place; else the text by itself.
    ``attrs`` has sentence, score, threshold and near (whether they are close).

    >>> why = explain("我们会将您的订单信息共享给合作伙伴。", "share")
    >>> "共享" in " ".join(why["words"]), why.attrs["score"] > why.attrs["threshold"]
    (True, True)
    """
    model, rulebook = model or load(), rulebook or rules.load()
    rule = rulebook.topics.get(topic)
    if rule is None:
        raise ValueError(f"no topic is {topic!r}{rules.nearest(topic, rulebook.topics)}")
    family = topic if topic in FLAGS else (rule.coarse.split() or [""])[0]
    lines: list[tuple[str, str, float]] = []
    about: dict[str, Any] = {"sentence": text, "score": CUE_ALONE, "threshold": 0.0}
    at = (*CAPP, *FLAGS).index(family) if family else -1
    if document is not None and clause is not None:
        laid = lay(document)
        mine = np.flatnonzero(laid.owner[laid.judged] == clause)
        if len(mine) and family:
            chances, cut, seen = judge(laid, model)
            row = mine[np.argmax(chances[mine, at])]
            about |= {"sentence": laid.texts[laid.judged[row]], "score": float(chances[row, at]), "threshold": float(cut[row, at])}
            if family in CAPP:
                voice = model.voice(bool(model.scores([about["sentence"]])[1][0]))
                shares = (seen[row] * voice.context[:-1, at]).reshape(len(PLACES), SEEN)
                lines += [(PLACES[place], (*CAPP, *FLAGS)[other], float(shares[place, other])) for place, other in np.ndindex(shares.shape) if abs(shares[place, other]) > 0.1]
    folded = fold(about["sentence"])
    if family:
        scores, chinese = model.scores([folded])
        voice = model.voice(bool(chinese[0]))
        if document is None or clause is None:
            about |= {"score": float(model.chances(scores, chinese)[0, at]), "threshold": float(voice.alone[at])}
        found = ngrams.tokens(folded + ngrams.END)
        space = voice.heads.space
        grams = ngrams.grams(found, space.orders, space.pieces, space.bits)
        words = {int(space.column[bucket]): folded[start:end] for bucket, start, end in zip(grams.bucket, grams.start, grams.end, strict=True)}
        form = ngrams.edges(found, 1, space.edges) if space.edges else None
        if form is not None:
            words |= {len(space.buckets) + int(bucket): folded[start:end] or "length" for bucket, start, end in zip(form.bucket, form.start, form.end, strict=True)}
        row = space.of(found, 1)
        lines += [("n-gram" if column < len(space.buckets) else "form", words[column], float(value * voice.heads.weights[column, HEADS.index(family)])) for column, value in zip(row.indices.tolist(), row.data, strict=True)]
    inside = _pattern(rule.cues_zh, rule.cues_en)
    if inside and (hit := inside.search(folded)):
        lines.append(("cue", hit[0], float("nan")))
    import pandas as pd

    table = pd.DataFrame(lines, columns=["part", "words", "weight"])
    table = table.reindex(table["weight"].abs().sort_values(ascending=False, na_position="first").index).head(top).reset_index(drop=True)
    table.attrs = about | {"near": bool(family) and abs(about["score"] - about["threshold"]) < NEAR, "model": model.name}
    return table


def fit(corrections: pd.DataFrame | str | Path, model: Model | None = None, *, rulebook: Rulebook | None = None, pull: float = 1.0) -> Model:
    """A model that has learned an analyst's corrections, starting from the shipped weights or another model.

    ``corrections``: a table or a CSV file with the columns ``text`` and ``topics`` (ids separated by blanks; empty:
    none), the whole truth on each sentence.  The same sentence, folded, always gets what it was given; others move
    as little as makes the corrections right (ridge regression on what was missed; ``pull`` is its penalty).

    >>> import pandas as pd
    >>> model = fit(pd.DataFrame({"text": ["寄送礼品须知如下"], "topics": ["change contact"]}))
    >>> sorted(classify(["寄送礼品须知如下。"], model=model).T[0].pipe(lambda row: row[row > 0.5]).index)
    ['change', 'contact']
    """
    import pandas as pd
    from sklearn.linear_model import Ridge

    model, rulebook = model or load(), rulebook or rules.load()
    table = corrections if isinstance(corrections, pd.DataFrame) else pd.read_csv(corrections, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    if missing := {"text", "topics"} - set(table.columns):
        raise ValueError(f"corrections need the columns text and topics; {' and '.join(sorted(missing))} is missing")
    texts = table["text"].astype(str).tolist()
    wanted = [frozenset(str(given).split()) if isinstance(given, str) else frozenset() for given in table["topics"]]
    for topic in frozenset().union(*wanted):
        if topic not in rulebook.topics:
            raise ValueError(f"no topic is {topic!r}{rules.nearest(topic, rulebook.topics)}")
    coarse = [{family for topic in found for family in rulebook.topics[topic].coarse.split()[:1] or [topic]} for found in wanted]
    truth = np.array([[name.removesuffix(" given") in found for name in HEADS] for found in coarse], bool).reshape(-1, len(HEADS))
    scores, chinese = model.scores(texts)
    voices = {}
    for lang, voice, rows in (("zh", model.zh, chinese), ("en", model.en, ~chinese)):
        at = np.flatnonzero(rows)
        if not len(at):
            continue
        features = voice.heads.space.features([texts[row] for row in at])
        weights = voice.heads.weights.copy()
        for head in range(len(HEADS)):
            goal = np.where(truth[at, head], np.maximum(scores[at, head], 1), np.minimum(scores[at, head], -1))
            miss = goal - scores[at, head]
            if np.abs(miss).max() > 0:
                weights[:, head] += Ridge(alpha=pull, fit_intercept=False, solver="sparse_cg", tol=1e-6).fit(sparse.csr_matrix(features), miss).coef_
        voices[lang] = replace(voice, heads=replace(voice.heads, weights=weights))
    corrected = model.corrected | {same(text): found for text, found in zip(texts, wanted, strict=True)}
    name = f"{model.version}+{len(corrected)}"
    return replace(model, version=name, fingerprint=f"{same(name + ' '.join(sorted(corrected)))}", corrected=corrected, **voices)
