"""Legal names of firms and institutions in a text, in Chinese and English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Name:
    """A legal name: where it stands in the text that was searched, and of what kind it is."""

    start: int
    end: int
    kind: Literal["firm", "institution", "brand"]


# A Chinese legal name mostly begins with a place; where one is found, the name begins there.
_PLACE = (
    "北京|上海|天津|重庆|河北|山西|内蒙古|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|香港|澳门|台湾|"
    "石家庄|唐山|秦皇岛|邯郸|邢台|保定|张家口|承德|沧州|廊坊|衡水|太原|大同|阳泉|长治|晋城|晋中|运城|临汾|吕梁|呼和浩特|包头|乌海|赤峰|通辽|鄂尔多斯|沈阳|大连|鞍山|抚顺|本溪|丹东|锦州|营口|"
    "阜新|盘锦|铁岭|葫芦岛|长春|四平|通化|白山市|松原|延边|哈尔滨|齐齐哈尔|大庆|佳木斯|牡丹江|绥化|南京|无锡|徐州|常州|苏州|南通|连云港|淮安|盐城|扬州|镇江|泰州|宿迁|昆山|江阴|杭州|宁波|温州|嘉兴|"
    "湖州|绍兴|金华|衢州|舟山|台州|丽水|义乌|合肥|芜湖|蚌埠|淮南|马鞍山|淮北|铜陵|安庆|黄山市|滁州|阜阳|宿州|六安|亳州|池州|宣城|福州|厦门|莆田|三明|泉州|漳州|南平|龙岩|宁德|南昌|景德镇|萍乡|九江|"
    "新余|鹰潭|赣州|吉安|宜春|抚州|上饶|济南|青岛|淄博|枣庄|东营|烟台|潍坊|济宁|泰安|威海|日照|临沂|德州|聊城|滨州|菏泽|郑州|开封|洛阳|平顶山|安阳|鹤壁|新乡|焦作|濮阳|许昌|漯河|三门峡|南阳|商丘|"
    "信阳|周口|驻马店|武汉|黄石|十堰|宜昌|襄阳|鄂州|荆门|孝感|荆州|黄冈|咸宁|随州|恩施|长沙|株洲|湘潭|衡阳|邵阳|岳阳|常德|张家界|益阳|郴州|永州|怀化|娄底|湘西|广州|韶关|深圳|珠海|汕头|佛山|江门|湛江|"
    "茂名|肇庆|惠州|梅州|汕尾|河源|阳江|清远|东莞|中山市|潮州|揭阳|云浮|南宁|柳州|桂林|梧州|北海市|防城港|钦州|贵港|玉林|百色|海口|三亚|儋州|成都|自贡|攀枝花|泸州|德阳|绵阳|广元|遂宁|内江|乐山|南充|"
    "眉山|宜宾|广安|达州|雅安|巴中|资阳|贵阳|六盘水|遵义|安顺|毕节|铜仁|昆明|曲靖|玉溪|丽江|普洱|大理|西双版纳|拉萨|西安|铜川|宝鸡|咸阳|渭南|延安|汉中|榆林|安康|商洛|兰州|嘉峪关|金昌|白银市|天水|武威|"
    "张掖|酒泉|西宁|银川|石嘴山|吴忠|乌鲁木齐|克拉玛依|霍尔果斯|喀什|伊犁|石河子|横琴|前海|浦东|中国(?!境内)|国家|中央|公安部|交通运输部|教育部"
)
_place = re.compile(_PLACE)
# words after which a name begins, where it does not begin with a place
_before = re.compile(
    r"(?:公司名称|所属公司|公司全称|运营者|运营商|运营方|运营主体|运营公司|开发者|开发商|提供者|提供方|提供商|服务商|供应商|接收方|受托方|合作方|合作伙伴|主体|机构|单位|"
    r"第[一二三四五六七八九十百\d]{1,4}条|贷款人|出借人|第三方|关联公司|关联方|母公司|子公司|合作公司|所有者|控制者|处理者|代理商|委托|授权|适用于|适用|隶属于|归属于|属于|来自|介绍|包括|例如|比如|欢迎使用|感谢使用|简称|使用|通过|访问|"
    r"以及|或者|集成|接入|嵌入|我公司|本公司|我们|您|你|用户|由|(?<!华)为|是|指|即|与|及|或|(?<!关|联|体)系(?!统)|向|对|从|给|归|将|受|被|至|经|如|的|和(?!讯|谐|平|信|润|记|而泰|家)|[0-9]{1,2}[.、)]|^[a-z](?=[\u4e00-\u9fff]))"
)
_before_place = re.compile(r"(?:由|是|为|指|即|与|及|或|和|向|对|[号层室座楼栋院]|款|的|提供者|运营者)$")
_firm_zh = re.compile(r"(?:有限责任公司|股份有限公司|有限公司|股份公司|\(有限合伙\)|有限合伙)(?:(?!注册)[\u4e00-\u9fff]{2,6}分公司)?")
_stop = re.compile(r"[,。;:、\"'《》<>\[\]【】!?|/\s*#=_~…\ue000-\ue00f]")
_institution_zh = re.compile(
    r"(?:交通(?:运输)?|教育|卫生(?:健康)?|经济和信息化|发展和改革|旅游|管理)?委员会|研究所|研究院|管理局|[一-鿿]{2}总局|人民政府|出版社|电视台|总台|图书馆|博物馆|"
    r"大学|税务局|公安局|侦查局|气象局|交通局|教育局|协会|基金会|事务所|信息中心|数据中心|管理中心|服务中心|银行"
)
# a part of each of these forms: an expression of plain words alone is fast
maybe_institution = re.compile(r"委员会|研究所|研究院|管理局|总局|人民政府|出版社|电视台|总台|图书馆|博物馆|大学|税务局|公安局|侦查局|气象局|交通局|教育局|协会|基金会|事务所|中心|银行")
_trade = re.compile(r"(?:科技|网络|信息|技术|软件|数码|电子|商务|文化|传媒|传播|教育|咨询|服务|管理|投资|贸易|股份|集团|控股|实业|发展|计算机|互动|娱乐|数据|智能|互联网|通信|广告|\([^)]*\))*")
_nobody = re.compile(r"^(?:第三方|其他|该|某|任何|相关|各|本|我|您|关联|合作|其|有关|一家|上述|前述|个人|母|子|集团|外部|技术|信息技术|信息科技|网络科技|科技|软件)?(?:股份)?(?:有限(?:责任)?|股份)?(?:公司|合伙)?$|^[x×*\-—_\ue000]+|x{2,}|某某|公司名称|xx")

_firm_en = re.compile(
    r"(?<![A-Za-z0-9_@.])(?:(?:[a-z0-9-]+\.(?:com|net|org)|[A-Z0-9][\w&’'+-]*(?:\.(?=com|net|org|[A-Z]))?(?:com|net|org|COM|NET|ORG)?\.?|\([A-Z][\w &.]*\)|&)(?:,\s(?=(?:Inc|LLC|Ltd|L\.|Co\.|Corp|GmbH|LLP|LTD|INC|Limited|N\.A|PLC|LP|S\.A|Pty|B\.V))|\s)(?:(?:of|and|the|for|de|&)\s){0,2}){1,9}?"
    r"(?:Co\.\s?,?\s?(?:Ltd\b\.?|Limited|Inc\b\.?|LLC)|(?:Company|Corporation|Technology|Technologies|Group|Holdings?),?\s(?:Limited|Ltd\b\.?|LLC|Inc\b\.?|LLP|L\.P\.)|"
    r"Company\b|Limited\b|LTD\b\.?|Ltd\b\.?|INC\b\.?|Inc\b\.?|Incorporated\b|K(?:FT|ft)\b|ApS\b|SARL\b|S\.p\.A\.|S\.r\.l\.|S\.?à\s?r\.?l\b\.?|N\.V\.|AG\b|A/S\b|AB(?=[\s,.(]|$)|Oy\b|S\.A\.S\.|SAS\b|Sdn\.?\sBhd\b\.?|(?:Pvt|Pte)\b\.?\sLtd\b\.?|LLC\b|L\.L\.C\.|LLP\b|L\.P\.|LP\b|Corporation\b|Corp\b\.?|Co\b\.|GmbH\b(?:\s&\sCo\.?\sKG\b)?|PLC\b|plc\b|B\.V\.|S\.A\.|Pty\b|Bureau\b|N\.A\.)"
    r"(?:,?\s(?:Co\.,?\s?Ltd\b\.?|Inc\b\.?|LLC\b|Ltd\b\.?))?"
)
# words that begin a sentence, not a name
_OPENERS = (
    "The This That These Those Our If At When In By Welcome To Your All And Or For From With We You As Of It Is Are Its Such Any Each Please Contact On Under Copyright "
    "While Because Since Where Privacy Policy Statement Notice Terms Use Using About However Also Therefore Thank Address Attn Mail Write Legal Department Other Both "
    "Website Site Effective Date Last Updated Revised January February March April May June July August September October November December"
)
_open_en = frozenset(_OPENERS.split())


def chinese(text: str) -> list[Name]:
    """The Chinese legal names in a folded text.

    >>> text = "由杭州远帆网络科技有限公司(以下简称我们)与和风软件(上海)有限公司共同运营,关联公司除外"
    >>> [text[n.start:n.end] for n in chinese(text)]
    ['杭州远帆网络科技有限公司', '和风软件(上海)有限公司']
    """
    found, past = [], 0
    for m in _firm_zh.finditer(text):
        start = _beginning(text, past, m.start())
        if start is not None and m.start() - start >= 2 and not _nobody.search(text[start:m.end()]):
            found.append(Name(start, m.end(), "firm"))
        past = m.end()
    return found


_bank = re.compile(f"{_PLACE}|招商|兴业|平安|民生|光大|中信|华夏|广发|浙商|渤海|恒丰|微众|网商|交通|邮储|邮政|浦发|汇丰|渣打|花旗")


def institutions(text: str) -> list[Name]:
    """The names of Chinese institutions (bureaus, institutes, publishers) in a folded text.

    >>> text = '"我们"是指"江州市交通委员会"'
    >>> [text[n.start:n.end] for n in institutions(text)]
    ['江州市交通委员会']
    """
    if maybe_institution.search(text) is None:
        return []
    found, past = [], 0
    for m in _institution_zh.finditer(text):
        start = _beginning(text, past, m.start(), 16)
        if start is not None and m.start() - start >= 2 and text[m.start() - 1] != "的" and (m[0] != "银行" or _bank.match(text, start)):
            found.append(Name(start, m.end(), "institution"))
        past = m.end()
    return found


_group_zh = re.compile(r"(?:(集团)|(?<!有限)(?<!股份)(?<!关联)(公司)(?=\([^()]{0,16}称[^()]{0,12}我们(?!的)))(?=\((?:以下|下)?(?:合?简?称|统称)?[为:]?\s?[\"“‘'])")


def groups(text: str) -> list[Name]:
    """The groups and companies without a legal name that a folded Chinese text calls by a short name of its own.

    >>> text = "青禾音乐集团(以下简称\\"青禾\\")重视隐私,其他集团(\\"第三方\\")不受约束。"
    >>> [text[n.start:n.end] for n in groups(text)]
    ['青禾音乐集团']
    """
    found, past = [], 0
    for m in _group_zh.finditer(text):
        start = _beginning(text, past, m.start(), 16)
        if start is not None and m.start() - start >= 2 and not _nobody.search(text[start:m.start()] + "公司"):
            found.append(Name(start, m.end(m.lastindex or 0), "brand"))
        past = m.end()
    return found


def _beginning(text: str, low: int, end: int, reach: int = 32) -> int | None:
    """Where the Chinese name that ends with the form at ``end`` begins."""
    low = max(low, end - reach)
    stops = [m.end() for m in _stop.finditer(text, low, end)]
    start = stops[-1] if stops else low
    depth = 0
    for at in range(end - 1, start - 1, -1):
        if text[at] == ")":
            depth += 1
        elif text[at] == "(":
            depth -= 1
            if depth < 0:
                start = at + 1
                break
    if depth > 0:                                    # a bracket that closes before the name
        start = text.index(")", start, end) + 1
    places = [m for m in _place.finditer(text, start, end) if text[max(start, m.start() - 1):m.start()] != "("]
    for place in reversed(places):                   # the last place that follows a word such as 由, or an address; else the first
        if place is places[0] or _before_place.search(text, max(start, place.start() - 6), place.start()):
            return place.start()
    for m in _before.finditer(text, start, end):
        if m.start() == start and m[0] in "和为及经如将向" and end - start < 14 and text[start - 1:start] != ")":        # "与" + "和风": the second one is part of the name
            continue
        if _trade.fullmatch(text, m.end(), end):                # 智|如科技: what is left would be no name
            continue
        start = m.end()
    return start if start < end else None


_part_en = r"(?:[A-Z][\w’'&-]*\.?|of|the|for|and|at|de)"
_kind_en = "College|University|Library|Museum|Foundation|Association|Institute|Institution|Society|Council|Academy|Hospital|Federation|Seminary|Observatory|Broadcasting Service|Associates|Clinic|Church|Laboratory|Orchestra|Symphony"
_institution_en = re.compile(rf"(?<![\w@.])(?:[A-Z][\w’'&-]*\.?\s(?:{_part_en}\s){{0,4}}(?:{_kind_en})(?![\w’'])(?:\s(?:of|for|at)\s(?:the\s)?[A-Z][\w’'-]*(?:\s[A-Z][\w’'-]*){{0,3}})?"
                             rf"|(?:{_kind_en}|Center|Centre)\s(?:of|for|at)\s(?:the\s)?[A-Z][\w’'-]*(?:,?\s(?:at\s|of\s|and\s)?[A-Z][\w’'-]*){{0,4}})"
                             # a site in front of what it is called for short: Larkspur.com ("we")
                             r"|(?<![\w@./-])[A-Z][A-Za-z0-9-]*\.(?:com|org|net)(?=\s?\(\s?[\"“'‘])")
_maybe_institution_en = re.compile(r"(?:Colleg|Universit|Librar|Museum|Foundation|Associa|Institut|Societ|Council|Academ|Hospital|Federat|Seminar|Observator|Broadcasting|Clinic|Church|Laborator|Orchestra|Symphony|Cent(?:er|re) (?:of|for|at)|\.(?:com|org|net)\s?\()")


def english_institutions(text: str) -> list[Name]:
    """The names of colleges, libraries, associations and the like in an English text in its own case.

    >>> text = "Our site: Maple County College (MCC) and the Library of Bluefin are partners of a university."
    >>> [text[n.start:n.end] for n in english_institutions(text)]
    ['Maple County College', 'Library of Bluefin']
    """
    if _maybe_institution_en.search(text) is None:
        return []
    found = []
    for m in _institution_en.finditer(text):
        start = m.start()
        while (word := re.match(r"[\w’']+[.:,]?\s+(?:(?:of|and|the|for|&)\s+)*", text[start:m.end()])) and word[0].split()[0].strip(".:,") in _open_en:
            start += word.end()
        if len(text[start:m.end()].split()) > 1 or "." in text[start:m.end() - 1]:
            found.append(Name(start, m.end(), "institution"))
    return found


def english(text: str) -> list[Name]:
    """The English legal names in a text in its own case; two that are joined by 'and' stay apart.

    >>> text = "This app is run by Bluefin Harbour, Inc. and Larkspur (China) Trading Co., Ltd. Welcome!"
    >>> [text[n.start:n.end] for n in english(text)]
    ['Bluefin Harbour, Inc.', 'Larkspur (China) Trading Co., Ltd.']
    """
    found = []
    for m in _firm_en.finditer(text):
        start = m.start()
        while True:
            word = re.match(r"[\w’']+[.:,]?\s+(?:(?:of|and|the|for|&)\s+)*", text[start:m.end()])
            if not word or not (first := word[0].split()[0].strip(".:,")).isdigit() and first.capitalize() not in _open_en:
                break
            start += word.end()
        cuts = list(re.finditer(r"\b(?:OR|ANY|OTHER|YOUR|OUR|BY|FROM|WITH|TO|USING|BETWEEN)\s", text[start:m.end()]))  # in a line of capitals
        start += cuts[-1].end() if cuts else 0
        name = text[start:m.end()]
        if len(name.split()) > 1 and start < m.end() - 3 and not re.match(r"(?:Co\.|Company|Limited|Ltd|Inc|LLC|Corp)", name):
            found.append(Name(start, m.end(), "firm"))
    return found


# what a firm says of itself, right after the name it goes by
_says_of_itself = (
    r"(?:\([^()]{2,160}\),?\s)?(?:(?:strongly|deeply|highly|truly)\s)?(?:is (?:\w+ )?(?:committed|dedicated|devoted) to (?:\w+ing|the|your|our)\b|is (?:\w+ )?concerned about|"
    r"(?:values|respects|appreciates|cares about|recognizes|recognises|understands|protects|safeguards)\b[^.;:]{0,60}\b(?:privacy|your|you|our|trust)\b|takes\b[^.;:]{0,60}\b(?:privacy|security|protection)\b|"
    r"(?:has (?:created|developed|adopted|established)|provides) this\b|(?:will|does|do|shall) not (?:sell|rent|share|disclose)\b[^.;:]{0,60}\b(?:personal|your)\b|owns(?:,| and) operates)"
)
_we = r"\((?:[^()]{0,60}[\s“\"'‘’])?[“\"'‘’](?:[Ww]e|[Uu]s|[Oo]ur|WE|US|OUR)[,”\"'’][^()]{0,60}\)"
_brand_en = re.compile(
    rf"(?:^|(?<=[.!?]\s)|(?<=:\s))\W{{0,2}}(?:(?:At|The|Here at|Welcome to)\s)?(?P<name>[A-Z][\w&’'.-]*(?::?\s(?:(?:of|the|and|for|&)\s){{0,2}}[A-Z0-9][\w&’'.-]*){{0,5}}),?\s(?={_we}|{_says_of_itself})")
_no_brand = frozenset((
    "Privacy Policy Statement Notice Security Protecting Protection Personal Information Data Users User Customers Children Parents Visitors Website Websites Web Site Sites Service Services "
    "Company Advertisers Partners Third Cookies Congress Our Your We You It This That These Those The Each Any All Some Most Many No Neither Either He She They Everyone Nobody Who").split())


def brands(text: str) -> list[Name]:
    """The names, of no legal form, by which an English text speaks of its own firm.

    >>> text = "Larkspur takes your privacy seriously. Bluefin: The Harbour (“BTH” or “we”) sells boats. Google Chrome has cookies."
    >>> [text[n.start:n.end] for n in brands(text)]
    ['Larkspur', 'Bluefin: The Harbour']
    """
    found = []
    for m in _brand_en.finditer(text):
        words = re.findall(r"[\w’']+", m["name"])
        if not _no_brand.intersection(words[:1] + words[-1:]):
            found.append(Name(*m.span("name"), "brand"))
    return found
