"""Vocabulary: words kept whole, what sets a policy apart, shared text, vague wording."""

import tempfile
from dataclasses import replace
from pathlib import Path

import made_up
import numpy as np
import pytest

from policykit import rows, terms
from policykit.corpus import Corpus


def corpus(*texts: tuple[str, str]) -> Corpus:
    """A corpus of policies a, b, c ... with one clause a line."""
    clauses, policies = [], []
    for key, (lang, text) in zip("abcdefgh", texts):
        at = 0
        for number, line in enumerate(text.split("\n")):
            clauses.append(rows.Clause(key, number, 0, "paragraph", None, at, at + len(line), lang, line))
            at += len(line) + 1
        policies.append(rows.PolicyRow(key, None, None, None, None, key, "txt", lang, len(text), "0", "ok", None, None))
    tables = {name: rows.frame(row_type) for name, row_type in rows.TABLES.items()}
    return Corpus(tables | {"clauses": rows.frame(rows.Clause, clauses), "policies": rows.frame(rows.PolicyRow, policies)}, {key: text for key, (_, text) in zip("abcdefgh", texts)})


@pytest.mark.parametrize("term", ["剪贴板", "通讯录", "国际移动设备识别码"])
def test_the_rulebooks_terms_stay_whole(term):
    assert term in terms.words(f"我们可能读取您的{term}内容。")


def test_traditional_and_full_width_fold():
    assert terms.words("我們讀取您的ＩＭＥＩ與剪貼板") == terms.words("我们读取您的IMEI与剪贴板")


def test_words_torn_by_a_line_end_are_whole():
    assert "剪贴板" in terms.words("读取您的剪\n贴板")


def test_jieba_keeps_no_cache_file():
    before = set(Path(tempfile.gettempdir()).glob("jieba*"))
    terms.tokenizer.cache_clear()
    terms.words("我们收集您的信息")
    assert set(Path(tempfile.gettempdir()).glob("jieba*")) == before


def test_log_odds_is_antisymmetric_and_shrinks_rare_words():
    ours, theirs = np.array([30.0, 2.0, 500.0]), np.array([3.0, 0.0, 700.0])
    z = terms.log_odds(ours, theirs)
    assert np.allclose(z, -terms.log_odds(theirs, ours))
    assert z[0] > z[1] > 0


def test_the_word_that_only_one_firm_uses_stands_first():
    common = "我们按照法律规定保护您的账户安全并与合作伙伴共享订单\n" * 30
    made = corpus(("zh", common + "您的行驶证将用于车辆过户\n" * 12), ("zh", common + "您的课程将用于学习\n" * 12))
    found = terms.distinctive(made, "a")
    assert "行驶证" in set(found["term"][:4]) and "课程" not in set(found["term"])
    assert found["quote"].str.contains("行驶证").any()
    assert (found["z"] > 1.9).all()


def test_a_language_is_compared_with_itself():
    made = corpus(("zh", "我们收集您的行驶证\n" * 20), ("en", "We collect the licence of your vehicle\n" * 20))
    assert terms.distinctive(made, "a").empty


def test_an_unknown_policy_names_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'policy-001'"):
        terms.distinctive(made_up.corpus(3), "policy-01x")


def test_shared_text():
    boiler = "我们会采取符合业界标准的安全防护措施保护您提供的个人信息，防止数据遭到未经授权的访问。"
    made = corpus(("zh", boiler), ("zh", boiler + "\n另外我们还会把您的订单交给承运的物流公司以便按时送达。"), ("en", "We protect the personal information that you give us by measures of the industry."))
    share = {(row.policy, row.other): row for row in terms.common(made).itertuples()}
    assert share["a", "b"].share == 1 and 0.3 < share["b", "a"].share < 0.9
    assert share["a", "c"].share == 0
    assert share["a", "b"].quote == boiler


@pytest.mark.parametrize(("text", "kinds"), [
    ("必要时，我们可能会联系您。", ["condition", "modal"]),
    ("包括但不限于设备型号等信息。", ["open", "open"]),
    ("我们不可能知道，会尽可能保护，安全性有可能性。", []),
    ("We may share logs, including but not limited to IP addresses.", ["modal", "open"]),
    ("You may not resell this.", []),
    ("The mayor of Mayfield", []),
])
def test_vague_wording(text, kinds):
    made = corpus(("zh" if ord(text[0]) > 255 else "en", text))
    found = terms.vague(made)
    assert sorted(found["kind"]) == kinds
    assert all(text[row.start:row.end] == row.phrase for row in found.itertuples())


def test_nothing_in_nothing_out():
    empty = replace(made_up.corpus(0))
    assert terms.count(empty).empty and terms.vague(empty).empty and terms.common(empty).empty and terms.length(empty).empty
