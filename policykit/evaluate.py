"""How well each stage does on public corpora: a function a figure, each hands back a table."""

from __future__ import annotations

import html
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from bisect import bisect_right
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd

from policykit import compliance, defects, facts, languages, law, practices, rules, sdks, structure
from policykit.blocks import lines
from policykit.corpus import read as read_corpus
from policykit.evaluate_languages import cells, two_languages, two_layouts
from policykit.evaluate_topics import topic_leak, topic_opp115, topic_policies, topic_speed, topic_splits  # noqa: F401 - figures of the clause types
from policykit.export import export
from policykit.read import Policy, read


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def reading(corpora: Path) -> pd.DataFrame:
    """Word recall and precision of each saved web page of OPP-115 against the policy's own text, and the speed.

    ``half`` tells the pages that were looked at while the rules were made (tuned) from the others (kept).
    """
    rows = []
    for number, page in enumerate(sorted((Path(corpora) / "opp115" / "html").glob("*.html"))):
        began = time.process_time()
        policy = read(page)
        seconds = time.process_time() - began
        truth = Path(corpora) / "opp115" / "sanitized" / f"{page.stem}.txt"
        found, wanted = _words(policy.text), _words(truth.read_text(encoding="utf-8"))
        common = sum((found & wanted).values())
        rows.append((page.stem, "kept" if number % 2 else "tuned", common / max(1, wanted.total()), common / max(1, found.total()), len(policy.text), len(policy.text) / max(seconds, 1e-6), policy.status))
    return pd.DataFrame(rows, columns=["page", "half", "recall", "precision", "chars", "chars_per_second", "status"])


def doubted(corpora: Path) -> pd.DataFrame:
    """Every file of the corpora that raises a doubt whether it is a policy, for reading by eye; and the speed of reading."""
    rows = []
    for folder in ("capp130/policies", "ca4p483/html", "opp115/html", "opp115/sanitized"):
        for path in sorted((Path(corpora) / folder).iterdir()):
            began = time.process_time()
            policy = read(path)
            rows.append((folder, path.stem, policy.status, policy.message, len(policy.text), time.process_time() - began))
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


def matrix(shared: Path) -> pd.DataFrame:
    """Every cell of the hand-made gold: what was wanted, what was found, whether it is right, our quote."""
    gold = Path(shared) / "gold"
    accept = json.loads((gold / "accept.json").read_text(encoding="utf-8"))
    table = []
    for file in sorted((gold / "matrix").glob("*.json")):
        found = cells(read(gold / "texts" / f"{file.stem}.txt"))
        for item, entry in json.loads(file.read_text(encoding="utf-8"))["items"].items():
            wanted = accept.get(file.stem, {}).get(item, [entry["status"]])
            said = found[item].status if item in found else "absent"
            table.append((file.stem, item, "/".join(wanted), said, said in wanted, entry["quote"], found[item].quote if item in found else ""))
    return pd.DataFrame(table, columns=["policy", "item", "gold", "found", "right", "gold_quote", "quote"])


def summary(cells_: pd.DataFrame) -> pd.Series:
    """Precision, recall and F1 of collected, and exact status, of a table made by `matrix`."""
    wanted = cells_["gold"].str.split("/").map(lambda values: "collected" in values)
    found = cells_["found"] == "collected"
    hit = (found & cells_["right"]).sum()
    precision = hit / max(1, hit + (found & ~cells_["right"]).sum())
    recall = hit / max(1, hit + (wanted & ~cells_["right"]).sum())
    return pd.Series({"precision": precision, "recall": recall, "f1": 2 * precision * recall / max(1e-9, precision + recall), "exact": cells_["right"].mean()})


def spans(corpora: Path, every: int = 4) -> pd.DataFrame:
    """Our mentions against the data spans of CA4P-483 that name an item, in sentences that its annotators marked.

    One row a policy: mentions, those that meet a data span, spans that name an item, those that a mention meets.
    """
    rulebook = rules.load()
    table = []
    for path in sorted((Path(corpora) / "ca4p483" / "html").glob("*.html"))[::every]:
        inside = re.search(r"<pre[^>]*>(.*?)</pre>", path.read_text(encoding="utf-8"), re.S)
        if not inside:
            continue
        text = html.unescape(inside[1])
        marked = [json.loads(line) for line in (path.parents[1] / "spans" / f"{path.stem}.jsonl").open(encoding="utf-8")]
        if any(text[span["start"]:span["end"]] != span["text"] for span in marked[:20]):
            continue
        sentences = re.split(r"(?<=[。！？\n])", text)
        edges = [0]
        for sentence in sentences:
            edges.append(edges[-1] + len(sentence))
        busy = {bisect_right(edges, span["start"]) for span in marked if span["label"] in ("收集", "分享", "数据")}
        data = [(span["start"], span["end"]) for span in marked if span["label"] == "数据" and rulebook.kinds(rules.normal(span["text"])).get("item")]
        every_data = [(span["start"], span["end"]) for span in marked if span["label"] == "数据"]
        ours = [(row.start, row.end) for row in practices.find(structure.parse(Policy(path.stem, text, lines(text))), rulebook) if bisect_right(edges, row.start) in busy]
        met = sum(any(a < end and start < b for a, b in every_data) for start, end in ours)
        found = sum(any(a < end and start < b for a, b in ours) for start, end in data)
        table.append((path.stem, len(ours), met, len(data), found))
    return pd.DataFrame(table, columns=["policy", "mentions", "met", "spans", "found"])


def _judged(path: Path, sector: str | None = None) -> tuple[structure.Document, list, list]:
    """A policy with its findings and defects."""
    rulebook = rules.load()
    document = structure.parse(read(path))
    said = practices.find(document, rulebook)
    items, found = practices.items(document, said, rulebook), facts.find(document, rulebook)
    named = sdks.find(document, said, rulebook)
    findings = compliance.check(document, [], said, items, found, named, rulebook, sector=sector)
    return document, findings, defects.find(document, [], said, found, named, languages.align(document, rulebook), rulebook, items=items, sector=sector)


def verdicts(corpora: Path) -> pd.DataFrame:
    """The verdicts of the lawyer's table, five policies by fifty requirements, beside ours; ``agrees`` where they are the same."""
    table = (Path(corpora).parent / "research" / "legal.md").read_text(encoding="utf-8").split("## 2. Verdict matrix")[1].split("\n## 3.")[0]
    firms = {"M": "michelin", "B": "unnamed", "A": "autool", "C": "che300", "X": "ciie"}
    wanted = {}
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.fullmatch(r"[A-Z]\d\d", cells[0]):
            wanted |= {(firms[letter], cells[0]): verdict.replace("n.a.", "not_applicable") for letter, verdict in zip("MBACX", cells[4:9])}
    rows = []
    for path in sorted((Path(corpora).parent / "policies").glob("*.txt")):
        firm = path.stem.split("-")[0].split(".")[0]
        for finding in _judged(path)[1]:
            if (firm, finding.requirement) in wanted:
                expected = wanted[firm, finding.requirement]
                rows.append((path.stem, finding.requirement, expected, finding.verdict, expected == finding.verdict, finding.quote or finding.reason))
    return pd.DataFrame(rows, columns=["policy", "requirement", "expected", "found", "agrees", "evidence"])


def _policies(corpora: Path, number: int, seed: int) -> list[Path]:
    """Policies drawn from the two Chinese corpora, half from each."""
    draw = random.Random(seed)
    capp, ca4p = (sorted((Path(corpora) / folder).iterdir()) for folder in ("capp130/policies", "ca4p483/html"))
    return draw.sample(capp, min(number // 2, len(capp))) + draw.sample(ca4p, min(number - number // 2, len(ca4p)))


def findings_drawn(corpora: Path, verdict: str = "met", number: int = 20, policies: int = 30, seed: int = 1) -> pd.DataFrame:
    """Findings of one verdict drawn from policies drawn from the corpora, for reading by eye."""
    rows = [(path.stem, finding.requirement, law.load().requirements[finding.requirement].en, finding.quote, finding.reason)
            for path in _policies(corpora, policies, seed) for finding in _judged(path)[1] if finding.verdict == verdict]
    return pd.DataFrame(random.Random(seed).sample(rows, min(number, len(rows))), columns=["policy", "requirement", "name", "quote", "reason"])


def defects_drawn(corpora: Path, kind: str | None = None, number: int = 20, policies: int = 30, seed: int = 1) -> pd.DataFrame:
    """Defects drawn from policies drawn from the corpora, for reading by eye; of one kind, or of all."""
    rows = [(path.stem, defect.kind, defect.severity, defect.quote, defect.detail)
            for path in _policies(corpora, policies, seed) for defect in _judged(path)[2] if kind in (None, defect.kind)]
    return pd.DataFrame(random.Random(seed).sample(rows, min(number, len(rows))), columns=["policy", "kind", "severity", "quote", "detail"])


def gold_facts(shared: Path) -> pd.DataFrame:
    """Facts against the hand-made gold, by the gold's own scoring program: right, wanted, share."""
    with tempfile.TemporaryDirectory() as folder:
        export(read_corpus(Path(shared) / "gold" / "texts", progress=False), folder)
        told = subprocess.run([sys.executable, str(Path(shared) / "gold" / "score.py"), f"{folder}/items.csv", "--facts", f"{folder}/facts.csv"],
                              capture_output=True, text=True, check=True).stdout
    found = re.findall(r"(\w+) (\d+)/(\d+)", told.split("facts:")[1])
    return pd.DataFrame([(name, int(right), int(wanted), int(right) / max(1, int(wanted))) for name, right, wanted in found], columns=["fact", "right", "wanted", "share"])


# Each figure: what it is measured on (the corpora, or their folder with the gold) and how its table is summed up.
FIGURES = {
    "reading": ("corpora", reading, lambda table: table.groupby("half")[["recall", "precision"]].agg(["median", "mean"]).round(3)),
    "doubted": ("corpora", doubted, lambda table: table.groupby(["corpus", "status"]).size().unstack(fill_value=0)),
    "offsets": ("corpora", offsets, lambda table: table.describe().round(3)),
    "alignment": ("corpora", alignment, lambda table: table.describe().round(3)),
    "matrix": ("shared", matrix, lambda table: summary(table).round(3)),
    "facts": ("shared", gold_facts, lambda table: table.round(3)),
    "two_languages": ("corpora", two_languages, lambda table: pd.Series({"policies": table["policy"].nunique(), "cells": len(table), "agreement": table["same"].mean(),
                                                                         "differ": (~table["same"]).sum(), "one side does not name it": table["why"].str.endswith("does not name it").sum()}).round(3)),
    "two_layouts": ("corpora", two_layouts, lambda table: table.round(3)),
    "spans": ("corpora", spans, lambda table: pd.Series({"precision": table["met"].sum() / table["mentions"].sum(), "recall": table["found"].sum() / table["spans"].sum()}).round(3)),
    "verdicts": ("corpora", verdicts, lambda table: pd.Series({"verdicts": len(table), "agreement": table["agrees"].mean(),
                                                               "met where it says missing": ((table["expected"] == "missing") & (table["found"] == "met")).sum()}).round(3)),
    "topic_splits": ("corpora", topic_splits, lambda table: table.round(3)),
    "topic_leak": ("corpora", topic_leak, lambda table: table.round(3)),
    "topic_policies": ("corpora", topic_policies, lambda table: table.round(3)),
    "topic_opp115": ("corpora", topic_opp115, lambda table: table.round(3)),
    "topic_speed": ("corpora", topic_speed, lambda table: table.round()),
}


def main(args: Any) -> int:
    """``policykit evaluate``: every figure, or those named, in the terminal and as JSON."""
    given = Path(args.corpus)
    shared = given if (given / "gold").is_dir() else given.parent
    corpora = given / "corpora" if (given / "corpora").is_dir() else given
    for name in args.only:
        if name not in FIGURES:
            raise ValueError(f"no figure is {name!r}{rules.nearest(name, FIGURES)}")
    if not (corpora / "capp130").is_dir():
        raise ValueError(f"{given}: there are no corpora here; give the folder that holds capp130, appsi139, ca4p483 and opp115")
    kept = {}
    for name in args.only or FIGURES:
        where, made, summed = FIGURES[name]
        if where == "shared" and not (shared / "gold").is_dir():
            print(f"{name}: left out, there is no gold beside {given}", file=sys.stderr)
            continue
        table = made(shared if where == "shared" else corpora)
        print(f"\n## {name}: {(made.__doc__ or '').splitlines()[0]}\n{summed(table).to_string()}", flush=True)
        if args.rows:
            Path(args.rows).mkdir(parents=True, exist_ok=True)
            table.to_csv(Path(args.rows) / f"{name}.csv", encoding="utf-8-sig")
        kept[name] = json.loads(pd.DataFrame(summed(table)).to_json(orient="split", force_ascii=False))
    if args.output:
        Path(args.output).write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0
