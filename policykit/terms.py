"""Vocabulary: the words of policies, those that set a firm apart, wording that commits to nothing, text held in common.

Chinese is cut into words by jieba with the rulebook's terms as user dictionary, so that 剪贴板 or 国际移动设备识别码
stay whole.  What sets a policy apart is measured by log-odds with an informative prior (Monroe, Colaresi and
Quinn, 2008): how much more often it uses a word than the others do, in standard deviations, so that neither rare
nor merely frequent words win.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING

import jieba
import numpy as np
import pandas as pd

from policykit import law, rules
from policykit.text import HAN, View, fold, language, sentences

if TYPE_CHECKING:
    from policykit.corpus import Corpus

_latin = re.compile(r"[a-z][a-z'-]*[a-z]")
_word = re.compile(f"[{HAN}]{{2,}}|[a-z][a-z0-9.+-]*[a-z0-9]|[{HAN}]+[a-z]+|[a-z]+[{HAN}]+")
_han = re.compile(f"[{HAN}]+")
# words that hold sentences together and say nothing of a firm
STOP = frozenset(["我们", "您的", "你的", "以及", "或者", "如果", "可以", "可能", "进行", "通过", "其他", "相关", "有关", "上述", "以下", "任何", "以上", "包括", "根据", "按照", "对于", "由于", "因此", "但是", "并且", "同时", "其中", "为了", "关于", "这些", "那些", "该等", "之间", "不会", "不得", "如您", "我司", "本公司", "需要", "应当", "一个", "一些", "以便", "除非", "是否", "已经", "情况", "情形", "方式", "内容", "时间", "用户", "服务", "信息", "个人", "个人信息", "使用", "提供", "收集", "the", "and", "for", "with", "that", "this", "you", "your", "our", "are", "not", "any", "may", "will", "can", "from", "have", "has", "been", "such", "other", "which", "when", "their", "they", "its", "was", "were", "than", "then", "also", "into", "upon", "under", "all", "out", "who", "how", "what", "where", "only", "we", "us", "of", "to", "in", "on", "or", "an", "as", "by", "is", "be", "if", "it", "at", "no", "do", "so", "these", "those", "there", "about", "use", "used", "using", "service", "services", "information", "personal"])


@cache
def tokenizer() -> jieba.Tokenizer:
    """jieba with the rulebook's Chinese terms as words; nothing is read from or written to a cache file."""
    jieba.setLogLevel(logging.ERROR)
    cutter = jieba.Tokenizer()
    # jieba would keep its dictionary in a temporary folder that anybody may write to; from the package it takes a second
    cutter.FREQ, cutter.total = cutter.gen_pfdict(cutter.get_dict_file())
    cutter.initialized = True
    for term in dictionary():
        cutter.add_word(term)
    return cutter


def dictionary() -> set[str]:
    """The rulebook's Chinese terms that are one word.

    >>> "剪贴板" in dictionary()
    True
    """
    rulebook = rules.load()
    found: set[str] = set()
    for table in (getattr(rulebook, spec.name) for spec in fields(rulebook)):
        if isinstance(table, dict):
            for rule in table.values():
                for name in ("zh", "terms_zh"):
                    value = getattr(rule, name, ())
                    found.update([value] if isinstance(value, str) else (one for one in value if isinstance(one, str)))
    return {word for term in found if 2 <= len(word := fold(term).replace(" ", "")) <= 12 and _han.fullmatch(word)}


def words(text: str, lang: str | None = None) -> list[str]:
    """The words of a text, folded: Chinese by jieba, Latin by their blanks; no numbers, no single characters.

    >>> words("我們會讀取您的剪貼板，We read IMEI.")
    ['读取', '剪贴板', 'read', 'imei']
    """
    folded = View.of(fold(text)).text
    if (lang or language(text)) == "en":
        return _latin.findall(folded)
    return [word for word in tokenizer().cut(folded) if word not in STOP and _word.fullmatch(word)]


def count(corpus: Corpus) -> pd.DataFrame:
    """How often each policy uses each word: policy, lang, term, n; tables of contents left out."""
    clauses = corpus.clauses[corpus.clauses["kind"] != "toc"]
    counts: dict[tuple[str, str], Counter[str]] = {}
    for policy, lang, text in zip(clauses["policy"], clauses["lang"].astype("object"), clauses["text"]):
        lang = "en" if lang == "en" else "zh"
        counts.setdefault((policy, lang), Counter()).update(words(text, lang))
    rows = [(policy, lang, term, n) for (policy, lang), found in counts.items() for term, n in found.items() if term not in STOP]
    return pd.DataFrame(rows, columns=["policy", "lang", "term", "n"]).astype({"policy": "string", "lang": "string", "term": "string", "n": "Int64"})


def distinctive(corpus: Corpus, group: str | Iterable[str], rest: Iterable[str] | None = None, *, most: int = 20, least: int = 3,
                counted: pd.DataFrame | None = None) -> pd.DataFrame:
    """The words that set a policy, or a group of policies, apart: term, lang, n, rest, z, clause, quote.

    ``z`` is the log-odds ratio in standard deviations; words used less than ``least`` times are left out.  Each
    language is compared with itself: English words of the group with English words of the rest.
    ``counted``: the table of `count`, where it is there already.
    """
    inside = {group} if isinstance(group, str) else set(group)
    known = set(corpus.policies["policy"])
    if inside - known:
        raise ValueError(f"no policy is {sorted(inside - known)[0]!r}{rules.nearest(sorted(inside - known)[0], known)}")
    outside = (set(rest) if rest is not None else known) - inside
    table = count(corpus) if counted is None else counted
    found = []
    for lang, part in table.groupby("lang"):
        ours = part[part["policy"].isin(inside)].groupby("term")["n"].sum()
        theirs = part[part["policy"].isin(outside)].groupby("term")["n"].sum()
        if ours.empty or theirs.empty:
            continue
        both = pd.DataFrame({"n": ours, "rest": theirs}).fillna(0).astype(float)
        z = log_odds(both["n"].to_numpy(), both["rest"].to_numpy())
        found.append(both.assign(z=z, lang=lang).rename_axis("term").reset_index())
    columns = ["term", "lang", "n", "rest", "z"]
    scored = pd.concat(found)[columns] if found else pd.DataFrame(columns=columns)
    scored = scored[(scored["n"] >= least) & (scored["z"] >= SURE)].sort_values(["z", "term"], ascending=[False, True]).head(most)
    scored = scored.astype({"term": "string", "lang": "string", "n": "Int64", "rest": "Int64", "z": "Float64"}).reset_index(drop=True)
    return _with_quotes(scored, corpus, inside)


def log_odds(ours: np.ndarray, theirs: np.ndarray, prior: float = 500.0) -> np.ndarray:
    """Log-odds ratios of counts in standard deviations, with a Dirichlet prior as large as so many words.

    The prior has the words in the proportions of both texts together, which draws chance findings to nought.

    >>> log_odds(np.array([30.0, 100.0]), np.array([5.0, 300.0])).round(1).tolist()
    [3.9, -13.4]
    """
    total = ours + theirs
    alpha = prior * total / total.sum()
    n1, n2, a0 = ours.sum(), theirs.sum(), alpha.sum()
    first = np.log((ours + alpha) / (n1 + a0 - ours - alpha))
    second = np.log((theirs + alpha) / (n2 + a0 - theirs - alpha))
    return (first - second) / np.sqrt(1 / (ours + alpha) + 1 / (theirs + alpha))


def _with_quotes(scored: pd.DataFrame, corpus: Corpus, policies: set[str]) -> pd.DataFrame:
    """The words, each with the first clause of the policies that uses it."""
    clauses = corpus.clauses[corpus.clauses["policy"].isin(policies) & (corpus.clauses["kind"] != "toc")]
    folded = [View.of(fold(text)).text for text in clauses["text"]]
    places = []
    for term in scored["term"]:
        at = next((i for i, text in enumerate(folded) if term in text), None)
        places.append((None, None, None) if at is None else (clauses["policy"].iloc[at], clauses["clause"].iloc[at], clauses["text"].iloc[at]))
    policy, clause, quote = zip(*places) if places else ((), (), ())
    return scored.assign(policy=pd.Series(policy, dtype="string"), clause=pd.Series(clause, dtype="Int64"), quote=pd.Series(quote, dtype="string"))


SURE = 1.96   # standard deviations from which a difference is hardly chance
# characters in a row, about seven words: long enough that two policies rarely share them by chance
SHINGLE = {"zh": 12, "en": 40}


def _shingles(text: str, size: int = SHINGLE["zh"]) -> np.ndarray:
    """Hashes of every so many characters in a row of a text.

    >>> len(_shingles("abcdefghijklmn", 12))
    3
    """
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    if len(codes) < size:
        return np.empty(0, np.uint64)
    made = np.zeros(len(codes) - size + 1, np.uint64)
    for i in range(size):  # wraps around at 64 bits, as hashes do
        made = made * np.uint64(1099511628211) + codes[i:len(codes) - size + 1 + i]
    return np.unique(made)


_noise = re.compile(r"[\W_\d]+")


def common(corpus: Corpus) -> pd.DataFrame:
    """How much of each policy's text stands in each other policy too: policy, other, share (0 to 1), quote.

    Counted in stretches of 12 Chinese or 40 Latin characters, with punctuation, digits, case and width folded away; ``quote`` is the
    longest sentence that both have.
    """
    from scipy import sparse

    names = list(corpus.policies["policy"])
    body = corpus.clauses[corpus.clauses["kind"].isin(["paragraph", "item", "cell"])]
    keyed: dict[tuple[str, str], list[str]] = {}
    for policy, lang, text in zip(body["policy"], body["lang"].astype("object"), body["text"]):
        keyed.setdefault((policy, "en" if lang == "en" else "zh"), []).append(_noise.sub("", fold(text)))
    sets = [np.unique(np.concatenate([_shingles("\x00".join(keyed.get((name, lang), [])), size) for lang, size in SHINGLE.items()])) for name in names]
    joined = np.concatenate(sets) if sets else np.empty(0, np.uint64)
    ids = np.unique(joined, return_inverse=True)[1] if len(joined) else joined.astype(int)
    rows = np.repeat(np.arange(len(names)), [len(one) for one in sets])
    has = sparse.csr_matrix((np.ones(len(ids), np.float32), (rows, ids)), shape=(len(names), int(ids.max()) + 1 if len(ids) else 1))
    both = (has @ has.T).toarray()
    size = np.maximum(np.array([len(one) for one in sets]), 1)
    longest = _longest(corpus, names)
    made = [(a, b, both[i, j] / size[i], longest.get((min(i, j), max(i, j)))) for i, a in enumerate(names) for j, b in enumerate(names) if i != j]
    return pd.DataFrame(made, columns=["policy", "other", "share", "quote"]).astype({"policy": "string", "other": "string", "share": "Float64", "quote": "string"})


def _longest(corpus: Corpus, names: list[str]) -> dict[tuple[int, int], str]:
    """The longest sentence that two policies have both, word for word but for punctuation and digits."""
    body = corpus.clauses[corpus.clauses["kind"].isin(["paragraph", "item", "cell"])]
    said = [(policy, text[start:end]) for policy, text in zip(body["policy"], body["text"]) for start, end in sentences(text)]
    table = pd.DataFrame(said, columns=["policy", "text"])
    table["key"] = pd.Series([_noise.sub("", fold(text)) for text in table["text"]], dtype="object")
    if table.empty:
        return {}
    table = table[table["key"].str.len() >= SHINGLE["zh"]]
    place = {name: i for i, name in enumerate(names)}
    found: dict[tuple[int, int], str] = {}
    shared = table[table.duplicated("key", keep=False)].drop_duplicates(["key", "policy"])
    shared = shared.assign(size=shared["key"].str.len()).sort_values("size", ascending=False, kind="stable")
    for _, group in shared.groupby("key", sort=False):
        members = sorted(place[policy] for policy in group["policy"])[:60]
        text = group["text"].iloc[0]
        for a, i in enumerate(members):
            for j in members[a + 1:]:
                found.setdefault((i, j), text)
    return found


# kinds of wording that commits to nothing, and the list of words.yml that holds each
VAGUE = {"condition": "vague_condition", "open": "open_ended", "modal": "possibility"}


@cache
def _vague() -> rules.Automaton:
    """All such wordings; a look-alike takes the place of the shorter wording inside it."""
    lists = law.load().words
    return rules.Automaton(
        [(word, kind) for kind, name in VAGUE.items() for word in lists[name].words]
        + [(word, rules.Pseudo(kind)) for kind, name in VAGUE.items() for word in lists[name].not_words],
        kind=lambda payload: payload)


def vague(corpus: Corpus) -> pd.DataFrame:
    """Every wording that commits to nothing: policy, clause, kind (condition, open, modal), phrase, start, end, quote.

    ``quote`` is the clause; tables of contents and headings are left out.
    """
    body = corpus.clauses[corpus.clauses["kind"].isin(["paragraph", "item", "cell"])]
    found = []
    for policy, clause, start, text in zip(body["policy"], body["clause"], body["start"], body["text"]):
        view = View.of(fold(text))
        for hit in _vague().find(view.text):
            left, right = view.span(hit.start, hit.end)
            found.append((policy, clause, hit.payload, text[left:right], start + left, start + right, text))
    columns = ["policy", "clause", "kind", "phrase", "start", "end", "quote"]
    return pd.DataFrame(found, columns=columns).astype({"policy": "string", "clause": "Int64", "kind": "string", "phrase": "string", "start": "Int64", "end": "Int64", "quote": "string"})


def length(corpus: Corpus) -> pd.Series:
    """The length of each policy's body in Chinese characters, an English word counted as one and a half."""
    body = corpus.clauses[corpus.clauses["kind"].isin(["paragraph", "item", "cell"])]
    size = [sum(map(len, _han.findall(text))) + 1.5 * len(_latin.findall(text.lower())) for text in body["text"]]
    return pd.Series(size, index=body["policy"].astype("object"), dtype=float).groupby(level=0).sum()
