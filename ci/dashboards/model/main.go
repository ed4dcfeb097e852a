// What of `maptrace dashboards` has a model in Go: dashboards as Grafana's Foundation SDK reads them, strictly, and
// compose.yaml as Docker Compose's own loader does.
//
//	model FILE...
//
// Says what is wrong with which file, and ends with 1 if anything is.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	// Without them the options of all panels, and their queries, are anything.
	plugins.RegisterDefaultPlugins()
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

func board(text []byte) error {
	var board dashboard.Dashboard
	if err := board.UnmarshalJSONStrict(text); err != nil {
		return err
	}
	if err := board.Validate(); err != nil {
		return err
	}
	if len(board.Panels) == 0 {
		return errors.New("no panels")
	}
	return nil
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
