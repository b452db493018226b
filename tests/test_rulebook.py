"""Every example of every rule, run; and what the loader refuses."""

import ast
from pathlib import Path

import pytest

from policykit import rules
from policykit.practices import ORDER, find
from policykit.read import Block, Policy
from policykit.structure import parse

RULES = rules.load()


def said(text: str, rulebook: rules.Rulebook = RULES) -> dict[str, str]:
    """The strongest status of each item in a text of our own."""
    policy = Policy("example", text, (Block("paragraph", 0, len(text)),), title="example")
    found: dict[str, str] = {}
    for practice in find(parse(policy), rulebook):
        best = found.get(practice.item, "defined")
        found[practice.item] = min(best, practice.status, key=ORDER.index)
    return found


ITEMS = [(rule.id, example) for rule in RULES.items.values() for example in rule.examples]
CUES = [(rule.id, example) for rule in RULES.cues.values() for example in rule.examples]
TRAITS = [(rule.id, example) for rule in RULES.traits.values() for example in rule.examples]
PURPOSES = [(rule.id, example) for rule in RULES.purposes.values() for example in rule.examples]
PERMISSIONS = [(rule.id, example) for rule in RULES.permissions.values() for example in rule.examples]


@pytest.mark.parametrize(("item", "example"), ITEMS, ids=[f"{item}-{number}" for number, (item, _) in enumerate(ITEMS)])
def test_does_an_item_mean_what_its_example_says(item, example):
    assert said(example.text).get(item, "absent") == example.expect, example.text


@pytest.mark.parametrize(("cue", "example"), CUES, ids=[f"{cue}-{number}" for number, (cue, _) in enumerate(CUES)])
def test_does_a_cue_do_what_its_example_says(cue, example):
    item, status = example.expect.split()
    assert said(example.text).get(item, "absent") == status, example.text


@pytest.mark.parametrize(("trait", "example"), TRAITS, ids=[f"{trait}-{number}" for number, (trait, _) in enumerate(TRAITS)])
def test_does_a_trait_do_what_its_example_says(trait, example):
    item, status = example.expect.split()
    assert said(example.text).get(item, "absent") == status, example.text


JUDGING = ("actors", "advice", "asides", "bystanders", "claims", "definitions", "denials", "inherited", "judge", "mentions", "namings", "negations", "practices", "questions", "scope", "verdicts")


def literals(module: str) -> set[str]:
    """The strings in a module of the package."""
    source = (Path(rules.__file__).parent / f"{module}.py").read_text(encoding="utf-8")
    return {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@pytest.mark.parametrize("module", JUDGING)
def test_does_no_rule_of_judging_name_an_item_so_that_items_of_ones_own_are_judged_alike(module):
    assert not literals(module) & set(RULES.items)


def test_has_every_trait_items_and_a_rule_that_asks_for_it():
    asked = set().union(*map(literals, JUDGING))
    for trait in RULES.traits.values():
        assert trait.id in asked and any(trait.id in item.traits for item in RULES.items.values()), trait.id
        assert len({example.expect.split()[1] for example in trait.examples}) > 1, trait.id


@pytest.mark.parametrize(("purpose", "example"), PURPOSES, ids=[f"{purpose}-{number}" for number, (purpose, _) in enumerate(PURPOSES)])
def test_does_a_purpose_show_where_its_example_says(purpose, example):
    found = {hit.payload.id for hit in RULES.kinds(rules.normal(example.text)).get("purpose", ())}
    assert (purpose in found) == (example.expect != "no match"), example.text


@pytest.mark.parametrize(("permission", "example"), PERMISSIONS, ids=[f"{permission}-{number}" for number, (permission, _) in enumerate(PERMISSIONS)])
def test_does_a_permission_show_where_its_example_says(permission, example):
    found = {hit.payload.id for hit in RULES.kinds(rules.normal(example.text)).get("permission", ())}
    assert (permission in found) == (example.expect != "no match"), example.text


def test_does_every_item_have_an_example_of_it_and_one_against_it():
    for rule in RULES.items.values():
        said_so = [example.expect for example in rule.examples]
        assert "collected" in said_so and set(said_so) - {"collected"}, rule.id


def test_are_all_items_of_the_codebook_reached():
    assert len({rule.gold for rule in RULES.items.values() if rule.gold}) == 38
    assert len(RULES.items) == 173


ENTRY = """
- id: seat_position
  zh: 座椅位置
  en: seat position
  category: V
  terms_zh: [座椅位置]
  terms_en: [seat position]
  examples:
    - {text: 我们会记录您的座椅位置。, expect: collected}
    - {text: 我们不会记录您的座椅位置。, expect: denied}
"""


def folder(tmp_path, text, name="items.yml"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_does_a_folder_of_ones_own_add_an_item_without_python(tmp_path):
    book = rules.load(folder(tmp_path, ENTRY))
    assert len(book.items) == len(RULES.items) + 1
    assert said("我们会记录您的座椅位置。", book) == {"seat_position": "collected"}
    assert "seat_position" not in said("我们会记录您的座椅位置。")
    assert book.fingerprint != RULES.fingerprint


def test_does_an_entry_of_ones_own_take_the_place_of_the_packages(tmp_path):
    text = ENTRY.replace("seat_position", "clipboard").replace("座椅位置", "粘贴缓冲区").replace("seat position", "paste buffer")
    book = rules.load(folder(tmp_path, text))
    assert len(book.items) == len(RULES.items)
    assert said("我们会读取您的粘贴缓冲区。", book) == {"clipboard": "collected"}
    assert said("我们会读取您的剪切板。", book) == {}


@pytest.mark.parametrize(("change", "words"), [
    (("category: V", "categroy: V"), ["items.yml", "seat_position", "categroy", "did you mean 'category'"]),
    (("category: V", "category: V\n  parent: devise_id"), ["items.yml", "seat_position", "devise_id", "did you mean 'device_id'"]),
    (("category: V", "category: V\n  traits: [medai]"), ["items.yml", "seat_position", "medai", "did you mean 'media'"]),
    (("[座椅位置]", "[剪切板]"), ["items.yml", "seat_position", "剪切板", "clipboard"]),
    (("    - {text: 我们不会记录您的座椅位置。, expect: denied}\n", ""), ["items.yml", "seat_position", "example"]),
    (("terms_en: [seat position]", "terms_en: seat position"), ["items.yml", "seat_position", "terms_en", "list"]),
    (("  terms_en: [seat position]\n", ""), ["items.yml", "seat_position", "missing"]),
])
def test_does_the_loader_say_what_is_wrong_and_where(tmp_path, change, words):
    assert change[0] in ENTRY
    with pytest.raises(rules.RulebookError) as error:
        rules.load(folder(tmp_path, ENTRY.replace(*change)))
    assert all(word in str(error.value) for word in words), error.value


def test_is_a_cue_of_an_unknown_effect_refused(tmp_path):
    with pytest.raises(rules.RulebookError, match="context.yml, entry x: no effect is 'denies'"):
        rules.load(folder(tmp_path, "- {id: x, effect: denies, zh: 否, en: no, terms_zh: [否决], examples: [{text: a, expect: b}, {text: c, expect: d}]}", "context.yml"))


def test_does_an_item_of_ones_own_with_a_trait_fall_under_the_rules_for_it(tmp_path):
    own = "座椅位置：help@example.com。"       # a way to reach the firm
    assert said(own, rules.load(folder(tmp_path, ENTRY)))["seat_position"] != "absent"
    assert said(own, rules.load(folder(tmp_path, ENTRY.replace("category: V", "category: V\n  traits: [contact]")))) == {}


def test_are_words_that_are_compared_not_sought():
    listed = {rule.effect for rule in RULES.cues.values()} & rules.LISTED
    assert listed == rules.LISTED and all(RULES.listed.values())
    assert not listed & set(RULES.kinds("您的信息存储后用于查询, you can delete it"))


def test_do_compared_words_of_ones_own_count(tmp_path):
    text = "- {id: mine, effect: idle, zh: 甲, en: a, terms_zh: [换绑], examples: [{text: a, expect: b}, {text: c, expect: d}]}"
    assert rules.load(folder(tmp_path, text, "context.yml")).listed["idle"] == RULES.listed["idle"] | {"换绑"}
    with pytest.raises(rules.RulebookError, match="context.yml, entry mine: 'idle' knows no look-alikes"):
        rules.load(folder(tmp_path, text.replace("terms_zh", "not_zh: [换绑定], terms_zh"), "context.yml"))


def test_is_a_missing_folder_of_rules_named(tmp_path):
    with pytest.raises(rules.RulebookError, match="there is no such folder"):
        rules.load(tmp_path / "nowhere")


@pytest.mark.parametrize("item", [item for item in RULES.items.values() if item.note], ids=lambda item: item.id)
def test_is_a_note_one_short_sentence(item):
    assert item.note.endswith(".") and item.note.count(". ") == 0 and len(item.note) <= 160
