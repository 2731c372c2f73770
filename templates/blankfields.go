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
	sheet := w.names.legal(w.say("template.sheet_fields"))
	_, err := w.file.NewSheet(sheet)
	w.try(err)
	columns := []fieldColumn{
		{w.say("template.heading_label"), 30, func(f pipeline.Field, label string) string { return label }},
		{w.say("template.heading_field"), 48, func(f pipeline.Field, _ string) string { return f.Path }},
	}
	for _, s := range b.Sheets {
		columns = append(columns, w.needColumn(b, s))
	}
	columns = append(columns,
		fieldColumn{w.say("template.heading_limits"), 24, func(f pipeline.Field, _ string) string {
			return w.words.Message(limits(f))
		}},
		fieldColumn{w.say("template.heading_values"), 34, func(f pipeline.Field, _ string) string {
			if f.Only != "" {
				return f.Only
			}
			return w.abridged(f.Enum, 1200)
		}},
		fieldColumn{w.say("template.heading_example"), 24,
			func(f pipeline.Field, _ string) string { return f.Example }},
		fieldColumn{w.say("template.heading_help"), 60, func(f pipeline.Field, _ string) string {
			if len(f.Help) == 0 {
				return ""
			}
			return w.help(f, f.Enum)
		}})
	for i, c := range columns {
		letters := pipeline.ColumnLetters(i)
		w.try(w.file.SetColWidth(sheet, letters, letters, c.width))
	}
	row := 1
	line := func(s string, style int) {
		w.cell(sheet, 0, row, s, style)
		row++
	}
	line(p.Title, w.styles.title)
	w.try(w.file.SetRowHeight(sheet, 1, 26))
	if p.Docs != "" {
		line(w.say("template.docs", "docs", p.Docs), w.styles.body)
	}
	for _, n := range p.Notes {
		note := w.text(n)
		line("•  "+note, w.styles.body)
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
		w.cell(sheet, 0, row, w.say("template.heading_label"), w.styles.label[need])
		w.cell(sheet, 1, row, w.words.Message(legend(need)), w.styles.body)
		row++
	}
	row++
	line(w.say("template.how_to_fill", "header", headerRow, "example", exampleRow, "first", exampleRow+1),
		w.styles.body)
	if slices.ContainsFunc(p.Fields, func(f pipeline.Field) bool { return strings.Contains(f.Path, "[]") }) {
		line(w.say("template.indexes"), w.styles.body)
	}
	row++
	for i, c := range columns {
		w.cell(sheet, i, row, c.title, w.styles.heading)
	}
	header := row
	w.try(w.file.SetRowHeight(sheet, row, 20))
	sheets := b.Sheets
	if whole, err := b.def.Blank(BlankOptions{}); err == nil {
		sheets = slices.Concat(sheets, whole.Sheets) // including other shapes
	}
	for _, f := range p.Fields {
		row++
		lines := 1.0
		for i, c := range columns {
			style, text := w.styles.wrapped, c.text(f, w.fieldLabel(sheets, f))
			if i == 0 {
				style = w.styles.bold
			}
			w.cell(sheet, i, row, text, style)
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

// needColumn says for each field whether rows of one shape need it.
func (w *blankWriter) needColumn(b *Blank, s BlankSheet) fieldColumn {
	title := w.say("template.heading_needed")
	if s.Shape != "" {
		title = w.say("template.heading_in_shape", "shape", s.Shape)
	}
	return fieldColumn{title, 16, func(f pipeline.Field, _ string) string {
		i := slices.IndexFunc(s.Columns, func(c BlankColumn) bool { return c.Field.Path == f.Path })
		switch {
		case i >= 0 && s.Columns[i].Need == NeededInEntry:
			return w.say("template.in_its_group")
		case i >= 0 && s.Columns[i].Need == Needed:
			return w.say("template.yes")
		case i >= 0:
			return w.say("template.no")
		case f.Only != "":
			return w.say("template.filled_in")
		}
		return w.say("template.not_used")
	}}
}

// fieldLabel is the label of a field's first column, or its own title when no sheet has one.
func (w *blankWriter) fieldLabel(sheets []BlankSheet, f pipeline.Field) string {
	for _, s := range sheets {
		for _, c := range s.Columns {
			if c.Field.Path == f.Path {
				return w.label(c)
			}
		}
	}
	return w.text(f.Title)
}

// legend says what the colour of a label means.
func legend(n Need) *pipeline.Message {
	switch n {
	case Needed:
		return pipeline.Say("template.legend_needed")
	case NeededInEntry:
		return pipeline.Say("template.legend_needed_in_group")
	}
	return pipeline.Say("template.legend_optional")
}
