package suggest

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

// anyHeader draws a header as people write them, often the same thing twice.
func anyHeader(t *rapid.T, label string) string {
	lists, err := readWords(wordsFile)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range []concept{aBusinessName, aFirstName, aLastName, anEmail, aPhone, aNIT, anEIN, aTaxID, aDocument,
		aBirthDate, aGender, aStreet, aCity, aCustomerType, aReference, anIssueLand, aFullName, somethingElse} {
		names = append(names, lists.Concepts[c]...)
	}
	for _, kind := range []string{"ssn", "passport"} {
		names = append(names, lists.Documents[kind]...)
	}
	names = append(names, "owners[0].firstName", "who.documents[1].value", "who.documents[0].value", "xyz", "Dato")
	name := rapid.SampledFrom(names).Draw(t, label)
	before := rapid.SampledFrom([]string{"", "", "Owner ", "Owner 2 ", "Signer ", "Mailing ", "Blue "}).Draw(t,
		label+" before")
	after := rapid.SampledFrom([]string{"", "", "", " 2", "*", " (required)"}).Draw(t, label+" after")
	return before + name + after
}

// anyCell draws a cell whose text is some one's and no one else's.
func anyCell(t *rapid.T, label string, serial int) string {
	switch rapid.SampledFrom([]string{"", "ssn", "mail", "phone", "nine", "date", "text", "nit"}).Draw(t, label) {
	case "ssn":
		return fmt.Sprintf("666-%02d-%04d", serial/10000%100, serial%10000)
	case "mail":
		return fmt.Sprintf("somebody%07d@example.org", serial)
	case "phone":
		return fmt.Sprintf("+57310%07d", serial)
	case "nine":
		return fmt.Sprintf("66%07d", serial)
	case "date":
		return fmt.Sprintf("%02d/%02d/19%02d #%d", serial%28+1, serial%12+1, serial%100, serial)
	case "text":
		return fmt.Sprintf("Ejemplo número %07d", serial)
	case "nit":
		nine := fmt.Sprintf("90%07d", serial)
		for digit := '0'; ; digit++ {
			if checked := nine + "-" + string(digit); isNIT(checked) {
				return checked
			}
		}
	}
	return ""
}

// TestSuggestionLaws: whatever the book, no column and no field stands there
// twice, the sheet is one that muster reads and that serves once its gaps are
// filled, it is the same each time, and nobody's data can be read in it.
func TestSuggestionLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom([]*pipeline.Provider{bank(), fund(), shop()}).Draw(t, "provider")
		var names []string
		for i := range rapid.IntRange(1, 14).Draw(t, "columns") {
			if n := anyHeader(t, fmt.Sprintf("header %d", i)); !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
		sample := Sample{Header: headerOf(names...)}
		serial := 1000000
		for r := range rapid.IntRange(0, 4).Draw(t, "rows") {
			var row []string
			for c := range names {
				serial++
				row = append(row, anyCell(t, fmt.Sprintf("cell %d,%d", c, r), serial))
			}
			sample.Rows = append(sample.Rows, row)
		}
		s := suggestFor(p, sample)
		if again := suggestFor(p, sample); !slices.Equal(spelt(s), spelt(again)) {
			t.Fatalf("twice the same book: %q and %q", spelt(s), spelt(again))
		}
		fields, columns := map[string]bool{}, map[string]bool{}
		missing := true
		for _, l := range s.Lines {
			if fields[l.Field] || l.Column != "" && columns[l.Column] {
				t.Fatalf("%s or %q stands there twice: %q", l.Field, l.Column, spelt(s))
			}
			fields[l.Field], columns[l.Column] = true, true
			if l.Confidence == Missing && !missing {
				t.Fatalf("a line that misses something does not come first: %q", spelt(s))
			}
			missing = l.Confidence == Missing
			if l.Column != "" && l.Value != "" || missing != (l.Column == "" && l.Value == "") {
				t.Fatalf("%s has the column %q and the value %q", l.Field, l.Column, l.Value)
			}
		}
		var text bytes.Buffer
		if err := s.WriteCSV(&text, codes{}); err != nil {
			t.Fatal(err)
		}
		for _, row := range sample.Rows {
			for _, cell := range row {
				if cell != "" && strings.Contains(text.String(), cell) {
					t.Fatalf("the sheet shows %q:\n%s", cell, text.String())
				}
			}
		}
		var lines []pipeline.MappingLine
		for i, r := range recordsOf(t, text.Bytes()) {
			l := pipeline.MappingLine{Number: i + 2, Field: r[0], Column: r[1], Convert: r[2], Value: r[3]}
			if l.Column == "" && l.Value == "" {
				l.Value = "filled in"
			}
			lines = append(lines, l)
		}
		tables := map[string]map[string]string{}
		for _, table := range s.Tables {
			var b bytes.Buffer
			if err := table.WriteCSV(&b, codes{}); err != nil {
				t.Fatal(err)
			}
			tables[table.Named] = map[string]string{}
			for _, r := range recordsOf(t, b.Bytes()) {
				tables[table.Named][r[0]] = r[1]
			}
		}
		sheet := mapping.NewSheet("m.csv", lines, tables)
		if len(columns) > 1 || columns[""] == false && len(columns) > 0 {
			if _, err := mapping.Compile(p, sample.Header, sheet); err != nil {
				t.Fatalf("the filled sheet: %v\n%s", err, text.String())
			}
		}
	})
}

// recordsOf are the records of a CSV that muster wrote, without its header.
func recordsOf(t *rapid.T, file []byte) [][]string {
	text, marked := bytes.CutPrefix(file, []byte("\ufeff"))
	records, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || !marked {
		t.Fatalf("%v, with a mark: %v\n%s", err, marked, file)
	}
	return records[1:]
}

// TestSamplesAreMasked: a mapping file is handed around.
func TestSamplesAreMasked(t *testing.T) {
	s := suggestFor(fund(), sampleOf(t, `Ref;First name;Last name;Gender;Birthday;E-mail;SSN;Passport country
A100;Ana María;Ejemplo;F;1990-12-31;ana.maria@example.org;666-12-3456;Colombia
A101;Bo;O;M;1991-12-31;b@example.org;1234;COL
A102;;;;;;;`))
	want := map[string][]string{
		"reference":                {"A1…"},
		"who.firstName":            {"Ana…", "B…"},
		"who.lastName":             {"Eje…", "O…"},
		"who.gender":               {"F", "M"},
		"who.dateOfBirth":          {"1990…", "1991…"},
		"who.email":                {"ana.…", "b@ex…"},
		"who.documents[0].value":   {"****3456", "****"},
		"who.documents[1].country": {"Colombia", "COL"},
	}
	for _, l := range s.Lines {
		if !slices.Equal(l.Samples, want[l.Field]) {
			t.Errorf("%s shows %q, want %q", l.Field, l.Samples, want[l.Field])
		}
	}
}

// TestAllUnfilledLinesAreNamed: a person fills them in one go.
func TestAllUnfilledLinesAreNamed(t *testing.T) {
	sample := sampleOf(t, "NIT;Razón social\n900123456;UNO")
	_, err := mapping.Compile(bank(), sample.Header, suggestFor(bank(), sample).Sheet("m.csv"))
	if err == nil || !strings.HasPrefix(err.Error(), "mapping m.csv: mapping.unfilled_fields count=2") {
		t.Fatalf("%v", err)
	}
}

// TestSuggestionAsWorkbook holds what other programs and the reader of mapping
// sheets rely on: the first sheet, its header, a sheet for each table.
func TestSuggestionAsWorkbook(t *testing.T) {
	sample := sampleOf(t, "Sexo;Fecha de nacimiento;Apellidos\nMujer;01/02/1990;=cmd\nHombre;03/04/1990;B")
	p := fund()
	s := Mapping(p, fieldRules{p}, sample, func(slug string) string { return slug })
	var b bytes.Buffer
	if err := s.WriteXLSX(&b, []string{"Sexo", "Fecha de nacimiento", "Apellidos"}, codes{}); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := f.GetSheetList(); !slices.Equal(got, []string{"suggest.sheet", "gender"}) {
		t.Fatalf("sheets %q", got)
	}
	rows, err := f.GetRows("suggest.sheet")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(rows[0], []string{"mapping.heading_field", "mapping.heading_column", "mapping.heading_convert",
		"mapping.heading_value", "mapping.heading_note"}) || len(rows) != len(s.Lines)+1 {
		t.Fatalf("%d rows under %q", len(rows), rows[0])
	}
	for i, l := range s.Lines {
		if want := []string{l.Field, l.Column, l.Convert, l.Value, l.Note().String()}; !slices.Equal(rows[i+1], want) {
			t.Errorf("row %d is %q, want %q", i+2, rows[i+1], want)
		}
	}
	table, err := f.GetRows("gender")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(table); got != "[[mapping.heading_from mapping.heading_to mapping.heading_note] "+
		"[Mujer F suggest.rows_of_value count=1] [Hombre M suggest.rows_of_value count=1]]" {
		t.Errorf("the table is %s", got)
	}
	lists, err := f.GetDataValidations("suggest.sheet")
	if err != nil {
		t.Fatal(err)
	}
	var offered []string
	for _, v := range lists {
		offered = append(offered, v.Sqref+" "+v.Formula1)
	}
	all := strings.Join(offered, "\n")
	for _, want := range []string{"Sexo,Fecha de nacimiento,Apellidos", "us-state", "person,company"} {
		if !strings.Contains(all, want) {
			t.Errorf("no drop-down offers %q:\n%s", want, all)
		}
	}
}

// FuzzSuggest: no header and no cell brings the reader of names down.
func FuzzSuggest(f *testing.F) {
	f.Add("Owner 2nd [99999] NITEmpresa (DD/MM/AAAA)", "900.123.456-8")
	f.Add("documents[18446744073709551616].value 2nd", "31/31/31")
	f.Add("ºªßİ.ı̇ 2", "+\u202a57 310")
	p := fund()
	f.Fuzz(func(t *testing.T, name, cell string) {
		sample := Sample{Header: headerOf(name, "Company"), Rows: [][]string{{cell, "x"}}}
		s := suggestFor(p, sample)
		if err := s.WriteCSV(&bytes.Buffer{}, codes{}); err != nil {
			t.Fatal(err)
		}
	})
}
