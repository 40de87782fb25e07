package cmd_test

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// builtFsskills is the program as it is released.
func builtFsskills(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "fsskills.exe")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "./fsskills")
	build.Env = append(build.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return bin
}

// TestInitialization looks at what each package does when the program starts, in
// bytes and allocations, which are the same in each run. A package of ours gets by
// without: a table that has to be put together, or a pattern, waits until it is
// needed. The few bytes are for sync.OnceValue.
func TestInitialization(t *testing.T) {
	t.Parallel()
	const mostBytes, mostAllocations = 256, 4
	version := exec.CommandContext(t.Context(), builtFsskills(t), "--version")
	version.Env = append(version.Environ(), "GODEBUG=inittrace=1")
	var trace bytes.Buffer
	version.Stderr = &trace
	if err := version.Run(); err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile(`(?m)^init (\S+) .* (\d+) bytes, (\d+) allocs$`).FindAllStringSubmatch(trace.String(), -1)
	if len(lines) == 0 {
		t.Fatalf("nothing is told of any package:\n%s", &trace)
	}
	for _, line := range lines {
		name := line[1]
		number := func(text string) int {
			n, err := strconv.Atoi(text)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		ours := name == "main" || strings.HasPrefix(name, "fsskills/")
		if bytes, allocations := number(line[2]), number(line[3]); ours && (bytes > mostBytes || allocations > mostAllocations) {
			t.Errorf("%s takes %d bytes in %d allocations when the program starts", name, bytes, allocations)
		}
	}
}
