package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

const stack = "../../../dashboards/"

type object = map[string]any

// The file that each mistake is made in.
func whole(t *testing.T) object {
	text, err := os.ReadFile(stack + "grafana/dashboards/maptrace-overview.json")
	if err != nil {
		t.Fatal(err)
	}
	var board object
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	return board
}

// The first panel of a type.
func first(board object, kind string) object {
	for _, panel := range board["panels"].([]any) {
		if panel.(object)["type"] == kind {
			return panel.(object)
		}
	}
	panic("there is none of type " + kind)
}

func below(at object, path ...string) object {
	for _, key := range path {
		switch inner := at[key].(type) {
		case object:
			at = inner
		case []any:
			at = inner[0].(object)
		default:
			panic("no " + key)
		}
	}
	return at
}

func TestADashboardWithOneMistakeIsRefused(t *testing.T) {
	for _, mistake := range []struct {
		made  func(board object)
		named string
	}{
		{func(board object) { board["titel"] = "x" }, "titel"},
		{func(board object) { board["title"] = 7 }, "title"},
		{func(board object) { board["editable"] = "yes" }, "editable"},
		{func(board object) { delete(board, "schemaVersion") }, "schemaVersion"},
		{func(board object) { delete(board, "annotations") }, "annotations"},
		{func(board object) { board["panels"] = []any{} }, "panels"},
		{func(board object) { below(board, "time")["until"] = "now" }, "until"},
		{func(board object) { below(board, "templating", "list")["multy"] = true }, "multy"},
		{func(board object) { below(board, "templating", "list")["multi"] = "yes" }, "multi"},
		{func(board object) { below(board, "links")["keepTme"] = true }, "keepTme"},
		{func(board object) { first(board, "row")["colapsed"] = true }, "colapsed"},
		{func(board object) { first(board, "timeseries")["type"] = "graph" }, "graph"},
		{func(board object) { first(board, "timeseries")["titel"] = "x" }, "titel"},
		{func(board object) { below(first(board, "timeseries"), "gridPos")["w"] = "wide" }, "gridPos.w"},
		{func(board object) { below(first(board, "timeseries"), "gridPos")["w"] = 25 }, "gridPos.w"},
		{func(board object) { below(first(board, "timeseries"), "options", "legend")["showLegends"] = true }, "showLegends"},
		{func(board object) { below(first(board, "timeseries"), "options")["showHeader"] = true }, "showHeader"},
		{func(board object) { below(first(board, "table"), "options")["legend"] = object{} }, "legend"},
		{func(board object) { below(first(board, "timeseries"), "targets")["exprs"] = "up" }, "exprs"},
		{func(board object) { below(first(board, "timeseries"), "targets")["expr"] = 1 }, "expr"},
		{func(board object) { delete(below(first(board, "timeseries"), "targets"), "expr") }, "expr"},
		{func(board object) { below(first(board, "timeseries"), "fieldConfig")["default"] = object{} }, "default"},
		{func(board object) { below(first(board, "timeseries"), "fieldConfig", "defaults")["unti"] = "s" }, "unti"},
		{func(board object) { below(first(board, "timeseries"), "fieldConfig", "defaults")["decimals"] = "two" }, "decimals"},
		{func(board object) {
			below(first(board, "timeseries"), "fieldConfig", "defaults", "custom")["lineWdith"] = 1
		}, "lineWdith"},
		{func(board object) {
			below(first(board, "timeseries"), "fieldConfig", "defaults")["links"] = []any{object{"title": "x", "ulr": "y"}}
		}, "ulr"},
		{func(board object) { below(first(board, "table"), "fieldConfig", "overrides")["propertys"] = []any{} }, "propertys"},
	} {
		t.Run(mistake.named, func(t *testing.T) {
			broken := whole(t)
			mistake.made(broken)
			text, err := json.Marshal(broken)
			if err != nil {
				t.Fatal(err)
			}
			if err := board(text); err == nil || !strings.Contains(err.Error(), mistake.named) {
				t.Errorf("taken, or not named: %v", err)
			}
		})
	}
}

func TestADashboardWithoutAMistakeIsTaken(t *testing.T) {
	text, err := json.Marshal(whole(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := board(text); err != nil {
		t.Error(err)
	}
}

func TestAStackWithOneMistakeIsRefused(t *testing.T) {
	text, err := os.ReadFile(stack + "compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := compose(stack+"compose.yaml", text); err != nil {
		t.Fatal(err)
	}
	for _, mistake := range []struct{ was, is, named string }{
		{"restart: unless-stopped", "restrat: unless-stopped", "restrat"},
		{"depends_on: [jaeger]", "depends_on: [jeager]", "jeager"},
		{"depends_on: [jaeger]", "depends_on: 7", "depends_on"},
		{"ports:", "ports: 4317\n    x-ports:", "ports"},
		{"\"127.0.0.1:4317:4317\"", "\"127.0.0.1:many:4317\"", "many"},
		{"./collector:/etc/maptrace:ro", "./colector:/etc/maptrace:ro", "colector"},
	} {
		t.Run(mistake.named, func(t *testing.T) {
			broken := bytes.Replace(text, []byte(mistake.was), []byte(mistake.is), 1)
			if bytes.Equal(broken, text) {
				t.Fatalf("%q is not in it any more", mistake.was)
			}
			if err := compose(stack+"compose.yaml", broken); err == nil || !strings.Contains(err.Error(), mistake.named) {
				t.Errorf("taken, or not named: %v", err)
			}
		})
	}
}
