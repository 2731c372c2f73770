package templates

import (
	"slices"
	"testing"
)

func TestCheckExamples(t *testing.T) {
	set, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range set.Names() {
		def, err := set.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		b, err := def.Blank(BlankOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, sheet := range b.Sheets {
			if lacking, problems, err := b.CheckExamples(sheet); err != nil || len(lacking)+len(problems) > 0 {
				t.Errorf("%s %s: %v, lacking %v, problems %v", name, sheet.Shape, err, lacking, problems)
			}
			first := slices.IndexFunc(sheet.Columns, func(c BlankColumn) bool { return c.Need == Needed })
			sheet.Columns = slices.Clone(sheet.Columns)
			sheet.Columns[first].Example = ""
			if lacking, _, err := b.CheckExamples(sheet); err != nil ||
				!slices.Equal(lacking, []string{sheet.Columns[first].Path}) {
				t.Errorf("%s %s without an example: %v, %v", name, sheet.Shape, lacking, err)
			}
			sheet.Columns[first].Example = "\t"
			if _, problems, err := b.CheckExamples(sheet); err != nil || len(problems) == 0 {
				t.Errorf("%s %s with a bad example: %v, %v", name, sheet.Shape, problems, err)
			}
		}
	}
}
