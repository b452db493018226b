// The explorer: what is chosen, its facets and frame; matrix.js and reading.js show what is left.  It runs as an anywidget
// in JupyterLab and, on a stand-in for the model, in an exported page.

const ROWS = 25, COLUMNS = 24, BARS = 12, VALUES = 8;
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
    this.observer = new ResizeObserver(() => this.measured());
    this.observer.observe(root);
    this.heard = () => {
      const heard = this.model.get("selection") ?? {};
      if (JSON.stringify(heard) !== JSON.stringify(this.selection)) { this.selection = structuredClone(heard); this.changed(false); }
    };
    model.on("change:selection", this.heard);
    if (model.get("fragment")) addEventListener("hashchange", this.followed = () => { this.readFragment(); this.changed(false); this.openPlace(); });
    this.changed(false);
    this.openPlace();
  }

  stop() {
    this.model.off?.("change:selection", this.heard);
    if (this.followed) removeEventListener("hashchange", this.followed);
    this.observer.disconnect();
    this.drawer.remove();
  }

  // The width of what stands beside the filters, measured once and not for every choice: that would lay out the page twice.
  measured() {
    const before = this.room;
    this.room = this.overview.clientWidth || this.root.clientWidth;
    if (before !== undefined && Math.abs(before - this.room) > 20 && this.view === "matrix" && this.result) this.showMatrix();
  }

  // --- what is chosen ------------------------------------------------------------------------------------------------

  readFragment() {
    const parameters = new URLSearchParams(location.hash.split("?").slice(1).join("?"));
    const found = {};
    for (const name of FACETS) { const values = parameters.getAll(this.prefix + name); if (values.length) found[name] = values; }
    this.place = parameters.get(this.prefix + "place");
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
    return this.policyLabels[policy] ??= this.namePolicy(policy);
  }

  namePolicy(policy) {
    const firm = this.label("firm", this.data.firmOf[policy]);
    const same = this.data.firmOf.filter((other) => other === this.data.firmOf[policy]).length;
    return same > 1 ? `${firm} · ${this.data.policies.policy[policy]}` : firm;
  }

  letter(status) { return this.data.terms.status[STATUSES[status]][this.lang][0]; }

  // --- frame ----------------------------------------------------------------------------------------------------------

  build() {
    this.policyLabels = [];
    this.shownGrid = null;
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
    this.measured();
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
      (this.drawer.open ? this.drawer : this.root).append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.setAttribute("aria-live", "polite");
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
    this.visible = new Uint8Array(this.data.policies.policy.length);
    for (const row of matches) this.visible[this.data.policyOf[row]] = 1;
    const policies = this.visible.reduce((sum, one) => sum + one, 0);
    this.found.textContent = this.t.found(this.number_(matches.length), this.number_(this.data.total), this.number_(policies));
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
}
Object.assign(Explorer.prototype, Matrix, Reading);

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
