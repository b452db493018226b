"""Fingerprints: which code, rules and model made a table, so that a change of ours is never taken for a policy's."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

HOME = Path(__file__).parent


_import = re.compile(rb"^ *from policykit(?:\.(\w+))?(?:\.\w+)* import (?:\(([^)]*)\)|(.+))$", re.M)


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
        for module_, several, one in _import.findall(seen[name]):
            waiting += [module_.decode()] if module_ else re.findall(r"\w+", (several or one).decode())
    digest = hashlib.sha256()
    for name in sorted(seen):
        digest.update(name.encode() + b"\0" + seen[name] + b"\0")
    return digest.hexdigest()[:12]
