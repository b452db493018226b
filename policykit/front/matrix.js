// The firm x item matrix and the chart of the explorer: what Explorer does for its overview.

const CELL = h("td", {}, h("button", { type: "button", tabindex: -1 })), ABSENT = h("td", { class: "pk-absent" });

const Matrix = {
  showMatrix() {
    const { data, t } = this, { items, terms } = data, { chosen } = this.result;
    const policies = data.policies.policy.map((_, policy) => policy).filter((policy) => this.visible[policy]);
    const tally = new Int32Array(terms.items.length);
    for (let i = 0; i < items.policy.length; i++) {
      const item = items.item[i];
      if (!this.visible[items.policy[i]] || (chosen.status && !chosen.status[items.status[i]])) continue;
      if (chosen.item && !chosen.item[item] || chosen.category && !chosen.category[data.classOf[item]]) continue;
      tally[item] += items.status[i] === 0 ? 1001 : 1000 * (items.status[i] < 3);
      tally[item] = Math.max(tally[item], 1);
    }
    const columns = [...tally.keys()].filter((item) => tally[item]).sort((a, b) => tally[b] - tally[a]);
    if (!columns.length) { this.shownGrid = null; this.overview.replaceChildren(h("p", { class: "pk-none" }, t.noItems)); return; }
    const wide = Math.max(4, Math.min(COLUMNS, Math.floor((this.room - 150) / 30)));
    this.matrixColumn = Math.min(this.matrixColumn, Math.floor((columns.length - 1) / wide) * wide);
    const someRows = policies.slice(this.matrixRow, this.matrixRow + ROWS), someColumns = columns.slice(this.matrixColumn, this.matrixColumn + wide);
    // what is on the page already stays there
    const shows = [this.lang, policies.length, columns.length, wide, this.matrixRow, this.matrixColumn, chosen.status, someRows, someColumns].join(";");
    if (this.shownGrid === shows) return;
    this.shownGrid = shows;
    const grid = h("table", { class: "pk-grid", role: "grid", "aria-label": t.matrix, "aria-rowcount": policies.length + 1, "aria-colcount": columns.length + 1,
      onkeydown: (event) => this.moveInGrid(event), onclick: (event) => this.openCell(event.target), onpointerover: (event) => { const { target } = event; if (target.matches("button:not([title])")) target.title = target.getAttribute("aria-label"); } },
      h("thead", {}, h("tr", {}, h("td", {}), someColumns.map((item) => h("th", { scope: "col" }, isolated(terms.items[item][this.lang]))))),
      h("tbody", {}, someRows.map((policy) => this.line(policy, someColumns, chosen))));
    const first = grid.querySelector("button");
    if (first) first.tabIndex = 0;
    const step = (what, total, width) => total <= width ? null : h("span", { class: "pk-step" }, `${t[what === "matrixRow" ? "firms" : "items"]} `,
      h("button", { type: "button", disabled: this[what] === 0, "aria-label": `${t.previous}: ${t[what === "matrixRow" ? "firms" : "items"]}`, onclick: () => this.stepMatrix(what, -width) }, "‹"),
      ` ${t.page(this.number_(this[what] + 1), this.number_(Math.min(this[what] + width, total)), this.number_(total))} `,
      h("button", { type: "button", disabled: this[what] + width >= total, "aria-label": `${t.next}: ${t[what === "matrixRow" ? "firms" : "items"]}`, onclick: () => this.stepMatrix(what, width) }, "›"));
    this.overview.replaceChildren(h("p", { class: "pk-help" }, t.matrixHelp), h("div", { class: "pk-scroll" }, grid),
      h("div", { class: "pk-steps" }, step("matrixRow", policies.length, ROWS), step("matrixColumn", columns.length, wide)));
  },

  // A row of the matrix; four hundred cells are made for every choice, so they are copied from two patterns.
  line(policy, columns, chosen) {
    const { data } = this, { items, terms } = data, firm = this.policyLabel(policy);
    const row = h("tr", { "data-policy": policy }, h("th", { scope: "row" }, isolated(firm)));
    for (const item of columns) {
      const at = data.cells.get(policy * 4096 + item);
      if (at === undefined || (chosen.status && !chosen.status[items.status[at]])) {
        const none = ABSENT.cloneNode();
        none.setAttribute("aria-label", this.t.absent);
        row.append(none);
        continue;
      }
      const cell = CELL.cloneNode(true), button = cell.firstChild, status = items.status[at];
      button.className = `pk-cell pk-${STATUSES[status]}`;
      button.dataset.letter = this.letter(status);
      button.dataset.item = item;
      button.setAttribute("aria-label", `${firm}, ${terms.items[item][this.lang]}: ${this.label("status", STATUSES[status])} (${items.n[at]})`);
      row.append(cell);
    }
    return row;
  },

  openCell(target) {
    if (target.matches("button.pk-cell")) this.openQuotes(Number(target.closest("tr").dataset.policy), Number(target.dataset.item), target);
  },

  stepMatrix(what, by) {
    this[what] = Math.max(0, this[what] + by);
    const label = document.activeElement?.getAttribute("aria-label");
    this.showMatrix();
    [...this.overview.querySelectorAll(".pk-step button")].find((button) => button.getAttribute("aria-label") === label && !button.disabled)?.focus();
  },

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
  },

  // --- chart ----------------------------------------------------------------------------------------------------------

  showChart() {
    this.shownGrid = null;
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
  },
};
