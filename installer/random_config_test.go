package installer

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"

	"fsskills/clients/document"
)

var mark = regexp.MustCompile(`(?m)^.*\bm[0-9]+\b.*?$`)

// changeConfig has the user change the file, in the same way whether our entry
// is in it or not.
func (t *trial) changeConfig(c *config, change func(string) string) {
	c.text = change(c.text)
	t.write(c.path, change(t.disk[c.path].data))
	c.value, _, _ = c.split(t.disk[c.path].data)
	t.remember(c, t.receipt(c.site).live(t.path(c.path)))
}

// usable chooses a config file that is there and can be read.
func (t *trial) usable(m move) (*config, string, bool) {
	c, _ := pick(t.configs, m.a)
	n, ok := t.disk[c.path]
	return c, n.data, ok && c.broken == ""
}

func (t *trial) editAround(m move) {
	c, text, ok := t.usable(m)
	if !ok || !mark.MatchString(text) {
		return
	}
	t.written++
	next := fmt.Sprint("m", t.written)
	insert := map[document.Format]string{document.JSON: "\n \"u%d\": %[1]d,", document.JSONC: "\n \"u%d\": %[1]d,", document.TOML: "\nu%d = %[1]d # mine", document.YAML: "\nu%d: %[1]d # mine"}[c.format]
	t.changeConfig(c, func(s string) string {
		return mark.ReplaceAllStringFunc(s, func(line string) string {
			if m.b&1 == 0 || c.format <= document.JSONC && !strings.Contains(line, ",") {
				return regexp.MustCompile(`\bm[0-9]+\b`).ReplaceAllString(line, next)
			}
			end := strings.TrimRight(line, "\r")
			return end + fmt.Sprintf(insert, t.written) + line[len(end):]
		})
	})
	t.say("  the user edits %s", c.path)
}

// rewriteConfig has the client write the file anew, with a key of its own.
func (t *trial) rewriteConfig(m move) {
	c, text, ok := t.usable(m)
	if !ok || c.format != document.JSON {
		return
	}
	var value map[string]any
	t.must(json.Unmarshal([]byte(text), &value))
	t.written++
	value[fmt.Sprint("k", t.written)] = "k"
	data, err := json.MarshalIndent(value, "", "    ")
	t.must(err)
	c.exists, c.loose = true, true
	t.changeConfig(c, func(string) string { return string(data) })
	t.say("  the client rewrites %s", c.path)
}

// editEntry has the user change our entry.
func (t *trial) editEntry(m move) {
	c, text, ok := t.usable(m)
	if !ok || t.receipt(c.site).live(t.path(c.path)) == nil || !strings.Contains(text, serverURL) {
		return
	}
	to := serverURL + "?mine"
	if m.b&3 == 0 {
		to, c.other = "https://other.example/mcp", true
	} else if strings.Contains(text, `"url": "`+serverURL+`"`) && m.b&1 == 1 {
		to = serverURL + `", "mine": "yes`
	}
	c.loose = true
	t.changeConfig(c, func(s string) string { return strings.ReplaceAll(s, serverURL, to) })
	t.say("  the user edits our entry in %s: %s", c.path, to)
}

// dropEntry has the user take our entry out.
func (t *trial) dropEntry(m move) {
	c, _, ok := t.usable(m)
	if !ok || c.loose || !c.exists {
		return
	}
	t.changeConfig(c, func(string) string { return c.text })
	t.say("  the user takes our entry out of %s", c.path)
}

func (t *trial) breakConfig(m move) {
	if c, text, ok := t.usable(m); ok {
		t.written++
		c.whole, c.broken = text, fmt.Sprintf("%s\n}{ = [ %d", text, t.written)
		t.write(c.path, c.broken)
		t.say("  the user breaks %s", c.path)
	}
}

func (t *trial) mendConfig(move) {
	for _, c := range t.configs {
		if c.broken != "" && c.whole != "" {
			t.write(c.path, c.whole)
			c.broken = ""
			t.say("  the user mends %s", c.path)
		}
	}
}

func (t *trial) deleteConfig(m move) {
	if c, _, ok := t.usable(m); ok {
		t.must(os.Remove(t.path(c.path)))
		t.touch(c.path)
		c.read(t)
		t.say("  the user deletes %s", c.path)
	}
}
