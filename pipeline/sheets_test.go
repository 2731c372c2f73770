package pipeline

import (
	"testing"
	"unicode/utf16"
)

func TestShorten(t *testing.T) {
	for _, c := range []struct {
		in   string
		most int
		want string
	}{
		{"", 3, ""},
		{"abc", 3, "abc"},
		{"abcd", 3, "ab…"},
		{"ñandú", 5, "ñandú"}, // seven bytes
		{"ñandúes", 5, "ñand…"},
		{"a😀", 3, "a😀"}, // two units
		{"a😀b", 3, "a…"},
		{"ab😀", 3, "ab…"},
		{"😀😀", 3, "😀…"},
	} {
		got := Shorten(c.in, c.most)
		if got != c.want || len(utf16.Encode([]rune(got))) > c.most {
			t.Errorf("%q to %d: %q, want %q", c.in, c.most, got, c.want)
		}
	}
}
