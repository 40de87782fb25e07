package registry

import (
	"bytes"
	"path"
	"strings"
)

// likeEnough is how much of two skills has to be the same text for one to be
// the other under a new name. It is the half that git takes for a renamed file
// (https://git-scm.com/docs/git-diff, -M).
const likeEnough = 0.5

// Renamed finds skills that have another name now. gone are those that a source
// has no more, with the bytes that they had, fresh those that it did not have
// before. The result leads from the old name to the new one.
//
// Both what SKILL.md says below its front matter and the skill as a whole have
// to be alike, and each has to be the other's best match: two skills made from
// one template are not the same skill.
func Renamed(gone, fresh []Skill) map[string]string {
	forth, back := map[string]string{}, map[string]string{}
	for _, old := range gone {
		forth[old.Name] = bestMatch(old, fresh)
	}
	for _, s := range fresh {
		back[s.Name] = bestMatch(s, gone)
	}
	found := map[string]string{}
	for from, to := range forth {
		if to != "" && back[to] == from {
			found[from] = to
		}
	}
	return found
}

// bestMatch is the name of the skill that is most like s, empty if none is or
// if two are just as much.
func bestMatch(s Skill, others []Skill) string {
	name, best, tie := "", 0.0, false
	for _, o := range others {
		switch l := likeness(s, o); {
		case l < likeEnough:
		case l > best:
			name, best, tie = o.Name, l, false
		case l == best:
			tie = true
		}
	}
	if tie {
		return ""
	}
	return name
}

// likeness is how much of two skills is the same, from 0 to 1.
func likeness(a, b Skill) float64 {
	body := alike(bodyOf(a), bodyOf(b))
	if body < likeEnough {
		return 0
	}
	same, most := 0, max(sizeOf(a), sizeOf(b))
	others := map[string][]byte{}
	for _, f := range b.Files {
		others[f.Path] = f.Data
	}
	for _, f := range a.Files {
		if data, ok := others[f.Path]; ok {
			same += common(f.Data, data)
		}
	}
	if most == 0 {
		return 0
	}
	whole := float64(same) / float64(most)
	if whole < likeEnough {
		return 0
	}
	return (body + whole) / 2
}

func sizeOf(s Skill) int {
	n := 0
	for _, f := range s.Files {
		n += len(f.Data)
	}
	return n
}

// bodyOf is what the skill tells the agent: the text below the front matter. A
// skill that has none tells it by its description.
func bodyOf(s Skill) []byte {
	for _, f := range s.Files {
		if !strings.EqualFold(path.Base(f.Path), skillFile) || strings.Contains(f.Path, "/") {
			continue
		}
		data := bytes.TrimPrefix(f.Data, []byte(bom))
		front, found := splitFrontMatter(data)
		if !found {
			return data
		}
		if body := textBelow(data, front); len(bytes.TrimSpace(body)) > 0 {
			return body
		}
		return []byte(s.Description)
	}
	return nil
}

// alike is how much of two texts is the same, from 0 to 1.
func alike(a, b []byte) float64 {
	most := max(len(a), len(b))
	if most == 0 {
		return 0
	}
	return float64(common(a, b)) / float64(most)
}

// common is how many bytes of a are in lines that b has, too, wherever they
// stand. Lines without text say nothing.
func common(a, b []byte) int {
	if bytes.Equal(a, b) {
		return len(a)
	}
	have := map[string]int{}
	for line := range bytes.Lines(b) {
		have[string(bytes.TrimSpace(line))]++
	}
	n := 0
	for line := range bytes.Lines(a) {
		if key := string(bytes.TrimSpace(line)); key != "" && have[key] > 0 {
			have[key]--
			n += len(line)
		}
	}
	return n
}
