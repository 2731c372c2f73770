package book

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"muster/pipeline"
)

func TestQuotesAreFound(t *testing.T) {
	tests := []struct {
		name, content string
		rule          string // the note, without its area
		want          []row
	}{
		{"inside a cell that does not begin with one", "a,b,c\n1,Bodega \"El 7\" SAS,x\n2,5\" pipe,y\"\n", "",
			[]row{{2, cells("1", `Bodega "El 7" SAS`, "x"), nil}, {3, cells("2", `5" pipe`, `y"`), nil}}},
		{"beside cells that are quoted", "a;b\n\"1;2\";x \"y\"; z\n\"say \"\"x\"\"\";\"l\nm\"\n", "",
			[]row{{2, cells("1;2", `x "y"`), []string{"extra_cell C"}}, {3, cells(`say "x"`, "l\nm"), nil}}},
		{"tabs without quoting", "a\tb\tc\n1\t\"El 9\" Bar\tx\n2\t\"Open\ty\n3\tplain\tz\n", "quotes_none",
			[]row{{2, cells("1", `"El 9" Bar`, "x"), nil}, {3, cells("2", `"Open`, "y"), nil},
				{4, cells("3", "plain", "z"), nil}}},
		{"tabs whose marks fit across lines", "a\tb\tc\n1\t\"El\tx\n2\tBar\"\ty\n", "quotes_none",
			[]row{{2, cells("1", `"El`, "x"), nil}, {3, cells("2", `Bar"`, "y"), nil}}},
		{"tabs with quoting", "a\tb\n\"1\t2\"\t\"say \"\"x\"\"\"\n", "", []row{{2, cells("1\t2", `say "x"`), nil}}},
		{"backslash", "a,b\n\"Bodega \\\"El 7\\\" SAS\",\"1, \\\\ 2\"\n\"\\\"\",\\N\n", "quotes_backslash",
			[]row{{2, cells(`Bodega "El 7" SAS`, `1, \ 2`), nil}, {3, cells(`"`, ""), nil}}},
		{"backslash and line ends", "a,b\r\n\"\\\"x\\\"\\\r\ny\",\\\"\\nz\r\n#N/A,2\r\n", "quotes_backslash",
			[]row{{2, cells("\"x\"\ny", "\"\nz"), nil}, {3, cells("", "2"), []string{"error_cell A"}}}},
		{"a dump of MySQL", "a\tb\n1\t\\N\nx\\\ty\\\nz\t5\" \\\\\n\n\\N\tl\\rm\\0\\q\n", "quotes_backslash",
			[]row{{2, cells("1", ""), nil}, {3, cells("x\ty\nz", `5" \`), nil}, {5, cells("", "l\nmq"), nil}}},
		{"backslashes that are text", "a,b\n\"C:\\\",\"\\\\host\"\nx\\,\\y\n", "",
			[]row{{2, cells(`C:\`, `\\host`), nil}, {3, cells(`x\`, `\y`), nil}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, encoded := range []string{tt.content, "\xff\xfe" +
				strings.Join(strings.Split(tt.content, ""), "\x00") + "\x00"} {
				path := write(t, "book.csv", []byte(encoded))
				if d := cmp.Diff(tt.want, readAll(t, path, Options{})); d != "" {
					t.Error(d)
				}
				if got := strings.Join(codes(open(t, path, Options{}).Notes()), " "); strings.TrimPrefix(got,
					"book.") != tt.rule {
					t.Errorf("note %s, want %s", got, tt.rule)
				}
			}
		})
	}
}

func TestQuotesInDoubt(t *testing.T) {
	many := "a,b\n" + strings.Repeat("\"x\"y,1\n", 25)
	tests := []struct{ name, content, named, want string }{
		{"text behind the mark", "a,b\n\"x\" y,1\n", "", `book.quotes_in_doubt count=1 lines="2"`},
		{"not doubled", "a,b\n1,\"Bodega \"El 7\" SAS\"\n", "", `book.quotes_in_doubt count=1 lines="2"`},
		{"of several lines each", "a,b\n\"x\"y,1\n\n1,2\n3,\"z\"\"\"q\n", "",
			`book.quotes_in_doubt count=2 lines="2, 5"`},
		{"closed by the next", "a,b\n1,\"x\n2,3\n4,\"y\n5,6\n", "", `book.quotes_in_doubt count=2 lines="2, 4"`},
		{"never closed", "a,b\r1,2\r3,\"y\r5,6", "", `book.quotes_in_doubt count=1 lines="3"`},
		{"never closed on the last line", "a,b,c\n1,2,3\n4,\"y,z", "", `book.quotes_in_doubt count=1 lines="3"`},
		{"tabs that do not fit either", "a\tb\n\"1\"x\t2\t3\n", "", `book.quotes_in_doubt count=1 lines="2"`},
		{"very many", many, "", `book.quotes_in_doubt_more count=25 ` +
			`lines="2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21" more=5`},
		{"named and not closed on its line", "a,b\n\"x\" y,1\n\"2\",3\n",
			"double", `book.quotes_in_doubt count=1 lines="2"`},
		{"named and never closed", "a,b\n\"x\\\",1\n", "backslash", `book.quotes_in_doubt count=1 lines="2"`},
		{"a rule that is none", "a,b\n", "single", `book.quotes_unknown quotes="single"`},
	}
	for _, tt := range tests {
		e := refusedBy(t, write(t, "book.csv", []byte(tt.content)),
			Options{Reading: pipeline.Reading{Quotes: tt.named}})
		if e.What.String() != tt.want || e.Hint == nil {
			t.Errorf("%s: %s, want %s", tt.name, e.What, tt.want)
		}
	}
	if e := refusedBy(t, write(t, "book.xlsx", workbookOf(t, headerABC)),
		Options{Reading: pipeline.Reading{Quotes: "none"}}); e.What.Code != "book.workbook_has_no_quotes" {
		t.Error(e)
	}
}

func TestQuotesAreNamed(t *testing.T) {
	tests := []struct {
		content, rule string
		want          []string
	}{
		{"a,b\n\"x\",\"y\"z\n", "none", cells(`"x"`, `"y"z`)},
		{"a,b\n1,\"Bodega \"El 7\" SAS\"\n", "double", cells("1", `Bodega "El 7" SAS`)},
		{"a,b\n\"Bar \"El 9\"\",\"a \"\"b\"\" \"c\"\"\n", "double", cells(`Bar "El 9"`, `a "b" "c"`)},
		{"a,b\n1,\"x\\\"\n", "Double", cells("1", `x\`)},
		{"a,b\nx\\,y,\"\\\"\"\n", "backslash", cells("x,y", `"`)},
	}
	for _, tt := range tests {
		got := readAll(t, write(t, "book.csv", []byte(tt.content)), Options{Reading: pipeline.Reading{Quotes: tt.rule}})
		if d := cmp.Diff([]row{{2, tt.want, nil}}, got); d != "" {
			t.Errorf("%q: %s", tt.content, d)
		}
	}
}

// Whatever the cells contain, writing them by a rule and reading them by the same rule returns the same cells, with
// the right line numbers.
func TestRulesOfQuotesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := rapid.SampledFrom([]quotes{quotesNone, quotesDouble, quotesBackslash}).Draw(t, "rule")
		delimiter := rapid.SampledFrom([]string{",", "\t", ";"}).Draw(t, "delimiter")
		alphabet := []rune("xé\"\"N\\ ")
		if rule != quotesNone {
			alphabet = append(alphabet, '\n', rune(delimiter[0]))
		}
		cell := rapid.StringOf(rapid.SampledFrom(alphabet))
		spell := func(c string) string {
			switch quoted := rapid.Bool().Draw(t, "quoted"); {
			case rule == quotesDouble && (quoted || strings.ContainsAny(c, delimiter+"\n") ||
				strings.HasPrefix(c, `"`)):
				return `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			case rule == quotesBackslash:
				c = strings.NewReplacer(`"`, `\"`, `\`, `\\`, "\n", "\\\n", delimiter, `\`+delimiter).Replace(c)
				if quoted {
					c = `"` + c + `"`
				}
			}
			return c
		}
		text := "one" + delimiter + "two\n"
		var want []string
		line := 2
		for range rapid.IntRange(0, 8).Draw(t, "rows") {
			one, two := "x"+cell.Draw(t, "one")+"x", "x"+cell.Draw(t, "two")+"x"
			want = append(want, fmt.Sprintf("%d %q %q", line, one, two))
			line += 1 + strings.Count(one+two, "\n")
			text += spell(one) + delimiter + spell(two) + "\n"
		}
		b, err := openBytes("book.csv", []byte(text), Options{Reading: pipeline.Reading{Quotes: rule.name()}})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		var got []string
		err = b.source.records(t.Context(), func(r *record) error {
			if r.number > 1 {
				got = append(got, fmt.Sprintf("%d %q %q", r.line, r.cells[0], r.cells[1]))
			}
			return nil
		})
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("%q: %v %s", text, err, d)
		}
	})
}
