package form

import (
	"strings"
	"testing"
)

// TestRead has what is no YAML, or more than one file should hold.
func TestRead(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"":                           "",
		"# only this\n":              "",
		"---\n":                      "",
		"\ufeffa: 1\n":               "",
		"a: 1\nb: [\n":               "2:4: ",
		"a: 1\n b: 2\n":              "2:",
		"a: @x\n":                    "1:4: found character that cannot start any token; put text that begins with a sign into quotes",
		"a: 1\n\tb: 2\n":             "2:1: a tab cannot stand here",
		"a: 1\n---\nb: 2\n":          "3:1: the file holds more than one YAML document",
		"a: \xff\n":                  "1:4: invalid UTF-8",
		"a\x00:\x00 \x001\x00\n\x00": "1:1: the file is UTF-16",
	} {
		form, root := Read([]byte(src))
		var lines []string
		for _, m := range form.Mistakes() {
			lines = append(lines, m.String())
		}
		if got := strings.Join(lines, "\n"); !strings.HasPrefix(got, want) || (want == "") != (got == "") {
			t.Errorf("%q: %q, want %q", src, got, want)
		}
		if root.Given() != strings.HasSuffix(src, "a: 1\n") {
			t.Errorf("%q: given is %t", src, root.Given())
		}
	}
}

// TestMistakes reads one file that has something wrong in each line, and gets
// all of it at once, in order.
func TestMistakes(t *testing.T) {
	t.Parallel()
	form, root := Read([]byte(strings.TrimPrefix(`
text: [1]
number: "7"
word: up
list: one
words: [two, 2, ""]
map: [a]
none:
color: red
text: again
copy: &c x
alias: *c
value: [.nan, 18446744073709551615, 2026-01-01, "a\u202eb"]
? [odd]
: key
`, "\n")))
	f := root.Fields("text", "number", "word", "list", "words", "map", "none", "colour", "copy", "alias", "value", "needed")
	f.At("text").Text()
	f.At("text").Text() // once more is not one more
	f.At("number").Whole()
	f.At("word").OneOf("left", "right")
	f.At("list").List()
	f.At("words").Texts()
	f.At("map").Pairs()
	f.At("none").Text()
	f.At("alias").Text()
	f.At("needed").Required("say how much")
	for _, v := range f.At("value").Elements() {
		v.Scalar()
	}
	want := `1:1: needed: is missing: say how much
1:7: text: should be text, and is a list
2:9: number: should be a whole number, and is text
3:7: word: "up" is not known: use left or right
4:7: list: should be a list, as in [one, two], and is text
5:14: words[1]: should be text, and is a number: put it into quotes
5:17: words[2]: is empty: give it a value, or leave it out
6:6: map: should be a map, as in {name: value}, and is a list
7:6: none: has no value: give it one, or leave it out
8:1: color: is not a field here: did you mean colour?
9:1: text: is there twice: the first is in line 1
11:8: alias: is an alias (*c): write the value itself here
12:9: value[0]: should be text, a number, true or false, and is a number: put it into quotes if it is meant as text
12:15: value[1]: should be text, a number, true or false, and is a number: put it into quotes if it is meant as text
12:37: value[2]: should be text, a number, true or false, and is a date: put it into quotes if it is meant as text
12:49: value[3]: holds a character that cannot be seen: write it in one line of plain text
13:3: has a field whose name is not plain text`
	var lines []string
	for _, m := range form.Mistakes() {
		lines = append(lines, m.String())
	}
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestValues reads what is right.
func TestValues(t *testing.T) {
	t.Parallel()
	form, root := Read([]byte("a: text\nb: 7\nc: [x, y]\nd: {e: true, 1: 1.5}\n"))
	f := root.Fields("a", "b", "c", "d", "f")
	if n, ok := f.At("b").Whole(); !ok || n != 7 || f.At("a").Text() != "text" || strings.Join(f.At("c").Texts(), "") != "xy" {
		t.Error("text, number or list")
	}
	pairs := f.At("d").Pairs()
	if len(pairs) != 2 || pairs[0].Scalar() != true || pairs[1].Name != "1" || pairs[1].Scalar() != 1.5 || pairs[1].Field != "d.1" {
		t.Errorf("map: %v", pairs)
	}
	if none := f.At("f"); none.Given() || none.Text() != "" || none.List() != nil || none.Pairs() != nil || none.Fields("g").At("g").Scalar() != nil {
		t.Error("what is not there")
	}
	if m := form.Mistakes(); len(m) > 0 {
		t.Errorf("mistakes: %v", m)
	}
}
