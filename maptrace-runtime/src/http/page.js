"use strict";
// Everything a map is called goes in by textContent: a name is text, whatever is in it.

// Nothing in it is hidden either: what has no shape or turns the direction of writing is spelt out.
const shapeless = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const spellOut = (text) => text.replace(shapeless, (c) => "\\u{" + c.codePointAt(0).toString(16) + "}");

const byId = (id) => document.getElementById(id);
const PERIOD_MS = 1000;
const NONE = "–";

// Numbers, as the report in the terminal writes them.
const three = (n) => (n < 9.995 ? n.toFixed(2) : n < 99.95 ? n.toFixed(1) : n.toFixed(0));
const trim = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
const scaled = (n, plain, units) => {
  if (n < 1000) return n + plain;
  let i = -1;
  while (i + 1 < units.length && n >= 999.5) { n /= 1000; i += 1; }
  return trim(three(n)) + units[i];
};
const count = (n) => (n < 1e6 ? n.toLocaleString("en-US") : scaled(n, "", ["k", "M", "G", "T", "P", "E"]));
const bytes = (n) => scaled(n, " B", [" kB", " MB", " GB", " TB", " PB", " EB"]);
const plural = (n, noun) => count(n) + " " + noun + (n === 1 ? "" : "s");
const percent = (x) => {
  if (x === 0 || x === 1) return x * 100 + " %";
  if (x < 0.001) return "<0.1 %";
  return (x < 0.01 || x > 0.99 ? (Math.floor(x * 1000) / 10).toFixed(1) : (x * 100).toFixed(0)) + " %";
};
const pair = (n, small, large, unit, largeUnit) => {
  const rest = Math.floor((n % large) / small);
  return Math.floor(n / large) + " " + largeUnit + (rest ? " " + rest + " " + unit : "");
};
const duration = (ns) => {
  if (ns === 0) return "0";
  if (ns < 59.95e9) return scaled(ns, " ns", [" µs", " ms", " s"]);
  const s = Math.round(ns / 1e9);
  if (s < 3600) return pair(s, 1, 60, "s", "min");
  if (s < 86400) return pair(s, 60, 3600, "min", "h");
  return pair(s, 3600, 86400, "h", "d");
};
const optional = (show) => (n) => (n === null ? NONE : show(n));

const assigns = (m) => m.assigns_new + m.assigns_replaced;
const deletes = (m) => m.deletes_hit + m.deletes_miss;
const size = (m) => m.held_bytes ?? m.needed_bytes;
const isUsed = (m) => !m.declared || m.created > 0 || m.live > 0 || assigns(m) + deletes(m) + m.batches > 0;

// [title, what it sorts by, how it is written, what it means]
const columns = [
  ["map", (m) => m.name, spellOut, "What the map is called"],
  ["type", (m) => m.kind + " " + (m.type_name || m.type), spellOut, "Its collection, key and value"],
  ["live", (m) => m.live, count, "Live maps made there"],
  ["entries", (m) => m.entries, count, "Entries in live maps"],
  ["capacity", (m) => m.capacity, optional(count), "Entries their tables can hold"],
  ["tombstones", (m) => m.tombstones, optional(count), "Slots that hold nothing but cannot be used until a rehash"],
  ["held", (m) => m.held_bytes, optional(bytes), "Bytes of their tables"],
  ["needed", (m) => m.needed_bytes, bytes, "Bytes of the smallest tables that could hold the entries"],
  ["changes/s", (m) => m.rate, optional((n) => count(Math.round(n))), "Assigns and deletes per second, just now"],
  ["assigns", assigns, count, "Entries put in, new or replaced"],
  ["deletes", deletes, count, "Deletes, of keys that were there or not"],
  ["hit rate", (m) => m.hit_rate, optional(percent), "Share of deletes that found their key"],
  ["grows", (m) => m.grows, count, "Tables replaced by larger ones"],
  ["pause", (m) => m.pause_total_ns, duration, "Time spent in grows and rehashes"],
  ["worst", (m) => m.pause_max_ns, duration, "The longest of them"],
];

let sorting = { column: 6, down: true };
let shown = [];
let previous = null;
const rows = new Map();

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function compare(a, b) {
  const [x, y] = [a, b].map(columns[sorting.column][1]);
  const order = x === y ? 0 : x === null ? -1 : y === null ? 1 : x < y ? -1 : 1;
  // Ties keep one order, or rows would dance: the larger first, then the older site.
  return (sorting.down ? -order : order) || size(b) - size(a) || a.id - b.id;
}

function row(map) {
  let body = rows.get(map.id);
  if (!body) {
    body = document.createElement("tbody");
    const line = body.insertRow();
    columns.forEach(() => line.insertCell());
    line.cells[0].append(document.createElement("bdi"));
    const hint = body.insertRow();
    hint.className = "hint";
    const cell = hint.insertCell();
    cell.colSpan = columns.length;
    cell.append(document.createElement("div"));
    rows.set(map.id, body);
  }
  const [line, hint] = body.rows;
  columns.forEach(([, value, write], i) => {
    const text = write(value(map));
    setText(i === 0 ? line.cells[0].firstChild : line.cells[i], text);
    line.cells[i].classList.toggle("none", text === NONE || text === "0");
  });
  line.cells[0].title = spellOut(map.name) + (map.file ? "\n" + spellOut(map.file) + ":" + map.line : "");
  line.cells[1].title = spellOut(columns[1][1](map));
  const texts = map.hints.map((h) => h.text);
  const cell = hint.cells[0].firstChild;
  if (texts.join("\n") !== [...cell.children].map((span) => span.textContent).join("\n")) {
    cell.replaceChildren(...texts.map((text) => {
      const span = document.createElement("span");
      span.textContent = text;
      return span;
    }));
  }
  hint.hidden = texts.length === 0;
  return body;
}

function drawTable() {
  const wanted = byId("find").value.toLowerCase();
  const matches = (m) => [0, 1].some((i) => columns[i][1](m).toLowerCase().includes(wanted));
  const maps = shown.filter(matches).sort(compare);
  const table = document.querySelector("table");
  const bodies = maps.map(row);
  const current = [...table.tBodies];
  if (bodies.length !== current.length || bodies.some((body, i) => body !== current[i])) {
    current.forEach((body) => body.remove());
    table.append(...bodies);
  }
  [...byId("titles").cells].forEach((th, i) => {
    if (i !== sorting.column) th.removeAttribute("aria-sort");
    else th.setAttribute("aria-sort", sorting.down ? "descending" : "ascending");
  });
  byId("empty").hidden = maps.length > 0;
  setText(byId("empty"), shown.length > 0 ? "No map is called so." :
    "No traced map was changed yet. Put #[maptrace] on the use, type, struct or static of a map; " +
    "it appears here with its first change.");
}

function drawTotals() {
  const sum = (of) => shown.reduce((total, m) => total + (of(m) ?? 0), 0);
  const tables = shown.filter((m) => m.held_bytes !== null);
  const totals = [
    ["live maps", count(sum((m) => m.live))],
    ["entries", count(sum((m) => m.entries))],
    // What a B-tree holds is not known.
    [tables.length < shown.length ? "held in hash tables" : "held",
      shown.length && !tables.length ? NONE : bytes(sum((m) => m.held_bytes))],
    ["needed", bytes(sum((m) => m.needed_bytes))],
    ["changes/s", count(Math.round(sum((m) => m.rate)))],
    ["grows", count(sum((m) => m.grows))],
    ["paused for", duration(sum((m) => m.pause_total_ns))],
  ];
  const list = byId("totals");
  if (list.children.length === 0) {
    for (const _ of totals) {
      const [group, dt, dd] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
      group.append(dt, dd);
      list.append(group);
    }
  }
  totals.forEach(([name, text], i) => {
    setText(list.children[i].firstChild, name);
    setText(list.children[i].lastChild, text);
  });
}

function drawHealth(data) {
  const { health } = data;
  const causes = Object.entries(health.dropped).filter(([, n]) => n > 0);
  const lost = causes.reduce((total, [, n]) => total + n, 0);
  const parts = [
    plural(health.emitted, "event"), count(health.delivered) + " delivered", count(lost) + " lost",
    count(health.sampled_out) + " sampled out", plural(health.rings, "ring"),
    bytes(health.memory_bytes) + " of " + bytes(health.memory_limit_bytes) + " of memory",
    "collector busy " + percent(Math.min(1, data.uptime_ns ? health.busy_ns / data.uptime_ns : 0)),
  ];
  setText(byId("health"), "maptrace itself: " + parts.join(", "));
  const trouble = [];
  if (lost) {
    const by = causes.map(([cause, n]) => cause + " " + n.toLocaleString("en-US")).join(", ");
    trouble.push(plural(lost, "event") + " lost (" + by + ")");
  }
  if (health.gaps) trouble.push(plural(health.gaps, "gap"));
  if (health.collector_restarts) trouble.push(plural(health.collector_restarts, "collector restart"));
  if (health.instances_past_cap) {
    trouble.push(plural(health.instances_past_cap, "map") + " without a record, counted by site alone");
  }
  byId("losses").hidden = trouble.length === 0;
  // As in the report: less than one event of a hundred is no alarm.
  byId("losses").classList.toggle("mild",
    !health.collector_restarts && (!lost || lost * 100 < health.emitted));
  const cures = [];
  if (health.dropped.full) cures.push("Fewer are lost with a larger MAPTRACE_RING_BYTES or MAPTRACE_SAMPLE=auto.");
  if (health.instances_past_cap) cures.push("More have records with a larger MAPTRACE_INSTANCES or MAPTRACE_MEMORY.");
  setText(byId("losses"), [trouble.join(", ") + ". The counts below stay exact.", ...cures].join(" "));
}

function draw(data) {
  document.title = spellOut(data.program) + " · maptrace";
  setText(byId("program"), spellOut(data.program));
  const at = new Date(data.taken_at_ms).toISOString().slice(0, 19).replace("T", " ");
  setText(byId("about"), "pid " + data.pid + ", up " + duration(data.uptime_ns) + ", " + at + " UTC");
  const before = new Map((previous?.maps ?? []).map((m) => [m.id, m]));
  const seconds = previous ? (data.taken_at_ms - previous.taken_at_ms) / 1000 : 0;
  for (const m of data.maps) {
    const old = before.get(m.id);
    // A snapshot that was not taken anew says nothing new about the rate.
    m.rate = !previous ? null : seconds > 0
      ? Math.max(0, assigns(m) + deletes(m) - (old ? assigns(old) + deletes(old) : 0)) / seconds
      : old?.rate ?? null;
  }
  previous = data;
  shown = data.maps.filter(isUsed);
  const unused = data.maps.filter((m) => !isUsed(m) && !m.ambiguous);
  byId("unused").hidden = unused.length === 0;
  setText(byId("unused").firstChild, plural(unused.length, "declared map") + " not used yet");
  setText(byId("unused").lastChild, unused.map((m) => spellOut(m.name)).join(", "));
  drawTotals();
  drawTable();
  drawHealth(data);
}

let answeredAt = new Date();

async function refresh() {
  if (!document.hidden) {
    try {
      const response = await fetch("/maps.json", { cache: "no-store", signal: AbortSignal.timeout(5000) });
      if (!response.ok) throw new Error(response.status + " " + response.statusText);
      draw(await response.json());
      answeredAt = new Date();
      document.body.classList.remove("stale");
      byId("stale").hidden = true;
    } catch (error) {
      document.body.classList.add("stale");
      byId("stale").hidden = false;
      setText(byId("stale"), "No answer since " + answeredAt.toLocaleTimeString() + " (" + error.message +
        "): these are the last figures.");
    }
  }
  setTimeout(refresh, PERIOD_MS);
}

columns.forEach(([title, , , meaning], i) => {
  const th = document.createElement("th");
  const button = document.createElement("button");
  th.scope = "col";
  button.textContent = title;
  button.title = meaning;
  button.addEventListener("click", () => {
    sorting = { column: i, down: sorting.column === i ? !sorting.down : i > 1 };
    drawTable();
  });
  th.append(button);
  byId("titles").append(th);
});
byId("find").addEventListener("input", drawTable);
refresh();
