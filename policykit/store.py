"""The store: one DuckDB file that holds a corpus; every change to it is one transaction."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import duckdb
import pyarrow as pa

from policykit import rows
from policykit.read import Policy
from policykit.structure import Document
from policykit.text import fold

if TYPE_CHECKING:
    import pandas as pd

FORMAT = 3                      # of the file; raised when a table of the store changes its shape
_SQL = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE", bool: "BOOLEAN"}


class StoreError(RuntimeError):
    """The store cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of a file: whether it must be read or derived again is decided by this."""

    policy: str
    path: str
    stamp: str          # size, times of change and inode, by which an untouched file is known without a look inside
    sha256: str
    reading: str        # fingerprint of the code that read it
    deriving: str       # fingerprint of the code, rules and model that derived the tables from it
    about: str          # its line of policies.csv, as JSON


def connect(path: str | Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to a store; a new file gets its tables.

    A store of the format before this one is brought up to date by the first run that writes to it.  Raises
    `StoreError` when another process writes to it, when it cannot be written, or when another version wrote it.
    """
    path = Path(path)
    if read_only and not path.is_file():
        raise StoreError(f"{path}: there is no such store; make one with: policykit build FOLDER -o {path}")
    try:
        if not read_only and (not path.exists() or path.is_file() and not path.stat().st_size):
            _begin(path)
        connection = duckdb.connect(str(path), read_only=read_only)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written here ({error.strerror}); mend the folder, or give another place with -o.") from None
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise StoreError(f"{path}: another process is using this store; wait until it has finished, or close it.") from None
        if _denied.search(str(error)):
            raise StoreError(f"{path}: cannot be {'read' if read_only else 'written'} here ({str(error).splitlines()[0]}); "
                             "mend the permissions, or give another place with -o.") from None
        raise StoreError(f"{path}: this is no store that can be opened ({str(error).splitlines()[0]})") from None
    except duckdb.Error as error:
        raise StoreError(f"{path}: this is no policykit store ({str(error).splitlines()[0]})") from None
    try:
        connection.execute("SET enable_progress_bar = false")     # it would go to standard output
        connection.execute("SET autoinstall_known_extensions = false")      # it would go to the network
        tables = {name for (name,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()}
        if "store" in tables:
            ((found,),) = connection.execute("SELECT value FROM store WHERE key = 'format'").fetchall()
            if int(found) == 2 and not read_only:
                _from_2(connection)
            elif int(found) not in (FORMAT, 2):      # what is read of a store is the same in both
                raise StoreError(f"{path}: written in format {found}, this version reads format {FORMAT}; "
                                 f"{'install a newer policykit' if int(found) > FORMAT else 'build it anew from the policies'}.")
        elif tables:
            raise StoreError(f"{path}: this is a DuckDB file, but no policykit store; give another name.")
        elif not read_only:
            _create(connection)
        else:
            raise StoreError(f"{path}: this store is empty; make it with: policykit build FOLDER -o {path}")
    except StoreError:
        connection.close()
        raise
    return connection


_denied = re.compile(r"permission denied|read-only|no such file|not a directory|is a directory", re.I)


def _from_2(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring a store of format 2 to format 3, in one transaction: what is known of its files loses what is not kept any more."""
    connection.execute("BEGIN")
    connection.execute("CREATE TABLE newer AS SELECT policy, path, '' AS stamp, sha256, reading, deriving, about FROM known")
    connection.execute("DROP TABLE known")
    connection.execute("ALTER TABLE newer RENAME TO known")
    connection.execute("UPDATE store SET value = '3' WHERE key = 'format'")
    connection.execute("COMMIT")


def _begin(path: Path) -> None:
    """Make an empty store, or nothing: whoever is killed meanwhile leaves no half of one."""
    path.unlink(missing_ok=True)        # a file without a byte
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".policykit-") as folder:
        new = Path(folder) / "new.duckdb"
        with duckdb.connect(str(new)) as connection:
            _create(connection)
        try:
            os.link(new, path)
        except FileExistsError:
            pass                        # another process was faster
        except OSError:                 # no such links on this disk
            new.rename(path)


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    """The tables of an empty store, in one transaction."""
    connection.execute("BEGIN")
    for name, row_type in rows.TABLES.items():
        columns = ", ".join(f'"{column}" {_SQL[kind]}' for column, kind, _, _ in rows.columns(row_type))
        connection.execute(f"CREATE TABLE {name} ({columns})")
    connection.execute("CREATE TABLE documents (policy VARCHAR, text VARCHAR, parts VARCHAR)")
    connection.execute(f"CREATE TABLE known ({', '.join(f'{spec.name} VARCHAR' for spec in fields(Known))})")
    connection.execute("CREATE TABLE annotations (made TIMESTAMP, policy VARCHAR, clause BIGINT, sentence VARCHAR, words VARCHAR, "
                       "about VARCHAR, value VARCHAR, verdict VARCHAR, note VARCHAR)")
    connection.execute("CREATE TABLE store (key VARCHAR, value VARCHAR)")
    connection.execute("INSERT INTO store VALUES ('format', ?), ('policykit', ?)", [str(FORMAT), version("policykit")])
    connection.execute("COMMIT")


# --- documents as stored -------------------------------------------------------------------------------------

_IN_TABLES = {"policy", "folded", "sections", "clauses"}     # fields of a document that are stored elsewhere
_IN_POLICIES = {"text", "blocks", "path", "message"}         # and of a policy


def _plain(value: Any) -> Any:
    """A value of a document as JSON holds it."""
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    return {spec.name: _plain(getattr(value, spec.name)) for spec in fields(value)} if hasattr(value, "__dataclass_fields__") else value


def _restored(value: Any, hint: Any) -> Any:
    """The value that `_plain` came from, by the annotation of its field."""
    if isinstance(value, dict) and hasattr(hint, "__dataclass_fields__"):
        hints = get_type_hints(hint)
        return hint(**{name: _restored(part, hints[name]) for name, part in value.items()})
    if isinstance(value, list):
        inner = next((arg for arg in get_args(hint) if arg is not Ellipsis), Any)
        return tuple(_restored(part, inner) for part in value)
    return value


def parts_of(document: Document, lang: str | None) -> str:
    """What a document has beside its text, sections and clauses, as JSON."""
    policy = document.policy
    stored = {spec.name: _plain(getattr(document, spec.name)) for spec in fields(document)
              if spec.name not in _IN_TABLES and spec.init and spec.repr}
    about = {spec.name: getattr(policy, spec.name) for spec in fields(policy) if spec.name not in _IN_POLICIES}
    return json.dumps({"lang": lang, "policy": about, "document": stored}, ensure_ascii=False)


def _document(text: str, parts: str, path: str, message: str | None, sections: Iterable[Any], clauses: Iterable[Any]) -> tuple[Document, str | None]:
    """The document and its language, from what is stored of it."""
    stored = json.loads(parts)
    hints = get_type_hints(Document)
    policy = Policy(**stored["policy"] | {"text": text, "path": path, "message": message})
    extra = {name: _restored(value, hints[name]) for name, value in stored["document"].items()}
    document = Document(policy, fold(text), sections=tuple(sections), clauses=tuple(clauses), **extra)
    return document, stored["lang"]


def documents(connection: duckdb.DuckDBPyConnection, policies: list[str]) -> Iterator[tuple[Document, str | None]]:
    """The stored documents of these policies, in this order."""
    held = {policy: found for policy, *found in connection.execute(
        "SELECT policy, text, parts, path, message FROM documents JOIN policies USING (policy) WHERE policy IN (SELECT unnest(?))", [policies]).fetchall()}
    made: dict[str, dict[str, list[Any]]] = {policy: {"sections": [], "clauses": []} for policy in policies}
    for table, row_type in (("sections", rows.Section), ("clauses", rows.Clause)):
        order = "section" if table == "sections" else "clause"
        for row in connection.execute(f'SELECT * FROM {table} WHERE policy IN (SELECT unnest(?)) ORDER BY policy, "{order}"', [policies]).fetchall():
            made[row[0]][table].append(row_type(*row))
    for policy in policies:
        yield _document(*held[policy], made[policy]["sections"], made[policy]["clauses"])


# --- files as known ------------------------------------------------------------------------------------------


def known_files(connection: duckdb.DuckDBPyConnection) -> dict[str, Known]:
    """What the store knows of each file, by policy."""
    names = ", ".join(spec.name for spec in fields(Known))
    return {row[0]: Known(*row) for row in connection.execute(f"SELECT {names} FROM known").fetchall()}


def note_places(connection: duckdb.DuckDBPyConnection, seen: list[Known]) -> None:
    """Keep where these files lie now, and their stamps, in one transaction."""
    if not seen:
        return
    connection.execute("BEGIN")
    connection.register("seen", pa.table({name: rows.array([getattr(known, name) for known in seen]) for name in ("policy", "path", "stamp")}))
    connection.execute("UPDATE policies SET path = seen.path, message = replace(message, known.path, seen.path) FROM seen, known "
                       "WHERE policies.policy = seen.policy AND known.policy = seen.policy AND known.path <> seen.path")
    connection.execute("UPDATE known SET path = seen.path, stamp = seen.stamp FROM seen WHERE known.policy = seen.policy")
    connection.execute("COMMIT")
    connection.unregister("seen")


# --- a corpus as stored --------------------------------------------------------------------------------------


def delete(connection: duckdb.DuckDBPyConnection, policies: list[str]) -> None:
    """Take policies out of every table; annotations stay."""
    if policies:
        for table in (*rows.TABLES, "documents", "known"):
            connection.execute(f"DELETE FROM {table} WHERE policy IN (SELECT unnest(?))", [policies])


def save(path: str | Path, tables: dict[str, pd.DataFrame], texts: dict[str, str], rulebook: str) -> None:
    """Write the tables and texts of a corpus to a store, in one transaction; policies of the same key are replaced."""
    connection = connect(path)
    try:
        connection.execute("BEGIN")
        delete(connection, list(tables["policies"]["policy"]))
        for name, table in (*tables.items(), ("documents", pa.table({"policy": rows.array(list(texts)), "text": rows.array(list(texts.values()))}))):
            connection.register("new", table if name == "documents" else _without_categories(table))
            connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM new")
            connection.unregister("new")
        connection.execute("DELETE FROM store WHERE key = 'rulebook'")
        connection.execute("INSERT INTO store VALUES ('rulebook', ?)", [rulebook])
        connection.execute("COMMIT")
    except duckdb.Error as error:
        raise StoreError(f"{path}: could not be written ({str(error).splitlines()[0]}); what it held before is kept.") from error
    finally:
        connection.close()


def load(path: str | Path) -> tuple[dict[str, pd.DataFrame], dict[str, str], str]:
    """The tables and texts in a store, and the fingerprint of the rules that made them."""
    connection = connect(path, read_only=True)
    try:
        tables = {}
        for name, row_type in rows.TABLES.items():
            order = ", ".join(f'"{key}"' for key in rows.keys(row_type))
            tables[name] = rows.typed(row_type, connection.sql(f"SELECT * FROM {name} ORDER BY {order}").to_arrow_table())
        texts = dict(connection.execute("SELECT policy, text FROM documents").fetchall())
        made = connection.execute("SELECT DISTINCT deriving FROM known UNION SELECT value FROM store WHERE key = 'rulebook' "
                                  "AND NOT EXISTS (SELECT 1 FROM known)").fetchall()
    finally:
        connection.close()
    return tables, texts, ", ".join(sorted(name for (name,) in made))


def sql(tables: dict[str, pd.DataFrame], query: str, *parameters: Any) -> pd.DataFrame:
    """The answer of DuckDB to a query over tables in memory; files and the network are out of its reach."""
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET enable_progress_bar = false")
        for name, table in tables.items():
            connection.register(name, _without_categories(table))
        connection.execute("SET enable_external_access = false")
        return connection.execute(query, list(parameters)).df()


def _without_categories(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype(dict.fromkeys(table.select_dtypes("category").columns, "string"))
