"""Fingerprints: which code, rules and model made a table, so that a change of ours is never taken for a policy's."""

from __future__ import annotations

import ast
import hashlib
from functools import cache
from pathlib import Path

HOME = Path(__file__).parent


@cache
def code(module: str) -> str:
    """A fingerprint of a module of the package and of all modules that it imports.

    >>> code("text") == code("text") != code("structure")
    True
    """
    waiting, seen = [module], {}
    while waiting:
        name = waiting.pop()
        if name in seen or not (HOME / f"{name}.py").is_file():
            continue
        seen[name] = (HOME / f"{name}.py").read_bytes()
        for node in ast.walk(ast.parse(seen[name])):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "policykit":
                waiting += [node.module.split(".")[1]] if "." in node.module else [alias.name for alias in node.names]
    digest = hashlib.sha256()
    for name in sorted(seen):
        digest.update(name.encode() + b"\0" + seen[name] + b"\0")
    return digest.hexdigest()[:12]
