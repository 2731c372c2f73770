package mapsheet

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"muster/pipeline"
	"muster/pipeline/mapping"
	"muster/pipeline/mapping/suggest"
)

// Text says what was found, what is missing, and what to do: next is the command that checks the book with the
// mapping or, when it was not written, writes it. Rows are checked with now as today.
func (m *Sheet) Text(next string, now time.Time) (string, error) {
	var b strings.Builder
	fmt.Fprintln(&b, m.words.Message(m.head()))
	if err := m.printLines(&b); err != nil {
		return "", err
	}
	undecided, missing := m.printOpen(&b)
	m.printIgnored(&b)
	m.printNotes(&b)
	unwritten := m.out == ""
	if missing == 0 && undecided == 0 && !(unwritten && len(m.Tables) > 0) { // tables are read from files
		passing, err := m.tried(now)
		if err != nil {
			return "", err
		}
		if passing != nil {
			fmt.Fprintln(&b, m.words.Message(passing))
		}
	}
	if unwritten {
		fmt.Fprintln(&b, m.words.Say("cmd_map.next_write", "command", next))
		return b.String(), nil
	}
	fmt.Fprintln(&b, m.words.Message(nextStep(missing, undecided, next)))
	return b.String(), nil
}

// head says which book the mapping is for, and from how many rows it was made.
func (m *Sheet) head() *pipeline.Message {
	rows := pipeline.Say("cmd_map.all_rows", "count", len(m.sample.Rows))
	if len(m.sample.Rows) == Sampled {
		rows = pipeline.Say("cmd_map.first_rows", "count", Sampled)
	}
	title := m.def.Provider().Title
	switch {
	case m.out == "" && m.Shape == "":
		return pipeline.Say("cmd_map.suggested", "book", m.book.Name(), "provider", title, "rows", rows)
	case m.out == "":
		return pipeline.Say("cmd_map.suggested_of_shape", "book", m.book.Name(), "provider", title, "shape", m.Shape,
			"rows", rows)
	case m.Shape == "":
		return pipeline.Say("cmd_map.written", "file", m.out, "book", m.book.Name(), "provider", title, "rows", rows)
	}
	return pipeline.Say("cmd_map.written_of_shape", "file", m.out, "book", m.book.Name(), "provider", title,
		"shape", m.Shape, "rows", rows)
}

// printLines prints the mapping as a table.
func (m *Sheet) printLines(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range m.Lines {
		from := l.Column
		switch {
		case l.Confidence == suggest.Missing:
			from = "?"
		case l.Value != "":
			from = "= " + l.Value
		}
		if l.Convert != "" {
			from += " | " + l.Convert
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\n", m.words.Message(l.Confidence.Message()), l.Field, from)
	}
	return table.Flush()
}

// printOpen prints what a person has to decide and to fill in, and counts the lines of both.
func (m *Sheet) printOpen(w io.Writer) (undecided, missing int) {
	for _, l := range m.Lines {
		if len(l.Ask) == 0 || l.Confidence == suggest.Missing {
			continue
		}
		if undecided++; undecided == 1 {
			fmt.Fprintln(w, m.words.Say("cmd_map.decide_heading"))
		}
		question := pipeline.Say("sentences", "all", l.Ask)
		fmt.Fprintln(w, "  "+m.words.Say("cmd_map.decide", "field", l.Field, "column", l.Column, "question", question))
	}
	for _, l := range m.Lines {
		if l.Confidence != suggest.Missing {
			continue
		}
		if missing++; missing == 1 {
			fmt.Fprintln(w, m.words.Say("cmd_map.missing_heading"))
		}
		fmt.Fprintln(w, "  "+m.words.Say("cmd_map.missing", "field", l.Field, "todo", l.Todo()))
	}
	return undecided, missing
}

func (m *Sheet) printIgnored(w io.Writer) {
	var names []string
	for _, u := range m.Unused {
		name := strings.Join(strings.Fields(u.Column.Name), " ")
		if u.Why != nil {
			name = m.words.Say("cmd_map.ignored_because", "column", name, "reason", u.Why)
		}
		names = append(names, name)
	}
	if len(names) > 0 {
		fmt.Fprintln(w, m.words.Say("cmd_map.ignored", "columns", names))
	}
}

func (m *Sheet) printNotes(w io.Writer) {
	if !m.Known() {
		fmt.Fprintln(w, m.words.Say("cmd_map.no_column_fits"))
	}
	for _, n := range m.Notes {
		fmt.Fprintln(w, m.words.Say("cmd_map.note", "text", n))
	}
	for _, t := range m.Tables {
		fmt.Fprintln(w, m.words.Say("cmd_map.table", "file", t.Named, "columns", t.Columns))
	}
}

// nextStep says what a person should do with the mapping.
func nextStep(missing, undecided int, command string) *pipeline.Message {
	toFill, toDecide := pipeline.Say("cmd_map.lines", "count", missing),
		pipeline.Say("cmd_map.lines", "count", undecided)
	switch {
	case missing > 0 && undecided > 0:
		return pipeline.Say("cmd_map.next_fill_and_decide", "missing", toFill, "undecided", toDecide,
			"command", command)
	case missing > 0:
		return pipeline.Say("cmd_map.next_fill", "missing", toFill, "command", command)
	case undecided > 0:
		return pipeline.Say("cmd_map.next_decide", "undecided", toDecide, "command", command)
	}
	return pipeline.Say("cmd_map.next_check", "command", command)
}

// tried checks the sample with the mapping and the schema and says how many rows would pass; nil when there is no
// sample.
func (m *Sheet) tried(now time.Time) (*pipeline.Message, error) {
	if len(m.sample.Rows) == 0 {
		return nil, nil
	}
	compiled, err := mapping.Compile(m.def.Provider(), m.sample.Header, m.Sheet(m.out))
	if err != nil {
		return nil, pipeline.Fail("cmd_map.not_tried", "cause", err)
	}
	check, err := mapping.NewChecker(compiled,
		func(slots []pipeline.Slot) (mapping.RowPlan, error) { return m.def.Plan(slots) })
	if err != nil {
		return nil, pipeline.Fail("cmd_map.not_tried", "cause", err)
	}
	check.On(now)
	for _, cells := range m.sample.Rows {
		check.Learn(cells)
	}
	var d pipeline.Draft
	passing := 0
	for i, cells := range m.sample.Rows {
		if check.Check(pipeline.Row{Number: i + 1, Cells: cells}, &d); len(d.Problems) == 0 {
			passing++
		}
	}
	return pipeline.Say("cmd_map.passing", "passing", passing, "count", len(m.sample.Rows)), nil
}
