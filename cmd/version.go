package cmd

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set by the release build: -ldflags "-X fsskills/cmd.version=1.2.3".
var version string

// schemaVersion is the version of every JSON document that fsskills prints.
const schemaVersion = 1

// A buildInfo says which fsskills this is.
type buildInfo struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

// A versionDoc is the document of version --json.
type versionDoc struct {
	SchemaVersion int    `json:"schemaVersion"`
	Command       string `json:"command"`
	buildInfo
}

// readBuildInfo names a release by its version, another build by the commit
// it was made from, and one without either "dev".
func readBuildInfo() buildInfo {
	info := buildInfo{Version: version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	modified := false
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, s := range build.Settings {
			switch s.Key {
			case "vcs.revision":
				info.Commit = s.Value
			case "vcs.modified":
				modified = s.Value == "true"
			}
		}
	}
	if info.Version == "" {
		info.Version = commitVersion(info.Commit, modified)
	}
	return info
}

func commitVersion(commit string, modified bool) string {
	const enough = 12 // hex digits to tell commits apart
	switch {
	case commit == "":
		return "dev"
	case modified:
		return commit[:min(enough, len(commit))] + "-modified"
	default:
		return commit[:min(enough, len(commit))]
	}
}

func newVersion(env *Env) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "version",
		Short:   "Show which fsskills this is",
		GroupID: groupOther,
		Args:    noArgs,
		Example: "fsskills version\nfsskills version --json",
		RunE:    func(*cobra.Command, []string) error { return runVersion(env, asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON document")
	return c
}

func runVersion(env *Env, asJSON bool) error {
	info := readBuildInfo()
	if !asJSON {
		_, err := fmt.Fprintf(env.Out, "fsskills %s (%s, %s/%s)\n", info.Version, info.Go, info.OS, info.Arch)
		return err
	}
	return printJSON(env, versionDoc{schemaVersion, "version", info})
}
