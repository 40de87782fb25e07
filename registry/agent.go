package registry

// An Agent is a sub-agent that a source's skills rely on, as the source has it.
// No client takes its file as it is: each spells tools and keys in its own way.
type Agent struct {
	// Name is that of the file, less its extension, and of the front matter.
	Name string
	// Description is the whole value, as it is.
	Description string
	// Tools are the tools of Fullstory's server that it may use, in the order of
	// the file and without the server's name.
	Tools []string
	// Body is all that stands behind the front matter, as it is.
	Body []byte
	// Path is the file's in the source.
	Path string
	// File is the file as the source has it. Its path is the file's name.
	File File
	// Warnings are for the user.
	Warnings []string
}
