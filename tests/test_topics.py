"""Clause types: what the shipped model and the cues make of sentences and documents."""

import pytest

from policykit import rules, topics

EXAMPLES = [(rule.id, example) for rule in rules.load().topics.values() for example in rule.examples]


@pytest.fixture(scope="module")
def found():
    """The topics of every example of topics.yml, as in a whole policy."""
    model, rulebook = topics.load(), rules.load()
    return [set(one) for one in topics.of_sentences([example.text for _, example in EXAMPLES], rulebook, model)]


def test_every_topic_has_both_kinds_of_example():
    for rule in rules.load().topics.values():
        assert {"match", "no match"} <= {example.expect for example in rule.examples}, rule.id


@pytest.mark.parametrize("number", range(len(EXAMPLES)), ids=lambda n: f"{EXAMPLES[n][0]}-{n}")
def test_example(number, found):
    topic, example = EXAMPLES[number]
    assert (topic in found[number]) == (example.expect == "match"), found[number]
