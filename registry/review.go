package registry

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"sort"
	"strings"
)

// A Finding is something in a skill or an agent that a user should look at
// before an assistant reads it. None is wrong by itself.
type Finding struct {
	Path string // of the file, below the skill's folder or that of the agents, slash-separated
	Line int    // from 1; 0 if it is about the whole file
	Kind FindingKind
	Text string // what was found, on one line
	// More is how many further ones of the kind it stands for, if it is none
	// itself.
	More int
}

// A FindingKind is what a finding is about. The words are a promise.
type FindingKind string

// The kinds of findings, the worst first.
const (
	FindingHidden     FindingKind = "hidden-text"   // characters that a reader does not see
	FindingCommand    FindingKind = "command"       // a command that runs when the skill is loaded
	FindingHooks      FindingKind = "hooks"         // commands that the client runs on its own
	FindingTools      FindingKind = "allowed-tools" // tools that run without a question
	FindingExecutable FindingKind = "executable"    // a file that a system runs
	FindingHost       FindingKind = "foreign-host"  // an address of a host that is not Fullstory's
)

// FindingKinds are all of them, the worst first.
func FindingKinds() []FindingKind {
	return []FindingKind{FindingHidden, FindingCommand, FindingHooks, FindingTools, FindingExecutable, FindingHost}
}

// The bounds of what is said of hostile sources: more than a person reads.
const (
	// maxFindings bounds those of one kind in one file.
	maxFindings = 10
	// maxSkillFindings bounds those of one kind in one skill.
	maxSkillFindings = 100
	// maxShown bounds what a finding repeats of a file, in characters.
	maxShown = 100
)

// A reviewer collects the findings of a skill.
type reviewer struct {
	findings []Finding
	count    map[FindingKind]int
	// rest are those beyond the bound, the first of each kind and how many.
	rest map[FindingKind]Finding
	left map[FindingKind]int
}

// reviewSkill looks through the files of a skill, which are sorted. front is what
// was found in the front matter. Findings are in the order of files and lines.
func reviewSkill(front []Finding, files []File) []Finding {
	r := reviewer{count: map[FindingKind]int{}, rest: map[FindingKind]Finding{}, left: map[FindingKind]int{}}
	for _, f := range files {
		r.file(f, front)
	}
	for _, kind := range FindingKinds() {
		if n := r.left[kind]; n > 0 {
			more := r.rest[kind]
			more.Text, more.More = fmt.Sprintf("and %d more", n), n
			r.findings = append(r.findings, more)
		}
	}
	return r.findings
}

// reviewAgent looks through the file of an agent. It is written anew for each
// client, with a mode of its own and what is known of the front matter. escaped is
// what the values in that hide and the file does not.
func reviewAgent(escaped []Finding, f File) []Finding {
	found := hiddenIn(f.Data)
	if found == nil {
		found = escaped
	}
	found = append(found, hostsIn(f.Data)...)
	r := reviewer{count: map[FindingKind]int{}}
	r.add(f.Path, found)
	return r.findings
}

// file looks through one file. front is what was found in the front matter of
// the skill.
func (r *reviewer) file(f File, front []Finding) {
	var found []Finding
	if f.Path == skillFile {
		found = slices.Concat(front, commandsIn(f.Data))
	}
	if line, why := executable(f); why != "" {
		found = append(found, Finding{Line: line, Kind: FindingExecutable, Text: why})
	}
	switch plain, decoded := textOf(f); {
	case decoded != nil:
		found = append(found, hiddenIn(decoded)...)
		found = append(found, hostsIn(decoded, plain)...)
	case plain != nil:
		found = append(found, hiddenIn(plain)...)
		found = append(found, hostsIn(plain)...)
	}
	r.add(f.Path, found)
}

// add takes the findings of a file, as far as there is room for them.
func (r *reviewer) add(name string, found []Finding) {
	sort.SliceStable(found, func(i, j int) bool { return found[i].Line < found[j].Line })
	for _, f := range found {
		f.Path = name
		if r.count[f.Kind] >= maxSkillFindings {
			if r.left[f.Kind] == 0 {
				r.rest[f.Kind] = f
			}
			r.left[f.Kind] += max(1, f.More)
			continue
		}
		r.count[f.Kind]++
		r.findings = append(r.findings, f)
	}
}

// A fewFindings keeps the first findings of one kind in a file, and counts the
// others.
type fewFindings struct {
	kept []Finding
	more Finding // the first of the others
	left int
}

// add adds what text gives, which is asked only if there is room for it.
func (f *fewFindings) add(line int, kind FindingKind, text func() string) {
	switch {
	case len(f.kept) < maxFindings:
		f.kept = append(f.kept, Finding{Line: line, Kind: kind, Text: text()})
	default:
		if f.left++; f.left == 1 {
			f.more = Finding{Line: line, Kind: kind}
		}
	}
}

// all are the findings, the last of which says how many there are beside.
func (f *fewFindings) all() []Finding {
	if f.left == 0 {
		return f.kept
	}
	f.more.Text, f.more.More = fmt.Sprintf("and %d more", f.left), f.left
	return append(f.kept, f.more)
}

// executable says why a system would run a file, or "". The line is that of the
// reason. Sources on Windows and many archives have no mode bits, so name and
// content count too.
func executable(f File) (line int, why string) {
	if interpreter, found := bytes.CutPrefix(f.Data, []byte("#!")); found {
		interpreter, _, _ = bytes.Cut(interpreter[:min(len(interpreter), 4*maxShown)], []byte("\n"))
		return 1, "begins with #!" + oneLine(string(interpreter), maxShown)
	}
	if format := programFormat(f.Data); format != "" {
		return 0, "is a program (" + format + ")"
	}
	if ext := strings.ToLower(path.Ext(f.Path)); windowsRuns(ext) {
		return 0, "Windows runs " + ext + " files"
	} else if system := runsElsewhere(ext); system != "" {
		return 0, system + " " + ext + " files"
	}
	for step := range strings.SplitSeq(path.Dir(f.Path), "/") {
		if ext := strings.ToLower(path.Ext(step)); isBundle(ext) {
			return 0, "macOS runs what is in " + ext + " folders"
		}
	}
	if f.Mode&0o111 != 0 {
		return 0, "its mode says so"
	}
	return 0, ""
}

// programFormat is the format of a program, "" if data is none that is known.
func programFormat(data []byte) string {
	if len(data) < 4 {
		return ""
	}
	switch string(data[:4]) {
	case "\x7fELF":
		return "ELF"
	// https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h
	case "\xfe\xed\xfa\xce", "\xfe\xed\xfa\xcf", "\xce\xfa\xed\xfe", "\xcf\xfa\xed\xfe",
		"\xca\xfe\xba\xbe", "\xca\xfe\xba\xbf", "\xbe\xba\xfe\xca", "\xbf\xba\xfe\xca":
		return "Mach-O, or a class of Java"
	}
	// https://learn.microsoft.com/windows/win32/debug/pe-format
	if data[0] == 'M' && data[1] == 'Z' && !isText(data) {
		return "Windows"
	}
	return ""
}

// windowsRuns recognises the extensions of files that Windows runs when they are
// opened or named (those that Outlook blocks for it: https://support.microsoft.com/
// office/blocked-attachments-in-outlook-434752e1-02d3-4e90-9124-8b81e49a8519).
func windowsRuns(ext string) bool {
	switch ext {
	case ".exe", ".com", ".bat", ".cmd", ".pif", ".scr", ".cpl", ".msi", ".msp", ".mst", ".msc", ".msix", ".appx", ".appref-ms",
		".vbs", ".vbe", ".vb", ".js", ".jse", ".wsf", ".wsh", ".wsc", ".sct", ".hta", ".jar", ".gadget", ".application", ".inf", ".reg",
		".ps1", ".ps1xml", ".ps2", ".ps2xml", ".psc1", ".psc2", ".psm1", ".psd1", ".lnk", ".url", ".scf", ".settingcontent-ms", ".chm", ".dll":
		return true
	}
	return false
}

// runsElsewhere says who runs a file with such an extension on other systems than
// Windows, or "". Those of Python, Perl and the like are not among them: no system
// opens them with an interpreter unless their mode or first line says so.
func runsElsewhere(ext string) string {
	switch ext {
	case ".command", ".tool", ".terminal", ".scpt": // Terminal and the script runner, on a double click
		return "macOS runs"
	case ".desktop": // its Exec line (https://specifications.freedesktop.org/desktop-entry-spec/latest/)
		return "Linux desktops run"
	case ".sh", ".bash", ".zsh", ".fish", ".ksh": // what an assistant is told to pass to one
		return "a shell runs"
	}
	return ""
}

// isBundle recognises the folders that macOS takes for a program: applications,
// and what Automator and the Script Editor write.
func isBundle(ext string) bool {
	switch ext {
	case ".app", ".workflow", ".action", ".scptd":
		return true
	}
	return false
}

// commandsIn finds the commands in the SKILL.md of a skill that Claude Code runs
// before the model sees the text: an exclamation mark and a command between
// backticks, behind a blank or at the start of a line, and blocks that begin with
// three backticks and an exclamation mark (https://code.claude.com/docs/en/skills).
func commandsIn(data []byte) []Finding {
	var out fewFindings
	rest := bytes.TrimPrefix(data, []byte(bom))
	for line := 1; len(rest) > 0; line++ {
		text, below, _ := bytes.Cut(rest, []byte("\n"))
		rest = below
		add := func(command []byte) {
			out.add(line, FindingCommand, func() string {
				return "!`" + oneLine(string(command[:min(len(command), 8*maxShown)]), maxShown) + "`"
			})
		}
		if fence := bytes.TrimLeft(text, " \t>"); bytes.HasPrefix(fence, []byte("```")) && bytes.HasPrefix(bytes.TrimLeft(fence, "`"), []byte("!")) {
			command, _, _ := bytes.Cut(below, []byte("\n"))
			add(command)
			continue
		}
		for begin := 0; ; {
			i := bytes.Index(text[begin:], []byte("!`"))
			if i < 0 {
				break
			}
			begin += i + 2
			if i := begin - 3; i < 0 || text[i] == ' ' || text[i] == '\t' {
				command, _, _ := bytes.Cut(text[begin:], []byte("`"))
				add(command)
			}
		}
	}
	return out.all()
}
