"""Advice and general statements of English policies: what users may set for themselves, what devices are like; nothing is collected by it."""

from __future__ import annotations

import re
from collections.abc import Collection

from policykit.rules import Rulebook
from policykit.scope import Sentence

# children ask their parents before they send their name
_parents = re.compile(r"\b(?:parents?|guardians?)\b[^.;]{0,90}?\b(?:before|prior to|when|whenever)\b(?! (?:we|our)\b)[^.;]{0,60}?\b(?:send"
                      r"|sending|giv\w+|provid\w+|submit\w*|disclos\w+|shar(?:e|ing)|post(?:ing)?|reveal\w*|enter(?:ing)?|transmit\w*"
                      r"|tell(?:ing)?)\b")
_minors = re.compile(r"\b(?:child(?:ren)?|kids?|minors?|teen\w*|under (?:the age of )?\d\d|you(?:ng people)?|son|daughter|users?"
                     r"|visitors?)\b")
_ask = re.compile(r"\b(?:should|must|ask|get|obtain|seek|need|request|encourage\w*|advise\w*|urge\w*|talk|check|have)\b")
_never_without = re.compile(r"\b(?:should not|must not|shouldn't|do not|don't|never)\b[^.;]{0,40}\b(?:send|give|provide|submit|disclose"
                            r"|share|post|reveal|enter|tell)\b")
_with_parents = re.compile(r"\b(?:without|unless)\b[^.;]{0,60}\b(?:parents?|guardians?)\b")
# what the firm itself does after all
_firm_acts = re.compile(r"\b(?:we|us|our|this site|this website|the site|the service)\b")
_opt_out = re.compile(r"\bopt(?:ing)?[- ]?out\b[\s\"']*(?:browser )?$")
_tool = re.compile(r"\b(?:menu|help\w*|section|settings?|preferences?|options?|toolbar|controls?|features?|functions?|manual|documentation"
                   r"|instructions|page|version)(?: \w+)? (?:of|in|on|within|from|for) (?:your |the |a |most )?(?:\w+ )?$"
                   r"|\b(?:about|visit(?:ing)?|click(?:ing)?)\b[^.;,]{0,30}$")
_keep = re.compile(r"(?:(?<![\w'])(?:so|please|should|must|always|you|to|for|,|;|\band)\s*|^)keep(?:ing)?\b(?: your"
                   r"| the)[^.;]{0,80}\b(?:safe|secure|secret|confidential|private)\b")
# some phones have an identifier
_some_devices = re.compile(r"\s*(?:please (?:note|be aware) that |note that |in addition, |for example, )?(?:certain|some|most|many|all"
                           r"|every|each|modern|newer) (?:\w+ ){0,2}(?:devices?|phones?|smart ?phones?|handsets?|tablets?|computers?"
                           r"|browsers?)(?: \([^)]*\))? (?:now |may |can |will |also |\w+ly )*(?:contains?|ha(?:s|ve)|possess(?:es)?|carry"
                           r"|carries|come with|comes with|include|includes|feature|features|(?:is|are) (?:assigned|identified|equipped)"
                           r"|ships? with)\b")


def _advised(rulebook: Rulebook) -> re.Pattern[str]:
    """What users are told to do or can do, at the head of a part of a sentence."""
    do, doing = ("|".join(sorted(map(re.escape, rulebook.listed[effect]))) for effect in ("advise", "advising"))
    return re.compile(rf"(?:(?:^|[,;:.(]\s*)\s*(?:to [^,.;]{{3,60}},\s*)?(?:please |simply |then |you should |or |and )*(?:{do})\b(?=\s(?:your|the|all|any|most|some|cookies?|on|to|for|about|these|those|such|existing|third|in|at|our|this|a|an|or)\b)"
                      rf"|\b(?:you|users?|visitors?|people|customers|parents?)\s(?:\w+ly\s)?(?:can|may|could|should|must|might|will need to|need to|have to|want to|wish to|prefer to|choose to|decide to|are able to|have the (?:option|ability|choice|right|opportunity) to)\s(?:(?:also|always|either|\w+ly|usually|often|still|generally|choose to|want to|wish to|be able to)\s)*(?:{do})\b"
                      rf"|\b(?:by|for|on how to|how to|if you|instructions to|steps to|ability to|option to)\s(?:choose to |want to |wish to |would like to |\w+ly )?(?:{do}|{doing}|setting(?= (?:your|the|their|his)))\b"
                      r"|\b(?:most|many|some|your|the|all|web|internet|these) (?:\w+ )?(?:web )?browsers?(?:'s \w+)? (?:\w+ )?(?:allows?"
                      r"|lets?|permits?|enables?|provides?|offers?|can be (?:set|configured|adjusted|modified)"
                      r"|(?:is|are) (?:usually |initially |generally |typically )?(?:set|configured)|(?:\w+ly )?accepts?|has|have))[^.;]*$")


def cookie_choice(sentence: Sentence, start: int) -> bool:
    """Whether a cookie is one that opts the user out."""
    return _opt_out.search(sentence.text, max(sentence.start, start - 24), start) is not None


def advised(sentence: Sentence, traits: Collection[str], start: int, rulebook: Rulebook) -> str:
    """The words by which a sentence tells the user what to do or how devices are, and nothing of what is taken; empty where it does not.

    ``traits`` are those of the item that stands at ``start``.

    >>> from policykit.rules import load
    >>> text = "you may delete cookies; we set cookies"
    >>> advised(Sentence(text, 0, 22, {}, text[:22]), ["setting"], 15, load()), advised(Sentence(text, 22, 38, {}, text[22:]), ["setting"], 31, load())
    ('you may delete', '')
    """
    text = sentence.text
    if not sentence.once(plain):
        return ""
    if sentence.once(_of_parents):
        told = _parents.search(text, sentence.start, start) or _never_without.search(text, sentence.start, start)
        if told and not sentence.once(_collecting):
            return "what one asks one's parents before"
    if sentence.once(_generally) and not sentence.once(_of_firm):
        return "what devices are like"
    if "keep" in sentence.words and (kept := _keep.search(text, max(sentence.start, start - 90), sentence.end)) and kept.start() < start < kept.end():
        return "what one keeps safe"
    if "setting" not in traits:
        return ""
    if "cookie" in traits and cookie_choice(sentence, start):
        return "a choice against it"
    told = rulebook.derived(_advised).search(text, sentence.start, start)
    if told and not _firm_acts.search(told[0]) and not _firm_verb.search(text, told.start(), sentence.end):
        return told[0].strip(" ,;:.(")[:40]
    if "software" in traits and _tool.search(text, max(sentence.start, start - 60), start) and not any(act[2] == "collect" and act[1] <= start for act in sentence.acts):
        return "where a setting is found"
    return ""


_firm_verb = re.compile(r"\b(?:we|our (?:site|servers?|service|app|website|partners)|us|which"
                        r"|the (?:site|website|service)) (?:(?:may|will|can|also|might|\w+ly) )*(?:use|uses|set|sets|place|places|collect"
                        r"|collects|record|records|store|stores|receive|receives|obtain|employ|deploy|send|sends|utili[sz]e|utili[sz]es"
                        r"|log|logs|track|tracks)\b|\b(?:used|set|placed|sent|stored|collected|deployed|employed) by (?:us|our)\b"
                        r"|\bour (?:use of )?$")


def plain(sentence: Sentence) -> bool:
    """Whether a sentence is English, as far as a quick look tells."""
    words = sentence.words
    return words.isascii() or "the " in words or "you" in words or "some " in words or "their" in words


def _of_parents(sentence: Sentence) -> bool:
    words = sentence.words
    if "parent" not in words and "guardian" not in words:
        return False
    return _parents.search(words) is not None and _minors.search(words) is not None and _ask.search(words) is not None or _with_parents.search(words) is not None


_we_collect = re.compile(r"\bwe (?:(?:may|will|also|do|only|might|can) )*(?:collect|gather|receive|record|store|use|require)\b")


def _collecting(sentence: Sentence) -> bool:
    return _we_collect.search(sentence.words) is not None


def _generally(sentence: Sentence) -> bool:
    return _some_devices.match(sentence.text, sentence.start, sentence.end) is not None


def _of_firm(sentence: Sentence) -> bool:
    return _firm_acts.search(sentence.words) is not None
