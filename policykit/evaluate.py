"""How well each stage does on public corpora: a function a figure, each hands back a table."""

from __future__ import annotations

import json
import random
import re
import time
from bisect import bisect_right
from collections import Counter
from pathlib import Path

import pandas as pd

from policykit import align, languages, rules, structure
from policykit.blocks import lines
from policykit.read import Policy, read


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def reading(corpora: Path) -> pd.DataFrame:
    """Word recall and precision of each saved web page of OPP-115 against the policy's own text, and the speed.

    ``half`` tells the pages that were looked at while the rules were made (tuned) from the others (kept).
    """
    rows = []
    for number, page in enumerate(sorted((Path(corpora) / "opp115" / "html").glob("*.html"))):
        began = time.perf_counter()
        policy = read(page)
        seconds = time.perf_counter() - began
        truth = Path(corpora) / "opp115" / "sanitized" / f"{page.stem}.txt"
        found, wanted = _words(policy.text), _words(truth.read_text(encoding="utf-8"))
        common = sum((found & wanted).values())
        rows.append((page.stem, "kept" if number % 2 else "tuned", common / max(1, wanted.total()), common / max(1, found.total()), len(policy.text), len(policy.text) / seconds, policy.status))
    return pd.DataFrame(rows, columns=["page", "half", "recall", "precision", "chars", "chars_per_second", "status"])


def doubted(corpora: Path) -> pd.DataFrame:
    """Every file of the corpora that raises a doubt whether it is a policy, for reading by eye; and the speed of reading."""
    rows = []
    for folder in ("capp130/policies", "ca4p483/html", "opp115/html", "opp115/sanitized"):
        for path in sorted((Path(corpora) / folder).iterdir()):
            began = time.perf_counter()
            policy = read(path)
            rows.append((folder, path.stem, policy.status, policy.message, len(policy.text), time.perf_counter() - began))
    return pd.DataFrame(rows, columns=["corpus", "policy", "status", "message", "chars", "seconds"])


def bilingual(zh: list[str], en: list[str], per: int = 1) -> tuple[Policy, list[tuple[int, int]], list[tuple[int, int]]]:
    """A document of Chinese sentences and, after them, of their translations, `per` sentences a line; where each sentence stands."""
    parts: list[str] = []
    spans: list[list[tuple[int, int]]] = [[], []]
    at = 0
    for side, (texts, blank) in enumerate(((zh, ""), (en, " "))):
        for number, text in enumerate(texts, 1):
            spans[side].append((at, at + len(text)))
            parts += [text, "\n" if number % per == 0 or number == len(texts) else blank]
            at += len(text) + len(parts[-1])
        parts.append("\n")
        at += 1
    text = "".join(parts)
    return Policy("bilingual", text, lines(text), "", "txt"), spans[0], spans[1]


def aligned(zh: list[str], en: list[str], per: int = 1) -> dict[str, float]:
    """How well the clauses of two versions are paired, given sentences that are translations of each other."""
    policy, chinese, english = bilingual(zh, en, per)
    rulebook = rules.load()
    document = structure.parse(policy)
    rulebook.scan(document)
    began = time.perf_counter()
    got = {(pair.zh_clause, pair.en_clause) for pair in languages.align(document, rulebook) if pair.zh_clause is not None and pair.en_clause is not None}
    seconds = time.perf_counter() - began
    starts = [clause.start for clause in document.clauses]

    def holders(span: tuple[int, int]) -> list[int]:
        return [number for number in range(max(0, bisect_right(starts, span[0]) - 1), bisect_right(starts, span[1] - 1)) if document.clauses[number].end > span[0]]

    wanted = {(left, right) for one, two in zip(chinese, english) for left in holders(one) for right in holders(two)}
    hits = len(got & wanted)
    precision, recall = hits / max(1, len(got)), hits / max(1, len(wanted))
    return {"pairs": len(wanted), "precision": precision, "recall": recall, "f1": 2 * precision * recall / max(1e-9, precision + recall), "chars": len(policy.text), "chars_per_second": len(policy.text) / seconds}


def alignment(corpora: Path, policies: int = 30, per: int = 1, seed: int = 7, held: bool = True) -> pd.DataFrame:
    """Pair F1 on CAPP-130 policies followed by their sentence-by-sentence translation, the sentence ids being the truth.

    The policies are shuffled by `seed`; the first thirty were looked at while the rules were made, `held` are the others.
    """
    folder = Path(corpora) / "capp130"
    names = sorted(path.name for path in (folder / "annotation").glob("*.jsonl") if (folder / "translation_en" / path.name).is_file())
    random.Random(seed).shuffle(names)
    rows = []
    for name in (names[30:] if held else names[:30])[:policies]:
        sides = [{row["id"]: " ".join(row["text"].split()) for row in map(json.loads, (folder / side / name).read_text(encoding="utf-8").splitlines())} for side in ("annotation", "translation_en")]
        ids = [number for number, text in sides[0].items() if text and sides[1].get(number)]
        rows.append({"policy": Path(name).stem, **aligned([sides[0][n] for n in ids], [sides[1][n] for n in ids], per)})
    return pd.DataFrame(rows)


def offsets(corpora: Path) -> pd.DataFrame:
    """For every file: whether each character lies in one clause or in named chrome, whether sections nest, and the speed."""
    rows = []
    for folder in ("capp130/policies", "ca4p483/html", "opp115/sanitized", "opp115/html"):
        for path in sorted((Path(corpora) / folder).iterdir()):
            policy = read(path)
            began = time.perf_counter()
            document = structure.parse(policy)
            lang = languages.of(document)
            rows.append((folder, path.stem, "; ".join(faults(document)) or None, lang, len(policy.text), time.perf_counter() - began))
    return pd.DataFrame(rows, columns=["corpus", "policy", "fault", "lang", "chars", "seconds"])


def faults(document: structure.Document) -> list[str]:
    """What a document breaks of what must always hold; empty when nothing."""
    text, found, at = document.policy.text, [], 0
    pieces = sorted([(c.start, c.end, f"clause {c.clause}") for c in document.clauses] + [(c.start, c.end, c.kind) for c in document.chrome])
    for start, end, name in [*pieces, (len(text), len(text), "the end")]:
        if start < at:
            found.append(f"{name} begins at {start}, inside the one before")
        if text[at:start].strip():
            found.append(f"{text[at:start].strip()[:20]!r} before {name} lies nowhere")
        at = max(at, end)
    for number, clause in enumerate(document.clauses):
        if clause.clause != number or clause.text != text[clause.start:clause.end] or not clause.text.strip():
            found.append(f"clause {number} is not its text")
        if clause.lead is not None and not clause.lead < number:
            found.append(f"clause {number} is led by {clause.lead}")
        if not 0 <= clause.section < len(document.sections):
            found.append(f"clause {number} is in section {clause.section}")
    ends: dict[int, int] = {}
    for number, section in enumerate(document.sections):
        parent = None if section.parent is None else document.sections[section.parent]
        if section.section != number or section.start > section.end or parent is not None and not (parent.section < number and parent.level + 1 == section.level and parent.start <= section.start):
            found.append(f"section {number} does not nest")
        if number > 1 and section.start < document.sections[number - 1].end:
            found.append(f"section {number} begins inside the one before")
        ends[number] = section.end
    if len(document.parts) != len(document.sections):
        found.append("parts and sections differ in number")
    return found
