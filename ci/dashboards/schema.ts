// What Grafana reads, put together from what it publishes: the dashboard, of which `options`, `targets` and `custom` are
// left open there, and the types of each panel and of the queries of the Prometheus data source, which fill them.

import type * as dashboard from "@grafana/schema/dist/esm/raw/dashboard/x/Dashboard_types.gen";
import type * as heatmap from "@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen";
import type * as stat from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import type * as states from "@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen";
import type * as table from "@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen";
import type * as timeseries from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";
import type { Dataquery } from "@grafana/grafana-foundation-sdk/prometheus";
import type * as units from "@grafana/grafana-foundation-sdk/units";

// As JSON has it: enums are their values.
type Json<T> = unknown extends T
  ? T
  : T extends string
    ? `${T}`
    : T extends number
      ? `${T}` extends `${infer Value extends number}`
        ? Value
        : never
      : T extends boolean | null | undefined
        ? T
        : T extends Array<infer Item>
          ? Array<Json<Item>>
          : { [Key in keyof T]: Json<T[Key]> };

type Without<T, Keys extends keyof T> = { [Key in keyof T as Key extends Keys ? never : Key]: T[Key] };

// Grafana's type of it is in the package of its front end.
interface DataLink {
  title: string;
  url: string;
  targetBlank?: boolean;
}

type Unit = (typeof units)[keyof typeof units];

interface Field<Custom> extends Without<dashboard.FieldConfig, "custom" | "links" | "unit"> {
  custom?: Custom;
  links?: DataLink[];
  unit?: Unit;
}

// What may be overridden is what is in a field, each by its path.
type Property<Custom> =
  | { [Key in keyof Required<Field<Custom>>]: { id: Key; value: Required<Field<Custom>>[Key] } }[keyof Field<Custom>]
  | { [Key in keyof Required<Custom> & string]: { id: `custom.${Key}`; value: Required<Custom>[Key] } }[keyof Custom &
      string];

type Transformation =
  | { id: "merge"; options: {} }
  | { id: "organize"; options: { excludeByName: Record<string, boolean> } };

interface Panel<Type extends string, Options, Custom>
  extends Without<
    dashboard.Panel,
    "type" | "options" | "fieldConfig" | "targets" | "transformations" | "title" | "description" | "id" | "gridPos"
  > {
  // Asked of us more strictly than by Grafana: a panel without a word about it is of no use.
  id: number;
  title: string;
  description: string;
  gridPos: dashboard.GridPos;
  type: Type;
  options: Options;
  fieldConfig: {
    defaults: Field<Custom>;
    overrides: Array<{ matcher: { id: "byName"; options: string }; properties: Array<Property<Custom>> }>;
  };
  targets: Array<Without<Dataquery, "_implementsDataqueryVariant">>;
  transformations?: Transformation[];
}

type AnyPanel =
  | Panel<"timeseries", timeseries.Options, timeseries.FieldConfig>
  | Panel<"stat", stat.Options, {}>
  | Panel<"table", table.Options, table.FieldConfig>
  | Panel<"heatmap", heatmap.Options, heatmap.FieldConfig>
  | Panel<"state-timeline", states.Options, states.FieldConfig>;

interface Row extends Without<dashboard.RowPanel, "panels"> {
  panels: AnyPanel[];
}

export type Dashboard = Json<
  Without<dashboard.Dashboard, "panels" | "uid" | "title"> & { uid: string; title: string; panels: Array<AnyPanel | Row> }
>;
