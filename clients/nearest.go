package clients

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest returns the ID of the client whose ID or alias is most like id, for
// "did you mean", or "" if none comes near.
func Nearest(id string) string {
	id = strings.ToLower(strings.TrimSpace(id))
	if len(id) > 64 {
		return "" // no name of ours is near, and hostile input stays cheap
	}
	best, nearest := 2*(len(id)/3+2), ""
	consider := func(word, id2 string) {
		d := 2 * levenshtein.ComputeDistance(id, word)
		if id != "" && id[0] == word[0] {
			d-- // people get the first letter right
		}
		if d < best {
			best, nearest = d, id2
		}
	}
	for _, c := range catalog {
		consider(c.ID, c.ID)
		for _, alias := range c.Aliases {
			consider(alias, c.ID)
		}
	}
	return nearest
}
