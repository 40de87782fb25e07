package conformance

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// askClineCommands scrolls through the menu of commands, which shows few of them
// at a time.
func askClineCommands(s *session, got *seen) error {
	if err := clineModel(s, "http://127.0.0.1:9"); err != nil {
		return err
	}
	t, err := s.terminal(clineEnv(s), "-i")
	if err != nil {
		return err
	}
	defer t.close()
	if err := t.await("Use / for slash commands"); err != nil {
		return err
	}
	keys, from := "/", 0
	var rows []string
	for {
		if err := t.press(keys); err != nil {
			return err
		}
		part, err := readScreen(t, func(screen string) (clinePart, error) {
			part, err := clineMenu(screen)
			if err == nil && part.at < from {
				err = fmt.Errorf("row %d is chosen, not one from %d on", part.at, from)
			}
			return part, err
		})
		if err != nil {
			return err
		}
		if rows, err = part.after(rows); err != nil {
			return err
		}
		if part.below == 0 {
			got.commands, err = clineCommands(rows)
			return err
		}
		// Of two keys at once it may heed one.
		keys, from = "\x1b[B", part.at+1
	}
}

// A clinePart is what is seen of a menu.
type clinePart struct {
	above, below int // rows that are not seen
	at           int // the row that is chosen, from the top of all
	rows         []string
}

// clineMenu reads what is seen of the menu of commands, which stands below the
// question:
//
//	❯ /
//	────────
//	╭──────────────────────────────╮
//	│ ▲ 11 more                    │
//	│ ❯ /quit           Exit Cline │
//	│ Skills                       │
//	│   /report  Writes the report │
//	│ ▼ 2 more                     │
//	╰──────────────────────────────╯
func clineMenu(screen string) (clinePart, error) {
	_, menu, ok := strings.Cut(screen, "❯ /\n")
	_, menu, opened := strings.Cut(menu, "╮\n")
	menu, _, closed := strings.Cut(menu, "╰")
	if !ok || !opened || !closed {
		return clinePart{}, errors.New("no menu of commands")
	}
	more := regexp.MustCompile(`^([▲▼]) (\d+) more$`)
	part := clinePart{at: -1}
	for line := range strings.Lines(menu) {
		row := strings.TrimSpace(strings.Trim(strings.TrimSpace(line), "│"))
		if m := more.FindStringSubmatch(row); m != nil {
			n, err := strconv.Atoi(m[2])
			if err != nil {
				return clinePart{}, err
			}
			if m[1] == "▲" {
				part.above = n
			} else {
				part.below = n
			}
			continue
		}
		if chosen, ok := strings.CutPrefix(row, "❯ "); ok {
			row, part.at = chosen, part.above+len(part.rows)
		}
		if row != "" {
			part.rows = append(part.rows, row)
		}
	}
	if part.at < 0 {
		return clinePart{}, errors.New("a menu of commands of which none is chosen")
	}
	return part, nil
}

// after are the rows, which were seen before, and those of the part that go on.
func (p clinePart) after(rows []string) ([]string, error) {
	if p.above > len(rows) {
		return nil, fmt.Errorf("of the menu of commands %d rows were seen, and it goes on after %d", len(rows), p.above)
	}
	return append(slices.Clone(rows[:p.above]), p.rows...), nil
}

// clineCommands are the commands of the rows of their menu.
func clineCommands(rows []string) ([]string, error) {
	form := regexp.MustCompile(`^/(\S+)(?: {2,}|$)`)
	var all []string
	for _, row := range rows {
		if row == "Skills" {
			continue
		}
		m := form.FindStringSubmatch(row)
		if m == nil {
			return nil, fmt.Errorf("the menu of commands has the row %q", row)
		}
		all = append(all, m[1])
	}
	return all, nil
}

func TestClineCommands(t *testing.T) {
	t.Parallel()
	const start, end = "   Use / for\n   ────\n   ❯ /\n   ────\n   ╭────╮\n", "   ╰────╯\n   local\n"
	var rows []string
	for i, menu := range []string{
		"   │ ❯ /mcp        Manage servers │\n   │   /help            Show help │\n   │ ▼ 3 more                     │\n",
		"   │ ▲ 1 more                     │\n   │ ❯ /help            Show help │\n   │ Skills                       │\n   │ ▼ 2 more                     │\n",
		"   │ ▲ 2 more                     │\n   │ Skills                       │\n   │   /bare                      │\n   │ ❯ /one      Does one /thing… │\n",
	} {
		part, err := clineMenu(start + menu + end)
		if err != nil {
			t.Fatal(err)
		}
		if at := []int{0, 1, 4}[i]; part.at != at || part.above+len(part.rows)+part.below != 5 {
			t.Errorf("%q is taken for %+v", menu, part)
		}
		if i == 2 {
			if gap, err := part.after(rows[:1]); err == nil {
				t.Errorf("rows that were not seen are passed over: %q", gap)
			}
		}
		if rows, err = part.after(rows); err != nil {
			t.Fatal(err)
		}
	}
	got, err := clineCommands(rows)
	if diff := cmp.Diff([]string{"mcp", "help", "bare", "one"}, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	for _, row := range []string{"Plugins", "one", "/one Does one"} {
		if got, err := clineCommands([]string{row}); err == nil {
			t.Errorf("%q is taken for %v", row, got)
		}
	}
	for _, screen := range []string{
		"", start, start + end, start + "   │ ❯ /mcp   Manage servers │\n", start + "   │   /mcp   Manage servers │\n" + end,
		"   ❯ //\n   ╭────╮\n   │ ❯ /mcp   Manage servers │\n" + end,
	} {
		if got, err := clineMenu(screen); err == nil {
			t.Errorf("%q is taken for %+v", screen, got)
		}
	}
}
