package cmd_test

import (
	"bytes"
	"fmt"
	"maps"
	"net"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A netFault is something that is wrong with a network, a server or a proxy.
type netFault struct {
	name string
	// arrange sets it up and returns the source's address, and what the user
	// gives beside it.
	arrange func(*netFaults, *netUser) (where string, flags []string)
	works   bool // in the end
}

// netFaults is what the faults of a table share.
type netFaults struct {
	t        *testing.T
	source   *netSource
	ca, corp *authority
}

const faultsGolden = "testdata/network_faults.golden"

// TestNetworkFaults has every fault that a user can meet, and writes down the
// exit status and the words: testdata/network_faults.golden is that table. The
// words name the source, have one hint and hold no secret, and a run that fails
// writes nothing. A fault that cannot be had here keeps its place in the table.
func TestNetworkFaults(t *testing.T) {
	unixOnly(t, "Windows has other words for what a connection dies of")
	f := &netFaults{t: t, source: newNetSource(t), ca: newAuthority(t, "Example Private"), corp: newAuthority(t, "Example Corp Gateway")}
	var mu sync.Mutex
	got := map[string]string{}
	var names []string
	// Most of them wait, for more than there are processors.
	var group sync.WaitGroup
	places := make(chan struct{}, 10)
	t.Run("all", func(t *testing.T) {
		defer group.Wait()
		for _, fault := range slices.Concat(addressFaults(), tlsFaults(), answerFaults(), packFaults(), proxyFaults(), sshFaults(t)) {
			if slices.Contains(names, fault.name) {
				t.Fatalf("two faults are called %s", fault.name)
			}
			names = append(names, fault.name)
			places <- struct{}{}
			group.Go(func() {
				defer func() { <-places }()
				t.Run(fault.name, func(t *testing.T) {
					text := f.meet(t, fault)
					mu.Lock()
					got[fault.name] = text
					mu.Unlock()
				})
			})
		}
	})
	if t.Failed() && !*update {
		return
	}
	want := readFaults(t)
	if *update {
		maps.DeleteFunc(want, func(name, _ string) bool { return runtime.GOOS == "linux" && !slices.Contains(names, name) })
		maps.Copy(want, got)
		writeFaults(t, names, want)
	}
	for _, name := range names {
		if text, met := got[name]; met && text != want[name] {
			t.Errorf("%s:\n%s\nwant\n%s", name, text, want[name])
		}
	}
}

// meet has a user meet the fault, and returns what it comes to.
func (f *netFaults) meet(t *testing.T, fault netFault) string {
	t.Helper()
	user := newNetUser(t).set("SKILLS_TOKEN", tokenSecret)
	where, flags := fault.arrange(&netFaults{t: t, source: f.source, ca: f.ca, corp: f.corp}, user)
	if !slices.Contains(flags, "--timeout") {
		flags = append(flags, "--timeout", "10s")
	}
	before := user.snapshot()
	run := user.install(where, append(flags, "--ca-file", f.ca.file())...)
	user.keeps(tokenSecret, run)
	user.keeps(proxyPassword, run)
	if fault.works {
		run.exits(0)
		user.has("cursor", f.source.text, f.source.commit)
	} else {
		if run.status == 0 {
			t.Errorf("it works:\n%s", run.stderr)
		}
		if strings.Count(run.stderr, "hint: ") != 1 || strings.HasSuffix(strings.TrimSpace(run.stderr), "hint:") {
			t.Errorf("there is not one hint:\n%s", run.stderr)
		}
		// What is wrong on this side comes before the source.
		ours := run.status == 2 || strings.Contains(run.stderr, "fsskills: read ~")
		if !ours && !regexp.MustCompile(`(?m)^fsskills: .*`+regexp.QuoteMeta(where)).MatchString(run.stderr) {
			t.Errorf("it does not name the source:\n%s", run.stderr)
		}
		user.unchanged(before)
	}
	return fmt.Sprintf("exit %d\n", run.status) + f.normal(run.stderr, where, user)
}

// normal is what was said, without what differs from run to run.
func (f *netFaults) normal(said, where string, user *netUser) string {
	var b strings.Builder
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, "Reading ") || strings.HasPrefix(line, "Fetching ") {
			continue
		}
		if line = strings.ReplaceAll(line, user.home, "HOME"); strings.HasPrefix(where, "ssh:") {
			line = strings.ReplaceAll(line, f.source.root, "")
			line = regexp.MustCompile(`(://|for |ssh )[a-z_][-a-z0-9_]*@127`).ReplaceAllString(line, "${1}USER@127")
		}
		for _, change := range [][2]string{
			{`((?:127\.0\.0\.1|localhost|0\.0\.0\.0)\]?):\d{4,5}`, "$1:PORT"},
			{`-p \d{4,5}`, "-p PORT"},
			{`SHA256:[A-Za-z0-9+/]{43}`, "SHA256:FINGERPRINT"},
			{`for the user \S+`, "for the user USER"},
			{`\b20\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[-+]\d\d:\d\d| UTC)?)?`, "DATE"},
			{`\b\d+(?:\.\d+)?m?s\b …`, "A MOMENT …"},
		} {
			line = regexp.MustCompile(change[0]).ReplaceAllString(line, change[1])
		}
		b.WriteString(line)
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// readFaults reads the table: what each fault comes to, by its name.
func readFaults(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile(faultsGolden)
	if err != nil && !*update {
		t.Fatal(err)
	}
	table := map[string]string{}
	for _, entry := range strings.Split("\n"+string(data), "\n# ")[1:] {
		name, text, _ := strings.Cut(entry, "\n")
		table[name] = strings.TrimRight(text, "\n") + "\n"
	}
	return table
}

// writeFaults writes the table in the order of the names.
func writeFaults(t *testing.T, names []string, table map[string]string) {
	t.Helper()
	var b bytes.Buffer
	for _, name := range names {
		if text, ok := table[name]; ok {
			fmt.Fprintf(&b, "# %s\n%s\n", name, text)
		}
	}
	if err := os.WriteFile(faultsGolden, append(bytes.TrimRight(b.Bytes(), "\n"), '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// raw listens and does with each connection what is said.
func (f *netFaults) raw(handle func(net.Conn)) string {
	f.t.Helper()
	done := make(chan struct{})
	f.t.Cleanup(func() { close(done) })
	return listenNet(f.t, "tcp", "127.0.0.1:0", func(conn net.Conn) {
		if handle == nil { // silence
			<-done
			return
		}
		handle(conn)
	}).String()
}

// soonIf is the flag for a fault that is nothing but silence; others take as long
// as a busy machine needs.
func soonIf(silent bool) []string {
	if silent {
		return []string{"--timeout", "1s"}
	}
	return nil
}

// reset ends a connection in the way of a host that knows nothing of it.
func reset(conn net.Conn) {
	buf := make([]byte, 1)
	_, _ = conn.Read(buf) // the client has to have begun
	_ = conn.(*net.TCPConn).SetLinger(0)
}

// addressFaults are of hosts where no server is.
func addressFaults() []netFault {
	at := func(scheme string, handle func(net.Conn)) func(*netFaults, *netUser) (string, []string) {
		return func(f *netFaults, _ *netUser) (string, []string) {
			return scheme + "://" + f.raw(handle) + "/skills.git", soonIf(handle == nil)
		}
	}
	dead := func(scheme string) func(*netFaults, *netUser) (string, []string) {
		return func(f *netFaults, _ *netUser) (string, []string) {
			return scheme + "://" + deadPort(f.t) + "/skills.git", nil
		}
	}
	return []netFault{
		// No resolver is asked about a name with an empty part.
		{name: "no such host", arrange: func(*netFaults, *netUser) (string, []string) { return "https://git..invalid/skills.git", nil }},
		{name: "refused", arrange: dead("https")},
		{name: "refused, git", arrange: dead("git")},
		{name: "reset", arrange: at("https", reset)},
		{name: "reset, http", arrange: at("http", reset)},
		{name: "closed", arrange: at("http", func(conn net.Conn) { _, _ = conn.Read(make([]byte, 1)) })},
		{name: "silent, https", arrange: at("https", nil)},
		{name: "silent, http", arrange: at("http", nil)},
		{name: "silent, git", arrange: at("git", nil)},
		{name: "no git, git", arrange: at("git", func(conn net.Conn) { fmt.Fprint(conn, "220 mail.example.test ready\r\n") })},
		{name: "no repository, git", arrange: at("git", func(conn net.Conn) {
			text := "ERR access denied or repository not exported: /skills.git"
			fmt.Fprintf(conn, "%04x%s", len(text)+4, text)
		})},
		{name: "an alert of TLS, http", arrange: at("http", func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 1))
			fmt.Fprint(conn, "\x15\x03\x01\x00\x02\x02\x16")
		})},
		{name: "no http", arrange: at("http", func(conn net.Conn) { fmt.Fprint(conn, "SSH-2.0-OpenSSH_9.2\r\n") })},
	}
}
