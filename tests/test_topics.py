"""Clause types: what the shipped model and the cues make of sentences and documents."""

import numpy as np
import pandas as pd
import pytest

import policykit as pk
from policykit import clausemodel, linear, ngrams, rules, structure, surroundings, topics
from policykit.read import Block, Policy

EXAMPLES = [(rule.id, example) for rule in rules.load().topics.values() for example in rule.examples]


def document(*lines: str) -> structure.Document:
    """The document of a text of these lines."""
    text = "\n".join(lines)
    blocks, at = [], 0
    for line in lines:
        blocks.append(Block("paragraph", at, at + len(line)))
        at += len(line) + 1
    return structure.parse(Policy("made-up", text, tuple(blocks), "made-up.txt", "txt"))


def types(*lines: str, model=None) -> dict[str, set[str]]:
    """The topics of each clause, by its text."""
    made = document(*lines)
    found: dict[str, set[str]] = {clause.text: set() for clause in made.clauses}
    for row in topics.find(made, rules.load(), model):
        found[made.clauses[row.clause].text].add(row.topic)
    return found


@pytest.mark.parametrize(("topic", "example"), EXAMPLES, ids=[f"{topic}-{number}" for number, (topic, _) in enumerate(EXAMPLES)])
def test_example(topic, example):
    found = types(example.text)
    assert (topic in set().union(*found.values())) == (example.expect == "match"), found


def test_the_model_is_small_versioned_and_holds_no_text():
    arrays = topics.load().arrays()
    assert topics.WEIGHTS.stat().st_size < 8e6
    assert str(arrays["version"]) and len(topics.fingerprint()) == 16
    assert {name for name, array in arrays.items() if array.dtype.kind in "US"} == {"version", "corrected", "zh.names", "en.names"}
    assert arrays["corrected"].tolist() == [""]


def test_commas_for_blanks_make_no_difference():
    plain = pk.classify(["We may share your Android ID with partners, if you agree.", "我们会收集 Android ID，设备型号。"])
    commas = pk.classify(["We,may,share,your,Android,ID,with,partners,,if,you,agree.", "我们会收集,Android,ID，设备型号。"])
    pd.testing.assert_frame_equal(plain, commas)


@pytest.mark.parametrize("comma", [",", "，", ",,", "，，"])
def test_which_comma_a_corpus_wrote_for_a_blank_tells_nothing(comma):
    """CAPP-130 wrote a half-width one in important sentences, a full-width one in the others."""
    plain = pk.classify(["3.6 我们会收集 Android ID、设备型号 等信息，您可以拒绝。"])
    written = pk.classify([f"{comma}3.6{comma}我们会收集{comma}Android{comma}ID、设备型号{comma}等信息，您可以拒绝。"])
    pd.testing.assert_frame_equal(plain, written)


def test_a_sentence_has_the_same_scores_alone_and_among_others():
    texts = ["我们会收集您的手机号。", "", "We use cookies.", "   ", "\ud83d", "如有疑问请联系客服。" * 200]
    together = pk.classify(texts)
    for row, text in enumerate(texts[:1] + texts[2:3]):
        alone = pk.classify([text])
        assert (together.iloc[[0, 2][row]] - alone.iloc[0]).abs().max() < 1e-4


def test_labels_come_in_the_order_of_the_corpus():
    sentence = ["若您未满十四周岁，请在监护人陪同下阅读。"]
    assert list(pk.classify(sentence, labels="capp130")) == [*topics.CAPP, "important", "risk"]
    assert pk.classify(sentence, labels="capp130")["minors"].tolist() == [1]
    assert list(pk.classify(sentence, labels="appsi139")) == list(topics.APPSI) and topics.APPSI[-1] == "minors"
    assert list(pk.classify(sentence, labels="opp115")) == list(topics.OPP)
    assert pk.classify(sentence, labels="opp115")["International and Specific Audiences"].tolist() == [1]
    with pytest.raises(ValueError, match="did you mean 'capp130'"):
        pk.classify(sentence, labels="cap130")


def test_signals_against_tracking_are_told_and_the_rest_is_generic():
    table = pk.classify(["We do not respond to Do Not Track signals.", "Hello."], labels="opp115")
    assert table["Do Not Track"].tolist() == [1, 0] and table["Introductory/Generic"].tolist()[1] == 1


def test_nothing_to_classify():
    assert pk.classify([]).empty
    assert pk.classify([], labels="capp130").shape == (0, 13)
    assert topics.find(document(""), rules.load()) == []


def test_an_index_is_kept():
    series = pd.Series(["我们会收集您的手机号。"], index=["first"])
    assert pk.classify(series).index.tolist() == ["first"]


def test_the_lead_in_and_the_title_tell_what_a_fragment_is_about():
    sharing = ("三、我们如何共享、转让、公开披露您的个人信息", "我们不会与任何第三方共享您的个人信息，但以下情况除外：")
    storing = ("三、我们如何存储您的个人信息", "您的个人信息存储在中国境内，我们按以下期限保存：")
    for fragment in ("1. 支付机构；", "1. 物流公司，用于送货。"):
        assert "share" in types(*sharing, fragment, "2. 其他情形。")[fragment]
        assert "share" not in types(*storing, fragment, "2. 其他情形。")[fragment]
        assert "share" not in types(fragment)[fragment]


def test_headings_have_no_types():
    made = document("一、信息的收集", "我们会收集您的手机号码。", "二、信息的共享", "我们不会向第三方共享您的信息。")
    headings = {clause.clause for clause in made.clauses if clause.kind == "heading"}
    assert not headings & {row.clause for row in topics.find(made, rules.load())}


def test_finer_types_stand_inside_their_coarse_type():
    found = types("我们不会转让您的个人信息，除非公司合并、收购或破产清算。")
    assert "transfer" in set().union(*found.values())
    assert "transfer" not in set().union(*types("您可以点击“合并单元格”。").values())


def test_a_title_about_one_finer_type_decides_for_what_stands_below():
    found = types("二、我们如何共享、转让、公开披露您的个人信息", "（一）共享", "我们会在下列情形下共享您的信息：", "1、事先获得您的同意；",
                  "（二）转让", "我们不会转让您的信息，除非：", "1、取得您的明确同意；", "（三）公开披露", "我们仅在下列情形下公开披露您的信息：", "1、根据您的要求，我们会披露您所指定的个人信息；")
    assert "share" in found["1、事先获得您的同意；"] and "transfer" not in found["1、事先获得您的同意；"]
    assert "transfer" in found["1、取得您的明确同意；"] and "share" not in found["1、取得您的明确同意；"]
    assert "public" in found["1、根据您的要求，我们会披露您所指定的个人信息；"]


def test_reasons_to_refuse_a_request_are_no_exceptions_to_consent():
    asked = types("一、您的权利", "您可以访问、更正和删除您的个人信息。", "在以下情形中，我们可能无法响应您的请求：", "1、与国家安全、国防安全直接相关的；", "2、涉及商业秘密的；")
    shared = types("一、信息的共享", "在以下情形中，共享您的信息无需征得您的同意：", "1、与国家安全、国防安全直接相关的；", "2、出于公共利益；")
    item = "1、与国家安全、国防安全直接相关的；"
    assert "exceptions" not in asked[item] and "rights" in asked[item]
    assert {"exceptions", "share"} <= shared[item]


def test_what_has_no_other_type_is_told_by_its_own_title():
    found = types("一、适用范围", "某些页面另有约定的，从其约定。", "我们会收集您的手机号码。", "二、定义", "平台：由我们运营的应用。")
    assert found["某些页面另有约定的，从其约定。"] == {"intro_scope"} and found["平台：由我们运营的应用。"] == {"definitions"}
    assert "intro_scope" not in found["我们会收集您的手机号码。"]


def test_a_score_near_its_threshold_says_so():
    made = document("一、信息的收集", "我们会收集您的手机号码。", "您可以致电客服，我们会核实您的身份。", "二、其他", "活动规则以页面为准，我们会留存记录并告知您。")
    chances, cut, _ = topics.judge(topics.lay(made), topics.load())
    for row in topics.find(made, rules.load()):
        at = [*clausemodel.CAPP, *clausemodel.FLAGS].index(row.topic) if row.topic in (*clausemodel.CAPP, *clausemodel.FLAGS) else None
        if at is not None:
            near = np.abs(chances[:, at] - cut[:, at])[np.isclose(chances[:, at], row.score, atol=1e-4)] < clausemodel.NEAR
            assert row.rule.endswith(clausemodel.DOUBTFUL) == near.any()


def test_how_a_text_begins_and_ends_counts():
    space = linear.space(["一、概述", "我们收集信息。"], (1,), at_least=1, edges=8)
    first, same, other = space.features(["一、概述", "二、概述", "概述。"])[:, len(space.buckets):]
    assert (first != same).nnz <= 1 and (first != other).nnz > 4


def test_explanation_adds_up():
    text = "我们会与合作伙伴共享您的订单信息。"
    why = topics.explain(text, "share", top=1000)
    voice = topics.load().zh
    total = why.loc[why["part"].isin(["n-gram", "form"]), "weight"].sum() + voice.heads.bias[clausemodel.HEADS.index("share")]
    assert total == pytest.approx(topics.load().scores([text])[0][0, clausemodel.HEADS.index("share")], abs=1e-3)
    assert why.attrs["score"] > why.attrs["threshold"]


def test_explanation_in_a_document_names_the_places():
    made = document("三、我们如何共享您的个人信息", "在下列情况下，我们会共享您的信息：", "1. 物流公司；")
    why = topics.explain("", "share", document=made, clause=made.clauses[-1].clause, top=50)
    assert {"sentence", "n-gram"} <= set(why["part"])
    assert set(why["part"]) & {"title", "lead", "before"}
    with pytest.raises(ValueError, match="did you mean 'share'"):
        topics.explain("x", "shares")


def test_corrections_win_and_teach(tmp_path):
    table = pd.DataFrame({"text": ["平台会把盲盒寄给您。", "盲盒概率公示如下。", "We ship gift boxes."], "topics": ["contact", "", "contact"]})
    table.to_csv(tmp_path / "corrections.csv", index=False)
    model = topics.fit(tmp_path / "corrections.csv")
    said = pk.classify(["平台会把盲盒寄给您", "盲盒概率公示如下。", "We SHIP gift boxes"], model=model)
    assert said["contact"].tolist() == [1, 0, 1]
    assert said.drop(columns="contact").to_numpy().sum() == 0
    assert pk.classify(["平台会把一个盲盒寄给您。"], model=model)["contact"][0] > pk.classify(["平台会把一个盲盒寄给您。"])["contact"][0]
    usual = ["我们会收集您的手机号码。", "We may share your data with our partners."]
    assert (pk.classify(usual, model=model) - pk.classify(usual)).abs().max().max() < 0.1
    assert "contact" in types("平台会把盲盒寄给您。", model=model)["平台会把盲盒寄给您。"]
    again = topics.load(model.save(tmp_path / "mine.npz"))
    assert again.corrected == model.corrected and again.fingerprint != topics.load().fingerprint


def test_corrections_are_checked():
    with pytest.raises(ValueError, match="topics is missing"):
        topics.fit(pd.DataFrame({"text": ["x"]}))
    with pytest.raises(ValueError, match="did you mean 'retention'"):
        topics.fit(pd.DataFrame({"text": ["x"], "topics": ["retension"]}))


def test_places_of_an_annotated_sheet():
    places = surroundings.lay_sheet(["一、收集", "我们会收集：", "（1）姓名；", "二、共享", "我们会共享。"])
    assert places[2].tolist() == [2, 1, -1, 1, 0, -1]
    assert places[4].tolist() == [4, -1, -1, -1, 3, -1]


def test_ngram_blocks_do_not_change_the_features(monkeypatch):
    space = topics.load().zh.heads.space
    texts = ["我们会收集您的手机号。", "第三方SDK会收集设备信息。", "如有疑问，请联系客服。"] * 5
    whole = space.features(texts).toarray()
    monkeypatch.setattr(ngrams, "BLOCK", 30)
    assert abs(space.features(texts).toarray() - whole).max() < 1e-6
