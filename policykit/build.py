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
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from joblib import Parallel, delayed, effective_n_jobs
from tqdm.auto import tqdm

from policykit import rows, rules
from policykit.outcomes import about_policies, fingerprint, outcome, unswept
from policykit.read import Source, legible, sources
from policykit.versions import code
from policykit.store import Known, StoreError, connect, delete, documents, known_files, note_places, parts_of

BATCH = 32                      # policies in one part and one transaction
BATCH_BYTES = 8_000_000         # of their files, so that some large ones do not fill the memory
FRESH = 2_000_000_000           # nanoseconds: a file may change twice within one tick of a coarse clock
# Without limits DuckDB keeps every block that it has touched, up to most of the machine's memory.
LIMITS = {"memory_limit": "128MB", "threads": "2", "checkpoint_threshold": "64MB"}


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: the policies that were added, changed, derived anew, found at another place, removed, left alone; and those that cannot be read."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    rederived: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        counts = [f"{len(getattr(self, spec.name))} {spec.name}" for spec in fields(self)]
        return ", ".join(counts).replace("rederived", "derived anew under new rules").replace(" moved", " found at another place")


def _versions(rulebook: str | None) -> tuple[str, str]:
    """What reads files here and now, and what derives tables from them."""
    with unswept():
        return code("languages"), fingerprint(rulebook)


def _part(batch: list[tuple[Source, dict[str, str], Known | None, Any]], rulebook: str | None, folder: str) -> Path:
    """A folder of Parquet files with the tables of a batch; runs in a worker, which may have newer rules than the driver had when it began."""
    reading, deriving = _versions(rulebook)
    rulebook_ = rules.load(rulebook)
    tables: dict[str, list[Any]] = {name: [] for name in rows.TABLES}
    kept: list[tuple[str, str, str]] = []
    knowns: list[Known] = []
    for source, about, known, stored in batch:
        stamp = known.stamp if known else _stamp(source.path)       # before it is read: a change meanwhile is then seen the next time
        document, lang, made = outcome(source, about, rulebook_, stored)
        for name, new in made.items():
            tables[name] += new
        policy = document.policy
        kept.append((policy.name, policy.text, parts_of(document, lang)))
        knowns.append(Known(policy.name, legible(str(source.path)), stamp, policy.sha256 or "", reading, deriving, _about(about)))
    part = Path(tempfile.mkdtemp(dir=folder))
    for name, row_type in rows.TABLES.items():
        pq.write_table(rows.arrow(row_type, tables[name]), part / f"{name}.parquet")
    pq.write_table(pa.table(dict(zip(("policy", "text", "parts"), map(rows.array, zip(*kept))))), part / "documents.parquet")
    pq.write_table(pa.table({spec.name: rows.array([getattr(known, spec.name) for known in knowns]) for spec in fields(Known)}), part / "known.parquet")
    return part


def _stamp(path: Path) -> str:
    """What tells at a glance that a file is untouched: size, times of change and inode, as git does it.

    Empty, which means that only its bytes can tell, where the file is gone or was changed a moment ago: it may
    change once more without a change of these.
    """
    try:
        found = os.stat(path)
    except OSError:
        return ""
    changed = max(found.st_mtime_ns, found.st_ctime_ns)
    return "" if time.time_ns() - changed < FRESH else f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"


def _about(about: dict[str, str]) -> str:
    return json.dumps(about, ensure_ascii=False, sort_keys=True)


def _digest(path: Path) -> str:
    """SHA-256 of a file's bytes; empty where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


@dataclass(slots=True)
class _Plan:
    """What has to be done to bring a store up to date."""

    fresh: list[tuple[Source, dict[str, str]]] = field(default_factory=list)            # files to be read
    renewed: list[tuple[Source, dict[str, str], Known]] = field(default_factory=list)   # stored documents to be derived anew
    seen: list[Known] = field(default_factory=list)                                     # the same bytes at another place or time
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


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
    folder, first = str(rulebook) if rulebook else None, None
    for limits in (LIMITS, {}):
        connection, parts = connect(out), Path(f"{out}.parts")
        try:
            for name, value in limits.items():
                connection.execute(f"SET {name} = '{value}'")
            shutil.rmtree(parts, ignore_errors=True)    # of a run that was killed; the lock on the store keeps others out
            parts.mkdir()
            plan = _plan(connection, files, about_policies(source.path for source in files), *_versions(folder))
            first = first or plan
            _carry_out(connection, plan, folder, parts, jobs, progress)
            failed = dict(connection.execute("SELECT policy, message FROM policies WHERE status = 'error' ORDER BY policy").fetchall())
            break
        except (OSError, duckdb.Error) as error:
            if not limits or not _too_little.search(str(error)):
                raise StoreError(f"{out}: could not be written ({str(error).splitlines()[0]}); what was committed before is kept, "
                                 "so free some space or mend the cause and run the same command again.") from error
        finally:
            connection.close()
            shutil.rmtree(parts, ignore_errors=True)
    renewed = tuple(source.name for source, _, _ in first.renewed)
    return Built(tuple(first.added), tuple(first.changed), renewed, tuple(first.moved), tuple(first.gone), tuple(first.unchanged), failed)


_too_little = re.compile(r"(?:failed to|could not) (?:pin|allocate|offload)|out of memory", re.I)


def _plan(connection: duckdb.DuckDBPyConnection, files: list[Source], about: dict[str, dict[str, str]], reading: str, deriving: str) -> _Plan:
    """What has to be done with each of the files, by what the store knows of it."""
    known, plan = known_files(connection), _Plan()
    for source in files:
        old, line = known.get(source.name), about.get(source.path.stem, {})
        stamp = "" if source.error else _stamp(source.path)
        if old is None or source.error or old.reading != reading or not _same(old, source, stamp):
            (plan.changed if old else plan.added).append(source.name)
            plan.fresh.append((source, line))
            continue
        path = legible(str(source.path))
        moved = old.path != path and os.path.abspath(old.path) != os.path.abspath(path)
        if moved or stamp != old.stamp:
            old = replace(old, path=path if moved else old.path, stamp=stamp)
            plan.seen.append(old)
        if moved:
            plan.moved.append(source.name)
        if old.deriving != deriving or old.about != _about(line):
            plan.renewed.append((source, line, old))
        elif not moved:
            plan.unchanged.append(source.name)
    plan.gone = _gone(known, files)
    return plan


def _same(old: Known, source: Source, stamp: str) -> bool:
    """Whether a file has the bytes that the store knows, wherever it lies now."""
    return bool(stamp) and old.stamp == stamp or (
        old.sha256 != "" and Path(old.path).suffix.lower() == source.path.suffix.lower() and old.sha256 == _digest(source.path))


def _carry_out(connection: duckdb.DuckDBPyConnection, plan: _Plan, folder: str | None, parts: Path,
               jobs: int | None, progress: bool) -> None:
    """Do what is planned; each portion of it is one transaction."""
    note_places(connection, plan.seen)
    again = {*plan.changed, *(source.name for source, _, _ in plan.renewed)}
    number = len(plan.fresh) + len(plan.renewed)
    cursor = connection.cursor()               # joblib takes tasks from threads of its own
    size = max(1, min(BATCH, -(-number // (4 * effective_n_jobs(jobs)))))     # so that the last one does not keep all others waiting
    work = Parallel(n_jobs=jobs, return_as="generator", pre_dispatch="2*n_jobs")(
        delayed(_part)(batch, folder, str(parts)) for batch in _batches(plan, cursor, size))
    try:
        with tqdm(total=number, desc="policies", unit="file", disable=not progress) as bar:
            for part in work:
                bar.update(_ingest(connection, part, again))
    finally:
        cursor.close()
    if plan.gone:
        connection.execute("BEGIN")
        delete(connection, plan.gone)
        connection.execute("COMMIT")


def _gone(known: dict[str, Known], files: list[Source]) -> list[str]:
    """Stored policies that are no longer behind the paths; those behind a path that is missing itself are kept."""
    present = {source.name for source in files}
    lost = [str(source.path) for source in files if source.error]
    return [name for name, old in known.items() if name not in present and not any(Path(old.path).is_relative_to(path) for path in lost)]


def _batches(plan: _Plan, cursor: duckdb.DuckDBPyConnection, size: int) -> Iterator[list[Any]]:
    """The work in portions: files to read, then stored documents to derive anew."""
    batch, held = [], 0
    for source, line in plan.fresh:
        large = 0 if source.error else _size(source.path)
        if batch and (len(batch) == size or held + large > BATCH_BYTES):
            yield batch
            batch, held = [], 0
        batch.append((source, line, None, None))
        held += large
    if batch:
        yield batch
    for at in range(0, len(plan.renewed), size):
        portion = plan.renewed[at:at + size]
        stored = documents(cursor, [source.name for source, _, _ in portion])
        yield [(source, line, old, document) for (source, line, old), document in zip(portion, stored, strict=True)]


def _size(path: Path) -> int:
    """A file's size; 0 where it is gone."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _ingest(connection: duckdb.DuckDBPyConnection, part: Path, known: set[str]) -> int:
    """Take a part into the store in one transaction; the number of policies in it."""
    connection.execute("BEGIN")
    try:
        names = [name for (name,) in connection.execute("SELECT policy FROM read_parquet(?)", [str(part / "known.parquet")]).fetchall()]
        delete(connection, [name for name in names if name in known])
        for table in (*rows.TABLES, "documents", "known"):
            connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM read_parquet(?)", [str(part / f"{table}.parquet")])
        connection.execute("COMMIT")
    except Exception:
        with suppress(duckdb.Error):    # a commit that failed has ended its transaction
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
