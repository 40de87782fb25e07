package registry

import (
	"fmt"
	"strings"
	"testing"
)

func TestFrontMatterInOtherWords(t *testing.T) {
	var aliases strings.Builder
	aliases.WriteString("a: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 5 {
		fmt.Fprintf(&aliases, "b%d: &a%d [%s]\n", i, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 10))
	}
	deep := aliases.String()
	empty := strings.ReplaceAll(deep, "x", "[]")
	tests := []struct{ name, text, want string }{
		{"an alias as a key", "x: &k allowed-tools\n*k : Bash\n", "2 allowed-tools Bash"},
		{"an alias as a key of a list", "x: [&k hooks]\n*k : {Stop: x}\n", "2 hooks Stop: x"},
		{"a key in base64", "!!binary YWxsb3dlZC10b29scw==: Bash\n", "1 allowed-tools Bash"},
		{"a value in base64", "allowed-tools: !!binary QmFzaA==\n", "2 allowed-tools Bash"},
		{"merged from a list", "x: &x {allowed-tools: Read}\ny: &y {hooks: z}\n<<: [*x, *y]\n", "2 allowed-tools Read; 3 hooks z"},
		{"merged twice", "x: &x {allowed-tools: Read}\n<<: [*x, *x]\n", "2 allowed-tools Read"},
		{"a merge by an alias", "m: &m <<\nx: &x {allowed-tools: Read}\n*m : *x\n", "3 allowed-tools Read"},
		{"behind much else", deep + "hooks: *a5\nallowed-tools: Bash\n", "8 hooks " + strings.Repeat("x ", 50) + "x…; 9 allowed-tools Bash"},
		{"more than is read", empty + "hooks: *a5\n", "8 hooks more than is looked at"},
		{"a second document", "name: a\n--- # more\nallowed-tools: Bash\n", "3 hidden-text a second YAML document in the front matter; 4 allowed-tools Bash"},
		{"a second document behind an end", "name: a\n...\nhooks: x\n", "3 hidden-text a second YAML document in the front matter; 4 hooks x"},
		{"a second document that is broken", "name: a\n--- [\nallowed-tools: Bash\n", "3 hidden-text a second YAML document in the front matter; 4 allowed-tools Bash"},
		{"an end and no more", "name: a\n...\n# nothing\n", ""},
		{"hidden in a value below", "metadata:\n  a: [\"x\\u202e\"]\n", `2 hidden-text 1 bidirectional control (U+202E) in the value of "metadata"`},
		{"hidden in a merged value", "x: &x {description: \"\\u202e\"}\n<<: *x\n", `2 hidden-text 1 bidirectional control (U+202E) in the value of "x"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := "---\n" + tt.text + "---\n"
			var got []string
			for _, f := range reviewSkill(ParseSkill("a", []byte(text)).Findings, []File{{Path: skillFile, Mode: 0o644, Data: []byte(text)}}) {
				got = append(got, fmt.Sprintf("%d %s %s", f.Line, f.Kind, f.Text))
			}
			if got := strings.Join(got, "; "); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}
