package runtext

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/wording"
)

// widestPreview is the greatest width of a preview's column, in characters; longer texts take more.
const widestPreview = 56

// Preview shows customers field by field: column, cell, field and value, with a mark when a conversion, the
// definition or the mapping made the value. width is the terminal's number of columns, 0 for none; where a line does
// not fit, the sent value is below the book's. PERSONAL DATA.
func Preview(words *wording.Wording, width int, all []enrol.Previewed) string {
	var b strings.Builder
	for i := range all {
		customer(&b, words, width, &all[i])
	}
	return b.String()
}

func customer(b *strings.Builder, words *wording.Wording, width int, p *enrol.Previewed) {
	title := words.Say("run.preview", "count", len(p.Rows), "rows", p.Rows)
	if len(p.Problems) > 0 {
		title = words.Say("run.preview_unsent", "count", len(p.Rows), "rows", p.Rows)
	}
	fmt.Fprintln(b, title)
	lines := make([][4]string, len(p.Fields))
	var widths [3]int
	for i := range p.Fields {
		f := &p.Fields[i]
		lines[i] = [4]string{oneLine(f.Column), oneLine(f.Cell), f.Field, oneLine(f.Value)}
		for at := range widths {
			widths[at] = max(widths[at], min(utf8.RuneCountInString(lines[i][at]), widestPreview))
		}
	}
	sent := make([]string, len(lines))
	fits := true
	front := len("  ") + widths[0] + len("  ") + widths[1] + len("  ")
	for i, l := range lines {
		sent[i] = "->  " + padded(l[2], widths[2]) + "  " + l[3]
		if mark := markOf(&p.Fields[i]); mark != nil {
			sent[i] += "  (" + words.Message(mark) + ")"
		}
		fits = fits && (width == 0 || front+utf8.RuneCountInString(sent[i]) <= width)
	}
	for i, l := range lines {
		line := "  " + padded(l[0], widths[0]) + "  " + padded(l[1], widths[1]) + "  "
		if !fits {
			if l[0] != "" {
				fmt.Fprintln(b, strings.TrimRight(line, " "))
			}
			line = "    "
		}
		fmt.Fprintln(b, strings.TrimRight(line+sent[i], " "))
	}
	for _, problem := range p.Problems {
		fmt.Fprintln(b, "  "+words.Placed(problem, wording.Column))
	}
}

// markOf says what made a value; nil when the book has it so.
func markOf(f *enrol.PreviewedField) *pipeline.Message {
	switch {
	case f.Wrong:
		return pipeline.Say("run.preview_wrong")
	case f.Filled:
		return pipeline.Say("run.preview_filled")
	case f.Changed && f.Value == "":
		return pipeline.Say("run.preview_left_out")
	case f.Changed:
		return pipeline.Say("run.preview_converted")
	case f.Column == "":
		return pipeline.Say("run.preview_constant")
	}
	return nil
}

// oneLine writes a text on one line, without characters that would move a terminal's cursor.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || pipeline.IsInvisible(r) {
			return '\u00b7'
		}
		return r
	}, s)
}

func padded(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}
