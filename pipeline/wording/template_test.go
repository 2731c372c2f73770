package wording

import (
	"slices"
	"testing"
	"unicode/utf8"

	"muster/pipeline"
)

// Cells and names of a blank book are no longer than spreadsheet programs allow, and package book recognises its mark
// of an example.
func TestBlankBooksInEveryLanguage(t *testing.T) {
	for _, lang := range Languages() {
		w, err := For(lang)
		if err != nil {
			t.Fatal(err)
		}
		if mark := w.Say("template.example_mark"); !pipeline.IsExampleMark(mark) {
			t.Errorf("%s: %q does not mark an example", lang, mark)
		}
		sheets := []string{w.Say("template.sheet_book"), w.Say("template.sheet_fields"), w.Say("template.sheet_lists")}
		for i, name := range sheets {
			if utf8.RuneCountInString(name) > 31 || slices.Index(sheets, name) != i {
				t.Errorf("%s: the name of a sheet is %q", lang, name)
			}
		}
		if title := w.Say("template.is_it_right"); utf8.RuneCountInString(title) > 32 {
			t.Errorf("%s: the title %q is too long", lang, title)
		}
	}
}
