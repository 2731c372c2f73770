package book

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"muster/pipeline"
)

// drawnBook is a book as a person sees it: with or without a title above, a header, rows, some blank.
type drawnBook struct {
	title string
	rows  [][]string // nil is a blank line
}

// spell writes the book as some program would; end is called for each line end, including those within cells.
func (d drawnBook) spell(delimiter string, end func() string) string {
	var out strings.Builder
	if d.title != "" {
		out.WriteString(d.title + end())
	}
	for _, r := range d.rows {
		for i, c := range r {
			if i > 0 {
				out.WriteString(delimiter)
			}
			out.WriteByte('"')
			for _, x := range c {
				switch x {
				case '\n':
					out.WriteString(end())
				case '"':
					out.WriteString(`""`)
				default:
					out.WriteRune(x)
				}
			}
			out.WriteByte('"')
		}
		out.WriteString(end())
	}
	return out.String()
}

// An encoding as a test writes it: the option that names it, and the mark.
type spelling struct {
	name, mark string
	write      func(string) (string, error)
}

var spellings = []spelling{
	{"utf-8", "", func(s string) (string, error) { return s, nil }},
	{"utf-8", "\ufeff", func(s string) (string, error) { return s, nil }},
	{"utf-16", markUTF16Little, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String},
	{"utf-16", markUTF16Big, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String},
	{"utf-16", "", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String},
	{"utf-16", "", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String},
	{"windows-1252", "", charmap.Windows1252.NewEncoder().String},
	{"latin-1", "", charmap.Windows1252.NewEncoder().String},
}

// One book is the same in every encoding and with every delimiter and line end: cells, row numbers, header. No text
// in a cell is read as a delimiter or a line end.
func TestOneBookInEverySpelling(t *testing.T) {
	// Words show their encoding; single signs and letters could be of another one, so that a book of those is only
	// read with its encoding named.
	words := []string{"a", "b", ",", ";", "|", "\t", "\"", "\n", " ", " Café ", " ÑANDÚ\n", "\tPingüino ", " serviço "}
	signs := strings.Split("€“”–™»º\u00a0ab,;|\t\"\n éñÑÁüç", "")
	rapid.Check(t, func(t *rapid.T) {
		alphabet, given := words, rapid.Bool().Draw(t, "given")
		if given {
			alphabet = signs
		}
		cell := rapid.Map(rapid.SliceOf(rapid.SampledFrom(alphabet)),
			func(s []string) string { return strings.Join(s, "") })
		d := drawnBook{rows: [][]string{{"NIT", "razón\nsocial", "correo"}}}
		if rapid.Bool().Draw(t, "title") {
			d.title = "Clientes año 2026"
		}
		for range rapid.IntRange(0, 12).Draw(t, "rows") {
			var r []string
			if rapid.IntRange(0, 4).Draw(t, "blank") > 0 {
				r = []string{cell.Draw(t, "one"), cell.Draw(t, "two"), cell.Draw(t, "three")}
			}
			d.rows = append(d.rows, r)
		}
		read := func(content string, o Options) ([]row, *Book) {
			b, err := openBytes("book", []byte(content), o)
			if err != nil {
				t.Fatalf("%+v: %v: %q", o, err, content)
			}
			got, err := rowsOf(b)
			if err != nil {
				t.Fatalf("%+v: %v: %q", o, err, content)
			}
			return got, b
		}
		want, plain := read(d.spell(",", func() string { return "\n" }), Options{})
		for _, s := range spellings {
			if s.name == "utf-16" && s.mark == "" && !given {
				continue // only when it is named
			}
			for _, delimiter := range []string{",", ";", "\t", "|"} {
				ends := rapid.SampledFrom([][]string{{"\n"}, {"\r\n"}, {"\r"}, {"\n", "\r\n"},
					{"\n", "\r\n", "\r"}}).Draw(t, "ends")
				i, last := rapid.IntRange(0, 2).Draw(t, "first end"), ""
				text, err := s.write(d.spell(delimiter, func() string {
					i++
					if last = ends[i%len(ends)]; last == "\n" && len(ends) == 3 {
						last = "\r\n" // a LF after a CR would end the same line
					}
					return last
				}))
				if err != nil {
					t.Fatal(err)
				}
				o := Options{}
				if given {
					o.Encoding = s.name
				}
				got, b := read(s.mark+text, o)
				if diff := cmp.Diff(want, got) + cmp.Diff(plain.Header(), b.Header()); diff != "" ||
					b.HeaderRow() != plain.HeaderRow() {
					t.Fatalf("%s %q, %q, %q, header in row %d: %s", s.name, s.mark, delimiter, ends, b.HeaderRow(),
						diff)
				}
			}
		}
	})
}

func TestEncodingIsFoundAndSaid(t *testing.T) {
	far := strings.Repeat("1,2\n", 40_000) // the encoding shows beyond what is read in one piece
	tests := []struct {
		name, content, given string
		want, note           string
	}{
		{"ASCII", "a,b\n", "", "utf-8", ""},
		{"UTF-8", "a,ñ\n", "", "utf-8", ""},
		{"Windows-1252", "a,\xf1\n", "", "windows-1252", `book.read_as encoding="Windows-1252"`},
		{"Windows-1252 far down", "a,b\n" + far + "\xf1,2\n", "", "windows-1252",
			`book.read_as encoding="Windows-1252"`},
		{"Windows-1252 at the end", "a,b\n1,\xf1", "", "windows-1252", `book.read_as encoding="Windows-1252"`},
		{"Windows-1252, given", "a,\xf1\n", "Windows-1252", "windows-1252", ""},
		{"by another name", "a,\xf1\n", "latin-1", "windows-1252", ""},
		{"given, and UTF-8 all the same", "a,ñ\n", "windows-1252", "windows-1252",
			`book.read_as_named encoding="Windows-1252"`},
		{"UTF-16", markUTF16Little + "a\x00,\x00b\x00", "", "utf-16", ""},
		{"few characters of UTF-8 by chance", "a,b\n" + strings.Repeat("\xe9,2\n", 20) + "\x93CAF\xc9\x94,2\n", "",
			"windows-1252", `book.read_as encoding="Windows-1252"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := openBytes("book.csv", []byte(tt.content), Options{Reading: pipeline.Reading{Encoding: tt.given}})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := rowsOf(b); err != nil {
				t.Fatal(err)
			}
			notes := notesOf(b)
			if b.Encoding() != tt.want || !strings.Contains(notes, tt.note) || tt.note == "" && notes != "" {
				t.Errorf("read as %s, with the note %q; want %s and %q", b.Encoding(), notes, tt.want, tt.note)
			}
		})
	}
}

func TestEncodingThatCannotBe(t *testing.T) {
	tests := []struct {
		name, content, given string
		line                 int
		problem, hint        string
	}{
		{"book.csv", "a,b\n1,2\n\xf1,2\n", "utf-8", 3, "book.not_utf8", "book.damaged_or_mixed"},
		{"book.csv", "a,b\n", "ebcdic", 0, `book.encoding_unknown encoding="ebcdic"`, "book.encodings"},
		{"book.csv", "\ufeffa,b\n", "windows-1252", 1, `book.marked_otherwise found="UTF-8"`, "book.mark_decides"},
		{"book.csv", "\ufeffa,b\n", "utf-16", 1, `book.marked_otherwise found="UTF-8"`, "book.mark_decides"},
		{"book.csv", markUTF16Big + "\x00a", "utf-8", 1, `book.marked_otherwise found="UTF-16"`, "book.mark_decides"},
		{"book.csv", "a,b\n1,2\n", "utf-16", 1, "book.not_utf16", "book.encoding_out_or_utf8"},
		{"book.csv", "a\x00,\x00b\x00", "", 1, "book.nul", "book.nul_hint"},
		{"book.xlsx", string(workbookOf(t, headerABC)), "utf-8", 0, "book.workbook_has_no_encoding",
			"book.leave_encoding_out"},
	}
	for _, tt := range tests {
		e := refusedBy(t, write(t, tt.name, []byte(tt.content)), Options{Reading: pipeline.Reading{Encoding: tt.given}})
		if e.Place.Line != tt.line || !strings.Contains(e.What.String(), tt.problem) ||
			!strings.Contains(e.Hint.String(), tt.hint) {
			t.Errorf("%q given as %q: line %d: %s %s", tt.content[:min(9, len(tt.content))], tt.given, e.Place.Line,
				e.What.String(), e.Hint.String())
		}
	}
}

// The survey counts the same, in whatever pieces the file is read.
func TestSurveyCountsWhatIsUTF8(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		content := rapid.SliceOf(rapid.SampledFrom([]byte("a\x80\xbf\xc3\xe2\x82\xac\xf0\x9f\x98\xff\xed\xa0"))).Draw(t,
			"content")
		var whole, broken int64
		for rest := content; len(rest) > 0; {
			r, size := utf8.DecodeRune(rest)
			if r == utf8.RuneError && size == 1 {
				broken++
			} else if size > 1 {
				whole++
			}
			rest = rest[size:]
		}
		var s survey
		for rest := content; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "piece")
			if got, err := s.Write(bytes.Clone(rest[:n])); got != n || err != nil {
				t.Fatal(got, err)
			}
			rest = rest[n:]
		}
		s.end()
		if s.whole != whole || s.broken != broken {
			t.Fatalf("%q: %d whole, %d broken; want %d and %d", content, s.whole, s.broken, whole, broken)
		}
	})
}

// Every byte of Windows-1252 is its character or is refused, in pieces of any size.
func TestWindows1252ByteByByte(t *testing.T) {
	for c := 0x80; c <= 0xff; c++ {
		text, err := io.ReadAll(newTextReader(t.Context(),
			iotest.OneByteReader(strings.NewReader("ab"+string([]byte{byte(c)}))), encodingWindows1252))
		back, impossible := charmap.Windows1252.NewEncoder().String(string(text))
		undefined := strings.ContainsRune("\u0081\u008d\u008f\u0090\u009d", rune(c))
		if undefined != (err != nil) || err == nil && (impossible != nil || back != "ab"+string([]byte{byte(c)})) ||
			undefined && string(text) != "ab" {
			t.Errorf("byte %x reads as %q, %v", c, text, err)
		}
	}
}

func TestUTF16InPieces(t *testing.T) {
	const text = "a,é😀\r\n€,\"x\ry\"\r"
	for _, s := range spellings[2:4] {
		raw, err := s.write(text)
		check(t, err)
		e, _ := marked([]byte(s.mark))
		got, err := io.ReadAll(newTextReader(t.Context(), iotest.OneByteReader(strings.NewReader(raw)), e))
		if want := "a,é😀\n€,\"x\ny\"\n"; err != nil || string(got) != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
}
