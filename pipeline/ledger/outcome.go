package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"iter"

	"muster/pipeline"
)

func writeRelated(related []pipeline.RelatedID) (string, error) {
	if len(related) == 0 {
		return "", nil
	}
	text, err := json.Marshal(related)
	return string(text), err
}

func readRelated(text []byte) (related []pipeline.RelatedID, err error) {
	if len(text) == 0 {
		return nil, nil
	}
	err = json.Unmarshal(text, &related)
	return related, err
}

const outcomePage = 1024 // outcomes read in one transaction

// Outcomes reads the outcomes on disk of the run with that full ID, by ascending row. Rows that were never begun have
// none: they are pending. Its error is a *NoRunError when there is no such run. The caller may write while it
// iterates.
func (l *Ledger) Outcomes(ctx context.Context, run string) iter.Seq2[pipeline.Outcome, error] {
	return func(yield func(pipeline.Outcome, error) bool) {
		outcomes := make([]pipeline.Outcome, 0, outcomePage)
		for last := -1; ; {
			err := l.read(ctx, func(t *transaction) error {
				n, err := l.run(t, run)
				if err == nil {
					outcomes, err = l.page(t, outcomes[:0], n.number, run, last, outcomePage)
				}
				return err
			})
			if err != nil {
				yield(pipeline.Outcome{}, err)
				return
			}
			for _, o := range outcomes {
				last = o.Row
				if !yield(o, nil) {
					return
				}
			}
			if len(outcomes) < outcomePage {
				return
			}
		}
	}
}

// scanner is one row of a query.
type scanner interface{ Scan(into ...any) error }

func (l *Ledger) scanOutcome(rows scanner, run string) (o pipeline.Outcome, err error) {
	var (
		at                         int64
		problems                   string
		words                      texts
		id, status, created, byRun sql.NullString
		related, data              []byte
		made                       *int64
	)
	err = rows.Scan(&o.Row, &o.Ref, (*string)(&o.State), &o.HTTPStatus, &o.Code, &words.english, &words.says,
		&o.RequestID, &o.Attempts, &at, &problems, &data, &o.New, &id, &status, &created, &related, &made, &byRun)
	if err != nil {
		return o, err
	}
	o.Run, o.At = run, moment(&at)
	copy(o.Data[:], data)
	if made != nil {
		o.CustomerID, o.ProviderStatus, o.ProviderCreatedAt = id.String, status.String, created.String
		o.Run, o.At = byRun.String, moment(made)
	}
	var unread [2]error
	o.Problems, err = l.problems.problems(o.Row, problems)
	o.Related, unread[0] = readRelated(related)
	o.Message, unread[1] = words.message()
	return o, errors.Join(err, unread[0], unread[1])
}

// The customer must be in a state that the outcome allows; the states are spelt out for each outcome, so that one
// statement checks and inserts.
var insertOutcome = `INSERT INTO outcome (run, row, state, customer, http_status, code, message, request_id,
		attempts, at, problems, data, says, keys, fresh)
	SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?13, ?14, ?15, ` + isFresh("?3", "?13", "?1") + `
	WHERE CASE
		WHEN ?3 IN ('known', 'created', 'existing') THEN EXISTS (
			SELECT 1 FROM customer WHERE ref = ?4 AND namespace = ?12 AND state IN ('created', 'existing'))
		WHEN ?3 = 'uncertain' THEN EXISTS (
			SELECT 1 FROM customer WHERE ref = ?4 AND namespace = ?12 AND state = 'uncertain')
		ELSE ?4 = 0 OR EXISTS (SELECT 1 FROM customer WHERE ref = ?4 AND namespace = ?12)
	END AND NOT EXISTS (SELECT 1 FROM sealed WHERE run = ?1 AND row = ?2) AND NOT ` + isKnown("?1", "?2") + `
		AND NOT ` + isAnswered("?1", "?2") + ` ` + givesWay

// givesWay replaces the outcome that a row already has where it is of the same customer and not final.
const givesWay = `ON CONFLICT (run, row) DO UPDATE SET state = excluded.state, http_status = excluded.http_status,
		code = excluded.code, message = excluded.message, says = excluded.says, request_id = excluded.request_id,
		attempts = excluded.attempts, at = excluded.at, problems = excluded.problems,
		data = excluded.data, keys = excluded.keys, fresh = excluded.fresh
	WHERE outcome.customer = excluded.customer
		AND (outcome.state = 'uncertain' OR outcome.state = 'pending' AND excluded.state = 'rejected')`

// isFresh is 1 where no other run left the row with that data in that state, else 0; a row that no person has to fix
// is never fresh. The index has only rows with data, and data tags include their namespace.
func isFresh(state, data, run string) string {
	return `(CASE WHEN ` + state + ` IN ('invalid', 'duplicate', 'changed', 'rejected') AND NOT (SELECT EXISTS (
		SELECT 1 FROM outcome p WHERE p.data = ` + data + ` AND p.data <> x'' AND p.state = ` + state + `
		AND p.run <> ` + run + `)) THEN 1 ELSE 0 END)`
}

// dataOf is the stored form of an outcome's data tag.
func dataOf(o *pipeline.Outcome) []byte {
	if o.Data == (pipeline.Tag{}) {
		return []byte{}
	}
	return o.Data[:]
}

// keysOf is the stored form of an outcome's key tags.
func keysOf(o *pipeline.Outcome) []byte {
	keys := make([]byte, 0, len(o.Keys)*len(pipeline.Tag{}))
	for i := range o.Keys {
		keys = append(keys, o.Keys[i][:]...)
	}
	return keys
}

// Record writes the outcomes of a run's rows for which no request was written with Write: all of them or, after an
// error, none. A row that has an outcome in this run already is an *OutcomeError, unless that outcome has the same
// Ref and is uncertain, or is pending where the new one is rejected: then it is replaced. known, created and existing
// need the Ref of a claim, uncertain that of an uncertain customer, and any Ref must be of this namespace; else the
// error is a *MoveError.
func (s *Space) Record(ctx context.Context, run string, outcomes []pipeline.Outcome) error {
	if len(outcomes) == 0 {
		return nil
	}
	problems := make([]string, len(outcomes))
	for i := range outcomes {
		var err error
		if problems[i], err = s.l.problems.write(outcomes[i].Row, outcomes[i].Problems); err != nil {
			return err
		}
	}
	return atOnce(func(careful bool) error { return s.record(ctx, run, outcomes, problems, careful) })
}

func (s *Space) record(ctx context.Context, run string, outcomes []pipeline.Outcome, problems []string,
	careful bool) error {
	return s.l.write(ctx, func(t *transaction) error {
		number, err := s.runHere(t, run)
		if err != nil {
			return err
		}
		if b, ok := t.engine.(bulk); ok {
			if done, err := b.record(s, number, outcomes, problems, careful); done || err != nil {
				return err
			}
		}
		for i := 0; i < len(outcomes); i++ {
			if n := stretch(outcomes[i:]); n > 0 {
				kept, err := s.recordKnown(t, number, outcomes[i:i+n])
				if err != nil {
					return err
				}
				if kept {
					i += n - 1
					continue
				}
			}
			o := &outcomes[i]
			words := s.l.textsOf(o.Message)
			inserted, err := t.changed(insertOutcome, number, o.Row, string(o.State), o.Ref, o.HTTPStatus, o.Code, words.english,
				o.RequestID, o.Attempts, s.l.orNow(o.At), problems[i], s.number.Load(), dataOf(o), words.says,
				keysOf(o))
			if err != nil {
				return err
			}
			if !inserted {
				return s.refused(t, run, number, o)
			}
		}
		return nil
	})
}

var hasOutcome = `SELECT EXISTS (SELECT 1 FROM outcome WHERE run = ?1 AND row = ?2) OR
	EXISTS (SELECT 1 FROM sealed WHERE run = ?1 AND row = ?2) OR ` + isKnown("?1", "?2") + ` OR
	` + isAnswered("?1", "?2")

// refused is the error for an outcome that was not inserted.
func (s *Space) refused(t *transaction, run string, number int64, o *pipeline.Outcome) error {
	var there bool
	if err := t.one(hasOutcome, []any{number, o.Row}, &there); err != nil {
		return err
	}
	if there {
		return &OutcomeError{run, o.Row, pipeline.Say("ledger.has_outcome")}
	}
	return s.cannot(t, o.Ref, o.State)
}

// cannot is the error for a customer that cannot move to a state.
func (s *Space) cannot(t *transaction, ref int64, to pipeline.State) error {
	e := &MoveError{Ref: ref, To: to}
	err := t.one("SELECT state FROM customer WHERE ref = ? AND namespace = ?", []any{ref, s.number.Load()},
		(*string)(&e.From))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return e
}

// runHere is the number of a run of this namespace.
func (s *Space) runHere(t *transaction, run string) (int64, error) {
	n, err := s.l.run(t, run)
	if err == nil && n.namespace != s.number.Load() {
		return 0, &OutcomeError{Run: run, Reason: pipeline.Say("ledger.of_another_namespace")}
	}
	return n.number, err
}
