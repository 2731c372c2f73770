package book

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// lineOf is a record with its lines.
type lineOf struct {
	cells      []string
	begin, end int
	offset     int64
}

// byOurs and byLibrary read all records of a text, and say how it ended.

func byOurs(text io.Reader, trim bool) (all []lineOf, err error) {
	r := newTextReader(context.Background(), text, encodingUTF8)
	r.follow(quotesDouble, ',', trim)
	l := newCSVLines(r, ',', trim)
	for {
		cells, err := l.next()
		if err != nil {
			return all, err
		}
		all = append(all, lineOf{slices.Clone(cells), l.begin, l.end, l.offset})
	}
}

func byLibrary(text io.Reader, trim bool) (all []lineOf, err error) {
	r := newTextReader(context.Background(), text, encodingUTF8)
	r.follow(quotesDouble, ',', trim)
	l := csv.NewReader(r)
	l.FieldsPerRecord, l.TrimLeadingSpace = -1, trim
	for {
		cells, err := l.Read()
		if err != nil {
			return all, err
		}
		begin, _ := l.FieldPos(0)
		last, _ := l.FieldPos(len(cells) - 1)
		all = append(all, lineOf{cells, begin, last + strings.Count(cells[len(cells)-1], "\n"), l.InputOffset()})
	}
}

// agree compares our reader with the library.
func agree(t interface{ Fatalf(string, ...any) }, text string, trim bool) {
	want, wantErr := byLibrary(strings.NewReader(text), trim)
	for name, from := range map[string]io.Reader{"whole": strings.NewReader(text),
		"by byte": iotest.OneByteReader(strings.NewReader(text))} {
		got, err := byOurs(from, trim)
		if !slices.EqualFunc(got, want, func(a, b lineOf) bool {
			return slices.Equal(a.cells, b.cells) && a.begin == b.begin && a.end == b.end && a.offset == b.offset
		}) {
			t.Fatalf("%.400q, %s:\ngot  %.400q\nwant %.400q", text, name, fmt.Sprint(got), fmt.Sprint(want))
		}
		var a, b *csv.ParseError
		switch {
		case errors.As(err, &a) != errors.As(wantErr, &b), a != nil && !errors.Is(a.Err, b.Err),
			a == nil && fmt.Sprint(err) != fmt.Sprint(wantErr):
			t.Fatalf("%.400q, %s: %v, want %v", text, name, err, wantErr)
		}
	}
}

var cellsOfLines = []string{"", "a", " b", "ñ", `"`, `""`, `"c"`, `"d,e"`, `"f""g"`, "\"h\ni\"", ` "j"`,
	`k"l`, `"m"n`, strings.Repeat("o", 300), `"` + strings.Repeat("p\n", 900) + `"`, "\x00"}

// TestLinesAreTheLibrarys compares texts with all kinds of cells with encoding/csv.
func TestLinesAreTheLibrarys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		for range rapid.IntRange(0, 12).Draw(t, "pieces") {
			// Few records have every kind of cell.
			cell := rapid.OneOf(rapid.SampledFrom(cellsOfLines[:3]), rapid.SampledFrom(cellsOfLines))
			text.WriteString(cell.Draw(t, "cell"))
			text.WriteString(rapid.SampledFrom([]string{",", ",", "\n", "\r\n", "\r", ""}).Draw(t, "end"))
		}
		agree(t, text.String(), rapid.Bool().Draw(t, "trim"))
	})
}

func FuzzLines(f *testing.F) {
	for _, text := range []string{"", "\n", "a,b\n1,2", "\"a\",b\n\n\"1\n2\",\"3\"\"\"\n", "\"a", " \"a\",\n",
		"a\"b,\"c\"d\n"} {
		f.Add(text, false)
		f.Add(text, true)
	}
	f.Fuzz(func(t *testing.T, text string, trim bool) { agree(t, text, trim) })
}

// TestUsualCellsAreWhatTheyRead: a cell that isUsual skips would not have changed.
func TestUsualCellsAreWhatTheyRead(t *testing.T) {
	characters := rapid.SampledFrom([]rune(`09aETZ#=+-/.:, "` + "\u00a0\u200bñ\t"))
	known := rapid.SampledFrom([]string{"#N/A", "9.01E+08", "1E+100", "9.5e8", `="007"`, "1/2/2020 0:00",
		"2020-01-02T00:00:00"})
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.OneOf(known, rapid.StringOf(characters)).Draw(t, "cell")
		_, written := meant(c)
		odd := trim(c) != c || written || dateAlone(c) != c || slices.Contains(errorValues, c) || shortened(c)
		if odd && isUsual(c) {
			t.Fatalf("%q is not usual", c)
		}
	})
}

// TestTextIsPassedOn reads texts in pieces of all lengths: line ends become line feeds, all else is unchanged, up to
// the first byte that no text has.
func TestTextIsPassedOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.SampledFrom([]string{"a", "b,c", "ñ", "€", "😀", "\n", "\n", "\r\n", "\r"})
		text := strings.Join(rapid.SliceOf(piece).Draw(t, "text"), "")
		bad := rapid.SampledFrom([]string{"", "", "\x00", "\xff", "\xe2\x82"}).Draw(t, "end")
		for _, by := range []func(io.Reader) io.Reader{asItIs, iotest.OneByteReader, iotest.HalfReader,
			iotest.DataErrReader} {
			r := newTextReader(context.Background(), by(strings.NewReader(text+bad)), encodingUTF8)
			r.follow(quotesDouble, ',', false)
			got, err := io.ReadAll(r)
			want := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
			if string(got) != want || (err != nil) != (bad != "") || r.line != 1+strings.Count(want, "\n") {
				t.Fatalf("%q gives %q, line %d, %v", text+bad, got, r.line, err)
			}
		}
	})
}

func asItIs(r io.Reader) io.Reader { return r }
