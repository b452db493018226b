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
            tables = open_store(out).tables
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


def test_two_builds_at_once_make_one_whole_store(many, tmp_path):
    """From nothing, where both want to begin the store: one may be told to wait, and nothing of the other is lost."""
    both = [subprocess.Popen([sys.executable, "-c", BUILD, str(many), str(tmp_path / "c.duckdb")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    ends = [(process.communicate(timeout=120)[1], process.returncode) for process in both]
    assert 0 in [code for _, code in ends] and all(code == 0 or "another process is using this store" in said for said, code in ends), ends
    assert open_store(tmp_path / "c.duckdb").policies["policy"].nunique() == len(list(many.glob("*.txt")))
    assert [path.name for path in tmp_path.iterdir()] == ["c.duckdb"]


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


# --- files that stay what they are ----------------------------------------------------------------------------


def aged(*paths) -> None:
    """Make files as old as files usually are: one changed a moment ago is judged by its bytes."""
    for path in paths:
        os.utime(path, (1_600_000_000, 1_600_000_000))


def test_a_moved_folder_is_known_by_its_bytes_and_told(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(building, "FRESH", 10**18)                       # as on a disk that gives every file new times
    out = tmp_path / "c.duckdb"
    (folder / "empty.txt").write_text("")
    build(folder, out, progress=False)
    before = contents(out)
    (tmp_path / "mount").mkdir()
    moved = tmp_path / "mount" / "elsewhere"
    folder.rename(moved)
    (moved / "autool.en.txt").rename(moved / "renamed.txt")
    read = []
    monkeypatch.setattr(outcomes, "document_of", lambda source, real=outcomes.document_of: read.append(source.name) or real(source))
    built = build(moved, out, progress=False)
    assert sorted(read) == ["empty", "renamed"]                          # another name is another policy; what could not be read is tried again
    assert len(built.moved) == 4 and built.added == ("renamed",) and built.removed == ("autool.en",) and "4 found at another place" in str(built)
    after = contents(out)
    rows_ = after["policies"].set_index("policy")
    assert all(path.startswith(str(moved)) for path in rows_["path"]) and str(folder) not in " ".join(rows_["message"].dropna())
    for name in set(rows.TABLES) - {"policies"}:
        kept = [table[name][table[name]["policy"].isin(built.moved)].reset_index(drop=True) for table in (before, after)]
        pd.testing.assert_frame_equal(*kept, obj=name)
    assert len(build(moved, out, progress=False).unchanged) == 5          # all but the empty one


def test_a_moved_file_is_derived_anew_from_its_new_place(folder, tmp_path):
    """What a stored document says of its path is the new path, also under new rules."""
    out = tmp_path / "c.duckdb"
    build(folder, out, progress=False)
    with duckdb.connect(str(out)) as connection:
        connection.execute("UPDATE known SET deriving = 'older rules'")
    folder.rename(tmp_path / "elsewhere")
    built = build(tmp_path / "elsewhere", out, progress=False)
    assert len(built.moved) == len(built.rederived) == 5 and not built.unchanged
    assert all("elsewhere" in path for path in open_store(out).policies["path"])


def test_same_size_and_time_do_not_hide_a_change(folder, tmp_path):
    out, path = tmp_path / "c.duckdb", folder / "autool.en.txt"
    aged(path)
    build(folder, out, progress=False)
    old = path.read_bytes()
    path.write_bytes(old.replace(b"information", b"informatiom", 1))
    aged(path)
    assert path.stat().st_size == len(old) and build(folder, out, progress=False).changed == ("autool.en",)


def test_an_untouched_file_is_not_even_opened(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(building, "FRESH", -10**15)                      # as if the files were old: times of creation cannot be set
    out = tmp_path / "c.duckdb"
    build(folder, out, progress=False)
    monkeypatch.setattr(building, "_digest", lambda path: pytest.fail(f"{path} was opened"))
    assert len(build(folder, out, progress=False).unchanged) == 5


def test_a_file_changed_a_moment_ago_is_judged_by_its_bytes(tmp_path, folder, monkeypatch):
    out = tmp_path / "c.duckdb"
    build(folder, out, progress=False)                                   # the copies are a moment old
    opened = []
    monkeypatch.setattr(building, "_digest", lambda path, real=building._digest: opened.append(path) or real(path))
    assert len(build(folder, out, progress=False).unchanged) == 5 and len(opened) == 5


def test_a_file_that_changes_while_it_is_read_is_read_again_the_next_time(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(building, "FRESH", -10**15)
    out, path = tmp_path / "c.duckdb", folder / "autool.en.txt"

    def change(source, real=outcomes.document_of):
        made = real(source)
        if source.name == "autool.en":
            path.write_text("Privacy policy\nWe collect your IMEI.\n", encoding="utf-8")
        return made

    with monkeypatch.context() as patch:
        patch.setattr(outcomes, "document_of", change)
        build(folder, out, progress=False)
    assert build(folder, out, progress=False).changed == ("autool.en",)


def test_a_file_that_goes_while_it_is_read_is_a_row_with_a_reason(folder, tmp_path, monkeypatch):
    def go(source, real=outcomes.document_of):
        if source.name == "autool.en":
            source.path.unlink()
        return real(source)

    monkeypatch.setattr(outcomes, "document_of", go)
    built = build(folder, tmp_path / "c.duckdb", progress=False)
    assert list(built.failed) == ["autool.en"] and "cannot be opened" in built.failed["autool.en"]
    assert build(folder, tmp_path / "c.duckdb", progress=False).removed == ("autool.en",)


def test_rules_changed_during_a_build_are_not_taken_for_the_old_ones(folder, tmp_path, monkeypatch):
    mine, out = tmp_path / "rules", tmp_path / "c.duckdb"
    mine.mkdir()
    entry = """- id: charging_log
  zh: 充电记录
  en: charging log
  category: V
  terms_zh: [{terms}]
  terms_en: [charging log]
  examples:
    - {{text: 我们会收集您的充电记录。, expect: collected}}
    - {{text: 我们不会收集您的充电记录。, expect: denied}}
"""
    (mine / "items.yml").write_text(entry.format(terms="充电记录"), encoding="utf-8")

    def edit(plan, *rest, real=building._batches):
        (mine / "items.yml").write_text(entry.format(terms="充电记录, 充电时长"), encoding="utf-8")
        return real(plan, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(building, "_batches", edit)
        build(folder, out, rulebook=mine, progress=False)
    assert len(build(folder, out, rulebook=mine, progress=False).unchanged) == 5      # made by the new rules, and labelled so
    (mine / "items.yml").write_text(entry.format(terms="充电记录"), encoding="utf-8")
    assert len(build(folder, out, rulebook=mine, progress=False).rederived) == 5


def test_files_that_cannot_be_read_are_told_at_each_build(folder, tmp_path):
    (folder / "empty.txt").write_text("")
    for _ in range(2):
        assert list(build(folder, tmp_path / "c.duckdb", progress=False).failed) == ["empty"]


def test_more_than_the_memory_allowed_is_stored_without_the_limit(folder, tmp_path, monkeypatch):
    build(folder, tmp_path / "whole.duckdb", progress=False)
    monkeypatch.setattr(building, "LIMITS", {"memory_limit": "3MB", "threads": "1"})
    monkeypatch.setattr(building, "BATCH", 2)
    built = build(folder, tmp_path / "c.duckdb", progress=False)
    assert len(built.added) == 5 and not built.failed
    assert_same(contents(tmp_path / "c.duckdb"), contents(tmp_path / "whole.duckdb"))


def test_a_store_of_the_format_before_is_brought_up_to_date(folder, tmp_path):
    out = tmp_path / "c.duckdb"
    build(folder, out, progress=False)
    before = contents(out)
    with duckdb.connect(str(out)) as connection:                         # as version 2 wrote it
        connection.execute("CREATE TABLE older AS SELECT policy, path, 1::BIGINT AS size, 1::BIGINT AS mtime_ns, sha256, reading, deriving, about FROM known")
        connection.execute("DROP TABLE known")
        connection.execute("ALTER TABLE older RENAME TO known")
        connection.execute("UPDATE store SET value = '2' WHERE key = 'format'")
    assert_same(contents(out), before)                                   # it is read as it is
    assert len(build(folder, out, progress=False).unchanged) == 5
    assert_same(contents(out), before)
    with duckdb.connect(str(out)) as connection:
        assert connection.execute("SELECT value FROM store WHERE key = 'format'").fetchall() == [(str(store.FORMAT),)]


def test_an_empty_file_in_the_place_of_the_store_is_no_hindrance(folder, tmp_path):
    (tmp_path / "c.duckdb").touch()
    assert len(build(folder, tmp_path / "c.duckdb", progress=False).added) == 5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.duckdb", "policies"]


@pytest.mark.parametrize("place", ["nowhere/c.duckdb", "policies", "policies/autool.en.txt/c.duckdb"])
def test_a_place_that_cannot_be_written_is_told_in_a_sentence(folder, tmp_path, place):
    with pytest.raises(store.StoreError, match=str(tmp_path)):
        build(folder, tmp_path / place, progress=False)


def test_names_in_any_encoding_enter_the_store(tmp_path):
    names = ["示例.txt".encode("gb18030"), b"bad\xff\xfe.txt", "长".encode() * 80 + b".txt", "emoji\U0001f600\u202e.txt".encode(), b"it's \"quoted\" % [x]\n.txt"]
    (tmp_path / "in").mkdir()
    for name in names:
        try:
            with open(os.fsencode(tmp_path / "in") + b"/" + name, "wb") as file:
                file.write("隐私政策\n我们会收集您的手机号码。\n".encode())
        except OSError:
            pytest.skip("this file system takes only names in UTF-8")
    assert len(build(tmp_path / "in", tmp_path / "c.duckdb", progress=False).added) == 5
    assert len(build(tmp_path / "in", tmp_path / "c.duckdb", progress=False).unchanged) == 5
    corpus = open_store(tmp_path / "c.duckdb")
    assert "示例" in set(corpus.policies["policy"]) and (corpus.items["item"] == "phone_number").sum() == 5


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_policies_csv_is_read_as_spreadsheets_save_it(folder, encoding):
    (folder / "policies.csv").write_bytes("policy,firm,firm_zh\r\nautool.en,Autool,示例科技有限公司,too many\r\n".encode(encoding))
    assert outcomes.about_policies([folder / "autool.en.txt"]) == {"autool.en": {"policy": "autool.en", "firm": "Autool", "firm_zh": "示例科技有限公司"}}


def test_a_policies_csv_that_is_no_such_table_is_told(folder):
    (folder / "policies.csv").write_text("name;firm\nautool.en;x\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no column 'policy'"):
        outcomes.about_policies([folder / "autool.en.txt"])
