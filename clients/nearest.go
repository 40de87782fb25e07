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
	most := len(id)/3 + 1 // slips; more make it another word
	best, nearest := 2*most+1, ""
	consider := func(word, id2 string) {
		slips := levenshtein.ComputeDistance(id, word)
		rank := 2 * slips
		if id != "" && id[0] == word[0] {
			rank-- // people get the first letter right
		}
		if slips <= most && rank < best {
			best, nearest = rank, id2
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
