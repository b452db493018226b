"""Small corpora made by hand, for tests of what shows a corpus: one with hostile strings in every place, one large."""

from __future__ import annotations

import random

from policykit import rows
from policykit.corpus import Corpus

# what a policy, a file name or policies.csv may hold, and what must never run, load, reorder or swallow anything
HOSTILE = (
    "<script>window.ran = 'script'</script>", "</script><script>window.ran = 'end'</script>", "<!--<script>", "<img src=x onerror=\"window.ran='img'\">",
    "<svg onload=\"window.ran='svg'\"></svg>", "[click](javascript:window.ran='link')", "<a href=\"javascript:window.ran='a'\">a</a>", "\" onmouseover=\"window.ran='attribute'",
    "\u202egnissecorp\u202c reversed", "line\u2028and\u2029paragraph", "{{ 7 * 7 }} ${7*7} <%= 7*7 %>", "&lt;b&gt;bold&lt;/b&gt; <b>bold</b>", "]]><![CDATA[", "=HYPERLINK(\"http://x\")",
    "<meta http-equiv=refresh content='0;url=http://x'>", "<style>*{display:none}</style>", "😀𠮷 beyond the basic plane", "<iframe src=http://x></iframe>", "`#@ 'quoted\\",
)


def build(policies: list[dict]) -> Corpus:
    """A corpus from policies given as firm, sector, lang and clauses (section title, text, topics, mentions).

    A mention is (words, item, status); it stands where the words first stand in the clause.
    """
    tables = {name: [] for name in rows.TABLES}
    texts = {}
    for policy in policies:
        name, lang, at, pieces = policy["policy"], policy["lang"], 0, []
        place: dict[str, int] = {}
        best: dict[str, tuple] = {}
        number = 0

        def add(kind: str, section: int, text: str, lead: int | None = None) -> rows.Clause:
            nonlocal at, number
            clause = rows.Clause(name, number, section, kind, lead, at, at + len(text), "zh" if any("\u4e00" <= c <= "\u9fff" for c in text) else "en", text)
            tables["clauses"].append(clause)
            pieces.append(text)
            at += len(text) + 1
            number += 1
            return clause

        for title, text, topics, mentions in policy["clauses"]:
            if title not in place:
                place[title] = len(place)
                head = at
                add("heading", place[title], title)
                tables["sections"].append(rows.Section(name, place[title], None, 1, str(len(place)), title, head, at - 1, lang, False))
            clause = add("paragraph", place[title], text)
            tables["topics"] += [rows.Topic(name, clause.clause, topic, 0.9, "specimen") for topic in topics]
            for words, item, status in mentions:
                left = clause.start + text.index(words)
                tables["practices"].append(rows.Practice(name, clause.clause, item, left, left + len(words), status, "we", "collect", None, policy.get("recipient"), None, words, "specimen"))
                rank = ("collected", "third_party", "denied", "user_warned", "defined").index(status)
                if item not in best or rank < best[item][0]:
                    best[item] = (rank, rows.Item(name, item, status, 1, clause.clause, text, clause.start, clause.end, "specimen"))
        tables["items"] += [item for _, item in best.values()]
        texts[name] = "\n".join(pieces)
        tables["policies"].append(rows.PolicyRow(name, policy.get("firm"), policy.get("firm_zh"), policy.get("sector"), policy.get("title"), f"/nowhere/{name}.txt", "txt", lang, len(texts[name]),
                                                 "0" * 64, policy.get("status", "ok"), policy.get("message"), None))
        for zh, en in policy.get("pairs", ()):
            tables["pairs"].append(rows.Pair(name, zh, en, 0.8, None if en is not None else "item"))
    return Corpus({name: rows.frame(rows.TABLES[name], made) for name, made in tables.items()}, texts, "specimen")


def small() -> Corpus:
    """Three policies: a Chinese one, an English one, and one in both with its clauses paired."""
    return build([
        {"policy": "acme.zh", "firm": "Acme", "firm_zh": "甲公司", "sector": "cars", "lang": "zh", "title": "隐私政策", "clauses": [
            ("信息收集", "我们会收集您的IMEI和剪切板内容。", ["collect"], [("IMEI", "imei", "collected"), ("剪切板", "clipboard", "collected")]),
            ("信息收集", "我们不会读取您的通讯录。", ["collect"], [("通讯录", "contacts_list", "denied")]),
            ("信息共享", "合作方會收集您的手\n機號碼。", ["share"], [("手\n機號碼", "phone_number", "third_party")]),
            ("定义", "设备信息是指IMEI、MAC地址等。", ["definitions"], [("IMEI", "imei", "defined"), ("MAC地址", "mac_address", "defined")]),
        ]},
        {"policy": "beta.en", "firm": "Beta Ltd", "sector": "retail", "lang": "en", "title": "Privacy Policy", "clauses": [
            ("What we collect", "We collect your IMEI when you sign in.", ["collect"], [("IMEI", "imei", "collected")]),
            ("What we share", "We never share your phone number.", ["share"], [("phone number", "phone_number", "denied")]),
        ]},
        {"policy": "gamma.both", "sector": "retail", "lang": "mixed", "title": "隐私 Privacy", "pairs": [(1, 3), (5, None)], "clauses": [
            ("收集", "我们收集您的姓名😀与电话号码。", ["collect"], [("姓名", "real_name", "collected"), ("电话号码", "phone_number", "collected")]),
            ("Collection", "We collect your name 😀 and phone number.", ["collect"], [("name", "real_name", "collected"), ("phone number", "phone_number", "collected")]),
            ("变更", "本政策可能更新。", ["change"], []),
        ]},
    ])


def hostile() -> Corpus:
    """A corpus with a hostile string in every place a file can put one."""
    return build([
        {"policy": f"h{number}", "firm": f"{bad} firm", "firm_zh": f"{bad} 公司", "sector": bad, "lang": "en", "title": bad, "recipient": bad, "clauses": [
            (f"{bad} heading", f"We collect {bad} and IMEI.", ["collect"], [("IMEI", "imei", "collected"), (bad[:6], "real_name", "denied")]),
        ]} for number, bad in enumerate(HOSTILE)
    ])


def large(policies: int = 130, clauses: int = 200, seed: int = 7) -> Corpus:
    """A corpus of this size in made-up sentences, to measure with."""
    chance = random.Random(seed)
    items = ["imei", "clipboard", "phone_number", "real_name", "email", "mac_address", "location", "contacts_list", "photo", "ip_address", "bank_card", "id_card"]
    topics = ["collect", "share", "retention", "security", "rights", "minors", "change", "contact"]
    parts = ["为了向您提供服务", "我们会收集您的", "在您同意的情况下", "与合作伙伴共享", "根据法律法规的要求", "并采取加密措施保护", "您可以随时撤回授权", "我们将在十五个工作日内答复", "存储于中华人民共和国境内"]
    return build([
        {"policy": f"firm{number:03d}", "firm": f"Firm {number:03d}", "firm_zh": f"企业{number:03d}", "sector": f"sector {number % 9}", "lang": "zh", "title": "隐私政策", "clauses": [
            (f"第{line // 12}章", "，".join(chance.sample(parts, 4)) + f"{item}信息第{line}条。", [chance.choice(topics)],
             [(item, item, chance.choice(["collected", "collected", "third_party", "denied", "defined"]))])
            for line in range(clauses) for item in [chance.choice(items)]
        ]} for number in range(policies)
    ])
