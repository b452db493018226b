"""Facts: every example of facts.yml, and cases of the same shapes as real policies, in our own words."""

from pathlib import Path

import pytest

from policykit import facts, rules, structure
from policykit.read import Block, Policy

RULES = rules.load()
CASES = [(path.stem, case) for path in sorted(Path(__file__).parent.glob("cases/facts/*.yml")) for case in rules.strings(path)]
EXAMPLES = [(rule.id, example) for rule in RULES.facts.values() if rule.type != "sdk" for example in rule.examples]


def document(text: str) -> structure.Document:
    """A text of our own, a line a paragraph."""
    blocks, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            blocks.append(Block("paragraph", at, at + len(line)))
        at += len(line) + 1
    return structure.parse(Policy("example", text, tuple(blocks), title="example"))


def said(text: str, fact: str) -> list[str]:
    """The values of a fact in a text of our own, each with its unit."""
    found = facts.find(document(text), RULES)
    assert all(text[f.start:f.end] == f.quote for f in found)
    return [" ".join(filter(None, (f.value, f.unit))) for f in found if f.fact == fact]


@pytest.mark.parametrize(("fact", "example"), EXAMPLES, ids=[f"{fact}-{number}" for number, (fact, _) in enumerate(EXAMPLES)])
def test_does_a_fact_mean_what_its_example_says(fact, example):
    assert said(example.text, fact) == ([] if example.expect == "no match" else [example.expect]), example.text


@pytest.mark.parametrize(("kind", "case"), CASES, ids=[f"{kind}-{case['fact']}-{number}" for number, (kind, case) in enumerate(CASES)])
def test_is_the_fact_read(kind, case):
    assert sorted(said(case["text"], case["fact"])) == sorted(case["expect"] or []), case["text"]


def test_does_every_fact_have_an_example_of_it_and_one_against_it():
    for rule in RULES.facts.values():
        expected = [example.expect for example in rule.examples]
        assert "no match" in expected and set(expected) - {"no match"}, rule.id


def test_does_every_fact_say_what_decided():
    for fact in facts.find(document("更新日期：2022年3月8日，客服电话400-123-4567，邮箱a@b.cn"), RULES):
        name, _, reason = fact.rule.partition("/")
        assert name == fact.fact and reason


@pytest.mark.parametrize("text", ["", "\n\n", "年月日", "（（（（", "0" * 3000, "由" * 500 + "有限公司", "A. " * 500 + "Inc.", "@" * 300, "a@" * 300, "1-" * 400])
def test_does_odd_text_neither_raise_nor_take_long(text):
    facts.find(document(text), RULES)


def test_are_the_five_policies_read_right(policies):
    """What the codebook's annotator read in the five policies of the project."""
    from policykit.read import read
    said = {}
    for path in sorted(policies.glob("*.txt")):
        found = facts.find(structure.parse(read(path)), RULES)
        said[path.name] = {f.fact: f.value for f in found}
    assert said["che300.zh.txt"]["controller"] == "南京三百云信息科技有限公司"
    assert said["che300.zh.txt"]["effective"] == "2023-08-29" and said["che300.zh.txt"]["legal_regime"] == "pipl"
    assert said["michelin-china.en.txt"]["updated"] == "2020-05" and said["michelin-china.en.txt"]["cross_border"] == "yes"
    assert said["ciie.en.txt"]["child_age"] == "14" and "cross_border" not in said["ciie.en.txt"]
    assert "controller" not in said["autool.en.txt"] and said["autool.en.txt"]["phones"] == "400-032-0988"
    assert said["unnamed-hardware-firm.zh-en.txt"]["legal_regime"] == "csl_35273_2020" and "updated" not in said["unnamed-hardware-firm.zh-en.txt"]


@pytest.mark.corpus
def test_are_95_of_100_facts_of_the_gold_read(shared):
    """The twelve policies with hand-made gold, scored by its own program."""
    import importlib.util
    import json

    from policykit import practices, sdks
    from policykit.read import read
    spec = importlib.util.spec_from_file_location("score", shared / "gold" / "score.py")
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    right = total = 0
    for path in sorted((shared / "gold" / "texts").glob("*.txt")):
        parsed = structure.parse(read(path))
        found = facts.find(parsed, RULES) + sdks.as_facts(sdks.find(parsed, practices.find(parsed, RULES), RULES))
        values: dict[str, set[str]] = {}
        for fact in found:
            values.setdefault(fact.fact, set()).add(fact.value)
        gold = json.loads((shared / "gold" / "matrix" / f"{path.stem}.json").read_text(encoding="utf-8"))["facts"]
        for name in score.SCALARS:
            right += score.fact_right(name, gold.get(name), values.get(name, set()))
            total += 1
        for name in score.LISTS:
            wanted, said = {score.squash(v) for v in gold.get(name) or []}, {score.squash(v) for v in values.get(name, set())}
            right += sum(any(w in s or s in w for s in said) for w in wanted)
            total += len(wanted)
    assert right / total >= 0.95, f"{right} of {total}"


@pytest.mark.parametrize(("line", "message"), [
    ("type: flags", "did you mean 'flag'"),
    ("type: flag\n  pick: beste", "did you mean 'best'"),
    ("type: flag\n  patterns: [{id: p, match: '(a'}]", "not a regular expression"),
    ("type: flag\n  patterns: [{id: p, match: '<FRIM>'}]", "did you mean '<FIRM>'"),
    ("type: flag\n  patterns: [{id: p, match: a, stength: '1'}]", "did you mean 'strength'"),
])
def test_is_a_wrong_fact_refused_with_the_nearest_right_word(tmp_path, line, message):
    (tmp_path / "facts.yml").write_text(f"- id: mine\n  zh: 我\n  en: mine\n  {line}\n  examples: [{{text: a, expect: 'true'}}, {{text: b, expect: no match}}]\n", encoding="utf-8")
    with pytest.raises(rules.RulebookError, match="mine") as error:
        rules.load(tmp_path)
    assert message in str(error.value)


def test_does_a_fact_of_ones_own_need_no_python(tmp_path):
    (tmp_path / "facts.yml").write_text(
        "- id: icp\n  zh: 备案号\n  en: ICP filing\n  type: flag\n  patterns:\n    - {id: number, match: '[京沪]icp备\\d+号', when: [icp], value: filed}\n"
        "  examples: [{text: 京ICP备1号, expect: filed}, {text: 无, expect: no match}]\n", encoding="utf-8")
    found = facts.find(document("版权所有 京ICP备12345号"), rules.load(tmp_path))
    assert [(f.fact, f.value) for f in found] == [("icp", "filed")]


def test_does_a_guessed_order_of_day_and_month_show():
    (sure,) = [f for f in facts.find(document("Last updated 05/29/2023"), RULES) if f.fact == "updated"]
    (guess,) = [f for f in facts.find(document("Last updated 05/06/2023"), RULES) if f.fact == "updated"]
    (told,) = [f for f in facts.find(document("Last updated 05/06/2023, before 29/05/2023"), RULES) if f.fact == "updated"]
    assert (sure.value, guess.value, told.value) == ("2023-05-29", "2023-05-06", "2023-06-05")
    assert "assumed" in guess.rule and "assumed" not in sure.rule
