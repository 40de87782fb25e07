package cmd_test

import (
	"fmt"
	"slices"
	"strings"
)

// hostiles are all sources of TestHostile.
func hostiles() []hostile {
	return slices.Concat(hostileKinds(), hostileNames(), hostileTexts(), hostileManifests(), hostileSizes(), hostileArchives(), hostileRepositories())
}

// in is a skill of this name with some things in it.
func in(skill string, list ...thing) []thing {
	out := []thing{{name: "skills/" + skill + "/SKILL.md", data: text(skill)}}
	for _, th := range list {
		th.name = "skills/" + skill + "/" + th.name
		out = append(out, th)
	}
	return out
}

// hostileKinds have something in them that is neither a file nor a folder.
func hostileKinds() []hostile {
	link := func(name, to string) thing { return thing{name: name, kind: aLink, data: to} }
	every := "git http zip tar folder"
	return []hostile{
		{name: "link to a file", list: in("bad", link("x.md", "SKILL.md")), want: leftOut, says: "skills/bad/x.md", forms: every},
		{name: "link to a folder", list: in("bad", thing{name: "dir/a", data: "a"}, link("x", "dir")), want: leftOut, says: "skills/bad/x"},
		{name: "link to an absolute path", list: in("bad", link("x.md", "/etc/passwd")), want: leftOut, says: "skills/bad/x.md", forms: every},
		{name: "link upwards", list: in("bad", link("x.md", "../../../outside/secret")), want: leftOut, says: "skills/bad/x.md"},
		{name: "link to the next skill", list: in("bad", link("x", "../good")), want: leftOut, says: "skills/bad/x"},
		{name: "link to itself", list: in("bad", link("x", "x")), want: leftOut, says: "skills/bad/x"},
		{name: "link that leads nowhere", list: in("bad", link("x", "gone")), want: leftOut, says: "skills/bad/x"},
		{name: "SKILL.md as a link", list: []thing{link("skills/bad/SKILL.md", "../good/SKILL.md")}, want: leftOut, says: "skills/bad/SKILL.md"},
		{name: "skill as a link", list: []thing{link("skills/bad", "good")}, want: leftOut, says: "skills/bad", forms: every},
		{name: "skill as a link to outside", list: []thing{link("skills/bad", "/etc")}, want: leftOut, says: "skills/bad"},
		{name: "skills folder as a link", list: []thing{link("skills", "real"), {name: "real/bad/SKILL.md", data: text("bad")}}, alone: true, want: refused, says: "no skills", forms: every},
		{name: "skills folder as a link to outside", list: []thing{link("skills", "/"), {name: "README.md", data: "x"}}, alone: true, want: refused, says: "no skills"},
		{name: "plugins as a link", list: []thing{link("plugins", "."), {name: "fullstory/skills/bad/SKILL.md", data: text("bad")}}, want: installed},
		{name: "manifest as a link", list: []thing{link(".claude-plugin/marketplace.json", "../skills/good/SKILL.md")}, want: installed},
		{name: "folder of the manifest as a link", list: []thing{link(".claude-plugin", "skills")}, want: installed},
		{name: "agents as a link", list: []thing{link("agents", "skills")}, want: leftOut, says: "agents"},
		{name: "agent as a link", list: []thing{link("agents/bad.md", "../skills/good/SKILL.md")}, want: leftOut, says: "agents/bad.md"},
		{name: "hard link to outside", list: in("bad", thing{name: "x", kind: aHardLink, data: "/etc/passwd"}), want: leftOut, says: "skills/bad/x", forms: "tar"},
		{name: "hard link to the next skill", list: in("bad", thing{name: "x", kind: aHardLink, data: "skills/good/SKILL.md"}), want: leftOut, says: "skills/bad/x", forms: "tar"},
		{name: "link and then a file behind it", list: in("bad", link("x", "/tmp"), thing{name: "x/evil", data: "evil"}), want: leftOut, says: "skills/bad/x", forms: "git zip tar"},
		{name: "skill as a link and then a file in it", list: []thing{link("skills/bad", "/tmp"), {name: "skills/bad/SKILL.md", data: text("bad")}}, want: leftOut, says: "skills/bad", forms: "git zip tar"},
		{name: "submodule in a skill", list: in("bad", thing{name: "sub", kind: aModule}), want: leftOut, says: "skills/bad/sub", forms: "git http"},
		{name: "submodule as a skill", list: []thing{{name: "skills/bad", kind: aModule}}, want: leftOut, says: "skills/bad", forms: "git http"},
		{name: "submodule as SKILL.md", list: []thing{{name: "skills/bad/SKILL.md", kind: aModule}}, want: leftOut, says: "skills/bad/SKILL.md", forms: "git"},
		{name: "submodule as the skills folder", list: []thing{{name: "skills", kind: aModule}}, alone: true, want: refused, says: "no skills", forms: "git"},
		{name: "submodule as agents", list: []thing{{name: "agents", kind: aModule}}, want: leftOut, says: "agents", forms: "git"},
		{name: "pipe", list: in("bad", thing{name: "x", kind: aFIFO}), want: leftOut, says: "skills/bad/x"},
		{name: "SKILL.md as a pipe", list: []thing{{name: "skills/bad/SKILL.md", kind: aFIFO}}, want: leftOut, says: "skills/bad/SKILL.md"},
		{name: "agent as a pipe", list: []thing{{name: "agents/bad.md", kind: aFIFO}}, want: leftOut, says: "agents/bad.md"},
		{name: "manifest as a pipe", list: []thing{{name: ".claude-plugin/marketplace.json", kind: aFIFO}}, want: installed},
		{name: "pipe beside the skills", list: []thing{{name: "skills/pipe", kind: aFIFO}}, want: leftOut, says: "skills/pipe"},
		{name: "device", list: in("bad", thing{name: "x", kind: aDevice}), want: leftOut, says: "skills/bad/x", forms: "git zip tar"},
		{name: "SKILL.md as a device", list: []thing{{name: "skills/bad/SKILL.md", kind: aDevice}}, want: leftOut, says: "skills/bad/SKILL.md", forms: "git zip tar"},
		{name: "SKILL.md as a folder", list: []thing{{name: "skills/bad/SKILL.md/x", data: "x"}}, want: leftOut, says: "skills/bad/SKILL.md"},
		{name: "program", list: in("tools", thing{name: "run.sh", kind: aProgram, data: "#!/bin/sh\n"}), want: installed},
	}
}

// hostileNames have a name that is not safe on some system.
func hostileNames() []hostile {
	var out []hostile
	// name makes a case of a file with this name in a skill.
	name := func(what, name, forms string) {
		out = append(out, hostile{name: what, list: in("bad", thing{name: name, data: "x"}), want: leftOut, says: "skills/bad/", forms: forms})
	}
	const all, archives, noFolder = "", "zip tar", "git zip tar"
	name("dot dot", "../../x", noFolder)
	name("dot dot below", "a/../../../x", noFolder)
	name("dot", "./x", noFolder)
	name("empty step", "a//x", noFolder)
	name("drive", "C:x", all)
	name("drive and path", `C:\x`, all)
	name("UNC path", `\\host\share\x`, all)
	name("backslash", `a\x`, all)
	name("backslashes upwards", `..\..\x`, all)
	name("NUL", "a\x00x", "zip")
	name("line break", "a\nx", all)
	name("escape sequence", "a\x1b[31mx", all)
	name("delete", "a\x7fx", all)
	name("C1 control", "a\u009b31mx", all)
	name("right to left", "a\u202exe.md", all)
	name("zero width", "a\u200bx", all)
	name("left-to-right mark", "a\u200ex", all)
	name("tag characters", "a\U000E0041x", all)
	name("not UTF-8", "a\xff.md", noFolder+" folder")
	for _, reserved := range []string{"CON", "nul.txt", "aux.tar.gz", "COM1", "COM¹.md", "lpt9 .md", "CONIN$"} {
		name("reserved "+reserved, reserved, all)
	}
	name("reserved folder", "nul/x", all)
	name("trailing dot", "x.", all)
	name("trailing space", "x ", all)
	name("folder with a trailing dot", "a./x", all)
	name("stream", "x:evil", all)
	name("stream of a folder", "a::$INDEX_ALLOCATION/x", all)
	name("wildcard", "x*?", all)
	for _, git := range []string{".git", ".GIT", ".Git", "git~1", "GIT~1", ".git.", ".git ", ".g\u200cit", ".g\u200eit", ".\u206agit", ".git\ufeff", ".git::$INDEX_ALLOCATION"} {
		name("repository as "+strings.Trim(fmt.Sprintf("%+q", git), `"`), git+"/config", all)
	}
	name("gitdir file", ".git", all)
	for _, skill := range []string{"Bad", "bad_skill", "bad--skill", "-bad", "bad-", "bäd", "bad skill", "bad.md", "nul", "com1", ".bad", ".git", "bad\u200e", "bad\nbad", strings.Repeat("b", 65)} {
		out = append(out, hostile{
			name: "skill " + strings.Trim(fmt.Sprintf("%.12q", skill), `"`), list: in(skill), want: leftOut, says: "left out", forms: "git zip tar folder",
		})
	}
	pair := func(what, a, b, forms string) {
		list := in("bad", thing{name: a, data: "a"}, thing{name: b, data: "b"})
		out = append(out, hostile{name: what, list: list, want: leftOut, says: "skills/bad/", forms: forms})
	}
	pair("letter case", "a.md", "A.md", all)
	pair("letter case of a folder", "a/x", "A/x", all)
	pair("letter case of letters with marks", "ä.md", "Ä.md", all)
	pair("sharp s", "straße", "STRASSE", all)
	pair("composed and not", "\u00e9.md", "e\u0301.md", all)
	pair("Kelvin sign", "k.md", "\u212a.md", all)
	pair("final sigma", "ς", "σ", all)
	pair("file and folder of one name", "a", "a/x", noFolder)
	pair("file twice", "a", "a", noFolder)
	pair("another SKILL.md", "skill.md", "x", all)
	return append(
		out,
		hostile{name: "SKILL.md twice", list: append(in("bad"), thing{name: "skills/bad/SKILL.md", data: text("worse")}), want: leftOut, says: "skills/bad/SKILL.md", forms: noFolder},
		hostile{name: "skill.md alone", list: []thing{{name: "skills/bad/skill.md", data: text("bad")}}, want: installed},
		hostile{name: "absolute", list: []thing{{name: "/skills/bad/SKILL.md", data: text("bad")}}, want: leftOut, says: "/skills/bad/SKILL.md", forms: archives},
		hostile{name: "absolute into the home", list: []thing{{name: "/home/you/.bashrc", data: "evil"}}, want: leftOut, says: "/home/you/.bashrc", forms: archives},
		hostile{name: "upwards beside the skills", list: []thing{{name: "../../evil", data: "evil"}}, want: leftOut, says: "../../evil", forms: archives},
		hostile{name: "drive beside the skills", list: []thing{{name: `C:\evil`, data: "evil"}}, want: leftOut, says: `C:\evil`, forms: archives},
		hostile{name: "share beside the skills", list: []thing{{name: `\\host\evil`, data: "evil"}}, want: leftOut, says: `\\host\evil`, forms: archives},
		hostile{name: "upwards in a tree beside the skills", list: []thing{{name: "../../evil", data: "evil"}}, want: installed, forms: "git"},
		hostile{name: "skill dot dot", list: []thing{{name: "skills/../SKILL.md", data: text("bad")}}, want: leftOut, says: "skills/..", forms: noFolder},
		hostile{name: "skill dot", list: []thing{{name: "skills/./SKILL.md", data: text("bad")}}, want: leftOut, says: "skills/.", forms: noFolder},
		hostile{name: "skill without a name", list: []thing{{name: "skills//SKILL.md", data: text("bad")}}, want: leftOut, says: "skills/", forms: noFolder},
		hostile{name: "skill with a backslash", list: []thing{{name: `skills/..\evil/SKILL.md`, data: text("bad")}}, want: leftOut, says: `skills/..\evil`},
		hostile{name: "skills with a backslash", list: []thing{{name: `skills\bad\SKILL.md`, data: text("bad")}}, want: installed},
		hostile{name: "skill as a file", list: []thing{{name: "skills/bad", data: text("bad")}}, want: installed},
		hostile{name: "skill as a file and a folder", list: append(in("fine"), thing{name: "skills/fine", data: "x"}), want: installed, forms: noFolder},
	)
}
