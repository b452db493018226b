"""Whatever a file holds, it becomes a row in bounded time, without network, pickle or files beyond what was given.

``--fuzz N`` sets the number of mutated files (10,000 without it are spread over the formats by their cost).
"""

import pickle
import random
import socket
import time
from pathlib import Path

import pytest

import policykit as pk
from policykit import outcomes, rules
from policykit.read import Source, sources

SEED = 20240229
LIMIT = 20                      # seconds for one mutated file, on a busy machine


@pytest.fixture(scope="module")
def specimens(tmp_path_factory, policies) -> dict[str, bytes]:
    """A small file of every format."""
    docx = pytest.importorskip("docx")
    home = tmp_path_factory.mktemp("specimens")
    texts = {path.name: path.read_text(encoding="utf-8") for path in policies.glob("*.txt")}
    zh, en = texts["che300.zh.txt"][:2500], texts["ciie.en.txt"][20000:23000]
    made = {"zh.txt": zh.encode(), "en.txt": en.encode(), "gb.txt": zh.encode("gb18030"), "utf16.txt": en.encode("utf-16"),
            "page.html": ("<html><head><meta charset=utf-8><title>隐私政策</title></head><body><nav><a href=/>首页</a></nav><h1>隐私政策</h1>"
                          + "".join(f"<p>{line}</p>" for line in zh.splitlines() if line.strip())
                          + "<table><tr><th>SDK名称</th><th>收集信息</th></tr><tr><td>友盟</td><td>IMEI、MAC地址</td></tr></table></body></html>").encode(),
            "text.md": ("# 隐私政策\n\n## 一、收集\n\n- IMEI\n- 手机号\n\n| SDK | 信息 |\n|---|---|\n| 友盟 | IMEI |\n\n" + zh[:800]).encode()}
    document = docx.Document()
    document.add_heading("隐私政策", 1)
    for line in zh.splitlines()[:12]:
        document.add_paragraph(line)
    document.save(home / "a.docx")
    return made | {"a.docx": (home / "a.docx").read_bytes()}


def mutated(data: bytes, draw: random.Random) -> bytes:
    """The bytes with a few accidents of the kinds that happen to files."""
    data = bytearray(data)
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(data) + 1)
        match draw.randrange(7):
            case 0:
                data = data[:at]
            case 1:
                data[at:at] = draw.randbytes(draw.randint(1, 40))
            case 2:
                del data[at:at + draw.randint(1, 200)]
            case 3:
                piece = data[at:at + draw.randint(1, 300)]
                data[at:at] = piece * draw.randint(1, 6)
            case 4:
                data[at:at] = draw.choice([b"\0", b"\r\n" * 5, b"<", b"</p>", b"<table>" * 9, "（".encode() * 30, b"(" * 60, "、".encode() * 50, b"1.1.1.1 ", b"\xff\xfe", "\u202e".encode()])
            case 5:
                for i in range(at, min(at + 20, len(data))):
                    data[i] ^= 1 << draw.randrange(8)
            case 6:
                other = draw.randrange(len(data) + 1)
                data[at:at + 100], data[other:other + 100] = data[other:other + 100], data[at:at + 100]
    return bytes(data)


def check(path: Path, rulebook: rules.Rulebook) -> None:
    began = time.monotonic()
    document, _, tables = outcomes.outcome(Source(path.stem, path), {}, rulebook)
    assert time.monotonic() - began < LIMIT
    (row,) = tables["policies"]
    assert "policykit failed" not in (row.message or ""), row.message
    assert row.status == "ok" or row.message and path.name in row.message, row
    text = document.policy.text
    assert all(text[c.start:c.end] == c.text for c in tables["clauses"])
    for name in ("practices", "facts", "sdks", "items", "defects"):
        assert all(text[r.start:r.end] == r.quote for r in tables[name]), name


@pytest.mark.parametrize("name, share", [("zh.txt", 0.3), ("en.txt", 0.25), ("gb.txt", 0.1), ("utf16.txt", 0.1), ("page.html", 0.15), ("text.md", 0.07), ("a.docx", 0.03)])
def test_mutated_files_become_rows(specimens, name, share, tmp_path, request):
    number, draw = int(request.config.getoption("--fuzz") * share), random.Random(f"{SEED} {name}")
    rulebook, path = rules.load(), tmp_path / name
    for case in range(number):
        data = mutated(specimens[name], draw) if case % 20 else draw.randbytes(draw.randint(0, 3000))
        path.write_bytes(data)
        try:
            check(path, rulebook)
        except AssertionError:
            keep = Path(request.config.rootpath) / "tests" / "artefacts"
            keep.mkdir(exist_ok=True)
            (keep / f"case-{case}-{name}").write_bytes(data)
            raise


def test_reading_opens_no_connection_and_no_pickle(specimens, tmp_path, monkeypatch):
    for name, data in specimens.items():
        (tmp_path / name).write_bytes(data)

    def refuse(*_, **__):
        raise AssertionError("a policy was read with the network or a pickle")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(pickle, "load", refuse)
    monkeypatch.setattr(pickle, "loads", refuse)
    policies = pk.read(tmp_path, progress=False).policies
    assert len(policies) == len(specimens) and (policies["status"] != "error").all(), policies[["policy", "message"]].to_string()


def test_no_file_beyond_what_was_given_is_followed(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text("Privacy policy. We collect your IMEI.", encoding="utf-8")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "a.txt").write_text("隐私政策\n我们会收集您的手机号码。\n", encoding="utf-8")
    (inside / "link.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (inside / "folder").symlink_to(tmp_path / "outside")
    (inside / "loop").symlink_to(inside)
    (inside / "page.html").write_text(f"<h1>隐私政策</h1><p>我们会收集您的邮箱。</p><iframe src='file://{tmp_path}/outside/secret.txt'></iframe>"
                                      f"<object data='{tmp_path}/outside/secret.txt'></object>", encoding="utf-8")
    corpus = pk.read(inside, progress=False)
    assert not any("IMEI" in text for text in corpus.texts.values())
    assert {"a", "page"} <= set(corpus.policies["policy"])


def test_a_pattern_does_not_run_in_circles_through_links(tmp_path):
    (tmp_path / "a.txt").write_text("隐私政策\n我们会收集您的手机号码。\n", encoding="utf-8")
    for name in ("x", "y", "z"):
        (tmp_path / name).symlink_to(tmp_path)
    began = time.monotonic()
    assert [source.name for source in sources(str(tmp_path / "**" / "*.txt"))] == ["a"]
    assert time.monotonic() - began < LIMIT
