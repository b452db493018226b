"""Whether a policy and its translation say the same: the cells of the matrix of CAPP-130's policies in Chinese and in machine-made English."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from policykit import practices, rows, rules, structure
from policykit.blocks import lines
from policykit.read import Policy, read

POSITIVE = ("collected", "third_party", "denied")
TUNED = 40      # so many policies, in the order of their names, were looked at while the rules were made
FAR = 3_000     # characters after the last sentence; what is found only behind them stands somewhere else


def named(policy: Policy) -> dict[str, rows.Item]:
    """The codebook's items that a policy names, whatever it says of them."""
    rulebook = rules.load()
    document = structure.parse(policy)
    wanted = {rule.gold for rule in rulebook.items.values() if rule.gold}
    return {row.item: row for row in practices.items(document, practices.find(document, rulebook), rulebook) if row.item in wanted}


def cells(policy: Policy) -> dict[str, rows.Item]:
    """The codebook's cells of one policy that are not absent."""
    return {item: row for item, row in named(policy).items() if row.status in POSITIVE}


def two_languages(corpora: Path, first: int = TUNED, last: int = 100) -> pd.DataFrame:
    """Each cell that a Chinese policy or its machine translation fills, and whether they agree.

    Policies are taken in the order of their names; those before ``first`` were looked at while the rules were made.  The
    Chinese side is the file as it is, the English side a sentence a line.  ``why`` tells of each disagreement whether the
    side that has no cell names the item at all, and what was made of it there.
    """
    folder = Path(corpora) / "capp130"
    return pd.concat([_compared(name, read(folder / "policies" / f"{name}.txt"), _policy(name, _in_lines(folder, "translation_en", name)))
                      for name in _names(folder)[first:last]], ignore_index=True)


def two_layouts(corpora: Path) -> pd.DataFrame:
    """The same agreement by what is compared: the file with sentences in lines, sentences in lines on both sides, or both in the file's layout.

    The last compares the words alone: each translated sentence stands where the Chinese one stands in the file, between
    the same line ends, and what the translation leaves out is left out of the Chinese side, too.  ``named`` counts the
    cells that both sides fill, ``status`` how many of these agree.
    """
    folder = Path(corpora) / "capp130"
    found = []
    for number, name in enumerate(_names(folder)):
        in_lines = _policy(name, _in_lines(folder, "translation_en", name))
        zh, en = laid_out(folder, name)
        for pairing, (left, right) in {"file and lines": (read(folder / "policies" / f"{name}.txt"), in_lines),
                                       "lines and lines": (_policy(name, _in_lines(folder, "annotation", name)), in_lines),
                                       "one layout": (_policy(name, zh), _policy(name, en))}.items():
            found.append(_compared(name, left, right).assign(half="tuned" if number < TUNED else "kept", pairing=pairing))
    table = pd.concat(found, ignore_index=True)
    named = table[(table["zh"] != "absent") & (table["en"] != "absent")].groupby(["half", "pairing"])["same"].agg(named="size", status="mean")
    return table.groupby(["half", "pairing"])["same"].agg(cells="size", agreement="mean").join(named).reset_index()


def laid_out(folder: Path, name: str) -> tuple[str, str]:
    """The sentences of a policy that have a translation, in the layout of its file; and the translations in the same."""
    text = read(folder / "policies" / f"{name}.txt").text
    places = [at for at, sign in enumerate(text) if sign.isalnum()]
    flat = "".join(text[at] for at in places)
    translated = {row["id"]: " ".join(row["text"].split()) for row in _rows(folder, "translation_en", name)}
    zh, en, at, last = [], [], 0, 0
    for row in _rows(folder, "annotation", name):
        if row["id"] not in translated:
            continue
        words = "".join(filter(str.isalnum, row["text"]))
        found = flat.find(words, at, at + FAR + len(words)) if words else -1
        sentence, gap = " ".join(row["text"].split()), "\n"
        if found >= 0:
            start, end = places[found], places[found + len(words) - 1] + 1
            while end < len(text) and not text[end].isalnum() and not text[end].isspace() and text[end] not in "（([【《“•●·-":
                end += 1
            while start > last and not text[start - 1].isalnum() and not text[start - 1].isspace():
                start -= 1
            between = text[last:start]
            sentence, gap = text[start:end], "\n" if "\n" in between else " " if between else ""
            at, last = found + len(words), end
        zh += [gap, sentence]
        en += [gap or " ", translated[row["id"]]]
    return "".join(zh).strip(), "".join(en).strip()


def _names(folder: Path) -> list[str]:
    """The policies that have a translation, in order."""
    return [path.stem for path in sorted((folder / "policies").glob("*.txt")) if (folder / "translation_en" / f"{path.stem}.jsonl").is_file()]


def _rows(folder: Path, side: str, name: str) -> list[dict]:
    with (folder / side / f"{name}.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _in_lines(folder: Path, side: str, name: str) -> str:
    return "\n".join(row["text"].replace("\n", " ") for row in _rows(folder, side, name))


def _policy(name: str, text: str) -> Policy:
    return Policy(name, text, lines(text))


def _compared(name: str, left: Policy, right: Policy) -> pd.DataFrame:
    """The cells of both sides beside one another."""
    sides = named(left), named(right)
    table = []
    for item in sorted({item for side in sides for item, row in side.items() if row.status in POSITIVE}):
        found = [side.get(item) for side in sides]
        said = [row.status if row and row.status in POSITIVE else "absent" for row in found]
        table.append((name, item, *said, said[0] == said[1], _why(said, found), *(row.quote if row else "" for row in found)))
    return pd.DataFrame(table, columns=["policy", "item", "zh", "en", "same", "why", "zh_quote", "en_quote"])


def _why(said: list[str], found: list[rows.Item | None]) -> str:
    """What a disagreement comes from: an item that one side does not name, or what it says of it."""
    if said[0] == said[1]:
        return ""
    silent = said.index("absent") if "absent" in said else None
    if silent is None:
        return "status"
    row = found[silent]
    return f"{('zh', 'en')[silent]} does not name it" if row is None else f"{('zh', 'en')[silent]}: {row.rule}"
