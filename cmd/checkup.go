package cmd

import (
	"context"
	"errors"
	"strings"

	"fsskills/installer"
)

// A severity is how much a finding matters. Information needs nothing to be
// done.
type severity string

const (
	severityInfo    severity = "info"
	severityWarning severity = "warning"
	severityError   severity = "error"
)

// A finding is one thing that doctor has to say.
type finding struct {
	Check    string   `json:"check"`
	Severity severity `json:"severity"`
	Message  string   `json:"message"`
	Path     string   `json:"path,omitempty"`
	// Remedy is the one thing to do; for a finding that is fixed, what was done.
	Remedy  string `json:"remedy"`
	Fixable bool   `json:"fixable"` // by --fix
	Fixed   bool   `json:"fixed"`

	// auth is true if it is about credentials that were refused or are missing.
	auth bool

	// mend does what is safe, and says what it did. It is nil if only the user
	// can do something.
	mend func(context.Context) (did string, err error)
}

// open reports whether something is left to be done.
func (f finding) open() bool { return !f.Fixed && f.Severity != severityInfo }

// A check is one thing that doctor looks at.
type check struct {
	name string
	look func(*checkup, context.Context) ([]finding, error)
}

// A checkup is one run of doctor.
type checkup struct {
	*run
	fix       bool
	where     sourceOptions
	configErr error // why the user's own file cannot be used
	findings  []finding
	server    entryOptions

	// What the checks of clients have looked at: each once.
	looked   bool
	found    []patient
	readings map[string]reading
	places   map[string][]string // under which roots some client looks, by file
	others   map[string]bool     // skills of the other scope, by path

	asked   *doctorSource
	servers []doctorServer
}

// examine looks at one thing after the other and, with --fix, mends what it
// finds before it looks at the next. The error is an interruption.
func (c *checkup) examine(ctx context.Context, all []check) error {
	for _, one := range all {
		found, err := one.look(c, ctx)
		if err != nil {
			found = append(found, failure(err, ""))
		}
		for _, f := range found {
			if err := ctx.Err(); err != nil {
				return err
			}
			f.Check, f.Fixable = one.name, f.mend != nil
			if c.fix && f.mend != nil {
				did, err := f.mend(ctx)
				if f.Fixed = err == nil; f.Fixed {
					f.Remedy = did
				} else {
					c.findings = append(c.findings, f.said())
					f = failure(err, f.Path)
					f.Check = one.name
				}
			}
			c.findings = append(c.findings, f.said())
		}
	}
	return ctx.Err()
}

// failure is the finding of an error.
func failure(err error, path string) finding {
	remedy := installer.Remedy(err)
	if h, ok := errors.AsType[hinter](err); ok {
		remedy = h.Hint()
	}
	return finding{Severity: severityError, Message: err.Error(), Path: path, Remedy: remedy}
}

// said is the finding with something to do, and without what a terminal could
// take for a command.
func (f finding) said() finding {
	f.Remedy = first(f.Remedy, "mend it by hand, and run this again")
	f.Message, f.Path = cleanLines(f.Message), clean(f.Path)
	f.Remedy = cleanLines(f.Remedy)
	return f
}

func cleanLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = clean(lines[i])
	}
	return strings.Join(lines, "\n")
}
