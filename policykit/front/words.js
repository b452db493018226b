// The words of the explorer, in both languages.

const WORDS = {
  en: {
    search: "Search the clauses", searchHint: "words, or \"a phrase\"; 电话 finds 電話 too", clear: "Clear all", other: "中文", otherName: "Switch to Chinese",
    found: (n, all, policies) => `${n} of ${all} clauses in ${policies} ${policies === "1" ? "policy" : "policies"}`,
    filters: "Filters", firm: "Firm", sector: "Sector", language: "Language", topic: "Clause type", category: "Item category", item: "Data item", status: "Status of the item", section: "Section",
    zh: "Chinese", en: "English", mixed: "mixed", more: (n) => `Show all ${n}`, less: "Show fewer", find: (name) => `Find in ${name}`,
    matrix: "Who collects what", chart: "Chart", matrixHelp: "A cell opens its quotes. Arrow keys move between cells.", by: "Show by", mentions: "mentions by status", clauses: "Clauses",
    firms: "Policies", items: "Items", next: "Next", previous: "Previous", page: (a, b, n) => `${a}–${b} of ${n}`, none: "No clause matches. Remove a filter or shorten the search.",
    noItems: "No data item is named in what is left.", open: "Open in the full text", quotes: "Quotes", close: "Close", full: "Full text", contents: "Go to section", best: "Best evidence", translation: "In the other language",
    unpaired: "No counterpart in the other language", difference: "Differs in", onlyThese: "Show only these clauses", code: "Copy as Python", copied: "Copied", link: "Copy link", quote: "Copy quote", place: "Copy link to this place", numbered: (n) => `clause ${n}`, key: "How to read the marks", absent: "not named",
    lead: "Follows from", remove: (what) => `Remove ${what}`, purpose: "purpose", recipient: "recipient", condition: "condition", actor: "actor", action: "action", loading: "The explorer is being prepared…", selected: "chosen", control: "control character",
  },
  zh: {
    search: "搜索条款", searchHint: "输入词语，或用引号括起短语；简繁体均可", clear: "清除全部", other: "English", otherName: "切换为英文",
    found: (n, all, policies) => `${all} 条条款中的 ${n} 条，来自 ${policies} 份政策`,
    filters: "筛选", firm: "企业", sector: "行业", language: "语言", topic: "条款类型", category: "信息类别", item: "个人信息项", status: "信息项状态", section: "章节",
    zh: "中文", en: "英文", mixed: "中英混合", more: (n) => `显示全部 ${n} 项`, less: "收起", find: (name) => `在${name}中查找`,
    matrix: "谁收集什么", chart: "图表", matrixHelp: "点击单元格查看引文；可用方向键移动。", by: "按以下维度", mentions: "按状态统计的提及次数", clauses: "条款",
    firms: "政策", items: "信息项", next: "下一页", previous: "上一页", page: (a, b, n) => `第 ${a}–${b} 项，共 ${n} 项`, none: "没有符合条件的条款。请减少筛选条件或缩短搜索词。",
    noItems: "剩余条款中没有提及任何信息项。", open: "在全文中查看", quotes: "引文", close: "关闭", full: "全文", contents: "跳到章节", best: "最佳依据", translation: "另一语言版本",
    unpaired: "另一语言版本中没有对应条款", difference: "差异", onlyThese: "只看这些条款", code: "复制为 Python 代码", copied: "已复制", link: "复制链接", quote: "复制引文", place: "复制此处链接", numbered: (n) => `条款 ${n}`, key: "标记说明", absent: "未提及",
    lead: "引导语", remove: (what) => `移除 ${what}`, purpose: "目的", recipient: "接收方", condition: "条件", actor: "主体", action: "行为", loading: "正在准备浏览器…", selected: "已选", control: "控制字符",
  },
};
const ACTIONS = { zh: { collect: "收集", use: "使用", share: "共享", store: "存储", delete: "删除", permission: "权限", we: "本公司", affiliate: "关联公司", sdk: "SDK", partner: "合作方", user: "用户", authority: "主管机关" } };
const NUMBERS_ = {};
