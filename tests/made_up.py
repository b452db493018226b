"""Made-up corpora of any size, for charts and notebooks: sentences of our own, every table filled, hostile where asked."""

import random

from policykit import rows
from policykit.corpus import Corpus

HOSTILE = [
    "<script>alert(1)</script>", "</script><script>alert(2)</script>", "<!--<script>", "<img src=x onerror=alert(3)>",
    '<a href="javascript:alert(4)">x</a>', "\u202egnp.exe\u202c", "$\\href{javascript:alert(5)}{x}$ and $x$", "%{customdata} %{x}", "=HYPERLINK(\"http://x\")",
    "`code` **bold** [x](javascript:alert(6))", "&lt;b&gt; &amp; & < >", "\x00\x07bell", "a" * 300,
]
ITEMS = ["phone_number", "email", "real_name", "imei", "mac_address", "android_id", "clipboard", "precise_location", "camera", "microphone",
         "contacts", "bank_card", "face", "id_card", "installed_apps", "cookies", "ip_address", "order_info", "search_history", "gender"]
ITEMS_ZH = ["手机号", "邮箱", "姓名", "IMEI", "MAC地址", "Android ID", "剪贴板", "精确位置", "相机", "麦克风",
            "通讯录", "银行卡", "人脸", "身份证", "应用列表", "Cookie", "IP地址", "订单", "搜索记录", "性别"]
TOPICS = ["collect", "share", "use_purpose", "permissions", "security", "retention", "rights", "minors", "change", "contact", "sdk", "cookies"]
PURPOSES = ["account_service", "core_service", "advertising", "security_antifraud", "analytics_stats", None]
RECIPIENTS = ["支付机构", "物流公司", "广告合作伙伴", "地图服务商", None, None, None]
SDKS = ["微信SDK", "支付宝SDK", "个推", "友盟", "高德地图", "Firebase", "极光推送", "腾讯Bugly"]
REQUIREMENTS = ["controller_name", "controller_contact", "purpose_method", "sdk", "retention_period", "security_measures", "access", "delete", "minor_consent", "overseas_details"]
DEFECTS = ["announced_section_missing", "empty_section", "numbering_gap", "contradiction", "vague_wording", "stale_law"]
STATUSES = ["collected"] * 6 + ["third_party", "denied", "defined", "user_warned"]
VERDICTS = ["met"] * 4 + ["partial", "missing", "missing", "unknown", "not_applicable"]
SEVERITIES = ["high", "medium", "low", "note"]


class Writer:
    """A text that grows clause by clause, and knows where each stands."""

    def __init__(self, policy: str) -> None:
        self.policy, self.text, self.clauses = policy, "", []

    def add(self, text: str, kind: str = "paragraph", lang: str = "zh", section: int = 0) -> rows.Clause:
        start = len(self.text)
        self.text += text + "\n"
        self.clauses.append(rows.Clause(self.policy, len(self.clauses), section, kind, None, start, start + len(text), lang, text))
        return self.clauses[-1]


def corpus(firms: int, *, hostile: bool = False, seed: int = 7) -> Corpus:
    """So many made-up policies; every third in English, every fourth without a firm, the last one undated."""
    chance = random.Random(seed)
    made: dict[str, list] = {name: [] for name in rows.TABLES}
    texts = {}
    for number in range(firms):
        bad = HOSTILE[number % len(HOSTILE)] if hostile else ""
        policy, lang = f"policy-{number:03}{bad[:12] if hostile else ''}", "en" if number % 3 == 2 else "zh"
        write = Writer(policy)
        write.add(f"测试公司{number}隐私政策 {bad}", "heading", lang)
        for index in chance.sample(range(len(ITEMS)), chance.randint(6, len(ITEMS))):
            status = chance.choice(STATUSES)
            no, name = ("不会" if status == "denied" else "会"), ITEMS_ZH[index]
            clause = write.add(f"为了向您提供服务，我们{no}收集您的{name}，并在法律允许的范围内使用。{bad}", "item", lang)
            start = clause.start + clause.text.index(name)
            made["practices"].append(rows.Practice(policy, clause.clause, ITEMS[index], start, start + len(name), status, "we", chance.choice(["collect", "share", "permission"]),
                                                   chance.choice(PURPOSES), bad or chance.choice(RECIPIENTS), None, name, "made up"))
            made["items"].append(rows.Item(policy, ITEMS[index], status, chance.randint(1, 5), clause.clause, clause.text, clause.start, clause.end, "made up"))
            made["topics"].append(rows.Topic(policy, clause.clause, "collect", 0.9, "made up"))
        for topic in chance.sample(TOPICS, chance.randint(4, len(TOPICS))):
            clause = write.add(f"这是关于{topic}的一段文字，" * chance.randint(1, 12) + f"必要时我们可能会联系您等。{bad}", "paragraph", lang)
            made["topics"].append(rows.Topic(policy, clause.clause, topic, 0.8, "made up"))
        for sdk in chance.sample(SDKS, chance.randint(0, 4)):
            clause = write.add(f"{sdk} {bad}", "cell", lang)
            made["sdks"].append(rows.Sdk(policy, sdk + (bad if hostile else ""), clause.start, clause.end, None, "推送", "imei android_id", clause.clause, clause.text, "made up"))
        for requirement in REQUIREMENTS:
            verdict = chance.choice(VERDICTS)
            clause = write.clauses[-1] if verdict in ("met", "partial") else None
            made["findings"].append(rows.Finding(policy, requirement, verdict, None, clause and clause.clause, clause and clause.start, clause and clause.end,
                                                 clause and clause.text, f"made up {bad}", f"虚构 {bad}"))
        for kind in chance.sample(DEFECTS, chance.randint(0, 4)):
            clause = write.clauses[chance.randrange(len(write.clauses))]
            made["defects"].append(rows.Defect(policy, kind, clause.start, clause.end, clause.clause, clause.text, f"A made-up defect. {bad}", f"虚构的缺陷。{bad}", chance.choice(SEVERITIES)))
        if number < firms - 1:
            clause = write.add(f"更新日期：{2019 + number % 6}年{1 + number % 12}月1日", "paragraph", lang)
            made["facts"].append(rows.Fact(policy, "updated", clause.start, clause.end, f"{2019 + number % 6}-{1 + number % 12:02}-01", None, clause.clause, clause.text, "made up"))
            made["facts"].append(rows.Fact(policy, "controller", clause.start, clause.end, f"测试公司{number} {bad}", None, clause.clause, clause.text, "made up"))
        made["clauses"] += write.clauses
        made["sections"].append(rows.Section(policy, 0, None, 0, None, None, 0, len(write.text), lang, False))
        firm = None if number % 4 == 3 else f"Test Firm {number} {bad}".strip()
        made["policies"].append(rows.PolicyRow(policy, firm, firm and f"测试公司{number}{bad}", ["games", "shopping", None][number % 3], write.clauses[0].text, f"{policy}.txt", "txt",
                                               lang, len(write.text), f"{number:064x}", "ok", None, None))
        texts[policy] = write.text
    return Corpus({name: rows.frame(rows.TABLES[name], made[name]) for name in rows.TABLES}, texts)
