"""Reading a folder: bad files get a row, a hanging or failing one too, and filters keep what matches."""

import re
import threading
import time

import pytest

import policykit as pk
from policykit import outcomes
from policykit.deadline import OutOfTime, deadline


@pytest.fixture
def folder(tmp_path):
    for name, text in {"a": "隐私政策\n我们会收集您的手机号码。\n" * 9, "b": "Privacy policy\nWe collect your phone number.\n" * 9}.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    return tmp_path


def test_hanging_file_is_an_error_row_and_the_rest_goes_on(folder, monkeypatch):
    def hang(source, real=outcomes.document_of):
        if source.name == "a":
            re.match(r"(x+x+)+y", "x" * 60)              # backtracks for longer than anybody waits
        return real(source)

    pk.read(folder, progress=False)                      # rules and model are loaded now
    monkeypatch.setattr(outcomes, "document_of", hang)
    monkeypatch.setattr(outcomes, "SECONDS", 2)
    began = time.monotonic()
    policies = pk.read(folder, progress=False).policies.set_index("policy")
    assert time.monotonic() - began < 20
    assert policies.loc["a", "status"] == "error" and "not finished" in policies.loc["a", "message"] and "a.txt" in policies.loc["a", "message"]
    assert policies.loc["b", "status"] != "error"


def test_failing_file_is_an_error_row_and_the_rest_goes_on(folder, monkeypatch):
    def fail(source, real=outcomes.document_of):
        if source.name == "a":
            raise KeyError("unforeseen")
        return real(source)

    monkeypatch.setattr(outcomes, "document_of", fail)
    policies = pk.read(folder, progress=False).policies.set_index("policy")
    assert policies.loc["a", "status"] == "error" and "KeyError" in policies.loc["a", "message"]
    assert policies.loc["b", "status"] != "error"


def test_deadline_holds_in_other_threads_too():
    caught = []

    def work():
        try:
            with deadline(0.1):
                while True:
                    time.sleep(0.01)
        except OutOfTime:
            caught.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(5)
    assert caught == [True]


def test_filter_keeps_what_stands_in_matching_clauses(corpus):
    some = corpus.practices["item"].iloc[0]
    small = corpus.filter(item=some)
    assert set(small.practices["item"]) >= {some}
    place = set(map(tuple, small.clauses[["policy", "clause"]].to_numpy()))
    for name in ("topics", "practices", "items", "facts"):
        assert set(map(tuple, small.tables[name][["policy", "clause"]].to_numpy())) <= place
    assert {name: table.dtypes.to_dict() for name, table in small.tables.items()} == {name: table.dtypes.to_dict() for name, table in corpus.tables.items()}


def test_filtered_matrix_is_what_the_clauses_left_say(tmp_path):
    (tmp_path / "a.txt").write_text("隐私政策\n我们会收集您的剪切板内容。\n\n我们不会收集您的通讯录。\n\n为保存联系人，我们会收集您的通讯录。\n", encoding="utf-8")
    corpus = pk.read(tmp_path, progress=False)
    assert corpus.matrix(["contacts"]).loc["a", "contacts"] == "collected"
    denied = corpus.filter(status="denied")
    assert denied.matrix().loc["a"].to_dict() == {"contacts": "denied"}
    (row,) = denied.items.itertuples()
    assert row.quote == corpus.texts["a"][row.start:row.end] == "我们不会收集您的通讯录。"


def test_filter_by_firm_takes_the_key_where_the_firm_is_unknown(corpus):
    small = corpus.filter(firm="unnamed-hardware-firm.zh-en")
    assert list(small.policies["policy"]) == ["unnamed-hardware-firm.zh-en"] and set(small.clauses["policy"]) == {"unnamed-hardware-firm.zh-en"}


def test_filter_names_the_nearest_valid_value(corpus):
    with pytest.raises(ValueError, match="clipboard"):
        corpus.filter(item="clipbord")
