package clients

import "strings"

// A reference is a variable as it is written in a text, in one of the ways that
// clients have for it. In as, "<key>" stands for the variable's name.
type reference struct{ as, name, before string }

// spelling is how some client or other writes a variable in a text. What stands
// first is tried first.
var spellings = [...]string{
	"${{ secrets.<key> }}", "${{secrets.<key>}}", "${{<key>}}", "{{<key>}}",
	"${env:<key>}", "{env:<key>}", "$env:<key>", "${input:<key>}",
	"${<key>:-", "${<key>}", "$<key>", "%<key>%",
}

// reference is the first variable in a text. It reports false if there is none.
func referenceIn(text string) (reference, bool) {
	for i := range len(text) {
		for _, as := range spellings {
			open, end, _ := strings.Cut(as, "<key>")
			rest, ok := strings.CutPrefix(text[i:], open)
			if !ok {
				continue
			}
			n := nameLen(rest)
			if n > 0 && strings.HasPrefix(rest[n:], end) {
				return reference{as: as, name: rest[:n], before: text[:i]}, true
			}
		}
	}
	return reference{}, false
}

// nameLen is the length of the variable's name at the start of text. In "%a b%"
// there is none, nor in $5.
func nameLen(text string) int {
	n := 0
	for n < len(text) && IsVariable(text[:n+1]) {
		n++
	}
	return n
}

// shown is the reference with its variable, for people.
func (r reference) shown() string {
	const longest = 40 // a name without words that is as long may be the key itself
	name := r.name
	if len(name) > longest || len(name) > longest/2 && !strings.Contains(name, "_") {
		name = "…"
	}
	text := strings.ReplaceAll(r.as, "<key>", name)
	if strings.HasSuffix(r.as, ":-") {
		text += "…}"
	}
	return text
}

// reads returns the way in which a client that keeps servers by cfg takes the
// key from a variable, with the field that has it. It is empty for one that
// takes none, and "<key>" for one that has the variable's name alone there.
func (cfg *Config) reads() (as, field string) {
	if cfg.NoKey != nil {
		return "", ""
	}
	for _, f := range cfg.Fields {
		text, ok := f.Value.(string)
		if f.Auth != APIKey || !ok || !strings.Contains(text, "<key>") {
			continue
		}
		return strings.TrimPrefix(text, bearer), f.Path
	}
	return "", ""
}

// bearer stands before the key in the header that says who the user is.
const bearer = "Bearer "
