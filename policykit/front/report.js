// What a report page does beyond showing itself: draw the charts, start the views, navigation, light or dark.
// It runs after explorer.js in one module script, which the page's Content-Security-Policy names by hash.

// A block of data of the page; the plain loop is ten times as fast as Uint8Array.from.
function bytesOf(id) {
  const text = Uint8Array.fromBase64 ? null : atob(document.getElementById(id).textContent);
  if (text === null) return Uint8Array.fromBase64(document.getElementById(id).textContent);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function inflated(id) {
  return new Response(new Blob([bytesOf(id)]).stream().pipeThrough(new DecompressionStream("gzip")));
}

// --- charts ----------------------------------------------------------------------------------------------------------

let plotlyReady = null;
function plotly() {
  plotlyReady ??= inflated("pk-plotly").text().then((source) => {
    const script = document.createElement("script");
    script.textContent = source;
    document.head.append(script);
    return window.Plotly;
  });
  return plotlyReady;
}

const CONFIG = {
  responsive: true, displaylogo: false, showSendToCloud: false, showLink: false, sendData: false, showEditInChartStudio: false,
  modeBarButtonsToRemove: ["sendDataToCloud", "lasso2d", "select2d", "autoScale2d", "toImage"],
};

// Colours that are too dark for a dark page, and what stands for them there; a ramp from white turns about.
const NIGHT = { "#14507a": "#2f7fb8", "#b23a00": "#d9541e", "#7a5195": "#a67bc4",
  "rgba(128,140,150,0.09)": "#252a32", "rgba(128,140,150,0.2)": "#353c47", "rgba(128,140,150,0.32)": "#47505c" };
const NIGHT_RAMP = [[0, "#20262f"], [0.15, "#234058"], [0.4, "#2f6d99"], [0.7, "#63a9d8"], [1, "#cfe7f8"]];

function isDark() {
  const theme = document.documentElement.dataset.theme;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function dyed(value) {
  if (!isDark()) return value;
  if (typeof value === "string") return NIGHT[value] ?? value;
  if (Array.isArray(value)) return value[0]?.[1] === "#f7f8f9" ? NIGHT_RAMP : value.map(dyed);
  return value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, dyed(part)])) : value;
}

function dyeKeys() {
  for (const swatch of document.querySelectorAll(".key i, .glossary i")) {
    const colour = dyed(swatch.dataset.colour);
    swatch.style.background = colour;
    // black or white, whichever can be read on it; see-through greys have the page behind them
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    swatch.style.color = colour.startsWith("#") ? (0.299 * r + 0.587 * g + 0.114 * b > 140 ? "#16191f" : "#fff") : "var(--ink)";
  }
}

// A figure keeps what its author chose; ground, text and grid follow the page where the author left them to the template.
// headline, note and key of our charts stand above the figure as text of the page; where there is room, names stand in full
// and headings lie flat.
function dressed(figure, captioned, room) {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--ink").trim(), grid = style.getPropertyValue("--rule").trim(), soft = style.getPropertyValue("--soft").trim();
  const layout = dyed(structuredClone(figure.layout ?? {}));
  if (captioned) {
    const above = layout.meta.room - 8;
    delete layout.title;
    layout.margin.t -= above;
    layout.height -= above;
    const { full, flat } = layout.meta;
    if (full?.yaxis && room >= WIDE) layout.yaxis.ticktext = full.yaxis;
    if (flat && room >= flat[0]) {
      if (full?.xaxis) layout.xaxis.ticktext = full.xaxis;
      for (const name of Object.keys(layout)) if (/^xaxis\d*$/.test(name)) layout[name].tickangle = 0;
      layout.margin.t -= flat[1];
      layout.height -= flat[1];
    }
  }
  delete layout.width;
  layout.autosize = true;
  layout.height ??= 450;
  layout.paper_bgcolor = "rgba(0,0,0,0)";
  layout.plot_bgcolor = "rgba(0,0,0,0)";
  layout.font = { ...layout.font, color: ink, family: style.getPropertyValue("--font").trim() };
  if (layout.title?.font) layout.title.font.color = ink;
  for (const name of Object.keys(layout)) {
    if (/^[xy]axis\d*$/.test(name)) layout[name] = { ...layout[name], gridcolor: grid, zerolinecolor: grid, linecolor: grid };
    if (layout[name]?.tickfont?.color) layout[name].tickfont = { ...layout[name].tickfont, color: soft };
  }
  for (const note of layout.annotations ?? []) {
    if (!note.bgcolor) note.font = { ...note.font, color: ink };
  }
  layout.hoverlabel = { ...layout.hoverlabel, align: "left", namelength: -1 };
  return layout;
}

const WIDE = 760;  // pixels from which a chart has room for names in full
const widths = new Map();  // <figure> -> the width that it was dressed for
function fitted(box, figure) {
  const room = box.querySelector(".plot").clientWidth;
  widths.set(box, room);
  return dressed(figure, captioned(box), room);
}

function refit() {
  for (const [box, figure] of figures) {
    const marks = [WIDE, figure?.layout?.meta?.flat?.[0] ?? WIDE], room = box.querySelector(".plot").clientWidth;
    if (box.dataset.drawn && (figure.layout?.meta?.full || figure.layout?.meta?.flat) && marks.some((mark) => (room >= mark) !== (widths.get(box) >= mark))) {
      window.Plotly.react(box.querySelector(".plot"), dyed(figure.data), fitted(box, figure), CONFIG);
    }
  }
}

const figures = new Map();  // <figure> -> its data, kept for redrawing in the other theme
async function draw(box) {
  if (figures.has(box)) return;
  figures.set(box, null);
  // the explorer in sight comes first, and is painted: a chart can keep the page busy for a second
  if (starting.length) await Promise.all(starting).then(breath);
  const figure = await inflated(box.dataset.block).json();
  figures.set(box, figure);
  const Plotly = await plotly();
  const plot = box.querySelector(".plot");
  const picture = {
    name: "picture", title: box.dataset.picture, icon: Plotly.Icons.camera,
    // with its headline, and in the colours of paper
    click: () => Plotly.downloadImage({ data: figure.data, layout: figure.layout }, { format: "png", scale: 2, width: Math.max(plot.clientWidth, 680), height: figure.layout.height ?? 450, filename: "chart" }),
  };
  await Plotly.newPlot(plot, dyed(figure.data), fitted(box, figure), { ...CONFIG, modeBarButtonsToAdd: [picture] });
  plot.style.minHeight = "";
  box.dataset.drawn = "yes";
}

function captioned(box) {
  return Boolean(box.querySelector("figcaption"));
}

function redrawAll(wanted = () => true) {
  dyeKeys();
  for (const [box, figure] of figures) {
    if (box.dataset.drawn && wanted(figure)) window.Plotly.react(box.querySelector(".plot"), dyed(figure.data), fitted(box, figure), CONFIG);
  }
}

// plotly packs number arrays as base64
const NUMBERS = { f8: Float64Array, f4: Float32Array, i4: Int32Array, u4: Uint32Array, i2: Int16Array, u2: Uint16Array, i1: Int8Array, u1: Uint8Array };
function list(value) {
  if (Array.isArray(value)) return value;
  if (!value?.bdata) return [];
  const flat = Array.from(new NUMBERS[value.dtype](Uint8Array.from(atob(value.bdata), (c) => c.charCodeAt(0)).buffer));
  const width = value.shape && Number(String(value.shape).split(",")[1]);
  return width ? Array.from({ length: flat.length / width }, (_, i) => flat.slice(i * width, (i + 1) * width)) : flat;
}

// The chart's numbers as rows, for readers who cannot see it.
function chartRows(figure) {
  const rows = [];
  // our charts place things by number and name them on the axis
  const named = (id, values) => {
    const axis = figure.layout?.[`${id[0]}axis${id.slice(1)}`];
    const names = figure.layout?.meta?.full?.[`${id[0]}axis${id.slice(1)}`] ?? axis?.ticktext;
    return names ? values.map((value) => names[axis.tickvals.indexOf(value)] ?? value) : values;
  };
  const names = (id, count) => named(id, Array.from({ length: count }, (_, i) => i));
  // a series has the name that the key gives its colour, a cell that of its letter
  const key = figure.layout?.meta?.key ?? [];
  const series = (trace) => key.find(([colour]) => colour === trace.marker?.color)?.[1] ?? trace.name ?? "";
  // a cell of a matrix is the number of its class, whose colour the key names
  const cell = (trace, value, text) => trace.zmin === -0.5 ? key.find(([colour]) => colour === trace.colorscale?.[2 * value]?.[1])?.[1] ?? text : text || value;
  for (const trace of figure.data) {
    const z = list(trace.z);
    const x = z.length && !trace.x ? names(trace.xaxis ?? "x", list(z[0]).length) : named(trace.xaxis ?? "x", list(trace.x));
    const y = z.length && !trace.y ? names(trace.yaxis ?? "y", z.length) : named(trace.yaxis ?? "y", list(trace.y));
    if (z.length) z.forEach((line, r) => list(line).forEach((value, c) => value != null && rows.push([y[r] ?? r, x[c] ?? c, cell(trace, value, list(list(trace.text)[r])[c])])));
    else if (trace.labels) list(trace.labels).forEach((label, i) => rows.push([trace.name ?? "", label, list(trace.values)[i] ?? ""]));
    else if (trace.link) list(trace.link.source).forEach((from, i) => rows.push([list(trace.node?.label)[from], list(trace.node?.label)[list(trace.link.target)[i]], list(trace.link.value)[i]]));
    else (x.length > y.length ? x : y).forEach((_, i) => rows.push([series(trace), (trace.mode === "text" ? list(trace.text)[i] : x[i]) ?? "", y[i] ?? ""]));
  }
  return rows;
}

function fillChartData(box) {
  const figure = figures.get(box), details = box.querySelector(".chartdata");
  if (!figure || details.querySelector("table")) return;
  const holder = document.createElement("div"), table = document.createElement("table");
  holder.className = "table";
  holder.tabIndex = 0;
  for (const row of chartRows(figure).slice(0, 1000)) {
    const line = table.insertRow();
    for (const value of row) line.insertCell().textContent = String(value ?? "").replace(/<[^>]*>/g, " ").replaceAll("&lt;", "<").replaceAll("&amp;", "&");
  }
  holder.append(table);
  details.append(holder);
}

async function drawAll() {
  const boxes = [...document.querySelectorAll("figure.chart")];
  // what is only scrolled past is not drawn, and of several the one in sight first
  const close = new Set();
  const next = async () => {
    for (let box; (box = [...close].sort((a, b) => distance(a) - distance(b))[0]); await breath()) {
      close.delete(box);
      near.unobserve(box);
      await draw(box).catch(() => {});
    }
  };
  let turn = Promise.resolve(), waiting;
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) close.add(entry.target); else close.delete(entry.target);
    clearTimeout(waiting);
    waiting = setTimeout(() => { turn = turn.then(next); }, 80);
  }, { rootMargin: "600px" });
  for (const box of boxes) {
    near.observe(box);
    box.querySelector(".chartdata").addEventListener("toggle", () => draw(box).then(() => fillChartData(box)));
  }
  // then the others, one at a time when the page is idle and not in use, so that printing finds them drawn
  for (const box of document.querySelectorAll(".view")) await quiet().then(() => startView(box)).catch(() => {});
  for (const box of boxes) await quiet().then(() => draw(box)).catch(() => {});
  document.documentElement.dataset.charts = "drawn";
}

// How far a chart is from the middle of the window.
function distance(box) {
  const { top, bottom } = box.getBoundingClientRect();
  return Math.max(top - innerHeight / 2, innerHeight / 2 - bottom, 0);
}

// A chance for what a reader does meanwhile.
const breath = () => new Promise((done) => setTimeout(done, 20));

let touched = -Infinity;
for (const event of ["keydown", "pointerdown", "wheel", "scroll"]) addEventListener(event, () => { touched = performance.now(); }, { passive: true, capture: true });

// A moment in which the page is idle, a second and a half after it was last touched.
function quiet() {
  const idle = window.requestIdleCallback ?? ((work) => setTimeout(work, 50));
  return new Promise((done) => {
    const wait = () => { const left = touched + 1500 - performance.now(); if (left > 0) setTimeout(wait, left); else idle(done); };
    wait();
  });
}

// --- views: the module that JupyterLab runs, on a stand-in for its model ----------------------------------------------

class StillModel {
  constructor(state) { this.state = state; this.heard = {}; }
  get(key) { return this.state[key]; }
  set(key, value) { this.state[key] = value; (this.heard[`change:${key}`] ?? []).forEach((hear) => hear()); }
  save_changes() {}
  on(name, hear) { (this.heard[name] ??= []).push(hear); }
  off(name, hear) { this.heard[name] = (this.heard[name] ?? []).filter((other) => hear && other !== hear); }
  send() {}
}

const starting = [];
async function startView(box) {
  if (box.dataset.started) return;
  box.dataset.started = "yes";
  const payload = new DataView(bytesOf(box.dataset.block).buffer);
  const state = { ...JSON.parse(box.dataset.state), payload, fragment: true };
  await view.render({ model: new StillModel(state), el: box });
  box.dataset.ready = Math.round(performance.now());  // milliseconds since the page was asked for
}

function startViews() {
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) { near.unobserve(entry.target); starting.push(startView(entry.target)); }
  }, { rootMargin: "800px" });
  document.querySelectorAll(".view").forEach((box) => near.observe(box));
}

// --- the page around them ----------------------------------------------------------------------------------------------

// The fragment is "#anchor" or "#anchor?what the explorer shows"; a click in the contents keeps what it shows.
function anchorOf(fragment) {
  return decodeURIComponent(fragment.replace(/^#/, "").split("?")[0]);
}

function goTo(anchor) {
  const target = document.getElementById(anchor);
  if (!target) return;
  const state = location.hash.split("?")[1];
  history.pushState(null, "", `#${encodeURIComponent(anchor)}${state ? "?" + state : ""}`);
  target.scrollIntoView({ block: "start" });
}

function navigation() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (!link || link.closest(".pk-explorer")) return;
    event.preventDefault();
    goTo(anchorOf(link.getAttribute("href")));
    closeMenu();
  });
  const links = [...document.querySelectorAll("nav a[href^='#']")];
  const byAnchor = new Map(links.map((link) => [anchorOf(link.getAttribute("href")), link]));
  const targets = [...byAnchor.keys()].map((anchor) => document.getElementById(anchor)).filter(Boolean);
  const where = document.querySelector(".where");
  const mark = () => {
    const here = targets.filter((target) => target.getBoundingClientRect().top < 140).at(-1) ?? targets[0];
    if (!here) return;
    links.forEach((link) => link.removeAttribute("aria-current"));
    const link = byAnchor.get(here.id);
    link.setAttribute("aria-current", "true");
    where.textContent = link.textContent;
  };
  let waiting = false;
  document.addEventListener("scroll", () => {
    if (!waiting) requestAnimationFrame(() => { waiting = false; mark(); });
    waiting = true;
  }, { passive: true });
  mark();
  if (location.hash.includes("?")) document.getElementById(anchorOf(location.hash))?.scrollIntoView({ behavior: "instant" });
}

function closeMenu() {
  document.body.classList.remove("menu");
  document.querySelector("[data-do=menu]").setAttribute("aria-expanded", "false");
}

const DO = {
  menu(button) {
    const open = document.body.classList.toggle("menu");
    button.setAttribute("aria-expanded", String(open));
    if (open) document.querySelector("nav a")?.focus();
  },
  code(button) {
    const open = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(open));
    document.body.classList.toggle("code", open);
    document.querySelectorAll("details.code").forEach((details) => { details.open = open; });
  },
  theme() {
    const root = document.documentElement;
    root.dataset.theme = isDark() ? "light" : "dark";
    redrawAll();
  },
};

for (const button of document.querySelectorAll("[data-do]")) button.addEventListener("click", () => DO[button.dataset.do](button));
document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeMenu(); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redrawAll());
// paper is white and narrower than most windows: charts are drawn light, and made smaller where they are wider
const PAPER = 690;
let themeBefore;
addEventListener("beforeprint", () => {
  themeBefore = document.documentElement.dataset.theme;
  const dark = isDark();
  document.documentElement.dataset.theme = "light";
  if (dark) redrawAll((figure) => figure.data[0]?.type !== "sankey");  // whose bands fade in, too late for the printer
  for (const box of figures.keys()) {
    const plot = box.querySelector(".plot"), width = widths.get(box) ?? 0;
    if (box.dataset.drawn && width > PAPER) Object.assign(plot.style, { width: `${width}px`, zoom: String(PAPER / width) });
  }
});
addEventListener("afterprint", () => {
  if (themeBefore) document.documentElement.dataset.theme = themeBefore; else delete document.documentElement.dataset.theme;
  for (const box of figures.keys()) Object.assign(box.querySelector(".plot").style, { width: "", zoom: "" });
  if (isDark()) redrawAll();
});

// a table that is wider than its box says so
function markWide() {
  for (const note of document.querySelectorAll(".sideways")) {
    const box = note.nextElementSibling;
    note.hidden = box.scrollWidth <= box.clientWidth + 1;
  }
}
let resizing;
addEventListener("resize", () => { markWide(); clearTimeout(resizing); resizing = setTimeout(refit, 250); });
markWide();
dyeKeys();
navigation();
if (location.hash.includes("?")) for (const box of document.getElementById(anchorOf(location.hash))?.querySelectorAll(".view") ?? []) starting.push(startView(box));
startViews();
drawAll();
