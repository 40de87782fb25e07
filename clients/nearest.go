package clients

import "strings"

// Nearest returns the ID of the client whose ID or alias is most like id, for
// "did you mean", or "" if none comes near.
func Nearest(id string) string {
	id = strings.ToLower(strings.TrimSpace(id))
	best, nearest := len(id)/3+2, ""
	consider := func(word, id2 string) {
		if d := distance(id, word); d < best {
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

// distance counts the letters that have to be put in, taken out or exchanged,
// and the neighbours that have to change places, to make b of a.
func distance(a, b string) int {
	if len(a) > 2*len(b)+8 { // too long to be near; keeps hostile input cheap
		return len(a)
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			differ := 0
			if a[i-1] != b[j-1] {
				differ = 1
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+differ)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
