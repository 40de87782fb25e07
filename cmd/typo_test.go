package cmd

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// typist is a user with two skills installed into Cursor, who mistypes.
func typist(t *testing.T) (env *Env, run func(args ...string) (code int, errOut string)) {
	t.Helper()
	env, _, _ = testEnv(t)
	env.ConfigDir = filepath.Join(env.Home, "config")
	for _, name := range []string{"alpha", "beta-review", "beta-preview"} {
		path := filepath.Join(env.Home, "source", "skills", name, "SKILL.md")
		text := "---\nname: " + name + "\ndescription: An example.\n---\nText.\n"
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	run = func(args ...string) (int, string) {
		e := *env
		var errOut bytes.Buffer
		e.Out, e.Err, e.config = new(bytes.Buffer), &errOut, nil
		return Run(t.Context(), e, args), errOut.String()
	}
	if code, said := run("install", "--yes", "--client", "cursor", "--source", filepath.Join(env.Home, "source")); code != 0 {
		t.Fatalf("exit status %d: %s", code, said)
	}
	return env, run
}

// TestTypos has a slip of every kind in every place where a name is given.
func TestTypos(t *testing.T) {
	t.Parallel()
	_, run := typist(t)
	for args, hint := range map[string]string{
		// Commands.
		"instal":               "did you mean 'fsskills install'?",
		"isntall":              "did you mean 'fsskills install'?",
		"INSTALL":              "did you mean 'fsskills install'?",
		"uninstal":             "did you mean 'fsskills uninstall'?",
		"remov":                "did you mean 'fsskills remove'?",
		"lits":                 "did you mean 'fsskills list'?",
		"stauts":               "did you mean 'fsskills status'?",
		"docter":               "did you mean 'fsskills doctor'?",
		"client":               "did you mean 'fsskills clients'?",
		"res":                  "did you mean 'fsskills restore'?",
		"up":                   "did you mean 'fsskills update'?",
		"xyzzy":                "run 'fsskills help' for the list of commands",
		"skill install":        "did you mean 'fsskills install'?",
		"skills add alpha":     "did you mean 'fsskills add'?",
		"add-skill":            "did you mean 'fsskills add'?",
		"install-skills":       "did you mean 'fsskills install'?",
		"init":                 "did you mean 'fsskills install'?",
		"rollback":             "did you mean 'fsskills restore'?",
		"search":               "did you mean 'fsskills list --available'?",
		"help instal":          "did you mean 'fsskills help install'?",
		"help search":          "did you mean 'fsskills help list'?",
		"help xyzzy":           "run 'fsskills help' for the list of commands",
		"completion bsh":       "did you mean 'fsskills completion bash'?",
		"completion power":     "did you mean 'fsskills completion powershell'?",
		"completion tcsh-old!": "choose one of bash, fish, powershell, zsh",
		// Flags.
		"install --dryrun":         "did you mean --dry-run?",
		"install --dry_run":        "did you mean --dry-run?",
		"install --clients cursor": "did you mean --client?",
		"install --skil alpha":     "did you mean --skill?",
		"install -json":            "did you mean --json?",
		"list --availabel":         "did you mean --available?",
		"list --no-colour":         "did you mean --no-color?",
		"list --diff":              "leave it out: --diff is a flag of install, restore, uninstall and update, not of list",
		"doctor --agent cursor":    "leave it out: --agent is a flag of install, list, snippet, status, uninstall and update, not of doctor",
		"clients -n":               "leave it out: -n is a flag of install, restore, uninstall and update, not of clients",
		"install -Y":               "did you mean -y (--yes)?",
		"install -f":               "did you mean --force?",
		"install -d":               "did you mean --diff, --dir or --dry-run?",
		"--purge":                  "write it behind a command: --purge is a flag of uninstall",
		"install --xyzzy":          "run 'fsskills install --help' for what it takes",
		"install --client":         "give it one: --client CLIENTS",
		"install --timeout soon":   "give it a number and a unit, such as --timeout 30s or --timeout 2m",
		"install --json=perhaps":   "write --json alone, or --json=false",
		// Values.
		"install --yes --auth apikey":               "did you mean --auth api-key?",
		"install --yes --auth oath":                 "did you mean --auth oauth?",
		"install --yes --auth password":             "use --auth oauth or api-key",
		"install --yes --region UE":                 "did you mean --region us or --region eu?",
		"uninstall --client cursr":                  "did you mean cursor?",
		"restore lats":                              "did you mean 'fsskills restore last'?",
		"--jsn":                                     "write it behind a command: --json is a flag of clients, doctor, install, list, restore, snippet, status, uninstall, update and version",
		"list --yess":                               "leave it out: --yes is a flag of install, restore, uninstall and update, not of list",
		"uninstall aplha":                           "did you mean alpha?",
		"update --client cursr":                     "did you mean cursor?",
		"update aplha":                              "did you mean alpha?",
		"install --client cluade-code":              "did you mean claude-code?", // though --yes is missing, too
		"install --scope proj":                      "did you mean --scope project?",
		"install --yes --region eu1":                "did you mean --region eu?",
		"install --yes --region EU":                 "did you mean --region eu?",
		"install --yes --region e":                  "did you mean --region eu?",
		"install --yes --region asia":               "use --region us or eu",
		"install --yes --scope projct":              "did you mean --scope project?",
		"install --yes --scope users":               "did you mean --scope user?",
		"snippet --form ymal":                       "did you mean --form yaml?",
		"install --yes --client curser":             "did you mean cursor?",
		"install --yes --client cursor,Claude Cood": "did you mean claude-code?",
		"install --yes --client Claude Code":        "did you mean claude-code?",
		"snippet --client Gemini CLI":               "did you mean gemini-cli?",
		"status --client emacs":                     "run 'fsskills clients' for the list",
		// Skills: those that there are, and those that are installed.
		"install --yes --skill alhpa":         "did you mean alpha?",
		"install --yes /alpha":                "did you mean alpha?",
		"install --yes $alpha":                "did you mean alpha?",
		"install --yes Alpha":                 "did you mean alpha?",
		"install --yes fullstory:beta_review": "did you mean beta-review?",
		"install --yes beta":                  "did you mean beta-preview or beta-review?",
		"install --yes nothing-like-it":       "there are alpha, beta-preview, beta-review",
		"uninstall --yes /beta-preview":       "did you mean beta-preview?",
		"update --yes ALPHA":                  "did you mean alpha?",
		"status alpah":                        "did you mean alpha?",
		"restore --yes lst":                   "did you mean 'fsskills restore last'?",
		"restore --yes latest":                "did you mean 'fsskills restore last'?",
		"restore --yes elephants":             "run 'fsskills restore' for the list",
	} {
		t.Run(args, func(t *testing.T) {
			words := strings.Fields(args)
			for _, name := range []string{"Claude Code", "Claude Cood", "Gemini CLI"} {
				if before, ok := strings.CutSuffix(args, name); ok {
					words = strings.Fields(before)
					if strings.HasSuffix(before, ",") {
						words[len(words)-1] += name
					} else {
						words = append(words, name)
					}
				}
			}
			code, said := run(words...)
			if code != int(exitUsage) {
				t.Errorf("exit status %d, want %d", code, exitUsage)
			}
			for isProgress(said) {
				_, said, _ = strings.Cut(said, "\n")
			}
			if !strings.HasPrefix(said, "fsskills: ") || strings.Count(said, "\n") != 2 || !strings.HasSuffix(said, "\nhint: "+hint+"\n") {
				t.Errorf("said\n%swant the hint %q", said, hint)
			}
		})
	}
}

// TestNearOperation has a slip in the id of an operation.
func TestNearOperation(t *testing.T) {
	t.Parallel()
	env, run := typist(t)
	ops, err := env.store(site{}).Operations()
	if err != nil || len(ops) != 1 {
		t.Fatalf("%d operations, %v", len(ops), err)
	}
	id := ops[0].ID
	_, said := run("restore", "--yes", id[1:])
	if want := "hint: did you mean 'fsskills restore " + id + "'?"; !strings.Contains(said, want) {
		t.Errorf("want %q in\n%s", want, said)
	}
}

// TestNearConfig has slips in the user's own file.
func TestNearConfig(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"sorce: acme/skills\n":     "did you mean source?",
		"api_key_env: KEY\n":       "did you mean api-key-env?",
		"auth: apikey\n":           "did you mean api-key?",
		"auth: password\n":         "use oauth or api-key",
		"region: eu1\n":            "did you mean eu?",
		"region: xx\n":             "use us or eu",
		"clients: [curser]\n":      "did you mean cursor?",
		"clients: [Claude Code]\n": "did you mean claude-code?",
		"own-clients:\n  - id: mine\n    skils: ~/mine\n": "did you mean skills?",
	} {
		env, _, errOut := testEnv(t)
		env.ConfigDir = filepath.Join(env.Home, "config")
		if err := errors.Join(os.MkdirAll(env.ConfigDir, 0o700), os.WriteFile(filepath.Join(env.ConfigDir, configName), []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
		if code := Run(t.Context(), *env, []string{"clients"}); code != int(exitUsage) || !strings.Contains(errOut.String(), want) {
			t.Errorf("%q: exit status %d, want %q in\n%s", text, code, want, errOut)
		}
	}
}
