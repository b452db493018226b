"""The tables: one frozen row type for each, from which dtypes, checks and the data dictionary are read.

A field's annotation decides its column's dtype (``str`` -> string, ``int`` -> Int64, ``float`` -> Float64,
``bool`` -> boolean, ``Literal`` -> ordered categorical); ``| None`` allows a missing value, which is always
``pandas.NA`` and never a placeholder.  ``start`` and ``end`` are character positions in the text of the policy:
``policy.text[start:end] == quote`` in every table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

if TYPE_CHECKING:               # a build of a store does not wait for pandas
    import pandas as pd
    import pyarrow as pa

Lang = Literal["zh", "en", "mixed"]
Kind = Literal["heading", "paragraph", "item", "cell", "toc"]
Status = Literal["collected", "third_party", "denied", "user_warned", "defined"]
Action = Literal["collect", "use", "share", "store", "delete", "permission"]
Actor = Literal["we", "affiliate", "sdk", "partner", "user", "authority"]
Verdict = Literal["met", "partial", "missing", "not_applicable", "unknown"]
AsOf = Literal["met", "partial", "missing", "not_yet_required", "not_applicable", "unknown"]
Severity = Literal["high", "medium", "low", "note"]


def says(meaning: str, *, key: bool = False) -> Any:
    """A dataclass field that carries its line of the data dictionary."""
    return field(metadata={"doc": meaning, "key": key})


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One row for each file that was given, also for those that could not be read."""

    policy: str = says("the file's stem; the second of two equal stems gets its folder or suffix added", key=True)
    firm: str | None = says("personal-information handler, as the analyst wrote it in policies.csv")
    firm_zh: str | None = says("the same in Chinese")
    sector: str | None = says("sector or app type, as the analyst wrote it in policies.csv")
    title: str | None = says("title of the document")
    path: str = says("where the file was read from")
    format: str | None = says("txt, md, html, pdf or docx")
    lang: Lang | None = says("language of the document; mixed when it holds a Chinese and an English version")
    chars: int | None = says("length of the text in characters")
    sha256: str | None = says("SHA-256 of the file's bytes, hexadecimal")
    status: Literal["ok", "warning", "error"] = says("ok; warning: read, but look at it; error: nothing was read")
    message: str | None = says("what is wrong and what to do about it, in one sentence")
    note: str | None = says("the analyst's note in policies.csv")


@dataclass(frozen=True, slots=True)
class Section:
    """One row for each heading; the text before the first heading is section 0."""

    policy: str = says("key of `policies`", key=True)
    section: int = says("running number in the document", key=True)
    parent: int | None = says("section one level up")
    level: int = says("depth in the section tree, 1 is the highest; 0 for the text before the first heading")
    number: str | None = says("the number as printed: 一, （二）, 3.1, IV")
    title: str | None = says("the heading without its number")
    start: int = says("first character of the heading")
    end: int = says("end of the section's own text, before its first subsection")
    lang: Lang | None = says("language of the heading")
    in_toc: bool = says("whether a table of contents announces it")


@dataclass(frozen=True, slots=True)
class Clause:
    """One row for each paragraph, list item, table cell, heading or line of a table of contents."""

    policy: str = says("key of `policies`", key=True)
    clause: int = says("running number in the document", key=True)
    section: int = says("section it stands in")
    kind: Kind = says("heading, paragraph, item (of a list), cell (of a table), toc (never evidence)")
    lead: int | None = says("clause that governs it: the lead-in of a list, the column heading of a cell")
    start: int = says("first character")
    end: int = says("one past the last character")
    lang: Lang | None = says("language of the clause")
    text: str = says("the clause, verbatim")


@dataclass(frozen=True, slots=True)
class Topic:
    """One row for each clause type that a clause has."""

    policy: str = says("key of `policies`", key=True)
    clause: int = says("key of `clauses`", key=True)
    topic: str = says("clause type, an id of topics.yml, or one of the flags important and risk", key=True)
    score: float = says("calibrated probability, 0 to 1")
    rule: str = says("model version, or cue, that decided")


@dataclass(frozen=True, slots=True)
class Practice:
    """One row for each mention of a personal-data item, with what is said of it."""

    policy: str = says("key of `policies`", key=True)
    clause: int = says("key of `clauses`", key=True)
    item: str = says("personal-data item, an id of items.yml", key=True)
    start: int = says("first character of the mention", key=True)
    end: int = says("one past its last character")
    status: Status = says("collected; third_party: only by others; denied; user_warned: told not to provide; defined: only named")
    actor: Actor | None = says("who does it")
    action: Action | None = says("what is done with it")
    purpose: str | None = says("purpose class, an id of purposes.yml")
    recipient: str | None = says("who receives it, verbatim")
    condition: str | None = says("the condition stated for it, verbatim")
    quote: str = says("the mention, verbatim: text[start:end]")
    rule: str = says("the rule or cue that decided the status")


@dataclass(frozen=True, slots=True)
class Item:
    """One row for each policy and item that the policy names outside tables of contents."""

    policy: str = says("key of `policies`", key=True)
    item: str = says("personal-data item", key=True)
    status: Status = says("the strongest of its practices: collected, third_party, denied, user_warned, defined")
    n: int = says("practices of that status")
    clause: int = says("clause of the best evidence")
    quote: str = says("the sentence that proves it, verbatim")
    start: int = says("first character of the quote")
    end: int = says("one past its last character")
    rule: str = says("rule of that practice")


@dataclass(frozen=True, slots=True)
class Fact:
    """One row for each value of a fact; several rows where a policy gives several."""

    policy: str = says("key of `policies`", key=True)
    fact: str = says("fact, an id of facts.yml", key=True)
    start: int = says("first character of the quote", key=True)
    end: int = says("one past its last character")
    value: str = says("the value: dates YYYY-MM-DD or YYYY-MM, integers, true, no/conditional/yes, else verbatim")
    unit: str | None = says("day, working_day, month, year, or missing")
    clause: int = says("clause it stands in")
    quote: str = says("the words that say so, verbatim")
    rule: str = says("the rule that found it")


@dataclass(frozen=True, slots=True)
class Sdk:
    """One row for each third-party SDK or provider that the text names."""

    policy: str = says("key of `policies`", key=True)
    sdk: str = says("id of sdks.csv, or the name as printed", key=True)
    start: int = says("first character of the quote", key=True)
    end: int = says("one past its last character")
    provider: str | None = says("company, as printed, else from sdks.csv")
    purpose: str | None = says("purpose as printed")
    items: str | None = says("item ids that it is said to take, separated by blanks")
    clause: int = says("clause it stands in")
    quote: str = says("its name, verbatim")
    rule: str = says("table, list or text; and the alias that matched")


@dataclass(frozen=True, slots=True)
class Finding:
    """One row for each policy and disclosure requirement."""

    policy: str = says("key of `policies`", key=True)
    requirement: str = says("id of a requirement in requirements/", key=True)
    verdict: Verdict = says("judged against the law in force today; unknown: a program cannot tell")
    as_of_verdict: AsOf | None = says("judged at the policy's own date; missing when the policy has no date")
    clause: int | None = says("clause of the best evidence")
    start: int | None = says("first character of the quote")
    end: int | None = says("one past its last character")
    quote: str | None = says("the evidence, verbatim")
    reason: str = says("why, in English: what was found, or where it was looked for in vain, and the basis in law")
    reason_zh: str = says("the same in Chinese")


@dataclass(frozen=True, slots=True)
class Defect:
    """One row for each thing that is wrong with the document itself."""

    policy: str = says("key of `policies`", key=True)
    kind: str = says("kind of defect", key=True)
    start: int = says("first character of the quote", key=True)
    end: int = says("one past its last character")
    clause: int | None = says("clause it stands in")
    quote: str = says("the words, verbatim")
    detail: str = says("one sentence in English")
    detail_zh: str = says("the same sentence in Chinese")
    severity: Severity = says("high, medium, low or note")


@dataclass(frozen=True, slots=True)
class Pair:
    """One row for each Chinese clause and its English counterpart; one side is missing where there is none."""

    policy: str = says("key of `policies`", key=True)
    zh_clause: int | None = says("clause of the Chinese version", key=True)
    en_clause: int | None = says("clause of the English version", key=True)
    similarity: float = says("0 to 1")
    difference: str | None = says("what only one side has: item, number, date, section, list entry, SDK")


TABLES: dict[str, type] = {
    "policies": PolicyRow, "sections": Section, "clauses": Clause, "topics": Topic, "practices": Practice,
    "items": Item, "facts": Fact, "sdks": Sdk, "findings": Finding, "defects": Defect, "pairs": Pair,
}


@cache
def columns(row_type: type) -> tuple[tuple[str, type, tuple[str, ...], bool], ...]:
    """Name, type, closed list (empty where there is none) and whether missing values are allowed, for each field of a row type.

    >>> columns(Topic)[1]
    ('clause', <class 'int'>, (), False)
    """
    hints = get_type_hints(row_type)
    found = []
    for column in fields(row_type):
        kind, optional = hints[column.name], False
        if get_origin(kind) is UnionType or NoneType in get_args(kind):
            optional = True
            (kind,) = (part for part in get_args(kind) if part is not NoneType)
        closed = get_args(kind) if get_origin(kind) is Literal else ()
        found.append((column.name, str if closed else kind, closed, optional))
    return tuple(found)


@cache
def _dtypes(row_type: type) -> dict[str, Any]:
    """The dtype of each column."""
    import pandas as pd

    plain = {str: "string", int: "Int64", float: "Float64", bool: "boolean"}
    return {name: pd.CategoricalDtype(closed, ordered=True) if closed else plain[kind] for name, kind, closed, _ in columns(row_type)}


def _checked(row_type: type, rows: list[Any]) -> dict[str, list[Any]]:
    """The values of each column.

    Raises ``ValueError`` for a value outside a column's closed list and for a missing value where none is
    allowed: a cast to a categorical would turn the first into a silent NA.
    """
    table = {}
    for name, _, closed, optional in columns(row_type):
        table[name] = values = list(map(attrgetter(name), rows))
        if closed and (strange := set(values) - set(closed) - {None}):
            raise ValueError(f"{row_type.__name__}.{name}: {sorted(map(str, strange))[0]!r} is none of {', '.join(closed)}")
        if not optional and None in values:
            raise ValueError(f"{row_type.__name__}.{name}: a value is missing in row {values.index(None)}")
    return table


def arrow(row_type: type, rows: Iterable[Any]) -> pa.Table:
    """The rows as an Arrow table, checked like those of a frame."""
    import pyarrow as pa

    values = _checked(row_type, list(rows))
    return pa.table({name: array(values[name], kind) for name, kind, _, _ in columns(row_type)})


def array(values: list[Any], kind: type = str) -> pa.Array:
    """The values as an Arrow array, put together from its buffers: `pyarrow.array` would load pandas.

    >>> array(["示例", None, ""]).to_pylist(), array([3, None], int).to_pylist(), array([True, None], bool).to_pylist()
    (['示例', None, ''], [3, None], [True, None])
    """
    import numpy as np
    import pyarrow as pa

    there = np.array([value is not None for value in values], bool)
    valid = None if there.all() else pa.py_buffer(np.packbits(there, bitorder="little"))
    if kind is str:
        encoded = [b"" if value is None else value.encode() for value in values]
        ends = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(one) for one in encoded], out=ends[1:])
        return pa.Array.from_buffers(pa.large_string(), len(encoded), [valid, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))])
    filled = [0 if value is None else value for value in values]
    if kind is bool:
        return pa.Array.from_buffers(pa.bool_(), len(filled), [valid, pa.py_buffer(np.packbits(np.array(filled, bool), bitorder="little"))])
    numbers = np.array(filled, np.int64 if kind is int else np.float64)
    return pa.Array.from_buffers(pa.from_numpy_dtype(numbers.dtype), len(numbers), [valid, pa.py_buffer(numbers)])


def keys(row_type: type) -> list[str]:
    """The names of the columns that identify a row.

    >>> keys(Practice)
    ['policy', 'clause', 'item', 'start']
    """
    return [column.name for column in fields(row_type) if column.metadata["key"]]


def frame(row_type: type, rows: Iterable[Any] = ()) -> pd.DataFrame:
    """A typed table of the rows; without rows the same columns and dtypes.

    Raises ``ValueError`` for a value that its column does not allow.

    >>> frame(Topic, [Topic("che300", 7, "share", 0.93, "model 1")]).dtypes["score"]
    Float64Dtype()
    """
    import pandas as pd

    values = _checked(row_type, list(rows))
    return pd.DataFrame({name: pd.Series(values[name], dtype=dtype, name=name) for name, dtype in _dtypes(row_type).items()})


def typed(row_type: type, table: Any) -> pd.DataFrame:
    """The table with this row type's columns and dtypes, from an Arrow table or a frame that lost them."""
    import pandas as pd

    table = table if isinstance(table, pd.DataFrame) else table.to_pandas(types_mapper=_nullable)
    return pd.DataFrame({name: table[name].astype(dtype) for name, dtype in _dtypes(row_type).items()})


def _nullable(kind: Any) -> Any:
    """The pandas dtype that keeps whole numbers whole beside missing values."""
    import pandas as pd

    return {"int64": pd.Int64Dtype(), "double": pd.Float64Dtype(), "bool": pd.BooleanDtype()}.get(str(kind), pd.StringDtype())


def empty() -> dict[str, pd.DataFrame]:
    """Every table, without rows."""
    return {name: frame(row_type) for name, row_type in TABLES.items()}


def dictionary() -> pd.DataFrame:
    """The data dictionary: table, column, dtype, whether key or optional, meaning."""
    import pandas as pd

    lines = []
    for table, row_type in TABLES.items():
        for column, (name, _, closed, optional) in zip(fields(row_type), columns(row_type)):
            lines.append((table, name, " | ".join(closed) or _dtypes(row_type)[name], column.metadata["key"], optional, column.metadata["doc"]))
    return pd.DataFrame(lines, columns=["table", "column", "type", "key", "may_be_missing", "meaning"])
