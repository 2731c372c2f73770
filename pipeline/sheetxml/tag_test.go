package sheetxml

import "testing"

func TestWithAttribute(t *testing.T) {
	for _, c := range [][3]string{
		{`<c>`, "s", `<c s="7">`},
		{`<c/>`, "s", `<c s="7"/>`},
		{`<row r="2" >`, "r", `<row r="7" >`},
		{`<row r="2" />`, "s", `<row r="2"  s="7"/>`},
		{`<c r = '1'	s="1">`, "s", `<c r = '1'	s="7">`},
		{`<c r = '1'	s="1">`, "r", `<c r="7"	s="1">`},
		{`<x:c x:s="1" n=" s='1'" s=">"/>`, "s", `<x:c x:s="1" n=" s='1'" s="7"/>`},
		{`<c customStyle="1" ss="2">`, "s", `<c customStyle="1" ss="2" s="7">`},
	} {
		tag := []byte(c[0])
		if got := string(WithAttribute(tag, c[1], "7")); got != c[2] || string(tag) != c[0] {
			t.Errorf("%s with %s is %s, want %s; it is now %s", c[0], c[1], got, c[2], tag)
		}
	}
}

func TestPrefix(t *testing.T) {
	for tag, want := range map[string]string{`<x:row r="a:b">`: "x:", `<row r="a:b">`: "", `<a/>`: "", `<x:a/>`: "x:"} {
		if got := Prefix([]byte(tag)); got != want {
			t.Errorf("%s has %q, want %q", tag, got, want)
		}
	}
}
