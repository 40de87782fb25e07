package cmd_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"
)

// hostileTexts have a SKILL.md or an agent that is none, or tries to cost much.
func hostileTexts() []hostile {
	var out []hostile
	says := func(what, data string, want fate) {
		h := hostile{name: what, list: []thing{{name: "skills/bad/SKILL.md", data: data}}, want: want, forms: "git tar"}
		if want == leftOut {
			h.says = "skills/bad/SKILL.md"
		}
		out = append(out, h)
	}
	front := func(lines string) string { return "---\n" + lines + "\n---\n\nDo it.\n" }
	says("empty SKILL.md", "", leftOut)
	says("blank SKILL.md", "\ufeff \n\t\n", leftOut)
	says("SKILL.md in Latin-1", front("name: bad\ndescription: caf\xe9"), leftOut)
	says("SKILL.md in UTF-16", utf16LE(text("bad")), leftOut)
	says("SKILL.md with NUL", text("bad")+"\x00", installed)
	says("SKILL.md with a BOM", "\ufeff"+text("bad"), installed)
	says("SKILL.md of 4 MiB and a byte", text("bad")+noise(4<<20+1-len(text("bad"))), leftOut)
	says("no front matter", "# Bad\n", installed)
	says("front matter without an end", "---\nname: bad\n", installed)
	says("front matter of 1 MB", front("name: bad\ndescription: x\nmetadata:\n  "+noise(1<<20)+": v"), installed)
	says("key of 16 kB", front("name: bad\n"+strings.Repeat("k", 15<<10)+": v"), installed)
	says("billion laughs", front(laughs()), installed)
	says("alias to itself", front("name: &n [*n]\ndescription: *n"), installed)
	says("alias to nothing", front("name: *n"), installed)
	says("merge of itself", front("a: &a\n  <<: *a\n<<: *a\nname: bad"), installed)
	says("deep lists", front("x: "+strings.Repeat("[", 8000)), installed)
	says("deep maps", front("x: "+strings.Repeat("{a: ", 4000)), installed)
	says("deep indents", front(strings.Repeat("- ", 8000)), installed)
	says("tabs", front("name:\tbad\n\tdescription: x"), installed)
	says("fields twice", front("name: bad\nname: worse\ndescription: a\ndescription: b"), installed)
	says("object of another language", front("name: !!python/object/apply:os.system ['id']\ndescription: x"), installed)
	says("binary name", front("name: !!binary Li4vLi4vZXZpbA==\ndescription: x"), installed)
	says("name that leads upwards", front("name: ../../evil\ndescription: x"), leftOut)
	says("name of the next skill", text("good"), installed)
	says("escape sequences in the fields", front("name: \"\\e[2Jbad\"\ndescription: \"\\e]0;title\\a\\x9b31m\"\n\"\\e[31mkey\": v"), leftOut)
	says("escape sequences in the description", front("name: bad\ndescription: \"\\e]0;title\\a\\x9b31m\"\n\"\\e[31mkey\": v"), installed)
	says("many unknown fields", front("name: bad\n"+manyLines("f%d: v", 1500)), installed)
	says("description of 15 kB", front("name: bad\ndescription: "+strings.Repeat("x", 15<<10)), installed)
	file := func(what, data string, want fate) {
		out = append(out, hostile{name: what, list: []thing{{name: "agents/bad.md", data: data}}, want: want, says: "agents/bad.md", forms: "git tar"})
	}
	file("agent with a NUL", agentText()+"\x00", leftOut)
	file("agent in Latin-1", agentText()+"\xe9\n", leftOut)
	file("agent of 256 KiB", agentText()+noise(256<<10), leftOut)
	file("agent with another name", strings.Replace(agentText(), "name: bad", "name: ../evil", 1), leftOut)
	// What is not understood, but need not mean harm, is named and changes no status.
	file("agent without front matter", "Do it.\n", installed)
	file("agent with the laughs", "---\n"+laughs()+"\n---\nDo it.\n", installed)
	file("agent with every tool", strings.Replace(agentText(), "fullstory:count", "'*'", 1), installed)
	file("agent with a foreign tool", strings.Replace(agentText(), "fullstory:count", "Bash", 1), installed)
	agent := func(what, name string, want fate, says string) {
		out = append(out, hostile{name: what, list: []thing{{name: name, data: agentText()}}, want: want, says: says, forms: "git tar"})
	}
	out = append(out, hostile{
		name: "agent dot dot", list: []thing{{name: "agents/../bad.md", data: agentText()}}, want: leftOut, says: "agents/../bad.md", forms: "tar zip",
	})
	agent("agent of a reserved name", "agents/nul.md", leftOut, "agents/nul.md")
	agent("agent in capitals", "agents/BAD.md", leftOut, "agents/BAD.md")
	agent("agent as a folder", "agents/bad.md/x", installed, "")
	return append(out, hostile{
		name: "agents by letter case", list: []thing{{name: "agents/bad.md", data: agentText()}, {name: "agents/Bad.md", data: agentText()}},
		want: leftOut, says: "agents/", forms: "git tar folder",
	})
}

func agentText() string {
	return "---\nname: bad\ndescription: Counts.\ntools:\n  - fullstory:count\n---\n\nCount.\n"
}

// laughs is a small text that is a billion words where aliases are followed.
func laughs() string {
	var b strings.Builder
	b.WriteString("a0: &a0 lol\n")
	for i := 1; i < 20; i++ {
		fmt.Fprintf(&b, "a%d: &a%[1]d [%[2]s*a%[3]d]\n", i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), i-1)
	}
	return b.String() + "name: bad\ndescription: *a19"
}

func manyLines(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format+"\n", i)
	}
	return b.String()
}

// noise is text that cannot be compressed much.
func noise(n int) string {
	b := make([]byte, n)
	for i, x := 0, uint32(1); i < n; i++ {
		x = x*1664525 + 1013904223
		b[i] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"[x>>26]
	}
	return string(b)
}

func utf16LE(s string) string {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return string(out)
}

// hostileManifests say that the skills are where they must not be looked for, or
// are none. Where a manifest is of no use, the usual places count.
func hostileManifests() []hostile {
	var out []hostile
	manifest := func(what, data, says string) {
		forms := "git zip folder"
		if len(data) > 64<<10 {
			forms = "git folder" // in an archive it would be a bomb
		}
		out = append(out, hostile{name: "manifest " + what, list: []thing{{name: ".claude-plugin/marketplace.json", data: data}}, want: installed, says: says, forms: forms})
	}
	source := func(what, source string) {
		quoted, err := json.Marshal(source)
		if err != nil {
			panic(err)
		}
		manifest(what, fmt.Sprintf(`{"plugins":[{"name":"fullstory","source":%s}]}`, quoted), "marketplace.json is ignored")
	}
	source("leads upwards", "../outside")
	source("leads upwards from below", "plugins/../../outside")
	source("leads upwards with backslashes", `..\outside`)
	source("leads to the root", "/")
	source("leads to the home", "/home/you/.claude")
	source("leads to a drive", `C:\Users`)
	source("leads to a share", `\\host\share`)
	source("has a NUL", "a\x00b")
	source("is a URL", "https://example.invalid/x.git")
	source("is empty", "")
	source("is 500,000 folders deep", strings.Repeat("a/", 500_000))
	source("is one name of 1 MB", strings.Repeat("a", 1_000_000))
	source("has an escape sequence", "../\x1b[2J")
	for what, value := range map[string]string{
		"number": "1", "list": "[]", "object": `{"source":"github","repo":"evil/evil"}`, "null": "null", "true": "true",
	} {
		manifest("with a source that is a "+what, `{"plugins":[{"name":"fullstory","source":`+value+`}]}`, "marketplace.json is ignored")
	}
	manifest("without a source", `{"plugins":[{"name":"fullstory"}]}`, "marketplace.json is ignored")
	manifest("of a list", `[]`, "marketplace.json is ignored")
	manifest("of plugins that are none", `{"plugins":{"name":1}}`, "marketplace.json is ignored")
	manifest("cut short", `{"plugins":[`, "marketplace.json is ignored")
	manifest("nested", strings.Repeat(`{"plugins":`, 90_000), "marketplace.json is ignored")
	manifest("over 1 MiB", `{"x":"`+strings.Repeat("x", 1<<20)+`"}`, "marketplace.json is ignored")
	manifest("in UTF-16", utf16LE(`{"plugins":[]}`), "marketplace.json is ignored")
	manifest("with no plugin of ours", `{"plugins":[{"name":"evil","source":"./evil"}]}`, "")
	manifest("of a place that is not there", `{"plugins":[{"name":"fullstory","source":"./gone"}]}`, "")
	return append(out, hostile{
		name: "manifest that leads through a link", want: installed, forms: "git zip folder",
		list: []thing{
			{name: ".claude-plugin/marketplace.json", data: `{"plugins":[{"name":"fullstory","source":"./x"}]}`},
			{name: "x", kind: aLink, data: "real"},
			{name: "real/skills/bad/SKILL.md", data: text("bad")},
		},
	}, hostile{
		name: "manifest that leads into a repository", want: leftOut, says: "left out", forms: "git zip",
		list: []thing{
			{name: ".claude-plugin/marketplace.json", data: `{"plugins":[{"name":"fullstory","source":"./.git"}]}`},
			{name: ".git/skills/Bad/SKILL.md", data: text("bad")},
			{name: ".git/skills/good/SKILL.md", data: text("good")},
		},
	})
}

// hostileSizes are too large, too deep or too many.
func hostileSizes() []hostile {
	many := func(n int, name string) (list []thing) {
		for i := range n {
			list = append(list, thing{name: fmt.Sprintf(name, i), data: text("bad")})
		}
		return list
	}
	return []hostile{
		{name: "too many files", list: in("bad", many(1000, "f%d")...), want: leftOut, says: "skills/bad", forms: "http zip tar"},
		{name: "too many skills", list: many(2001, "skills/s%d/SKILL.md"), want: refused, says: "2000 entries", forms: "http tar"},
		{name: "too many agents", list: many(2001, "agents/a%d.md"), want: refused, says: "2000 entries", forms: "http tar"},
		{name: "too deep", list: in("bad", thing{name: strings.Repeat("d/", 9) + "x", data: "x"}), want: leftOut, says: "skills/bad/d/d"},
		{name: "far too deep", list: in("bad", thing{name: strings.Repeat("d/", 400) + "x", data: "x"}), want: leftOut, says: "skills/bad/d/d", forms: "git http"},
		{name: "far too deep for an archive", list: in("bad", thing{name: strings.Repeat("d/", 2000) + "x", data: "x"}), want: refused, says: "64 levels", forms: "zip tar"},
		{name: "path too long", list: in("bad", thing{name: strings.Repeat("long-", 36) + "x", data: "x"}), want: leftOut, says: "180 bytes"},
		{name: "path of 60 kB", list: in("bad", thing{name: strings.Repeat("x", 60_000), data: "x"}), want: leftOut, says: "skills/bad/", forms: "git"},
		{name: "file too large", list: in("bad", thing{name: "x", data: noise(4<<20 + 1)}), want: leftOut, says: "skills/bad/x", forms: "git http tar"},
		{name: "tree too large", list: in("bad", many(4<<20/40, "a-name-for-a-file-%d")...), want: leftOut, says: "skills/bad", forms: "http"},
	}
}
