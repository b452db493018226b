"""Yes and No in a column "Collected": what the rows of a table say is collected and what is not."""

from __future__ import annotations

import re
from typing import NamedTuple

from policykit.structure import Document

_asks = re.compile(r"\bcollect|\bgather|\bdo we (?:have|hold|process)\b|是否(?:会)?(?:收集|采集|获取|读取)", re.IGNORECASE)
_asks_else = re.compile(r"\bsold\b|\bsell|\bshar|\bdisclos|\bpurpose|\bsource|\bretain|\bretention|\brequired\b|\bnecessary\b|目的|来源|必要|必选|必需|共享", re.IGNORECASE)
_no = re.compile(r"\W*(?:no|not collected|none|否|不收集|未收集|不采集)\W*", re.IGNORECASE)
_yes = re.compile(r"\W*(?:yes|collected|是|收集)\W*", re.IGNORECASE)
_answer = re.compile(r"(?:^|\s)(YES|NO)\W*$")     # in capitals at the end of a line
_not_used = re.compile(r"\W*(?:(?:currently )?(?:not|never) (?:used|requested|collected|accessed)|unused|(?:暂|目前)?(?:不|未)(?:会)?(?:使用|申请|调用|收集|采集|获取))\W*", re.IGNORECASE)
_inline = re.compile(r"\b(?:collected|do we collect(?: (?:it|this|them))?)\s*[:?]\s*(yes|no)\W*$|(?:是否(?:收集|采集))\s*[:：?？]\s*([是否])\W*$", re.IGNORECASE)
_label = re.compile(r"\W*(?:(?:category|categories|examples?|information|personal|of|types?|data|and|类别|示例)\W+)*(?:collected\??|是否(?:收集|采集))\W*", re.IGNORECASE)


class Answer(NamedTuple):
    """What a row says of everything in it."""

    collected: bool
    words: str


def answered(document: Document) -> dict[int, Answer]:
    """The clauses in rows that answer whether it is collected, and the answer.

    >>> from policykit.blocks import lines
    >>> from policykit.read import Policy
    >>> from policykit.structure import parse
    >>> text = "Category Examples Collected\\n\\nA. Identifiers\\n\\nYES\\n\\nB. Biometrics\\n\\nNO\\n\\nC. Location\\n\\nNO"
    >>> document = parse(Policy("example", text, lines(text)))
    >>> [(document.clauses[number].text, answer.collected) for number, answer in answered(document).items()]
    [('A. Identifiers', True), ('B. Biometrics', False), ('C. Location', False)]
    """
    found = {}
    for table in document.tables:
        found.update(_unused(document, table))
        found.update(_of_table(document, table))
    if not found and "NO" in document.policy.text and "YES" in document.policy.text:
        found = _of_lines(document)
    return found or _in_lines(document)


def _of_table(document: Document, table: tuple[tuple[int | None, ...], ...]) -> dict[int, Answer]:
    head = [document.clauses[number].text if number is not None else "" for number in table[0]]
    columns = [column for column, words in enumerate(head) if len(words) < 60 and _asks.search(words) and not _asks_else.search(words)]
    if len(columns) != 1 or len(table) < 2:
        return {}
    column = columns[0]
    said = {row: document.clauses[row[column]].text for row in table[1:] if row[column] is not None}
    if not any(_no.fullmatch(words) for words in said.values()):
        return {}
    found = {}
    for row, words in said.items():
        if (no := _no.fullmatch(words)) or _yes.fullmatch(words):
            found.update({number: Answer(no is None, f"{head[column].strip()} {words.strip()}") for number in row if number not in (None, row[column])})
    return found


def _unused(document: Document, table: tuple[tuple[int | None, ...], ...]) -> dict[int, Answer]:
    """The rows that say of themselves that nothing is taken: Microphone | not used."""
    found = {}
    for row in table[1:]:
        for number in row[1:]:
            if number is not None and len(words := document.clauses[number].text) < 30 and _not_used.fullmatch(words):
                found.update({other: Answer(False, words.strip()) for other in row if other not in (None, number)})
    return found


def _in_lines(document: Document) -> dict[int, Answer]:
    """Lines that say it themselves: Fingerprints. Collected: No"""
    if not any(words in document.folded for words in ("collected:", "collected :", "collected?", "do we collect", "是否收集", "是否采集")):
        return {}
    matches = ((clause.clause, _inline.search(clause.text)) for clause in document.clauses)
    return {number: Answer((match[1] or match[2]).lower() in ("yes", "是"), match[0].strip()) for number, match in matches if match}


def _of_lines(document: Document) -> dict[int, Answer]:
    """The same of a table that was flattened to lines that end with YES or NO, below a line that ends with "Collected"."""
    clauses = document.clauses
    answers = [(clause.clause, match) for clause in clauses if clause.kind != "cell" and (match := _answer.search(clause.text))]
    if len(answers) < 3 or {"YES", "NO"} - {match[1] for _, match in answers}:
        return {}
    first = answers[0][0]
    label = next((clause.clause for clause in reversed(clauses[max(0, first - 8):first]) if len(clause.text) < 80 and _label.fullmatch(clause.text)), None)
    if label is None:
        return {}
    found, past = {}, label
    for number, match in answers:
        if number - past > 5:
            break               # the table has ended
        last = number if match.start() > 0 else number - 1
        found.update({at: Answer(match[1] == "YES", f"Collected {match[1]}") for at in range(past + 1, last + 1)})
        past = number
    return found
