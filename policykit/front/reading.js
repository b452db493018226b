// The list of clauses, the quotes of a cell and the full text: what Explorer does for reading.

const SEEN = 12;

const Reading = {
  showClauses() {
    const { matches } = this.result, { t } = this;
    const size = this.room < 620 ? 10 : 50;  // a page of clauses
    const from = this.page * size, to = Math.min(from + size, matches.length);
    this.list.start = from + 1;
    // those that are seen at once; the others follow when these have been painted
    const rows = [...matches.subarray(from, to)];
    this.list.replaceChildren(...(rows.length ? rows.slice(0, SEEN).map((row) => this.clause(row)) : [h("li", { class: "pk-none" }, t.none)]));
    const turn = (by) => { this.page += by; this.showClauses(); this.list.scrollTop = 0; this.list.focus({ preventScroll: true }); this.root.querySelector(".pk-title").scrollIntoView({ block: "nearest" }); };
    this.list.tabIndex = 0;
    this.pager.replaceChildren(...(matches.length > size ? [
      h("button", { type: "button", disabled: this.page === 0, onclick: () => turn(-1) }, `‹ ${t.previous}`),
      h("span", {}, t.page(this.number_(from + 1), this.number_(to), this.number_(matches.length))),
      h("button", { type: "button", disabled: to >= matches.length, onclick: () => turn(1) }, `${t.next} ›`)] : []));
    cancelAnimationFrame(this.later);
    clearTimeout(this.later_);
    if (rows.length > SEEN) this.later = requestAnimationFrame(() => { this.later_ = setTimeout(() => this.list.append(...rows.slice(SEEN).map((row) => this.clause(row)))); });
  },

  crumbs(row) {
    const path = this.data.path(this.data.sectionOf[row]).map((section) => this.data.title(section)).filter(Boolean);
    return h("p", { class: "pk-crumbs" }, isolated(this.policyLabel(this.data.policyOf[row]), { class: "pk-firm" }), path.map((title) => [h("span", { "aria-hidden": "true" }, " › "), isolated(title)]));
  },

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
        h("button", { type: "button", class: "pk-link", onclick: (event) => this.openText(data.policyOf[row], row, event.currentTarget) }, t.open), this.copyQuote(row)));
  },

  copyQuote(row) {
    return h("button", { type: "button", class: "pk-link", onclick: (event) => this.copy(event.currentTarget, this.cited(row)) }, this.t.quote);
  },

  // A clause in the policy's own words, and where it stands: to be pasted elsewhere.
  cited(row) {
    const { data } = this, policy = data.policyOf[row];
    const path = data.path(data.sectionOf[row]).map((section) => data.title(section)).filter(Boolean);
    const key = data.policies.policy[policy], firm = this.policyLabel(policy);
    return `“${data.text(row).trim()}”\n— ${[firm, ...path].join(" › ")} (${firm.includes(key) ? "" : `${key}, `}${this.t.numbered(data.number[row])})`;
  },

  leading(lead) {
    const text = this.data.text(lead);
    return isolated(text.length > 120 ? "…" + text.slice(-120) : text, { class: "pk-lead", lang: languageTag(this.data.langOf[lead]), title: this.t.lead });
  },

  translation(pair) {
    const { data, t } = this;
    if (pair.other < 0) return h("div", { class: "pk-pair pk-unpaired" }, t.unpaired);
    return h("div", { class: "pk-pair" }, h("span", { class: "pk-off" }, t.translation), this.marked(pair.other),
      pair.difference ? h("p", { class: "pk-differs" }, `${t.difference}: `, isolated(pair.difference)) : null);
  },

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
  },

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
  },

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
  },

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
  },

  openDrawer(title, tools, body, opener) {
    if (opener && !this.drawer.contains(opener)) this.opener = opener;
    this.drawerTitle.replaceChildren(isolated(title));
    this.drawerTools.replaceChildren(...tools.filter(Boolean));
    this.drawerBody.replaceChildren(...body);
    if (!this.drawer.open) this.drawer.showModal();
    this.drawerBody.scrollTop = 0;
    this.drawerBody.focus();
  },

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
      h("p", { class: "pk-foot" }, h("button", { type: "button", class: "pk-link", onclick: (event) => this.openText(policy, row, event.currentTarget) }, t.open), this.copyQuote(row))));
    const only = h("button", { type: "button", class: "pk-button", onclick: () => { this.drawer.close(); this.choose({ firm: [data.firmOf[policy]], item: [data.terms.items[item].id] }); } }, t.onlyThese);
    const verdict = h("span", { class: "pk-verdict" }, h("span", { class: `pk-dot pk-${status}`, "aria-hidden": "true" }, this.letter(data.items.status[at])), ` ${this.label("status", status)}`);
    this.openDrawer(`${this.policyLabel(policy)} · ${data.terms.items[item][this.lang]}`, [verdict, only], entries, opener);
  },

  linkTo(row) {
    const place = `${this.data.policies.policy[this.data.policyOf[row]]}:${this.data.number[row]}`;
    return `${location.href.split("#")[0]}#${encodeURIComponent(this.root.closest("article")?.id ?? "")}?${new URLSearchParams({ [`${this.prefix}place`]: place })}`;
  },

  // The full text at the place that the page's address names.
  openPlace() {
    if (!this.place) return;
    const cut = this.place.lastIndexOf(":"), policy = this.data.policies.policy.indexOf(this.place.slice(0, cut));
    const number = Number(this.place.slice(cut + 1));
    this.place = null;
    for (let row = this.data.firstOf[policy]; row < this.data.firstOf[policy + 1]; row++) if (this.data.number[row] === number) this.openText(policy, row, null);
  },

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
    const link = this.model.get("fragment") ? h("button", { type: "button", class: "pk-link", onclick: (event) => this.copy(event.currentTarget, this.linkTo(row)) }, t.place) : null;
    this.openDrawer(`${this.policyLabel(policy)} · ${t.full}`, [contents, this.copyQuote(row), link], body, opener);
    const target = go(row);
    if (target) { target.classList.add("pk-target"); target.tabIndex = -1; target.focus({ preventScroll: true }); }
  },
};
