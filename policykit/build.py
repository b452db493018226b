"""Builds: a store brought up to date by what has changed.

Each file is compared with what the store knows of it.  A file whose bytes, and the code, model and rules that
read it, are the same is left alone; under new rules or a new model it is derived anew from its stored text; only
a new or changed file is read.  Workers write Parquet parts, and each part enters the store in one transaction, so
that a run may be killed at any moment: what was committed stays, and the next run goes on.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from joblib import Parallel, delayed
from tqdm.auto import tqdm

from policykit import rows, rules
from policykit.corpus import about_policies, fingerprint, outcome
from policykit.read import Source, sources
from policykit.versions import code
from policykit.store import Known, StoreError, connect, delete, documents, parts_of

BATCH = 32                      # policies in one part and one transaction


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: the policies that were added, changed, derived anew, removed, left alone, and that failed."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    rederived: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        counts = [f"{len(getattr(self, spec.name))} {spec.name}" for spec in fields(self)]
        return ", ".join(counts).replace("rederived", "derived anew under new rules")


def _part(batch: list[tuple[Source, dict[str, str], Known | None, Any]], rulebook: str | None, reading: str, deriving: str, folder: str) -> Path:
    """A folder of Parquet files with the tables of a batch; runs in a worker."""
    rulebook_ = rules.load(rulebook)
    tables: dict[str, list[Any]] = {name: [] for name in rows.TABLES}
    kept: list[tuple[str, str, str]] = []
    knowns: list[Known] = []
    for source, about, known, stored in batch:
        document, lang, made = outcome(source, about, rulebook_, stored)
        for name, new in made.items():
            tables[name] += new
        policy = document.policy
        kept.append((policy.name, policy.text, parts_of(document, lang)))
        size, mtime = (known.size, known.mtime_ns) if known else _stat(source.path)
        knowns.append(Known(policy.name, str(source.path), size, mtime, policy.sha256 or "", reading, deriving, _about(about)))
    part = Path(tempfile.mkdtemp(dir=folder))
    for name, row_type in rows.TABLES.items():
        pq.write_table(pa.Table.from_pandas(rows.frame(row_type, tables[name]), preserve_index=False), part / f"{name}.parquet")
    pq.write_table(pa.table(dict(zip(("policy", "text", "parts"), map(list, zip(*kept))))), part / "documents.parquet")
    pq.write_table(pa.table({spec.name: [getattr(known, spec.name) for known in knowns] for spec in fields(Known)}), part / "known.parquet")
    return part


def _stat(path: Path) -> tuple[int, int]:
    """Size and time of change of a file; -1 where it is gone."""
    try:
        found = path.stat()
    except OSError:
        return -1, -1
    return found.st_size, found.st_mtime_ns


def _about(about: dict[str, str]) -> str:
    return json.dumps(about, ensure_ascii=False, sort_keys=True)


def _digest(path: Path) -> str:
    """SHA-256 of a file's bytes; empty where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def build(paths: str | Path | Iterable[str | Path], out: str | Path, *, rulebook: str | Path | None = None,
          jobs: int | None = None, progress: bool = True) -> Built:
    """Bring the store at ``out`` up to date with the policies behind ``paths``, and say what was done.

    Afterwards the store holds these policies and no others; annotations stay, also those of removed policies.
    ``jobs``: processes; inside ``joblib.parallel_config(backend="dask")`` the work goes to the cluster.
    Raises `StoreError` when the store cannot be written or when nothing at all was found behind ``paths``.
    """
    files = sources(paths if isinstance(paths, (str, Path)) else list(paths))
    if all(source.error for source in files):
        raise StoreError(files[0].error if files else "no path was given")
    about = about_policies(source.path for source in files)
    folder = str(rulebook) if rulebook else None
    reading, deriving = code("languages"), fingerprint(folder)
    connection = connect(out)
    parts = Path(f"{out}.parts")
    try:
        shutil.rmtree(parts, ignore_errors=True)   # of a run that was killed; the lock on the store keeps others out
        parts.mkdir()
        known = {row[0]: Known(*row) for row in connection.execute("SELECT * FROM known").fetchall()}
        fresh, renewed, added, changed, unchanged = [], [], [], [], []
        for source in files:
            line = about.get(source.path.stem, {})
            old, stat = known.get(source.name), _stat(source.path)
            same_file = old is not None and os.path.abspath(old.path) == os.path.abspath(source.path) and (
                (old.size, old.mtime_ns) == stat or old.sha256 and old.sha256 == _digest(source.path))
            if source.error or not same_file or old.reading != reading:
                (changed if old else added).append(source.name)
                fresh.append((source, line, None))
            elif old.deriving != deriving or old.about != _about(line):
                renewed.append((source, line, old))
            else:
                unchanged.append(source.name)
        gone = _gone(known, files, paths)
        cursor = connection.cursor()               # joblib takes tasks from threads of its own
        work = Parallel(n_jobs=jobs, return_as="generator", pre_dispatch="2*n_jobs")(
            delayed(_part)(batch, folder, reading, deriving, str(parts)) for batch in _batches(fresh, renewed, cursor))
        failed: dict[str, str] = {}
        with tqdm(total=len(fresh) + len(renewed), desc="policies", unit="file", disable=not progress) as bar:
            for part in work:
                bar.update(_ingest(connection, part, set(known), failed))
        if gone:
            connection.execute("BEGIN")
            delete(connection, gone)
            connection.execute("COMMIT")
    except (OSError, duckdb.Error) as error:
        raise StoreError(f"{out}: could not be written ({str(error).splitlines()[0]}); what was committed before is kept, "
                         "so free some space or mend the cause and run the same command again.") from error
    finally:
        connection.close()
        shutil.rmtree(parts, ignore_errors=True)
    return Built(tuple(added), tuple(changed), tuple(source.name for source, _, _ in renewed), tuple(gone), tuple(unchanged), failed)


def _gone(known: dict[str, Known], files: list[Source], paths: Any) -> list[str]:
    """Stored policies that are no longer behind the paths; those behind a path that is missing itself are kept."""
    present = {source.name for source in files}
    lost = [str(source.path) for source in files if source.error]
    return [name for name, old in known.items() if name not in present and not any(Path(old.path).is_relative_to(path) for path in lost)]


def _batches(fresh: list[Any], renewed: list[Any], cursor: duckdb.DuckDBPyConnection) -> Iterator[list[Any]]:
    """The work in portions: files to read, then stored documents to derive anew."""
    for at in range(0, len(fresh), BATCH):
        yield [(source, line, None, None) for source, line, _ in fresh[at:at + BATCH]]
    for at in range(0, len(renewed), BATCH):
        portion = renewed[at:at + BATCH]
        stored = documents(cursor, [source.name for source, _, _ in portion])
        yield [(source, line, old, document) for (source, line, old), document in zip(portion, stored, strict=True)]


def _ingest(connection: duckdb.DuckDBPyConnection, part: Path, known: set[str], failed: dict[str, str]) -> int:
    """Take a part into the store in one transaction; the number of policies in it."""
    connection.execute("BEGIN")
    try:
        names = [name for (name,) in connection.execute("SELECT policy FROM read_parquet(?)", [str(part / "known.parquet")]).fetchall()]
        delete(connection, [name for name in names if name in known])
        for table in (*rows.TABLES, "documents", "known"):
            connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM read_parquet(?)", [str(part / f"{table}.parquet")])
        failed.update(connection.execute("SELECT policy, message FROM read_parquet(?) WHERE status = 'error'", [str(part / "policies.parquet")]).fetchall())
        connection.execute("COMMIT")
    except Exception:
        connection.execute("ROLLBACK")
        raise
    shutil.rmtree(part, ignore_errors=True)
    return len(names)


def main(args: Any) -> int:
    """``policykit build``: what was done, and each file that failed with its reason; 1 when some failed."""
    built = build(args.paths, args.output, rulebook=getattr(args, "rulebook", None), jobs=args.jobs)
    for message in built.failed.values():
        print(message, file=sys.stderr)
    print(f"{args.output}: {built}")
    return 1 if built.failed else 0
