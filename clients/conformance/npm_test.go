package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// nodeVersion is the Node.js that the clients run with, as npm has it for
// Linux: some of them want a newer one than systems bring.
const nodeVersion = "24.22.3"

// An npm installs packages into a cache outside of the project.
type npm struct {
	cache   string
	program string
	nodeBin string // the folder of the programs node and npx, of which the first is used
	mu      sync.Mutex
}

// installPatience is how long one package may take.
const installPatience = 3 * time.Minute

// newNPM finds npm, and installs Node.js with it. An error says why no client
// can be installed here.
func newNPM(ctx context.Context, cache string) (*npm, error) {
	if runtime.GOOS == "windows" {
		return nil, errors.New("the clients are asked on Linux and macOS only")
	}
	program, err := exec.LookPath("npm")
	if err != nil {
		return nil, errors.New("npm is not installed here")
	}
	n := &npm{cache: cache, program: program}
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, errors.New("there is no Node.js here")
	}
	n.nodeBin = filepath.Dir(node)
	if runtime.GOOS == "linux" {
		arch := map[string]string{"amd64": "x64", "arm64": "arm64"}[runtime.GOARCH]
		pkg := "node-linux-" + arch
		dir, err := n.install(ctx, pkg, nodeVersion, pkg+"/bin/node")
		if err != nil {
			return nil, err
		}
		n.nodeBin = filepath.Join(dir, pkg, "bin")
	}
	return n, nil
}

// install returns the folder node_modules that has the package and its
// program, as npm puts it there: the first time from the registry, with its
// install scripts, which some need to find their own program.
func (n *npm) install(ctx context.Context, pkg, version, program string) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	dir := filepath.Join(n.cache, strings.NewReplacer("/", "-", "@", "").Replace(pkg)+"-"+version)
	modules := filepath.Join(dir, "node_modules")
	if _, err := os.Stat(filepath.Join(modules, filepath.FromSlash(program))); err == nil {
		return modules, nil
	}
	if err := os.RemoveAll(dir); err != nil { // half of one
		return "", err
	}
	if err := os.MkdirAll(n.cache, 0o755); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(n.cache, "new-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(fresh) }() // it has been renamed, unless something failed
	ctx, cancel := context.WithTimeout(ctx, installPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, n.program, "install", "--prefix", fresh, "--no-audit", "--no-fund", "--no-save", "--global=false",
		"--include=optional", "--ignore-scripts=false", "--fetch-retries", "1", "--fetch-timeout", "60000", pkg+"@"+version)
	cmd.Dir = fresh
	cmd.Env = n.environment()
	ownGroup(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm cannot install %s@%s: %w: %s", pkg, version, err, strings.Join(strings.Fields(tail(string(out))), " "))
	}
	if _, err := os.Stat(filepath.Join(fresh, "node_modules", filepath.FromSlash(program))); err != nil {
		return "", fmt.Errorf("npm installs %s@%s without its program: %w", pkg, version, err)
	}
	return modules, os.Rename(fresh, dir)
}

// environment is what npm and the install scripts of packages get of ours: the
// way to the registry, and nothing that could be a secret.
func (n *npm) environment() []string {
	env := []string{"PATH=" + n.nodeBin + string(filepath.ListSeparator) + os.Getenv("PATH")}
	for _, one := range os.Environ() {
		name, _, _ := strings.Cut(one, "=")
		switch lower := strings.ToLower(name); {
		case slices.Contains([]string{"home", "tmpdir", "http_proxy", "https_proxy", "no_proxy", "node_extra_ca_certs", "ssl_cert_file"}, lower),
			strings.HasPrefix(lower, "npm_config_"):
			env = append(env, one)
		}
	}
	return env
}

// newest is the newest version of a package.
func (n *npm) newest(ctx context.Context, pkg string) (string, error) {
	out, err := exec.CommandContext(ctx, n.program, "view", pkg, "version").Output()
	if err != nil {
		return "", fmt.Errorf("npm does not know the newest %s: %w", pkg, err)
	}
	return strings.TrimSpace(string(out)), nil
}
