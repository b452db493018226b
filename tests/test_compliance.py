"""Findings: every example of every requirement, and made-up policies of the shapes that lead a reader astray."""

import pytest

import policykit as pk
from policykit import compliance, facts, law, practices, rules, sdks, structure
from policykit.read import Block, Policy

RULES = rules.load()
LAW = law.load()
EXAMPLES = [(rule.id, example) for rule in LAW.requirements.values() for example in rule.examples]


def document(text: str) -> structure.Document:
    """A text of our own, a line a paragraph."""
    blocks, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            blocks.append(Block("paragraph", at, at + len(line)))
        at += len(line) + 1
    return structure.parse(Policy("example", text, tuple(blocks), title=None))


def findings(text: str, **options) -> dict:
    """The findings on a text of our own, by requirement."""
    parsed = document(text)
    said = practices.find(parsed, RULES)
    rows = compliance.check(parsed, [], said, practices.items(parsed, said, RULES), facts.find(parsed, RULES),
                            sdks.find(parsed, said, RULES), RULES, **options)
    assert all(row.quote is None or text[row.start:row.end] == row.quote for row in rows)
    return {row.requirement: row for row in rows}


@pytest.mark.parametrize(("requirement", "example"), EXAMPLES, ids=[f"{name}-{number}" for number, (name, _) in enumerate(EXAMPLES)])
def test_is_an_example_judged_as_it_says(requirement, example):
    finding = findings(example.text)[requirement]
    assert finding.verdict == example.expect, finding


def test_does_every_requirement_have_one_row_a_basis_and_a_reason():
    made = findings("青禾数码科技有限公司（以下简称“我们”）重视您的隐私。")
    assert list(made) == list(LAW.requirements) and len(made) == 53
    for name, finding in made.items():
        rule = LAW.requirements[name]
        assert LAW.basis_en(rule) in finding.reason and LAW.basis_zh(rule) in finding.reason_zh and all(f"[{source.tag}]" in finding.reason for source in rule.sources)
        assert rule.zh and rule.en and rule.must_zh and rule.must_en


def test_is_a_privacy_chapter_of_terms_of_use_read():
    terms = "用户协议\n一、账号\n" + "用户应妥善保管账号并遵守本协议的约定，不得转让。\n" * 12
    chapter = "二、隐私保护\n您可以登录账号，在“我的-个人资料”中查阅和更正您的个人信息。\n三、争议\n协商解决。"
    assert findings(terms + chapter)["G04"].verdict == "met"


def test_is_nothing_called_missing_where_no_law_of_china_shows():
    text = "Privacy policy\nWe collect your name and e-mail address.\nBy using this site you agree to this policy."
    abroad, here = findings(text), findings(text + "\nOur office is in Shenzhen.")
    assert "missing" not in {row.verdict for row in abroad.values()} and here["G05"].verdict == "missing"
    row = abroad["G05"]
    assert row.verdict == row_as_of(row) == "not_applicable" and "GDPR" in row.reason and "17" in row.reason and "中国法" in row.reason_zh
    assert "GDPR" not in abroad["G10"].reason                       # which has no like


def row_as_of(row) -> str:
    """The verdict at the policy's date, which an undated policy has not."""
    return row.as_of_verdict or row.verdict


def test_is_the_reason_told_in_either_language():
    text = "一、您的权利\n您可以登录后点击头像更正您的个人信息。\n更新日期：2020年5月6日\n在获得您的明示同意后，我们会与第三方共享您的手机号码。"
    seen = {}
    for row in findings(text).values():
        rule = LAW.requirements[row.requirement]
        seen[row.verdict] = row
        for name, source in ((LAW.instruments[source.instrument].zh, source) for source in rule.sources):
            assert name in row.reason_zh and f"[{source.tag}]" in row.reason_zh
        assert rule.must_en not in row.reason_zh and (row.verdict not in ("missing", "unknown", "partial") or rule.must_zh in row.reason_zh)
        assert row.verdict != "not_applicable" or rule.applies_zh in row.reason_zh
        assert (row.as_of_verdict == "not_yet_required") == ("义务自" in row.reason_zh) == ("duty began" in row.reason)
    assert set(seen) == {"met", "partial", "missing", "unknown", "not_applicable"}
    assert "您的权利" in findings(text)["G04"].reason_zh


def test_is_what_a_program_cannot_judge_unknown():
    made = findings("We collect your name.")
    assert {made["H01"].verdict, made["H02"].verdict, made["H03"].verdict} == {"unknown"}
    assert all(finding.verdict == "unknown" for finding in findings("2021-07 12345").values())


def test_is_nothing_missing_from_what_is_no_policy():
    text = "用户协议\n您应当遵守本协议。"
    parsed = structure.parse(Policy("example", text, (Block("paragraph", 0, 4), Block("paragraph", 5, len(text))), status="warning",
                                    message="example: reads as terms of use alone, not as a privacy policy; add the policy."))
    rows = compliance.check(parsed, [], [], [], [], [], RULES)
    assert "missing" not in {row.verdict for row in rows} and any("terms of use alone" in row.reason for row in rows)


TOC = "隐私政策\n目录\n一、我们如何收集信息\n二、我们如何使用Cookie\n三、您的权利\n四、如何联系我们\n一、我们如何收集信息\n我们会收集您的手机号码。\n三、您的权利\n您可以联系客服查阅您的个人信息。\n四、如何联系我们\n请致电 010-55550000。"


def test_is_a_table_of_contents_no_evidence():
    assert findings(TOC)["N11"].verdict == "missing"


def test_is_a_list_of_material_changes_no_evidence():
    text = "本政策如何更新\n重大变更包括但不限于：\n1、我们发生合并、破产等所有权变更，个人信息转移给他人；\n2、您参与个人信息处理方面的权利及其行使方式发生重大变化。"
    made = findings(text)
    assert made["X01"].verdict == "missing" and made["N02"].verdict == "missing"


def test_is_a_definition_no_evidence():
    text = "定义\n转移是指将个人信息转移至您指定的个人信息处理者，您可以请求该转移。"
    assert findings(text)["G03"].verdict == "missing"


def test_does_a_lead_in_count_with_its_items():
    text = "您的权利\n您可以通过以下方式更正您的个人信息：\n1、登录后点击头像修改昵称；\n2、联系客服。"
    assert findings(text)["G04"].verdict == "met"


def test_is_explicit_consent_a_part_unless_read_strictly():
    text = "在获得您的明示同意后，我们会与第三方共享您的手机号码。"
    assert findings(text)["T02"].verdict == "partial"
    assert findings(text, strict_consent=True)["T02"].verdict == "missing"
    assert findings("经您单独同意，我们会与第三方共享您的手机号码。", strict_consent=True)["T02"].verdict == "met"


def test_is_the_policy_judged_at_its_own_date():
    old = findings("更新日期：2020年5月6日\n我们会收集您的手机号码。")["G10"]
    new = findings("更新日期：2022年5月6日\n我们会收集您的手机号码。")["G10"]
    none = findings("我们会收集您的手机号码。")["G10"]
    assert (old.verdict, old.as_of_verdict) == ("missing", "not_yet_required")
    assert (new.verdict, new.as_of_verdict) == ("missing", "missing")
    assert (none.verdict, none.as_of_verdict) == ("missing", None)


@pytest.mark.parametrize(("text", "requirement"), [
    ("我们会收集您的手机号码。", "T01"), ("我们会收集您的手机号码。", "B02"), ("我们会收集您的手机号码。", "S03"),
    ("我们会收集您的手机号码。", "A01"), ("我们会收集您的手机号码。", "L01"), ("We collect your name.", "K01"), ("我们不会向境外传输您的个人信息。", "B03"),
])
def test_does_a_duty_apply_only_when_the_policy_triggers_it(text, requirement):
    assert findings(text)[requirement].verdict == "not_applicable"


def test_is_inbound_transfer_no_outbound_one():
    text = "Users abroad have to agree to transfer back to and store on the servers within the territory of China their personal information."
    assert findings(text)["B02"].verdict == "not_applicable"


@pytest.mark.parametrize(("sector", "kind"), [
    ("二手车交易", "used_cars"), ("used cars", "used_cars"), ("短视频", "short_video"), ("Online shopping", "shopping"), ("轮胎制造", None), ("", None), (None, None),
    ("手机银行", "banking"), ("地图导航", "map"), ("即时通讯", "messaging"),
])
def test_is_a_sector_read_as_a_type_of_app(sector, kind):
    found = law.app_type(sector, LAW)
    assert (found.id if found else None) == kind


def test_are_there_thirty_nine_types_thirteen_without_needs():
    assert sorted(int(kind.number) for kind in LAW.app_types.values()) == list(range(1, 40))
    assert sum(not kind.items for kind in LAW.app_types.values()) == 13
    assert all(item in RULES.items for kind in LAW.app_types.values() for item in kind.items)


def test_does_a_wrong_rule_file_say_what_is_wrong(tmp_path):
    (tmp_path / "requirements").mkdir()
    file = tmp_path / "requirements" / "own.yml"
    good = "- id: Z01\n  key: k\n  zh: 甲\n  en: a\n  tier: statute\n  since: 2021-11-01\n  machine: full\n  gdpr: none\n  must_zh: 乙\n  must_en: b\n  sources: [{instrument: pipl, article: '1', tag: V}]\n  met: {phrase: [丙]}\n  examples: [{text: 丙, expect: met}]\n"
    for old, new, said in [("tier: statute", "tier: statue", "statute"), ("instrument: pipl", "instrument: pipel", "pipl"), ("phrase: [丙]", "phrase: concent", "consent"),
                           ("tag: V", "tag: W", "tag"), ("{phrase: [丙]}", "{frase: [丙]}", "phrase"), ("must_en: b", "must_em: b", "must_en")]:
        file.write_text(good.replace(old, new), encoding="utf-8")
        with pytest.raises(rules.RulebookError, match=said):
            law.load(tmp_path)
    file.write_text(good, encoding="utf-8")
    assert "Z01" in law.load(tmp_path).requirements


def test_is_the_requirements_table_joined_on_the_findings():
    table = law.requirements()
    assert table["requirement"].is_unique and {"basis_zh", "basis_en", "verified", "since", "gdpr"} <= set(table)
    assert table["basis_en"].str.contains("art. 47").any()


def test_do_the_verdicts_agree_with_the_table_of_the_lawyer(shared):
    from policykit import evaluate

    table = evaluate.verdicts(shared / "corpora")
    assert len(table) == 250
    wrong = table[~table["agrees"]]
    assert table["agrees"].mean() >= 0.95, wrong.to_string()
    assert not ((wrong["expected"] == "missing") & (wrong["found"] == "met")).any()


def test_are_findings_in_the_corpus(corpus):
    assert set(corpus.findings["requirement"]) == set(LAW.requirements)
    assert isinstance(corpus, pk.Corpus)
