// Package clients knows the AI clients: where each one keeps its skills, its
// agents and its MCP servers, how it spells an agent and a server entry, how to
// tell that it is installed, and what its user has to do after a change.
//
// It is a catalog: data, and pure functions of that data and a [System]. It
// writes nothing. A new client is one entry in a file of its name and one line
// in catalog.go; a client that needs more than data has one small function
// beside its entry.
package clients

import (
	"io/fs"

	"fsskills/clients/document"
)

// A System is the machine that paths and detection are worked out for. All of
// it comes from the caller, so that Windows and macOS are tested on Linux.
type System struct {
	GOOS string // "linux", "darwin" or "windows"
	Home string // the user's home folder, absolute
	// Project is the root of the project, absolute; empty where there is none.
	Project string
	// Getenv returns an environment variable, empty if unset.
	Getenv func(string) string
	// LookPath returns the path of a program on PATH.
	LookPath func(string) (string, error)
	// Stat, ReadFile and Glob look at the file system.
	Stat     func(string) (fs.FileInfo, error)
	ReadFile func(string) ([]byte, error)
	Glob     func(string) ([]string, error)
}

// An Evidence says how a fact about a client is known.
type Evidence string

// The kinds of evidence, strongest first.
const (
	Observed   Evidence = "observed"   // the real client was run
	Documented Evidence = "documented" // the vendor's documentation or source
	Reported   Evidence = "reported"   // somebody else's word
)

// A Path is a location as the catalog writes it: forward slashes, a leading
// "~" for the home folder, a leading "." for the root of the project and ${NAME:-default} for an environment variable
// that moves it. [System.Path] resolves it.
type Path string

// Paths is a Path for each operating system. An empty Path means that the
// client has no such place there.
type Paths struct{ Linux, Darwin, Windows Path }

// A Scope is for whom something is installed.
type Scope string

// The scopes.
const (
	UserScope    Scope = "user"    // everything that the user does
	ProjectScope Scope = "project" // a team's project, which commits it
)

// An AuthMethod is how a client proves to the server who the user is.
type AuthMethod string

// The two ways.
const (
	OAuth  AuthMethod = "oauth"
	APIKey AuthMethod = "api-key"
)

// A Server is the MCP server to be written, in no client's spelling.
type Server struct {
	Name   string // "fullstory"
	URL    string
	Auth   AuthMethod
	KeyEnv string // name of the variable that holds the key; never the key
	// Literal asks for the key itself in the entry, where a client cannot take
	// it from the environment.
	Literal bool
	// Key is that key. Without it the one that is in the file stays.
	Key Secret
}

// A ServerFile is where and how one client, on one System, keeps its entry.
type ServerFile struct {
	Path   string // absolute
	Format document.Format
	Place  document.Place
	// Entry is the entry in the client's spelling.
	Entry document.Entry
	// Strict is true when the client is known to fail on comments and trailing
	// commas.
	Strict bool
	// Unable says why the entry cannot be written there. Nil means that it can.
	Unable *Unable
}

// An Unable says why a client cannot be given an entry, and what the user can
// do instead. It is an error.
type Unable struct{ Reason, Remedy string } //nolint:errname // an answer about a client first, an error second

func (u *Unable) Error() string { return u.Reason }

// Hint is the one concrete thing to do.
func (u *Unable) Hint() string { return u.Remedy }

// A Detection says whether a client is on the machine and why.
type Detection struct {
	Found bool
	// Why names what was found, or what was looked for and is missing.
	Why string
}

// An Invocation is how a user calls a skill in a client.
type Invocation string

// The ways of calling a skill named "x".
const (
	Slash      Invocation = "/"       // /x
	SlashSkill Invocation = "/skill:" // /skill:x
	SlashDash  Invocation = "/skill-" // /skill-x
	Dollar     Invocation = "$"       // $x
	At         Invocation = "@"       // @x
	Automatic  Invocation = "auto"    // the assistant loads it by itself
)
