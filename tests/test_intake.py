"""New policies into a corpus: nothing overwritten, nothing raised, a sentence for each file."""

from datetime import UTC, datetime

import made_up
import pytest

import policykit as pk
from policykit import intake

POLICY = "隐私政策\n\n一、我们收集的信息\n\n我们会收集您的IMEI和手机号，用于保障账号安全。\n我们不会读取您的通讯录。\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("policies")
    (made / "new.txt").write_text(POLICY * 4, encoding="utf-8")
    (made / "empty.txt").write_bytes(b"")
    return made


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    made = tmp_path_factory.mktemp("base")
    (made / "new.txt").write_text(POLICY.replace("IMEI", "MAC地址") * 4, encoding="utf-8")
    return pk.read(made, progress=False)


def test_join_keeps_both_of_one_name(base, folder):
    whole = intake.join(base, pk.read(folder / "new.txt", progress=False))
    assert list(whole.policies["policy"]) == ["new", "new (2)"]
    assert set(whole.texts) == {"new", "new (2)"}
    for name, table in whole.tables.items():
        assert dict(table.dtypes) == dict(base.tables[name].dtypes), name
    for clause in whole.clauses.itertuples():
        assert whole.texts[clause.policy][clause.start:clause.end] == clause.text


def test_join_with_nothing(base):
    empty = made_up.corpus(0)
    assert len(intake.join(empty, base).clauses) == len(base.clauses) == len(intake.join(base, empty).clauses)


def test_corpora_of_different_rules_are_not_joined(base):
    other = made_up.corpus(1)
    with pytest.raises(ValueError, match="different rules"):
        intake.join(base, type(other)(other.tables, other.texts, "other rules"))


def test_a_sentence_for_each_file(base, folder):
    heard = []
    whole, sentences = intake.add(base, folder, said=lambda done, all_, sentence: heard.append((done, all_)))
    assert heard == [(1, 2), (2, 2)] and len(sentences) == 2
    assert "empty.txt" in sentences[0] and "Traceback" not in sentences[0]
    assert sentences[1].startswith("new.txt: read")
    assert sorted(whole.policies["status"].astype(str)) == ["error", "ok", "ok"] or "warning" in set(whole.policies["status"])


def test_the_same_file_twice_is_said_not_doubled(base, folder):
    once, _ = intake.add(base, folder / "new.txt")
    twice, sentences = intake.add(once, folder / "new.txt", lang="zh")
    assert len(twice.policies) == len(once.policies) and "已有" in sentences[0]


def test_a_missing_path_is_a_sentence(base, tmp_path):
    whole, sentences = intake.add(base, tmp_path / "no such folder")
    assert len(sentences) == 1 and "no such" in sentences[0]
    assert len(whole.clauses) == len(base.clauses)


def upload(name, content):
    return {"name": name, "type": "", "size": len(content), "content": memoryview(content), "last_modified": datetime.now(UTC)}


def test_dropping_files(base):
    pk.display()
    control = intake.intake(base)
    control.files.value = (upload("../../<img src=x>政策.txt", POLICY.encode() * 4), upload("bad.pdf", b"%PDF-1.7 nothing"))
    assert len(control.added) == 2 and control.corpus is not base
    assert "<img" not in control.said.value and "bad.pdf" in control.said.value
    assert control.files.value == ()
    assert "application/vnd.plotly.v1+json" in control.shown.outputs[1]["data"]


def test_picking_a_folder(base, folder):
    control = intake.intake(base, folder=folder.parent)
    assert (folder.name, str(folder)) in control.inside.options
    control.inside.value = str(folder)
    assert control.folder.value == str(folder) and "2 " in control.said.value
    control.read.click()
    assert len(control.added) == 2
    control.folder.value = str(folder / "nowhere")
    assert "cannot be opened" in control.said.value


def test_too_large(base):
    control = intake.intake(base)
    control.files.value = ({**upload("big.txt", b"x"), "size": intake.LARGEST + 1},)
    assert "MB" in control.said.value and not control.added
