"""The explorer in Python: what it hands to the browser, and what comes back as code."""

import gzip
import itertools
import json

import pytest
import specimen

import policykit as pk
from policykit import explorer
from policykit.text import fold


def unpacked(corpus):
    return json.loads(gzip.decompress(explorer.payload(corpus)))


def sums(gaps):
    return list(itertools.accumulate(gaps))


def utf16(text):
    """The text cut as a browser cuts it."""
    data = text.encode("utf-16-le")
    return lambda start, length: data[2 * start:2 * (start + length)].decode("utf-16-le")


def clauses_of(raw):
    """Policy, start and text of each clause, read the way the browser does."""
    table, row, found = raw["clauses"], 0, []
    for policy, count in enumerate(raw["clauses"]["perPolicy"]):
        cut, at = utf16(raw["policies"]["text"][policy]), 0
        for _ in range(count):
            start = at + table["gap"][row]
            at = start + table["length"][row]
            found.append((policy, start, cut(start, table["length"][row])))
            row += 1
    return found


@pytest.mark.parametrize("corpus", [specimen.small(), specimen.hostile()], ids=["small", "hostile"])
def test_browser_positions_give_back_every_clause_and_mention(corpus):
    raw = unpacked(corpus)
    clauses = clauses_of(raw)
    assert [text for _, _, text in clauses] == list(corpus.clauses["text"])
    for row, start, length, quote in zip(sums(raw["practices"]["row"]), raw["practices"]["start"], raw["practices"]["length"], corpus.practices.sort_values(["policy", "clause", "start"], key=order(corpus))["quote"]):
        assert utf16(clauses[row][2])(start, length) == quote
    for policy, start, length, quote in zip(raw["items"]["policy"], raw["items"]["start"], raw["items"]["length"], corpus.items["quote"]):
        assert utf16(raw["policies"]["text"][policy])(start, length) == quote


def order(corpus):
    place = {policy: number for number, policy in enumerate(corpus.policies["policy"])}
    return lambda column: column.map(place) if column.name == "policy" else column


def test_real_policies_survive_the_way_to_the_browser(corpus):
    raw = unpacked(corpus)
    assert [text for _, _, text in clauses_of(raw)] == list(corpus.clauses["text"])
    assert raw["policies"]["text"] == [corpus.texts[policy] for policy in raw["policies"]["policy"]]


def test_a_corpus_without_anything_can_be_explored():
    from policykit.corpus import Corpus

    empty = pk.explore(Corpus())
    assert len(empty.data()) == 0 and empty.query == "index == index"


def test_unreadable_policies_are_left_out():
    corpus = specimen.build([{"policy": "bad", "lang": "en", "status": "error", "message": "cannot be read", "clauses": []},
                             {"policy": "good", "lang": "en", "clauses": [("A", "We collect your IMEI.", [], [("IMEI", "imei", "collected")])]}])
    assert unpacked(corpus)["policies"]["policy"] == ["good"]


SELECTIONS = [
    {}, {"firm": ["Acme"]}, {"firm": ["Acme", "Beta Ltd"], "topic": ["share"]}, {"item": ["imei"], "status": ["collected"]}, {"language": ["zh"], "q": "手机号码"},
    {"q": '"phone number" NAME'}, {"status": ["denied"]}, {"category": ["A08", "A11"]}, {"section": ["信息收集"]}, {"firm": ["gamma.both"]}, {"sector": ["retail"], "q": "電話"}, {"q": "no such words"},
]


@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
def test_query_and_data_give_the_same_clauses(selection):
    explored = pk.explore(specimen.small(), **selection)
    left = explored.table.query(explored.query)[["policy", "clause"]].drop_duplicates()
    assert list(map(tuple, left.to_numpy())) == list(map(tuple, explored.data()[["policy", "clause"]].to_numpy()))


def test_item_and_status_hold_for_one_mention():
    explored = pk.explore(specimen.small(), item="imei", status="denied")
    assert len(explored.data()) == 0  # IMEI is collected and something else is denied, but IMEI is not denied
    assert len(pk.explore(specimen.small(), item="imei", status=["collected", "defined"]).data()) == 3


def test_search_reads_traditional_as_simplified_and_closes_torn_words():
    found = pk.explore(specimen.small(), q="手机号码").data()
    assert list(found["policy"]) == ["acme.zh"] and "手\n機號碼" in found["text"].iloc[0]
    assert list(pk.explore(specimen.small(), q="電話").data()["policy"]) == ["gamma.both"]


def test_headings_are_not_clauses_to_find():
    assert not (pk.explore(specimen.small()).data()["kind"] == "heading").any()


@pytest.mark.parametrize("text", specimen.HOSTILE)
def test_any_string_can_stand_in_a_query(text):
    corpus = specimen.hostile()
    explored = pk.explore(corpus, sector=text)
    assert list(explored.data()["sector"].unique()) == [text]
    assert list(pk.explore(corpus, q=f'"{text.replace(chr(34), "")}"').data()["policy"]) or '"' in text


def test_an_unknown_filter_is_named_with_the_nearest():
    with pytest.raises(TypeError, match="did you mean 'item'"):
        pk.explore(specimen.small(), itm="imei")


def test_selection_from_the_browser_changes_the_rows():
    explored = pk.explore(specimen.small())
    everything = len(explored.data())
    explored.set_trait("selection", {"firm": ["Acme"]})
    assert 0 < len(explored.data()) < everything and set(explored.data()["firm"]) == {"Acme"}


def test_the_view_in_the_notebook_is_the_widget_and_its_still_state():
    made = pk.explore(specimen.small(), item="imei", lang="zh")._repr_mimebundle_()
    data = made[0] if isinstance(made, tuple) else made
    state = data[explorer.VIEW]["state"]
    assert state["selection"] == {"item": ["imei"]} and state["lang"] == "zh"
    assert "application/vnd.jupyter.widget-view+json" in data


def test_payload_is_the_same_for_the_same_corpus():
    assert explorer.payload(specimen.hostile()) == explorer.payload(specimen.hostile())


def test_fold_table_of_the_browser_is_the_fold():
    before, after = unpacked(specimen.small())["fold"]
    assert fold(before) == after and len(before) == len(after)


def test_the_front_end_never_parses_text_as_html():
    from policykit import front

    source = front.explorer() + front.text("report.js")
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "http://", "https://", "import(", "fetch(", "XMLHttpRequest", "localStorage"):
        assert way not in source, way
