"""Reading: every format, encoding and page comes out as text with blocks, and whatever is wrong as one sentence."""

import io
import os
import re
import zipfile
from pathlib import Path

import pytest
import yaml
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from policykit import doubts
from policykit.read import read, sources

ZH = ("隐私政策\n\n一、我们收集的信息\n我们会在您注册时收集您的手机号码和设备信息，用于创建账号。\n二、共享\n未经您的同意，我们不会向第三方共享您的个人信息。\n"
      "三、您的权利\n您可以查询、更正、删除您的个人信息，也可以注销账号。我们会采取加密措施保护您的信息。\n四、联系我们\n如有疑问，请发邮件至 privacy@example.com。\n")
EN = ("Privacy Policy\n\n1. What we collect\nWe collect your name and phone number when you register, and we use them to create your account.\n2. Sharing\n"
      "We do not share your personal information with third parties without your consent.\n3. Your rights\nYou may access, correct or delete your personal information at any time. We protect it with encryption.\n")


def shown(policy) -> list[str]:
    return [policy.text[block.start:block.end] for block in policy.blocks]


def kinds(policy) -> list[tuple]:
    return [(block.kind, block.level, policy.text[block.start:block.end]) for block in policy.blocks]


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def page(folder: Path, body: str, name: str = "page.html"):
    return read(write(folder, name, f"<!doctype html><html><head><title>A page</title></head><body>{body}</body></html>"))


def holds(policy) -> None:
    """What is true of every policy that was read."""
    before = 0
    for block in policy.blocks:
        quote = policy.text[block.start:block.end]
        assert quote and quote == quote.strip() and before <= block.start < block.end <= len(policy.text)
        before = block.end
        if block.kind == "cell":
            assert None not in (block.table, block.row, block.column)


# ---------------------------------------------------------------- text and encodings

@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "gbk"])
def test_chinese_in_every_encoding(tmp_path, encoding):
    policy = read(write(tmp_path, "a.txt", ZH.encode(encoding)))
    assert policy.text == ZH and policy.status == "ok" and policy.format == "txt"


def test_traditional_in_big5_whatever_the_page_declares(tmp_path):
    body = "<h1>隱私權政策</h1><p>我們會蒐集您的個人資料，用於提供服務與客戶聯絡；未經同意，不會提供給第三人。</p>"
    for declared in ("utf-8", "gb2312", "big5"):
        policy = read(write(tmp_path, f"{declared}.html", f"<meta charset={declared}>{body}".encode("big5")))
        assert shown(policy)[0] == "隱私權政策" and "蒐集您的個人資料" in policy.text


@pytest.mark.parametrize("declared", ["gb2312", "utf-8", "iso-8859-1", "no-such-charset", ""])
def test_lying_declaration(tmp_path, declared):
    body = "<p>" + "</p><p>".join(ZH.split("\n")) + "</p>"
    for encoding in ("utf-8", "gb18030"):
        policy = read(write(tmp_path, "a.html", f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={declared}"></head><body>{body}</body>'.encode(encoding)))
        assert "收集您的手机号码" in policy.text and policy.status == "ok"


def test_windows_quotes(tmp_path):
    policy = read(write(tmp_path, "a.txt", (EN + "We don’t sell “your” data — ever.").encode("cp1252")))
    assert "don’t sell “your” data — ever" in policy.text


def test_quotes_pasted_into_another_encoding(tmp_path):
    assert "don’t — we" in read(write(tmp_path, "a.txt", (EN + "“Quotes” and – dashes — of every kind. ").encode() + b"We don\x92t \x97 we")).text.replace("don\x92t", "don’t")


def test_a_page_whose_first_special_character_comes_late(tmp_path):
    head = "<p>" + "We collect your personal information to give you our services. " * 900 + "</p>"
    assert "Español, “Freedom”" in read(write(tmp_path, "a.html", (head + "<p>Español, “Freedom” and others share information with third parties.</p>").encode("cp1252"))).text
    assert "收集您的手机号码" in read(write(tmp_path, "b.html", (head + f"<p>{ZH}</p>").encode("gb18030"))).text


def test_one_damaged_byte_does_not_cost_the_rest(tmp_path):
    for text in (EN + "It’s “yours”.", ZH * 3):
        data = bytearray(text.encode())
        data[40] = 0xFE
        policy = read(write(tmp_path, "a.txt", bytes(data)))
        assert policy.status == "warning" and policy.text[-60:] == text[-60:]


def test_line_ends_and_control_characters(tmp_path):
    policy = read(write(tmp_path, "a.txt", (EN.replace("\n", "\r\n") + "old\rmac\x0cpage\x00end").encode()))
    assert policy.text == EN + "old\nmac\npage end"
    assert "\r" not in policy.text and "\0" not in policy.text
    holds(policy)


def test_lines_of_a_text_are_blocks_and_hard_breaks_stay(tmp_path):
    policy = read(write(tmp_path, "a.txt", "Privacy\n\n  We collect your na\nme.  \n=====\n"))
    assert shown(policy) == ["Privacy", "We collect your na", "me."]


def test_radicals_from_a_pdf_become_characters(tmp_path):
    policy = read(write(tmp_path, "a.txt", ZH.replace("用", "⽤").replace("长", "⻓")))
    assert policy.text == ZH


def test_few_bad_bytes_are_a_warning_with_their_place(tmp_path):
    data = EN.encode()
    policy = read(write(tmp_path, "a.txt", data[:100] + b"\xff" + data[100:]))
    assert policy.status == "warning" and "byte 100" in policy.message and "UTF-8" in policy.message and "a.txt" in policy.message


# ---------------------------------------------------------------- Markdown

def test_markdown(tmp_path):
    policy = read(write(tmp_path, "a.md", "# 隐私政策\n\n## 一、收集\n\n我们收集**手机号**和\n位置。\n\n- 姓名\n  - 昵称\n- 电话\n\n| SDK名称 | 目的 |\n|---|---|\n| 甲 | 推送 |\n"))
    assert kinds(policy)[:6] == [("heading", 1, "隐私政策"), ("heading", 2, "一、收集"), ("paragraph", 0, "我们收集手机号和位置。"), ("item", 1, "姓名"), ("item", 2, "昵称"), ("item", 1, "电话")]
    assert [(b.row, b.column, b.header) for b in policy.blocks if b.kind == "cell"] == [(0, 0, True), (0, 1, True), (1, 0, False), (1, 1, False)]


def test_marks_of_markdown_in_a_text(tmp_path):
    policy = read(write(tmp_path, "a.txt", "# 隐私政策\n我们收集信息。\n## 一、收集\n我们收集手机号。"))
    assert kinds(policy) == [("heading", 1, "隐私政策"), ("paragraph", 0, "我们收集信息。"), ("heading", 2, "一、收集"), ("paragraph", 0, "我们收集手机号。")]


# ---------------------------------------------------------------- web pages

SENTENCE = "We collect your personal information, such as your name and e-mail address, when you create an account with us."
句 = "我们会在您使用服务时收集您的个人信息，包括手机号码、设备信息和位置信息，用于向您提供服务。"


def test_the_policy_without_the_page(tmp_path):
    policy = page(tmp_path, f"""
      <header><a href="/">Home</a> <a href="/shop">Shop</a></header><nav><ul><li><a href="/a">News</a></li><li><a href="/b">Sports</a></li></ul></nav>
      <div id="cookie-banner">We use cookies. <button>Accept</button></div>
      <div class="layout"><div class="sidebar"><h3>Related</h3><ul><li><a href="/1">A story about football</a></li><li><a href="/2">Another story</a></li></ul></div>
      <main><h1>Privacy Policy</h1><p>Last updated: 1 May 2024</p><h2>What we collect</h2><p>{SENTENCE}</p><p>{SENTENCE}</p><ul><li>Name</li><li>Phone</li></ul>
      <h2>Contact</h2><p>Example Ltd.<br>1 Main Street<br>privacy@example.com</p><p><a href="#top">Back to top</a></p></main></div>
      <footer><p>© 2024 Example</p><a href="/terms">Terms</a> <a href="/privacy">Privacy</a></footer><script>var x = "hidden";</script>""")
    assert shown(policy) == ["Privacy Policy", "Last updated: 1 May 2024", "What we collect", SENTENCE, SENTENCE, "Name", "Phone", "Contact", "Example Ltd.", "1 Main Street", "privacy@example.com"]
    assert policy.title == "Privacy Policy"
    holds(policy)


def test_a_chinese_page(tmp_path):
    policy = page(tmp_path, f"""
      <div class="nav"><a href="/">首页</a><a href="/p">产品</a><a href="/about">关于我们</a></div><div class="content"><div class="title">示例隐私政策</div>
      <p><strong>一、我们如何收集</strong></p><p>{句}</p><p>{句}</p><p>&nbsp;</p><p><b>{句}</b></p></div>
      <div class="footer"><a href="/law">法律声明</a><a href="/contact">联系我们</a><p>京ICP备00000000号</p></div>""")
    assert kinds(policy) == [("paragraph", 0, "示例隐私政策"), ("heading", 0, "一、我们如何收集"), ("paragraph", 0, 句), ("paragraph", 0, 句), ("paragraph", 0, 句)]


def test_hidden_text_goes_and_panels_stay(tmp_path):
    policy = page(tmp_path, f"""<h1>Privacy Policy</h1><p>{SENTENCE}</p>
      <p style="display: none">We collect your bank card.</p><div hidden>We collect your face.</div><p style="visibility:hidden">We sell it.</p>
      <template><p>We collect templates.</p></template><noscript>We need scripts.</noscript><style>p {{ color: red }}</style>
      <button aria-controls="more">What we share</button><div id="more" style="display:none"><p>We share {SENTENCE}</p></div>
      <div class="accordion-panel" style="display:none"><p>We keep {SENTENCE}</p></div>
      <div class="collapsed-by-style-sheet"><p>We protect {SENTENCE}</p></div><details><summary>Rights</summary><p>You may ask us: {SENTENCE}</p></details>""")
    assert not re.search("bank card|your face|sell it|templates|scripts|color", policy.text)
    assert all(word in policy.text for word in ("We share", "We keep", "We protect", "Rights", "You may ask us", "What we share"))


def test_rows_of_closed_answers_stay(tmp_path):
    rows = "".join(f'<h3>{n}</h3><div style="display:none">{SENTENCE} {n}</div>' for n in ("One", "Two", "Three"))
    policy = page(tmp_path, f"<h1>Privacy</h1><p>{SENTENCE}</p><section>{rows}</section>")
    assert sum(SENTENCE in text for text in shown(policy)) == 4


def test_tables_keep_cells_with_their_headings(tmp_path):
    policy = page(tmp_path, f"""<h1>隐私政策</h1><p>{句}</p><table><caption>第三方SDK</caption>
      <tr><td>SDK名称</td><td>收集信息</td><td>使用目的</td></tr>
      <tr><td rowspan="2">示例SDK</td><td>IMEI<br>MAC地址</td><td>推送</td></tr><tr><td>位置</td><td></td></tr></table>
      <table><thead><tr><th>权限</th><th>目的</th></tr></thead><tbody><tr><td>相机</td><td>拍照</td></tr></tbody></table><p>{句}</p>""")
    cells = [(b.table, b.row, b.column, b.header, policy.text[b.start:b.end]) for b in policy.blocks if b.kind == "cell"]
    assert cells == [(0, 0, 0, True, "SDK名称"), (0, 0, 1, True, "收集信息"), (0, 0, 2, True, "使用目的"), (0, 1, 0, False, "示例SDK"), (0, 1, 1, False, "IMEI\nMAC地址"), (0, 1, 2, False, "推送"),
                     (0, 2, 1, False, "位置"), (1, 0, 0, True, "权限"), (1, 0, 1, True, "目的"), (1, 1, 0, False, "相机"), (1, 1, 1, False, "拍照")]
    assert "第三方SDK" in shown(policy)


def test_tables_that_lay_out_the_page_are_no_tables(tmp_path):
    policy = page(tmp_path, f"""<table><tr><td><a href="/">Home</a></td><td><a href="/x">Shop</a></td></tr><tr><td></td><td><h1>Privacy Policy</h1><p>{SENTENCE}</p>
      <table><tr><td>•</td><td>your name;</td></tr><tr><td>•</td><td>your phone number.</td></tr></table></td></tr></table>""")
    assert not any(block.kind == "cell" for block in policy.blocks)
    assert shown(policy)[:2] == ["Privacy Policy", SENTENCE] and "your phone number." in policy.text


def test_paragraphs_between_line_breaks(tmp_path):
    policy = page(tmp_path, f"<div><b>一、收集</b><br><br>{句}<br><br>1、手机号；<br>2、位置信息。<br><br><b>二、共享</b><br>{句}</div>")
    assert shown(policy) == ["一、收集", 句, "1、手机号；", "2、位置信息。", "二、共享", 句]


def test_lists_nest_and_show_their_numbers(tmp_path):
    policy = page(tmp_path, f"<h1>Privacy Policy</h1><p>{SENTENCE}</p><ol><li>Name<ul><li>first</li><li>last</li></ul></li><li>Phone</li></ol><ol type=a start=3><li>Mail</li><li>1. Already numbered</li></ol>")
    assert [(b.level, policy.text[b.start:b.end]) for b in policy.blocks if b.kind == "item"] == [(1, "1. Name"), (2, "first"), (2, "last"), (1, "2. Phone"), (1, "c. Mail"), (1, "1. Already numbered")]


def test_preformatted_text_is_taken_as_it_stands(tmp_path):
    policy = read(write(tmp_path, "a.html", f"<html><body><article><pre>{ZH.replace('&', '&amp;')}</pre></article></body></html>"))
    assert policy.text.strip() == ZH.strip() and shown(policy)[0] == "隐私政策"


def test_entities_and_inline_tags(tmp_path):
    policy = page(tmp_path, f"<h1>Privacy</h1><p>{SENTENCE}</p><p>我们<span>收集</span>您的<b>手机</b>号码&nbsp;&amp;&#20301;&#32622;<sup>1</sup>。</p><p>We\n   col<wbr>lect   it.</p>")
    assert shown(policy)[2:] == ["我们收集您的手机号码 &位置1。", "We collect it."]


def test_a_web_archive(tmp_path):
    archive = ("From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=\"xx\"\n\n--xx\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n"
               f"<html><body><h1>Privacy Policy</h1><p>{SENTENCE[:60]}=\n{SENTENCE[60:]}</p></body></html>\n--xx\nContent-Type: image/png\n\nxxxx\n--xx--\n")
    policy = read(write(tmp_path, "a.mhtml", archive))
    assert policy.format == "html" and shown(policy) == ["Privacy Policy", SENTENCE]


def test_links_within_the_page_are_part_of_it(tmp_path):
    policy = page(tmp_path, f'<h1>Privacy Policy</h1><ul><li><a href="#a">What we collect</a></li><li><a href="#b">Your rights</a></li></ul><h2 id=a>What we collect</h2><p>{SENTENCE}</p><h2 id=b>Your rights</h2><p>{SENTENCE}</p>')
    assert shown(policy)[:3] == ["Privacy Policy", "What we collect", "Your rights"]


# ---------------------------------------------------------------- PDF

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))


def make_pdf(pages: list[list[tuple]], **options) -> bytes:
    """Pages of (x, y from the top, font, size, text)."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, **options)
    for lines in pages:
        for x, y, font, size, text in lines:
            canvas.setFont(font, size)
            canvas.drawString(x, A4[1] - y, text)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


R, B, C = "Helvetica", "Helvetica-Bold", "STSong-Light"
LINES = ["We collect your personal information when you use our services, and we share infor-", "mation with third-party partners only where you have agreed to it beforehand, and", "we delete it when you close your account."]


def english_pdf(**options) -> bytes:
    pages = []
    for number in range(1, 4):
        body = [(72, 30, R, 8, "Example Ltd. - Privacy Policy"), (290, 815, R, 8, f"Page {number} of 3")]
        body += [(72, 90, B, 20, "Privacy Policy")] if number == 1 else []
        body += [(72, 130, B, 14, f"{number}. Section")]
        body += [(72, 160 + 14 * i, R, 11, line) for i, line in enumerate(LINES)]
        body += [(72, 220, R, 11, "You may write to us."), (82, 240, R, 11, "•  your name"), (82, 254, R, 11, "•  your phone number")]
        pages.append(body)
    return make_pdf(pages, **options)


def test_pdf(tmp_path):
    policy = read(write(tmp_path, "a.pdf", english_pdf()))
    whole = "We collect your personal information when you use our services, and we share information with third-party partners only where you have agreed to it beforehand, and we delete it when you close your account."
    section = [("paragraph", 0, whole), ("paragraph", 0, "You may write to us."), ("item", 1, "your name"), ("item", 1, "your phone number")]
    assert kinds(policy) == [("heading", 1, "Privacy Policy"), ("heading", 2, "1. Section"), *section, ("heading", 2, "2. Section"), *section, ("heading", 2, "3. Section"), *section]
    assert policy.status == "ok" and policy.title == "Privacy Policy"
    holds(policy)


def test_chinese_pdf(tmp_path):
    lines = ["我们会在您使用服务时收集您的个人信息，包括手机号码、设备信息和位置信息，", "用于向您提供服务并保护您的账号安全，未经您的同意我们不会向第三方提供。"]
    policy = read(write(tmp_path, "a.pdf", make_pdf([[(72, 80, C, 20, "示例隐私政策"), (72, 120, C, 15, "一、信息收集"), *[(72, 150 + 18 * i, C, 11, line) for i, line in enumerate(lines)], (72, 210, C, 15, "二、联系我们"), (72, 240, C, 11, "请发邮件。")]])))
    assert kinds(policy) == [("heading", 1, "示例隐私政策"), ("heading", 2, "一、信息收集"), ("paragraph", 0, "".join(lines)), ("heading", 2, "二、联系我们"), ("paragraph", 0, "请发邮件。")]


def test_two_columns_are_read_one_after_the_other(tmp_path):
    left = [f"left line {n} says that we collect your data" for n in range(12)]
    right = [f"right line {n} says that we share your data" for n in range(12)]
    page = [(72, 60, B, 18, "Privacy Policy of Example Limited for all of its services"), *[(72, 100 + 14 * n, R, 9, t) for n, t in enumerate(left)], *[(320, 100 + 14 * n, R, 9, t) for n, t in enumerate(right)]]
    text = read(write(tmp_path, "a.pdf", make_pdf([page]))).text
    assert text.index("left line 11") < text.index("right line 0") and "left line 3 says that we collect your data left line 4" in text


def test_tables_in_a_pdf(tmp_path):
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    stream = io.BytesIO()
    rows = [["SDK name", "Data", "Purpose"], ["Example SDK", "IMEI", "push"], ["Other SDK", "location", "maps"]]
    SimpleDocTemplate(stream, pagesize=A4).build([Paragraph(SENTENCE, getSampleStyleSheet()["Normal"]), Table(rows, style=[("GRID", (0, 0), (-1, -1), 1, "black")]), Paragraph("Afterwards.", getSampleStyleSheet()["Normal"])])
    policy = read(write(tmp_path, "a.pdf", stream.getvalue()))
    cells = [(b.row, b.column, b.header, policy.text[b.start:b.end]) for b in policy.blocks if b.kind == "cell"]
    assert cells == [(r, c, r == 0, text) for r, row in enumerate(rows) for c, text in enumerate(row)]
    assert shown(policy)[0] == SENTENCE and shown(policy)[-1] == "Afterwards."


def test_pdfs_that_cannot_be_read(tmp_path):
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    canvas.drawImage(ImageReader(Image.new("RGB", (200, 200), "gray")), 0, 0, 500, 700)
    canvas.save()
    whole = english_pdf()
    for name, data, word in (("locked.pdf", english_pdf(encrypt="secret"), "password"), ("short.pdf", whole[:len(whole) // 2], "truncated"), ("scan.pdf", stream.getvalue(), "scanned"),
                             ("noise.pdf", b"%PDF-1.7\n" + os.urandom(3000), "damaged"), ("text.pdf", b"Privacy policy", "not a PDF"), ("blank.pdf", make_pdf([[]]), "scanned")):
        policy = read(write(tmp_path, name, data))
        assert policy.status == "error" and word in policy.message and name in policy.message and policy.message.count("\n") == 0, (name, policy.message)


# ---------------------------------------------------------------- Word

def saved(document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_word(tmp_path):
    document = Document()
    document.add_heading("示例隐私政策", 0)
    document.add_heading("一、收集", 1)
    document.add_paragraph("我们会收集以下信息：")
    for text in ("手机号码", "设备标识符"):
        document.add_paragraph(text, style="List Bullet")
    for text in ("注册", "登录"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph().add_run("第三方共享").bold = True
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip((cell for row in table.rows for cell in row.cells), ("SDK名称", "目的", "示例SDK", "推送"), strict=True):
        cell.text = text
    policy = read(write(tmp_path, "a.docx", saved(document)))
    assert kinds(policy) == [("heading", 1, "示例隐私政策"), ("heading", 1, "一、收集"), ("paragraph", 0, "我们会收集以下信息："), ("item", 1, "手机号码"), ("item", 1, "设备标识符"), ("item", 1, "1. 注册"), ("item", 1, "2. 登录"),
                             ("heading", 0, "第三方共享"), ("cell", 0, "SDK名称"), ("cell", 0, "目的"), ("cell", 0, "示例SDK"), ("cell", 0, "推送")]
    assert [block.header for block in policy.blocks if block.kind == "cell"] == [True, True, False, False]
    holds(policy)


def test_chinese_numbers_that_word_computes(tmp_path):
    document = Document()
    document.add_paragraph("列表", style="List Number")
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1条"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for text, depth in (("总则", 0), ("收集", 1), ("共享", 1), ("存储", 0), ("期限", 1)):
        paragraph = document.add_paragraph(text)
        paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>'))
    policy = read(write(tmp_path, "a.docx", saved(document)))
    assert shown(policy)[1:] == ["第一条总则", "一.1 收集", "一.2 共享", "第二条存储", "二.1 期限"]
    assert [block.level for block in policy.blocks][1:] == [1, 2, 2, 1, 2]


def test_text_boxes_deletions_and_hidden_words(tmp_path):
    document = Document()
    body = document.element.body
    w = nsdecls("w")
    body.insert(0, parse_xml(f'<w:p {w}><w:r><w:t>我们收集</w:t></w:r><w:del w:id="1" w:author="x"><w:r><w:delText>您的指纹</w:delText></w:r></w:del><w:r><w:rPr><w:vanish/></w:rPr><w:t>您的面容</w:t></w:r>'
                             '<w:ins w:id="2" w:author="x"><w:r><w:t>您的手机号</w:t></w:r></w:ins></w:p>'))
    body.insert(1, parse_xml(f'<w:p {w}><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>框中的文字</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>'))
    assert shown(read(write(tmp_path, "a.docx", saved(document)))) == ["我们收集您的手机号", "框中的文字"]


def rebuilt(document_xml: bytes) -> bytes:
    source, stream = zipfile.ZipFile(io.BytesIO(saved(Document()))), io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in source.infolist():
            archive.writestr(part.filename, document_xml if part.filename == "word/document.xml" else source.read(part.filename))
    return stream.getvalue()


def test_word_files_that_cannot_be_read(tmp_path):
    entities = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10 if n else b"lol") for n in range(9))
    laughs = b"<?xml version='1.0'?><!DOCTYPE d [" + entities + b']><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&e8;</w:t></w:r></w:p></w:body></w:document>'
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "x")
    for name, data, word in (("bomb.docx", rebuilt(b" " * 120_000_000), "zip bomb"), ("laughs.docx", rebuilt(laughs), "damaged"), ("text.docx", b"Privacy policy", "not a Word file"), ("short.docx", saved(Document())[:4000], "truncated"),
                             ("zip.docx", other.getvalue(), "another kind of archive"), ("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Word"), ("empty.docx", saved(Document()), "no text"),
                             ("locked.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password")):
        policy = read(write(tmp_path, name, data))
        assert policy.status == "error" and word in policy.message and name in policy.message, (name, policy.message)


# ---------------------------------------------------------------- bad input

def test_files_that_cannot_be_read(tmp_path, monkeypatch):
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    with open(tmp_path / "huge.txt", "wb") as file:
        file.truncate(200_000_000)  # sparse
    os.mkfifo(tmp_path / "pipe.txt")
    write(tmp_path, "empty.txt", b"")
    write(tmp_path, "blank.txt", b" \n\t\n")
    write(tmp_path, "picture.txt", b"\x89PNG\r\n\x1a\n" + os.urandom(200))
    write(tmp_path, "noise.txt", os.urandom(5000))
    write(tmp_path, "rich.txt", b"{\\rtf1 hello}")
    for name, word in (("missing.txt", "No such file"), ("folder.txt", "folder"), ("loop.txt", "symbolic links"), ("huge.txt", "200 MB"), ("pipe.txt", "regular file"), ("empty.txt", "empty"), ("blank.txt", "blanks"),
                       ("picture.txt", "picture"), ("noise.txt", "binary"), ("rich.txt", ".rtf")):
        policy = read(tmp_path / name)
        assert policy.status == "error" and word in policy.message and name in policy.message and ";" in policy.message, (name, policy.message)
        assert policy.text == "" and policy.blocks == () and policy.name == name[:-4]


def test_a_file_that_vanishes(tmp_path, monkeypatch):
    path = write(tmp_path, "a.txt", ZH)
    monkeypatch.setattr("builtins.open", lambda *_, **__: (_ for _ in ()).throw(FileNotFoundError(2, "No such file or directory")))
    assert "No such file" in read(path).message


def test_pages_that_would_exhaust_a_parser(tmp_path):
    deep = page(tmp_path, "<div>" * 100_000 + f"<p>{句}</p>" + "</div>" * 100_000)
    assert shown(deep) == [句]
    assert read(write(tmp_path, "a.html", b"<" * 300_000)).status != "ok"
    assert read(write(tmp_path, "b.html", b"<script>" * 50_000)).status == "error"
    assert read(write(tmp_path, "c.md", "[" * 200_000)).status != "ok"


# ---------------------------------------------------------------- which files

def test_sources_of_a_folder(tmp_path):
    inner = tmp_path / "policies"
    for name in ("b.txt", "a.html", "sub/a.html", "sub/a.txt", ".hidden.txt", ".git/c.txt", "README.md", "policies.csv", "picture.png", "a_files/ad.html", "~$d.docx"):
        (inner / name).parent.mkdir(parents=True, exist_ok=True)
        write(inner, name, ZH)
    outside = write(tmp_path, "outside.txt", ZH)
    (inner / "link.txt").symlink_to(outside)
    (inner / "up").symlink_to(tmp_path)
    (inner / "loop.txt").symlink_to("loop.txt")
    found = sources(inner)
    assert {source.name: source.path.relative_to(inner).as_posix() for source in found if not source.error} == {"a": "a.html", "b": "b.txt", "sub/a": "sub/a.html", "sub/a.txt": "sub/a.txt"}
    assert [source.name for source in found if source.error] == ["loop"]
    assert sources([inner, inner / "a.html"]) == found  # each file once
    assert sources(str(inner / "**" / "*.txt")) != [] and all(source.path.suffix == ".txt" for source in sources(str(inner / "*.txt")))


def test_sources_that_are_not_there(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    for given, word in (("nowhere", "no such file"), ("empty", "no policy in this folder"), ("*.pdf", "no file matches"), ("loop", "links")):
        (source,) = sources(tmp_path / given)
        assert word in source.error and str(tmp_path / given) in source.error


def test_a_name_with_brackets_is_a_name(tmp_path):
    path = write(tmp_path, "policy[1].txt", ZH)
    assert sources(path)[0].path == path and sources(path)[0].error is None


# ---------------------------------------------------------------- is it a policy?

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "doubts" / "pages.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['says']}: {case['text'][:24]!r}")
def test_doubts(case):
    reason = doubts.about(case["text"])
    assert reason is None if case["says"] == "ok" else case["says"] in (reason or "no doubt")


@pytest.mark.corpus
def test_saved_pages(shared):
    from policykit import evaluate

    table = evaluate.reading(shared / "corpora")
    assert table.groupby("half")[["recall", "precision"]].median().min().min() >= 0.97
    assert (table["status"] == "ok").all()


def test_the_dates_beside_the_policy_stay(tmp_path):
    body = "<p>We collect personal information such as your e-mail address to answer you. You may ask us about it at any time.</p>" * 12
    page = ("<html><body><div id='nav'><a href='/a'>Home</a> <a href='/b'>Shop</a></div><div class='cms-sidebar'><p>Effective Date: March 5, 2014</p></div>"
            f"<div class='text'><h1>Privacy Policy</h1>{body}<h2>Last Updated: January 27, 2015</h2></div><div class='footer'><a href='/c'>Jobs</a></div></body></html>")
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    text = read(tmp_path / "page.html").text
    assert "Effective Date: March 5, 2014" in text and "Last Updated: January 27, 2015" in text and "Shop" not in text


def test_the_copyright_line_stays_where_the_policy_names_no_firm(tmp_path):
    def text(first: str, foot: str) -> str:
        body = f"<h1>Privacy Policy</h1><p>{first} you.</p>" + f"<p>{SENTENCE}</p>" * 6
        return page(tmp_path, f"<div class='text'>{body}</div><footer><a href='/t'>Terms</a> <a href='/j'>Jobs</a><p>{foot}</p></footer>").text

    assert text("We value", "Copyright © 2024 Bluefin Harbour, Inc. All rights reserved.").endswith("\nCopyright © 2024 Bluefin Harbour, Inc. All rights reserved.")
    assert "©" not in text("Larkspur Trading Co., Ltd. values", "© 2024 Bluefin Harbour, Inc.")
    assert "©" not in text("We value", "© 2024 Bluefin, theme by Mr Lark")


def test_headings_that_are_named_like_furniture_stay(tmp_path):
    text = "We collect your personal information when you use our services, and we share it with third parties only with your consent. " * 2
    policy = page(tmp_path, f"""<h1>Privacy Policy</h1><p>{text}</p><h3 id="cookies_and_targeted_advertising">3. Cookies and Targeted Advertising</h3><p>{text}</p>
        <h3 id="copyright_policy">4. Copyright Policy</h3><p>{text}</p><h3 id="share">5. How we share</h3><p>{text}</p><p>{text}</p>""")
    assert [line for line in shown(policy) if line[:1].isdigit()] == ["3. Cookies and Targeted Advertising", "4. Copyright Policy", "5. How we share"]
