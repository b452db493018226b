"""Defects: every example of every kind, and made-up documents with and without each fault."""

import re

import pytest

from policykit import bilingual, contradictions, defects, facts, languages, law, practices, rules, sdks, structure
from policykit.read import Block, Policy
from policykit.references import number_of, value_of

RULES = rules.load()
LAW = law.load()
EXAMPLES = [(kind.id, example) for kind in LAW.defects.values() for example in kind.examples]


def found(text: str, sector: str | None = None) -> list:
    """The defects of a text of our own, a line a paragraph."""
    blocks, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            blocks.append(Block("paragraph", at, at + len(line)))
        at += len(line) + 1
    document = structure.parse(Policy("example", text, tuple(blocks), title=None))
    said = practices.find(document, RULES)
    rows = defects.find(document, [], said, facts.find(document, RULES), sdks.find(document, said, RULES),
                        languages.align(document, RULES), RULES, items=practices.items(document, said, RULES), sector=sector)
    for row in rows:
        assert text[row.start:row.end] == row.quote and row.quote.strip()
        assert row.detail and row.detail_zh and not re.search(r"\{(?:what|other|n|date)\}", row.detail + row.detail_zh)
    return rows


def kinds(text: str, sector: str | None = None) -> set[str]:
    return {row.kind for row in found(text, sector)}


def test_names_of_items_in_the_rules_are_items():
    assert contradictions._PLAIN | bilingual._PLAIN <= set(RULES.items)


@pytest.mark.parametrize(("kind", "example"), EXAMPLES, ids=[f"{kind}-{number}" for number, (kind, _) in enumerate(EXAMPLES)])
def test_is_a_defect_found_where_its_example_says(kind, example):
    text = example.text if kind not in ("vague_wording", "unnamed_partners") else f"{example.text}\n此外，{example.text}"
    assert (kind in kinds(text)) == (example.expect == "match"), example.text


CHAPTERS = "隐私政策\n本政策将帮助您了解以下内容：\n一、我们如何收集信息\n{extra}三、我们如何共享信息\n四、您的权利\n五、如何联系我们\n一、我们如何收集信息\n我们会收集您的手机号码，用于注册。\n{body}三、我们如何共享信息\n我们不会共享您的信息。\n四、您的权利\n{rights}\n五、如何联系我们\n请致电 010-55550000。{more}"


def chapters(extra="二、我们如何使用Cookie\n", body="二、我们如何使用Cookie\n我们使用 Cookie 记住您的登录状态。\n", rights="您可以联系客服查阅您的信息。", more=""):
    return CHAPTERS.format(extra=extra, body=body, rights=rights, more=more)


def test_is_a_sound_document_without_defects():
    assert not {row.kind for row in found(chapters()) if row.severity in ("high", "medium")}


def test_is_a_section_that_only_the_contents_announce_missing():
    rows = [row for row in found(chapters(body="")) if row.kind == "section_missing"]
    assert len(rows) == 1 and "Cookie" in rows[0].quote and rows[0].severity == "high"


def test_is_a_section_whose_heading_ends_a_line_not_missing():
    assert "section_missing" not in kinds(chapters(body="如有疑问请联系客服。 二、我们如何使用Cookie\n我们记住您的登录状态。\n"))


def test_is_a_section_with_an_announcement_only_empty():
    rows = [row for row in found(chapters(rights="我们保障您对自己的个人信息行使以下权利：")) if row.kind == "section_empty"]
    assert len(rows) == 1 and "行使以下权利" in rows[0].quote


def test_is_a_reference_to_the_wrong_number_broken():
    rows = [row for row in found(chapters(more="您也可以按照“七、您的权利”联系我们。")) if row.kind == "broken_reference"]
    assert len(rows) == 1 and "四" in rows[0].detail_zh
    assert "broken_reference" not in kinds(chapters(more="您也可以按照“四、您的权利”联系我们。"))
    assert "broken_reference" not in kinds(chapters(more="《网络安全法》第四十二条另有规定的除外。"))
    assert "broken_reference" in kinds(chapters(more="详见本政策第九条。"))


def test_is_an_annex_missing_only_when_it_is_not_there():
    assert "annex_missing" in kinds("我们使用的权限参见本政策附录。")
    assert "annex_missing" not in kinds("我们使用的权限参见本政策附录。\n附录：权限说明\n相机权限用于扫码。")
    assert "annex_missing" not in kinds("您可以在邮件中添加附件。")


def test_is_a_list_behind_a_link_reported():
    assert "list_not_included" in kinds("我们接入的第三方SDK请见《第三方SDK目录》。")
    assert "list_not_included" not in kinds("我们会读取您的应用列表。")


@pytest.mark.parametrize("text", ["XX公司（以下简称“我们”）重视您的隐私。", "欢迎使用【公司名称】的服务。", "Welcome to [Company Name].", "联系我们：{{email}}"])
def test_is_a_placeholder_reported(text):
    assert "placeholder" in kinds(text)


@pytest.mark.parametrize("text", ["请查看【设置】。", "您可以拨打客服电话（联系方式详见第五条）。", "我们会展示您的昵称[可修改]。"])
def test_is_an_ordinary_bracket_no_placeholder(text):
    assert "placeholder" not in kinds(text)


def test_is_a_blank_name_reported():
    assert "name_blank" in kinds("（以下也称“我们”）非常重视您的隐私。")
    assert "name_blank" in kinds("The information is under 's control.")
    assert "name_blank" not in kinds("青禾科技有限公司（以下也称“我们”）非常重视您的隐私。")


def test_is_an_item_denied_and_collected_a_contradiction():
    rows = [row for row in found("注册\n注册时，我们会收集您的手机号码和性别。\n承诺\n我们不会收集您的性别。") if row.kind == "contradiction"]
    assert len(rows) == 1 and "性别" in rows[0].detail_zh


@pytest.mark.parametrize("text", [
    "注册时，我们会收集您的手机号码和性别。\n未经您同意，我们不会收集您的性别。",          # on a condition
    "注册时，我们会收集您的手机号码和性别。\n我们不会存储您的性别。",                      # another action
    "注册时，我们会收集您的手机号码和性别。\n该功能不会收集您的性别。",                    # another purpose
    "注册时，我们会收集您的手机号码和性别。\n该SDK不会收集您的性别。",                     # another actor
    "您在实名认证时须提供人脸信息。\n您使用指纹或面容解锁时，我们不会收集您的人脸信息。",    # the device checks
    "注册时，我们会收集您的手机号码和性别。\n除法律规定外，我们不会收集您的性别。",            # an exception
    "注册时，我们会收集您的手机号码和性别。\n在此环节我们不会收集您的性别。",                  # one step
    "注册时，我们会收集您的手机号码和性别。\n在基本功能模式下，我们不会收集您的性别。",         # one mode
    "注册时，我们会收集您的手机号码和性别。\n我们不会强制收集您的性别。",                      # a choice
    "为了分享，我们会读取您的剪切板。\n我们不会收集您的剪切板信息。",                         # looked at, not taken
    "我们会收集您手工输入的电话号码，不读取您的通讯录。\n我们不会收集您的全部通讯录。",         # a broader term
    "We collect your name and e-mail address when you register.\nWe will never ask for your name through e-mail.",
])
def test_are_the_excuses_no_contradiction(text):
    assert "contradiction" not in kinds(text)


def test_is_a_denial_seen_against_other_words_for_the_same():
    text = "我们会了解您设备安装的应用信息，以防范病毒。\n现阶段我们并不收集您设备的软件列表信息。"
    rows = [row for row in found(text) if row.kind == "contradiction"]
    assert len(rows) == 1 and rows[0].severity == "medium" and "似有矛盾" in rows[0].detail_zh and "appears to contradict" in rows[0].detail


@pytest.mark.parametrize(("kind", "text"), [
    ("ages_disagree", "不满十四周岁的儿童须经监护人同意。\n未满16周岁的儿童使用前须取得监护人同意。"),
    ("ages_disagree", "We do not knowingly collect information from children under 13.\nWe do not collect any information from children under the age of 16."),
    ("deadlines_disagree", "您可以来信更正您的信息，我们将在15天内回复您的更正请求。\n响应您的请求\n我们将在30天内答复您的更正请求。"),
    ("deadlines_disagree", "您的权利\n您可以来信查阅，我们将在30天内回复您的访问请求。\n响应您的上述请求\n为保障安全，我们可能先验证您的身份。我们将在7个工作日内答复。"),
    ("retention_disagrees", "登录数据自收集之日起保留90天。\n登录数据将保留12个月。"),
    ("addresses_disagree", "联系我们\n客服邮箱：privacy@qinghe-demo.cn\n如有疑问，请发送邮件至 privacy@qinghe-demo.com 与我们联系。"),
])
def test_are_two_numbers_for_one_thing_reported(kind, text):
    assert kind in kinds(text)


@pytest.mark.parametrize(("kind", "text"), [
    ("ages_disagree", "不满十四周岁的儿童须经监护人同意。\n未满18周岁的未成年人应在监护人陪同下阅读本政策。"),
    ("ages_disagree", "We do not knowingly collect information from children under 13.\nAdditional steps are taken for children under 18."),
    ("deadlines_disagree", "您可以来信更正您的信息，我们将在15天内回复您的更正请求。\n联系我们\n如有疑问，我们将在3个工作日内回复。"),
    ("retention_disagrees", "登录数据自收集之日起保留90天。\n登录数据将保留3个月。"),
    ("retention_disagrees", "登录数据保留90天。\n交易信息保存三年。"),
    ("retention_disagrees", "日志信息保存一年。\n例如，《网络安全法》要求日志信息保存不少于六个月。"),
    ("addresses_disagree", "请联系 privacy@example.com。\n儿童事务：privacy-kids@example.com"),
])
def test_are_numbers_for_different_things_left_alone(kind, text):
    assert kind not in kinds(text)


@pytest.mark.parametrize(("kind", "text"), [
    ("placeholder", "You must not suggest an affiliation between your company and us."),
    ("tacit_consent", "您开启相应权限即视为您授权我们收集该权限涉及的信息。"),
    ("tacit_consent", "By using the service you agree to assume all risk."),
    ("name_blank", "本政策适用于 **青禾网络科技有限公司**\n（以下简称“我公司”）提供的服务。"),
    ("date_absent", "变更时我们会通知您，并向您说明生效日期。"),
    ("unnamed_partners", "我们会与第三方共享您的信息。\n我们会向合作伙伴提供您的信息。\n我们接入的友盟SDK收集设备标识。"),
])
def test_is_what_only_looks_like_a_fault_left_alone(kind, text):
    assert kind not in kinds(text)


def test_are_faults_of_chinese_law_only_told_where_it_may_apply():
    text = "Privacy policy\nBy using this site you agree to this policy.\nWe respond to your request within 30 days."
    abroad, here = {row.kind: row for row in found(text)}, {row.kind: row for row in found(text + "\nOur office is in Shenzhen.")}
    assert "slow_reply" not in abroad and "slow_reply" in here
    assert "PIPL" not in abroad["tacit_consent"].detail and abroad["tacit_consent"].severity == "note" and "PIPL" in here["tacit_consent"].detail


def test_is_a_reply_of_these_items_no_open_list():
    assert "open_lists" not in kinds("我们会收集您的姓名、手机号码。该等信息以加密方式保存。")


@pytest.mark.parametrize("text", [
    "注销前我们会核实。例如，若您的账户内有未支付的订单、未使用的余额和待处理的手机号变更，则不会立即注销。",
    "我们会收集您的姓名、手机号、订单信息，用于帮助您查询订单、提供客户服务等。",
    "有时您会给出其他信息，例如：当您请云雀改送货地点、联系电话时，我们会收集这些信息。",
])
def test_is_a_case_or_a_list_of_aims_no_open_list(text):
    assert "open_lists" not in kinds(text)


def test_is_an_open_list_quoted_from_the_beginning_of_a_word():
    text = "You may register on the site at any time. We collect your contact information in connection with any purchase that you make on or through the site, such as your name, your telephone number and your e-mail address, your billing address, etc."
    row = next(row for row in found(text) if row.kind == "open_lists")
    assert text[row.start - 1] in " ," and "name" in row.quote


def test_is_acceptance_of_a_contract_by_use_no_tacit_consent():
    assert "tacit_consent" in kinds("本政策变更后，您继续使用服务，即视为您接受变更后的政策。")
    terms = "用户协议\n" + "用户应遵守本协议的约定，不得转让账号，不得发布违法内容，违约的应当承担责任。\n" * 40 + "本协议变更后，您继续使用服务，即视为您接受变更后的协议。"
    parsed = structure.parse(Policy("example", terms, (Block("paragraph", 0, len(terms)),), title=None,
                                    message="x: reads as terms of use alone, not as a privacy policy; add the policy that they refer to."))
    assert "tacit_consent" not in {row.kind for row in defects.find(parsed, [], [], [], [], [], RULES)}


def test_is_acceptance_of_the_terms_in_a_policy_no_tacit_consent():
    assert "tacit_consent" not in kinds("您一旦使用本《协议》所涉及的服务即视为对本《协议》的接受，即表示您同意接受本《协议》各项条款的约束。")


def test_is_superseded_law_reported_at_the_policy_s_date():
    text = "更新日期：{}\n我们依据《信息安全技术 个人信息安全规范》（GB/T 35273-2017）制定本政策。"
    assert "law_superseded" in kinds(text.format("2021年3月1日"))
    assert "law_superseded" not in kinds(text.format("2019年3月1日"))


def test_is_a_late_policy_without_the_new_law_reported():
    text = "更新日期：{}\n我们会收集您的手机号码，并依据《网络安全法》保护您的个人信息。"
    assert "law_not_updated" in kinds(text.format("2022年3月1日"))
    assert "law_not_updated" not in kinds(text.format("2021年3月1日"))
    assert "law_not_updated" not in kinds(text.format("2022年3月1日") + "《个人信息保护法》另有规定的除外。")


def test_are_old_article_numbers_reported():
    text = "更新日期：{}\n根据《网络安全法》第四十一条收集您的个人信息。"
    assert "law_renumbered" in kinds(text.format("2026年3月1日"))
    assert "law_renumbered" not in kinds(text.format("2025年3月1日"))


def test_are_open_lists_counted_once():
    rows = [row for row in found("注册时，我们会收集您的姓名、手机号码等信息。\n实名时，我们会收集您的身份证号码、邮箱等信息。") if row.kind == "open_lists"]
    assert len(rows) == 1 and rows[0].detail.startswith("2 ")


def test_are_items_beyond_the_necessary_ones_listed():
    text = "注册时，我们会收集您的手机号码和性别。"
    assert [row.quote for row in found(text, "网络游戏") if row.kind == "beyond_necessary"]
    assert {row.kind for row in found(text, "轮胎制造")} == {row.kind for row in found(text)}
    details = [row.detail_zh for row in found(text, "网络游戏") if row.kind == "beyond_necessary"]
    assert any("性别" in detail for detail in details) and not any(detail.startswith("手机号") for detail in details)


def test_does_every_app_type_say_what_it_needs_and_how_that_was_checked():
    assert [int(kind.number) for kind in LAW.app_types.values()] == list(range(1, 40))
    free = {kind.number for kind in LAW.app_types.values() if kind.needs_en == "none"}
    assert free == {"21", *map(str, range(27, 39))}                 # the thirteen that need nothing
    for kind in LAW.app_types.values():
        assert (kind.number in free) != bool(kind.items) and set(kind.items) <= set(RULES.items) and kind.tag in law.TAGS
        assert ("phone_number" in kind.items) == (kind.number not in free | {"1"})
        assert ("id_card_number" in kind.items) == ("证件" in kind.needs_zh), kind.id
    row = next(row for row in found("注册时，我们会收集您的手机号码和性别。", "网络游戏") if row.kind == "beyond_necessary")
    assert "[V-excerpt]" in row.detail


def test_are_the_known_faults_of_the_five_policies_found(corpus):
    rows = {(row.policy.split(".")[0].split("-")[0], row.kind): row for row in corpus.defects.itertuples()}
    assert "cookies" in rows["michelin", "section_missing"].quote
    assert "行使相应权利" in rows["unnamed", "section_empty"].quote
    assert ("unnamed", "name_blank") in rows and ("unnamed", "annex_missing") in rows
    assert "VII" in rows["ciie", "broken_reference"].quote
    assert "模糊" in rows["che300", "contradiction_position"].quote
    assert ("autool", "date_absent") in rows and ("michelin", "numbering_gap") in rows


@pytest.mark.parametrize(("text", "value"), [("十二", 12), ("二十", 20), ("IV", 4), ("９", 9), ("甲", None)])
def test_is_a_number_read(text, value):
    assert value_of(text) == value


def test_is_the_number_of_a_heading_read():
    assert [number_of(text) for text in ("第三章 权利", "（二）共享", "4) x", "权利")] == ["3", "2", "4", None]


@pytest.mark.parametrize("text", ["", "：", "“" * 400, "附录" * 300, "（以下简称" * 200, "一、" * 300])
def test_does_odd_text_neither_raise_nor_take_long(text):
    found(text)
