package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"muster/pipeline"
)

// Settle applies people's verdicts: all of them or, with a *VerdictsError that lists every mistake, none. What it
// returns is on disk. It needs the right to send ([Ledger.Hold]), since what a verdict releases may be sent at once.
//
// An ID makes an uncertain customer created, and gives an existing one without an ID that ID; VerdictAbsent, of
// either, leaves no claim, and releases the keys; VerdictAccept makes the row's data those that the customer was
// created from, and adds the row's keys to the customer's. The sealed request of a settled customer is deleted. The
// outcomes by which runs left the customer open read settled from then on, and those runs' counts change too. The
// ledger keeps who said what, and when ([Ledger.Customers]). A verdict that the ledger has already changes nothing,
// nor does one that a later verdict replaced. With Verdict.Correct a verdict replaces an earlier one of a person;
// what an answer of the provider proved stays.
func (s *Space) Settle(ctx context.Context, verdicts []Verdict) ([]Settled, error) {
	var settled []Settled
	err := s.claiming(ctx, s.writeIntents, func(t *transaction, added *[]string) (claims int, err error) {
		steps, err := s.checkVerdicts(t, s.number.Load(), verdicts)
		if err != nil {
			return 0, err
		}
		settled = settled[:0]
		for i := range steps {
			if !steps[i].settled.Already {
				if err := s.apply(t, &steps[i], added); err != nil {
					return 0, err
				}
				switch state := steps[i].settled.State; {
				case steps[i].was == pipeline.Uncertain && state.IsClaim():
					claims++
				case steps[i].was.IsClaim() && state == pipeline.Pending:
					claims--
				case steps[i].was == pipeline.Pending && state.IsClaim():
					claims++
				}
			}
			settled = append(settled, steps[i].settled)
		}
		return claims, nil
	})
	if err != nil {
		return nil, err
	}
	return settled, nil
}

// CheckVerdicts returns what Settle would do, and writes nothing; the ledger may be open for reading only.
func (s *Space) CheckVerdicts(ctx context.Context, verdicts []Verdict) (settled []Settled, err error) {
	err = s.read(ctx, func(t *transaction, number int64) error {
		settled = nil
		steps, err := s.checkVerdicts(t, number, verdicts)
		for i := range steps {
			settled = append(settled, steps[i].settled)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return settled, nil
}

// apply records one verdict and does what it says.
func (s *Space) apply(t *transaction, st *step, added *[]string) error {
	w := st.verdict
	at := s.l.orNow(w.At)
	err := t.later(`INSERT INTO word (customer, number, at, person, says, customer_id, run, row, checked, was)
		VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM word WHERE customer = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
		w.Ref, at, w.By, string(w.Kind), w.CustomerID, st.run, w.Row, string(w.Checked), string(st.was))
	if err != nil {
		return err
	}
	sentence := s.l.textsOf(w.sentence(time.UnixMilli(at).UTC()))
	switch {
	case st.settled.Corrected:
		return s.correct(t, st, sentence)
	case w.Kind == VerdictAccept:
		return s.accept(t, st, sentence, added)
	case st.was == pipeline.Uncertain:
		return s.close(t, st, sentence)
	case w.Kind == VerdictAbsent:
		return s.withdraw(t, st, sentence)
	}
	const identify = "UPDATE customer SET customer_id = ?, message = ?, says = ? WHERE ref = ?"
	if err := t.later(identify, w.CustomerID, sentence.english, sentence.says, w.Ref); err != nil {
		return err
	}
	err = t.later(`UPDATE outcome SET message = ?, says = ? WHERE `+openToSettle+
		` AND state = 'existing' AND customer = ?`, sentence.english, sentence.says, w.Ref)
	return err
}

// withdraw undoes that the provider has a customer whose ID nobody knows: the next run sends its row.
func (s *Space) withdraw(t *transaction, st *step, sentence texts) error {
	ref := st.verdict.Ref
	runs, err := t.open(pipeline.Existing, ref)
	if err != nil {
		return err
	}
	if err := t.later(`UPDATE outcome SET state = 'pending', message = ?, says = ? WHERE `+openToSettle+
		` AND state = 'existing' AND customer = ?`, sentence.english, sentence.says, ref); err != nil {
		return err
	}
	if err := t.later("UPDATE customer SET state = 'pending', message = ?, says = ? WHERE ref = ?", sentence.english,
		sentence.says, ref); err != nil {
		return err
	}
	for run, n := range runs {
		if err := recount(t, run, pipeline.Existing, pipeline.Pending, n); err != nil {
			return err
		}
	}
	return release(t, ref)
}

// open counts, by run, the rows that a customer left in a state.
func (t *transaction) open(state pipeline.State, ref int64) (runs map[int64]int, err error) {
	runs = map[int64]int{}
	err = t.each(countOpen, []any{ref, string(state)}, func(rows *cursor) error {
		var run int64
		var n int
		err := rows.Scan(&run, &n)
		runs[run] = n
		return err
	})
	return runs, err
}

// close settles an uncertain customer: in the run that began it, whose outcome was the sealed request until now, and
// in all runs that met it since.
func (s *Space) close(t *transaction, st *step, sentence texts) error {
	ref, state := st.verdict.Ref, string(st.settled.State)
	runs, err := t.open(pipeline.Uncertain, ref)
	if err != nil {
		return err
	}
	err = t.later(`UPDATE outcome SET state = ?, message = ?, says = ? WHERE `+openToSettle+
		` AND state = 'uncertain' AND customer = ?`, state, sentence.english, sentence.says, ref)
	if err != nil {
		return err
	}
	var began int64
	var row int
	err = t.one(removeSealed, []any{ref, s.number.Load()}, &began, &row)
	if errors.Is(err, sql.ErrNoRows) {
		return corrupt(s.l.path, pipeline.Fail("ledger.no_sealed_request"))
	}
	if err != nil {
		return err
	}
	err = t.later("UPDATE customer SET state = ?, customer_id = ?, message = ?, says = ? WHERE ref = ?", state,
		st.settled.CustomerID, sentence.english, sentence.says, ref)
	if err != nil {
		return err
	}
	err = t.later(`INSERT INTO outcome (run, row, state, customer, http_status,
		code, message, says, request_id, attempts, at, problems)
		SELECT ?1, ?2, state, ref, http_status, code, message, says, request_id, attempts, at, '' FROM customer
		WHERE ref = ?3`, began, row, ref)
	if err != nil {
		return err
	}
	lines, err := t.lines(began, row)
	if err != nil {
		return err
	}
	runs[began] += lines
	for run, n := range runs {
		if err := recount(t, run, pipeline.Uncertain, st.settled.State, n); err != nil {
			return err
		}
	}
	if st.settled.State.IsClaim() {
		return nil
	}
	return release(t, ref)
}

// accept makes the row's data those that the customer was created from.
func (s *Space) accept(t *transaction, st *step, sentence texts, added *[]string) error {
	w := st.verdict
	layout, err := s.layout(t, w.Entries, added)
	if err != nil {
		return err
	}
	fields := make([]byte, 0, len(w.Entries)*len(st.body))
	for _, e := range w.Entries {
		tag := s.fieldTag(s.now, e)
		fields = append(fields, tag[:]...)
	}
	err = t.later("UPDATE customer SET body = ?, layout = ?, fields = ?, keys = ?, form = ? WHERE ref = ?",
		st.body[:], layout, fields, append(st.held, st.keys...), s.form, w.Ref)
	if err != nil {
		return err
	}
	const size = len(pipeline.Tag{})
	for keys := st.keys; len(keys) > 0; keys = keys[size:] {
		if err := t.later("INSERT INTO key (tag, customer) VALUES (?, ?)", keys[:size], w.Ref); err != nil {
			return err
		}
	}
	n, err := t.exec("UPDATE outcome SET state = 'known', message = ?, says = ? WHERE run = ? AND row = ? AND "+
		"customer = ? AND state = 'changed'", sentence.english, sentence.says, st.run, w.Row, w.Ref)
	if err != nil {
		return err
	}
	lines, err := t.lines(st.run, w.Row)
	if err != nil {
		return err
	}
	return recount(t, st.run, pipeline.Changed, pipeline.Known, int(n)*lines)
}

// recount moves n rows of a finished run from one state to another; a run that is not finished has no stored counts.
func recount(t *transaction, run int64, from, to pipeline.State, n int) error {
	var text *string
	if err := t.one("SELECT counts FROM run WHERE number = ?", []any{run}, &text); err != nil || text == nil || n == 0 {
		return err
	}
	var counts pipeline.Counts
	if err := json.Unmarshal([]byte(*text), &counts); err != nil {
		return err
	}
	n = min(n, counts[from]) // counts that never had these rows stay unchanged
	if n == 0 {
		return nil
	}
	if counts[from] -= n; counts[from] == 0 {
		delete(counts, from)
	}
	counts[to] += n
	kept, err := json.Marshal(counts)
	if err != nil {
		return err
	}
	err = t.later("UPDATE run SET counts = ? WHERE number = ?", string(kept), run)
	return err
}
