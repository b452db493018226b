"""The law a policy was written under, told from the words it uses and from where its exemption list stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

Position = Literal["consent", "sharing", "refusal"]

# what the sentences before an exemption list, or its heading, say the list is good for
_refusal = re.compile(r"(?:无法|可能不会?|不能|拒绝|不予|有权不|可以不|不再)[^。;]{0,20}(?:响应|答复|满足|处理)|拒绝[^。;]{0,12}请求|(?:unable|not be able|refuse|reject|decline|may not|cannot)[^.;]{0,30}(?:respond|response|request)|响应[^。;]{0,10}请求")
_sharing = re.compile(r"共享|转让|公开披露|对外提供|share|transfer|disclos")
_collecting = re.compile(r"收集|采集|collect")
_consent = re.compile(r"(?:无需|不需|无须|不必|不需要|可不|例外)[^。;]{0,30}(?:同意|授权)|(?:同意|授权)的?(?:例外|除外)|(?:without|not need|no need|not require|exempt)[^.;]{0,40}(?:consent|authori[sz])|征得[^。;]{0,10}同意的例外")


def position(before: str, heading: str = "") -> Position | None:
    """What an exemption list is good for, from the words before its first item and the heading above it.

    >>> position("以下情形中，收集和使用您的个人信息无需征得您的授权同意："), position("我们将无法响应您的请求：")
    ('consent', 'refusal')
    >>> position("以下情形中，共享、转让、公开披露您的个人信息无需事先征得授权同意：")
    'sharing'
    """
    for words in (*reversed(re.split(r"[。;]|\.\s", before)), heading):
        if _consent.search(words):                    # also where the same list lets requests be refused
            return "sharing" if _sharing.search(words) and not _collecting.search(words) else "consent"
        if _refusal.search(words):
            return "refusal"
    return "sharing" if _sharing.search(before) or _sharing.search(heading) else None


def verdict(markers: Iterable[tuple[str, str]], positions: Iterable[Position | None]) -> tuple[str, str] | None:
    """The regime and the reason, from (side, marker) pairs and the positions of exemption lists.

    >>> verdict([("pipl", "separate_consent"), ("pipl", "sensitive_pi"), ("2017", "criminal_2017")], ["refusal"])
    ('pipl', '2 PIPL markers: sensitive_pi, separate_consent')
    >>> verdict([("list", "national_security"), ("2017", "criminal_2017")], ["consent"])[0]
    'csl_35273_2017'
    """
    sides: dict[str, set[str]] = {}
    for side, marker in markers:
        sides.setdefault(side, set()).add(marker)
    pipl, positions = sides.get("pipl", set()), set(positions)
    exempting = bool(positions & {"consent", "sharing"})
    if len(pipl) >= 2:
        reason = f"{len(pipl)} PIPL markers: {', '.join(sorted(pipl))}"
        wide = exempting and bool(sides.get("list"))
        return ("pipl_35273", f"{reason}; with the wider exemption list of GB/T 35273 for {' and '.join(sorted(p for p in positions if p and p != 'refusal'))}") if wide else ("pipl", reason)
    old = sides.get("35273", set()) | sides.get("list", set())
    editions = {edition: sides.get(edition, set()) for edition in ("2017", "2020")}
    if len(old) + len(editions["2017"]) + len(editions["2020"]) >= 2 and old or exempting and sides.get("list"):
        score = {"2020": 3 * ("obligations_2020" in editions["2020"]) + 2 * ("criminal_2020" in editions["2020"]) + len(editions["2020"]),
                 "2017": len(editions["2017"]) + ("least_sufficient" in editions["2017"]) + (exempting and "obligations_2020" not in editions["2020"])}
        reason = ", ".join(sorted(old | editions["2017"] | editions["2020"]))
        if exempting and score["2020"] != score["2017"]:
            edition = max(score, key=lambda e: score[e])
            return f"csl_35273_{edition}", f"GB/T 35273-{edition} wording: {reason}"
        return "csl_35273", f"GB/T 35273 wording, edition not to be told: {reason}"
    gdpr = sides.get("gdpr", set())
    if len(gdpr) >= 2:
        return "gdpr", f"{len(gdpr)} GDPR markers: {', '.join(sorted(gdpr))}"
    return None
