package document

import (
	"strconv"

	"gopkg.in/yaml.v3"
)

func (t *yamlTree) extent(p Place) []span {
	s, err := t.site(p)
	if err != nil || s.entry() == nil {
		return nil
	}
	l := s.last()
	if yamlFlow(l.node) {
		b := t.bracket(l.node)
		m := b.members[l.on/(len(l.node.Content)/len(b.members))]
		return []span{{m.key.start, m.val.end}}
	}
	own, err := t.memberLines(l)
	if err != nil {
		return nil
	}
	return []span{own}
}

func (t *yamlTree) depth(p Place) int {
	s, err := t.site(p)
	if err != nil {
		return 0
	}
	return len(p.Root) - len(s.missing)
}

// rest has no comments: all bytes outside the edits are the same, so that a
// comment could only get lost together with a value, or make one.
func (t *yamlTree) rest(p Place, depth int) [][]byte {
	s, err := t.site(p)
	if err != nil || s.empty {
		return nil
	}
	r := yamlRest{site: s, depth: depth}
	r.level(0)
	if r.out == nil { // as of an empty document
		return nil
	}
	return [][]byte{r.out}
}

// A yamlRest collects what is beside the entry.
type yamlRest struct {
	site  yamlSite
	depth int
	out   []byte
}

func (r *yamlRest) level(n int) {
	l := r.site.levels[n]
	last := n == len(r.site.levels)-1
	entry := r.site.entry() != nil
	isMap := l.node.Kind == yaml.MappingNode
	for i, c := range l.node.Content {
		switch {
		case isMap && i == l.on-1:
			if n < r.depth && (!last || !entry) {
				r.node(c)
			}
		case i != l.on:
			r.node(c)
		case !last:
			r.level(n + 1)
		}
	}
}

// node adds a node in all that can be told of it but its place.
func (r *yamlRest) node(n *yaml.Node) {
	tag := n.Tag
	if n.Kind == yaml.ScalarNode && n.Style&yaml.TaggedStyle == 0 {
		tag = "" // it follows from the text
	}
	r.number(int(n.Kind))
	r.number(int(n.Style))
	for _, text := range [...]string{n.Anchor, tag, n.Value} {
		r.number(len(text)) // so that no two texts run into one
		r.out = append(r.out, text...)
	}
	r.number(len(n.Content))
	for _, c := range n.Content {
		r.node(c)
	}
}

func (r *yamlRest) number(n int) { r.out = append(strconv.AppendInt(r.out, int64(n), 10), ' ') }
