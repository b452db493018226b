"""Why a row is in a table: its rule, the rule's note, and the quote in its context, as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from policykit import clausemodel, rows, rules
from policykit import corpus as corpora
from policykit import law as laws
from policykit.corpus import Corpus

AROUND = 120                # characters of context on either side
# the column that tells what a row of a table is about, and where the rulebook keeps its entry
_ABOUT = {"practices": ("item", "items"), "items": ("item", "items"), "facts": ("fact", "facts"), "topics": ("topic", "topics"), "sdks": ("sdk", "sdks"),
          "findings": ("requirement", ""), "defects": ("kind", ""), "pairs": ("difference", "")}


class Explanation(str):
    """Text that a notebook shows as it is."""

    def __repr__(self) -> str:
        return str(self)


def explain(row: Any, corpus: Corpus | None = None, *, rulebook: str | Path | None = None) -> Explanation:
    """The rule of a row, the rule's note, and the quote in its context.

    ``row`` is a row of any table: ``corpus.items.iloc[0]``, a table of one row, a row object or a mapping.
    The corpus is found by itself as long as it is still in use, and with it the folder of rules of your own that it was
    read with; ``rulebook`` names that folder for rows of a store.
    """
    if isinstance(row, pd.DataFrame):
        if len(row) != 1:
            raise ValueError(f"explain takes one row, not a table of {len(row)}; take one with .iloc[0]")
        row = row.iloc[0]
    values = row.to_dict() if isinstance(row, pd.Series) else asdict(row) if is_dataclass(row) else dict(row) if isinstance(row, Mapping) else row._asdict() if hasattr(row, "_asdict") else None
    if values is None or "policy" not in values:
        raise ValueError("explain takes a row of a table of the corpus, such as corpus.items.iloc[0]")
    values = {name: value for name, value in values.items() if not _missing(value)}
    table = _table(values)
    about, kept = _ABOUT.get(table, ("", ""))
    corpus = corpus or _corpus(values)
    folder = str(rulebook) if rulebook else corpus.folder if corpus is not None and Path(corpus.folder or "").is_dir() else None
    book = rules.load(folder)
    lines = [f"{values['policy']}: {' '.join(str(values[name]) for name in (about, 'value', 'unit', 'status', 'verdict', 'severity', 'score') if name in values)}".rstrip(": ")]
    if rule := values.get("rule") or values.get("reason") or values.get("detail"):
        lines.append(f"  rule     {rule}")
        lines += [f"  note     {note}" for note in _notes(str(rule), book)]
    entry = (getattr(book, kept, None) or {}).get(values.get(about)) if kept else None
    if entry is not None:
        names = " / ".join(dict.fromkeys(str(name) for name in (getattr(entry, "zh", ""), getattr(entry, "en", "")) if name))
        lines.append(f"  means    {names or values[about]}" + (f" ({entry.note})" if getattr(entry, "note", "") else ""))
    lines += _law(table, values, laws.load(folder))
    for name in ("actor", "action", "purpose", "recipient", "condition", "provider", "items", "reason", "reason_zh", "detail", "detail_zh"):
        if name in values and values[name] != rule:
            lines.append(f"  {'zh' if name.endswith('_zh') else name:<8} {values[name]}")
    lines += _place(values, corpus)
    return Explanation("\n".join(lines))


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or isinstance(value, float) and value != value


def _table(values: dict[str, Any]) -> str:
    """The table whose columns a row has."""
    def likeness(name: str) -> tuple[int, int]:
        columns = set(rows.TABLES[name].__dataclass_fields__)
        return len(columns & set(values)), -len(columns - set(values))
    return max(rows.TABLES, key=likeness)


def _notes(rule: str, book: rules.Rulebook) -> list[str]:
    """What the rulebook says of the cues that a rule names: (context.yml deny)."""
    found = []
    if rule.endswith(clausemodel.DOUBTFUL):
        found.append(f"the score is within {clausemodel.NEAR} of where yes begins: read the clause; policykit.topics.explain shows what decided")
    if "context.yml" in rule:
        name = rule.split("context.yml")[1].strip(" )").split()[0] if rule.split("context.yml")[1].strip(" )") else ""
        cue = book.cues.get(name)
        if cue is not None:
            found.append(f"{cue.zh} / {cue.en}: {cue.effect}, acts {cue.direction}" + (f"; {cue.note}" if cue.note else ""))
    return found


def _law(table: str, values: dict[str, Any], law: laws.Law) -> list[str]:
    """The requirement of a finding with its basis in law, or the kind of a defect."""
    name = values.get("requirement" if table == "findings" else "kind")
    if table in ("findings", "defects") and name not in (law.requirements if table == "findings" else law.defects):
        return [f"  means    {name} is of rules of your own: name their folder, pk.explain(row, rulebook=...)"]
    if table == "findings" and (rule := law.requirements.get(values.get("requirement", ""))):
        asks = [f"  asks     {rule.must_zh} / {rule.must_en}"]
        if rule.applies_en:
            asks.append(f"  applies  {rule.applies_zh} / where the text shows that {rule.applies_en}")
        return [f"  means    {rule.zh} / {rule.en}", *asks, f"  since    {rule.since}", *(
            f"  basis    {instrument.zh} / {instrument.en}, {source.article} [{source.tag}: {laws.TAGS[source.tag]}]"
            for source in rule.sources for instrument in (law.instruments[source.instrument],))]
    if table == "defects" and (kind := law.defects.get(values.get("kind", ""))):
        example = next((example.text for example in kind.examples if example.expect == "match"), None)
        return [f"  means    {kind.zh} / {kind.en}" + (f" ({kind.note})" if kind.note else ""), *([f"  such as  {_short(example)}"] if example else [])]
    return []


def _corpus(values: dict[str, Any]) -> Corpus | None:
    """The youngest corpus in use that has the row's policy, and its quote where the row says."""
    alive = [corpus for corpus in (made() for made in reversed(corpora.ALIVE)) if corpus is not None and values["policy"] in corpus.texts]
    for corpus in alive:
        if "quote" not in values or "start" not in values or corpus.texts[values["policy"]][int(values["start"]):int(values["end"])] == values["quote"]:
            return corpus
    return None


def _place(values: dict[str, Any], corpus: Corpus | None) -> list[str]:
    """Where the row stands: headings, clause, and the quote between its neighbours."""
    lines = []
    start, end = values.get("start"), values.get("end")
    if corpus is not None:
        clauses = corpus.clauses
        number = values.get("clause", values.get("zh_clause", values.get("en_clause")))
        here = clauses[(clauses["policy"] == values["policy"]) & (clauses["clause"] == number)] if number is not None else clauses.iloc[:0]
        if len(here):
            clause = here.iloc[0]
            lines.append(f"  place    clause {number}, {clause['kind']}" + (f", under {title}" if (title := _headings(corpus, values["policy"], clause["section"])) else ""))
            if start is None:
                start, end = clause["start"], clause["end"]
            if not _missing(clause["lead"]):
                lead = clauses[(clauses["policy"] == values["policy"]) & (clauses["clause"] == clause["lead"])]
                if len(lead):
                    lines.append(f"  lead-in  {_short(lead.iloc[0]['text'])}")
        text = corpus.texts.get(values["policy"], "")
        if start is not None and text:
            start, end = int(start), int(end)
            left, right = text[max(0, start - AROUND):start], text[end:end + AROUND]
            lines.append(f"  text     {'…' * (start > AROUND)}{_line(left)}⟦{_line(text[start:end])}⟧{_line(right)}{'…' * (end + AROUND < len(text))}")
            return lines
    if "quote" in values:
        lines.append(f"  quote    {_line(values['quote'])}")
    return lines


def _headings(corpus: Corpus, policy: str, section: int) -> str:
    sections = corpus.sections[corpus.sections["policy"] == policy].set_index("section")
    path: list[str] = []
    while not _missing(section) and section in sections.index and len(path) < 8:
        row = sections.loc[section]
        if not _missing(row["title"]) and row["level"]:
            path.append(str(row["title"]))
        section = row["parent"]
    return " > ".join(path[::-1])


def _line(text: str) -> str:
    return " ".join(str(text).split("\n"))


def _short(text: str) -> str:
    line = _line(text)
    return line if len(line) <= AROUND else line[:AROUND] + "…"
