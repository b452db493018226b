"""One file's outcome: its document, its language and every table's rows, whatever the file holds."""

from __future__ import annotations

import csv
import gc
import io
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from policykit import compliance, defects, facts, languages, practices, rows, rules, sdks, structure, topics
from policykit.deadline import OutOfTime, deadline
from policykit.decoding import decode
from policykit.read import Policy, Source, legible, read as read_file
from policykit.structure import Document
from policykit.versions import code

Tables = dict[str, list[Any]]
SECONDS = 120                   # for one file; a policy takes a tenth of a second, a book some ten


def fingerprint(folder: str | None = None, model: topics.Model | None = None) -> str:
    """What makes the tables: the code, the rules (with those of a folder of the analyst's) and the model."""
    weights = model.fingerprint[:16] if model else topics.fingerprint()
    return "-".join((code("outcomes"), rules.load(folder).fingerprint, weights))


def document_of(source: Source) -> tuple[Document, str | None]:
    """A file, read and taken apart, and its language; of an unreadable one only the `Policy` is filled."""
    if source.error:
        return _failed(source, source.error), None
    policy = read_file(source.path, source.name)
    if policy.path != legible(policy.path):
        policy = replace(policy, path=legible(policy.path), message=policy.message and policy.message.replace(policy.path, legible(policy.path)))
    if policy.status == "error":
        return Document(policy, ""), None
    document = structure.parse(policy)
    return document, languages.of(document)


def _failed(source: Source, message: str) -> Document:
    """What is left of a file that could not be read."""
    path, shown = str(source.path), legible(str(source.path))
    return Document(Policy(source.name, path=shown, status="error", message=message.replace(path, shown)), "")


def derive(document: Document, lang: str | None, about: dict[str, str], rulebook: rules.Rulebook, model: topics.Model | None = None) -> Tables:
    """Every table's rows for one document; an unreadable one has its `policies` row only."""
    policy, tables = document.policy, {name: [] for name in rows.TABLES}
    if policy.status != "error":
        tables["sections"], tables["clauses"] = list(document.sections), list(document.clauses)
        tables["topics"] = topics.find(document, rulebook, model)
        tables["practices"] = practices.find(document, rulebook)
        tables["items"] = practices.items(document, tables["practices"], rulebook)
        tables["facts"] = facts.find(document, rulebook)
        tables["sdks"] = sdks.find(document, tables["practices"], rulebook)
        tables["facts"] = [*sdks.elsewhere(tables["facts"], tables["sdks"]), *sdks.as_facts(tables["sdks"])]
        tables["pairs"] = languages.align(document, rulebook)
        tables["findings"] = compliance.check(document, tables["topics"], tables["practices"], tables["items"], tables["facts"],
                                              tables["sdks"], rulebook, sector=about.get("sector") or None)
        tables["defects"] = defects.find(document, tables["topics"], tables["practices"], tables["facts"], tables["sdks"],
                                         tables["pairs"], rulebook, items=tables["items"], sector=about.get("sector") or None)
    tables["policies"] = [rows.PolicyRow(
        policy.name, about.get("firm") or None, about.get("firm_zh") or None, about.get("sector") or None, policy.title,
        policy.path, policy.format, lang, len(policy.text) if policy.status != "error" else None, policy.sha256,
        policy.status, policy.message, about.get("note") or None,
    )]
    return tables


@contextmanager
def unswept() -> Iterator[None]:
    """A time without garbage collection: a document makes many objects and no cycles, and each sweep visits the whole rulebook."""
    swept = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if swept:
            gc.enable()


def outcome(source: Source, about: dict[str, str], rulebook: rules.Rulebook,
            stored: tuple[Document, str | None] | None = None, model: topics.Model | None = None) -> tuple[Document, str | None, Tables]:
    """A file's document, language and tables, whatever the file holds: a failure or a hang becomes an error row.

    ``stored``: the document and language, where they are known already.
    """
    try:
        with deadline(SECONDS), unswept():
            document, lang = stored or document_of(source)
            return document, lang, derive(document, lang, about, rulebook, model)
    except OutOfTime:
        message = f"{source.path}: not finished after {SECONDS} seconds and left out; is it really one policy? Split or shorten the file."
    except MemoryError:
        message = f"{source.path}: too large for this machine's memory and left out; split the file."
    except Exception as error:  # noqa: BLE001 - one bad file must not stop the others
        logging.getLogger("policykit").exception("%s", source.path)
        message = f"{source.path}: left out, because policykit failed on it ({type(error).__name__}: {error}); please report this with the file."
    document = _failed(source, message)
    return document, None, derive(document, None, about, rulebook)


def analyse(source: Source, about: dict[str, str], folder: str | None = None, model: topics.Model | None = None) -> tuple[Tables, str]:
    """Every table's rows for one file, and its text."""
    document, _, tables = outcome(source, about, rules.load(folder), model=model)
    return tables, document.policy.text


def about_policies(paths: Iterable[Path]) -> dict[str, dict[str, str]]:
    """What policies.csv, beside the files or one folder up, says of each policy.

    Raises ``ValueError`` where such a file is no table.
    """
    about: dict[str, dict[str, str]] = {}
    parents = map(Path, dict.fromkeys(os.path.dirname(path) for path in paths))
    for folder in dict.fromkeys(folder for parent in parents for folder in (parent.parent, parent)):
        path = folder / "policies.csv"
        if not path.is_file():
            continue
        found = decode(path.read_bytes())         # spreadsheets save it in many encodings
        try:
            table = list(csv.DictReader(io.StringIO(found.text.removeprefix("\ufeff"), newline=""))) if found else []
        except csv.Error as error:
            raise ValueError(f"{path}: cannot be read as a table ({error}); save it as CSV in UTF-8, with the columns policy, firm, firm_zh, sector, note") from None
        if found is None or table and "policy" not in table[0]:
            raise ValueError(f"{path}: has no column 'policy'; save it as CSV in UTF-8, with the columns policy, firm, firm_zh, sector, note")
        about |= {row["policy"]: {name: value for name, value in row.items() if name and isinstance(value, str)} for row in table if row["policy"]}
    return about
