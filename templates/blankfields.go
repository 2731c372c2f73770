package templates

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// fields writes the sheet that explains the provider and each of its fields.
func (w *blankWriter) fields(b *Blank) {
	p := b.def.provider
	sheet := w.names.legal("Fields")
	_, err := w.file.NewSheet(sheet)
	w.try(err)
	columns := []fieldColumn{
		{"Label", 30, func(f pipeline.Field, label string) string { return label }},
		{"Field", 48, func(f pipeline.Field, _ string) string { return f.Path }},
	}
	for _, s := range b.Sheets {
		columns = append(columns, w.needColumn(b, s))
	}
	columns = append(columns,
		fieldColumn{"Limits", 24, func(f pipeline.Field, _ string) string { return limits(f) }},
		fieldColumn{"Allowed values", 34, func(f pipeline.Field, _ string) string {
			if f.Only != "" {
				return f.Only
			}
			return abridged(f.Enum, 1200)
		}},
		fieldColumn{"Example", 24, func(f pipeline.Field, _ string) string { return f.Example }},
		fieldColumn{"What it is", 60, func(f pipeline.Field, _ string) string {
			if len(f.Help) == 0 {
				return ""
			}
			return help(f)
		}})
	for i, c := range columns {
		letters := pipeline.ColumnLetters(i)
		w.try(w.file.SetColWidth(sheet, letters, letters, c.width))
	}
	row := 1
	say := func(s string, style int) {
		w.text(sheet, 0, row, s, style)
		row++
	}
	say(p.Title, w.styles.title)
	w.try(w.file.SetRowHeight(sheet, 1, 26))
	say("The provider's own page: "+p.Docs, w.styles.body)
	for _, note := range pipeline.InEnglish(p.Notes) {
		say("•  "+note, w.styles.body)
		last := pipeline.CellRef(len(columns)-1, row-1)
		w.try(w.file.MergeCell(sheet, pipeline.CellRef(0, row-1), last))
		w.try(w.file.SetCellStyle(sheet, pipeline.CellRef(0, row-1), last, w.styles.note))
		w.try(w.file.SetRowHeight(sheet, row-1, 15*math.Ceil(float64(utf8.RuneCountInString(note))/200)+1))
	}
	row++
	for need := Needed; need >= Optional; need-- {
		if !slices.ContainsFunc(b.Columns(), func(c BlankColumn) bool { return c.Need == need }) {
			continue
		}
		w.try(w.file.SetRowHeight(sheet, row, 18))
		w.text(sheet, 0, row, "Label", w.styles.label[need])
		w.text(sheet, 1, row, [...]string{
			Needed: "A column with this colour and a * must be filled in every row.",
			NeededInEntry: "One with this colour is needed once anything else of its group, such as a second " +
				"address, is filled.",
			Optional: "One with this colour may stay empty."}[need], w.styles.body)
		row++
	}
	row++
	say("Fill one row for each merchant, from row 4 of the sheet on. Row 3 is an example and is not imported. Keep row "+
		"2, the names of the fields.", w.styles.body)
	if slices.ContainsFunc(p.Fields, func(f pipeline.Field) bool { return strings.Contains(f.Path, "[]") }) {
		say("[] stands for a number from 0: the first entry of a group is [0], the second [1]. Further entries are "+
			"further columns, named so.", w.styles.body)
	}
	row++
	for i, c := range columns {
		w.text(sheet, i, row, c.title, w.styles.heading)
	}
	header := row
	w.try(w.file.SetRowHeight(sheet, row, 20))
	for _, f := range p.Fields {
		row++
		lines := 1.0
		for i, c := range columns {
			style, text := w.styles.wrapped, c.text(f, w.fieldLabel(b, f))
			if i == 0 {
				style = w.styles.bold
			}
			w.text(sheet, i, row, text, style)
			lines = math.Max(lines, math.Ceil(float64(utf8.RuneCountInString(text))*1.03/c.width))
		}
		w.try(w.file.SetRowHeight(sheet, row, math.Min(15*lines+1, excelize.MaxRowHeight)))
	}
	w.try(w.file.AutoFilter(sheet, fmt.Sprintf("A%d:%s", header, pipeline.CellRef(len(columns)-1, row)), nil))
	w.extent(sheet, len(columns)-1, row)
	lines, fit := false, true
	landscape, one, all := "landscape", 1, 0
	w.try(w.file.SetSheetView(sheet, -1, &excelize.ViewOptions{ShowGridLines: &lines}))
	w.try(w.file.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	w.try(w.file.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &landscape,
		FitToWidth: &one, FitToHeight: &all}))
}

// fieldColumn is one column of the sheet that explains the fields.
type fieldColumn struct {
	title string
	width float64
	text  func(f pipeline.Field, label string) string
}

// needColumn says what each field is to the rows of one shape.
func (w *blankWriter) needColumn(b *Blank, s BlankSheet) fieldColumn {
	title := "Needed"
	if s.Shape != "" {
		title = "In " + s.Shape
	}
	return fieldColumn{title, 16, func(f pipeline.Field, _ string) string {
		i := slices.IndexFunc(s.Columns, func(c BlankColumn) bool { return c.Field.Path == f.Path })
		switch {
		case i >= 0 && s.Columns[i].Need == NeededInEntry:
			return "in its group"
		case i >= 0 && s.Columns[i].Need == Needed:
			return "yes"
		case i >= 0:
			return "no"
		case f.Only != "":
			return "filled in by itself"
		}
		return "not there"
	}}
}

// fieldLabel is the label of a field's first column, its own title where it
// has none.
func (w *blankWriter) fieldLabel(b *Blank, f pipeline.Field) string {
	for _, s := range b.Sheets {
		for _, c := range s.Columns {
			if c.Field.Path == f.Path {
				return c.Label
			}
		}
	}
	return f.Title.In("en")
}
