package registry

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestPage holds docs/sources.md to the limits and kinds of findings that there are.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../docs/sources.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := func(pairs ...string) string {
		var b strings.Builder
		b.WriteString("| limit | |\n| --- | --- |\n")
		for i := 0; i < len(pairs); i += 2 {
			fmt.Fprintf(&b, "| %s | %s |\n", pairs[i], pairs[i+1])
		}
		return b.String()
	}
	n := func(limit int) string {
		digits := strconv.Itoa(limit)
		for i := len(digits) - 3; i > 0; i -= 3 {
			digits = digits[:i] + "," + digits[i:]
		}
		return digits
	}
	for _, table := range []string{
		rows(
			"files and folders of a skill", n(maxFiles),
			"bytes of a file", size(maxFileBytes),
			"bytes of an agent", size(maxAgentBytes),
			"folders inside each other", n(maxDepth),
			"bytes of a skill's name and a path in it", n(maxPathBytes),
		),
		rows(
			"skills, or entries beside them", n(maxSkills),
			"bytes of all skills and agents", size(maxTotalBytes),
			"bytes of the manifest", size(maxManifestBytes),
			"bytes of a download, or of an archive", size(maxPackBytes),
			"bytes that a download or archive unpacks to", size(maxUnpackedBytes),
			"how many times smaller an archive may have made them", n(maxRatio),
			"bytes of an archive's files in folders called skills", size(maxHeldBytes),
			"entries of an archive", n(maxArchiveEntries),
			"bytes of their names", size(maxNamesBytes)+", "+n(maxEntryBytes)+" of each",
			"git objects", n(maxObjects),
			"bytes of the list of refs", size(maxRefsBytes)+", about 200,000 refs",
			"commits of each branch that are searched for a commit id which the server does not hand out", n(searchDepth)+", in "+n(maxSearchTips)+" branches and tags",
			"commits that are looked through for what is new", n(maxBetween),
		),
	} {
		if !strings.Contains(string(page), table) {
			t.Errorf("docs/sources.md has not:\n%s", table)
		}
	}
	if maxPackBytes != maxArchiveBytes {
		t.Error("the page has one bound for downloads and archives")
	}
	front := "Front matter counts up to " + size(maxFrontMatterBytes)
	if !strings.Contains(string(page), front) {
		t.Errorf("docs/sources.md has not %q", front)
	}
	for _, kind := range FindingKinds() {
		if !strings.Contains(string(page), "| `"+string(kind)+"` | ") {
			t.Errorf("docs/sources.md does not explain %s", kind)
		}
	}
}
