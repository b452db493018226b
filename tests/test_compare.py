"""Comparison: real changes are found, noise is folded away, and a change of our rules never shows."""

from dataclasses import replace

import pandas as pd
import pytest

import policykit as pk
from policykit.build import build
from policykit.changes import html
from policykit.compare import compare, words
from policykit.corpus import open as open_store
from policykit.overlap import only, shared

OLD = """示例应用隐私政策
一、我们收集的信息
1、为了向您推送消息，我们会收集您的IMEI和手机号码。
2、我们会在收到您的投诉后15个工作日内答复。
3、我们会将您的个人信息保存六个月，之后予以删除。
二、联系我们
如有疑问，请发送邮件至 privacy@example.com 与我们联系。
"""
NEW = """示例应用隐私政策
一、我们收集的信息
（1）为了向您推送消息，我们会收集您的手机号码和剪切板内容。
（2）我们会在收到您的投诉后30个工作日内答复。
（3）我们会将您的个人信息保存六个月,之后予以删除。
（4）我们接入了友盟SDK，用于统计分析，该SDK会收集您的设备型号。
二、联系我们
如有疑问，请发送邮件至 privacy@example.com 与我们联系。
"""


@pytest.fixture(scope="module")
def versions(tmp_path_factory):
    home = tmp_path_factory.mktemp("versions")
    for name, text in (("old", OLD), ("new", NEW)):
        (home / name).mkdir()
        (home / name / "example.txt").write_text(text, encoding="utf-8")
    return home / "old", home / "new"


def test_changes_of_value_are_named(versions):
    found = compare(*versions).values.set_index(["kind", "name"])
    assert found.loc[("item", "clipboard"), "new"] == "collected" and pd.isna(found.loc[("item", "clipboard"), "old"])
    assert found.loc[("item", "imei"), "old"] == "collected" and pd.isna(found.loc[("item", "imei"), "new"])
    days = found.loc[("fact", "response_days")]
    assert (days["old"], days["new"]) == ("15 working_day", "30 working_day")
    assert "umeng" in found.loc["sdk"].index
    came = found.loc[("item", "clipboard")]
    assert "剪切板" in came["new_quote"] and came["new_clause"] == 2 and came["new_rule"] and pd.isna(came["old_clause"])
    assert ("item", "phone_number") not in found.index and ("fact", "emails") not in found.index


def test_renumbering_and_punctuation_are_no_change(versions):
    clauses = compare(*versions).clauses
    assert not clauses["words"].str.contains("六个月").any()
    assert list(clauses["change"]).count("reworded") == 2
    assert clauses.loc[clauses["change"] == "added", "new_text"].str.contains("友盟").tolist() == [True]


def test_a_corpus_compared_with_itself_has_not_changed(corpus):
    same = compare(corpus, corpus)
    assert same.clauses.empty and same.values.empty and len(same.unchanged) == 5


def test_words_put_together_again_are_the_texts():
    marked = words("我们会收集您的手机号码", "我们会收集您的手机号码和剪切板")
    assert marked == "我们会收集您的手机号码{+和剪切板+}"


def test_our_rules_are_never_taken_for_the_policys(versions, corpus):
    with pytest.raises(ValueError, match="might be ours"):
        compare(replace(corpus, rulebook="other"), corpus)


def test_store_made_by_other_rules_is_derived_anew(versions, tmp_path):
    import duckdb

    build(versions[0], tmp_path / "old.duckdb", progress=False)
    with duckdb.connect(str(tmp_path / "old.duckdb")) as connection:
        connection.execute("UPDATE known SET deriving = 'older rules'")
        connection.execute("DELETE FROM items")
    assert open_store(tmp_path / "old.duckdb").rulebook == "older rules"
    found = compare(tmp_path / "old.duckdb", versions[1]).values.set_index(["kind", "name"])
    assert ("item", "phone_number") not in found.index and ("item", "clipboard") in found.index


def test_policies_that_came_and_went(versions, tmp_path):
    (tmp_path / "more.txt").write_text(OLD, encoding="utf-8")
    came = compare(versions[0], [versions[0] / "example.txt", tmp_path / "more.txt"])
    assert came.added == ("more",) and not came.removed and came.unchanged == ("example",)


def test_shared_sentences_near_and_exact(tmp_path):
    (tmp_path / "a.txt").write_text("隐私政策\n我们会采取合理可行的安全措施保护您的个人信息，防止数据遭到未经授权的访问。\n甲公司会记录您驾驶车辆时的方向盘转角与油门深度。\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("隐私政策\n我们会采取合理可行的安全措施保护您的个人信息，防止数据遭到未经授权的访问；\n乙公司会在您充电时读取电池温度和循环次数数据。\n", encoding="utf-8")
    corpus = pk.read(tmp_path, progress=False)
    alike = shared(corpus)
    assert set(alike["policy"]) == {"a", "b"} and alike["text"].str.contains("安全措施").all()
    assert only(corpus, "a")["text"].tolist() == ["甲公司会记录您驾驶车辆时的方向盘转角与油门深度。"]


def test_page_is_inert(versions, tmp_path):
    hostile = NEW + "我们会收集<script>alert(1)</script>您的通讯录 </script><!-- onload=x。\n"
    (tmp_path / "example.txt").write_text(hostile, encoding="utf-8")
    page = html(compare(versions[0], tmp_path))
    assert "<script" not in page and "&lt;script&gt;" in page and "default-src 'none'" in page
    assert "<del>15</del><ins>30</ins>" in page


def test_page_names_things_in_the_readers_language(versions):
    page = html(compare(*versions), lang="zh")
    assert "个工作日" in page and "剪贴板" in page or "剪切板" in page
    assert 'lang="zh-CN"' in page and "working_day" not in page and ">collected<" not in page


def test_marks_in_a_policys_own_words_are_no_change(tmp_path):
    for name, days in (("old", "15"), ("new", "30")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(f"隐私政策\n我们会在{days}天内答复您的请求 [-附件-] {{+说明+}}\u202e。\n", encoding="utf-8")
    page = html(compare(tmp_path / "old", tmp_path / "new"))
    assert "<del>15</del><ins>30</ins>" in page and "[-附件-] {+说明+}" in page and "\u202e" not in page
