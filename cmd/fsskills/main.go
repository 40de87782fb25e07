// Command fsskills installs Fullstory's skills and MCP server into AI clients.
package main

import (
	"os"

	"fsskills/cmd"
)

func main() { os.Exit(cmd.Main()) }
