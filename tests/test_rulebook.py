"""Every example of every rule, run; and what the loader refuses."""

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
PURPOSES = [(rule.id, example) for rule in RULES.purposes.values() for example in rule.examples]
PERMISSIONS = [(rule.id, example) for rule in RULES.permissions.values() for example in rule.examples]


@pytest.mark.parametrize(("item", "example"), ITEMS, ids=[f"{item}-{number}" for number, (item, _) in enumerate(ITEMS)])
def test_does_an_item_mean_what_its_example_says(item, example):
    assert said(example.text).get(item, "absent") == example.expect, example.text


@pytest.mark.parametrize(("cue", "example"), CUES, ids=[f"{cue}-{number}" for number, (cue, _) in enumerate(CUES)])
def test_does_a_cue_do_what_its_example_says(cue, example):
    item, status = example.expect.split()
    assert said(example.text).get(item, "absent") == status, example.text
