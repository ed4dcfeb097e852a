// What must be refused: if one of these were taken, the types would check nothing. Each has one mistake, as only the
// first of several is reported.

import type { Dashboard } from "./schema.js";

type Panel = Extract<Dashboard["panels"][number], { type: "timeseries" }>;

const legend = { showLegend: true, displayMode: "list", placement: "bottom", calcs: [] } satisfies Panel["options"]["legend"];
const tooltip = { mode: "multi", sort: "desc" } satisfies Panel["options"]["tooltip"];
const options: Panel["options"] = { legend, tooltip };
const fieldConfig: Panel["fieldConfig"] = { defaults: { unit: "s", custom: { lineWidth: 1 } }, overrides: [] };
const named = { id: 1, title: "T", description: "D", gridPos: { h: 1, w: 1, x: 0, y: 0 } };
const matcher = { id: "byName", options: "x" } as const;

export const taken: Dashboard = {
  uid: "a",
  title: "A",
  schemaVersion: 42,
  graphTooltip: 1,
  panels: [{ ...named, type: "timeseries", options, fieldConfig, targets: [{ refId: "A", expr: "up" }] }],
};

export const dashboards: Dashboard[] = [
  // @ts-expect-error: no version of the schema
  { uid: "a", title: "A", panels: [] },
  // @ts-expect-error: a key that a dashboard does not have
  { uid: "a", title: "A", schemaVersion: 42, panels: [], refreshes: "30s" },
  // @ts-expect-error: a number that is no crosshair
  { uid: "a", title: "A", schemaVersion: 42, panels: [], graphTooltip: 3 },
];

export const panels: Dashboard["panels"] = [
  // @ts-expect-error: a kind of panel that is none of these
  { ...named, targets: [], type: "graph", options, fieldConfig },
  // @ts-expect-error: the options of another kind
  { ...named, targets: [], type: "stat", options, fieldConfig: { defaults: {}, overrides: [] } },
  // @ts-expect-error: an option of another kind
  { ...named, targets: [], type: "timeseries", options: { legend, tooltip, showHeader: true }, fieldConfig },
  // @ts-expect-error: a legend that is not one of Grafana's
  { ...named, targets: [], type: "timeseries", options: { legend: { ...legend, displayMode: "grid" }, tooltip }, fieldConfig },
  // @ts-expect-error: a key that lines do not have
  { ...named, targets: [], type: "timeseries", options, fieldConfig: { defaults: { custom: { lineWdith: 1 } }, overrides: [] } },
  // @ts-expect-error: a unit that Grafana does not know
  { ...named, targets: [], type: "timeseries", options, fieldConfig: { defaults: { unit: "ops/s" }, overrides: [] } },
  // @ts-expect-error: an override of what is not there
  { ...named, targets: [], type: "timeseries", options, fieldConfig: { defaults: {}, overrides: [{ matcher, properties: [{ id: "custom.cellOptions", value: { type: "auto" } }] }] } },
  // @ts-expect-error: an override by a value of another kind
  { ...named, targets: [], type: "timeseries", options, fieldConfig: { defaults: {}, overrides: [{ matcher, properties: [{ id: "decimals", value: "two" }] }] } },
  // @ts-expect-error: a query without an expression
  { ...named, targets: [{ refId: "A" }], type: "timeseries", options, fieldConfig },
  // @ts-expect-error: a format that the Prometheus data source does not know
  { ...named, targets: [{ refId: "A", expr: "up", format: "list" }], type: "timeseries", options, fieldConfig },
];
