"""Sections, tables of contents, lists and lead-ins: the five policies as checked by eye, and one case for each way to number."""

from pathlib import Path

import pytest

from policykit import structure
from policykit.blocks import Block, lines
from policykit.read import Policy, read
from policykit.rules import strings

CASES = Path(__file__).parent / "cases" / "structure"
CHECKED = sorted(CASES.glob("*.*.yml"))
SMALL = [case for path in sorted(CASES.glob("small*.yml")) for case in strings(path)]


def parsed(text: str, form: str = "txt"):
    return structure.parse(Policy("made up", text, lines(text), "", form))


def section_lines(document) -> list[str]:
    return [f"{s.level} | {document.parts[s.section]} | {s.number or '-'} | {s.title or '-'}" + (" *" if s.in_toc else "") for s in document.sections]


def lead_lines(document) -> list[str]:
    governed: dict[int, list] = {}
    for clause in document.clauses:
        if clause.lead is not None:
            governed.setdefault(clause.lead, []).append(clause)

    def words(clause, left=None, right=None):
        return clause.text.replace("\n", " ")[left:right]

    return [f"…{words(document.clauses[lead], -20)} | {found[0].kind} | {len(found)} | {words(found[0], None, 18)} | {words(found[-1], None, 18)}" for lead, found in governed.items()]


@pytest.mark.parametrize("path", CHECKED, ids=lambda path: path.stem)
def test_a_policy_has_the_sections_and_lists_that_a_reader_sees(path, policies):
    case = strings(path)
    document = structure.parse(read(policies / case["policy"]))
    assert section_lines(document) == case["sections"]
    assert [c.text.replace("\n", " ") for c in document.clauses if c.kind == "toc"] == case["contents"]
    assert lead_lines(document) == case["leads"]
    assert [f"{i.kind} | {document.policy.text[i.start:i.end][:30]} | {i.detail}".replace("\n", " ") for i in document.irregularities] == case["irregularities"]


def test_all_five_policies_have_been_checked(policies):
    assert {strings(path)["policy"] for path in CHECKED} == {path.name for path in policies.glob("*.txt")}


@pytest.mark.parametrize("case", SMALL, ids=lambda case: case["id"])
def test_small_documents(case):
    document = parsed(case["text"], case.get("format", "txt"))
    if "sections" in case:
        assert [f"{s.level} {s.number or '-'} {s.title or '-'}" for s in document.sections if s.section or s.title] == case["sections"]
    if "clauses" in case:
        assert [f"{c.kind}{'' if c.lead is None else f' <{c.lead}'} {c.text}".replace("\n", "⏎") for c in document.clauses] == case["clauses"]
    if "irregularities" in case:
        assert [f"{i.kind} {i.detail}" for i in document.irregularities] == case["irregularities"]
    if "parts" in case:
        assert list(document.parts) == case["parts"]


def test_the_lines_of_a_preformatted_page_are_joined_as_those_of_a_text(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<html><body><pre>一、位置信息\n为您导航时，我们会读取设备的位置信息（IP\n地址、GPS 坐标与附近的基站），\n并在行程结束后删除。\n</pre></body></html>", encoding="utf-8")
    document = structure.parse(read(page))
    assert [clause.text for clause in document.clauses] == ["一、位置信息", "为您导航时，我们会读取设备的位置信息（IP\n地址、GPS 坐标与附近的基站），\n并在行程结束后删除。"]


def test_cells_stand_under_their_column_heading():
    text = "SDK名称\n用途\n推送SDK\n消息推送"
    starts = [0, 6, 9, 15]
    ends = [5, 8, 14, 19]
    blocks = tuple(Block("cell", starts[n], ends[n], 0, 0, n // 2, n % 2, n < 2) for n in range(4))
    document = structure.parse(Policy("table", text, blocks, "", "html"))
    assert document.tables == (((0, 1), (2, 3)),)
    assert [c.lead for c in document.clauses] == [None, None, 0, 1]


def test_a_heading_of_the_format_needs_no_looks():
    text = "我们如何收集您的信息？请您仔细阅读\n\n正文。"
    document = structure.parse(Policy("page", text, (Block("heading", 0, 17, 2), Block("paragraph", 19, 22)), "", "html"))
    assert [s.level for s in document.sections] == [0, 1]


def test_the_same_text_gives_the_same_document(policies):
    policy = read(policies / "che300.zh.txt")
    assert structure.parse(policy) == structure.parse(policy)


def test_chrome_has_a_name():
    document = parsed("隐私政策\n==========\n我们收集您的手机号。\n- 3 -\nSkip to main content\n第二段。")
    assert [(c.kind, document.policy.text[c.start:c.end]) for c in document.chrome] == [("ruler", "=========="), ("page", "- 3 -"), ("page", "Skip to main content")]
    assert [c.text for c in document.clauses] == ["隐私政策", "我们收集您的手机号。", "第二段。"]


def test_the_list_inside_an_item_is_led_by_the_item(tmp_path):
    (tmp_path / "page.html").write_text("<html><body><h1>Privacy Policy</h1><p>We value you.</p><ul><li>What you give. The data we collect may include:"
                                        "<ul><li>Full name,</li><li>Street address,</li></ul></li><li>What we log. We log little.</li></ul></body></html>", encoding="utf-8")
    clauses = structure.parse(read(tmp_path / "page.html")).clauses
    lead = next(c.clause for c in clauses if c.text.endswith("include:"))
    assert [c.lead for c in clauses if c.clause > lead] == [lead, lead, None]
