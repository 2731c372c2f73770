package enrol

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// writeSheet writes a mapping sheet and returns its path.
func writeSheet(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mapping.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadMapping(t *testing.T) {
	want := []pipeline.MappingLine{
		{Field: "name", Column: "Razón social", Number: 2},
		{Field: "type", Value: "BUSINESS", Number: 3},
	}
	tests := []struct{ name, text string }{
		{"commas", "field,column,value\nname,Razón social,\ntype,,BUSINESS\n"},
		{"semicolons", "field;column;value\nname;Razón social;\ntype;;BUSINESS\n"},
		{"tabs", "field\tcolumn\tvalue\nname\tRazón social\t\ntype\t\tBUSINESS\n"},
		{"byte-order mark", "\ufefffield,column,value\nname,Razón social,\ntype,,BUSINESS\n"},
		{"Windows line ends", "field;column;value\r\nname;Razón social;\r\ntype;;BUSINESS\r\n"},
		{"no line end at the end", "field,column,value\nname,Razón social,\ntype,,BUSINESS"},
		{"white space around cells",
			"field,column,value\n name , Razón social\u00a0,\u200b\n\ufefftype,\t,BUSINESS \n"},
		{"spaces after the commas", "field, column, value\nname, \"Razón social\", \ntype, , BUSINESS\n"},
		{"quoted", "\"field\",\"column\",\"value\"\n\"name\",\"Razón social\",\"\"\n\"type\",\"\",\"BUSINESS\"\n"},
		{"other order, and notes", "note,value,column,field\nwhat the law says,,Razón social,name\n,BUSINESS,,type\n"},
		{"notes in the language of those who write them",
			"field,column,value,note\nname,Razón social,,\"a, \"\"b\"\"; c\"\ntype,,BUSINESS,\n"},
		{"empty column at the end", "field,column,value,\nname,Razón social,,\ntype,,BUSINESS,\n"},
		{"blank lines behind", "field,column,value\nname,Razón social,\ntype,,BUSINESS\n,,\n\n ,,\n"},
		{"cells left out at the end", "field,column,value\nname,Razón social\ntype,,BUSINESS\n"},
		{"nothing to convert", "field,column,convert,value\nname,Razón social,,\ntype,, ,BUSINESS\n,,,\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := writeSheet(t, tt.text)
			s, err := ReadMapping(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, s.Lines()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if s.Path() != path {
				t.Errorf("the path is %s", s.Path())
			}
		})
	}
}

// Lines are numbered as an editor numbers them.
func TestSheetLineNumbers(t *testing.T) {
	s, err := ReadMapping(writeSheet(t, "field,column\n\na,x\n,\n\"b\",\"line\nbreak\"\nc,z\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []pipeline.MappingLine{{Field: "a", Column: "x", Number: 3}, {Field: "b", Column: "line\nbreak", Number: 5},
		{Field: "c", Column: "z", Number: 7}}
	if diff := cmp.Diff(want, s.Lines()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSheetsThatCannotBeRead(t *testing.T) {
	tests := []struct {
		name, text string
		line       int
		says, hint string
	}{
		{"empty", "", 0, "mapping.is_empty", "mapping.sheet_columns"},
		{"a byte-order mark only", "\ufeff", 0, "mapping.is_empty", "mapping.sheet_columns"},
		{"blank", "\n\n", 0, "mapping.is_empty", "mapping.sheet_columns"},
		{"unknown column", "field,column,default\n", 1, `mapping.unknown_column column="default"`,
			"mapping.sheet_columns"},
		{"column in capitals", "Field,Column,Value\n", 1, `mapping.unknown_column column="Field"`,
			"mapping.sheet_columns"},
		{"no field column", "column,value\n", 1, `mapping.column_missing column="field"`, "mapping.sheet_columns"},
		{"column twice", "field,column,column\n", 0, `book.header_twice header="column"`, ""},
		{"a book for a sheet", "business_name,email\nEJEMPLO SAS,a@example.org\n", 1,
			`mapping.unknown_column column="business_name"`, "mapping.sheet_columns"},
		{"no field", "field,column,value\n,NIT,\n", 2, "mapping.field_empty", "mapping.name_field_or_delete"},
		{"too many cells", "field,column,value\nname,Name, Inc.,,x\n", 2, "line 2: mapping.cells_unlike_header", ""},
		{"comma in a chain", "field,column,convert\nname,Name,left-pad(9,0)\n", 2,
			"line 2: mapping.cells_unlike_header", "mapping.quote_cell"},
		{"nothing but a chain", "field,column,convert\n,,upper\n", 2, "mapping.field_empty",
			"mapping.name_field_or_delete"},
		{"a line break in no quotes", "field,column,value\nnit,NIT,\nname,Na\nme,\ntype,T,\ntown,C,\nmail,M,\n", 3,
			"line 3: half_row_begins", ""},
		{"a short last line without an end", "field,column,value\nnit,NIT,\nname,Name", 3, "line 3: half_row_cut",
			"mapping.end_last_line"},
		{"quote without end", "field,column,value\nname,\"NIT,\n\n\n", 0, `quotes_in_doubt count=1 lines="2"`, ""},
		{"quote in the header", "field,co\"lumn\n", 1, "line 1", ""},
		{"in no encoding", "field,column,value\nname,Direcci\xf3n \x81 Ca\xf1o Pe\xf1a,\n", 2, "book.not_in_encoding",
			"mapping.double_quotes"},
		{"damaged UTF-8", "field,column,value\nname,Razón soñada \xf3\n", 2, "book.not_utf8", "mapping.double_quotes"},
		{"half a character of UTF-16", "\xff\xfef\x00i\x00\x00\xd8", 1, "book.half_character", "mapping.double_quotes"},
		{"UTF-16 without its mark", "f\x00i\x00e\x00l\x00d\x00", 1, "book.nul", ""},
		{"an old workbook", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "book.compound_damaged", "mapping.save_readable"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := writeSheet(t, tt.text)
			_, err := ReadMapping(path)
			requireError(t, err, path, tt.line, tt.says, tt.hint)
		})
	}
	t.Run("a folder", func(t *testing.T) {
		dir := t.TempDir()
		_, err := ReadMapping(dir)
		requireError(t, err, dir, 0, "mapping.cannot_be_read cause=(is a directory", "")
	})
	t.Run("nowhere", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "nowhere.csv")
		_, err := ReadMapping(path)
		requireError(t, err, path, 0, "mapping.cannot_be_read cause=(no such file", "")
		if !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%v is not os.ErrNotExist", err)
		}
		if strings.Count(err.Error(), path) != 1 {
			t.Errorf("%v names the file more than once", err)
		}
	})
}

// requireError checks a mistake in a mapping: its file, line or row, message, and hint.
func requireError(t *testing.T, err error, path string, number int, says, hint string) {
	t.Helper()
	var refused *pipeline.Mistake
	if !errors.As(err, &refused) {
		t.Fatalf("is taken, or refused otherwise: %v", err)
	}
	if refused.Place.File != path || max(refused.Place.Line, refused.Place.Row) != number {
		t.Errorf("%v: file %q and line %d, want %d", err, refused.Place.File,
			max(refused.Place.Line, refused.Place.Row), number)
	}
	if !strings.Contains(err.Error(), says) || !strings.HasPrefix(err.Error(), "mapping "+path) {
		t.Errorf("%v: does not say %q and the file", err, says)
	}
	if !strings.Contains(refused.Hint.String(), hint) {
		t.Errorf("the hint %q does not say %q", refused.Hint.String(), hint)
	}
	if strings.Contains(err.Error(), "%!") {
		t.Errorf("%v is not formatted", err)
	}
}

// For any file, reading ends with a sheet of trimmed cells or with a *pipeline.Mistake.
func FuzzReadMapping(f *testing.F) {
	for _, s := range []string{"field,column,value\na,b,c\n", "\ufefffield;column\n\"a\"\";\";b\r\n",
		"field\tnote\n\n\t\n", "field\n\xff", "field;convert;column\na;\"x|y\";z", "\"", "field,,\n,,\n",
		"PK\x03\x04"} {
		f.Add([]byte(s))
	}
	path := filepath.Join(f.TempDir(), "mapping.csv")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := ReadMapping(path)
		if err != nil {
			var refused *pipeline.Mistake
			if !errors.As(err, &refused) || refused.Place.File != path {
				t.Fatalf("%v", err)
			}
			return
		}
		for _, l := range s.Lines() {
			if l.Number < 2 || l.Field == "" || l.Field != pipeline.Trim(l.Field) ||
				l.Column != pipeline.Trim(l.Column) || l.Value != pipeline.Trim(l.Value) ||
				l.Convert != pipeline.Trim(l.Convert) {
				t.Errorf("%+v", l)
			}
		}
	})
}
