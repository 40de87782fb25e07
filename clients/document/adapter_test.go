package document

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

type adapterCase struct {
	Format, Name, Container, URL string
	Root                         []string
	IDKey                        string `json:"id_key"`
	Entry                        json.RawMessage
}

func TestAdapter(t *testing.T) {
	args := strings.Fields(os.Getenv("ADAPTER"))
	if len(args) == 0 {
		t.Skip()
	}
	fail := func(err error) { fmt.Fprintf(os.Stderr, "%s:%v\n", args[1], err); os.Exit(3) }
	file := args[1]
	raw, _ := os.ReadFile(args[2])
	var c adapterCase
	if err := json.Unmarshal(raw, &c); err != nil {
		fail(err)
	}
	formats := map[string]Format{"json": JSON, "jsonc": JSONC, "toml": TOML, "yaml": YAML}
	src, _ := os.ReadFile(file)
	doc, err := Parse(formats[c.Format], src)
	if err != nil {
		fail(err)
	}
	p := Place{Root: c.Root, Name: c.Name}
	if c.Container == "list" {
		p.ListKey = c.IDKey
	}
	if args[0] == "remove" {
		side, err := os.ReadFile(file + ".edits")
		if err != nil {
			return
		}
		var inv []Edit
		json.Unmarshal(side, &inv)
		os.WriteFile(file, Apply(src, inv), 0o600)
		return
	}
	var want Entry
	j, err := parseJSON(c.Entry)
	if err != nil {
		fail(err)
	}
	jt := j.(*jsonTree)
	for _, m := range jt.members {
		f := Field{Path: []string{jsonString(m.key.of(jt.src))}, Value: jt.decode(m.val)}
		f.Ensure = f.Path[0] == "enabled" || f.Path[0] == "timeout"
		if n, ok := f.Value.(int64); ok {
			f.Value = int(n)
		}
		want.Fields = append(want.Fields, f)
	}
	ch, err := doc.Set(p, want)
	if err != nil {
		fail(err)
	}
	if ch.Empty() {
		return
	}
	out := Apply(src, ch.Edits)
	os.WriteFile(file, out, 0o600)
	inv, _ := json.Marshal(Invert(ch.Edits))
	os.WriteFile(file+".edits", inv, 0o600)
	again, err := Parse(formats[c.Format], out)
	if err != nil {
		fail(err)
	}
	if ch, err := again.Set(p, want); err != nil || !ch.Empty() {
		fail(fmt.Errorf("0:0: second set %v %v", ch, err))
	}
	// structural delete must work as well
	if ch, err = again.Delete(p); err != nil {
		fail(err)
	}
	if os.Getenv("SHOW") != "" {
		fmt.Fprintf(os.Stdout, "%s\n----- deleted\n%s\n", out, Apply(out, ch.Edits))
	}
}
