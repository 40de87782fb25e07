package registry

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const cachedURL = "https://example.invalid/skills"

// upstream is a snapshot of one layout, as if it had come from cachedURL.
func upstream(t *testing.T, layout int, ref string) *Snapshot {
	t.Helper()
	repo := newRepo(t)
	repo.commitFiles(func() map[string]treeFile {
		list := files(layouts()[layout])
		list["plugins/fullstory/skills/first/run.sh"] = treeFile{mode: "100755", data: "#!/bin/sh\n"}
		list["plugins/fullstory/skills/Odd/SKILL.md"] = treeFile{data: demo}
		return list
	}())
	snap, err := snapshotOf(t, new(Remote), repo.dir, "main")
	if err != nil {
		t.Fatal(err)
	}
	snap.Source = Source{Kind: Git, URL: cachedURL, Ref: ref}
	snap.Warnings = append(snap.Warnings, "a warning")
	return snap
}

func TestCacheGivesBackWhatWasKept(t *testing.T) {
	for _, layout := range []int{1, 2} {
		c := Cache{Dir: filepath.Join(t.TempDir(), "cache", "fsskills")}
		want := upstream(t, layout, "main")
		if err := c.Save(want); err != nil {
			t.Fatal(err)
		}
		got, saved, err := c.Load(t.Context(), want.Source)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("layout %d (-want +got):\n%s", layout, diff)
		}
		info, err := os.Stat(c.path(cachedURL, "main"))
		if err != nil {
			t.Fatal(err)
		}
		if !saved.Equal(info.ModTime()) {
			t.Errorf("kept at %v, the file is of %v", saved, info.ModTime())
		}
		if runtime.GOOS == "windows" {
			continue
		}
		for path, mode := range map[string]os.FileMode{c.Dir: 0o700, filepath.Dir(c.Dir): 0o700, c.path(cachedURL, "main"): 0o600} {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
				t.Errorf("%s: mode %v, %v", path, info.Mode(), err)
			}
		}
	}
}

func TestSavingTheSameWritesNothing(t *testing.T) {
	c := Cache{Dir: t.TempDir()}
	snap := upstream(t, 1, "")
	old := time.Unix(1_700_000_000, 0)
	path := c.path(cachedURL, "")
	save := func() time.Time {
		if err := c.Save(snap); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.ModTime()
	}
	save()
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	if at := save(); !at.Equal(old) {
		t.Errorf("the same snapshot was written again at %v", at)
	}
	snap.Commit = strings.Repeat("1", commitDigits)
	if at := save(); at.Equal(old) {
		t.Error("another commit was not written")
	}
	// What is damaged is mended, though its name is right.
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	save()
	if _, _, err := c.Load(t.Context(), snap.Source); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(c.Dir); err != nil || len(left) != 1 {
		t.Errorf("%d files, %v", len(left), err)
	}
}

func TestCacheFindsByRefAndCommit(t *testing.T) {
	c := Cache{Dir: t.TempDir()}
	main := upstream(t, 1, "")
	if err := c.Save(main); err != nil {
		t.Fatal(err)
	}
	other := strings.Repeat("1", commitDigits)
	tests := []struct {
		url, ref string
		found    bool
	}{
		{cachedURL, "", true},
		{cachedURL, "v1", false},
		{cachedURL, main.Commit, true},
		{cachedURL, other, false},
		{cachedURL + "2", "", false},
		{cachedURL + "2", main.Commit, false},
	}
	for _, tt := range tests {
		src := Source{Kind: Git, URL: tt.url, Ref: tt.ref}
		session, err := c.Open(t.Context(), src)
		var missing *NotCachedError
		if !tt.found {
			if !errors.As(err, &missing) || !strings.Contains(missing.Hint(), "--offline") {
				t.Errorf("%s at %q: %v", tt.url, tt.ref, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s at %q: %v", tt.url, tt.ref, err)
			continue
		}
		snap, err := session.Snapshot(t.Context())
		if err != nil || session.Saved().IsZero() || session.Commit() != main.Commit || snap.Source != src {
			t.Errorf("%s at %q: %v, %v, %v", tt.url, tt.ref, err, session.Saved(), snap.Source)
		}
		if pinned := tt.ref != ""; session.Pinned() != pinned || snap.Pinned != pinned {
			t.Errorf("at %q: pinned %t", tt.ref, session.Pinned())
		}
		if err := session.Close(); err != nil {
			t.Error(err)
		}
	}
	snap, err := c.At(t.Context(), cachedURL, main.Commit, nil)
	if err != nil || snap == nil || len(snap.Skills) != 1 {
		t.Errorf("at its commit: %v, %v", snap, err)
	}
	if snap, err := c.At(t.Context(), cachedURL, other, nil); snap != nil || err != nil {
		t.Errorf("at another commit: %v, %v", snap, err)
	}
	empty := Cache{Dir: filepath.Join(t.TempDir(), "none")}
	if snap, err := empty.At(t.Context(), cachedURL, other, nil); snap != nil || err != nil {
		t.Errorf("in no folder: %v, %v", snap, err)
	}
}

// keptWith is a file of a cache whose head says what it should, with other
// files than it speaks of.
func keptWith(t *testing.T, h head, list ...archived) []byte {
	t.Helper()
	first, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	return tarred(t, append([]archived{{name: keptHead, data: string(first)}}, list...))
}

func TestDamagedCachesAreNotBelieved(t *testing.T) {
	snap := upstream(t, 1, "")
	good, err := encoded(snap)
	if err != nil {
		t.Fatal(err)
	}
	h := head{Version: keptVersion, Kind: Git, URL: cachedURL, Commit: snap.Commit, Digest: digest(snap.Skills, snap.Agents)}
	newer, elsewhere := h, h
	newer.Version++
	elsewhere.URL += "2"
	skill := archived{name: "skills/first/SKILL.md", data: skillText("first")}
	tests := map[string]struct {
		data []byte
		says string
	}{
		"empty":       {nil, "EOF"},
		"no archive":  {[]byte("<html><body></body></html>"), "gzip"},
		"cut short":   {good[:len(good)/2], "EOF"},
		"no head":     {tarred(t, []archived{skill}), "begins with"},
		"newer":       {keptWith(t, newer, skill), "format version 2"},
		"elsewhere":   {keptWith(t, elsewhere, skill), cachedURL + "2"},
		"other bytes": {keptWith(t, h, archived{name: skill.name, data: skillText("first") + "and run this\n"}), "not those that were kept"},
		"one less":    {keptWith(t, h, skill), "not those that were kept"},
		"none":        {keptWith(t, h), "no skills"},
		"link":        {keptWith(t, h, skill, archived{name: "skills/first/run.sh", link: "/etc/passwd"}), "symbolic link"},
		"up":          {keptWith(t, h, skill, archived{name: "skills/first/../../../x"}), `".." leads elsewhere`},
		"device name": {keptWith(t, h, skill, archived{name: "skills/first/nul.md"}), "reserved"},
		"not a skill": {keptWith(t, h, skill, archived{name: "skills/Bad/SKILL.md", data: demo}), "the name of a skill"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := Cache{Dir: t.TempDir()}
			path := c.path(cachedURL, "")
			if err := os.WriteFile(path, tt.data, 0o600); err != nil {
				t.Fatal(err)
			}
			got, _, err := c.Load(t.Context(), snap.Source)
			var damaged *CacheError
			if !errors.As(err, &damaged) || damaged.Path != path || damaged.Hint() == "" || !strings.Contains(err.Error(), tt.says) || got != nil {
				t.Errorf("%v, want it to name the file and say %q", err, tt.says)
			}
			// Whoever looks for the commit hears of it too, or finds nothing.
			if got, err := c.At(t.Context(), cachedURL, snap.Commit, nil); got != nil || err == nil && name != "elsewhere" {
				t.Errorf("found as %v, %v", got, err)
			}
		})
	}
	t.Run("folder", func(t *testing.T) {
		c := Cache{Dir: t.TempDir()}
		if err := os.Mkdir(c.path(cachedURL, ""), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.Load(t.Context(), snap.Source); err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Error(err)
		}
		if err := c.Save(snap); err == nil {
			t.Error("kept in the place of a folder")
		}
		if left, err := os.ReadDir(c.Dir); err != nil || len(left) != 1 {
			t.Errorf("a failed Save leaves %d files, %v", len(left), err)
		}
	})
}

// Wherever a bit has turned, what is read is what was kept, or nothing.
func TestEveryTurnedBitIsSeen(t *testing.T) {
	snap := upstream(t, 1, "")
	good, err := encoded(snap)
	if err != nil {
		t.Fatal(err)
	}
	c := Cache{Dir: t.TempDir()}
	path := c.path(cachedURL, "")
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1 << (i % 8)
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		got, _, err := c.Load(t.Context(), snap.Source)
		if err == nil && !cmp.Equal(snap, got) {
			t.Errorf("byte %d of %d: believed:\n%s", i, len(good), cmp.Diff(snap, got))
		}
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := Cache{Dir: t.TempDir()}
	writeFiles(t, c.Dir, map[string]string{"receipt.json": "somebody else's", cachePrefix + "0" + cacheSuffix + ".123": "left by a kill"})
	start := time.Now().Add(-24 * time.Hour)
	age := func(name string, hours int) {
		at := start.Add(time.Duration(hours) * time.Hour)
		if err := os.Chtimes(name, at, at); err != nil {
			t.Fatal(err)
		}
	}
	age(filepath.Join(c.Dir, cachePrefix+"0"+cacheSuffix+".123"), -1)
	snap := upstream(t, 1, "")
	for i := range maxCached + 2 {
		snap.Source.Ref = fmt.Sprintf("v%d", i)
		if err := c.Save(snap); err != nil {
			t.Fatal(err)
		}
		age(c.path(cachedURL, snap.Source.Ref), i)
	}
	files, err := c.files()
	if err != nil || len(files) != maxCached {
		t.Errorf("%d files, want %d; %v", len(files), maxCached, err)
	}
	for i := range maxCached + 2 {
		snap.Source.Ref = fmt.Sprintf("v%d", i)
		if _, _, err := c.Load(t.Context(), snap.Source); (err == nil) != (i >= 2) {
			t.Errorf("v%d: %v", i, err)
		}
	}
	// A clock that was wrong once must not make room of what comes now.
	for i := range maxCached + 2 {
		if i >= 2 {
			age(c.path(cachedURL, fmt.Sprintf("v%d", i)), 1000+i)
		}
	}
	snap.Source.Ref = "new"
	if err := c.Save(snap); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Load(t.Context(), snap.Source); err != nil {
		t.Error(err)
	}
	if err := c.Remove(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(c.Dir)
	if err != nil || len(left) != 1 || left[0].Name() != "receipt.json" {
		t.Errorf("left: %v, %v", left, err)
	}
	if err := os.Remove(filepath.Join(c.Dir, "receipt.json")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.Remove(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(c.Dir); !os.IsNotExist(err) {
			t.Errorf("the empty folder stays: %v", err)
		}
	}
}

func FuzzKept(f *testing.F) {
	snap := &Snapshot{Source: Source{Kind: Git, URL: cachedURL}, Commit: "1", Skills: []Skill{{
		Name: "first", Path: "skills/first",
		Files: []File{{Path: "SKILL.md", Mode: 0o644, Data: []byte(demo)}},
	}}}
	good, err := encoded(snap)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(tarred(f, archiveOf(layouts()[2], "")))
	f.Fuzz(func(t *testing.T, data []byte) {
		c := Cache{Dir: t.TempDir()}
		if err := os.WriteFile(c.path(cachedURL, ""), data, 0o600); err != nil {
			t.Fatal(err)
		}
		got, _, err := c.Load(t.Context(), snap.Source)
		if err == nil {
			checkSafe(t, got)
		} else if _, ok := errors.AsType[*CacheError](err); !ok {
			t.Errorf("%T: %v", err, err)
		}
	})
}

// encoded is what a cache keeps of a snapshot.
func encoded(s *Snapshot) ([]byte, error) {
	var b bytes.Buffer
	err := encodeSnapshot(&b, s)
	return b.Bytes(), err
}
