package sheetxml

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
)

// inUTF16 encodes a text in UTF-16, with or without a byte-order mark.
func inUTF16(text string, high int, mark bool) string {
	if mark {
		text = "\ufeff" + text
	}
	var out []byte
	for _, u := range utf16.Encode([]rune(text)) {
		pair := [2]byte{}
		pair[high], pair[1-high] = byte(u>>8), byte(u)
		out = append(out, pair[:]...)
	}
	return string(out)
}

func TestPartsInUTF16(t *testing.T) {
	long := strings.Repeat("<é>😀</é>", 10_000)
	for _, text := range []string{`<?xml version="1.0" encoding="UTF-16" standalone="yes"?><a>é😀</a>`,
		`<?xml version='1.0' encoding='utf-16'?>` + long, "<a/>", "<?xml version=\"1.0\"?><a/>"} {
		want := strings.NewReplacer("UTF-16", "utf-8", "utf-16", "utf-8").Replace(text)
		for high := range 2 {
			for _, mark := range []bool{false, true} {
				for name, pieces := range map[string]func(io.Reader) io.Reader{"bytes": iotest.OneByteReader,
					"halves": iotest.HalfReader, "with the end": iotest.DataErrReader} {
					got, err := io.ReadAll(UTF8(pieces(strings.NewReader(inUTF16(text, high, mark)))))
					if err != nil || string(got) != want {
						t.Errorf("%s, high %d, mark %v: %.60q, %v", name, high, mark, got, err)
					}
				}
			}
		}
	}
}

func TestUTF8IsPassedOn(t *testing.T) {
	for _, text := range []string{"", "<", "<a/>", "\xef\xbb\xbf<a/>", "\xff", "a\x00"} {
		for _, pieces := range []func(io.Reader) io.Reader{iotest.OneByteReader, iotest.DataErrReader} {
			if got, err := io.ReadAll(UTF8(pieces(strings.NewReader(text)))); err != nil || string(got) != text {
				t.Errorf("%q: %q, %v", text, got, err)
			}
		}
	}
	broken := errors.New("broken")
	if _, err := io.ReadAll(UTF8(iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Error(err)
	}
}

func TestHalfACharacterOfUTF16(t *testing.T) {
	for _, text := range []string{"\xfe\xff\x00<\x00", "\xfe\xff\xd8\x3d\x00a", "\xff\xfe\x3d\xde", "\xff\xfe\x3d\xd8",
		"<\x00a"} {
		if _, err := io.ReadAll(UTF8(iotest.OneByteReader(strings.NewReader(text)))); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
