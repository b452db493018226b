"""Annotations: kept by the words they were made on, applied while those stand, up for review when they change."""

import pytest

from policykit.annotations import annotate, annotations
from policykit.build import build
from policykit.corpus import open as open_store

TEXT = """示例应用隐私政策
一、我们收集的信息
为了向您推送消息，我们会收集您的IMEI。
我们会收集您的剪切板内容。
二、联系我们
请发送邮件至 privacy@example.com。
"""


@pytest.fixture
def home(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "example.txt").write_text(TEXT, encoding="utf-8")
    build(tmp_path / "in", tmp_path / "c.duckdb", progress=False)
    return tmp_path


def place(store, words: str) -> int:
    clauses = open_store(store).clauses
    return int(clauses.loc[clauses["text"].str.contains(words), "clause"].iloc[0])


def rebuild(home, text: str) -> None:
    (home / "in" / "example.txt").write_text(text, encoding="utf-8")
    build(home / "in", home / "c.duckdb", progress=False)


def test_a_rejected_practice_leaves_the_matrix(home):
    store = home / "c.duckdb"
    assert "clipboard" in set(open_store(store).items["item"])
    annotate(store, "example", place(store, "剪切板"), "practice", "clipboard", "reject", "a demonstration sentence")
    assert set(open_store(store).items["item"]) == {"imei"}


def test_a_corrected_topic_is_the_analysts(home):
    store = home / "c.duckdb"
    clause = place(store, "IMEI")
    annotate(store, "example", clause, "topic", "sdk", "add")
    topics = open_store(store).topics.set_index(["clause", "topic"])
    assert topics.loc[(clause, "sdk"), "rule"] == "analyst" and topics.loc[(clause, "sdk"), "score"] == 1


def test_unchanged_words_keep_their_annotation_wherever_they_stand(home):
    store = home / "c.duckdb"
    annotate(store, "example", place(store, "剪切板"), "practice", "clipboard", "reject")
    rebuild(home, TEXT.replace("一、我们收集的信息\n", "一、我们收集的信息\n本政策适用于所有用户。\n"))
    (made,) = annotations(store).to_dict("records")
    assert made["state"] == "current" and made["clause"] == place(store, "剪切板")
    assert "clipboard" not in set(open_store(store).items["item"])


def test_changed_words_are_up_for_review_and_no_longer_applied(home):
    store = home / "c.duckdb"
    annotate(store, "example", place(store, "剪切板"), "practice", "clipboard", "reject")
    rebuild(home, TEXT.replace("我们会收集您的剪切板内容", "在您粘贴口令时，我们会收集您的剪切板内容"))
    assert annotations(store)["state"].tolist() == ["review"]
    assert "clipboard" in set(open_store(store).items["item"])


def test_annotations_outlive_their_policy(home):
    store = home / "c.duckdb"
    annotate(store, "example", place(store, "IMEI"), "note", note="ask the firm")
    (home / "in" / "other.txt").write_text("隐私政策\n我们会收集您的手机号码。\n", encoding="utf-8")
    (home / "in" / "example.txt").rename(home / "example.txt")
    build(home / "in", store, progress=False)
    assert annotations(store)["state"].tolist() == ["gone"]
    (home / "example.txt").rename(home / "in" / "example.txt")
    build(home / "in", store, progress=False)
    assert annotations(store)["state"].tolist() == ["current"]


@pytest.mark.parametrize("arguments", [("nobody", 1, "note"), ("example", 999, "note"), ("example", 2, "topic", "no such topic")])
def test_what_there_is_not_cannot_be_annotated(home, arguments):
    with pytest.raises(ValueError):
        annotate(home / "c.duckdb", *arguments)
