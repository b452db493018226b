"""README's code runs, its rule file loads, and it names every public function and command."""

import re
import subprocess
import sys

import policykit as pk
from policykit import rules
from policykit.__main__ import parser

from conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)


def test_first_python_runs_from_the_checkout(tmp_path):
    code = blocks("python")[0].replace('"items.html"', repr(str(tmp_path / "items.html")))
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "che300.zh" in ran.stdout and "clipboard" in ran.stdout and (tmp_path / "items.html").stat().st_size > 10_000
    assert 4 <= len([line for line in code.splitlines() if line.strip() and not line.startswith("#")]) <= 7


def test_rule_file_shown_makes_the_item_found(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "items.yml").write_text(blocks("yaml")[0], encoding="utf-8")
    (tmp_path / "a.txt").write_text("隐私政策\n我们会收集您的充电记录和手机号码，用于结算。\n", encoding="utf-8")
    corpus = pk.read(tmp_path / "a.txt", rulebook=tmp_path / "rules", progress=False)
    assert corpus.matrix(["charging_log", "phone_number"]).loc["a"].tolist() == ["collected", "collected"]
    assert "charging_log" not in rules.load().items


def test_every_command_and_public_name_is_in_readme():
    commands = next(action.choices for action in parser()._actions if hasattr(action, "choices") and isinstance(action.choices, dict))
    assert not [name for name in commands if f"policykit {name}" not in README]
    assert not [name for name in pk.__all__ if not re.search(rf"\b(?:pk\.)?{name}\b", README)]
