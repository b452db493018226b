"""Languages: which a document is in, its two versions, and each Chinese clause beside its English counterpart."""

import random
from pathlib import Path

import pytest

from policykit import evaluate_languages, languages, rules, structure
from policykit.blocks import lines
from policykit.evaluate import aligned, alignment
from policykit.read import Policy, read
from policykit.rules import strings

CASES = Path(__file__).parent / "cases" / "languages"

ZH = [
    "隐私政策", "一、我们收集的信息", "注册账号时，您需要提供手机号码和验证码。", "为了保障账号安全，我们会收集设备型号、操作系统版本和IP地址。",
    "二、我们如何共享信息", "我们不会向任何公司共享您的个人信息，但以下情形除外：", "1、事先获得您的明确同意；", "2、法律法规或者司法机关要求；",
    "三、未成年人", "如您是未满十四周岁的儿童，请在监护人同意后使用我们的服务。", "四、联系我们", "您可以发送邮件至help@example.com，我们将在15个工作日内答复。", "生效日期：2023年8月1日",
]
EN = [
    "Privacy Policy", "1. Information we collect", "When you register an account, you need to provide your mobile phone number and a verification code.",
    "To keep your account secure, we collect the device model, the version of the operating system and the IP address.",
    "2. How we share information", "We will not hand your personal information to any company, except in the following circumstances:", "1) You have given your explicit consent in advance;",
    "2) Laws, regulations or judicial authorities require it;", "3. Minors", "If you are a child under the age of 14, please use our services with the consent of your guardian.", "4. Contact us",
    "You can send an e-mail to help@example.com, and we will reply within 15 working days.", "Effective date: 1 August 2023",
]


def parsed(*parts: str):
    text = "\n".join(parts)
    return structure.parse(Policy("made up", text, lines(text), "", "txt"))


def pairs(document) -> list[tuple[str, str]]:
    """The pairs as texts."""
    made = languages.align(document, rules.load())
    return [("" if p.zh_clause is None else document.clauses[p.zh_clause].text, "" if p.en_clause is None else document.clauses[p.en_clause].text) for p in made]


def differences(document) -> list[str]:
    return [p.difference for p in languages.align(document, rules.load()) if p.difference]


def test_every_clause_of_the_bilingual_policy_has_its_counterpart(policies):
    case = strings(next(CASES.glob("unnamed*.yml")))
    document = structure.parse(read(policies / case["policy"]))

    def head(number, size):
        return "" if number is None else document.clauses[number].text.replace("\n", " ")[:size]

    made = languages.align(document, rules.load())
    assert [f"{head(p.zh_clause, 16)} | {head(p.en_clause, 34)}" for p in made] == case["pairs"]
    found = {f"{head(p.zh_clause, 16)} | {head(p.en_clause, 34)} | {p.difference}" for p in made}
    assert set(case["differences"]) <= found
    assert sum(p.difference is not None for p in made) <= 6


@pytest.mark.parametrize("name, lang", [("autool.en", "en"), ("che300.zh", "zh"), ("ciie.en", "en"), ("michelin-china.en", "en"), ("unnamed-hardware-firm.zh-en", "mixed")])
def test_language_of_each_policy(name, lang, policies):
    assert languages.of(structure.parse(read(policies / f"{name}.txt"))) == lang


def test_a_chinese_policy_with_english_names_is_chinese():
    sdks = [f"{name} SDK | Tencent Technology (Shenzhen) Company Limited | https://example.com/privacy/{name}" for name in ("Bugly", "WeChat Open", "Location Services")]
    assert languages.of(parsed(*ZH, "我们接入的第三方SDK如下：", "Name | Provider | Link", "---|---|---", *sdks)) == "zh"


@pytest.mark.parametrize("first, second", [(ZH, EN), (EN, ZH)], ids=["zh first", "en first"])
def test_one_version_after_the_other(first, second):
    document = parsed(*first, *second)
    assert languages.of(document) == "mixed"
    assert set(pairs(document)) == set(zip(ZH, EN))
    assert not differences(document)


def test_paragraph_by_paragraph():
    document = parsed(*[line for pair in zip(ZH, EN) for line in pair])
    assert languages.split(document).interleaved
    assert set(pairs(document)) == set(zip(ZH, EN))


def test_a_translation_that_splits_a_clause():
    english = [*EN[:3], "To keep your account secure, we collect the device model.", "We also collect the version of the operating system and the IP address.", *EN[4:]]
    made = pairs(parsed(*ZH, *english))
    assert (ZH[3], english[3]) in made and (ZH[3], english[4]) in made


def test_missing_parts_stay_alone():
    document = parsed(*ZH, *EN[:8], *EN[10:])
    made = pairs(document)
    assert (ZH[8], "") in made and (ZH[9], "") in made
    assert (ZH[11], EN[11]) in made
    assert "zh only: section" in differences(document)


def test_sections_that_changed_places():
    document = parsed(*ZH, *EN[:4], *EN[8:10], *EN[4:8], *EN[10:])
    assert set(pairs(document)) == set(zip(ZH, EN))


@pytest.mark.parametrize("number, zh, en, told", [
    (11, None, "You can send an e-mail to help@example.com, and we will reply within 30 working days.", "zh only: 15; en only: 30"),
    (12, None, "Effective date: 1 September 2023", "zh only: 2023-08-01; en only: 2023-09-01"),
    (3, None, "To keep your account secure, we collect the device model, the IMEI, the version of the operating system and the IP address.", "en only: imei"),
    (11, "您可以发送邮件至hilfe@example.com，我们将在15个工作日内答复。", None, "zh only: hilfe@example.com; en only: help@example.com"),
], ids=["number", "date", "item", "address"])
def test_what_only_one_side_says(number, zh, en, told):
    chinese, english = list(ZH), list(EN)
    chinese[number], english[number] = zh or ZH[number], en or EN[number]
    assert differences(parsed(*chinese, *english)) == [told]


def test_one_language_has_no_pairs(policies):
    assert languages.align(structure.parse(read(policies / "che300.zh.txt")), rules.load()) == []


def test_the_lexicon_has_no_empty_term():
    pairs = rules.load().lexicon.values()
    assert len(pairs) > 500
    assert all(term.strip() == term and term for pair in pairs for term in (*pair.zh_terms, *pair.en_terms))


def test_alignment_survives_a_shuffle_of_the_made_up_sentences():
    order = list(range(len(ZH)))
    random.Random(3).shuffle(order)
    assert aligned([ZH[n] for n in order], [EN[n] for n in order])["f1"] >= 0.9


@pytest.mark.corpus
def test_pairs_on_policies_with_their_translation(shared):
    """Floor of pair F1 on ten of the policies that were not looked at."""
    assert alignment(shared / "corpora", 10, 1, seed=7)["f1"].mean() >= 0.97


def test_a_disagreement_says_what_it_comes_from():
    zh, en = (Policy("example", text, lines(text)) for text in ("我们会收集您的IMEI、手机号和邮箱。", "We collect your phone number. Personal data means, for example, an email address."))
    table = evaluate_languages._compared("example", zh, en).set_index("item")
    assert table["same"].to_dict() == {"phone_number": True, "imei": False, "email": False}
    assert table.loc["imei", "why"] == "en does not name it" and table.loc["email", "why"].startswith("en: defined") and table.loc["phone_number", "why"] == ""
