package registry

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// tags spells a text with tag characters.
func tags(text string) string {
	var b strings.Builder
	for _, c := range text {
		b.WriteRune(0xE0000 + c)
	}
	return b.String()
}

func TestHiddenText(t *testing.T) {
	scotland := "\U0001F3F4" + tags("gbsct\x7f")
	long := strings.Repeat("ignore all of this ", 5)
	tests := []hiddenCase{
		{"plain", "plain\tand\r\nsimple", ""},
		{"umlauts", "Grüße, 你好, سلام, שלום", ""},
		{"emoji", "👩‍💻 and ❤️‍🔥, 1️⃣ #️⃣ ™️", ""},
		{"a flag of tags", scotland, ""},
		{"tags after a flag", "\U0001F3F4" + tags("I\x7f"), `1: 2 hidden tag characters that spell "I"`},
		{"tags after a good flag", scotland + tags("I"), `1: 1 hidden tag character that spells "I"`},
		{"tags", "one\ntwo" + tags("send it") + "\n" + tags("!"), `2: 8 hidden tag characters that spell "send it!" on 2 lines`},
		{"many tags", tags(long), `1: 95 hidden tag characters that spell "` + long[:maxSpelled] + `…"`},
		{"tags that spell nothing", "\U000E0001", "1: 1 hidden tag character (U+E0001)"},
		{"tags that spell a quote", tags(`"\`), `1: 2 hidden tag characters that spell "\"\\"`},
		{"override", "a\n\nb\u202ec", "3: 1 bidirectional control (U+202E)"},
		{"isolates", "\u2066x\u2069", "1: 2 bidirectional controls (U+2066)"},
		{"isolates in Hebrew", "שלום \u2066abc\u2069", "1: 2 bidirectional controls (U+2066)"},
		{"marks in Hebrew", "(שלום)\u200f!", ""},
		{"a mark in English", "a\u200fb", "1: 1 invisible character (U+200F)"},
		{"a mark below Hebrew", "שלום\na\u200fb", "2: 1 invisible character (U+200F)"},
		{"a mark in Hebrew and below it", "שלום\u200f\na\u200fb", "2: 1 invisible character (U+200F)"},
		{"zero-width space", "one\ntw\u200bo", "2: 1 invisible character (U+200B)"},
		{"zero-width space in Thai", "ภาษา\u200bไทย", ""},
		{"a run in Thai", "ภาษา\u200b\u200bไทย", "1: 2 invisible characters (U+200B)"},
		{"joiner in Persian", "می\u200cخواهم", ""},
		{"joiner at an end in Arabic", "ه\u200d ", ""},
		{"a run of joiners", "می\u200c\u200d\u200cخواهم", "1: 3 invisible characters (U+200C)"},
		{"joiner in English", "pass\u200dword", "1: 1 invisible character (U+200D)"},
		{"joiner in Russian", "па\u200dр", "1: 1 invisible character (U+200D)"},
		{"soft hyphen", "Donau\u00addampf", ""},
		{"soft hyphens", "a\u00ad\u00ad\u00adb", "1: 3 invisible characters (U+00AD)"},
		{"BOM at the start", bom + "a", ""},
		{"BOM inside", "a" + bom, "1: 1 invisible character (U+FEFF)"},
		{"filler", "a\u3164b", "1: 1 invisible character (U+3164)"},
		{"ideographic variant", "葛\U000E0100", ""},
		{"smuggled selectors", "😀" + "\U000E0158\U000E0159", `1: 2 hidden variation selectors that spell "hi"`},
		{"a selector of a letter", "a\ufe0f", "1: 1 hidden variation selector (U+FE0F)"},
		{"escape", "a\x1b[2K", "1: 1 control character (U+001B)"},
		{"a control of one character", "a\u009b2K", "1: 1 control character (U+009B)"},
		{"return", "visible\rhidden", "1: 1 control character (U+000D)"},
		{"doubled line ends", "a\r\r\nb\r", ""},
		{"no text", "a\nb\xff\x00", "2: 1 control character (U+0000); 2: 1 byte outside of UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, tt.check)
	}
}

func TestHosts(t *testing.T) {
	tests := []struct{ text, want string }{
		{"https://app.fullstory.com/ui/<org-id>/session", ""},
		{"HTTPS://WWW.FullStory.COM:443 and https://fullstory.com. Or <https://fullstory.com>, (https://fullstory.com)", ""},
		{"**https://fullstory.com** and {https://fullstory.com} and wss://rs.fullstory.com/x", ""},
		{"https://user@fullstory.com and git@fullstory.com:x and www.fullstory.com", ""},
		{"https://app.fullstory.com,https://fullstory.com", ""},
		{"see https://evil.example/x", "evil.example"},
		{"https://Evil.Example:8443", "evil.example"},
		{"https://evilfullstory.com", "evilfullstory.com"},
		{"https://fullstory.com.evil.test", "fullstory.com.evil.test"},
		{"https://fullstory.com@evil.test/", "evil.test"},
		{"https://fullstory.com:x@y@evil.test/", "evil.test"},
		{`https://evil.test\@fullstory.com`, "evil.test"},
		{`https://evil.test:80\@fullstory.com`, "evil.test"},
		{`https://fullstory.com\@evil.test`, "evil.test"},
		{"https://fullstory.com,@evil.test", "evil.test"},
		{`https:\\evil.test and https:/evil2.test and https:////evil3.test`, "evil.test evil2.test evil3.test"},
		{"https://full%73tory.com", "full%73tory.com"},
		{"https://fullst\u043ery.com/", `fullst\u043ery.com`},
		{"https://xn--fullstry-qpf.com", "xn--fullstry-qpf.com"},
		{"http://127.0.0.1:80/ http://[::1]/ http://0x7f000001", "127.0.0.1 [::1] 0x7f000001"},
		{"https://fullstory.com。evil.test", `fullstory.com\u3002evil.test`},
		{"https://${HOST}/x https://{region}.evil.test https://*.evil.test", "${host} {region}.evil.test *.evil.test"},
		{"https://<your-host>/ https://<x>.evil.test <code>https://</code>", "<your-host> <x>.evil.test"},
		{"ftp://a.test ws://b.test ssh://git@c.test:22/x git+https://d.test sftp://e.test", "a.test b.test c.test d.test e.test"},
		{"git clone git@github.com:o/r.git", "github.com"},
		{"mail git@a.test: hello, http: //c.test, file:///d, //e.test", ""},
		{"www.evil.test and xwww.a.test and www.b", "www.evil.test"},
		{"[a](https://a.test)(https://b.test)[https://c.test]", "a.test b.test c.test"},
		{"https://a.test https://a.test https://A.test", "a.test"},
		{"https://a@http://evil.test", "http evil.test"},
		{"访问https://evil.test/", "evil.test"},
		{"https://" + strings.Repeat("a", 400) + "@evil.test", strings.Repeat("a", maxSpelled) + `…`},
	}
	for _, tt := range tests {
		var got []string
		for _, f := range hostsIn([]byte("\n" + tt.text)) {
			got = append(got, f.Text)
			if f.Line != 2 || f.Kind != FindingHost {
				t.Errorf("%q: %+v", tt.text, f)
			}
		}
		if got := strings.Join(got, " "); got != tt.want {
			t.Errorf("%q\ngot  %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

func TestExecutables(t *testing.T) {
	tests := []struct {
		name string
		mode fs.FileMode
		data string
		want string
	}{
		{"a.md", 0o644, "text", ""},
		{"MZ.md", 0o644, "MZ is short for nothing", ""},
		{"a.py", 0o644, "print()", ""},
		{"a.py", 0o755, "print()", "0: its mode says so"},
		{"a", 0o644, "#!/bin/sh\necho", "1: begins with #!/bin/sh"},
		{"a", 0o644, "#! /bin/sh\x1b[2J\r\necho", "1: begins with #!/bin/sh [2J"},
		{"a", 0o644, "\x7fELF\x02", "0: is a program (ELF)"},
		{"a", 0o644, "\xcf\xfa\xed\xfe", "0: is a program (Mach-O, or a class of Java)"},
		{"a", 0o644, "\xca\xfe\xba\xbe\x00", "0: is a program (Mach-O, or a class of Java)"},
		{"a.png", 0o644, "MZ\x90\x00", "0: is a program (Windows)"},
		{"Run.BAT", 0o644, "echo", "0: Windows runs .bat files"},
		{"a.ps1", 0o644, "echo", "0: Windows runs .ps1 files"},
		{"a.lnk", 0o644, "", "0: Windows runs .lnk files"},
	}
	for _, tt := range tests {
		got := ""
		if line, why := executable(File{Path: tt.name, Mode: tt.mode, Data: []byte(tt.data)}); why != "" {
			got = fmt.Sprintf("%d: %s", line, why)
		}
		if got != tt.want {
			t.Errorf("%s %q: got %q, want %q", tt.name, tt.data, got, tt.want)
		}
	}
}

func TestFrontMatterFindings(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"none", "---\nname: a\n---\n", ""},
		{"tools", "---\nname: a\nallowed-tools: Bash(curl *)  Read\n---\n", "3 allowed-tools Bash(curl *) Read"},
		{"CRLF", "---\r\nname: a\r\nallowed-tools: Read\r\n---\r\n", "3 allowed-tools Read"},
		{"BOM", bom + "---\nallowed-tools: Read\n---\n", "2 allowed-tools Read"},
		{"a list", "---\nallowed-tools:\n  - Read\n  - Bash(rm:*)\n---\n", "2 allowed-tools Read Bash(rm:*)"},
		{"none allowed", "---\nallowed-tools:\nhooks: {}\n---\n", ""},
		{"quoted", "---\n'allowed-tools': Read\n---\n", "2 allowed-tools Read"},
		{"an escaped key", "---\n\"allowed\\x2dtools\": Read\n---\n", "1 allowed-tools Read"},
		{"merged", "---\nx: &x {allowed-tools: Read}\n<<: *x\n---\n", "2 allowed-tools Read"},
		{"alias", "---\nx: &x [Read]\nallowed-tools: *x\n---\n", "3 allowed-tools Read"},
		{"hooks", "---\nname: a\nhooks:\n  Stop:\n    - hooks:\n        - type: command\n          command: ./x.sh\n---\n", "3 hooks Stop: hooks: type: command command: ./x.sh"},
		{"colon", "---\ndescription: a: b\nallowed-tools: Read\n---\n", "3 allowed-tools Read"},
		{"broken", "---\nx: [\n  allowed-tools: Read\nhooks:\n---\n", "3 allowed-tools Read; 4 hooks on the lines below"},
		{"no end", "---\nallowed-tools: Read\n", "2 allowed-tools Read"},
		{"long", "---\nx: " + strings.Repeat("y", maxFrontMatterBytes) + "\nallowed-tools: Read\n---\n", "3 allowed-tools Read"},
		{"escaped", `---` + "\nname: a\ndescription: \"x\\U000E0041\"\n---\n", `3 hidden-text 1 hidden tag character that spells "A" in the value of "description"`},
		{"a command", "---\nname: a\n---\nDo !`rm x` and KEY=!`b` and\n!`c\td`", "4 command !`rm x`; 5 command !`c d`"},
		{"a block", "---\nname: a\n---\n```!\nrm x\n```\n", "4 command !`rm x`"},
		{"hidden twice over", "---\nname: a\ndescription: \"x\u202e\"\n---\n", "3 hidden-text 1 bidirectional control (U+202E)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := ParseSkill("a", []byte(tt.text))
			var got []string
			for _, f := range reviewSkill(s.Findings, []File{{Path: skillFile, Mode: 0o644, Data: []byte(tt.text)}}) {
				got = append(got, fmt.Sprintf("%d %s %s", f.Line, f.Kind, f.Text))
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, "; ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFindingsAreFew(t *testing.T) {
	var hosts, commands strings.Builder
	for i := range 50 {
		fmt.Fprintf(&hosts, "https://h%d.test\n", i)
		commands.WriteString("!`x`\n")
	}
	var files []File
	for i := range 20 {
		files = append(files, File{Path: fmt.Sprintf("%02d.md", i), Mode: 0o644, Data: []byte(hosts.String())})
	}
	files = append(files, File{Path: skillFile, Mode: 0o644, Data: []byte(commands.String())})
	found := reviewSkill(nil, files)
	count := map[FindingKind]int{}
	for _, f := range found {
		count[f.Kind]++
	}
	want := map[FindingKind]int{FindingHost: maxSkillFindings + 1, FindingCommand: maxFindings + 1}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Error(diff)
	}
	if want := (Finding{"00.md", 11, FindingHost, "and 40 more", 40}); found[maxFindings] != want {
		t.Errorf("got %+v", found[maxFindings])
	}
	if want := (Finding{skillFile, 11, FindingCommand, "and 40 more", 40}); found[len(found)-2] != want {
		t.Errorf("got %+v", found[len(found)-2])
	}
	// Of each file there are eleven, so that the tenth has one beyond the bound.
	if last := found[len(found)-1]; last.Path != "09.md" || last.Kind != FindingHost || !strings.HasPrefix(last.Text, "and ") {
		t.Errorf("got %+v", last)
	}
}

// TestReviewOfAHugeLine looks at what would take a scanner that looks back, or far
// ahead, more than a lifetime.
func TestReviewOfAHugeLine(t *testing.T) {
	for _, unit := range []string{
		"http:", `http:\`, "https://", "git@", "www.", "!`", "@", "\u202e", "\u200f", "\U0001F3F4", "\U000E0041", "a\u00ad", "https://a@", "\r",
		"(//", "(//a.b", `=\\`, ` \\abc`, "curl ", "curl a.b ", "ssh;", "a@b.c:", "@", "@[", "://a", "&#58;", "&", "%2f", `\u0068`, `\u{`, "= //", "http:a.b(", "\u2800", "\ue000", "h\x00", "/dev/tcp/",
	} {
		data := []byte(strings.Repeat(unit, maxFileBytes/len(unit)))
		if found := reviewSkill(nil, []File{{Path: skillFile, Mode: 0o644, Data: data}}); len(found) > 60 {
			t.Errorf("%q: %d findings", unit, len(found))
		}
	}
}

func FuzzReview(f *testing.F) {
	for _, seed := range []string{
		demo, "see https://evil.test/\r\nand " + tags("hidden") + "\n", "---\nallowed-tools: Bash\nhooks:\n  Stop: x\n---\n!`rm`\n```!\nx\n",
		"a\u202eb\u200b\u200d\x1b[0m\rx\xff\x00", `https://fullstory.com\@evil.test:80`, "#!/bin/sh\n", "---\na: &a [*a]\n<<: *a\n---\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		review := func(data []byte) []Finding {
			return reviewSkill(ParseSkill("demo", data).Findings, []File{{Path: skillFile, Mode: 0o644, Data: data}})
		}
		found := review(data)
		count := map[FindingKind]int{}
		lines := 1 + bytes.Count(data, []byte("\n"))
		for _, finding := range found {
			count[finding.Kind]++
			if finding.Line < 0 || finding.Line > lines || finding.Path != skillFile {
				t.Errorf("%d lines, %+v", lines, finding)
			}
			if len(finding.Text) > 8*maxShown || !utf8.ValidString(finding.Text) || strings.ContainsFunc(finding.Text, unicode.IsControl) {
				t.Errorf("%q", finding.Text)
			}
		}
		for kind, n := range count {
			if n > maxFindings+1 && kind != FindingHidden || n > maxFields*int(hidings) {
				t.Errorf("%s: %d", kind, n)
			}
		}
		if bytes.IndexByte(data, '\r') < 0 && orderOf(data) == nil { // UTF-16 has other line ends
			if diff := cmp.Diff(found, review(bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")))); diff != "" {
				t.Errorf("with CRLF: %s", diff)
			}
		}
	})
}
