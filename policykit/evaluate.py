"""How well each stage does on public corpora: a function a figure, each hands back a table."""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path

import pandas as pd

from policykit.read import read


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def reading(corpora: Path) -> pd.DataFrame:
    """Word recall and precision of each saved web page of OPP-115 against the policy's own text, and the speed.

    ``half`` tells the pages that were looked at while the rules were made (tuned) from the others (kept).
    """
    rows = []
    for number, page in enumerate(sorted((Path(corpora) / "opp115" / "html").glob("*.html"))):
        began = time.perf_counter()
        policy = read(page)
        seconds = time.perf_counter() - began
        truth = Path(corpora) / "opp115" / "sanitized" / f"{page.stem}.txt"
        found, wanted = _words(policy.text), _words(truth.read_text(encoding="utf-8"))
        common = sum((found & wanted).values())
        rows.append((page.stem, "kept" if number % 2 else "tuned", common / max(1, wanted.total()), common / max(1, found.total()), len(policy.text), len(policy.text) / seconds, policy.status))
    return pd.DataFrame(rows, columns=["page", "half", "recall", "precision", "chars", "chars_per_second", "status"])


def doubted(corpora: Path) -> pd.DataFrame:
    """Every file of the corpora that raises a doubt whether it is a policy, for reading by eye; and the speed of reading."""
    rows = []
    for folder in ("capp130/policies", "ca4p483/html", "opp115/html", "opp115/sanitized"):
        for path in sorted((Path(corpora) / folder).iterdir()):
            began = time.perf_counter()
            policy = read(path)
            rows.append((folder, path.stem, policy.status, policy.message, len(policy.text), time.perf_counter() - began))
    return pd.DataFrame(rows, columns=["corpus", "policy", "status", "message", "chars", "seconds"])
