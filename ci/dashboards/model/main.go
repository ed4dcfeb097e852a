// What of `maptrace dashboards` has a model in Go: dashboards as Grafana's Foundation SDK reads them, strictly, and
// compose.yaml as Docker Compose's own loader does.
//
//	model FILE...
//
// Says what is wrong with which file, and ends with 1 if anything is.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Without them the options of all panels, and their queries, are anything.
func init() { plugins.RegisterDefaultPlugins() }

func main() {
	failed := len(os.Args) < 2
	if failed {
		fmt.Fprintln(os.Stderr, "model: no files")
	}
	for _, path := range os.Args[1:] {
		if err := check(path); err != nil {
			failed = true
			fmt.Fprintf(os.Stderr, "%s: %v\n", path, err)
		}
	}
	if failed {
		os.Exit(1)
	}
}

func check(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	switch {
	case strings.HasSuffix(path, ".json"):
		return board(text)
	case strings.HasSuffix(path, ".yaml"):
		return compose(path, text)
	default:
		return errors.New("neither a dashboard (.json) nor a compose file (.yaml)")
	}
}

// A dashboard, and then its panels one by one: of those the SDK's own strict reading (0.0.22) ends at the first, well or
// ill, and takes anything in `fieldConfig`.
func board(text []byte) error {
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(text, &whole); err != nil {
		return err
	}
	var panels []json.RawMessage
	if err := json.Unmarshal(whole["panels"], &panels); err != nil {
		return fmt.Errorf("panels: %w", err)
	}
	if len(panels) == 0 {
		return errors.New("panels: there are none")
	}
	whole["panels"] = json.RawMessage("[]")
	rest, err := json.Marshal(whole)
	if err != nil {
		return err
	}
	var board dashboard.Dashboard
	found := []error{actual(board.UnmarshalJSONStrict(rest)), actual(board.Validate())}
	for number, text := range panels {
		for _, err := range panel(text) {
			found = append(found, fmt.Errorf("panels[%d]: %w", number, err))
		}
	}
	return errors.Join(found...)
}

// A panel or a row, with the panels that are folded into it.
func panel(text json.RawMessage) (found []error) {
	add := func(err error) {
		if err := actual(err); err != nil {
			found = append(found, err)
		}
	}
	var seen struct {
		Type        string
		FieldConfig json.RawMessage
		Panels      []json.RawMessage
	}
	if err := json.Unmarshal(text, &seen); err != nil {
		return []error{err}
	}
	if seen.Type == "row" {
		var row dashboard.RowPanel
		add(row.UnmarshalJSONStrict(text))
		add(row.Validate())
		for number, text := range seen.Panels {
			for _, err := range panel(text) {
				found = append(found, fmt.Errorf("panels[%d]: %w", number, err))
			}
		}
		return found
	}
	if _, known := cog.ConfigForPanelcfgVariant(seen.Type); !known {
		add(fmt.Errorf("type: Grafana has no panel of type %q", seen.Type))
	}
	var panel dashboard.Panel
	add(panel.UnmarshalJSONStrict(text))
	add(panel.Validate())
	for number, target := range panel.Targets {
		if _, unknown := target.(variants.UnknownDataquery); unknown {
			add(fmt.Errorf("targets[%d]: of no data source that Grafana has", number))
		}
	}
	config, err := fieldConfig(seen.FieldConfig)
	add(prefixed("fieldConfig", err))
	add(prefixed("fieldConfig", actual(config.Validate())))
	return found
}

// Its links apart: the SDK takes them for links of a dashboard, which have a type, tags and more, and Grafana's
// front end has a type of their own, which is not published for Go.
func fieldConfig(text json.RawMessage) (config dashboard.FieldConfigSource, err error) {
	var whole, defaults map[string]json.RawMessage
	if err = json.Unmarshal(text, &whole); err != nil {
		return config, err
	}
	if err = json.Unmarshal(whole["defaults"], &defaults); err != nil {
		return config, prefixed("defaults", err)
	}
	if links, some := defaults["links"]; some {
		var known []struct {
			Title       *string `json:"title"`
			URL         *string `json:"url"`
			TargetBlank bool    `json:"targetBlank"`
		}
		reader := json.NewDecoder(bytes.NewReader(links))
		reader.DisallowUnknownFields()
		if err = reader.Decode(&known); err != nil {
			return config, prefixed("defaults.links", err)
		}
		for number, link := range known {
			if link.Title == nil || link.URL == nil {
				return config, fmt.Errorf("defaults.links[%d]: no title or no url", number)
			}
		}
		delete(defaults, "links")
	}
	if whole["defaults"], err = json.Marshal(defaults); err != nil {
		return config, err
	}
	if text, err = json.Marshal(whole); err != nil {
		return config, err
	}
	return config, actual(config.UnmarshalJSONStrict(text))
}

func prefixed(where string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", where, err)
}

// The SDK returns a list of errors, which may be an empty one.
func actual(err error) error {
	var list cog.BuildErrors
	if errors.As(err, &list) && len(list) == 0 {
		return nil
	}
	return err
}

func compose(path string, text []byte) error {
	folder, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return err
	}
	project, err := loader.LoadWithContext(context.Background(), types.ConfigDetails{
		WorkingDir:  folder,
		ConfigFiles: []types.ConfigFile{{Filename: path, Content: text}},
		// None of ours: the file is to be whole by itself.
		Environment: types.Mapping{},
	})
	if err != nil {
		return err
	}
	// What is brought in from beside it has to be there.
	for _, service := range project.Services {
		for _, volume := range service.Volumes {
			if volume.Type != types.VolumeTypeBind {
				continue
			}
			if _, err := os.Stat(volume.Source); err != nil {
				return fmt.Errorf("services.%s.volumes: %w", service.Name, err)
			}
		}
	}
	return nil
}
