package installer

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/diff"

	"fsskills/clients/document"
)

// Diff shows what the action does to the text of its files, and for kept files
// how upstream's version differs. Of a config file only our own lines are
// shown, and values that may be secrets are masked. It is empty when there is
// nothing to show.
func (a Action) Diff() string {
	var b strings.Builder
	for _, f := range a.Files {
		if f.Op == OpNone || f.Op == OpKeep && !f.After.Exists() {
			continue
		}
		path := a.FilePath(f.Path)
		note := ""
		if f.Op == OpKeep {
			note = " (kept; upstream's version differs so)"
		}
		writeFileDiff(&b, path, note, f.Before, f.After)
	}
	switch {
	case a.server == nil:
	case a.Kind == KindLock: // nothing in it is secret
		if a.server.before.SHA256 != a.server.after.SHA256 {
			writeFileDiff(&b, a.Path, "", a.server.before, a.server.after)
		}
	case a.server.edit.exact != nil:
		if e := a.server.edit; e.lost == nil {
			writeMaskedDiff(&b, a.Path, e.secrets.shown(a.server.before.Data), e.secrets.shown(e.exact.Data))
		}
	case a.Changes():
		writeEdits(&b, a.Path, a.server.before.Data, a.server.change.Edits, a.server.edit.remove)
	}
	return b.String()
}

// writeMaskedDiff shows which lines of a config file differ, with the values
// masked: the file is not ours.
func writeMaskedDiff(b *strings.Builder, path string, before, after []byte) {
	out := diff.Diff(path, before, path, after)
	_, out, _ = bytes.Cut(out, []byte("\n"))
	for line := range strings.Lines(string(out)) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.HasPrefix(line, "--- "), strings.HasPrefix(line, "+++ "), strings.HasPrefix(line, "@@"):
			b.WriteString(line + "\n")
		case strings.HasPrefix(line, "-"), strings.HasPrefix(line, "+"):
			b.WriteString(line[:1] + mask(line[1:]) + "\n")
		}
	}
}

// Diff shows how upstream's version differs from what is there, under a name.
func (f FileChange) Diff(name string) string {
	var b strings.Builder
	writeFileDiff(&b, name, "", f.Before, f.After)
	return b.String()
}

func writeFileDiff(b *strings.Builder, path, note string, before, after Content) {
	from, to := path, path+note
	if !before.Exists() {
		from = "/dev/null"
	}
	if !after.Exists() {
		to = "/dev/null"
	}
	if !isText(before.Data) || !isText(after.Data) {
		fmt.Fprintf(b, "--- %s\n+++ %s\nbinary, %d bytes to %d\n", from, to, len(before.Data), len(after.Data))
		return
	}
	out := diff.Diff(from, before.Data, to, after.Data)
	_, out, _ = bytes.Cut(out, []byte("\n")) // the line that repeats the names
	b.Write(out)
}

func isText(data []byte) bool {
	return utf8.Valid(data) && !bytes.ContainsRune(data, 0)
}

// writeEdits shows the edits of a config file. A removal puts the user's own
// text back, which is masked like any other text of theirs.
func writeEdits(b *strings.Builder, path string, src []byte, edits []document.Edit, removal bool) {
	fmt.Fprintf(b, "--- %s\n+++ %s\n", path, path)
	for _, e := range edits {
		old, text := string(e.Old), string(e.New)
		if strings.Trim(old+text, ", \t\r\n") == "" {
			continue // a comma after the neighbour's value
		}
		fmt.Fprintf(b, "@@ line %d @@\n", bytes.Count(src[:e.Off], []byte("\n"))+1)
		writeLines(b, "-", old, true)
		writeLines(b, "+", text, removal)
	}
}

func writeLines(b *strings.Builder, sign, text string, masked bool) {
	for line := range strings.Lines(strings.Trim(text, "\r\n")) {
		line = strings.TrimRight(line, "\r\n")
		if strings.Trim(line, ", \t") == "" {
			continue
		}
		if masked {
			line = mask(line)
		}
		b.WriteString(sign + line + "\n")
	}
}

// mask hides a line's value unless it is the address of a server or opens a
// map: it may be a secret that somebody wrote there.
func mask(line string) string {
	i := separator(line)
	key, value := "", line
	if i >= 0 && !isAddress(line) {
		key, value = line[:i+1], line[i+1:]
	}
	bare := strings.Trim(value, " \t,\"'")
	if bare == "" && key != "" || strings.Trim(bare, "{}[]") == "" || isAddress(bare) {
		return line
	}
	return key + " …"
}

// separator returns where the key of a line ends, -1 if it has none that is
// certain: a key for an API, too, may end with an equals sign.
func separator(line string) int {
	i := firstSeparator(line)
	if i < 0 || !oneWord().MatchString(line[:i]) {
		return -1
	}
	return i
}

// oneWord is a key and what may stand before it on its line, and no value.
var oneWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[\s{[(,-]*("(\\.|[^"\\])*"|'[^']*'|[^\s"',]+)\s*$`) })

func firstSeparator(line string) int {
	quote := byte(0)
	for i := range len(line) {
		c := line[i]
		next := strings.TrimLeft(line[i+1:], " \t")
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == ':' && (next != line[i+1:] || next == "" || strings.HasSuffix(strings.TrimRight(line[:i], " \t"), `"`)):
			return i
		case c == '=' && next != "" && !strings.ContainsAny(next[:1], "=,") && !strings.HasSuffix(line[:i], "="):
			return i
		}
	}
	return -1
}

func isAddress(s string) bool {
	s = strings.Trim(s, " \t,\"'")
	return (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")) && !strings.ContainsAny(s, " ?@")
}
