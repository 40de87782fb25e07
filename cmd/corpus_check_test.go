package cmd_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"github.com/tailscale/hujson"
	"gopkg.in/yaml.v3"

	"fsskills/clients/document"
)

const byteOrderMark = "\ufeff"

// A trial is a specimen and what an editor made of it. Nothing of it is told
// by the code that edits.
type trial struct {
	specimen

	format document.Format
	place  document.Place
	url    string
	after  []byte
}

// faults are what the editor did that it should not have done.
func (c trial) faults() []string {
	var faults []string
	add := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if c.expect == "none" {
		if !bytes.Equal(c.before, c.after) {
			add("the entry was there already, and the file has changed")
		}
		return faults
	}
	if bytes.Equal(c.before, c.after) {
		add("nothing has changed")
	}
	for _, fault := range c.values() {
		add("%s", fault)
	}
	if len(c.free) == 0 {
		if !insertion(c.before, c.after, c.format) {
			add("bytes outside one insertion have changed")
		}
	} else if fault := segments(c.before, c.after, c.free); fault != "" {
		add("%s", fault)
	}
	if comment := c.movedComment(); comment != "" {
		add("a comment has come to stand behind something else: %s", comment)
	}
	for _, text := range c.keep {
		if !bytes.Contains(c.after, []byte(text)) {
			add("the entry has lost %q", text)
		}
	}
	bom := []byte(byteOrderMark)
	if bytes.HasPrefix(c.before, bom) != bytes.HasPrefix(c.after, bom) {
		add("the byte order mark has changed")
	}
	if was, is := lineEnds(c.before), lineEnds(c.after); len(was) > 0 && !subset(is, was) {
		add("line ends %q, were %q", is, was)
	}
	if blank := bytes.TrimSpace(bytes.TrimPrefix(c.before, bom)); len(blank) > 0 && ended(c.before) != ended(c.after) {
		add("the end of the last line has changed")
	}
	if c.format != document.YAML && strict(c.before) && !strict(c.after) {
		add("strict JSON is strict no more")
	}
	return faults
}

// values compares what the two files say.
func (c trial) values() []string {
	was, err := decodeConfig(c.format, c.before)
	if err != nil {
		return []string{"the specimen does not parse: " + err.Error()}
	}
	is, err := decodeConfig(c.format, c.after)
	if err != nil {
		return []string{"the result does not parse: " + err.Error()}
	}
	_, wasRest := withoutEntry(was, c.place, c.place.Root)
	entries, isRest := withoutEntry(is, c.place, c.place.Root)
	var faults []string
	if !reflect.DeepEqual(wasRest, isRest) { // cmp.Diff takes for ever on lists that are deep
		faults = append(faults, fmt.Sprintf("other values have changed:\n%.500v\nwere\n%.500v", isRest, wasRest))
	}
	if len(entries) != 1 {
		return append(faults, fmt.Sprintf("the entry is there %d times", len(entries)))
	}
	entry, _ := entries[0].(map[string]any)
	if found := slices.ContainsFunc(slices.Collect(maps.Values(entry)), func(v any) bool { return mentions(v, c.url) }); !found {
		faults = append(faults, fmt.Sprintf("the entry has no %s: %v", c.url, entry))
	}
	if entry["command"] != nil && !mentions(entry["args"], c.url) {
		faults = append(faults, fmt.Sprintf("the entry still starts a program: %v", entry))
	}
	return faults
}

// mentions reports whether v is the text, or a list with it.
func mentions(v any, text string) bool {
	list, _ := v.([]any)
	return v == any(text) || slices.Contains(list, any(text))
}

// decodeConfig reads a file with a parser that is not the project's.
func decodeConfig(format document.Format, src []byte) (any, error) {
	src = bytes.TrimPrefix(bytes.Clone(src), []byte(byteOrderMark))
	var v any
	switch format {
	case document.TOML:
		var m map[string]any
		err := toml.Unmarshal(src, &m)
		return m, err
	case document.YAML:
		if bytes.HasPrefix(src, []byte("%YAML 1.2")) { // which the parser does not know
			src[0] = '#'
		}
		err := yaml.Unmarshal(src, &v)
		return v, err
	case document.JSON, document.JSONC:
	}
	// hujson ends a line at LF only, wants an end of the last, and takes no
	// separators of Unicode in comments and no document without a value.
	src = bytes.ReplaceAll(src, []byte("\r"), []byte("\n"))
	src = append(bytes.ReplaceAll(src, []byte("\u2028"), []byte("   ")), '\n')
	std, err := hujson.Standardize(bytes.Clone(src))
	if err != nil {
		if _, empty := hujson.Standardize(append(bytes.Clone(src), "null"...)); empty == nil {
			return nil, nil
		}
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(std))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

// withoutEntry splits a decoded file into the entries in our name and the
// rest, in which maps and lists that are empty on the way count as missing.
func withoutEntry(v any, place document.Place, path []string) (entries []any, rest any) {
	m, isMap := v.(map[string]any)
	list, isList := v.([]any)
	switch {
	case isMap && len(path) > 0:
		entries, inner := withoutEntry(m[path[0]], place, path[1:])
		m = maps.Clone(m)
		delete(m, path[0])
		if inner != nil {
			m[path[0]] = inner
		}
		return entries, orNil(m, len(m))
	case isMap && place.ListKey == "":
		m = maps.Clone(m)
		if entry, ok := m[place.Name]; ok {
			entries = append(entries, entry)
			delete(m, place.Name)
		}
		return entries, orNil(m, len(m))
	case isList && len(path) == 0 && place.ListKey != "":
		var others []any
		for _, e := range list {
			if em, ok := e.(map[string]any); ok && em[place.ListKey] == place.Name {
				entries = append(entries, e)
				continue
			}
			others = append(others, e)
		}
		return entries, orNil(others, len(others))
	}
	return nil, v
}

func orNil(v any, n int) any {
	if n == 0 {
		return nil
	}
	return v
}

// insertion reports whether after is before with one text put in and, in
// JSON, a comma in another place.
func insertion(before, after []byte, format document.Format) bool {
	if oneHunk(before, after) {
		return true
	}
	p := samePrefix(before, after)
	comma := (format == document.JSON || format == document.JSONC) && p < len(after) && after[p] == ','
	return comma && oneHunk(before, slices.Concat(after[:p], after[p+1:]))
}

func oneHunk(before, after []byte) bool {
	return len(after) >= len(before) && samePrefix(before, after)+sameSuffix(before, after) >= len(before)
}

func samePrefix(a, b []byte) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

func sameSuffix(a, b []byte) int {
	n := 0
	for n < min(len(a), len(b)) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}

// segments says what is wrong with the bytes of before that are in none of
// the spans.
func segments(before, after []byte, free []span) string {
	var parts [][]byte
	last := 0
	for _, s := range free {
		parts, last = append(parts, before[last:s.start]), s.end
	}
	tail := before[last:]
	rest := after
	for i, part := range parts {
		at := bytes.Index(rest, part)
		if at < 0 || i == 0 && at > 0 {
			return fmt.Sprintf("bytes outside the entry have changed: %.200q", part)
		}
		rest = rest[at+len(part):]
	}
	if !bytes.HasSuffix(rest, tail) {
		return fmt.Sprintf("bytes behind the entry have changed: %.200q", tail)
	}
	return ""
}

// movedComment returns a comment that stood behind something on its line and
// stands behind what was put in, now.
func (c trial) movedComment() string {
	after := c.after
	if !oneHunk(c.before, after) {
		p := samePrefix(c.before, after)
		if p >= len(after) || after[p] != ',' {
			return ""
		}
		after = slices.Concat(after[:p], after[p+1:])
		if !oneHunk(c.before, after) {
			return ""
		}
	}
	at := samePrefix(c.before, after)
	put := after[at : at+len(after)-len(c.before)]
	line, _, _ := bytes.Cut(bytes.ReplaceAll(c.before[at:], []byte("\r"), []byte("\n")), []byte("\n"))
	rest := bytes.TrimLeft(line, " \t,")
	start := bytes.LastIndexAny(c.before[:at], "\r\n") + 1
	head := bytes.TrimSpace(bytes.TrimPrefix(c.before[start:at], []byte(byteOrderMark)))
	marks := []string{"#"}
	if c.format == document.JSON || c.format == document.JSONC {
		marks = []string{"//", "/*"}
	}
	isComment := slices.ContainsFunc(marks, func(m string) bool { return bytes.HasPrefix(rest, []byte(m)) })
	if !isComment || len(head) == 0 || !bytes.ContainsAny(put, "\r\n") {
		return ""
	}
	return string(rest)
}

// lineEnds are the kinds of line ends in data.
func lineEnds(data []byte) []string {
	kinds := map[string]bool{}
	for i, b := range data {
		switch {
		case b == '\n' && i > 0 && data[i-1] == '\r':
			kinds["\r\n"] = true
		case b == '\n':
			kinds["\n"] = true
		case b == '\r' && (i+1 == len(data) || data[i+1] != '\n'):
			kinds["\r"] = true
		}
	}
	return slices.Sorted(maps.Keys(kinds))
}

func subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(s string) bool { return !slices.Contains(b, s) })
}

func ended(data []byte) bool {
	return bytes.HasSuffix(data, []byte("\n")) || bytes.HasSuffix(data, []byte("\r"))
}

func strict(data []byte) bool { return json.Valid(bytes.TrimPrefix(data, []byte(byteOrderMark))) }

// TestCorpusCheck holds the checker to find what bad editors do.
func TestCorpusCheck(t *testing.T) {
	const url = "https://api.fullstory.com/mcp/fullstory"
	const jsonFile = "{\n  \"b\": 1.0, // first\n  \"mcpServers\": {\n    \"x\": {\"command\": \"x\"} // mine\n  },\n  \"a\": \"caf\\u00e9\"\n}\n"
	const jsonGood = "{\n  \"b\": 1.0, // first\n  \"mcpServers\": {\n    \"x\": {\"command\": \"x\"}, // mine\n    \"fullstory\": {\"url\": \"" + url + "\"}\n  },\n  \"a\": \"caf\\u00e9\"\n}\n"
	const plain = "{\"n\": 1.50, \"mcpServers\": {}}"
	const tomlFile = "# mine\na.b = 1 # one\n\n[mcp_servers.x]\ncommand = 'x'\n"
	const yamlFile = "# mine\na:   1 # one\nmcpServers:\n  x: {command: x}\n"
	entry := map[string]any{"url": url}
	roundJSON := func(src string) string {
		v, err := decodeConfig(document.JSONC, []byte(src))
		m, _ := v.(map[string]any)
		servers, _ := m["mcpServers"].(map[string]any)
		if err != nil || servers == nil {
			t.Fatal(err)
		}
		servers["fullstory"] = entry
		out, err := json.MarshalIndent(m, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		return string(out) + "\n"
	}
	roundTOML := func(src string) string {
		var m map[string]any
		if err := toml.Unmarshal([]byte(src), &m); err != nil {
			t.Fatal(err)
		}
		m["mcp_servers"].(map[string]any)["fullstory"] = entry
		out, err := toml.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	roundYAML := func(src string) string {
		var m map[string]any
		if err := yaml.Unmarshal([]byte(src), &m); err != nil {
			t.Fatal(err)
		}
		m["mcpServers"].(map[string]any)["fullstory"] = entry
		out, err := yaml.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	replace := func(s, from, to string) string {
		if !strings.Contains(s, from) {
			t.Fatalf("no %q in %q", from, s)
		}
		return strings.Replace(s, from, to, 1)
	}
	crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
	insertTOML := tomlFile + "\n[mcp_servers.fullstory]\nurl = \"" + url + "\"\n"
	updated := "{\"mcpServers\": {\"fullstory\": ⟦{\"url\": \"old\"}⟧, \"x\": 1}}\n"
	for _, tt := range []struct {
		name          string
		format        document.Format
		root          string
		before, after string
		fault         string // part of it, empty for none
	}{
		{"good", document.JSONC, "mcpServers", jsonFile, jsonGood, ""},
		{"round trip of JSON", document.JSONC, "mcpServers", jsonFile, roundJSON(jsonFile), "bytes outside one insertion"},
		{"round trip of strict JSON", document.JSON, "mcpServers", plain, roundJSON(plain), "bytes outside one insertion"},
		{"round trip of TOML", document.TOML, "mcp_servers", tomlFile, roundTOML(tomlFile), "bytes outside one insertion"},
		{"round trip of YAML", document.YAML, "mcpServers", yamlFile, roundYAML(yamlFile), "bytes outside one insertion"},
		{"nothing done", document.JSONC, "mcpServers", jsonFile, jsonFile, "nothing has changed"},
		{"comment moved", document.JSONC, "mcpServers", jsonFile, replace(replace(jsonGood, ", // mine", ","), "\"}\n  }", "\"} // mine\n  }"), "behind something else"},
		{"comment lost", document.JSONC, "mcpServers", jsonFile, replace(jsonGood, " // mine", ""), "bytes outside one insertion"},
		{"comment of the line before moved", document.TOML, "mcp_servers", replace(tomlFile, "'x'\n", "'x' # c\n"), replace(insertTOML, "'x'\n\n[mcp_servers.fullstory]\nurl = \""+url+"\"\n", "'x'\n[mcp_servers.fullstory]\nurl = \""+url+"\" # c\n"), "behind something else"},
		{"another value", document.JSONC, "mcpServers", jsonFile, replace(jsonGood, "1.0", "1.5"), "other values"},
		{"wrong URL", document.JSONC, "mcpServers", jsonFile, replace(jsonGood, "api.fullstory", "api.example"), "the entry has no"},
		{"in another map", document.TOML, "mcp_servers", tomlFile, replace(insertTOML, "[mcp_servers.fullstory]", "[mcp.fullstory]"), "there 0 times"},
		{"broken", document.JSONC, "mcpServers", jsonFile, replace(jsonGood, "},", "}"), "does not parse"},
		{"comment in strict JSON", document.JSON, "mcpServers", plain, replace(plain, "{}", "{\"fullstory\": {\"url\": \""+url+"\"} /* new */}"), "strict no more"},
		{"byte order mark lost", document.JSONC, "mcpServers", byteOrderMark + jsonFile, jsonGood, "byte order mark"},
		{"line ends mixed", document.TOML, "mcp_servers", crlf(tomlFile), crlf(tomlFile) + "[mcp_servers.fullstory]\nurl = \"" + url + "\"\r\n", "line ends"},
		{"last line ended", document.TOML, "mcp_servers", strings.TrimSuffix(tomlFile, "\n"), insertTOML, "end of the last line"},
		{"entry updated", document.JSONC, "mcpServers", updated, "{\"mcpServers\": {\"fullstory\": {\"url\": \"" + url + "\"}, \"x\": 1}}\n", ""},
		{"blank lost beside the entry", document.JSONC, "mcpServers", updated, "{\"mcpServers\": {\"fullstory\": {\"url\": \"" + url + "\"},\"x\": 1}}\n", "behind the entry"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before, free := unmarked([]byte(tt.before))
			faults := trial{
				specimen: specimen{expect: "insert", before: before, free: free}, after: []byte(tt.after),
				format: tt.format, place: document.Place{Root: []string{tt.root}, Name: "fullstory"}, url: url,
			}.faults()
			all := strings.Join(faults, "\n")
			if tt.fault == "" && all != "" || !strings.Contains(all, tt.fault) {
				t.Errorf("faults %q, want %q for:\n%s", all, tt.fault, tt.after)
			}
		})
	}
}
