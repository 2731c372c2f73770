package openrows

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"muster/cmd/muster/internal/runtext"
	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/pipeline/wording"
)

// Todo is what a person should do about a row in a state; nil when nothing is to be done.
func Todo(s pipeline.State) *pipeline.Message {
	switch s {
	case pipeline.Invalid:
		return pipeline.Say("cmd_open.todo_invalid")
	case pipeline.Duplicate:
		return pipeline.Say("cmd_open.todo_duplicate")
	case pipeline.Changed:
		return pipeline.Say("cmd_open.todo_changed")
	case pipeline.Rejected:
		return pipeline.Say("cmd_open.todo_rejected")
	case pipeline.Uncertain:
		return pipeline.Say("cmd_open.todo_uncertain")
	case pipeline.Existing:
		return pipeline.Say("cmd_open.todo_existing")
	case pipeline.Pending:
		return pipeline.Say("cmd_open.todo_pending")
	}
	return nil
}

// Text lists the books with their rows: a row a line, its problems below, and at the end of each book what to do
// about rows in those states.
func Text(words *wording.Wording, look runtext.Look, books []*Book) string {
	var b strings.Builder
	for i, book := range books {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintln(&b, words.Message(book.heading()))
		for _, cells := range aligned(look, book.lines(words)) {
			fmt.Fprintf(&b, "  %s\n", cells.line)
			for _, reason := range cells.reasons {
				fmt.Fprintf(&b, "    %s\n", reason)
			}
		}
		for _, todo := range book.todos(words) {
			fmt.Fprintf(&b, "  %s\n", todo)
		}
		if row, ok := book.dismissable(); ok {
			fmt.Fprintf(&b, "  %s\n", words.Say("cmd_open.give_up", "run", book.Run.ID, "row", strconv.Itoa(row)))
		}
		if !book.AtHand {
			fmt.Fprintf(&b, "  %s\n", words.Say("cmd_open.not_at_hand", "file", book.File()))
		}
	}
	return b.String()
}

// todos are what to do about the rows of a book, once for each state.
func (b *Book) todos(words *wording.Wording) (all []string) {
	counts := Counts([]*Book{b})
	for _, s := range pipeline.States() {
		if todo := Todo(s); todo != nil && counts[s] > 0 {
			all = append(all, words.Say("report.row_comment", "state", s, "message", todo))
		}
	}
	return all
}

// dismissable is the first row that a person may dismiss; false for none, as what was sent has to be settled.
func (b *Book) dismissable() (row int, ok bool) {
	for _, r := range b.Rows {
		if s := r.Outcome.State; s != pipeline.Uncertain && s != pipeline.Existing {
			return r.Outcome.Row, true
		}
	}
	return 0, false
}

func (b *Book) heading() *pipeline.Message {
	if b.Run.Of.Path != "" {
		return pipeline.Say("cmd_open.book_of_fix", "book", b.Path(), "file", b.File(), "namespace",
			b.Run.Namespace.String(), "run", b.Run.ID, "count", len(b.Rows))
	}
	return pipeline.Say("cmd_open.book", "book", b.Path(), "namespace", b.Run.Namespace.String(), "run", b.Run.ID,
		"count", len(b.Rows))
}

// shown is a row: the cells of its line, the second of which is its state, and why it is open.
type shown struct {
	state   pipeline.State
	cells   []string
	line    string
	reasons []string
}

func (b *Book) lines(words *wording.Wording) (lines []shown) {
	for _, r := range b.Rows {
		row := shown{state: r.Outcome.State, cells: []string{words.Say("cmd_open.row", "row", strconv.Itoa(r.Outcome.Row)),
			words.Say("report.state", "state", r.Outcome.State),
			words.Say("cmd_open.since", "date", r.Since.Format(time.DateOnly))}, reasons: Reasons(words, r)}
		if key := b.Keys[r.Outcome.Row]; key != "" {
			row.cells = append(row.cells, key)
		}
		lines = append(lines, row)
	}
	return lines
}

// Reasons are why a row is open: its problems, each with its column, else its message.
func Reasons(words *wording.Wording, r ledger.OpenRow) (reasons []string) {
	for _, p := range r.Outcome.Problems {
		reasons = append(reasons, words.Placed(p, wording.Column))
	}
	if len(reasons) == 0 && r.Outcome.Message != nil {
		reasons = append(reasons, words.Message(r.Outcome.Message))
	}
	for _, at := range r.Also {
		reasons = append(reasons, words.Say("cmd_open.also", "book", (&Book{Run: at.Run}).Path(), "row",
			strconv.Itoa(at.Row)))
	}
	return reasons
}

// aligned fills in the lines, with cells aligned in columns.
func aligned(look runtext.Look, rows []shown) []shown {
	var widths []int
	for _, r := range rows {
		for i, c := range r.cells {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	for n := range rows {
		var b strings.Builder
		for i, c := range rows[n].cells {
			if i == 1 {
				b.WriteString(look.Painted(rows[n].state, c))
			} else {
				b.WriteString(c)
			}
			if i < len(rows[n].cells)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c)+2))
			}
		}
		rows[n].line = b.String()
	}
	return rows
}
