"""The store: it holds what was read, is rebuilt by what changed, and loses nothing whatever happens to a build."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time

import duckdb
import pandas as pd
import pytest

import policykit as pk
from policykit import build as building, outcomes, rows, store
from policykit.build import build
from policykit.corpus import open as open_store

BUILD = "import sys; from policykit.build import build; print(build(sys.argv[1], sys.argv[2], progress=False))"


def run(*arguments: str, **options) -> subprocess.CompletedProcess:
    """A build in a process of its own."""
    return subprocess.run([sys.executable, "-c", BUILD, *map(str, arguments)], capture_output=True, text=True, **options)


def contents(path) -> dict[str, pd.DataFrame]:
    """The tables of a store in a fixed order."""
    return {name: table.sort_values(list(table.columns), ignore_index=True) for name, table in open_store(path).tables.items()}


def assert_same(one, other) -> None:
    for name in rows.TABLES:
        pd.testing.assert_frame_equal(one[name], other[name], obj=name)


@pytest.fixture
def folder(tmp_path, policies):
    """A copy of the five policies that a test may change."""
    shutil.copytree(policies, tmp_path / "policies")
    return tmp_path / "policies"


def test_store_gives_back_what_was_read(tmp_path, policies):
    build(policies, tmp_path / "c.duckdb", progress=False)
    stored, read = open_store(tmp_path / "c.duckdb"), pk.read(policies, progress=False)
    for name, table in read.tables.items():
        order = rows.keys(rows.TABLES[name])
        pd.testing.assert_frame_equal(stored.tables[name].sort_values(order, ignore_index=True), table.sort_values(order, ignore_index=True), obj=name)
    assert stored.texts == read.texts


def test_saved_corpus_opens_again(tmp_path, corpus):
    corpus.save(tmp_path / "c.duckdb")
    again = open_store(tmp_path / "c.duckdb")
    assert {name: len(table) for name, table in again.tables.items()} == {name: len(table) for name, table in corpus.tables.items()}
    assert all((again.tables[name].dtypes == corpus.tables[name].dtypes).all() for name in rows.TABLES)


def test_sql_sees_the_tables_and_nothing_else(corpus, tmp_path):
    counted = corpus.sql("SELECT policy, count(*) AS n FROM clauses WHERE policy = ? GROUP BY policy", "che300.zh")
    assert counted["n"].tolist() == [(corpus.clauses["policy"] == "che300.zh").sum()]
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with pytest.raises(duckdb.Error):
        corpus.sql(f"SELECT * FROM read_csv('{tmp_path / 'secret.csv'}')")


def test_only_what_changed_is_read_again(folder, tmp_path, monkeypatch):
    out = tmp_path / "c.duckdb"
    first = build(folder, out, progress=False)
    assert len(first.added) == 5 and not first.unchanged
    os.utime(folder / "ciie.en.txt")                                     # touched, same bytes
    (folder / "autool.en.txt").write_text("Privacy policy\nWe collect your IMEI.\n", encoding="utf-8")
    (folder / "che300.zh.txt").unlink()
    (folder / "new.txt").write_text("隐私政策\n我们会收集您的剪切板信息。\n", encoding="utf-8")
    read = []
    monkeypatch.setattr(outcomes, "document_of", lambda source, real=outcomes.document_of: read.append(source.name) or real(source))
    second = build(folder, out, progress=False)
    assert sorted(read) == ["autool.en", "new"]
    assert (second.added, second.changed, second.removed) == (("new",), ("autool.en",), ("che300.zh",))
    assert set(second.unchanged) == {"ciie.en", "michelin-china.en", "unnamed-hardware-firm.zh-en"}
    assert set(open_store(out).policies["policy"]) == set(second.added + second.changed + second.unchanged)


def test_new_rules_derive_anew_without_reading(folder, tmp_path, monkeypatch):
    out = tmp_path / "c.duckdb"
    build(folder, out, progress=False)
    before = contents(out)
    with duckdb.connect(str(out)) as connection:
        connection.execute("UPDATE known SET deriving = 'older rules'")
    monkeypatch.setattr(outcomes, "document_of", lambda source: pytest.fail(f"{source.path} was read again"))
    again = build(folder, out, progress=False)
    assert len(again.rederived) == 5 and not again.changed
    assert_same(contents(out), before)


def test_changed_line_of_policies_csv_reaches_the_store(folder, tmp_path):
    out = tmp_path / "c.duckdb"
    build(folder, out, progress=False)
    (folder / "policies.csv").write_text("policy,firm,sector\nautool.en,Renamed Ltd,navigation\n", encoding="utf-8")
    assert build(folder, out, progress=False).rederived == ("autool.en",)
    policies = open_store(out).policies.set_index("policy")
    assert policies.loc["autool.en", "firm"] == "Renamed Ltd" and policies.loc["autool.en", "sector"] == "navigation"


def test_missing_folder_removes_nothing(folder, tmp_path):
    out = tmp_path / "c.duckdb"
    build(folder, out, progress=False)
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(store.StoreError, match="no such file or folder"):
        build(folder, out, progress=False)
    (tmp_path / "one.txt").write_text("隐私政策\n我们会收集您的手机号码。\n", encoding="utf-8")
    assert not build([folder, tmp_path / "one.txt"], out, progress=False).removed
    assert len(open_store(out).policies) == 7                            # five kept, one new, and the row for the missing folder


def test_killed_builds_lose_nothing_and_the_next_goes_on(many, tmp_path, monkeypatch):
    whole, out = tmp_path / "whole.duckdb", tmp_path / "c.duckdb"
    small = BUILD.replace("import sys;", "import sys; import policykit.build as b; b.BATCH = 4;")
    build(many, whole, progress=False)
    draw, held = random.Random(3), 0
    for _ in range(6):
        process = subprocess.Popen([sys.executable, "-c", small, str(many), str(out)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(400):                                             # until it has begun to write
            if (tmp_path / "c.duckdb.parts").exists() or process.poll() is not None:
                break
            time.sleep(0.02)
        time.sleep(draw.random() * 0.6)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if out.exists():
            try:
                tables = open_store(out).tables
            except store.StoreError as error:                            # killed before the tables were made
                assert "empty" in str(error)
                continue
            now = tables["policies"]["policy"].nunique()
            assert now >= held, "a policy that was committed is gone"
            assert set(tables["clauses"]["policy"]) == set(tables["policies"]["policy"]), "half a policy was stored"
            held = now
    assert run(many, out).returncode == 0
    assert_same(contents(out), contents(whole))
    assert not (tmp_path / "c.duckdb.parts").exists()


def test_full_disk_is_one_sentence_and_keeps_what_was_there(many, policies, tmp_path):
    out = tmp_path / "c.duckdb"
    build(policies, out, progress=False)
    before = contents(out)

    def small_disk():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))        # bytes in a file: less than the log of the store needs

    full = subprocess.run([sys.executable, "-c", BUILD.replace("print(build(sys.argv[1], sys.argv[2], progress=False))", """
from policykit.store import StoreError
try:
    build([sys.argv[1], sys.argv[3]], sys.argv[2], progress=False)
except StoreError as error:
    print(error); sys.exit(2)"""), str(many), str(out), str(policies)], capture_output=True, text=True, preexec_fn=small_disk)
    assert full.returncode == 2 and "could not be written" in full.stdout, full.stdout + full.stderr
    after = contents(out)
    for name in rows.TABLES:                                             # the five are all there, whatever else got in
        kept = after[name][after[name]["policy"].isin(before["policies"]["policy"])].reset_index(drop=True)
        pd.testing.assert_frame_equal(kept, before[name], obj=name)
    assert run(many, out).returncode == 0


def test_second_build_on_one_store_is_told_to_wait(policies, tmp_path):
    out = tmp_path / "c.duckdb"
    build(policies, out, progress=False)
    holding = store.connect(out)
    try:
        other = run(policies, out)
        assert other.returncode != 0 and "another process is using this store" in other.stderr
    finally:
        holding.close()
    assert run(policies, out).returncode == 0


@pytest.mark.parametrize("found, remedy", [("0", "build it anew"), ("99", "newer policykit")])
def test_store_of_another_format_is_refused_with_a_sentence(policies, tmp_path, found, remedy):
    out = tmp_path / "c.duckdb"
    build(policies, out, progress=False)
    with duckdb.connect(str(out)) as connection:
        connection.execute("UPDATE store SET value = ? WHERE key = 'format'", [found])
    with pytest.raises(store.StoreError, match=remedy):
        open_store(out)


@pytest.mark.parametrize("content", [b"", b"no database at all" * 400, None])
def test_what_is_no_store_is_refused_with_a_sentence(tmp_path, content):
    path = tmp_path / "x.duckdb"
    if content is None:
        with duckdb.connect(str(path)) as connection:
            connection.execute("CREATE TABLE somebody_elses (a INT)")
    else:
        path.write_bytes(content)
    with pytest.raises(store.StoreError, match="store"):
        open_store(path)


def test_documents_come_back_whole(tmp_path, policies):
    """What is stored of a document is enough to make every table of it again."""
    build(policies, tmp_path / "c.duckdb", progress=False)
    connection = store.connect(tmp_path / "c.duckdb", read_only=True)
    try:
        for source in building.sources(policies):
            fresh, lang = outcomes.document_of(source)
            ((stored, stored_lang),) = store.documents(connection, [source.name])
            assert stored_lang == lang
            assert json.loads(store.parts_of(stored, lang)) == json.loads(store.parts_of(fresh, lang))
            assert (stored.sections, stored.clauses, stored.tables, stored.irregularities, stored.parts) == (
                fresh.sections, fresh.clauses, fresh.tables, fresh.irregularities, fresh.parts)
    finally:
        connection.close()


def test_long_queries_print_nothing(tmp_path, corpus):
    connection = store.connect(tmp_path / "c.duckdb")
    assert connection.execute("SELECT current_setting('enable_progress_bar')").fetchone() == (False,)
    connection.close()
    assert not corpus.sql("SELECT current_setting('enable_progress_bar') AS shown")["shown"].any()


def test_a_folder_given_by_another_name_is_the_same_folder(tmp_path, monkeypatch):
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.txt").write_text("隐私政策\n我们会收集您的手机号码，用于注册账号。\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert building.build("policies", "c.duckdb", progress=False).added == ("a",)
    assert building.build(tmp_path / "policies", "c.duckdb", progress=False).unchanged == ("a",)
