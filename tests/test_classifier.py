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


def made_up_rows(number: int = 12) -> tuple[list[str], pd.DataFrame]:
    """Rows in two languages whose label is whether the user may refuse."""
    zh, en = ("手机号", "位置", "通讯录", "照片", "昵称", "订单"), ("phone number", "location", "contacts", "photos", "nickname", "orders")
    texts = [f"您可以拒绝我们收集您的{thing}。" for thing in zh] + [f"You may refuse to give us your {thing}." for thing in en]
    texts += [f"我们将您的{thing}提供给合作伙伴。" for thing in zh] + [f"We give your {thing} to our partners." for thing in en]
    return texts, pd.DataFrame({"refuse": [1] * number + [0] * number})


def test_it_learns_in_two_languages_and_again_the_same():
    texts, labels = made_up_rows()
    one, two = (classifier.train(texts, labels).scores(["您可以拒绝提供生日。", "We give your birthday to our partners."]) for _ in range(2))
    assert one["refuse"][0] > 0.5 > one["refuse"][1]
    pd.testing.assert_frame_equal(one, two)


def test_many_texts_are_learned_from_a_part_and_compared_in_blocks(monkeypatch):
    texts, labels = made_up_rows()
    whole = classifier.train(texts, labels)
    monkeypatch.setattr(classifier, "ROWS", 5)
    assert (whole.scores(texts) - classifier.train(texts, labels).scores(texts)).abs().to_numpy().max() < 1e-6
    monkeypatch.setattr(classifier, "MOST", 16)
    part = classifier.train(texts, labels)
    assert len(part.halves.kernel.known.dense) == 16 and part.predict(texts)["refuse"].tolist() == labels["refuse"].tolist()


def test_no_texts_have_no_labels():
    made = classifier.train(*made_up_rows())
    assert made.predict([]).shape == (0, 1)
