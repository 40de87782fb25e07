package clients

// A client that signs in to no remote server itself starts a local program,
// the bridge, that does. On Windows npx is a script, which only the command
// interpreter can start
// (https://github.com/modelcontextprotocol/servers/issues/3460).
var (
	bridgeFields = []Field{
		{Path: "command", Value: "npx"},
		{Path: "args", Value: []any{"-y", bridge, "<url>"}},
	}
	cmdBridgeFields = []Field{
		{Path: "command", Value: "cmd"},
		{Path: "args", Value: []any{"/c", "npx", "-y", bridge, "<url>"}},
	}
	// bridgeDrop and bridgeKeep leave the bridge its environment, and take out
	// the headers, which are nothing to a local program.
	bridgeDrop = []string{"headers"}
	bridgeKeep = []string{"env", "cwd", "headers/Authorization", "headers/authorization"}
)

// notInCommand are characters that the command interpreter of Windows takes
// for its own.
const notInCommand = `&|<>^%"`
