package ledger

import (
	"muster/pipeline"
)

// The customers that a person, or a later run, must settle, whichever run sent them.
const (
	readCustomersToSettle = `SELECT c.row, c.ref, c.state, c.http_status, c.code, c.message, c.says, c.request_id,
			c.attempts, c.at, '', x'', 0, NULL, NULL, NULL, NULL, NULL, NULL, c.keys, c.keys, c.state, c.run `
	readSealed    = readCustomersToSettle + "FROM customer c WHERE c.ref IN (SELECT customer FROM sealed) ORDER BY c.ref"
	readWithoutID = readCustomersToSettle + `FROM customer c INDEXED BY customer_without_id
		WHERE c.state = 'existing' AND c.customer_id = '' ORDER BY c.ref`
	// readMet reads the rows that led to a customer without an ID, the last first.
	readMet = "SELECT run, row FROM outcome WHERE " + openToSettle +
		" AND state = 'existing' AND customer = ? ORDER BY run DESC, row DESC"
)

// toSettle adds the customers whose request has no answer, and those without an ID. A customer that the last run of a
// book met is listed in that run's row.
func (l *Ledger) toSettle(t *transaction, last []numberedRun, rows []openRow) ([]openRow, error) {
	at := map[int64]int{} // index of the last row of a customer
	var all []openRow
	for _, r := range rows {
		if r.Outcome.State != pipeline.Uncertain {
			all = append(all, r)
			continue
		}
		if i, ok := at[r.Outcome.Ref]; ok {
			all[i] = r
			continue
		}
		at[r.Outcome.Ref] = len(all)
		all = append(all, r)
	}
	first := len(all)
	for _, query := range []string{readSealed, readWithoutID} {
		err := t.each(query, nil, func(found *cursor) error {
			o := openRow{OpenRow: OpenRow{Run: &pipeline.Run{}}}
			var unused []byte
			var state string
			if err := l.scanNeeds(found, &o, &unused, &state, &o.run); err != nil {
				return err
			}
			if i, ok := at[o.Outcome.Ref]; ok {
				all[i].Outcome.At = o.Outcome.At
				return nil
			}
			all = append(all, o)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, t.placeRows(last, all[first:])
}

// placeRows sets the run and row of customers: those of the last run of a book that met them, else of the run that
// sent them.
func (t *transaction) placeRows(last []numberedRun, rows []openRow) error {
	known := map[int64]*pipeline.Run{}
	for _, r := range last {
		known[r.number] = r.Run
	}
	var asked [][]any
	var of []int
	for i := range rows {
		if rows[i].Outcome.State == pipeline.Existing {
			asked, of = append(asked, []any{rows[i].Outcome.Ref}), append(of, i)
		}
	}
	met := make([]bool, len(rows))
	err := t.eachOf(readMet, asked, func(i int, found *cursor) error {
		var run int64
		var row int
		err := found.Scan(&run, &row)
		if at := of[i]; known[run] != nil && !met[at] {
			r := &rows[at]
			met[at], r.Run, r.run, r.Outcome.Row = true, known[run], run, row
		}
		return err
	})
	if err != nil {
		return err
	}
	begun := map[int64]*pipeline.Run{}
	for i := range rows {
		r := &rows[i]
		if !met[i] {
			if begun[r.run] == nil {
				runs, err := t.runs(runColumns+"WHERE r.number = ?", r.run)
				if err != nil {
					return err
				}
				begun[r.run] = &runs[0]
			}
			r.Run = begun[r.run]
		}
		r.Outcome.Run = r.Run.ID
	}
	return nil
}
