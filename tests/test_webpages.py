"""Pages as they are found: hashed classes and nested boxes, accordions, tabs, line breaks, Word's HTML, Google Docs, saved shadow trees, Markdown. Words, order, headings, lists."""

from pathlib import Path

import pytest

from policykit.read import read
from policykit.structure import parse

S = "We collect your personal information, such as your name and e-mail address, when you create an account with us."
句 = "我们会在您使用服务时收集您的个人信息，包括手机号码、设备信息和位置信息，用于向您提供服务。"

PAGES = {
    "nested boxes": (f"""<div id=app><div class=x1><div class="_hd"><span>关于我们</span></div><div class="rich"><div><span style="font-size:24px;font-weight:bold">小船隐私政策</span></div><div><br></div>
        <div><span style="font-size:18px;font-weight:600">一、信息的收集</span></div><div><span>{句}</span></div><div><div><span>1. </span><span>注册账号：</span><span>手机号；</span></div><div><span>2. </span><span>定位</span><span>：位置信息。</span></div></div>
        <div><b><span>二、信息的共享</span></b></div><div><span>{句}请</span><a href="https://a.example/p">点击此处</a><span>查看。</span></div></div></div></div>""",
        ["0# 小船隐私政策", "1# 一、信息的收集", 句, "* 1. 注册账号：手机号；", "* 2. 定位：位置信息。", "1# 二、信息的共享", f"{句}请点击此处查看。"]),
    "accordions": (f"""<h1>Privacy Notice</h1><p>{S}</p><details><summary>1. What we collect</summary><p>{S}</p><ul><li>your name;</li><li>your phone number.</li></ul></details>
        <details open><summary><h2>2. Who gets it</h2></summary><div><p>{S}</p></div></details>
        <div class="accordion"><h3><button type="button" aria-expanded="false" aria-controls="p1">3. How long we keep it</button></h3><div id="p1" hidden><p>{S}</p></div>
        <h3><button aria-expanded="false" aria-controls="p2">4. Your rights <svg></svg></button></h3><div id="p2" hidden="until-found"><p>{S}</p></div></div>""",
        ["0# Privacy Notice", S, "1# 1. What we collect", S, "* your name;", "* your phone number.", "1# 2. Who gets it", S, "1# 3. How long we keep it", S, "1# 4. Your rights", S]),
    "tabs": (f"""<ul class="tabs" role="tablist"><li role="tab"><a href="#t1">隐私政策</a></li><li role="tab"><a href="#t2">第三方清单</a></li></ul>
        <div class="tab-pane active" id="t1"><h2>隐私政策</h2><p>{句}</p><p>{句}</p></div><div class="tab-pane" id="t2" style="display:none"><h2>第三方清单</h2>
        <table><tr><td><b>名称</b></td><td><b>目的</b></td><td><b>信息</b></td></tr><tr><td>星舟SDK</td><td>消息推送</td><td>设备标识</td></tr><tr><td>云图SDK</td><td>地图</td><td>位置信息</td></tr></table></div>""",
        ["0# 隐私政策", 句, 句, "1# 第三方清单", "| 名称", "| 目的", "| 信息", "| 星舟SDK", "| 消息推送", "| 设备标识", "| 云图SDK", "| 地图", "| 位置信息"]),
    "line breaks": (f"""<div class="article"><font size=4><b>小船隐私政策</b></font><br><br>&nbsp;&nbsp;&nbsp;&nbsp;欢迎使用小船。{句}<br><br><strong>我们收集的信息</strong><br>&emsp;&emsp;{句}<br>&emsp;&emsp;（一）注册信息：手机号；<br>
        &emsp;&emsp;（二）设备信息：设备型号。<br><br><strong>信息的共享</strong><br>　　{句}<br><br><b>客服电话：</b><br>请看首页。</div>""",
        ["0# 小船隐私政策", f"欢迎使用小船。{句}", "1# 我们收集的信息", 句, "* （一）注册信息：手机号；", "* （二）设备信息：设备型号。", "1# 信息的共享", 句, "客服电话：", "请看首页。"]),
    "Word": (f"""<div class=WordSection1><p class=MsoTitle align=center><b><span lang=ZH-CN>小船隐私政策</span><span lang=EN-US><o:p></o:p></span></b></p>
        <h1><span lang=EN-US><span style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></span>信息的收集</h1><p class=MsoNormal style='text-indent:21.0pt'>{句}<span lang=EN-US><o:p></o:p></span></p>
        <p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span lang=EN-US style='mso-list:Ignore'>(1)<span style='font:7.0pt "Times New Roman"'>&nbsp; </span></span><![endif]>您填写的手机号；</p>
        <p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>(2)<span>&nbsp; </span></span><![endif]>您使用的设备的型号。</p><p class=MsoHeading2>2. 信息的共享</p><p class=MsoNormal>{句}<o:p>&nbsp;</o:p></p></div>""",
        ["0# 小船隐私政策", "1# 1. 信息的收集", 句, "* (1) 您填写的手机号；", "* (2) 您使用的设备的型号。", "1# 2. 信息的共享", 句]),
    "Google Docs": (f"""<div class="doc-content"><p class="c2 title" id="h.1"><span class="c3">Privacy Notice</span></p><p class="c0"><span></span></p><h2 class="c4"><span class="c5">What we collect</span></h2><p class="c0"><span>{S} For example:</span></p>
        <ol class="c6 lst-kix_abc-0 start" start="1"><li class="c7 li-bullet-0"><span>your name; and</span></li></ol><ul class="lst-kix_abc-1 start"><li><span>first name</span></li></ul><ol class="c6 lst-kix_abc-0" start="2"><li class="c7"><span>your phone number.</span></li></ol>
        <h2><span>Who gets it</span></h2><p><span style="font-weight:700">Partners.</span><span> {S}</span></p></div>""",
        ["0# Privacy Notice", "1# What we collect", f"{S} For example:", "* 1. your name; and", "* first name", "* 2. your phone number.", "1# Who gets it", f"Partners. {S}"]),
    "numbers in boxes of their own": (f"""<h1>隐私政策</h1><table><tr><td valign=top>一、</td><td>{句}</td></tr><tr><td>二、</td><td>{句}</td></tr></table><div class=row><div>（1）</div><div>{句}</div></div>
        <table border=1><tr><th rowspan=2>第三方</th><th colspan=2>处理</th></tr><tr><th>目的</th><th>信息</th></tr><tr><td>星舟SDK</td><td>推送</td><td>设备标识</td></tr><tr><td>云图SDK</td><td>地图</td><td>位置</td></tr></table>""",
        ["0# 隐私政策", f"* 一、 {句}", f"* 二、 {句}", f"* （1） {句}", "| 第三方", "| 处理", "| 目的", "| 信息", "| 星舟SDK", "| 推送", "| 设备标识", "| 云图SDK", "| 地图", "| 位置"]),
    "a saved shadow tree": (f"""<h1>Privacy Policy</h1><p>{S}</p><my-doc><template shadowrootmode="open"><h2>What we share</h2><p>{S}</p><p>{S}</p></template></my-doc><template id="x"><p>Hidden template.</p></template>""",
        ["0# Privacy Policy", S, "1# What we share", S, S]),
    "headings in bold and underlined": (f"""<h2>Privacy Policy</h2><p>{S}</p><h3>How we use it</h3><p><b>Marketing</b></p><p>{S}</p><p><strong><u>Research</u></strong><br/>{S}</p><h3>Who gets it</h3><p><u>Partners</u></p><p>{S}</p>
        <p><u><a href="https://a.example/">Find out more</a></u></p><h3>1. Changes</h3><p>{S}</p><h3>Contact</h3><p>{S}</p>""",
        ["0# Privacy Policy", S, "1# How we use it", "2# Marketing", S, "2# Research", S, "1# Who gets it", "2# Partners", S, "Find out more", "1# 1. Changes", S, "1# Contact", S]),
}

MARKDOWN = f"""---
title: x
---
小船隐私政策
===========

## 1\\. 信息的收集 ##

{句}我们收集：

* **手机号**，用于登录；
    * 验证码
* 位置信息[^1]。

信息的共享
----------
> {句}

[^1]: 您可以关闭。

[注]: 合作方是指受托的公司。
"""


def shown(path: Path) -> list[str]:
    """Every clause in order: headings with their level, items with a star, cells with a bar."""
    policy = read(path)
    document = parse(policy)
    level = {section.start: section.level for section in document.sections[1:]} | {document.clauses[0].start: 0}
    signs = {"item": "* ", "cell": "| "}
    return [(f"{level[clause.start]}# " if clause.kind == "heading" else signs.get(clause.kind, "")) + clause.text for clause in document.clauses]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_its_words_their_order_its_headings_and_lists(tmp_path, name):
    body, expected = PAGES[name]
    path = tmp_path / "page.html"
    path.write_text(f"<!doctype html><html><head><meta charset=utf-8><title>x</title></head><body>{body}</body></html>", encoding="utf-8")
    assert [line for line in shown(path) if line != "关于我们"] == expected


def test_markdown_keeps_notes(tmp_path):
    path = tmp_path / "page.md"
    path.write_text(MARKDOWN, encoding="utf-8")
    assert shown(path) == ["0# 小船隐私政策", "1# 1. 信息的收集", f"{句}我们收集：", "* 手机号，用于登录；", "* 验证码", "* 位置信息[^1]。", "1# 信息的共享", 句, "[^1]: 您可以关闭。", "[注]: 合作方是指受托的公司。"]


def test_a_cell_stands_under_the_lowest_of_its_headings(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(f"<html><body>{PAGES['numbers in boxes of their own'][0]}</body></html>", encoding="utf-8")
    document = parse(read(path))
    leads = {clause.text: document.clauses[clause.lead].text for clause in document.clauses if clause.kind == "cell" and clause.lead is not None}
    assert leads["推送"] == "目的" and leads["位置"] == "信息" and leads["云图SDK"] == "第三方"


def test_text_that_a_script_would_have_shown_stays(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(f'<html><body><h1>小船隐私政策</h1><div class="rich" id="js_content" style="visibility: hidden; opacity: 0;"><section><p>一、信息的收集</p><p>{句}</p></section></div></body></html>', encoding="utf-8")
    assert shown(path) == ["0# 小船隐私政策", "1# 一、信息的收集", 句]


def test_the_dialog_of_a_manager_of_consent_goes_and_its_list_in_the_policy_stays(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(f"""<html><body><main><h1>Privacy Policy</h1><h2>What we collect</h2><p>{S}</p><p>{S}</p><h2>Cookies</h2><p>{S}</p><div id="ot-sdk-cookie-policy"><h3>Strictly necessary cookies</h3><p>{S}</p></div></main>
        <div id="onetrust-consent-sdk"><div id="onetrust-pc-sdk" class="otPcCenter"><h2>Privacy Preference Center</h2><p>When you visit any website, it may store or retrieve information on your browser, mostly in the form of cookies. {S}</p>
        <h3>Targeting Cookies</h3><p>These cookies may be set through our site by our advertising partners, who may use your personal information.</p></div></div></body></html>""", encoding="utf-8")
    assert shown(path) == ["0# Privacy Policy", "1# What we collect", S, S, "1# Cookies", S, "2# Strictly necessary cookies", S]


@pytest.mark.parametrize("mark", ["<div class=t>{}</div>", "{}<br>", "<p>{}</p>"])
def test_lines_of_a_page_that_was_paper_are_joined(tmp_path, mark):
    first = "我们非常重视您的信息，并且只在您使用我们的服务时收集为了提供这些服务而必须收集的信息，其他的信息我们不会收集。"
    second = "您注册账号的时候需要填写手机号码并且输入我们发送到这个号码的验证码，不填写就不能注册，但是可以浏览商品和文章。"
    paragraphs = ["小船隐私政策", "一、信息的收集", first, second, first + second, "二、信息的使用", first, "（1）手机号；", "（2）位置。", "三、信息的共享", second + first, second + first + second]
    lines = [part[at:at + 26] for part in paragraphs for at in range(0, len(part), 26)]
    path = tmp_path / "page.html"
    path.write_text("<html><body><div>" + "".join(map(mark.format, lines)) + "</div></body></html>", encoding="utf-8")
    assert [line.replace("\n", "").removeprefix("0# ").removeprefix("1# ").removeprefix("* ") for line in shown(path)] == paragraphs
