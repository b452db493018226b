"""SDKs: named in sentences, lists, labelled blocks and tables; cases of the same shapes as real policies, in our own words."""

from pathlib import Path

import pytest

from policykit import practices, rules, sdks, structure
from policykit.read import Block, Policy

RULES = rules.load()
HERE = Path(__file__).parent / "cases" / "sdks"
TEXTS, BLOCKS, TABLES, FLAT = (rules.strings(HERE / f"{name}.yml") for name in ("text", "blocks", "tables", "flat"))


def document(text: str, table: list[str] | None = None) -> structure.Document:
    """A text of our own, a line a paragraph; or a table, a row a line."""
    blocks, at = [], 0
    for number, line in enumerate(text.split("\n")):
        cell_at = at
        for column, cell in enumerate(line.split(" | ") if table else [line]):
            if cell.strip():
                place = {"table": 0, "row": number, "column": column, "header": number == 0} if table else {}
                blocks.append(Block("cell" if table else "paragraph", cell_at, cell_at + len(cell), **place))
            cell_at += len(cell) + 3
        at += len(line) + 1
    return structure.parse(Policy("example", text, tuple(blocks), title="example"))


def found(text: str, table: list[str] | None = None):
    """The SDKs of a text of our own."""
    parsed = document(text, table)
    rows = sdks.find(parsed, practices.find(parsed, RULES), RULES)
    assert all(text[row.start:row.end] == row.quote for row in rows)
    return rows


@pytest.mark.parametrize("example", RULES.facts["sdks"].examples, ids=lambda example: example.text[:12])
def test_are_the_sdks_of_the_rulebook_example_named(example):
    assert {row.sdk for row in found(example.text)} == (set() if example.expect == "no match" else set(example.expect.split())), example.text


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: case["text"][:14])
def test_are_these_sdks_named_and_no_others(case):
    assert {row.sdk for row in found(case["text"])} == set(case["expect"] or []), case["text"]


def same(row, wanted: str) -> bool:
    sdk, provider, purpose, items = (part.strip() for part in f"{wanted} |||".split("|")[:4])
    return row.sdk == sdk and (not provider or row.provider == provider) and (not purpose or row.purpose == purpose) and (not items or row.items == items)


@pytest.mark.parametrize("case", BLOCKS, ids=lambda case: case["text"][:14])
def test_is_a_block_read_with_firm_and_purpose(case):
    rows = found(case["text"])
    assert len(rows) == len(case["rows"] or []) and all(map(same, rows, case["rows"] or [])), rows


@pytest.mark.parametrize("case", FLAT, ids=lambda case: case["text"][:14])
def test_is_a_table_read_that_lies_flat_in_the_text(case):
    rows = found(case["text"])
    assert len(rows) == len(case["rows"] or []) and all(map(same, rows, case["rows"] or [])), rows


@pytest.mark.parametrize("case", TABLES, ids=lambda case: case["table"][0][:14])
def test_is_a_table_read_in_any_order_of_columns(case):
    rows = found("\n".join(case["table"]), case["table"])
    assert len(rows) == len(case["rows"] or []) and all(map(same, rows, case["rows"] or [])), rows


def test_does_an_sdk_take_the_items_of_its_own_row():
    rows = found("\n".join(TABLES[0]["table"]), TABLES[0]["table"])
    assert rows[1].items == "precise_location" and "precise_location" not in (rows[0].items or "")


def test_do_facts_name_each_sdk_once():
    rows = found("我们接入友盟SDK。友盟SDK收集IMEI。我们还接入个推SDK。")
    facts = sdks.as_facts(rows)
    assert [f.value for f in facts] == ["友盟SDK", "个推SDK"] and all(f.fact == "sdks" for f in facts)


def test_do_facts_hold_each_product_of_one_maker():
    rows = found("我们接入了华为推送SDK、华为HMS、友盟统计和友盟推送。友盟（Umeng）会收集IMEI。")
    assert [f.value for f in sdks.as_facts(rows)] == ["华为推送SDK", "华为HMS", "友盟统计", "友盟推送"]


def test_is_an_sdk_called_by_the_name_that_says_so():
    rows = found("您听讯飞语音读的文章时，科大讯飞SDK会收集IMEI。")
    assert [f.value for f in sdks.as_facts(rows)] == ["科大讯飞SDK"]
    rows = found("分享时我们使用了MobTech ShareSDK，它会读取IMEI。")
    assert [f.value for f in sdks.as_facts(rows)] == ["MobTech ShareSDK"]


def test_is_what_an_sdk_is_for_not_what_it_takes_where_the_cell_for_that_is_empty():
    rows = found(
        "第三方SDK服务商会收集您的信息：\n服务商\n服务内容\n获取个人信息类型\n服务商隐私政策链接\n微信\n使用微信登录\nIMEI\nhttps://a.example\nQQ\n使用QQ登录\nhttps://b.example\n银联\n使用银行卡充值\nhttps://c.example")
    assert [(row.sdk, row.items) for row in rows] == [("wechat_open", "imei"), ("qq_connect", None), ("unionpay", None)]


def test_are_the_usual_data_of_the_list_items_of_the_rulebook():
    strange = {item for sdk in RULES.sdks.values() for item in sdk.usual_data.split()} - set(RULES.items)
    assert not strange


@pytest.mark.parametrize("text", ["", "SDK", "SDK" * 500, "：" * 300, "SDK名称：", "SDK名称：\nSDK名称：", "第三方SDK名称：、、、", "（" * 200 + "SDK"])
def test_does_odd_text_not_raise(text):
    found(text)


def test_does_an_sdk_of_ones_own_need_no_python(tmp_path):
    (tmp_path / "sdks.csv").write_text("id,name,provider,aliases,context,lookalikes,type,usual_data,source\nstarboat,星舟,星舟公司,星舟云|StarBoat,星舟,,cloud,imei,mine\n", encoding="utf-8")
    parsed = document("我们使用星舟云存储文件。")
    assert [row.sdk for row in sdks.find(parsed, [], rules.load(tmp_path))] == ["starboat"]


def test_are_the_sdks_of_the_five_policies_named(policies):
    from policykit.read import read
    named = {path.name: {row.sdk for row in sdks.find(structure.parse(read(path)), [], RULES)} for path in sorted(policies.glob("*.txt"))}
    assert named["che300.zh.txt"] == {"bugly", "umeng"}
    assert named["ciie.en.txt"] == {"tencent", "zxing", "naviguy", "translation_sdk", "wechat_open", "alipay"}
    assert not named["michelin-china.en.txt"] | named["autool.en.txt"] | named["unnamed-hardware-firm.zh-en.txt"]


def test_is_an_sdk_called_by_its_own_name_rather_than_its_makers():
    rows = found("我们集成了杭州网易质云科技有限公司的网易云信SDK，云信SDK会读取SSID。")
    assert [f.value for f in sdks.as_facts(rows)] == ["网易云信SDK"]
    assert [f.value for f in sdks.as_facts(found("为统计崩溃，我们使用友盟同欣（北京）科技有限公司的友盟SDK收集设备信息。"))] == ["友盟SDK"]


def test_does_a_name_end_before_what_is_said_of_it():
    rows = found("厂商推送的SDK\n华为会通过SDK收集OAID；vivo会通过SDK收集IMEI。我们还会使用友盟的SDK统计，以及个推推送SDK。")
    assert [row.quote for row in rows] == ["华为", "vivo", "友盟", "个推推送SDK"]


def test_does_a_firm_belong_to_the_sdk_beside_it_only():
    rows = found("我们的推送SDK由小河科技有限责任公司（小米）、大江移动通信有限公司（OPPO）提供。")
    assert {row.sdk: row.provider for row in rows} == {"xiaomi_push": "小河科技有限责任公司", "oppo_push": "大江移动通信有限公司"}


def test_is_a_list_that_stands_in_the_text_not_said_to_be_elsewhere():
    from policykit import facts
    told = "我们接入的SDK目录如下：\nSDK名称：友盟SDK\n使用目的：统计\nSDK名称：星舟快传\n使用目的：传输\nSDK名称：个推SDK\n使用目的：推送"
    for text, expected in ((told, []), ("详情请见《第三方SDK目录》。", ["announced"])):
        parsed = document(text)
        kept = sdks.elsewhere(facts.find(parsed, RULES), sdks.find(parsed, [], RULES))
        assert [f.value for f in kept if f.fact == "sdk_list"] == expected


def test_is_a_name_all_over_the_text_its_own_product_and_no_sdk():
    own = "\n".join(f"{number}、创蓝会依法处理第{number}类信息，授权人同意创蓝作为服务提供商与第三方共享。" for number in range(1, 12))
    assert not found(own) and {row.sdk for row in found("我们接入创蓝SDK。\n" + own)} == {"shanyan"}


def test_is_a_table_that_lines_of_links_break_read_under_its_one_heading():
    """Each stretch of rows between two lines of links is a table of its own; the heading is said once."""
    lines = ["第三方SDK | 服务功能 | 获取信息 | 服务商隐私政策", "星舟SDK | 推送 | OAID", "https://a.example/license", "云湾SDK | 客服 | 相机、麦克风", "友盟SDK | 分享 | IDFA", "https://b.example/policy"]
    text, blocks, at, table = "\n".join(lines), [], 0, 0
    for number, line in enumerate(lines):
        table += line.startswith("http")
        cell_at = at
        for column, cell in enumerate(line.split(" | ")):
            place = {} if line.startswith("http") else {"table": table, "row": number - (3 if table else 0), "column": column, "header": number == 0}
            blocks.append(Block("cell" if place else "paragraph", cell_at, cell_at + len(cell), **place))
            cell_at += len(cell) + 3
        at += len(line) + 1
    parsed = structure.parse(Policy("example", text, tuple(blocks), title="example"))
    rows = sdks.find(parsed, practices.find(parsed, RULES), RULES)
    assert [(row.sdk, row.purpose, row.items) for row in rows] == [("星舟SDK", "推送", "oaid"), ("云湾SDK", "客服", "camera microphone"), ("umeng", "分享", "idfa")]
