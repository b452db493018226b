"""What is said of each item: status, actor, action, purpose, recipient, condition; and the row of the matrix."""

from pathlib import Path

import pytest
import yaml
from test_rulebook import RULES

from policykit import judge
from policykit.blocks import lines
from policykit.evaluate import matrix, summary
from policykit.practices import ORDER, find, items
from policykit.read import Policy
from policykit.rows import TABLES, keys
from policykit.structure import parse

CASES = Path(__file__).parent / "cases" / "practices"


def document(text):
    return parse(Policy("example", text, lines(text)))


def said(text):
    found = {}
    for practice in find(document(text), RULES):
        found[practice.item] = min(found.get(practice.item, "defined"), practice.status, key=ORDER.index)
    return found


def cases(name):
    return [pytest.param(case, id=case["id"]) for case in yaml.safe_load((CASES / name).read_text(encoding="utf-8"))]


@pytest.mark.parametrize("case", cases("made_up.yml"))
def test_what_does_a_policy_say_that_says_this(case):
    found = said(case["text"])
    assert {item: found.get(item, "absent") for item in case["says"]} == case["says"]
    assert {item for item, status in found.items() if status == "collected"} <= {item for item, status in case["says"].items() if status == "collected"}


@pytest.mark.parametrize("case", cases("negative.yml"))
def test_is_nothing_collected_by_these_words(case):
    found = said(case["text"])
    assert {item for item, status in found.items() if status != "defined"} <= set(case.get("but", ())), found


def test_has_each_rule_of_judging_a_name_a_word_of_explanation_and_a_sentence_that_it_decides():
    names = [rule.name for rule in judge.RULES]
    assert len(set(names)) == len(names)
    assert all(rule.decide.__doc__ for rule in judge.RULES)
    assert {case["rule"] for case in yaml.safe_load((CASES / "rules.yml").read_text(encoding="utf-8"))} == set(names)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["rule"]) for case in yaml.safe_load((CASES / "rules.yml").read_text(encoding="utf-8"))])
def test_which_rule_decides_here(case, monkeypatch):
    asked, decided = judge.plan, []

    def watched(decide):
        def answer(mention):
            verdict = decide(mention)
            if verdict is not None:
                decided.append((mention.item, decide.__name__))
            return verdict
        return answer

    monkeypatch.setattr(judge, "plan", lambda setting, sense: tuple(map(watched, asked(setting, sense))))
    find(document(case["text"]), RULES)
    assert (case["item"], case["rule"]) in decided, decided


class Everything:
    """Words for every rule in every sentence."""

    def may_match(self, _):
        return (1 << len(judge.RULES)) - 1


def test_does_a_sentence_without_its_words_spare_only_rules_that_have_no_answer(monkeypatch):
    texts = [case.values[0]["text"] for name in ("made_up.yml", "negative.yml") for case in cases(name)]
    spared = [find(document(text), RULES) for text in texts]
    monkeypatch.setattr(judge.ORDER, "_sieve", Everything())
    assert [find(document(text), RULES) for text in texts] == spared


def first(text, item):
    return next(row for row in find(document(text), RULES) if row.item == item)


def test_who_does_what_for_what_with_whom_and_when():
    text = "当您参加抽奖时，我们会将您的收货地址提供给物流公司，用于配送奖品。"
    row = first(text, "postal_address")
    assert (row.status, row.actor, row.action, row.purpose) == ("collected", "we", "share", "transaction_fulfil")
    assert row.recipient == "物流公司" and row.condition == "当您参加抽奖时" and row.quote == "收货地址"


def test_who_does_what_in_english():
    text = "If you enable sync, we share your email address with our business partners for marketing."
    row = first(text, "email")
    assert (row.status, row.actor, row.action, row.purpose) == ("collected", "we", "share", "marketing_comm")
    assert row.recipient == "our business partners" and row.condition == "If you enable sync"


def test_does_this_information_stand_for_what_was_named():
    text = "我们会收集您的学历。我们会将上述信息提供给招聘企业。"
    shared = [row for row in find(document(text), RULES) if row.action == "share"]
    assert [(row.item, row.quote, row.recipient) for row in shared] == [("education", "上述信息", "招聘企业")]


def test_does_an_item_of_the_codebook_count_its_narrower_ones():
    text = "我们会收集您的护照号码和经纬度。"
    doc = document(text)
    rows = {row.item: row for row in items(doc, find(doc, RULES), RULES)}
    assert {"passport", "id_card", "precise_location"} <= set(rows)
    assert rows["id_card"].quote == text.rstrip("\n")


def test_does_the_strongest_status_win_and_its_best_evidence_prove_it():
    text = "我们不会收集您的车牌号。\n您查询违章时，我们会收集您的车牌号。\n车牌号是指号牌上的字符。"
    doc = document(text)
    (row,) = items(doc, find(doc, RULES), RULES)
    assert (row.status, row.n, row.quote) == ("collected", 1, "您查询违章时，我们会收集您的车牌号。")


def test_is_every_quote_verbatim_short_and_around_its_mention(corpus):
    practices, found = corpus.practices, corpus.items
    assert not practices.duplicated(keys(TABLES["practices"])).any()
    for row in practices.itertuples():
        assert corpus.texts[row.policy][row.start:row.end] == row.quote
    for row in found.itertuples():
        assert corpus.texts[row.policy][row.start:row.end] == row.quote and 0 < len(row.quote) <= 400
        inside = practices[(practices["policy"] == row.policy) & (practices["clause"] == row.clause) & (practices["start"] >= row.start) & (practices["end"] <= row.end)]
        assert len(inside), row


def test_do_the_five_policies_say_what_they_say(corpus):
    cells = corpus.items.set_index(["policy", "item"])["status"]
    assert cells["che300.zh", "clipboard"] == "collected" and cells["che300.zh", "imei"] == "collected"
    assert cells["autool.en", "bank_card"] == "denied"
    assert cells["ciie.en", "bank_account"] == "defined"
    assert cells["ciie.en", "biometric_generic"] == "defined"


@pytest.mark.corpus
def test_is_the_gold_matrix_reached(shared):
    reached = summary(matrix(shared))
    assert reached["f1"] >= 0.97 and reached["exact"] >= 0.97, reached
