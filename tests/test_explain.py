"""Rows explained: rule, note, place and the quote in its context."""

import pandas as pd
import pytest

import policykit as pk
from policykit import law as laws
from policykit import rows


def test_does_every_derived_row_explain_itself(corpus):
    for name in ("practices", "items", "facts", "topics", "sdks", "findings", "defects", "pairs"):
        table = corpus.tables[name]
        for number in range(0, len(table), max(1, len(table) // 25)):
            row = table.iloc[number]
            told = pk.explain(row)
            assert row["policy"] in told and len(told.splitlines()) >= 2, (name, told)
            if "quote" in table and not pd.isna(row["quote"]):
                assert " ".join(row["quote"].split("\n")) in told


def test_does_an_explanation_name_rule_item_place_and_text(corpus):
    row = corpus.practices[(corpus.practices["policy"] == "che300.zh") & (corpus.practices["item"] == "clipboard")].iloc[0]
    told = pk.explain(row)
    for words in ("clipboard", "rule", "剪切板/剪贴板 / clipboard", "clause", "⟦", "剪切板"):
        assert words in told, told
    assert repr(told) == str(told)


def test_is_a_doubtful_clause_type_found_and_told(corpus):
    doubtful = corpus.topics[corpus.topics["rule"].str.endswith("near its threshold")]
    assert 0 < len(doubtful) < len(corpus.topics) / 3
    assert "read the clause" in pk.explain(doubtful.iloc[0])
    assert "read the clause" not in pk.explain(corpus.topics[~corpus.topics["rule"].str.contains("near")].iloc[0])


def test_is_the_law_behind_a_finding_told(corpus):
    law = laws.load()
    for verdict in ("met", "partial", "missing", "unknown", "not_applicable"):
        row = corpus.findings[corpus.findings["verdict"] == verdict].iloc[0]
        rule, told = law.requirements[row["requirement"]], pk.explain(row)
        for words in (row["requirement"], verdict, rule.zh, rule.en, rule.must_zh, rule.must_en, row["reason"], row["reason_zh"], rule.since):
            assert words in told, told
        for source in rule.sources:
            name = law.instruments[source.instrument]
            assert f"{name.zh} / {name.en}, {source.article} [{source.tag}: {laws.TAGS[source.tag]}]" in told


def test_is_the_kind_of_a_defect_told(corpus):
    law = laws.load()
    for row in corpus.defects.drop_duplicates("kind").itertuples(index=False):
        kind, told = law.defects[row.kind], pk.explain(row)
        assert f"{kind.zh} / {kind.en}" in told and row.detail in told and row.detail_zh in told and kind.note in told


def test_is_a_row_explained_whatever_it_is(corpus):
    row = corpus.items.iloc[0]
    told = pk.explain(row)
    assert pk.explain(corpus.items.iloc[:1]) == told == pk.explain(row.to_dict()) == pk.explain(row, corpus)
    assert pk.explain(rows.Item(**row.to_dict())) == told
    assert pk.explain(next(corpus.items.itertuples(index=False))) == told


def test_does_a_row_without_its_corpus_still_tell_rule_and_quote():
    told = pk.explain({"policy": "gone", "item": "imei", "status": "denied", "quote": "不会收集IMEI", "rule": "denied: 不会收集 (context.yml deny)", "start": 3, "end": 11})
    assert "不会收集IMEI" in told and "will not" in told


def test_is_anything_else_refused_with_a_sentence(corpus):
    with pytest.raises(ValueError, match="one row"):
        pk.explain(corpus.items)
    with pytest.raises(ValueError, match="row of a table"):
        pk.explain(42)


OWN = """- id: Z01
  key: seat_notice
  zh: 座椅数据告知
  en: Notice of seat data
  tier: standard
  since: 2020-01-01
  machine: full
  gdpr: none
  must_zh: 说明座椅数据的用途。
  must_en: What the seat data are for.
  sources:
    - {instrument: pipl, article: '17', tag: mem}
  met:
    any:
      - all: [{phrase: [座椅]}, {phrase: [用于]}]
  examples:
    - {text: 座椅位置用于舒适度调节。, expect: met}
    - {text: 我们重视您的隐私。, expect: missing}
"""


def test_are_rules_of_ones_own_explained(tmp_path):
    (tmp_path / "rules" / "requirements").mkdir(parents=True)
    (tmp_path / "rules" / "requirements" / "own.yml").write_text(OWN, encoding="utf-8")
    (tmp_path / "firm.txt").write_text("隐私政策\n座椅位置用于舒适度调节。\n我们会收集您的手机号码。\n", encoding="utf-8")
    corpus = pk.read(tmp_path / "firm.txt", rulebook=tmp_path / "rules", progress=False)
    row = corpus.findings[corpus.findings["requirement"] == "Z01"].iloc[0]
    told = pk.explain(row)
    assert row["verdict"] == "met" and "座椅数据告知 / Notice of seat data" in told and "What the seat data are for." in told
    corpus.save(tmp_path / "made.duckdb")
    again = pk.open(tmp_path / "made.duckdb")
    assert "rulebook=" in pk.explain(row, again)
    assert "座椅数据告知" in pk.explain(row, again, rulebook=tmp_path / "rules")
    assert corpus.filter(status="collected").folder == corpus.folder == str(tmp_path / "rules")
