package mapsheet

import (
	"fmt"
	"strconv"
	"strings"

	"muster/cmd/muster/internal/mask"
	"muster/pipeline"
	"muster/pipeline/book"
)

// Nothing reports that no column of the header is known: it was not found, or the table is elsewhere, and no mapping
// must be written. A book without a header has no names to know, and a header that a person names is accepted.
func (m *Sheet) Nothing() bool {
	return !m.Known() && m.book.HeaderRow() > 0 && m.book.Why() != book.WhyNamed
}

// Limits for the rows that are shown.
const (
	rowsShown    = 6
	cellsShown   = 6 // of a row
	lettersShown = 18
)

// FirstRows shows the first rows of the sheet with their numbers, masked, and what to type when one of them is the
// header or the table is on another sheet; command is the command with more flags.
func (m *Sheet) FirstRows(command func(more ...string) string) string {
	var b strings.Builder
	top := m.book.Top()
	where := pipeline.Place{File: m.book.Name(), Sheet: m.book.Sheet()}
	fmt.Fprintln(&b, m.words.Say("cmd_map.first_rows_are", "place", where))
	for _, line := range top[:min(rowsShown, len(top))] {
		fmt.Fprintf(&b, "%6d  %s\n", line.Number, cellsOf(line.Cells))
	}
	var same []string
	if sheet := m.book.Sheet(); sheet != "" {
		same = []string{"--sheet", sheet}
	}
	say := func(next *pipeline.Message) { fmt.Fprintln(&b, "  "+m.words.Message(next)) }
	say(pipeline.Say("cmd_map.if_row_is_header", "command",
		command(append(same, "--header-row", m.anotherRow(rowsShown))...)))
	for _, sheet := range m.book.OtherSheets() {
		say(pipeline.Say("cmd_map.if_other_sheet", "command", command("--sheet", sheet)))
	}
	say(pipeline.Say("cmd_map.if_no_header", "command", command(append(same, "--no-header")...)))
	return b.String()
}

// anotherRow is the row number for an example: the shown row below the one that was taken for the header, else the
// first.
func (m *Sheet) anotherRow(shown int) string {
	top := m.book.Top()
	row := 1
	for i, line := range top[:min(shown, len(top))] {
		if i == 0 || top[i-1].Number == m.book.HeaderRow() {
			row = line.Number
		}
	}
	return strconv.Itoa(row)
}

// cellsOf are the cells of a row on one line.
func cellsOf(cells []string) string {
	var shown []string
	for i, cell := range cells {
		if i == cellsShown {
			shown = append(shown, "…")
			break
		}
		shown = append(shown, mask.Short(mask.Text(cell), lettersShown))
	}
	return strings.Join(shown, " | ")
}

// Unknown is the mistake for a suggestion without a known column.
func (m *Sheet) Unknown() error {
	at := pipeline.Place{File: m.book.Name(), Sheet: m.book.Sheet()}
	return pipeline.Wrong("cmd_map.no_column_known", "row", m.book.HeaderRow()).Try("cmd_map.name_header_or_sheet").
		At(at)
}
