package book

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// A header with known names is found below rows that look like one, and no other row is taken for it.
func TestHeaderByItsNames(t *testing.T) {
	known := func(s string) bool { return s == "email" || s == "phone" || s == "city" }
	tests := []struct {
		name   string
		lines  []string
		given  int
		row    int
		header []string
		note   bool
	}{
		{"below labels", []string{"E-mail|Phone|City", "email|phone|city", "1|2|3"}, 0, 2,
			cells("email", "phone", "city"), true},
		{"below titles and labels", []string{"x", "E-mail|Phone", "", "email|phone", "1|2"}, 0, 4,
			cells("email", "phone"), true},
		{"one known name is not enough", []string{"E-mail|Phone", "email|y", "1|2"}, 0, 1, cells("E-mail", "Phone"),
			false},
		{"the first of two", []string{"email|phone", "city|phone"}, 0, 1, cells("email", "phone"), false},
		{"muster's own column", []string{"leave empty|E-mail", "muster row|mail", "example|x"}, 0, 2,
			cells("muster row", "mail"), false},
		{"muster's own column, by one name", []string{"a|b", "MUSTER ROW"}, 0, 2, cells("MUSTER ROW"), false},
		{"the column elsewhere is a column", []string{"E-mail|muster row", "1|2"}, 0, 1, cells("E-mail", "muster row"),
			false},
		{"given", []string{"E-mail|Phone", "email|phone"}, 1, 1, cells("E-mail", "Phone"), false},
		{"too far below", append(slices.Repeat([]string{"a|b"}, headerWithin), "email|phone"), 0, 1, cells("a", "b"),
			false},
		{"the last that is looked at", append(slices.Repeat([]string{"a|b"}, headerWithin-1), "email|phone"), 0,
			headerWithin, cells("email", "phone"), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for name, content := range map[string][]byte{
				"book.csv":  []byte(strings.ReplaceAll(strings.Join(tt.lines, "\n"), "|", ";") + "\n"),
				"book.xlsx": workbookOf(t, sheetOf(tt.lines...)),
			} {
				b := open(t, write(t, name, content), Options{Names: known,
					Reading: pipeline.Reading{HeaderRow: tt.given}})
				if _, err := rows(t, b); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.header, headerNames(b)); diff != "" || b.HeaderRow() != tt.row ||
					(len(b.Notes()) > 0) != tt.note {
					t.Errorf("%s: header in row %d, notes %q (-want +got):\n%s", name, b.HeaderRow(), b.Notes(), diff)
				}
			}
		})
	}
}

// Opening another sheet does not affect the one that is being read.
func TestOtherSheets(t *testing.T) {
	f := excelize.NewFile()
	for _, sheet := range []string{"second", "hidden", "empty", "third"} {
		if _, err := f.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
	}
	for sheet, text := range map[string]string{"Sheet1": "first", "second": "second", "hidden": "hidden",
		"third": "third"} {
		if err := errors.Join(f.SetSheetRow(sheet, "A1", &[]string{"a", "b"}),
			f.SetSheetRow(sheet, "A2", &[]string{text, "2"})); err != nil {
			t.Fatal(err)
		}
	}
	check(t, f.SetSheetVisible("hidden", false))
	b := open(t, save(t, f), Options{})
	if diff := cmp.Diff([]string{"second", "empty", "third"}, b.OtherSheets()); diff != "" {
		t.Fatalf("beside the first (-want +got):\n%s", diff)
	}
	for _, sheet := range []string{"second", "third", "second"} {
		other, err := b.OpenOther(Options{Sheet: sheet})
		check(t, err)
		got, err := rows(t, other)
		check(t, err)
		if len(got) != 1 || got[0].Cells[0] != sheet || other.Sheet() != sheet {
			t.Errorf("sheet %s holds %v", sheet, got)
		}
		check(t, other.Close())
		own, err := rows(t, b)
		check(t, err)
		if len(own) != 1 || own[0].Cells[0] != "first" {
			t.Errorf("after a look at %s the first sheet holds %v", sheet, own)
		}
	}
	var refused *pipeline.Mistake
	if _, err := b.OpenOther(Options{Sheet: "empty"}); !errors.As(err, &refused) || refused.Place.Sheet != "empty" ||
		refused.Place.File == "" {
		t.Errorf("an empty sheet: %v", err)
	}
	if _, err := f.NewSheet(pipeline.OriginSheet); err != nil {
		t.Fatal(err)
	}
	check(t, f.SetSheetVisible(pipeline.OriginSheet, false))
	if names := open(t, save(t, f), Options{}).OtherSheets(); names != nil {
		t.Errorf("beside a sheet of results: %q", names)
	}
	table := open(t, write(t, "book.csv", []byte("a,b\n1,2\n")), Options{})
	if _, err := table.OpenOther(Options{Sheet: "x"}); !errors.As(err, &refused) || table.OtherSheets() != nil {
		t.Errorf("beside a CSV: %q, %v", table.OtherSheets(), err)
	}
}
