"""What a sentence says of a data item: the rules in the order in which they are asked; the first that answers decides.

The column `rule` of the table of practices holds the words of the rule that decided: "defined: a question" is
`asides.a_question`, "denied: 不会收集 (context.yml deny)" is `denials.denied`.  A sentence that each rule decides is among
the tests (cases/practices/rules.yml).
"""

from __future__ import annotations

from policykit import asides, bystanders, claims, definitions, denials, namings, negations
from policykit.actors import acting
from policykit.advice import plain
from policykit.entries import Sense
from policykit.inherited import Frame, members
from policykit.rules import Hit, Rulebook
from policykit.scope import OTHERS, Sentence
from policykit.verdicts import NO_MENTION, Decide, Mention, Precedence, Rule, Setting, Verdict, having, they

RULES = (
    # the word does not mean the item here
    Rule(asides.place_of_the_firm, of=having("address")),
    Rule(asides.calls_with_the_firm, of=having("conversation")),
    Rule(asides.contact_of_the_firm, of=having("contact")),
    Rule(asides.contact_section, of=having("contact"), given=lambda at: at.section.contact),
    # the user is told not to provide it
    Rule(asides.told_not_to_provide, cue="warn"),
    # nobody asks for it now
    Rule(asides.once_it_changes, words=asides.later),
    Rule(asides.a_question, words=r"\?"),
    Rule(asides.advice, given=lambda at: at.sentence.once(plain)),
    Rule(asides.a_short_name, words=asides.short_form),
    Rule(asides.left_out, words=asides.leaving_out),
    Rule(asides.need_not_be_given, words=(asides.unneeded, asides.unasked, asides.needless)),
    Rule(asides.what_varies, words=asides.DIFFERS),
    Rule(asides.not_linked, words=asides.LINKED),
    Rule(bystanders.what_crooks_do, cue="crook"),
    Rule(claims.in_the_registration_data, words=claims.registered),
    Rule(bystanders.forbidden_to_others, words=bystanders.FORBIDS),
    Rule(asides.permission_group, words="实际|事实上|其实"),
    Rule(asides.choice_on_cookies, words="cookie", of=having("cookie")),
    Rule(asides.not_under_control, words=asides.uncontrolled, of=having("cookie")),
    Rule(asides.offered_to_the_user, words=asides.offered),
    Rule(asides.recommended, words=namings.advised_use, of=having("network")),
    # it is denied
    Rule(denials.denied, given=lambda at: negations.denials(at.sentence)),
    Rule(denials.stays_on_the_device, of=lambda item: item.category == "A03"),
    # it is a part of another name, or of a definition
    Rule(asides.named_after_a_function, need="feature"),
    Rule(asides.part_of_a_function, words=(namings.task, namings.functions)),
    Rule(asides.name_of_an_sdk, words=namings.of_an_sdk),
    Rule(definitions.member_of_a_collected_class, words=members, given=definitions.lists_a_class),
    Rule(definitions.defined_by_heading, given=lambda at: at.section.defines),
    Rule(definitions.member_of_a_defined_class, cue="define"),
    Rule(definitions.definition, cue="define"),
    Rule(definitions.list_of_a_class, cue="data"),
    Rule(definitions.definition_before, under="earlier", given=definitions.after_a_definition),
    Rule(definitions.concerned, words=definitions.concerns),
    Rule(definitions.defined_by_lead, under="lead", given=lambda at: at.lead.defines and not at.collects),
    # it is named for another reason
    Rule(asides.works, cue="works", of=having("media")),
    Rule(asides.example_of_encryption, cue="transit", of=having("card")),
    Rule(bystanders.given_to_others, cue="hands_over"),
    Rule(asides.written_about, words=asides.about_what, of=having("dealing")),
    Rule(bystanders.told_by_the_user, words=bystanders.self_told),
    Rule(bystanders.told_to_the_user, words="inform|tell|notify", of=having("contact")),
    Rule(bystanders.done_by_staff, cue="staff", of=having("activity")),
    Rule(bystanders.name_of_a_trade, words=bystanders.trade),
    Rule(asides.sent_to_the_user, words=asides.sent_you, of=having("order")),
    Rule(asides.doubted, words=asides.doubts),
    Rule(asides.goes_on, words=asides.unaffected, of=having("activity")),
    Rule(asides.question_in_a_heading, given=asides.asking_heading),
    Rule(asides.words_of_law, cue="law", given=lambda at: not at.collects),
    Rule(asides.warned_by_lead, under="lead", given=lambda at: at.lead.warns),
    Rule(asides.conduct_of_lead, under="lead", given=lambda at: at.lead.conduct),
    Rule(asides.conduct, cue="conduct"),
    Rule(asides.security_advice, cue="security"),
    Rule(asides.prevented, cue="security"),
    # it stands under a denial, in a list of others, or is not what the item means
    Rule(denials.denied_by_lead, under="lead", given=lambda at: at.lead.denied and not at.collects),
    Rule(claims.taken_by_others, words=claims.taken),
    Rule(claims.in_a_row_of_others, given=claims.row_of_others),
    Rule(asides.by_network_address, words=asides.by_address, of=having("whereabouts")),
    Rule(definitions.called_sensitive, words=definitions.called_so),
    # something is done with it: by the sentence itself, else by the sentence before, the lead-in, the heading
    Rule(claims.verb_of_its_sentence, of=lambda item: item.needs != "act"),
    Rule(claims.verb_close_by, of=lambda item: item.needs == "act"),
    Rule(claims.nothing_is_done, of=lambda item: item.needs == "act"),
    Rule(claims.by_the_sentence_before, under="earlier", given=lambda at: at.earlier.acts),
    Rule(claims.by_the_lead, under="lead", given=lambda at: at.lead.acts or at.lead.third),
    Rule(denials.denied_by_heading, given=lambda at: at.section.denied and at.clause.kind != "heading"),
    Rule(claims.by_a_heading_of_others, given=lambda at: at.section.third),
    Rule(claims.by_a_heading, given=lambda at: at.section.own and at.clause.kind != "heading"),
    Rule(claims.named_only),
)
ORDER = Precedence(RULES)
KEPT = 5_000        # kinds of sentences, by the rules that can answer


def judge(setting: Setting, hit: Hit) -> Verdict | None:
    """The status of a mention and the rule that decided; None where the word is no mention of the item at all."""
    mention = Mention(setting, hit)
    for decide in plan(setting, hit[2]):
        if (verdict := decide(mention)) is not None:
            return None if verdict is NO_MENTION else verdict
    return None


def plan(setting: Setting, sense: Sense) -> tuple[Decide, ...]:
    """The rules to ask of an item in a sentence; known for sentences that let the same rules ask."""
    if setting.plans is None:
        mask, known = ORDER.mask(setting), setting.book.derived(_plans)
        if len(known) > KEPT:
            known.clear()
        setting.mask, setting.plans = mask, known.setdefault(mask, {})
    made = setting.plans.get(sense)
    if made is None:
        made = setting.plans[sense] = ORDER.plan(setting.mask, setting.book.items[sense.id], sense.need)
    return made


def _plans(rulebook: Rulebook) -> dict[int, dict[Sense, tuple[Decide, ...]]]:
    return {}


def follow(sentence: Sentence, earlier: Frame | None) -> Frame | None:
    """What a sentence leaves to the next one of its clause."""
    others = any(kind in OTHERS for _, _, kind in sentence.actors)
    if not (sentence.acts or sentence.of("define") or sentence.of("data")):
        return Frame(others=True) if earlier is None and others else earlier        # advertisers show banners here: "they" may be them
    frame = Frame(acts={act[2] for act in sentence.acts}, others=others or they(sentence, earlier) is not None)
    if sentence.acts:
        frame.words = sentence.text[sentence.acts[0][0]:sentence.acts[0][1]]
        who = acting(sentence, sentence.end, sentence.acts[-1])
        frame.actor = who[0] if who else earlier.actor if earlier else None
    frame.defines = definitions.defines(sentence, earlier)
    return frame
