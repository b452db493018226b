// The explorer: facets, search, firm x item matrix, chart, clauses, full text.  It runs as an anywidget in JupyterLab and,
// on a stand-in for the model, in an exported page.  Text of a policy enters the page as text nodes only.

const WORDS = {
  en: {
    search: "Search the clauses", searchHint: "words, or \"a phrase\"; 电话 finds 電話 too", clear: "Clear all", other: "中文", otherName: "Switch to Chinese",
    found: (n, all, policies) => `${n} of ${all} clauses in ${policies} ${policies === "1" ? "policy" : "policies"}`,
    filters: "Filters", firm: "Firm", sector: "Sector", language: "Language", topic: "Clause type", category: "Item category", item: "Data item", status: "Status of the item", section: "Section",
    zh: "Chinese", en: "English", mixed: "mixed", more: (n) => `Show all ${n}`, less: "Show fewer", find: (name) => `Find in ${name}`,
    matrix: "Who collects what", chart: "Chart", matrixHelp: "A cell opens its quotes. Arrow keys move between cells.", by: "Show by", mentions: "mentions by status", clauses: "Clauses",
    firms: "Policies", items: "Items", next: "Next", previous: "Previous", page: (a, b, n) => `${a}–${b} of ${n}`, none: "No clause matches. Remove a filter or shorten the search.",
    noItems: "No data item is named in what is left.", open: "Open in the full text", quotes: "Quotes", close: "Close", full: "Full text", contents: "Go to section", best: "Best evidence", translation: "In the other language",
    unpaired: "No counterpart in the other language", difference: "Differs in", onlyThese: "Show only these clauses", code: "Copy as Python", copied: "Copied", link: "Copy link", key: "How to read the marks", absent: "not named",
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
    unpaired: "另一语言版本中没有对应条款", difference: "差异", onlyThese: "只看这些条款", code: "复制为 Python 代码", copied: "已复制", link: "复制链接", key: "标记说明", absent: "未提及",
    lead: "引导语", remove: (what) => `移除 ${what}`, purpose: "目的", recipient: "接收方", condition: "条件", actor: "主体", action: "行为", loading: "正在准备浏览器…", selected: "已选", control: "控制字符",
  },
};
const ACTIONS = { zh: { collect: "收集", use: "使用", share: "共享", store: "存储", delete: "删除", permission: "权限", we: "本公司", affiliate: "关联公司", sdk: "SDK", partner: "合作方", user: "用户", authority: "主管机关" } };
const NUMBERS_ = {};
const ROWS = 25, COLUMNS = 24, BARS = 12, VALUES = 8;
// characters that reorder the text around them: shown by name, never left to act
const REORDER = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

// An element: attributes, then children; strings become text nodes.
function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "style") Object.assign(element.style, value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(9).filter((child) => child != null));
  return element;
}

// Text of a policy or of a file: a text node, and a visible name in place of every character that reorders text.
function verbatim(parent, text) {
  for (const piece of text.split(new RegExp(`(${REORDER.source})`))) {
    if (!piece) continue;
    if (piece.length === 1 && REORDER.test(piece)) {
      const name = `U+${piece.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
      parent.append(h("span", { class: "pk-control", title: name }, name));
    } else parent.append(piece);
  }
  return parent;
}
const isolated = (text, attributes = {}) => verbatim(h("bdi", attributes), text ?? "");
const languageTag = (code) => ["zh-CN", "en", "zh-CN"][code] ?? null;

class Explorer {
  constructor(data, model, root) {
    Object.assign(this, { data, model, root });
    this.selection = structuredClone(model.get("selection") ?? {});
    this.lang = model.get("lang") === "zh" ? "zh" : "en";
    this.view = "matrix";
    this.by = "item";
    this.page = this.matrixRow = this.matrixColumn = 0;
    this.expanded = new Set();
    this.number = Explorer.count = (Explorer.count ?? 0) + 1;
    this.prefix = this.number > 1 ? `x${this.number}.` : "";
    if (model.get("fragment")) this.readFragment();
    this.build();
    this.heard = () => {
      const heard = this.model.get("selection") ?? {};
      if (JSON.stringify(heard) !== JSON.stringify(this.selection)) { this.selection = structuredClone(heard); this.changed(false); }
    };
    model.on("change:selection", this.heard);
    if (model.get("fragment")) addEventListener("hashchange", this.followed = () => { this.readFragment(); this.changed(false); });
    this.changed(false);
  }

  stop() {
    this.model.off?.("change:selection", this.heard);
    if (this.followed) removeEventListener("hashchange", this.followed);
    this.drawer.remove();
  }

  // --- what is chosen ------------------------------------------------------------------------------------------------

  readFragment() {
    const parameters = new URLSearchParams(location.hash.split("?").slice(1).join("?"));
    const found = {};
    for (const name of FACETS) { const values = parameters.getAll(this.prefix + name); if (values.length) found[name] = values; }
    if (parameters.get(this.prefix + "q")) found.q = parameters.get(this.prefix + "q");
    const own = [...parameters.keys()].some((key) => this.prefix ? key.startsWith(this.prefix) : !/^x\d+\./.test(key));
    if (own || this.started) this.selection = found;
    this.started = true;
  }

  writeFragment() {
    const [anchor, rest] = [location.hash.split("?")[0], location.hash.split("?").slice(1).join("?")];
    const parameters = new URLSearchParams(rest);
    for (const key of [...parameters.keys()]) if (this.prefix ? key.startsWith(this.prefix) : !/^x\d+\./.test(key)) parameters.delete(key);
    for (const name of FACETS) for (const value of this.selection[name] ?? []) parameters.append(this.prefix + name, value);
    if (this.selection.q) parameters.set(this.prefix + "q", this.selection.q);
    const text = parameters.toString();
    history.replaceState(null, "", `${anchor || "#" + encodeURIComponent(this.root.closest("article")?.id ?? "")}${text ? "?" + text : ""}`);
  }

  toggle(name, value, on) {
    const values = (this.selection[name] ?? []).filter((other) => other !== value);
    if (on ?? !(this.selection[name] ?? []).includes(value)) values.push(value);
    const selection = { ...this.selection, [name]: values };
    if (!values.length) delete selection[name];
    this.choose(selection);
  }

  choose(selection) {
    this.selection = selection;
    this.changed(true);
  }

  changed(mine) {
    const begin = performance.now();
    this.page = this.matrixRow = this.matrixColumn = 0;
    if (mine) {
      this.model.set("selection", structuredClone(this.selection));
      this.model.save_changes();
      // browsers allow a page few changes of its address a second
      if (this.model.get("fragment")) { clearTimeout(this.writing); this.writing = setTimeout(() => this.writeFragment(), 150); }
    }
    this.result = this.data.filter(this.selection);
    const computed = performance.now();
    this.show();
    this.root.dataset.computed = (computed - begin).toFixed(1);
    this.root.dataset.shown = (performance.now() - begin).toFixed(1);
  }

  // --- names ----------------------------------------------------------------------------------------------------------

  get t() { return WORDS[this.lang]; }
  number_(n) { return (NUMBERS_[this.lang] ??= new Intl.NumberFormat(this.lang === "zh" ? "zh-CN" : "en")).format(n); }

  label(name, value) {
    const { terms, policies } = this.data;
    if (name === "firm") {
      const policy = this.data.firmOf.indexOf(value);
      return (this.lang === "zh" ? policies.firm_zh[policy] ?? policies.firm[policy] : policies.firm[policy] ?? policies.firm_zh[policy]) ?? value;
    }
    if (name === "language") return this.t[value] ?? value;
    if (name === "topic") return terms.topics.find((topic) => topic.id === value)?.[this.lang] ?? value;
    if (name === "item") return terms.items.find((item) => item.id === value)?.[this.lang] ?? value;
    if (name === "category") return terms.categories[value]?.[this.lang] ?? value;
    if (name === "status") return terms.status[value]?.[this.lang][1] ?? value;
    if (name === "section") return this.data.titles.get(value) ?? value;
    return value;
  }

  policyLabel(policy) {
    const firm = this.label("firm", this.data.firmOf[policy]);
    const same = this.data.firmOf.filter((other) => other === this.data.firmOf[policy]).length;
    return same > 1 ? `${firm} · ${this.data.policies.policy[policy]}` : firm;
  }

  letter(status) { return this.data.terms.status[STATUSES[status]][this.lang][0]; }

  // --- frame ----------------------------------------------------------------------------------------------------------

  build() {
    const t = this.t, id = (name) => `pk${this.number}-${name}`;
    this.root.lang = this.lang === "zh" ? "zh-CN" : "en";
    this.box = h("input", { type: "search", id: id("q"), class: "pk-q", placeholder: t.searchHint, autocomplete: "off", spellcheck: "false", oninput: () => this.typed() });
    this.box.value = this.selection.q ?? "";
    this.found = h("p", { class: "pk-found", role: "status" });
    this.chips = h("div", { class: "pk-chips" });
    this.facetBox = h("div", { class: "pk-facets" });
    this.overview = h("div", { class: "pk-overview" });
    this.list = h("ol", { class: "pk-clauses" });
    this.pager = h("div", { class: "pk-pager" });
    this.facetLists = {};
    for (const name of FACETS) if (this.data.facets[name].values.length > (name === "sector" || name === "language" ? 1 : 0)) this.facetBox.append(this.buildFacet(name));
    const tab = (name) => h("button", { type: "button", role: "tab", id: id(name), "aria-controls": id("overview"), "data-tab": name, onclick: () => this.tab(name), onkeydown: (event) => { if (/Arrow(Left|Right)/.test(event.key)) { this.tab(name === "matrix" ? "chart" : "matrix"); this.root.querySelector(`[data-tab=${this.view}]`).focus(); } } }, t[name]);
    this.overview.id = id("overview");
    this.overview.setAttribute("role", "tabpanel");
    const filters = h("details", { class: "pk-filters" }, h("summary", {}, t.filters), this.facetBox);
    filters.open = this.root.clientWidth > 640;
    this.root.replaceChildren(
      h("div", { class: "pk-head" },
        h("div", { class: "pk-search", role: "search" }, h("label", { for: id("q") }, t.search), this.box),
        h("div", { class: "pk-tools" },
          h("button", { type: "button", class: "pk-link", onclick: (event) => this.copy(event.currentTarget, this.python()) }, t.code),
          this.model.get("fragment") ? h("button", { type: "button", class: "pk-link", onclick: (event) => { this.writeFragment(); this.copy(event.currentTarget, location.href); } }, t.link) : null,
          h("button", { type: "button", class: "pk-link", lang: this.lang === "zh" ? "en" : "zh-CN", "aria-label": `${t.otherName} · ${t.other}`, onclick: () => this.switchLanguage() }, t.other))),
      h("div", { class: "pk-state" }, this.found, this.chips),
      h("div", { class: "pk-body" },
        filters,
        h("div", { class: "pk-main" },
          h("div", { class: "pk-tabs", role: "tablist" }, tab("matrix"), tab("chart")),
          this.overview,
          h("h3", { class: "pk-title", id: id("list") }, t.clauses),
          this.legend(),
          this.list, this.pager)));
    this.list.setAttribute("aria-labelledby", id("list"));
    this.buildDrawer();
  }

  legend() {
    return h("ul", { class: "pk-key", "aria-label": this.t.key }, STATUSES.map((status, code) =>
      h("li", {}, h("span", { class: `pk-mark pk-${status}`, "data-letter": this.letter(code), "aria-hidden": "true" }, "Aa"), ` ${this.label("status", status)}`)));
  }

  switchLanguage() {
    this.lang = this.lang === "zh" ? "en" : "zh";
    this.drawer.remove();
    this.model.set("lang", this.lang);
    this.model.save_changes();
    this.build();
    this.show();
    [...this.root.querySelectorAll(".pk-tools button")].at(-1).focus();
  }

  typed() {
    cancelAnimationFrame(this.waiting);
    this.waiting = requestAnimationFrame(() => {
      const selection = { ...this.selection, q: this.box.value };
      if (!this.box.value.trim()) delete selection.q;
      this.choose(selection);
    });
  }

  // A paste for the next cell: the same rows.
  python() {
    const chosen = FACETS.filter((name) => this.selection[name]?.length).map((name) => `${name}=${JSON.stringify(this.selection[name])}`);
    if (this.selection.q) chosen.push(`q=${JSON.stringify(this.selection.q)}`);
    return `pk.explore(corpus${chosen.map((one) => ", " + one).join("")}).data()`;
  }

  async copy(button, text) {
    const before = button.textContent;
    try { await navigator.clipboard.writeText(text); } catch {
      const area = h("textarea", { class: "pk-off" });
      area.value = text;
      this.root.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.textContent = this.t.copied;
    setTimeout(() => { button.textContent = before; }, 1500);
  }

  // --- facets ---------------------------------------------------------------------------------------------------------

  buildFacet(name) {
    const { values } = this.data.facets[name];
    const order = values.map((_, code) => code);
    const totals = this.totals ??= this.data.filter({}).counts;
    if (!["status", "language"].includes(name)) order.sort((a, b) => totals[name][b] - totals[name][a]);
    const listed = order.filter((code) => totals[name][code] > 0);
    const holder = h("div", { class: "pk-values" });
    const facet = { holder, listed, entries: new Map(), name };
    this.facetLists[name] = facet;
    const summary = h("summary", {}, this.t[name]);
    const box = h("details", { class: "pk-facet" }, summary);
    box.open = ["firm", "topic", "item", "status"].includes(name) || Boolean(this.selection[name]?.length);
    if (listed.length > 12) {
      facet.find = h("input", { type: "search", class: "pk-find", "aria-label": this.t.find(this.t[name]), placeholder: this.t.find(this.t[name]), oninput: () => this.fillFacet(facet) });
      box.append(facet.find);
    }
    box.append(h("div", { role: "group", "aria-label": this.t[name] }, holder));
    if (listed.length > VALUES) {
      facet.more = h("button", { type: "button", class: "pk-link", onclick: () => { if (!this.expanded.delete(name)) this.expanded.add(name); this.fillFacet(facet); } });
      box.append(facet.more);
    }
    this.fillFacet(facet, false);
    return box;
  }

  entry(facet, code) {
    if (!facet.entries.has(code)) {
      const value = this.data.facets[facet.name].values[code];
      const box = h("input", { type: "checkbox", onchange: () => this.toggle(facet.name, value, box.checked) });
      const count = h("span", { class: "pk-n" });
      const mark = facet.name === "status" ? h("span", { class: `pk-dot pk-${value}`, "aria-hidden": "true" }, this.letter(code)) : null;
      facet.entries.set(code, { value, box, count, element: h("label", { class: "pk-value" }, box, mark, isolated(this.label(facet.name, value)), count) });
    }
    return facet.entries.get(code);
  }

  fillFacet(facet, update = true) {
    const wanted = facet.find ? this.data.fold(facet.find.value.trim()) : "";
    const values = this.data.facets[facet.name].values, chosen = this.selection[facet.name] ?? [];
    const all = this.expanded.has(facet.name) || wanted;
    const shown = facet.listed.filter((code, place) => (all || place < VALUES || chosen.includes(values[code]))
      && (!wanted || this.data.fold(this.label(facet.name, values[code]) + " " + values[code]).includes(wanted)));
    facet.holder.replaceChildren(...shown.map((code) => this.entry(facet, code).element));
    facet.holder.classList.toggle("pk-long", Boolean(all));
    if (facet.more) {
      facet.more.textContent = this.expanded.has(facet.name) ? this.t.less : this.t.more(this.number_(facet.listed.length));
      facet.more.setAttribute("aria-expanded", String(this.expanded.has(facet.name)));
      facet.more.hidden = Boolean(wanted);
    }
    if (update) this.showFacet(facet);
  }

  showFacet(facet) {
    const chosen = this.selection[facet.name] ?? [], counts = this.result.counts[facet.name];
    if (chosen.some((value) => ![...facet.entries.values()].some((entry) => entry.value === value))) this.fillFacet(facet, false);
    for (const [code, entry] of facet.entries) {
      entry.box.checked = chosen.includes(entry.value);
      const text = this.number_(counts[code]);
      if (entry.count.textContent !== text) entry.count.textContent = text;
      entry.element.classList.toggle("pk-zero", counts[code] === 0);
    }
  }

  // --- show everything ------------------------------------------------------------------------------------------------

  show() {
    const { matches } = this.result;
    const policies = new Set();
    for (const row of matches) policies.add(this.data.policyOf[row]);
    this.visible = policies;
    this.found.textContent = this.t.found(this.number_(matches.length), this.number_(this.data.total), this.number_(policies.size));
    if (document.activeElement !== this.box) this.box.value = this.selection.q ?? "";
    for (const facet of Object.values(this.facetLists)) this.showFacet(facet);
    this.showChips();
    this.showOverview();
    this.showClauses();
  }

  showChips() {
    const chips = [];
    for (const name of FACETS) for (const value of this.selection[name] ?? []) {
      chips.push(h("button", { type: "button", class: "pk-chip", "aria-label": this.t.remove(`${this.t[name]}: ${this.label(name, value)}`), onclick: () => this.toggle(name, value, false) }, isolated(this.label(name, value)), " ×"));
    }
    if (this.selection.q) chips.push(h("button", { type: "button", class: "pk-chip", "aria-label": this.t.remove(this.selection.q), onclick: () => { this.box.value = ""; this.typed(); } }, "“", isolated(this.selection.q), "” ×"));
    if (chips.length) chips.push(h("button", { type: "button", class: "pk-link", onclick: () => { this.box.value = ""; this.choose({}); this.box.focus(); } }, this.t.clear));
    this.chips.replaceChildren(...chips);
  }

  tab(name) {
    this.view = name;
    this.showOverview();
  }

  showOverview() {
    for (const tab of this.root.querySelectorAll("[data-tab]")) {
      const on = tab.dataset.tab === this.view;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
    }
    this.overview.setAttribute("aria-labelledby", `pk${this.number}-${this.view}`);
    if (this.view === "matrix") this.showMatrix(); else this.showChart();
  }

  // --- matrix ---------------------------------------------------------------------------------------------------------

  showMatrix() {
    const { data, t } = this, { items, terms } = data, { chosen } = this.result;
    const policies = data.policies.policy.map((_, policy) => policy).filter((policy) => this.visible.has(policy));
    const tally = new Int32Array(terms.items.length), shown = new Set(policies);
    items.policy.forEach((policy, i) => {
      const item = items.item[i];
      if (!shown.has(policy) || (chosen.status && !chosen.status[items.status[i]])) return;
      if (chosen.item && !chosen.item[item] || chosen.category && !chosen.category[data.classOf[item]]) return;
      tally[item] += items.status[i] === 0 ? 1001 : 1000 * (items.status[i] < 3);
      tally[item] = Math.max(tally[item], 1);
    });
    const columns = [...tally.keys()].filter((item) => tally[item]).sort((a, b) => tally[b] - tally[a]);
    if (!columns.length) { this.overview.replaceChildren(h("p", { class: "pk-none" }, t.noItems)); return; }
    const wide = Math.max(4, Math.min(COLUMNS, Math.floor((this.overview.clientWidth - 150) / 30)));
    this.matrixColumn = Math.min(this.matrixColumn, Math.floor((columns.length - 1) / wide) * wide);
    const someRows = policies.slice(this.matrixRow, this.matrixRow + ROWS), someColumns = columns.slice(this.matrixColumn, this.matrixColumn + wide);
    const grid = h("table", { class: "pk-grid", role: "grid", "aria-label": t.matrix, "aria-rowcount": policies.length + 1, "aria-colcount": columns.length + 1, onkeydown: (event) => this.moveInGrid(event) },
      h("thead", {}, h("tr", {}, h("td", {}), someColumns.map((item) => h("th", { scope: "col" }, isolated(terms.items[item][this.lang]))))),
      h("tbody", {}, someRows.map((policy) => h("tr", {}, h("th", { scope: "row" }, isolated(this.policyLabel(policy))), someColumns.map((item) => this.cell(policy, item, chosen))))));
    const first = grid.querySelector("button");
    if (first) first.tabIndex = 0;
    const step = (what, size, total, width) => total <= width ? null : h("span", { class: "pk-step" }, `${t[what === "matrixRow" ? "firms" : "items"]} `,
      h("button", { type: "button", disabled: this[what] === 0, "aria-label": `${t.previous}: ${t[what === "matrixRow" ? "firms" : "items"]}`, onclick: () => this.stepMatrix(what, -width) }, "‹"),
      ` ${t.page(this.number_(this[what] + 1), this.number_(Math.min(this[what] + width, total)), this.number_(total))} `,
      h("button", { type: "button", disabled: this[what] + width >= total, "aria-label": `${t.next}: ${t[what === "matrixRow" ? "firms" : "items"]}`, onclick: () => this.stepMatrix(what, width) }, "›"));
    this.overview.replaceChildren(h("p", { class: "pk-help" }, t.matrixHelp), h("div", { class: "pk-scroll" }, grid),
      h("div", { class: "pk-steps" }, step("matrixRow", 0, policies.length, ROWS), step("matrixColumn", 0, columns.length, wide)));
  }

  cell(policy, item, chosen) {
    const { data } = this, at = data.cells.get(policy * 4096 + item);
    const where = `${this.policyLabel(policy)}, ${data.terms.items[item][this.lang]}`;
    if (at === undefined || (chosen.status && !chosen.status[data.items.status[at]])) return h("td", { class: "pk-absent" }, h("span", { class: "pk-off" }, this.t.absent));
    const status = data.items.status[at];
    return h("td", {}, h("button", { type: "button", tabindex: -1, class: `pk-cell pk-${STATUSES[status]}`, title: `${where}: ${this.label("status", STATUSES[status])} (${data.items.n[at]})`,
      "aria-label": `${where}: ${this.label("status", STATUSES[status])} (${data.items.n[at]})`, "data-letter": this.letter(status), onclick: (event) => this.openQuotes(policy, item, event.currentTarget) }));
  }

  stepMatrix(what, by) {
    this[what] = Math.max(0, this[what] + by);
    const label = document.activeElement?.getAttribute("aria-label");
    this.showMatrix();
    [...this.overview.querySelectorAll(".pk-step button")].find((button) => button.getAttribute("aria-label") === label && !button.disabled)?.focus();
  }

  moveInGrid(event) {
    const move = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0], Home: [0, -99], End: [0, 99] }[event.key];
    const cell = event.target.closest("td");
    if (!move || !cell) return;
    event.preventDefault();
    const rows = [...event.currentTarget.tBodies[0].rows];
    let row = rows.indexOf(cell.parentElement), column = cell.cellIndex;
    for (;;) {
      row += move[0]; column += Math.sign(move[1]);
      const next = rows[row]?.cells[column];
      if (!next || column < 1) return;
      const button = next.querySelector("button");
      if (button) {
        event.target.tabIndex = -1;
        button.tabIndex = 0;
        button.focus();
        if (Math.abs(move[1]) < 2) return;
        event = { target: button };
      }
    }
  }

  // --- chart ----------------------------------------------------------------------------------------------------------

  showChart() {
    const { data, t } = this, { matches, missed, chosen } = this.result;
    const facet = data.facets[this.by], byStatus = ["item", "category", "firm", "sector"].includes(this.by);
    const bars = new Int32Array(facet.values.length * STATUSES.length);
    const add = (value, status) => { if (value >= 0) bars[value * STATUSES.length + status]++; };
    for (const row of matches) {
      if (byStatus) {
        for (let i = data.practices.from[row]; i < data.practices.from[row + 1]; i++) {
          if (!missed[i]) add(MENTION.includes(this.by) ? facet.of[i] : facet.of[row], data.practices.status[i]);
        }
      } else if (this.by === "topic") {
        for (let i = data.topics.from[row]; i < data.topics.from[row + 1]; i++) add(data.topics.topic[i], 0);
      } else add(facet.of[row], 0);
    }
    const sum = (value) => { let all = 0; for (let i = 0; i < STATUSES.length; i++) all += bars[value * STATUSES.length + i]; return all; };
    const order = facet.values.map((_, value) => [value, sum(value)]).filter(([, n]) => n).sort((a, b) => b[1] - a[1]);
    const most = order[0]?.[1] ?? 1;
    const select = h("select", { onchange: (event) => { this.by = event.target.value; this.showChart(); this.overview.querySelector("select").focus(); } },
      ["item", "category", "firm", "sector", "topic", "section", "language"].filter((name) => this.facetLists[name]).map((name) => h("option", { value: name, selected: name === this.by }, t[name])));
    const rest = order.slice(BARS).reduce((all, [, n]) => all + n, 0);
    this.overview.replaceChildren(
      h("p", { class: "pk-help" }, h("label", {}, `${t.by} `, select), ` · ${byStatus ? t.mentions : t.clauses}`),
      order.length ? h("ul", { class: "pk-bars" }, order.slice(0, BARS).map(([value, n]) => {
        const parts = STATUSES.map((status, code) => [status, bars[value * STATUSES.length + code]]).filter(([, part]) => part);
        const said = byStatus ? parts.map(([status, part]) => `${this.label("status", status)} ${part}`).join(", ") : "";
        return h("li", {}, h("button", { type: "button", class: "pk-bar", "aria-pressed": String((this.selection[this.by] ?? []).includes(facet.values[value])), title: said, onclick: () => { this.toggle(this.by, facet.values[value]); } },
          isolated(this.label(this.by, facet.values[value]), { class: "pk-barname" }),
          h("span", { class: "pk-track", "aria-hidden": "true" }, parts.map(([status, part]) => h("span", { class: byStatus ? `pk-${status}` : "pk-plain", style: { width: `${(100 * part) / most}%` } }))),
          h("span", { class: "pk-n" }, this.number_(n), said ? h("span", { class: "pk-off" }, ` (${said})`) : null)));
      })) : h("p", { class: "pk-none" }, t.noItems),
      rest ? h("p", { class: "pk-help" }, `+ ${this.number_(order.length - BARS)} · ${this.number_(rest)}`) : "");
  }

  // --- clauses --------------------------------------------------------------------------------------------------------

  showClauses() {
    const { matches } = this.result, { t } = this;
    const size = this.root.clientWidth < 640 ? 20 : 50;  // a page of clauses
    const from = this.page * size, to = Math.min(from + size, matches.length);
    this.list.start = from + 1;
    this.list.replaceChildren(...Array.from(matches.subarray(from, to), (row) => this.clause(row)));
    if (!matches.length) this.list.replaceChildren(h("li", { class: "pk-none" }, t.none));
    const turn = (by) => { this.page += by; this.showClauses(); this.list.scrollTop = 0; this.list.focus({ preventScroll: true }); this.root.querySelector(".pk-title").scrollIntoView({ block: "nearest" }); };
    this.list.tabIndex = 0;
    this.pager.replaceChildren(...(matches.length > size ? [
      h("button", { type: "button", disabled: this.page === 0, onclick: () => turn(-1) }, `‹ ${t.previous}`),
      h("span", {}, t.page(this.number_(from + 1), this.number_(to), this.number_(matches.length))),
      h("button", { type: "button", disabled: to >= matches.length, onclick: () => turn(1) }, `${t.next} ›`)] : []));
  }

  crumbs(row) {
    const path = this.data.path(this.data.sectionOf[row]).map((section) => this.data.title(section)).filter(Boolean);
    return h("p", { class: "pk-crumbs" }, isolated(this.policyLabel(this.data.policyOf[row]), { class: "pk-firm" }), path.map((title) => [h("span", { "aria-hidden": "true" }, " › "), isolated(title)]));
  }

  clause(row) {
    const { data, t } = this;
    const topics = [];
    for (let i = data.topics.from[row]; i < data.topics.from[row + 1]; i++) topics.push(data.topics.topic[i]);
    const pair = data.pairs.get(row), lead = data.lead[row];
    const text = h("div", { class: "pk-text" }, lead >= 0 && KINDS[data.kind[row]] !== "cell" ? this.leading(lead) : null, this.marked(row), this.said(row));
    return h("li", { class: "pk-clause", "data-row": row },
      this.crumbs(row),
      h("div", { class: pair ? "pk-two" : "pk-one" }, text, pair ? this.translation(pair) : null),
      h("p", { class: "pk-foot" }, topics.map((topic) => h("span", { class: "pk-topic" }, data.terms.topics[topic][this.lang])),
        h("button", { type: "button", class: "pk-link", onclick: (event) => this.openText(data.policyOf[row], row, event.currentTarget) }, t.open)));
  }

  leading(lead) {
    const text = this.data.text(lead);
    return isolated(text.length > 120 ? "…" + text.slice(-120) : text, { class: "pk-lead", lang: languageTag(this.data.langOf[lead]), title: this.t.lead });
  }

  translation(pair) {
    const { data, t } = this;
    if (pair.other < 0) return h("div", { class: "pk-pair pk-unpaired" }, t.unpaired);
    return h("div", { class: "pk-pair" }, h("span", { class: "pk-off" }, t.translation), this.marked(pair.other),
      pair.difference ? h("p", { class: "pk-differs" }, `${t.difference}: `, isolated(pair.difference)) : null);
  }

  // The clause, its mentions marked by status and the words searched for marked besides.
  marked(row, only = null, tag = "p") {
    const { data } = this, text = data.text(row), { practices } = data;
    const spans = [], hits = this.selection.q ? data.hits(text, this.selection.q) : [];
    for (let i = practices.from[row]; i < practices.from[row + 1]; i++) {
      if (!only || only(i)) spans.push([practices.start[i], practices.start[i] + practices.length[i], i]);
    }
    const edges = [...new Set([0, text.length, ...spans.flatMap(([from, to]) => [from, to]), ...hits.flat()])].filter((edge) => edge >= 0 && edge <= text.length).sort((a, b) => a - b);
    const body = h(tag, { class: `pk-words pk-kind-${KINDS[data.kind[row]]}`, dir: "auto", lang: languageTag(data.langOf[row]) });
    for (let e = 0; e + 1 < edges.length; e++) {
      const [from, to] = [edges[e], edges[e + 1]];
      const span = spans.find(([left, right]) => left <= from && to <= right), hit = hits.some(([left, right]) => left <= from && to <= right);
      let into = body;
      if (span) {
        const status = practices.status[span[2]], missed = this.result?.missed[span[2]];
        into = h("mark", { class: `pk-mark pk-${STATUSES[status]}${missed ? " pk-aside" : ""}`, title: this.mention(span[2]), "data-letter": to === span[1] ? this.letter(status) : null });
        body.append(into);
      }
      if (hit) { const inner = h("mark", { class: "pk-hit" }); into.append(inner); into = inner; }
      verbatim(into, text.slice(from, to));
    }
    return body;
  }

  mention(i) {
    const { practices, terms } = this.data, { t } = this;
    const word = (id) => ACTIONS[this.lang]?.[id] ?? id;
    const more = [
      practices.actor[i] >= 0 ? `${t.actor}: ${word(terms.actors[practices.actor[i]])}` : "",
      practices.action[i] >= 0 ? `${t.action}: ${word(terms.actions[practices.action[i]])}` : "",
      practices.purpose[i] >= 0 ? `${t.purpose}: ${terms.purposes[practices.purpose[i]][this.lang]}` : "",
      practices.recipient[i] ? `${t.recipient}: ${practices.recipient[i].slice(0, 60)}` : "",
      practices.condition[i] ? `${t.condition}: ${practices.condition[i].slice(0, 60)}` : "",
    ].filter(Boolean);
    return `${terms.items[practices.item[i]][this.lang]} · ${this.label("status", STATUSES[practices.status[i]])}${more.length ? " · " + more.join(" · ") : ""}`;
  }

  // What the marks say, in words: for readers who do not see them.
  said(row) {
    const { practices, terms } = this.data, by = new Map();
    for (let i = practices.from[row]; i < practices.from[row + 1]; i++) {
      if (!by.has(practices.status[i])) by.set(practices.status[i], new Set());
      by.get(practices.status[i]).add(terms.items[practices.item[i]][this.lang]);
    }
    if (!by.size) return null;
    return h("ul", { class: "pk-said" }, [...by].sort((a, b) => a[0] - b[0]).map(([status, names]) =>
      h("li", {}, h("span", { class: `pk-dot pk-${STATUSES[status]}`, "aria-hidden": "true" }, this.letter(status)), h("span", { class: "pk-off" }, `${this.label("status", STATUSES[status])}: `), [...names].join(this.lang === "zh" ? "、" : ", "))));
  }

  // --- drawer: quotes of a cell, full text ------------------------------------------------------------------------------

  buildDrawer() {
    this.drawer?.remove();
    this.drawerTitle = h("h3", { id: `pk${this.number}-drawer` });
    this.drawerBody = h("div", { class: "pk-drawerbody", tabindex: 0 });
    this.drawerTools = h("div", { class: "pk-drawertools" });
    this.drawer = h("dialog", { class: "pk-explorer pk-drawer", "aria-labelledby": `pk${this.number}-drawer`, "data-lm-suppress-shortcuts": "true", lang: this.root.lang, onkeydown: (event) => event.stopPropagation(),
      onclick: (event) => { if (event.target === this.drawer) this.drawer.close(); }, onclose: () => this.opener?.isConnected && this.opener.focus() },
      h("header", {}, this.drawerTitle, h("button", { type: "button", class: "pk-close", "aria-label": this.t.close, onclick: () => this.drawer.close() }, "×")), this.drawerTools, this.drawerBody);
    document.body.append(this.drawer);
  }

  openDrawer(title, tools, body, opener) {
    if (opener && !this.drawer.contains(opener)) this.opener = opener;
    this.drawerTitle.replaceChildren(isolated(title));
    this.drawerTools.replaceChildren(...tools.filter(Boolean));
    this.drawerBody.replaceChildren(...body);
    if (!this.drawer.open) this.drawer.showModal();
    this.drawerBody.scrollTop = 0;
    this.drawerBody.focus();
  }

  openQuotes(policy, item, opener) {
    const { data, t } = this, { practices } = data, covered = data.narrower[item], at = data.cells.get(policy * 4096 + item);
    const best = data.items.row[at], rows = [];
    for (let row = data.firstOf[policy]; row < data.firstOf[policy + 1]; row++) {
      let here = 9;
      for (let i = practices.from[row]; i < practices.from[row + 1]; i++) if (covered.has(practices.item[i])) here = Math.min(here, practices.status[i]);
      if (here < 9 || row === best) rows.push([row, row === best ? -1 : here]);
    }
    rows.sort((a, b) => a[1] - b[1] || a[0] - b[0]);
    const status = STATUSES[data.items.status[at]];
    const entries = rows.slice(0, 200).map(([row, rank]) => h("article", { class: "pk-quote" }, rank === -1 ? h("p", { class: "pk-best" }, t.best) : null, this.crumbs(row),
      data.lead[row] >= 0 && KINDS[data.kind[row]] !== "cell" ? this.leading(data.lead[row]) : null,
      this.marked(row, (i) => covered.has(practices.item[i])), this.said(row),
      h("button", { type: "button", class: "pk-link", onclick: (event) => this.openText(policy, row, event.currentTarget) }, t.open)));
    const only = h("button", { type: "button", class: "pk-button", onclick: () => { this.drawer.close(); this.choose({ firm: [data.firmOf[policy]], item: [data.terms.items[item].id] }); } }, t.onlyThese);
    const verdict = h("span", { class: "pk-verdict" }, h("span", { class: `pk-dot pk-${status}`, "aria-hidden": "true" }, this.letter(data.items.status[at])), ` ${this.label("status", status)}`);
    this.openDrawer(`${this.policyLabel(policy)} · ${data.terms.items[item][this.lang]}`, [verdict, only], entries, opener);
  }

  openText(policy, row, opener) {
    const { data, t } = this, text = data.policies.text[policy], body = [], heads = [];
    let at = 0;
    const between = (to) => { const piece = text.slice(at, to); if (piece.trim()) body.push(verbatim(h("p", { class: "pk-between", dir: "auto" }), piece.trim())); };
    for (let one = data.firstOf[policy]; one < data.firstOf[policy + 1]; one++) {
      between(data.start[one]);
      const kind = KINDS[data.kind[one]];
      const level = Math.min(6, 3 + Math.max(1, data.sections.level[data.sectionOf[one]] ?? 1));
      const element = this.marked(one, null, kind === "heading" ? `h${level}` : "p");
      element.dataset.row = one;
      if (kind === "heading") heads.push([one, data.sections.level[data.sectionOf[one]] ?? 1, element.textContent]);
      body.push(element);
      at = Math.max(at, data.start[one] + data.length[one]);
    }
    between(text.length);
    const go = (target) => { const element = this.drawerBody.querySelector(`[data-row="${target}"]`); element?.scrollIntoView({ block: "center" }); return element; };
    const contents = heads.length > 1 ? h("label", {}, `${t.contents} `, h("select", { onchange: (event) => go(event.target.value) }, h("option", {}, "–"), heads.map(([one, level, title]) => h("option", { value: one }, "\u2003".repeat(Math.max(0, level - 1)) + title.slice(0, 60))))) : null;
    this.openDrawer(`${this.policyLabel(policy)} · ${t.full}`, [contents], body, opener);
    const target = go(row);
    if (target) { target.classList.add("pk-target"); target.tabIndex = -1; target.focus({ preventScroll: true }); }
  }
}

async function render({ model, el }) {
  const root = h("div", { class: "pk-explorer", "data-lm-suppress-shortcuts": "true", onkeydown: (event) => event.stopPropagation() });
  root.append(h("p", { class: "pk-none", role: "status" }, WORDS[model.get("lang") === "zh" ? "zh" : "en"].loading));
  el.append(root);
  const explorer = new Explorer(new Data(await decode(model.get("payload"))), model, root);
  // the search index, before anybody types
  (window.requestIdleCallback ?? setTimeout)(() => explorer.data.haystack);
  return () => explorer.stop();
}

const view = { render };
export default view;
