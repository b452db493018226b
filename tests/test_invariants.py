"""What always holds, whatever the text: clauses are disjoint, in order and verbatim, nothing is lost, sections nest, keys are unique."""

import pytest
from hypothesis import given, settings, strategies as st

from policykit import languages, rules, structure
from policykit.blocks import lines
from policykit.evaluate import faults
from policykit.read import Policy, read

NASTY = {
    "empty": "", "blanks": " \n\t\n \u3000\n", "one character": "一", "only a number": "1.", "only numbers": "1.\n2.\n3.\n一、\n（一）\n",
    "rulers": "=====\n-----\n* * *\n", "only a lead-in": "我们收集：", "pipes": "|||\n---|---\n|a|\n||\n", "tabs": "a\tb\t\tc\n\td\te\n\t\t\n",
    "carriage returns": "隐私政策\r\n一、收集\r\n我们收集您的手机号。", "zero width": "隐\u200b私\ufeff政策\n\u200b\n一\u200b、收集\n我们\u2060收集。",
    "surrogate plane": "𠮷野家隐私政策\n一、𠀀𠀁\n我们收集😀。", "deep numbers": "1.1.1.1.1.1 a\n" * 20, "same heading": "一、收集\n" * 300, "restarts": "一、收集\n正文内容在这里。\n1、甲\n" * 60,
    "long line": "我们收集您的手机号，" * 5000, "long word": "a" * 20000, "brackets": "【】\n【" + "长" * 100 + "】\n[x]\n（一）\n()\n(1)\n",
    "bold": "**一、标题** 正文正文正文，正文正文正文正文正文正文正文正文。\n**\n** **\n__x__", "markdown": "#\n##\n### 1\n####### 七\n# 隐私政策\n## 收集\n正文。",
    "quotes": "“”\n\"\n'\n》\n，继续\n。\n", "mixed": "We collect 手机号 and\nIMEI。\nNext line，以下：\n- a\n-- b\n- - c\n", "letters": "i. x\nv. y\nh. z\ni. w\nA. B\nU.S. law\ne.g. this",
    "contents only": "目录\n一、收集\n二、共享\n三、其他\n", "contents twice": "目录\n一、收集\n二、共享\n目录\n一、收集\n二、共享\n一、收集\n甲。\n二、共享\n乙。",
    "titles": "隐私政策\n用户协议\n隐私政策\n用户协议\n", "dates": "2023.08.29\n2023年8月29日\n8.29\n1.0版本\n3.5mm\n", "alternating": "我们收集您的手机号码。\nWe collect your phone number.\n" * 30,
    "number signs": "①甲\n②乙\n⑴丙\n⒈丁\n㈠戊\nⅠ己\nⅳ庚\n", "huge numbers": "999、甲\n1000、乙\n九百九十九、丙\n第九十九万章 丁\n第一百二十条 戊\n",
}
LINES = st.sampled_from([
    "一、我们如何收集您的信息", "二、共享", "（一）注册", "（二） 登录：", "1、手机号；", "2、IMEI。", "1. Title", "2) item;", "(3) 第三", "3.1 Cookies", "3.1.2 子项", "a. 甲", "ii) two", "IV. Your rights", "Chapter 2: Sharing",
    "第三章 存储", "第五条 其他", "目录", "本政策将帮助您了解以下内容：", "我们会收集以下信息：", "We collect the following:", "- 项目", "● 项目；", "【重要提示】", "**加粗**", "## 小标题", "=====", "---|---", "名称 | 用途 | 信息", "甲\t乙\t丙",
    "我们重视您的隐私，将按照法律法规的要求保护您的个人信息。", "当您使用服务时，我们会根据您", "在安装时授予的权限收集信息。", "We may collect information about your device in order to provide", "the service that you have asked for.",
    "隐私政策", "Privacy Policy", "User Agreement", "", "  ", "\u200b", "，并删除", "电话：400-000-0000", "2023年8月29日", "x",
])
DOCUMENTS = st.one_of(st.lists(LINES, max_size=60).map("\n".join), st.text(alphabet=st.sampled_from("一二1a.、。：；（） \n\t|*#-我们收集：AＢ①\u200b\ufeff"), max_size=300), st.text(max_size=200))


def document(text: str) -> structure.Document:
    return structure.parse(Policy("made up", text, lines(text), "", "txt"))


def check(made: structure.Document) -> None:
    assert faults(made) == []
    assert made.folded and len(made.folded) == len(made.policy.text) or not made.policy.text
    pairs = languages.align(made, rules.load())
    keys = [(pair.zh_clause, pair.en_clause) for pair in pairs]
    assert len(keys) == len(set(keys))
    versions = languages.split(made)
    if versions is not None:
        assert {zh for zh, _ in keys if zh is not None} == set(versions.zh) and {en for _, en in keys if en is not None} == set(versions.en)
    for rows in made.tables:
        for row in rows:
            assert all(cell is None or made.clauses[cell].kind == "cell" for cell in row)
    for oddity in made.irregularities:
        assert 0 <= oddity.start < oddity.end <= len(made.policy.text)


@pytest.mark.parametrize("name", NASTY)
def test_nasty_texts(name):
    check(document(NASTY[name]))


def test_the_five_policies(policies):
    for path in sorted(policies.glob("*.txt")):
        check(structure.parse(read(path)))


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS)
def test_any_text(text):
    check(document(text))


@settings(max_examples=40, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=30))
def test_the_same_text_twice_is_the_same_document(found):
    text = "\n".join(found)
    assert document(text) == document(text)
