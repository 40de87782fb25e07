package cmd

import (
	"os"

	"golang.org/x/sys/windows"
)

// enableEscapes asks the consoles behind files to obey escape sequences, which
// they do only on request, and reports whether all of them agreed. A file that
// is no console has nothing to agree to.
func enableEscapes(files ...*os.File) bool {
	ok := true
	for _, f := range files {
		console := windows.Handle(f.Fd())
		var mode uint32
		if windows.GetConsoleMode(console, &mode) != nil {
			continue
		}
		if windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) != nil {
			ok = false
		}
	}
	return ok
}
