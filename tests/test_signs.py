"""What the rulebook finds in texts, as features."""

import numpy as np
import pytest

from policykit import rules, signs


@pytest.mark.parametrize(("text", "wanted"), [
    ("我们会向第三方共享您的设备型号和位置信息。", {"share share": 1, "items": 2, "broad location_generic": 0}),
    ("We never sell your e-mail address, phone number or IP address.", {"item email": 1, "item phone_number": 1, "item ip_address": 1, "items": 3, "list": 1}),
    ("Questions? Write to privacy@example.com.", {"question": 1, "at": 1, "items": 0}),
    ("", {"items": 0}),
])
def test_signs_are_counted(text, wanted):
    [found] = signs.signs([text], rules.load())
    assert {name: found[name] for name in wanted} == wanted


def test_an_item_counts_as_the_broad_one_above_it():
    book = rules.load()
    item, above = next((item, line) for item, line in book.ancestors.items() if line and book.items[item].terms_zh)
    [found] = signs.signs([f"我们收集您的{book.items[item].terms_zh[0]}。"], book)
    assert found[f"item {item}"] and found[f"broad {above[-1]}"]


def test_line_ends_inside_a_text_do_not_end_it():
    first, second = signs.signs(["We collect\nyour name.\r\nWe share it.", "We share cookies."], rules.load())
    assert first["we we"] == 2 and first["share share"] == 1 and second["share share"] == 1


def test_rows_have_length_one_and_unknown_signs_no_column():
    texts = ["We collect your name.", "We share your name.", "We sell your name with your consent.", "我们收集您的姓名。"]
    space = signs.SignSpace.of(texts, rules.load())
    table = space.features([*texts, "", "zzz"])
    assert table.shape == (6, len(space.column)) and "item real_name" in space.column and "consent" not in space.column
    length = np.sqrt(np.asarray(table.multiply(table).sum(1))).ravel()
    assert np.allclose(length[:4], 1, atol=1e-5) and not length[4:].any()
    assert space.features([]).shape == (0, len(space.column))
