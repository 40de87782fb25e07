package cmd

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// mishaps are all that are tried.
func mishaps() []mishap {
	return slices.Concat(usageMishaps(), sourceMishaps(), stateMishaps(), configMishaps(), clientMishaps(), projectMishaps(), machineMishaps())
}

// usageMishaps are command lines that nobody can carry out.
func usageMishaps() []mishap {
	plain := func(name, line string) mishap { return mishap{name: name, args: words(line), code: exitUsage} }
	return []mishap{
		plain("no such command", "isntall"),
		plain("no such flag", "install --dryrun"),
		plain("a flag of another command", "list --force"),
		plain("a flag without its value", "install --client"),
		plain("a time that is none", "install --yes --timeout soon"),
		plain("no time at all", "install --yes --timeout 0s"),
		plain("yes or no", "install --yes=perhaps"),
		{name: "an empty flag", args: []string{"install", "--yes", "--source", ""}, code: exitUsage},
		plain("an argument too many", "list alpha"),
		plain("two operations", "restore one two"),
		plain("help on nothing", "help instal"),
		plain("completion for no shell", "completion tcsh"),
		plain("quiet and verbose", "install --yes --quiet --verbose"),
		plain("quiet and verbose status", "status --quiet --verbose"),
		plain("skills only and the server only", "install --yes --skills-only --mcp-only"),
		plain("the server only and a skill", "install --yes --mcp-only alpha"),
		plain("the server only and a source", "install --yes --mcp-only --source ."),
		plain("a region and an address", "install --yes --region eu --mcp-url https://api.fullstory.com/mcp/fullstory"),
		plain("two scopes", "install --yes --scope user --project"),
		plain("locked and a ref", "install --yes --locked --ref main"),
		plain("locked for the user", "install --yes --locked --scope user"),
		plain("a part to purge", "uninstall --yes --purge --client cursor"),
		plain("a form and a client", "snippet --form yaml --client cursor"),
		plain("a snippet for several", "snippet --client cursor,codex"),
		plain("a key in a project", "install --yes --write-key --auth api-key --scope project --dir ."),
		plain("a variable without a key", "install --yes --client cursor --api-key-env MY_KEY"),
		plain("a key in the place of its variable", "install --yes --auth api-key --api-key-env na1.c2VjcmV0"),
		plain("a token in the place of its variable", "install --yes --token-env ghp-abc.def"),
		plain("an unknown way to sign in", "install --yes --auth basic"),
		plain("an unknown region", "install --yes --region asia"),
		plain("an unknown scope", "install --yes --scope team"),
		plain("an unknown form", "snippet --form xml"),
		plain("a server without encryption", "install --yes --mcp-url http://example.com/mcp"),
		plain("a server of another kind", "install --yes --mcp-url ftp://example.com/mcp"),
		plain("a server that is no address", "install --yes --mcp-url example"),
		plain("a key for a stranger", "install --yes --client cursor --auth api-key --mcp-url https://example.com/mcp --mcp-only"),
		plain("nobody to ask", "install --client cursor"),
		plain("nobody to ask about uninstall", "uninstall"),
		plain("nobody to ask about restore", "restore last"),
		plain("no key to write", "install --yes --client zed --auth api-key --write-key --mcp-only"),
	}
}

// sourceMishaps are sources that give nothing.
func sourceMishaps() []mishap {
	from := func(name, source string, code exitCode, arrange func(*victim), more ...string) mishap {
		return mishap{name: name, arrange: arrange, args: append([]string{"install", "--yes", "--client", "cursor", "--source", source}, more...), code: code}
	}
	return []mishap{
		from("no source there", "~/nowhere", exitFailed, nil),
		from("a text file as source", "~/notes.txt", exitUsage, func(v *victim) { v.write("notes.txt", "hello") }),
		from("a folder without skills", "~/empty", exitFailed, func(v *victim) { v.mkdir("empty") }),
		from("an archive that is none", "~/skills.zip", exitFailed, func(v *victim) { v.write("skills.zip", "no zip at all") }),
		from("a damaged archive", "~/skills.tar.gz", exitFailed, func(v *victim) { v.write("skills.tar.gz", "\x1f\x8b\x08\x00\x00") }),
		from("an empty archive", "~/skills.zip", exitFailed, func(v *victim) { v.write("skills.zip", "") }),
		from("a repository without objects", "~/repo", exitFailed, func(v *victim) { v.write("repo/.git/HEAD", "ref: refs/heads/main\n"); v.mkdir("repo/.git/objects") }),
		from("a ref of a folder", "~/source", exitUsage, nil, "--ref", "main"),
		from("a ref that can be none", "acme/skills", exitUsage, nil, "--ref", "a..b"),
		from("a password in the address", "https://ada:hunter2@example.com/skills.git", exitUsage, nil),
		from("a query in the address", "https://example.com/skills.git?token=hunter2", exitUsage, nil),
		from("an unknown kind of address", "s3://bucket/skills", exitUsage, nil),
		from("a tilde that stayed", "~nobody/skills", exitUsage, nil),
		from("an archive of the net", "https://example.com/skills.zip", exitUsage, nil),
		from("an unknown skill", "~/source", exitUsage, nil, "/Alpha"),
		from("nothing kept for offline", "https://example.com/skills.git", exitFailed, nil, "--offline"),
		from("all of it refused", "~/unsafe", exitFailed, func(v *victim) {
			v.mkdir("unsafe/skills/alpha")
			v.check(os.Symlink("/etc/passwd", v.path("unsafe/skills/alpha/SKILL.md")))
		}),
		from("strict leaves nothing", "~/sly", exitFailed, func(v *victim) {
			v.write("sly/skills/alpha/SKILL.md", "---\nname: alpha\ndescription: An example.\n---\nTe\u200bxt.\u202e\n")
		}, "--strict"),
		from("no file of authorities", "https://127.0.0.1:1/x.git", exitUsage, nil, "--ca-file", "~/ca.pem"),
		from("a folder of authorities", "https://127.0.0.1:1/x.git", exitUsage, nil, "--ca-file", "~/source"),
		from("authorities that are none", "https://127.0.0.1:1/x.git", exitUsage, func(v *victim) { v.write("ca.pem", "hello") }, "--ca-file", "~/ca.pem"),
		from("a proxy that is none", "https://example.com/x.git", exitUsage, func(v *victim) { v.vars["HTTPS_PROXY"] = "ftp://ada:hunter2@proxy" }),
		from("a token that is not set", "https://example.com/x.git", exitUsage, nil, "--token-env", "SKILLS_TOKEN"),
		from("a token for a folder", "~/source", exitUsage, nil, "--token-env", "SKILLS_TOKEN"),
		from("a token in the open", "http://example.com/x.git", exitUsage, nil, "--token-env", "SKILLS_TOKEN"),
		from("nobody listens", "https://127.0.0.1:1/x.git", exitFailed, nil),
		from("no agent for ssh", "git@127.0.0.1:acme/skills.git", exitAuth, nil),
	}
}

// stateMishaps are about what fsskills keeps for itself.
func stateMishaps() []mishap {
	in := func(name, rel, text string, code exitCode) mishap {
		return mishap{name: name, args: words("status --offline"), code: code, arrange: func(v *victim) { v.installed(); v.write(rel, text) }}
	}
	return []mishap{
		in("a damaged receipt", "state/receipt.json", `{"version": 1, "items": [`, exitFailed),
		in("an empty receipt", "state/receipt.json", "", exitFailed),
		in("a receipt of tomorrow", "state/receipt.json", `{"version": 99}`, exitFailed),
		{name: "a folder for a receipt", args: words("list"), code: exitFailed, arrange: func(v *victim) { v.mkdir("state/receipt.json") }},
		{name: "a file for the state", args: install(), code: exitFailed, arrange: func(v *victim) { v.write("state", "hello") }},
		{name: "a damaged journal", args: install(), code: exitFailed, arrange: func(v *victim) { v.installed(); v.write("state/journal.tar", "hello") }},
		{name: "a damaged backup", args: words("restore"), code: exitFailed, arrange: func(v *victim) {
			v.installed()
			backups, err := filepath.Glob(v.path("state/backups/*"))
			v.check(err)
			v.check(os.WriteFile(backups[0], []byte("hello"), 0o600))
		}},
		{name: "state that others may write", args: words("list"), code: exitUsage, arrange: func(v *victim) { v.mkdir("state"); v.check(os.Chmod(v.path("state"), 0o777)) }},
		{name: "a receipt that others may write", args: words("list"), code: exitUsage, arrange: func(v *victim) {
			v.installed()
			v.check(os.Chmod(v.path("state/receipt.json"), 0o666))
		}},
		{name: "state of the project", args: words("list"), code: exitUsage, arrange: func(v *victim) { v.project(); v.env.StateDir = v.path("work/state"); v.mkdir("work/state") }},
		{name: "cache of the project", args: install(), code: exitUsage, arrange: func(v *victim) { v.project(); v.env.CacheDir = v.path("work/cache"); v.mkdir("work/cache") }},
		{name: "a receipt nobody may read", args: words("list"), code: exitFailed, arrange: func(v *victim) { v.installed(); v.forbid("state/receipt.json", 0) }},
		{name: "state nobody may write", args: install("--force"), code: exitFailed, arrange: func(v *victim) { v.mkdir("state"); v.forbid("state", 0o500) }},
		{name: "an operation that is none", args: words("restore --yes 2020"), code: exitUsage, arrange: (*victim).installed},
		{name: "an operation of several", args: words("restore --yes 2026"), code: exitUsage, arrange: func(v *victim) {
			v.installed()
			v.env.Now = later
			if code, _, said := v.run("uninstall", "--yes"); code != 0 {
				v.t.Fatal(said)
			}
		}},
		{name: "nothing to restore", args: words("restore --yes last"), code: exitUsage},
		{name: "nothing to update", args: words("update --yes"), code: exitFailed},
		{name: "an update of what is not there", args: words("update --yes beta"), code: exitUsage, arrange: (*victim).installed},
		{name: "an update of a client without", args: words("update --yes --client zed"), code: exitFailed, arrange: (*victim).installed},
		{name: "a source that is gone", args: words("update --yes"), code: exitFailed, arrange: func(v *victim) { v.installed(); v.check(os.RemoveAll(v.path("source"))) }},
		{name: "all skills are gone", args: words("update --yes"), code: exitFailed, arrange: func(v *victim) { v.installed(); v.check(os.RemoveAll(v.path("source/skills/alpha"))) }},
	}
}

// configMishaps are about the user's own file.
func configMishaps() []mishap {
	says := func(name, text string) mishap {
		return mishap{name: name, args: words("clients"), code: exitUsage, arrange: func(v *victim) { v.write("config/config.yaml", text) }}
	}
	return []mishap{
		says("a config that is no YAML", "auth: [oauth\n"),
		says("an unknown field", "sorce: acme/skills\n"),
		says("an unknown value", "auth: apikey\n"),
		says("two mistakes", "regoin: eu\nclients: [curser]\n"),
		says("a config of tomorrow", "version: 9\n"),
		says("a source from here", "source: ./skills\n"),
		says("a key in the config", "auth: api-key\napi-key-env: na1.c2VjcmV0\n"),
		{name: "a folder for a config", args: words("clients"), code: exitUsage, arrange: func(v *victim) { v.mkdir("config/config.yaml") }},
		{name: "a config that leads nowhere", args: words("clients"), code: exitUsage, arrange: func(v *victim) {
			v.mkdir("config")
			v.check(os.Symlink("gone.yaml", v.path("config/config.yaml")))
		}},
		{name: "a config that others may write", args: words("clients"), code: exitUsage, arrange: func(v *victim) {
			v.write("config/config.yaml", "auth: oauth\n")
			v.check(os.Chmod(v.path("config/config.yaml"), 0o666))
		}},
		{name: "a huge config", args: words("clients"), code: exitUsage, arrange: func(v *victim) { v.write("config/config.yaml", strings.Repeat("#\n", 1<<20)) }},
		{name: "a config nobody may read", args: words("clients"), code: exitFailed, arrange: func(v *victim) {
			v.write("config/config.yaml", "auth: oauth\n")
			v.forbid("config/config.yaml", 0)
		}},
	}
}

// clientMishaps are about clients and what is in their files.
func clientMishaps() []mishap {
	return []mishap{
		{name: "no client here", args: []string{"install", "--yes", "--source", "~/source"}, code: exitFailed},
		{name: "an unknown client", args: words("install --yes --client curser"), code: exitUsage},
		{name: "an unknown client to ask about", args: words("status --client emacs"), code: exitUsage, arrange: (*victim).installed},
		{name: "a client without projects", args: []string{"install", "--yes", "--client", "claude-desktop", "--scope", "project", "--dir", "~/work", "--source", "~/source"}, code: exitFailed, arrange: func(v *victim) { v.mkdir("work") }},
		{name: "a client without skills", args: []string{"install", "--yes", "--client", "claude-desktop", "--skills-only", "--source", "~/source"}, code: exitFailed},
		{name: "a project snippet of nobody", args: []string{"snippet", "--client", "claude-desktop", "--scope", "project", "--dir", "~/work"}, code: exitFailed, arrange: func(v *victim) { v.mkdir("work") }},
		{name: "a file that does not parse", args: install(), code: exitPartly, told: true, arrange: func(v *victim) { v.write(".cursor/mcp.json", "{\n  \"mcpServers\": {,}\n}\n") }},
		{name: "a file that does not parse alone", args: words("install --yes --client cursor --mcp-only"), code: exitFailed, told: true, arrange: func(v *victim) { v.write(".cursor/mcp.json", "{") }},
		{name: "somebody else's entry", args: install(), code: exitPartly, told: true, arrange: func(v *victim) {
			v.write(".cursor/mcp.json", `{"mcpServers": {"fullstory": {"url": "https://example.com/mcp"}}}`)
		}},
		{name: "somebody else's skill", args: install(), code: exitPartly, told: true, arrange: func(v *victim) { v.write(".agents/skills/alpha/SKILL.md", "mine\n") }},
		{name: "a folder for a client's file", args: install(), code: exitPartly, told: true, arrange: func(v *victim) { v.mkdir(".cursor/mcp.json") }},
		{name: "a file for the skills folder", args: install(), code: exitPartly, told: true, arrange: func(v *victim) { v.write(".agents", "hello") }},
		{name: "a client's file nobody may write", args: install(), code: exitPartly, told: true, arrange: func(v *victim) { v.mkdir(".cursor"); v.forbid(".cursor", 0o500) }},
	}
}

// projectMishaps are about projects and their locks.
func projectMishaps() []mishap {
	locked := func(name, lock string, code exitCode) mishap {
		return mishap{name: name, args: words("install --yes --locked"), code: code, arrange: func(v *victim) { v.project(); v.write("work/fsskills.lock", lock) }}
	}
	return []mishap{
		{name: "no project here", args: words("install --yes --scope project"), code: exitUsage},
		{name: "no such project", args: words("install --yes --dir ~/nowhere"), code: exitUsage},
		{name: "a file for a project", args: words("install --yes --dir ~/file"), code: exitUsage, arrange: func(v *victim) { v.write("file", "hello") }},
		{name: "the home as a project", args: words("install --yes --dir ."), code: exitUsage},
		{name: "no lock", args: words("install --yes --locked"), code: exitFailed, arrange: (*victim).project},
		locked("a damaged lock", "{", exitFailed),
		locked("a lock with a conflict", "<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n", exitFailed),
		locked("a lock of tomorrow", `{"version": 99}`, exitFailed),
		{name: "a lock with a source of its own", args: words("install --yes --locked"), code: exitUsage, arrange: func(v *victim) {
			v.project()
			if code, _, said := v.run("install", "--yes", "--scope", "project", "--client", "cursor", "--source", "~/source"); code != 0 {
				v.t.Fatal(said)
			}
			text, err := os.ReadFile(v.path("work/fsskills.lock"))
			v.check(err)
			v.write("work/fsskills.lock", strings.Replace(string(text), `"source": {`, `"source": {"url": "https://example.com/skills",`, 1))
			for _, rel := range []string{"state", "work/.agents", "work/.cursor"} {
				v.check(os.RemoveAll(v.path(rel)))
			}
		}},
	}
}

// machineMishaps are about the machine.
func machineMishaps() []mishap {
	return []mishap{
		{name: "no home", args: words("list"), code: exitFailed, arrange: func(v *victim) {
			v.env.broken = errors.New("find the home folder: $HOME is not defined")
		}},
		{name: "under sudo", args: words("list"), code: exitUsage, arrange: func(v *victim) { v.vars["SUDO_USER"] = "ada" }},
		{name: "nowhere to print to", args: words("clients"), code: exitFailed, arrange: func(v *victim) { v.env.Out = unable{} }},
	}
}
