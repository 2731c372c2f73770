package mapping

import (
	"strings"
	"testing"

	"muster/pipeline"
)

// acceptor takes what a function takes, in every field.
type acceptor func(string) bool

func (a acceptor) Accepts(_ int, text string) bool { return a(text) }

func TestRemedies(t *testing.T) {
	digits := func(n int, prefix string) acceptor {
		return func(s string) bool {
			rest, ok := strings.CutPrefix(s, prefix)
			return ok && len(rest) == n && strings.Trim(rest, "0123456789") == ""
		}
	}
	iso := acceptor(func(s string) bool { return len(s) == 10 && s[4] == '-' && s[7] == '-' })
	phone := pipeline.Field{Path: "f", Kind: "string", Example: "+573005550101", Format: "phone"}
	date := pipeline.Field{Path: "f", Kind: "string", Format: "date"}
	nine := pipeline.Field{Path: "f", Kind: "string", Pattern: "^[0-9]{9}$"}
	nit, ein, secret := nine, nine, nine
	nit.Typed, ein.Title, secret.Secret = "nit", pipeline.Localized{"en": "Federal EIN"}, true
	zip := pipeline.Field{Path: "f", Kind: "string", Pattern: `^\d{5}$`}
	name := pipeline.Field{Path: "f", Kind: "string", MaxLength: 10}
	reference := pipeline.Field{Path: "f", Kind: "string", MaxLength: 10, Pattern: "^[0-9a-zA-Z]+$"}
	short := acceptor(func(s string) bool { return len(s) <= 10 })
	for _, c := range []struct {
		name    string
		field   pipeline.Field
		convert string
		code    pipeline.ProblemCode
		rules   Rules
		cells   []string
		want    string // "" for none
		fixes   int
	}{
		{"phones without a country code", phone, "", pipeline.ProblemPattern, digits(10, "+57"),
			[]string{"310 555 1234", "3105551235", "12", ""}, "phone(CO)", 2},
		{"several phones, converted", phone, "phone(CO)", pipeline.ProblemConvert, digits(10, "+57"),
			[]string{"310 555 1234 / 320 555 9999"}, "split(/,1) | phone(CO)", 1},
		{"a day shows the order", date, "", pipeline.ProblemDate, iso, []string{"25/12/1980", "1/2/1980"},
			"date(D/M/YYYY)", 2},
		{"no day shows the order", date, "", pipeline.ProblemDate, iso, []string{"3/4/1980", "1/2/1980"}, "", 0},
		{"another order is there", date, "date(D/M/YYYY)", pipeline.ProblemConvert, iso, []string{"12/25/1980"}, "", 0},
		{"NITs", nit, "", pipeline.ProblemTooLong, digits(9, ""), []string{"900.123.456-8", "900.123.456-7"}, "nit", 1},
		{"zeros that were lost", nit, "", pipeline.ProblemTooShort, digits(9, ""), []string{"120001", "1200012"},
			"left-pad(9,0)", 2},
		{"a count among zeros that were lost", nit, "", pipeline.ProblemTooShort, digits(9, ""),
			[]string{"120001", "1200012", "300"}, "", 0},
		{"a count, converted", nit, "nit", pipeline.ProblemTooShort, digits(9, ""), []string{"300"}, "", 0},
		{"zeros that are there", nit, "", pipeline.ProblemTooShort, digits(9, ""), []string{"00012001"}, "left-pad(9,0)", 1},
		{"two zeros of five", zip, "", pipeline.ProblemTooShort, digits(5, ""), []string{"2108", "501"}, "left-pad(5,0)", 2},
		{"three zeros of five", zip, "", pipeline.ProblemTooShort, digits(5, ""), []string{"2108", "12"}, "", 0},
		{"a NIT with hyphens", nit, "", pipeline.ProblemTooLong, digits(9, ""), []string{"099-000-107"}, "digits", 1},
		{"an EIN", ein, "", pipeline.ProblemTooLong, digits(9, ""), []string{"12-3456789"}, "ein", 1},
		{"an EIN in groups", ein, "", pipeline.ProblemTooLong, digits(9, ""), []string{"900.123.456-8"}, "", 0},
		{"an SSN", secret, "", pipeline.ProblemTooLong, digits(9, ""), []string{"000-12-0001"}, "ssn", 1},
		{"a number without a name", nine, "", pipeline.ProblemTooLong, digits(9, ""), []string{"099-000-107"}, "digits", 1},
		{"a long name", name, "upper", pipeline.ProblemTooLong, short, []string{"Panadería Ñandú"},
			"upper | truncate(10)", 1},
		{"a long reference", reference, "", pipeline.ProblemTooLong, short, []string{"abcdefghijkl"}, "", 0},
		{"a name is no number", pipeline.Field{Path: "f", Kind: "string", MaxLength: 10, Pattern: `\S`}, "",
			pipeline.ProblemTooLong, digits(3, ""), []string{"Calle 123\n"}, "", 0},
		{"a line break", name, "", pipeline.ProblemSpoilt, short, []string{"Ana\nPaz"}, "collapse", 1},
		{"a lost letter", name, "", pipeline.ProblemSpoilt, short, []string{"PE?A"}, "", 0},
		{"a lost letter, converted", name, "upper", pipeline.ProblemSpoilt, short, []string{"pe?a"}, "", 0},
		{"digits alone", pipeline.Field{Path: "f", Kind: "string", Pattern: `^\d+$`}, "", pipeline.ProblemPattern,
			digits(3, ""), []string{"1-2-3"}, "digits", 1},
		{"nothing in the cell", phone, "", pipeline.ProblemRequired, digits(10, "+57"), []string{"3105551234"}, "", 0},
		{"a value that is lost", phone, "", pipeline.ProblemMangled, digits(10, "+57"), []string{"3105551234"}, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &pipeline.Provider{Name: "p", Title: "P", Fields: []pipeline.Field{c.field}}
			header := []pipeline.Column{{Index: 0, Name: "a"}}
			sheet := NewSheet("m.csv", []pipeline.MappingLine{{Number: 2, Field: "f", Column: "a", Convert: c.convert}}, nil)
			m, err := Compile(p, header, sheet)
			if err != nil {
				t.Fatal(err)
			}
			trial := m.Trial(c.rules, "f", c.code)
			if trial == nil {
				if c.want != "" {
					t.Fatal("nothing is tried")
				}
				return
			}
			for _, cell := range c.cells {
				trial.Take(cell)
			}
			if got, ok := trial.Remedy(); got.Convert != c.want || got.Fixes != c.fixes || ok != (c.want != "") {
				t.Errorf("%+v", got)
			}
		})
	}
}

// Only the best are tried on all cells, and not on more than so many.
func TestTrialsAreBounded(t *testing.T) {
	p := &pipeline.Provider{Fields: []pipeline.Field{{Path: "f", Kind: "string", Enum: []string{"AB"}}}}
	m, err := Compile(p, []pipeline.Column{{Index: 0, Name: "f"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	trial := m.Trial(acceptor(func(s string) bool { return s == "AB" }), "f", pipeline.ProblemEnum)
	for range mostTried + 10 {
		trial.Take("ab")
	}
	r, ok := trial.Remedy()
	if want := (Remedy{Convert: "upper", Fixes: mostTried, Tried: mostTried}); r != want || !ok || len(trial.candidates) != 1 {
		t.Errorf("%+v, %d candidates", r, len(trial.candidates))
	}
}
