"""Is it a policy?  What speaks against it, in words for `policies.message`.

A doubt never stops anything: the file is read and shown with status warning.  Cues in Chinese and English are
counted; a policy says *we* do something with *your* information, in several of the ways that laws ask for.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import islice

from policykit.decoding import frequent

_SAMPLE = 400_000  # characters that are looked at

# what policies speak of; each of these is one voice
_SUBJECTS = {
    "name": r"隐私(?:权)?(?:政策|保护|声明|条款|协议|指引)|隱私權?(?:政策|保護|聲明|條款)|私隱政策|个人信息(?:保护|处理)(?:政策|规则|声明)|個人資料(?:保護|收集)|privacy (?:policy|notice|statement|promise|practices|center)|data protection (?:policy|notice|statement)",
    "data": r"个人(?:敏感)?信息|个人(?:资料|数据)|個人(?:資料|資訊|信息|數據)|您的(?:信息|資料|资料)|personal(?:ly)?[ -](?:identif\w+ )?(?:information|data|details)|your (?:information|data|personal)|identif\w+ information",
    "collect": r"(?:收集|采集|採集|获取|獲取|搜集|蒐集)|\b(?:we|us|site|company)\b[^.]{0,60}\b(?:collect|gather|obtain|receive|ask)|information (?:that )?(?:we|is) collect|collection of|\bcollect(?:s|ed)?\b",
    "use": r"使用(?:您|你|个人|这些|上述|该)|用于|用於|利用|\b(?:we|is|are|be|may) (?:also )?(?:use[ds]?|process)\b|use of (?:your|the|this|personal|information)|used (?:to|for|by|in)\b|how we use",
    "share": r"共享|分享|披露|转让|公开|提供给|第三方|揭露|轉讓|第三人|\bshar(?:e|ed|ing)\b|disclos|third[ -]part|affiliate|\bsell\b",
    "cookies": r"\bcookies?\b|web beacon|标识|log files?|日志|日誌|ip address|ip地址",
    "keep": r"保存|存储|存儲|储存|儲存|保留|\bretain|\bretention|\bstor(?:e|ed|age)\b|\bkeep\b|delet",
    "protect": r"安全(?:措施|保护|保障|性)?|加密|保护|保護|secur(?:e|ity)|encrypt|protect|ssl\b|safeguard",
    "rights": r"删除|刪除|更正|注销|註銷|撤回|查询|查詢|修改|opt[ -]?out|unsubscribe|access(?:ing)? (?:your|to|and)|correct|delete|remove",
    "minors": r"未成年|儿童|兒童|监护人|child(?:ren)?\b|\bminors?\b|under (?:the age of )?1[368]|parent",
    "change": r"(?:修订|更新|变更|修改|變更)(?:本|我们|隐私|版本|日期|后)?|(?:change|update|revis|modif|amend)\w*\b[^.]{0,60}(?:policy|notice|statement|time)|effective|last (?:updated|modified|revised)",
    "contact": r"联系我们|聯絡|与我们联系|客服|邮箱|电话|contact us|questions|e-?mail|write to",
}
# counted literally in lower case, which is fast
_PRIVATE = tuple("个人信息 个人资料 个人数据 個人資料 個人資訊 個人信息 隐私 隱私 私隱 收集 披露 权限 cookie privacy personal collect disclos opt-out your_information your_data information_we information_about".split())
_TERMS = tuple("服务条款 用户协议 服务协议 使用条款 使用协议 服務條款 免责 违约 知识产权 著作权 商标 管辖 仲裁 赔偿 不得利用 不得从事 terms_of_use terms_of_service terms_and_conditions liab warrant indemnif arbitrat governing_law intellectual_property license copyright trademark terminat".split())
_WE = tuple("我们 我們 本公司 本平台 本应用 本软件 本網站 本网站 本站 本行 本app 本产品 本游戏 本服务 we_ our_ _us_ _us. us,".split())
_NEWS = tuple("_said spokes according_to reporter told_ announce 记者 报道 据悉 专家 表示， 责任编辑 有关负责人 通报".split())
_YOU = tuple("您 你 用户 用戶 使用者 _you users visitor customer".split())

_WALL = (
    r"checking (?:if the site connection|your browser)|enable javascript and cookies to continue|verify(?:ing)? (?:that )?you are (?:a )?human|are you a (?:human|robot)|"
    r"i['’]?m not a robot|unusual traffic|attention required|\bcaptcha\b|just a moment|ddos protection|incapsula|access (?:to this page has been )?denied|pardon our interruption|"
    r"please (?:enable|turn on) javascript|request blocked|ray id|security check|安全验证|人机验证|滑动(?:滑块|验证)|完成验证|验证(?:您|你)(?:是|不是)|访问(?:过于|太)频繁|访问(?:被|已被)(?:拒绝|拦截|阻止)|"
    r"请求(?:被|已被)拦截|异常(?:流量|访问)|启用\s*javascript|開啟\s*javascript|正在检查您的浏览器"
)
_ERROR = (
    r"\b(?:404|403|410|500|502|503)\b.{0,40}(?:not found|error|forbidden|gone|unavailable|gateway|页面|错误)|(?:page|file|url|content|document)\b.{0,40}\b(?:not (?:be )?found|does(?:n['’]t| not) exist|no longer (?:available|exists))|"
    r"(?:can['’]?t|cannot|could(?:n['’]t| not)) (?:find|be found)|error 40[34]|http error|internal server error|bad gateway|service (?:temporarily )?unavailable|(?:页面|网页|頁面|網頁|内容|文件)(?:不存在|未找到|找不到|已(?:被)?删除|已失效|走丢)|"
    r"找不到(?:该|您|网页|页面|頁面|网站|文件)|无法(?:访问|找到|打开)(?:此|该|页面|网页|网站)|您(?:访问|查找|请求)的(?:页面|网页)|服务器(?:错误|内部错误|繁忙)|site can['’]?t be reached|系统繁忙"
)
_BANNER = r"accept(?: all)?(?: cookies)?|reject(?: all)?|manage (?:cookies|preferences|settings)|cookie (?:settings|preferences|consent)|we use cookies|strictly necessary|接受(?:所有|全部)|拒绝(?:所有|全部)|(?:管理|设置)\s*cookie|cookie\s*(?:设置|偏好)|使用\s*cookie|同意并继续"
_LOGIN = r"\b(?:log|sign)[ -]?in\b|password|user ?name|remember me|create (?:an )?account|forgot|sign up|登录|登錄|登入|密码|密碼|验证码|注册(?:账号|账户|新用户)|忘记密码|扫码|账号登录"
_STOP = {
    "English": "the of and to in that is for you we your our or with this by are be as any may not",
    "French": "le la les des et nous vous vos notre pour dans sur une est que qui avec par ces aux du",
    "German": "der die das und wir sie ihre uns für mit von den ist nicht ein eine zu auf werden oder",
    "Spanish": "el los las de y que nos su sus para por con una del en se usted datos nuestra como",
    "Italian": "il gli di che per con non del della dei nel una sono nostri suoi dati i le da alla",
    "Portuguese": "os as do da que para com não uma seus dados por nos em dos das ou ao você nossa",
    "Dutch": "de het een van en wij uw voor met dat niet op zijn te aan om door deze onze worden",
    "Indonesian": "yang dan di untuk anda kami dengan dari ini atau pada dapat dalam tidak akan data kepada oleh",
    "Vietnamese": "và của chúng tôi bạn các cho được không với này những để có trong thông tin khi là",
    "Polish": "i w z na do nie się jest oraz dla przez są lub od danych które ich po jako",
    "Swedish": "och att det som för på är med av vi din dina ditt till inte kan den om eller",
    "Turkish": "ve bir bu için ile olarak veya kişisel olan daha gibi kadar sizin bizim tarafından de da",
}
_SCRIPTS = {
    "Japanese": "[\u3040-\u309f\u30a0-\u30ff]", "Korean": "[\uac00-\ud7af]", "Russian or another in Cyrillic": "[\u0400-\u04ff]", "Arabic": "[\u0600-\u06ff]",
    "Thai": "[\u0e00-\u0e7f]", "Hindi": "[\u0900-\u097f]", "Greek": "[\u0370-\u03ff]", "Hebrew": "[\u0590-\u05ff]",
}


@cache
def _cue(pattern: str) -> re.Pattern:
    return re.compile(pattern)


@cache
def _literals(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in words)


def _count(text: str, words: tuple[str, ...]) -> int:
    return sum(map(text.count, _literals(words)))


def _share(text: str, cues: tuple[str, ...], words: int, most: float) -> float:
    """How often cues are in a text, for each thousand of its words; counted no further than to ``most``."""
    count, share = 0, 0.0
    for cue in _literals(cues):
        count += text.count(cue)
        share = 1000 * count / words
        if share >= most:
            break
    return share


def voices(text: str, most: int = len(_SUBJECTS)) -> int:
    """How many of a policy's subjects a text in lower case speaks of; counted no further than to ``most``."""
    return sum(1 for _ in islice((pattern for pattern in _SUBJECTS.values() if _cue(pattern).search(text)), most))


def size(text: str) -> int:
    """The length in words; a Chinese character counts as two thirds of one."""
    wide = len(text.encode("utf-8")) - len(text)  # two for a Chinese character
    return round(wide / 3) + max(0, text.count(" ") + text.count("\n") - wide // 20)


def foreign(text: str) -> str | None:
    """The language of a text that is neither Chinese nor English.

    >>> foreign("当社は、お客様の個人情報を取得し、利用します。"), foreign("我们收集您的信息"), foreign("We collect your data")
    ('Japanese', None, None)
    """
    other, chinese = _any_script.search(text) is not None, sum(map(len, _han.findall(text)))
    if not other and chinese > 0.2 * len(text):
        return None         # in short: letters are no more than characters
    letters = sum(map(len, re.findall(r"\w\w*", text))) or 1     # this form is faster than \w+
    for language, script in _SCRIPTS.items() if other else ():
        if sum(map(len, re.findall(f"{script}{script}*", text))) > (0.12 if language == "Japanese" else 0.3) * letters:
            return language
    if chinese > 0.2 * letters:
        return None
    words = Counter(re.findall(r"[^\W\d_]+", text.lower()))
    total = sum(words.values())
    if total < 40:
        return None
    share = {language: sum(words[word] for word in stop.split()) / total for language, stop in _STOP.items()}
    best = max(share, key=share.__getitem__)
    return best if best != "English" and share[best] > 0.1 and share[best] > 1.8 * share["English"] else None


_any_script = re.compile("[" + "".join(script.strip("[]") for script in _SCRIPTS.values()) + "]")
_han = re.compile("[\u3400-\u9fff][\u3400-\u9fff]*")
_utf8_as_latin = re.compile(r"[Ã-ï][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


def garbled(text: str) -> bool:
    """Whether the text was decoded with a wrong encoding before it was saved.

    >>> garbled("我们收集您的信息".encode().decode("cp1252", "replace") * 9), garbled("我们收集您的信息" * 9)
    (True, False)
    """
    sample = text[:8_000]
    visible = len("".join(sample.split())) or 1
    if "锟斤拷" in sample or sample.count("\ufffd") > 0.03 * visible or 2 * len(_utf8_as_latin.findall(sample)) > 0.1 * visible:
        return True
    if len(re.findall(r"\?{2,}", sample)) > 0.02 * visible:
        return True
    han = "".join(_han.findall(sample))
    return len(han) > 50 and len(han) - sum(han.count(character) for character in set(han) if not frequent(character)) < 0.75 * len(han)


def about(text: str, title: str | None = None) -> str | None:
    """The reason to doubt that a text is a privacy policy, or None.

    >>> about("404 Not Found. The page you are looking for does not exist.")
    'reads as an error page, not as a policy; save the page of the policy itself'
    """
    text = text[:_SAMPLE]
    if garbled(text):
        return "the text is garbled, as if decoded with a wrong encoding; save it again from its source as UTF-8"
    if language := foreign(text[:4000] + text[len(text) // 2:len(text) // 2 + 4000]):
        return f"seems to be in {language}; only Chinese and English are understood, so tables will be empty or wrong"
    low = text.lower()
    words = max(1, size(low))
    spoken = voices(low[:60_000], 7 if words < 700 else 4)
    if words < 700 and spoken < 7 and (reason := _page(low, f"{(title or '').lower()}\n{low[:600]}", words)):
        return reason
    if words < 60:
        return f"holds only about {words} words; check that the whole policy is there"
    private, you = _share(low, _PRIVATE, words, 8), _share(low, _YOU, words, 20)
    has = private >= 8 or _dense(low) or _announced(low)
    if private < 8 and not has and 1000 * _count(low, _TERMS) / words > 4:
        return "reads as terms of use alone, not as a privacy policy; add the policy that they refer to"
    if spoken < 4 or private < 4 and not has:
        return "does not read as a privacy policy: it hardly speaks of personal information; check the file"
    if you < 4 or you < 12 and _share(low, _WE, words, 12) + you < 12 or you < 20 and 1000 * _count(low, _NEWS) / words > 5:
        return "does not read as a privacy policy: nobody is addressed in it, as in news or in a law; check the file"
    return None


def _page(low: str, head: str, words: int) -> str | None:
    """What kind of web page a short text is, where it is none with a policy."""
    if _cue(_WALL).search(low):
        return "reads as a wall against robots, not as a policy; open the page in a browser and save it from there"
    if _cue(_ERROR).search(head):
        return "reads as an error page, not as a policy; save the page of the policy itself"
    logins = len(_cue(_LOGIN).findall(low))
    if logins >= 3 and logins > _count(low, _PRIVATE):
        return "reads as a login page, not as a policy; save the page of the policy itself"
    if words < 300 and len(_cue(_BANNER).findall(low)) >= 2:
        return "reads as a cookie banner, not as a policy; close it in the browser and save the page again"
    return None


_named = re.compile(r"^.{0,24}?(?:隐私(?:权|保护)?(?:政策|条款|协议|声明)|隱私權?(?:政策|聲明)|privacy (?:policy|notice|statement)).{0,12}$", re.M)


def _announced(low: str) -> bool:
    """Whether a line names a privacy policy and what follows is one; terms of use often carry one inside."""
    for line in _named.finditer(low):
        part = low[line.end():line.end() + 2500]
        if len(part) > 150 and 1000 * _count(part, _PRIVATE) > 12 * max(1, size(part)):
            return True
    return bool(_named.search(low[:160])) and 1000 * _count(low, _PRIVATE) > 4 * max(1, size(low))


def _dense(low: str) -> bool:
    """Whether a stretch of a page or two speaks of nothing but personal information."""
    step = 3000 if len(low) > 6000 else 1500
    return any(1000 * _count(part, _PRIVATE) > 22 * max(1, size(part)) for at in range(0, len(low), step) if len(part := low[at:at + step]) >= 1000)
