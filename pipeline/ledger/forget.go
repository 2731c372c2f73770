package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"muster/pipeline"
)

// Forgotten is how much was removed.
type Forgotten struct {
	Runs      int // whose rows are forgotten now
	Rows      int // outcomes
	Attempts  int
	Customers int // refused or never sent, with the keys that they once had
	// Kept counts rows of these runs whose request is not settled yet, Open those that a person has to fix, as
	// [Ledger.Open] lists them. Both stay.
	Kept, Open int
}

// errRehearsed rolls back a transaction that was only run for its counts.
var errRehearsed = errors.New("rehearsed")

// Forget removes the rows of the runs that began before a time: outcomes with their problems, attempts, texts of the
// provider, and customers that make no claim. What prevents double creation stays: created and existing customers
// with their IDs and the tags of their keys and data, and all unsettled requests; so do open rows, each with its
// story. The runs themselves stay, with their counts, and so do people's verdicts. With rehearse nothing is removed.
//
// A later row with the same problems as a forgotten one counts as new.
func (l *Ledger) Forget(ctx context.Context, before time.Time, rehearse bool) (f Forgotten, err error) {
	err = l.write(ctx, func(t *transaction) error {
		f = Forgotten{}
		if err := t.keepCounts(before); err != nil {
			return err
		}
		open, err := l.openOlder(t, before)
		if err != nil {
			return err
		}
		f.Open = len(open)
		if err := t.forget(&f, open, before, l.now()); err != nil {
			return err
		}
		if rehearse {
			return errRehearsed
		}
		return nil
	})
	if rehearse && errors.Is(err, errRehearsed) {
		err = nil
	}
	return f, err
}

const olderRuns = "SELECT number FROM run WHERE started < ?1"

// keepCounts writes the counts of runs that were killed, while their rows are still there to be counted.
func (t *transaction) keepCounts(before time.Time) error {
	runs, err := t.runs(runColumns+"WHERE r.started < ? AND r.counts IS NULL", before.UnixMilli())
	if err != nil {
		return err
	}
	for _, r := range runs {
		text, err := json.Marshal(r.Counts)
		if err != nil {
			return err
		}
		if err := t.later("UPDATE run SET counts = ? WHERE id = ?", string(text), r.ID); err != nil {
			return err
		}
	}
	return nil
}

// openOlder are the rows of older runs that a person has to fix, or to import again, as pairs of run and row.
func (l *Ledger) openOlder(t *transaction, before time.Time) (open [][2]int64, err error) {
	rows, err := l.openRows(t)
	for _, r := range rows {
		if (r.Outcome.State.NeedsFix() || r.Outcome.State == pipeline.Pending) && r.Run.Started.Before(before) {
			open = append(open, [2]int64{r.run, int64(r.Outcome.Row)})
		}
	}
	return open, err
}

// The open rows, from the JSON list that is the argument.
const (
	openPairs = `SELECT CAST(p.value ->> 0 AS INTEGER), CAST(p.value ->> 1 AS INTEGER)
		FROM (SELECT ?2 AS pairs) o CROSS JOIN json_each(o.pairs) p`
	openCustomers = "SELECT customer FROM outcome WHERE (run, row) IN (" + openPairs + ")"
)

func (t *transaction) forget(f *Forgotten, open [][2]int64, before, now time.Time) error {
	at := before.UnixMilli()
	pairs, err := json.Marshal(append([][2]int64{}, open...))
	if err != nil {
		return err
	}
	const unsettled = "SELECT customer FROM sealed"
	if err := t.one("SELECT count(*) FROM sealed WHERE run IN ("+olderRuns+")", []any{at}, &f.Kept); err != nil {
		return err
	}
	var uncounted, known, answered, kept int // kept: attempts of open rows
	if err := t.one("SELECT CAST(coalesce(sum(last - first + 1), 0) AS INTEGER) FROM known WHERE run IN ("+
		olderRuns+")", []any{at}, &known); err != nil {
		return err
	}
	steps := []struct {
		count *int
		asks  int // number of arguments that the text takes: the time, then the open rows
		text  string
	}{
		// A run that was killed never reached EndFixed.
		{&uncounted, 1, `UPDATE fixed SET customer = coalesce(
				(SELECT o.customer FROM outcome o WHERE o.run = fixed.run AND o.row = fixed.row
					AND o.state IN ('created', 'known', 'existing')),
				(SELECT c.ref FROM customer c WHERE c.run = fixed.run AND c.row = fixed.row AND c.ended IS NOT NULL),
				(SELECT CAST(j.value AS INTEGER) FROM known k CROSS JOIN json_each(k.refs) j WHERE k.run = fixed.run
					AND fixed.row BETWEEN k.first AND k.last AND j.key = fixed.row - k.first), 0)
			WHERE customer = 0 AND run IN (` + olderRuns + ` AND finished IS NULL)`},
		{&f.Attempts, 2, "DELETE FROM attempt WHERE run IN (" + olderRuns + ") AND customer NOT IN (" +
			unsettled + ") AND customer NOT IN (" + openCustomers + ")"},
		{&f.Rows, 2, "DELETE FROM outcome WHERE run IN (" + olderRuns + ") AND customer NOT IN (" + unsettled +
			") AND (run, row) NOT IN (" + openPairs + ")"},
		{&kept, 2, `INSERT INTO attempt (customer, run, sent, ended, verdict, http_status, code, message, says, request_id,
				number)
			SELECT ref, run, at, ended, 'created', http_status, code, message, says, request_id, 1 FROM customer
			WHERE ended IS NOT NULL AND run IN (` + olderRuns + `) AND ref IN (` + openCustomers + `)`},
		{&answered, 1, "UPDATE customer SET ended = NULL WHERE ended IS NOT NULL AND run IN (" +
			olderRuns + ")"},
		{&uncounted, 1, "DELETE FROM known WHERE run IN (" + olderRuns + ")"},
		// A later run may still show one in its row, though an earlier run began it.
		{&f.Customers, 1, `DELETE FROM customer WHERE state IN ('rejected', 'pending') AND run IN (` + olderRuns + `)
			AND ref NOT IN (SELECT customer FROM outcome WHERE customer <> 0)`},
		{&uncounted, 1, `DELETE FROM member WHERE run IN (` + olderRuns + `)
			AND NOT EXISTS (SELECT 1 FROM outcome o WHERE o.run = member.run AND o.row = member.head)
			AND NOT EXISTS (SELECT 1 FROM sealed s WHERE s.run = member.run AND s.row = member.head)`},
		{&uncounted, 0, "DELETE FROM attempt WHERE customer NOT IN (SELECT ref FROM customer)"},
		{&uncounted, 0, "DELETE FROM word WHERE customer NOT IN (SELECT ref FROM customer)"},
		{&uncounted, 0, "DELETE FROM key WHERE released <> 0 AND customer NOT IN (SELECT ref FROM customer)"},
		// The number of a deleted customer may be given to another.
		{&uncounted, 1, `DELETE FROM fixed WHERE customer NOT IN (SELECT ref FROM customer)
			AND (customer <> 0 OR run IN (` + olderRuns + ` AND finished IS NOT NULL) AND NOT EXISTS (
				SELECT 1 FROM outcome o WHERE o.run = fixed.run AND o.row = fixed.row))`},
		{&uncounted, 1, `UPDATE customer SET http_status = 0, code = '', message = '', says = '', request_id = ''
			WHERE state IN ('created', 'existing') AND customer_id <> '' AND run IN (` + olderRuns + `)`},
	}
	for _, s := range steps {
		n, err := t.exec(s.text, []any{at, string(pairs)}[:s.asks]...)
		if err != nil {
			return err
		}
		*s.count = int(n)
	}
	f.Rows += known + answered
	f.Attempts += answered - kept
	n, err := t.exec("UPDATE run SET forgotten = ?2 WHERE started < ?1 AND forgotten IS NULL", at, now.UnixMilli())
	f.Runs = int(n)
	return err
}
