"""A classifier learned from labels at hand."""

import pandas as pd
import pytest

from policykit import classifier, clausemodel, topics, train


def test_it_learns_labels_of_its_own():
    things = ["name", "phone number", "address", "picture", "voice", "location", "device", "order", "comment", "voucher", "seat", "ticket"]
    texts = [f"The blue form asks for your {thing}." for thing in things] + [f"The red form shows your {thing} to guests." for thing in things]
    labels = pd.DataFrame({"blue": [1] * 12 + [0] * 12, "red": [0] * 12 + [1] * 12, "never": 0})
    made = classifier.train(texts, labels)
    said = made.predict(["A blue form asks for your hat.", "This red form shows your hat to guests."])
    assert said.to_numpy().tolist() == [[1, 0, 0], [0, 1, 0]]


def test_label_orders_are_those_of_the_corpora(shared):
    for lang, word, label in (("zh", "未成年人", "minors"), ("zh", "加密", "security"), ("en", "contact us at", "contact"), ("en", "retain", "retention"), ("en", "children", "minors")):
        table = train.official(shared / "corpora", lang, ("dev",))
        at = clausemodel.HEADS.index(f"{label} given")
        given = [row[at] for text, row in zip(table.texts, table.labels, strict=True) if word in text.lower().replace(",", " ") and row[at] == row[at]]
        assert sum(given) / len(given) > 0.4, (lang, label)


def test_the_corpora_are_read_without_their_odd_cells(shared):
    pages = train.sheets(shared / "corpora", "zh")
    assert all(set(page.labels.ravel()) <= {0.0, 1.0} and page.labels.shape == (len(page.texts), 13) for page in pages)
    held = 1 - sum(page.open.sum() for page in pages) / sum(len(page.texts) for page in pages)
    assert 0.02 < held < 0.3        # rows of the test splits, and sentences like them, are not open


def test_nothing_of_the_corpora_is_in_the_weights(shared):
    data = b"".join(array.tobytes() for array in topics.load().arrays().values())
    for text, _ in train.read_split(shared / "corpora" / "capp130" / "sentences" / "topic_dev.txt")[:300]:
        assert len(text) < 8 or (text[:8].encode() not in data and text[:8].encode("utf-32-le") not in data)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_thresholds_serve_micro_and_macro(lang):
    voice = topics.load().voice(lang == "zh")
    assert voice.given.shape == voice.alone.shape == voice.policy.shape == (13,)
    assert ((voice.policy > 0) & (voice.policy < 1)).all()
