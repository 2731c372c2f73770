package openrows

import (
	"errors"

	"muster/cmd/muster/internal/jsonlines"
	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/pipeline/wording"
)

// Line is the JSON line of a row of a book.
func Line(b *Book, r ledger.OpenRow, words *wording.Wording) jsonlines.OpenRow {
	n, o := b.Run.Namespace, &r.Outcome
	return jsonlines.OpenRow{Account: n.Account, AtHand: b.AtHand, Book: b.Path(), Code: o.Code, Env: n.Env,
		File: b.File(), Key: b.Keys[o.Row], Message: words.Message(o.Message),
		Problems: jsonlines.ShownProblemsOf(o, words), Provider: n.Provider, Row: o.Row, Run: b.Run.ID,
		Sheet: b.Run.Sheet, Since: jsonlines.Stamp(r.Since), State: o.State, Todo: words.Message(Todo(o.State))}
}

// DismissMistake says why a row cannot be dismissed; any other error stays.
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
