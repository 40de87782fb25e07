package cmd_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestPicture checks that docs/install.svg is what install shows on a terminal
// today, and that it can be read without being seen. After a change of the one:
// make picture
func TestPicture(t *testing.T) {
	t.Parallel()
	const path = "../docs/install.svg"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]string{} // what stands in an element, or in an attribute of the root
	var open []string
	for dec := xml.NewDecoder(bytes.NewReader(data)); ; {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			if len(open) == 0 {
				for _, a := range e.Attr {
					told[a.Name.Local] = a.Value
				}
			}
			open = append(open, e.Name.Local)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				told[open[len(open)-1]] += string(e) + "\n"
			}
		}
	}
	for _, name := range []string{"title", "desc", "width", "height", "text"} {
		if strings.TrimSpace(told[name]) == "" {
			t.Errorf("%s has no %s", path, name)
		}
	}
	if labels := strings.Fields(told["aria-labelledby"]); told["role"] != "img" || !slices.Equal(labels, []string{"title", "desc"}) {
		t.Errorf("%s has the role %q and the labels %q", path, told["role"], labels)
	}
	if !strings.Contains(told["text"], "fsskills install") {
		t.Errorf("%s shows no call of install:\n%s", path, told["text"])
	}

	if runtime.GOOS != "linux" {
		t.Skip("it has the paths of Linux, and is drawn there")
	}
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("it shows skills of a repository, which git makes: ", err)
	}
	draw := exec.CommandContext(t.Context(), "go", "run", "./.ci/picture", "-check")
	draw.Dir = ".."
	if out, err := draw.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
