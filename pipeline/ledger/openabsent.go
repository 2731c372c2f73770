package ledger

import (
	"muster/pipeline"
)

// readAbsent are the customers of whom a person said last that the provider does not
// have them, in the row in which the person met them. At is when that was said.
const readAbsent = `SELECT CASE WHEN w.run = 0 THEN c.row ELSE w.row END, c.ref, c.state, c.http_status, c.code, c.message,
		c.says, c.request_id, c.attempts, w.at, '', x'', 0, NULL, NULL, NULL, NULL, NULL, NULL, c.keys, c.keys, c.state,
		CASE WHEN w.run = 0 THEN c.run ELSE w.run END
	FROM word w JOIN customer c ON c.ref = w.customer
	WHERE w.says = 'absent' AND c.state = 'pending'
		AND w.number = (SELECT max(last.number) FROM word last WHERE last.customer = w.customer) ORDER BY c.ref`

// sentLater finds the customers that were begun after another one with a key of that one.
const sentLater = `SELECT count(*) FROM key k WHERE k.tag = ?1 AND k.customer > ?2`

// toSend are the rows that a person settled as absent and that no import has met since:
// none sent a row with one of their keys, and none went through their book and left no
// row of it pending. runs are those that went through.
func (l *Ledger) toSend(t *transaction, runs []numberedRun) (rows []openRow, err error) {
	var absent []openRow
	err = t.each(readAbsent, nil, func(found *cursor) error {
		o := openRow{OpenRow: OpenRow{Run: &pipeline.Run{}}}
		var unused []byte
		var state string
		err := l.scanNeeds(found, &o, &unused, &state, &o.run)
		absent = append(absent, o)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := t.placeRows(nil, absent); err != nil {
		return nil, err
	}
	for i := range absent {
		r := &absent[i]
		met, err := t.sentSince(r)
		if err != nil {
			return nil, err
		}
		if !met && !goneThroughSince(runs, r) {
			rows = append(rows, *r)
		}
	}
	return rows, nil
}

func (t *transaction) sentSince(r *openRow) (bool, error) {
	const size = len(pipeline.Tag{})
	for keys := r.keys; len(keys) >= size; keys = keys[size:] {
		n := 0
		if err := t.one(sentLater, []any{keys[:size], r.Outcome.Ref}, &n); err != nil || n > 0 {
			return true, err
		}
	}
	return false, nil
}

// goneThroughSince says that a run which began after the row was settled went through
// the row's book, and left nothing of it pending.
func goneThroughSince(runs []numberedRun, r *openRow) bool {
	known := placesOf(runs)
	of := numberedRun{r.run, r.Run}
	where, somewhere := known.of(of)
	for _, run := range runs {
		if run.isFix() || !run.Started.After(r.Outcome.At) || run.Counts[pipeline.Pending] > 0 {
			continue
		}
		at, ok := known.of(run)
		if run.content() == of.content() || somewhere && ok && at == where {
			return true
		}
	}
	return false
}
