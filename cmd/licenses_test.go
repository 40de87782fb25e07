package cmd_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLicenses checks that the modules that this one is built from are those
// that somebody looked at, under the licences of that day. After a look at a
// new one: go test ./cmd -run TestLicenses -update
func TestLicenses(t *testing.T) {
	const golden = "testdata/licenses.golden"
	list := exec.CommandContext(t.Context(), "go", "run", "./.ci/licenses")
	list.Dir = ".."
	var stderr strings.Builder
	list.Stderr = &stderr
	out, err := list.Output()
	if err != nil {
		if strings.Contains(stderr.String(), "no licence") {
			t.Fatal(&stderr)
		}
		t.Skipf("the modules cannot be listed, perhaps there is no network: %v\n%s", err, &stderr)
	}
	if *update {
		if err := os.WriteFile(golden, out, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(out)); diff != "" {
		t.Errorf("licences of the modules (-want +got):\n%s", diff)
	}
}
