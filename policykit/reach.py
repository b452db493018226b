"""Reach: whether a policy shows that the law of China may apply to it."""

from __future__ import annotations

import re
from functools import lru_cache

from policykit.literals import words
from policykit.structure import Document
from policykit.text import language

_china = re.compile(
    r"(?<![a-z])(?:china|chinese|prc|p\.r\.c|mainland|hong kong|beijing|shanghai|shenzhen|guangzhou|guangdong|hangzhou|zhejiang|jiangsu|nanjing|chengdu|wuhan|tianjin|"
    r"wechat|weixin|alipay|weibo|tencent|alibaba|baidu|renminbi|rmb|cny|miit|gb/t ?\d+|cybersecurity law|personal information protection law|pipl|"
    r"public security (?:organ|bureau|authorit\w*)|people'?s court)(?![a-z])|\+ ?86[ -]?\d|(?<!\d)400[ -]\d{3}[ -]\d{4}(?!\d)|[\w-]\.cn(?![a-z])")
_named = tuple(words(_china.pattern) or ())     # without one of these it matches nothing
_characters = re.compile("[\u4e00-\u9fff]{2}")
_elsewhere = re.compile(r"(?<![a-z])(?:hong kong|chinese (?:food|restaurant|new year|checkers|language|speaking)|made in china|china(?:ware| cabinet| pattern)|fine china)(?![a-z])")


def of_china(document: Document) -> bool:
    """Whether the policy is in Chinese, or names a place, number, law, authority or service of China.

    What is in English and names none of them may be of a firm that no Chinese law binds.
    """
    return _of_china(document.policy.text, document.folded)


@lru_cache(maxsize=8)      # two stages ask
def _of_china(text: str, folded: str) -> bool:
    if language(text) in ("zh", "mixed") or _characters.search(folded):
        return True
    return any(word in folded for word in _named) and _china.search(_elsewhere.sub(" ", folded)) is not None
