package cmd

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"

	"fsskills/clients"
)

// mostNear is how many names are offered where nothing tells them apart.
const mostNear = 3

// near are the candidates that word was probably meant to be: those that are
// nearest to it, several if nothing tells them apart, none if none is near. Near
// is one that begins with word, or with which word begins, or from which a slip in
// every three letters or so makes the difference.
func near(word string, candidates []string) []string {
	word = strings.ToLower(strings.TrimSpace(word))
	if word == "" || len(word) > 64 {
		return nil // nothing of ours is that long, and hostile input stays cheap
	}
	var best []string
	least := max(3, 2*(utf8.RuneCountInString(word)+1)/3) + 1
	for _, candidate := range candidates {
		c := strings.ToLower(candidate)
		if c == "" {
			continue
		}
		rank := 2 * levenshtein.ComputeDistance(word, c)
		switch {
		case isSwap(word, c):
			rank = 2
			if word[0] != c[0] {
				rank-- // as good as with the first letter right
			}
		case len(word) > 1 && strings.HasPrefix(c, word):
			rank = min(rank, 3)
		case len(c) > 1 && strings.HasPrefix(word, c):
			rank = min(rank, 4)
		}
		if word[0] == c[0] {
			rank-- // people get the first letter right
		}
		switch {
		case rank < least:
			best, least = []string{candidate}, rank
		case rank == least && len(best) > 0 && !slices.Contains(best, candidate):
			best = append(best, candidate)
		}
	}
	return best[:min(len(best), mostNear)]
}

// isSwap reports whether two letters beside each other make the difference, which
// is one slip.
func isSwap(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// nearest is the first of near, empty if there is none.
func nearest(word string, candidates []string) string {
	for _, c := range near(word, candidates) {
		return c
	}
	return ""
}

// didYouMean asks whether one of the words was meant, each put into form. It is
// empty without a word.
func didYouMean(form string, words []string) string {
	if len(words) == 0 {
		return ""
	}
	return "did you mean " + alternatives(form, words) + "?"
}

// alternatives are words, each put into form: "a, b or c".
func alternatives(form string, words []string) string {
	said := make([]string, len(words))
	for i, w := range words {
		said[i] = fmt.Sprintf(form, w)
	}
	last := len(said) - 1
	if last < 1 {
		return strings.Join(said, "")
	}
	return strings.Join(said[:last], ", ") + " or " + said[last]
}

// unknownValue is the complaint about a flag with a value that is none of words,
// with the word that was probably meant or all of them.
func unknownValue(problem, flag, value string, words []string) error {
	hint := didYouMean(flag+" %s", near(value, words))
	return &usageError{msg: problem, hint: first(hint, "use "+flag+" "+alternatives("%s", words))}
}

// nearClients are the ids of the clients that name, which is none's, was probably
// meant to be. People know a client by its id, an alias or its name.
func nearClients(catalog clients.Catalog, name string) []string {
	owner := map[string]string{}
	var words []string
	for _, c := range catalog {
		for _, w := range append([]string{c.ID, c.Name}, c.Aliases...) {
			if w = strings.ToLower(w); owner[w] == "" {
				owner[w] = c.ID
				words = append(words, w)
			}
		}
	}
	return owners(near(name, words), owner)
}

// owners are whose the words are, each once.
func owners(words []string, owner map[string]string) []string {
	var out []string
	for _, w := range words {
		if o := owner[w]; !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out
}

// nearSkills are those of have that name, which is none of them, was probably
// meant to be. It may be written as a client calls it: /name, $name, @name or
// fullstory:name.
func nearSkills(name string, have []string) []string {
	bare := strings.Trim(strings.TrimSpace(name), "/$@")
	if _, behind, ok := strings.Cut(bare, ":"); ok {
		bare = behind
	}
	bare = strings.NewReplacer(" ", "-", "_", "-").Replace(bare)
	return near(bare, have)
}
