"""E-mail addresses and telephone numbers, as they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers


@dataclass(frozen=True, slots=True)
class Contact:
    """An address or number: where it stands in the text that was searched, and the rule that took it for one."""

    start: int
    end: int
    rule: str


_email = re.compile(
    r"(?<![a-z0-9._%+-])(?P<box>[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9_+-])?)\s?(?P<at>@|[(\[<{]\s?(?:at|@)\s?[)\]>}]|#at#|\$at\$)\s?"
    r"(?P<host>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.|\s?(?:[(\[]dot[)\]]|#dot#)\s?)){1,4}[a-z]{2,18})(?![a-z0-9@-])"
)
# the sign in the place of @, where the text says so: privacy#haichuan.cn（请将#替换为@）
_hint = re.compile(r"[#＃*☆★][^。;]{0,10}(?:替换|换成|换为|改为|改成|代替|更换|replace)[^。;]{0,8}@|(?:replace|substitute|change)[^.;]{0,12}[#*☆★][^.;]{0,14}@|@[^。;]{0,6}(?:替换|代替|换)[^。;]{0,4}[#*☆★]|(?<![a-z])at[^。;a-z]{0,10}(?:替换|换成|换为|改为|改成|代替)[^。;]{0,6}@")
_hidden = re.compile(r"(?<![a-z0-9._%+-])(?P<box>[a-z0-9][a-z0-9._%+-]{0,62})\s?(?P<at>[#*☆★]|(?<=\s)at(?=\s))\s?(?P<host>(?:[a-z0-9][a-z0-9-]{0,61}\.){1,4}[a-z]{2,18})(?![a-z0-9@-])")
_spoken = re.compile(r"(?<![a-z0-9._%+-])(?P<box>[a-z0-9][a-z0-9._%+-]{0,62}) (?P<at>at) (?P<host>(?:[a-z0-9][a-z0-9-]{0,61} dot ){1,3}[a-z]{2,18})(?![a-z0-9@-])")
_bold = re.compile(r"(?<![a-z0-9._%+-])(?P<box>[a-z0-9][a-z0-9._%+-]{0,62})(?:\*[\s*]{0,7})?(?P<at>@)(?:[\s*]{0,7}\*\s?)?(?P<host>[a-z0-9-]{1,62}(?:(?:[\s*]{0,7}\*)?\.[a-z0-9-]{2,62}){1,3})(?![a-z0-9@-])")
_italic = re.compile(r"(?<=_)(?<![a-z0-9.%+-]_)(?P<box>[a-z0-9][a-z0-9.%+-]{0,62})(?P<at>@)(?P<host>[a-z0-9-]{1,62}(?:\.[a-z0-9-]{2,62}){1,3})(?=_(?![a-z0-9]))")
_not_mail = re.compile(r"^(?:x{2,}|\*+|your|you|name|someone|example|user(?:name)?|abc|test)$|\.(?:png|jpe?g|gif|js|css)$|(?:^|\.)example\.|^x{2,}\.")


def emails(text: str) -> list[Contact]:
    """The e-mail addresses in a folded text.

    >>> text = "请发邮件至privacy@haichuan.cn或写信,service(at)haichuan.com.cn;xxx@xxx.com"
    >>> [text[c.start:c.end] for c in emails(text)]
    ['privacy@haichuan.cn', 'service(at)haichuan.com.cn']
    """
    if "@" not in text and "at" not in text:
        return []
    forms = [_email] + [_bold] * ("*" in text) + [_italic] * ("_" in text) + [_hidden] * (_hint.search(text) is not None) + [_spoken] * (" dot " in text)
    found: list[Contact] = []
    for m in (m for form in forms for m in form.finditer(text)):
        if not (_not_mail.search(m["box"]) or _not_mail.search(m["host"]) or any(m.start() < one.end and one.start < m.end() for one in found)):
            found.append(Contact(m.start(), m.end(), "address" if m["at"] == "@" else f"address written with {_ats.get(m['at'], '(at)')}"))
    return found


_ats = {sign: sign for sign in "#*☆★"} | {"at": "at"}


def plain_email(verbatim: str) -> str:
    """The address without disguise, in its own case.

    >>> plain_email("Service (at) haichuan.com.cn"), plain_email("Ａ＠b.cn"), plain_email("Me at haichuan dot cn")
    ('Service@haichuan.com.cn', 'A@b.cn', 'Me@haichuan.cn')
    """
    plain = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in verbatim)
    plain = re.sub(r"[(\[<{]\s?(?:at|@)\s?[)\]>}]|#at#|\$at\$|\sat\s", "@", plain, flags=re.IGNORECASE)
    plain = re.sub(r"[(\[]dot[)\]]|#dot#|\sdot\s", ".", plain, flags=re.IGNORECASE)
    return re.sub(r"[\s*]", "", plain if "@" in plain else re.sub("[#＃*☆★]", "@", plain))


_run = re.compile(
    r"(?<![a-z0-9-])1?-?\(?8(?:00|88|77|66|55|44|33)\)?[- ](?=[a-z0-9-]{0,6}[a-z])[a-z0-9]{1,4}-?[a-z0-9]{2,7}(?:-[a-z0-9]{2,4})?(?![a-z0-9-])"
    r"|(?<![a-z0-9_.@=&?%#-])(?<!\d\*)(?<!\*\*\*)(?:\+|00(?=[1-9]))?[(\[]?\+?\d[\d\-() .]{2,22}\d(?:\s?(?:转|ext\.?|x)\s?\d{1,5})?(?![a-z0-9_@%]|\.\d|\*+\d)"
)
_cue = re.compile(r"电话|热线|拨打|致电|专线|客服|座机|手机[:号]|联系方式|(?<![a-z])(?:tel|phone|telephone|hotline|call(?:ing)?|mobile|dial|toll[- ]free|cell|ph)(?![a-z])")
_after = re.compile(r"^\s?[\])]?(?:客服|服务热线|热线|服务电话|语音|电话|人工|号码)")
_not_phone = re.compile(r"(?:传真|fax|facsimile|qq群?|微信号?|公众号|群号?|icp备?|备案号?|许可证|邮编|邮政编码|编号|注册号|代码|公网安备|版本|zip|p\.?o\.? ?box|box|账号|卡号|证号|id|https?:[^\s]*|www[^\s]*)[^\d]{0,6}$")
_carriers = frozenset({"10000", "10010", "10086", "10099"})      # hotlines of the network operators, often named as examples
_short = re.compile(r"^(?:9[56]\d{3,4}|1[02]\d{3}|1010\d{4}|10[16]\d{2,5}|11[48]\d{2,3}|118\d{3}|9[56]\d{4}|968\d{3}|96\d{3,4}|(?:123|110|119|120|122|12)\d{2,3})$")


def phones(text: str, region: str = "CN", cued: bool = False) -> list[Contact]:
    """The telephone numbers in a folded text.

    ``region``: where a number without country code is at home; ``cued``: the line before announces a number.

    >>> text = "客服电话400-123-4567,座机021-5566778转3或+86-21-968888,拨打12345;传真010-66778899,2021-05-06,编号20210506"
    >>> [text[c.start:c.end] for c in phones(text)]
    ['400-123-4567', '021-5566778转3', '+86-21-968888', '12345']
    >>> text = "call 1-800-345-0199, (650) 253-0000 or +44 20 7946 0958"
    >>> [text[c.start:c.end] for c in phones(text, "US")]
    ['1-800-345-0199', '(650) 253-0000', '+44 20 7946 0958']
    """
    found: list[Contact] = []
    for m in _run.finditer(text):
        start, end = m.span()
        if text[start] in "([" and text[start:end].count("(") > text[start:end].count(")"):
            start += 1
        before = text[max(0, start - 60):start]
        if _not_phone.search(before) and not _cue.search(before[-6:]):
            continue
        if start and text[start - 1] == "/" and not text[start - 2:start - 1].isdigit():
            continue
        if text[start:end] in _carriers and "运营商" in text[max(0, start - 60):end + 30]:
            continue
        cue = cued or bool(_cue.search(before)) or bool(_after.search(text[end:end + 6]))
        rule = kind(text[start:end], region, cue, bool(re.search(r"(?:电话|热线|拨打|致电|客服|拨|tel|phone|hotline|call|dial)[^\d。;]{0,14}(?:[\d-]{5,14}[^\d]{1,12}){0,2}$", before)) or bool(_after.search(text[end:end + 6])) or cued)
        if rule:
            found.append(Contact(start, end, rule))
    return found


_extension = re.compile(r"^(\(?0\d{2,3}\)?-?\d{7,8}|[48]00-?\d{3}-?\d{4})-(\d{1,5})$")        # 010-66778899-801


def kind(written: str, region: str, cue: bool, near: bool) -> str | None:
    """What kind of telephone number this is; None where it is none.

    >>> kind("95188", "CN", True, True), kind("95188", "CN", True, False), kind("13800138000", "CN", False, False)
    ('service number', None, None)
    """
    written = _extension.sub(r"\1转\2", written)
    main = re.split(r"转|ext|x", written)[0]
    digits = re.sub(r"\D", "", main)
    if "." in main and region == "CN" or digits.strip("0") == "" or re.fullmatch(r"(\d)\1+", digits):
        return None
    if re.search(r"[a-z]", main):
        return "toll-free number in letters" if cue and len(re.sub(r"\W", "", main)) in (10, 11) and region != "CN" else None
    grouped = bool(re.search(r"[-() ]", main))
    if re.fullmatch(r"[48]00\d{7}(?:\d{1,4})?", digits) and region == "CN":
        if len(digits) > 10 and not re.search(r"-\d{1,4}$", main):
            return None
        return "400 or 800 number" if cue or re.match(r"[48]00[- ]", main) else None
    if re.fullmatch(r"40088\d{5,6}", digits) and region == "CN":
        return "400 or 800 number" if cue else None
    if _short.match(digits) and (len(digits) == len(main) or re.fullmatch(r"1010-\d{4}", main)):
        return "service number" if near else None
    if re.fullmatch(r"(?:86)?0?\d{2,3}96\d{3,4}", digits) and grouped and cue and region == "CN":
        return "service number with area code"
    if not cue and not main.startswith("+") and not (region == "US" and re.fullmatch(r"(?:1[-. ])?(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}", main)):
        return None
    if region == "CN" and not main.startswith("+") and not re.match(r"\(?0\d|1[3-9]\d|\(?86|00|8[56]\d", main):
        return "local number" if cue and near and re.fullmatch(r"[2-8]\d{6,7}", digits) and len(main) == len(digits) else None
    if cue and re.match(r"[(\[]?(?:852|853|886|65)[)\]]", main):         # (852) 2345 6789
        written = "+" + written.lstrip("([")
    written = re.sub(r"^(?:\+|00)86[\s-]*\(?0(?=\d{2,3}[)\s-])", "+86 ", written)          # +86 0816 8118731
    try:
        parsed = phonenumbers.parse(written.replace("转", "x"), region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_valid_number(parsed):
        return f"valid number ({phonenumbers.region_code_for_number(parsed) or '+' + str(parsed.country_code)})"
    if phonenumbers.is_possible_number(parsed) and near and (grouped or len(digits) == 11):
        return "possible number beside a telephone word"
    return None
