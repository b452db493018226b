"""The clause-type model: its heads, what it knows of each language, and the file that it is kept in."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from policykit import ngrams
from policykit.linear import Heads
from policykit.text import fold

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
# for each coarse type a head that asks whether any sentence has it, and one for sentences that surely have some type
GIVEN = tuple(f"{name} given" for name in CAPP)
HEADS = (*CAPP, *FLAGS, *GIVEN)
SEEN = len(CAPP) + len(FLAGS)       # the heads whose scores the second stage sees
CUE_ALONE = 0.8                     # score of a type that a cue alone decides: not a measured probability
NEAR = 0.1                          # a score this close to its threshold is called near
DOUBTFUL = "near its threshold"     # what the rule of such a row ends with


def logistic(scores: np.ndarray, curves: np.ndarray) -> np.ndarray:
    """Probabilities from scores, a curve for each column."""
    return 1 / (1 + np.exp(-np.clip(scores * curves[:, 0] + curves[:, 1], -30, 30)))


def bent(scores: np.ndarray) -> np.ndarray:
    """Scores as the second stage reads them: what is far from the plane counts little more than what is beyond it."""
    return np.tanh(1.5 * (scores[:, :SEEN] + 0.3))


@dataclass(frozen=True)
class Voice:
    """What the model knows of one language."""

    heads: Heads
    curves: np.ndarray          # from score to probability
    given: np.ndarray           # thresholds of GIVEN and the flags, for sentences that surely have a type
    alone: np.ndarray           # thresholds of the types and flags, for a sentence by itself
    context: np.ndarray         # second stage: (place x score, and one for the bias) x type
    policy: np.ndarray          # thresholds of the types and flags in whole policies


@dataclass(frozen=True)
class Model:
    """The clause-type model: version, fingerprint of the weights, one voice a language, and what an analyst corrected."""

    version: str
    fingerprint: str
    zh: Voice
    en: Voice
    corrected: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)     # by the hash of the folded sentence

    @property
    def name(self) -> str:
        """What stands in the column ``rule``."""
        return f"model {self.version} {self.fingerprint[:8]}"

    def voice(self, chinese: bool) -> Voice:
        """The Chinese or the English voice."""
        return self.zh if chinese else self.en

    def scores(self, texts: Sequence[str], folded: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """For each text the score of each of HEADS, and whether it was read as Chinese."""
        scores, chinese = np.zeros((len(texts), len(HEADS)), np.float32), np.zeros(len(texts), bool)
        for first, count, block in ngrams.blocks(texts, folded):
            found = ngrams.tokens(block)
            zh = chinese[first:first + count] = ngrams.chinese(found, count)
            for voice, rows in ((self.zh, zh), (self.en, ~zh)):
                if rows.any():
                    features = voice.heads.space.of(found if rows.all() else found.of(rows), count)
                    scores[first:first + count][rows] = voice.heads.scores(features)[rows]
        return scores, chinese

    def chances(self, scores: np.ndarray, chinese: np.ndarray) -> np.ndarray:
        """Calibrated probabilities of HEADS; a risk is one of an important sentence."""
        chances = np.empty_like(scores)
        for voice, rows in ((self.zh, chinese), (self.en, ~chinese)):
            chances[rows] = logistic(scores[rows], voice.curves)
        return chances

    def save(self, path: str | Path) -> Path:
        """Write the model to a file that `load` reads."""
        path = Path(path)
        write(path, self.arrays())
        return path

    def arrays(self) -> dict[str, np.ndarray]:
        """What the file holds."""
        arrays = {"version": np.array(self.version), "corrected": np.array([f"{key} {' '.join(sorted(found))}" for key, found in sorted(self.corrected.items())] or [""])}
        for lang, voice in (("zh", self.zh), ("en", self.en)):
            arrays |= voice.heads.arrays(lang) | {f"{lang}.{name}": getattr(voice, name) for name in ("curves", "given", "alone", "context", "policy")}
        return arrays


def write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays to an .npz of which every byte depends on them alone."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(arrays):
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.asarray(arrays[name], order="C"), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", (2020, 1, 1, 0, 0, 0))
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, buffer.getvalue(), compresslevel=9)


@cache
def load(path: str | Path = WEIGHTS) -> Model:
    """The model in a file of weights; by default the one that ships."""
    data = Path(path).read_bytes()
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    voices = [Voice(Heads.of(arrays, lang), *(arrays[f"{lang}.{name}"] for name in ("curves", "given", "alone", "context", "policy"))) for lang in ("zh", "en")]
    corrected = {key: frozenset(found) for key, *found in (line.split() for line in arrays["corrected"].tolist() if line)}
    return Model(str(arrays["version"]), hashlib.sha256(data).hexdigest(), *voices, corrected)


@cache
def fingerprint() -> str:
    """The fingerprint of the weights that ship."""
    return hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()[:16]


def same(text: str) -> str:
    """The hash of what a sentence says, without case, width, blanks and marks.

    >>> same("我们 收集ＩＭＥＩ。") == same("我们收集imei")
    True
    """
    return hashlib.sha256("".join(filter(str.isalnum, fold(text))).encode()).hexdigest()[:20]
