package look

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"muster/cmd/muster/internal/mask"
	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/wording"
)

const (
	nameLength  = 40 // characters of a column's name
	nameEnd     = 25 // and of its end, when the name is longer
	valueLength = 60
	valuesShown = 50
)

// Text says what was found, in words. The lines of its table, which end with samples, are cut at that width, the columns
// of a terminal; 0 cuts none.
func (r *Report) Text(words *wording.Wording, width int) string {
	var b strings.Builder
	line := func(m *pipeline.Message) { fmt.Fprintln(&b, words.Message(m)) }
	indented := func(m *pipeline.Message) { fmt.Fprintln(&b, "  "+words.Message(m)) }
	line(r.format())
	for _, s := range r.Sheets {
		indented(s.message())
	}
	line(r.header())
	line(pipeline.Say("look.rows", "count", r.Rows, "columns", pipeline.Say("look.columns", "count", len(r.Columns))))
	if r.ValuesOf != nil {
		r.writeValues(&b, words)
		return b.String()
	}
	r.writeColumns(&b, words, width)
	found := 0
	for _, c := range r.Columns {
		for _, f := range c.Findings {
			if found++; found == 1 {
				line(pipeline.Say("look.suspicious"))
			}
			indented(pipeline.Say("look.finding", "letters", pipeline.ColumnLetters(c.Index),
				"column", shownName(c.Name), "finding", f.Message))
		}
	}
	for _, m := range r.Notes {
		line(pipeline.Say("cmd_map.note", "text", m))
	}
	return b.String()
}

// format says what kind of file it is.
func (r *Report) format() *pipeline.Message {
	if r.Encoding == "" {
		return pipeline.Say("look.workbook", "file", r.File, "count", len(r.Sheets))
	}
	delimiter := string(r.Delimiter)
	if r.Delimiter == '\t' {
		delimiter = "tab"
	}
	return pipeline.Say("look.csv", "file", r.File, "encoding", r.Encoding, "delimiter", delimiter)
}

func (s Sheet) message() *pipeline.Message {
	switch {
	case s.Read && s.Hidden:
		return pipeline.Say("look.hidden_sheet_read", "sheet", s.Name)
	case s.Read:
		return pipeline.Say("look.sheet_read", "sheet", s.Name)
	case s.Hidden:
		return pipeline.Say("look.hidden_sheet", "sheet", s.Name)
	}
	return pipeline.Say("look.sheet", "sheet", s.Name)
}

// header says which row is the header, and why.
func (r *Report) header() *pipeline.Message {
	switch r.Why {
	case book.WhyNone:
		return pipeline.Say("look.header_none")
	case book.WhyNamed:
		return pipeline.Say("look.header_named", "row", r.HeaderRow)
	case book.WhyMarked:
		return pipeline.Say("look.header_marked", "row", r.HeaderRow, "column", pipeline.OriginColumn)
	case book.WhyWords, book.WhyNames, book.WhyWanted:
		known := 0
		for _, c := range r.Columns {
			known += Names(c.Name)
		}
		return pipeline.Say("look.header_known", "row", r.HeaderRow, "count", known)
	case book.WhyKinds:
		return pipeline.Say("look.header_kinds", "row", r.HeaderRow)
	}
	return pipeline.Say("look.header_first", "row", r.HeaderRow)
}

// writeColumns writes a line for each column, of at most width characters.
func (r *Report) writeColumns(w io.Writer, words *wording.Wording, width int) {
	var aligned strings.Builder
	table := tabwriter.NewWriter(&aligned, 0, 0, 2, ' ', 0)
	say := func(m *pipeline.Message) string { return words.Message(m) }
	fmt.Fprintf(table, "\t%s\t%s\t%s\t%s\t%s\t%s\n", say(pipeline.Say("look.heading_column")),
		say(pipeline.Say("look.heading_kind")), say(pipeline.Say("look.heading_filled")),
		say(pipeline.Say("look.heading_distinct")), say(pipeline.Say("look.heading_longest")),
		say(pipeline.Say("look.heading_samples")))
	for _, c := range r.Columns {
		kind, mixed := c.Kind()
		word := kindWord(kind)
		if mixed {
			word = pipeline.Say("look.mixed")
		}
		distinct := strconv.Itoa(c.Distinct)
		if c.More {
			distinct = say(pipeline.Say("look.more_than", "count", c.Distinct))
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\t%d\t%s\n", pipeline.ColumnLetters(c.Index), shownName(c.Name),
			say(word), c.Filled, distinct, c.Longest, strings.Join(c.Samples, " | "))
	}
	table.Flush() // it writes to memory
	// A column without samples leaves blanks at the end of its line. They are only removed here, because before they
	// would end the table and begin another.
	for line := range strings.Lines(aligned.String()) {
		line = strings.TrimRight(line, " \n")
		if runes := []rune(line); len(runes) > width && width > 0 {
			line = string(runes[:width-1]) + "…"
		}
		fmt.Fprintln(w, line)
	}
}

// shownName is the name of a column on one line. A long one is cut in the middle, because paths of fields begin alike
// and differ at the end.
func shownName(name string) string {
	runes := []rune(strings.Join(strings.Fields(name), " "))
	if len(runes) <= nameLength {
		return string(runes)
	}
	return string(runes[:nameLength-nameEnd-1]) + "…" + string(runes[len(runes)-nameEnd:])
}

// writeValues writes a line for each value of the column that was asked for.
func (r *Report) writeValues(w io.Writer, words *wording.Wording) {
	c := r.ValuesOf
	distinct := pipeline.Say("look.values", "count", c.Distinct)
	if c.More {
		distinct = pipeline.Say("look.values_more_than", "count", c.Distinct)
	}
	fmt.Fprintln(w, words.Say("look.values_of", "column", c.Name, "filled", c.Filled, "values", distinct))
	for _, v := range r.Values[:min(valuesShown, len(r.Values))] {
		text := v.Text
		if text == "" {
			text = words.Say("look.empty_cell")
		}
		fmt.Fprintf(w, "%8d  %s\n", v.Count, text)
	}
	if left := len(r.Values) - valuesShown; left > 0 || r.More {
		fmt.Fprintf(w, "%8s  %s\n", "", words.Say("look.more_values"))
	}
}

// shownValue is a value as it is shown to people.
func shownValue(text string, asIs bool) string {
	if !asIs {
		text = mask.Text(text)
	}
	return mask.Short(text, valueLength)
}
