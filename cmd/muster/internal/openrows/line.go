package openrows

import (
	"errors"
	"strings"

	"muster/cmd/muster/internal/jsonlines"
	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/pipeline/wording"
	"muster/reports"
)

// Line is the JSON line of a row of a book.
func Line(b *Book, r ledger.OpenRow, words *wording.Wording) jsonlines.OpenRow {
	n, o := b.Run.Namespace, &r.Outcome
	also := []jsonlines.RowOfBook{}
	for _, at := range r.Also {
		also = append(also, jsonlines.RowOfBook{Book: (&Book{Run: at.Run}).Path(), Row: at.Row, Run: at.Run.ID})
	}
	return jsonlines.OpenRow{Account: n.Account, Also: also, AtHand: b.AtHand, Book: b.Path(), Code: o.Code, Env: n.Env,
		File: b.File(), Key: b.Keys[o.Row], Message: words.Message(o.Message),
		Problems: jsonlines.ShownProblemsOf(o, words), Provider: n.Provider, Row: o.Row, Run: b.Run.ID,
		Sheet: b.Run.Sheet, Since: jsonlines.Stamp(r.Since), State: o.State, Todo: words.Message(Todo(o.State))}
}

// Lines are the rows of a book in the list of a workbook; fix is the workbook whose sheet Fix has the rows to fix, ""
// for none.
func Lines(words *wording.Wording, b *Book, fix string) (lines []reports.OpenLine) {
	for _, r := range b.Rows {
		o := &r.Outcome
		line := reports.OpenLine{Book: b.Path(), Row: o.Row, Key: b.Keys[o.Row], State: o.State,
			ToDo: words.Message(Todo(o.State)), Message: strings.Join(Reasons(words, r), "\n"), Since: r.Since, Run: b.Run.ID,
			Namespace: b.Run.Namespace}
		if o.State.NeedsFix() {
			line.Fix = fix
		}
		lines = append(lines, line)
	}
	return lines
}

// DismissMistake words why a row cannot be dismissed; any other error passes unchanged.
func DismissMistake(err error) error {
	var e *ledger.DismissError
	switch {
	case !errors.As(err, &e):
		return err
	case e.Fault == ledger.DismissToSettle:
		return pipeline.Wrong("cmd_open.to_settle", "run", e.Run, "row", e.Row, "state", e.State).
			Try("cmd_open.settle_it")
	}
	return pipeline.Wrong("cmd_open.not_open", "run", e.Run, "row", e.Row).Try("cmd_open.list_open")
}
