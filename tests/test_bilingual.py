"""Language versions: planted differences between a Chinese text and its English translation, and a sound pair."""

import pytest

from policykit import bilingual, defects, facts, languages, practices, rules, sdks, structure
from policykit.read import Block, Policy
from policykit.text import fold

RULES = rules.load()
ZH = ["我们如何收集您的信息", "当您注册时，我们会收集您的手机号码和电子邮箱，用于创建账号。", "我们不会向任何第三方出售您的个人信息。", "我们将在15天内答复您的请求。",
      "我们会在服务器上加密保存您的订单记录，保存期限为三年。", "如果您关闭账号，我们会删除与该账号有关的全部资料，法律另有规定的除外。", "您可以写信给我们的客服团队，提出投诉或者建议。"]
EN = ["How we collect your information", "When you register, we collect your mobile phone number and e-mail address to create your account.", "We will not sell your personal information to any third party.",
      "We will reply to your request within 15 days.", "We keep your order records encrypted on our servers for three years.",
      "If you close your account, we will delete all data related to that account, unless the law provides otherwise.", "You can write to our customer service team with complaints or suggestions."]


def differing(english: list[str]) -> list[str]:
    """What is told of a text of our own in two versions, a line a paragraph."""
    text, blocks = "", []
    for line in (*ZH, *english):
        blocks.append(Block("paragraph", len(text), len(text) + len(line)))
        text += line + "\n"
    document = structure.parse(Policy("example", text, tuple(blocks)))
    said = practices.find(document, RULES)
    rows = defects.find(document, [], said, facts.find(document, RULES), sdks.find(document, said, RULES), languages.align(document, RULES), RULES)
    return [row.detail for row in rows if row.kind == "versions_differ"]


def changed(place: int, line: str | None) -> list[str]:
    return [*EN[:place], *([line] if line else []), *EN[place + 1:]]


def test_is_a_true_translation_left_alone():
    assert differing(EN) == []


@pytest.mark.parametrize(("place", "line", "words"), [
    (3, "We will reply to your request within 30 days.", "15; only the English has: 30"),
    (2, "We will sell your personal information to any third party.", "the Chinese denies"),
    (1, "When you register, we do not collect your mobile phone number and e-mail address to create your account.", "the English denies"),
    (1, "When you register, we collect your mobile phone number to create your account.", "e-mail"),
    (5, None, "only the Chinese has: paragraph"),
], ids=["number", "denial dropped", "denial added", "item dropped", "clause dropped"])
def test_is_a_planted_difference_found(place, line, words):
    assert any(words in told for told in differing(changed(place, line))), differing(changed(place, line))


@pytest.mark.parametrize(("zh", "en"), [
    ("个人信息不包括匿名化处理后的信息。", "Personal information does exclude information after anonymisation."),
    ("我们的发展离不开您的支持。", "Our growth owes much to your support."),
    ("如信息不匹配，我们会再次核对。", "If there is a mismatch, we check again."),
    ("如果您的浏览器启用了 Do Not Track，我们会尊重您的选择。", "If your browser enables Do Not Track, we respect your choice."),
    ("未成年人应在监护人陪同下阅读。", "Minors should read this with a guardian."),
])
def test_are_words_that_deny_nothing_no_denial(zh, en):
    assert bilingual.negated(fold(zh), fold(en)) is None
