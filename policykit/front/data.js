// The tables of a corpus in the browser, and the filter over them.  No element of the page is touched here.
// A row is a clause; what a clause can have several of (topics, practices) stands in lists sorted by row, with `from[row]`
// to `from[row + 1]` as its share.

const KINDS = ["heading", "paragraph", "item", "cell", "toc"];
const STATUSES = ["collected", "third_party", "denied", "user_warned", "defined"];
const FACETS = ["firm", "sector", "language", "topic", "category", "item", "status", "section"];
const SINGLE = ["firm", "sector", "language", "section"], TOPICS = 4, MENTIONS = 5;
const MENTION = ["category", "item", "status"];  // these must hold for one and the same mention

const sums = (gaps) => { let at = 0; return Int32Array.from(gaps, (gap) => (at += gap)); };

// Where each row's share of a sorted list begins.
function shares(rows, count) {
  const from = new Int32Array(count + 1);
  for (const row of rows) from[row + 1]++;
  for (let row = 0; row < count; row++) from[row + 1] += from[row];
  return from;
}

async function decode(payload) {
  const bytes = payload instanceof DataView ? new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength) : payload;
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

// --- characters ------------------------------------------------------------------------------------------------------

const HAN = "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3134f}〇";
const UNSEEN = "\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u2069\\ufeff";
const GAP = new RegExp(`[${UNSEEN}]+|(?<=[${HAN}。、])\\s+|\\s+(?=[${HAN}。、])|(?<=\\s)\\s+|([\\n\\r\\f\\v])(?=\\S)`, "gu");

// Half width, lower case, simplified; as many characters as before.
function folder([from, to]) {
  const table = new Uint16Array(65536).map((_, code) => code);
  for (let i = 0; i < from.length; i++) table[from.charCodeAt(i)] = to.charCodeAt(i);
  const decoder = new TextDecoder("utf-16le");
  return (text) => {
    const codes = new Uint16Array(text.length);
    for (let i = 0; i < text.length; i++) codes[i] = table[text.charCodeAt(i)];
    return decoder.decode(codes);
  };
}

// Without what line wrapping and invisible characters tear into Chinese words.
const closed = (folded) => folded.replace(GAP, (_, wrap) => (wrap ? " " : ""));

// The words of a search; "in quotes" is one.
const words = (query) => [...query.matchAll(/"([^"]+)"|(\S+)/g)].map((match) => match[1] ?? match[2]);

// --- the corpus ------------------------------------------------------------------------------------------------------

class Data {
  constructor(raw) {
    this.terms = raw.terms;
    this.fold = folder(raw.fold);
    this.policies = raw.policies;
    this.sections = raw.sections;
    this.readClauses(raw.clauses);
    const count = this.count;
    this.topics = { row: sums(raw.topics.row), topic: Uint16Array.from(raw.topics.topic) };
    this.topics.from = shares(this.topics.row, count);
    this.practices = { ...raw.practices, row: sums(raw.practices.row) };
    this.practices.from = shares(this.practices.row, count);
    this.items = raw.items;
    this.cells = new Map(raw.items.policy.map((policy, i) => [policy * 4096 + raw.items.item[i], i]));
    this.pairs = new Map();
    raw.pairs.zh.forEach((zh, i) => {
      const pair = { similarity: raw.pairs.similarity[i], difference: raw.pairs.difference[i] };
      if (zh >= 0) this.pairs.set(zh, { ...pair, other: raw.pairs.en[i] });
      if (raw.pairs.en[i] >= 0) this.pairs.set(raw.pairs.en[i], { ...pair, other: zh });
    });
    this.readFacets();
  }

  readClauses(raw) {
    this.count = raw.length.length;
    this.policyOf = new Int16Array(this.count);
    this.firstOf = new Int32Array(raw.perPolicy.length + 1);
    let row = 0;
    raw.perPolicy.forEach((count, policy) => {
      this.policyOf.fill(policy, row, row + count);
      this.firstOf[policy + 1] = row += count;
    });
    this.start = new Int32Array(this.count);
    for (row = 0; row < this.count; row++) {
      const first = row === this.firstOf[this.policyOf[row]];
      this.start[row] = raw.gap[row] + (first ? 0 : this.start[row - 1] + raw.length[row - 1]);
    }
    Object.assign(this, { length: raw.length, sectionOf: raw.section, kind: raw.kind, lead: raw.lead, langOf: raw.lang, number: raw.clause });
  }

  text(row) { return this.policies.text[this.policyOf[row]].substr(this.start[row], this.length[row]); }

  path(section) {
    const path = [];
    for (; section >= 0; section = this.sections.parent[section]) path.unshift(section);
    return path;
  }

  title(section) {
    const number = this.sections.number[section] ?? "", title = this.sections.title[section] ?? "";
    return number && title ? `${number} ${title}` : number || title;
  }

  // Each facet: its values, and for each row (for mentions: for each practice) which of them it has; -1 is none.
  readFacets() {
    const { policies, terms, sections } = this;
    const index = (values) => { const known = [...new Set(values)].filter((value) => value != null); return [known, new Map(known.map((value, i) => [value, i]))]; };
    const facet = (values, of) => ({ values, of });
    const perPolicy = (column) => {
      const [values, at] = index(column);
      const codes = column.map((value) => at.get(value) ?? -1);
      return facet(values, Int32Array.from(this.policyOf, (policy) => codes[policy]));
    };
    this.firmOf = policies.policy.map((policy, i) => policies.firm[i] ?? policies.firm_zh[i] ?? policy);
    const top = sections.parent.map((_, section) => this.path(section)[0]).map((section) => this.fold(sections.title[section] ?? "").replace(/\s+/g, " ").trim());
    const [titles, titleAt] = index(top.filter(Boolean));
    this.titles = new Map();
    top.forEach((title, section) => { if (title && sections.parent[section] < 0 && !this.titles.has(title)) this.titles.set(title, sections.title[section]); });
    const categories = terms.items.map((item) => item.category);
    const [classes, classAt] = index([...categories].sort());
    this.classOf = categories.map((category) => classAt.get(category));
    const itemOf = Int32Array.from(this.practices.item);
    this.facets = {
      firm: perPolicy(this.firmOf),
      sector: perPolicy(policies.sector),
      language: facet(["zh", "en", "mixed"], Int32Array.from(this.langOf)),
      topic: facet(terms.topics.map((topic) => topic.id), null),
      category: facet(classes, itemOf.map((item) => this.classOf[item])),
      item: facet(terms.items.map((item) => item.id), itemOf),
      status: facet(STATUSES, Int32Array.from(this.practices.status)),
      section: facet(titles, Int32Array.from(this.sectionOf, (section) => titleAt.get(top[section]) ?? -1)),
    };
    // an item is also mentioned where a narrower one is
    this.narrower = terms.items.map((_, wanted) => {
      const found = new Set([wanted]);
      for (let grew = true; grew;) {
        grew = false;
        terms.items.forEach((item, i) => { if (!found.has(i) && item.under.some((up) => found.has(up))) { found.add(i); grew = true; } });
      }
      return found;
    });
    this.broader = terms.items.map((_, item) => terms.items.map((_, up) => up).filter((up) => this.narrower[up].has(item)));
    // headings and tables of contents are not evidence, unless a heading itself names an item
    this.body = new Uint8Array(this.count);
    for (let row = 0; row < this.count; row++) {
      const kind = KINDS[this.kind[row]];
      this.body[row] = kind !== "toc" && (kind !== "heading" || this.practices.from[row + 1] > this.practices.from[row]) ? 1 : 0;
    }
    this.total = this.body.reduce((sum, one) => sum + one, 0);
  }

  // All clauses in one string, folded and closed, for searching at the speed of indexOf.
  get haystack() {
    if (!this._haystack) {
      const texts = Array.from({ length: this.count }, (_, row) => (this.body[row] ? this.text(row) : ""));
      const joined = closed(this.fold(texts.join("\u0001")));
      const from = new Int32Array(this.count + 1);
      for (let row = 0, at = 0; row < this.count; row++) { at = joined.indexOf("\u0001", at) + 1 || joined.length + 1; from[row + 1] = at; }
      this._haystack = { joined, from };
    }
    return this._haystack;
  }

  search(query) {
    const wanted = words(query).map((word) => closed(this.fold(word)).trim()).filter(Boolean);
    if (!wanted.length) return null;
    const { joined, from } = this.haystack;
    const hits = new Uint8Array(this.count);
    wanted.forEach((word, turn) => {
      let row = 0;
      for (let at = joined.indexOf(word); at >= 0; at = joined.indexOf(word, from[row + 1])) {
        let low = row, high = this.count - 1;
        while (low < high) { const middle = (low + high + 1) >> 1; if (from[middle] <= at) low = middle; else high = middle - 1; }
        row = low;
        if (at + word.length < from[row + 1] && hits[row] === turn) hits[row]++;
        if (row + 1 >= this.count) break;
      }
    });
    return hits.map((count) => (count === wanted.length ? 1 : 0));
  }

  // The rows that a selection leaves, and for every value of every facet how many rows it would leave with the
  // other facets as they are.
  filter(selection) {
    const { count, facets, practices, topics, body, broader } = this;
    const chosen = {};
    for (const name of FACETS) {
      const wanted = selection[name] ?? [], { values } = facets[name];
      if (!wanted.length) continue;
      chosen[name] = new Uint8Array(values.length + 1);  // stays empty for a value that this corpus does not have
      for (const code of wanted.map((value) => values.indexOf(value)).filter((code) => code >= 0)) {
        for (const one of name === "item" ? this.narrower[code] : [code]) chosen[name][one] = 1;
      }
    }
    const hits = selection.q ? this.search(selection.q) : null;
    // plain loops from here on: this runs for every key pressed
    const single = SINGLE.map((name) => facets[name].of), mentions = MENTION.map((name) => facets[name].of);
    const failures = new Uint8Array(count), failing = new Int8Array(count);  // how many facets fail, and the last that did
    single.forEach((of, number) => {
      const good = chosen[SINGLE[number]];
      if (good) for (let row = 0; row < count; row++) if (of[row] < 0 || !good[of[row]]) { failures[row]++; failing[row] = number; }
    });
    if (chosen.topic) {
      for (let row = 0; row < count; row++) {
        let good = 0;
        for (let i = topics.from[row]; i < topics.from[row + 1]; i++) good |= chosen.topic[topics.topic[i]];
        if (!good) { failures[row]++; failing[row] = TOPICS; }
      }
    }
    // for each practice: how many of the three conditions on mentions it fails, and the last of them
    const missed = new Uint8Array(practices.row.length), missing = new Int8Array(practices.row.length);
    mentions.forEach((of, number) => {
      const good = chosen[MENTION[number]];
      if (good) for (let i = 0; i < missed.length; i++) if (!good[of[i]]) { missed[i]++; missing[i] = number; }
    });
    if (MENTION.some((name) => chosen[name])) {
      for (let row = 0; row < count; row++) {
        let i = practices.from[row];
        while (i < practices.from[row + 1] && missed[i]) i++;
        if (i === practices.from[row + 1]) { failures[row]++; failing[row] = MENTIONS; }
      }
    }
    const counts = {};
    for (const name of FACETS) counts[name] = new Int32Array(facets[name].values.length);
    const singleCounts = SINGLE.map((name) => counts[name]), mentionCounts = MENTION.map((name) => counts[name]);
    const lastTopic = counts.topic.map(() => -1), lastMention = mentionCounts.map((values) => values.map(() => -1));
    const matches = new Int32Array(count);
    let found = 0;
    for (let row = 0; row < count; row++) {
      if (!body[row] || failures[row] > 1 || (hits && !hits[row])) continue;
      const only = failures[row] ? failing[row] : -1;
      if (only < 0) matches[found++] = row;
      for (let f = 0; f < single.length; f++) if ((only < 0 || only === f) && single[f][row] >= 0) singleCounts[f][single[f][row]]++;
      if (only < 0 || only === TOPICS) {
        for (let i = topics.from[row]; i < topics.from[row + 1]; i++) {
          const topic = topics.topic[i];
          if (lastTopic[topic] !== row) { lastTopic[topic] = row; counts.topic[topic]++; }
        }
      }
      if (only < 0 || only === MENTIONS) {
        for (let i = practices.from[row]; i < practices.from[row + 1]; i++) {
          if (missed[i] > 1) continue;
          for (let f = 0; f < 3; f++) {
            if (missed[i] && missing[i] !== f) continue;
            const values = f === 1 ? broader[mentions[1][i]] : null;  // an item counts for the broader ones, too
            for (let v = values ? values.length : 1; v-- > 0;) {
              const value = values ? values[v] : mentions[f][i];
              if (lastMention[f][value] !== row) { lastMention[f][value] = row; mentionCounts[f][value]++; }
            }
          }
        }
      }
    }
    return { matches: matches.subarray(0, found), counts, missed, chosen };
  }

  // Where the words of a search stand in a text, line breaks inside Chinese words allowed.
  hits(text, query) {
    const found = [];
    const folded = this.fold(text);
    for (const word of words(query).map((one) => this.fold(one))) {
      const letters = [...word].map((letter) => (/\s/.test(letter) ? "\\s+" : letter.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")));
      for (const match of folded.matchAll(new RegExp(letters.join(`[\\s${UNSEEN}]*`), "gu"))) if (match[0]) found.push([match.index, match.index + match[0].length]);
    }
    return found;
  }
}
