package ledger

import (
	"cmp"
	"context"
	"slices"
	"time"

	"muster/pipeline"
)

// OpenRow is a row of a book that a person still has to look at.
type OpenRow struct {
	Run *pipeline.Run // the run that left it so; rows of one run share it
	// Outcome is its present outcome: invalid, duplicate, changed, rejected, uncertain, existing without an ID, or
	// pending after a person settled it as absent. At is when the request was begun, for a row that was sent, and when
	// the person said so, for an absent one.
	Outcome pipeline.Outcome
	// Since is when a run first left the same, unaltered row in that state.
	Since time.Time
	// Also lists where the same, unaltered row is in other books that have not changed since their last run, oldest
	// first.
	Also []RowAt
}

// RowAt is a row of the book of a run.
type RowAt struct {
	Run *pipeline.Run
	Row int
}

// openRow is a row that may be open.
type openRow struct {
	OpenRow
	run  int64
	keys []byte // tags
}

// needsPerson repeats the condition of the index outcome_needs to the letter, so that SQLite uses the index.
const needsPerson = "state IN ('invalid', 'duplicate', 'changed', 'rejected', 'uncertain')"

// The outcomes of a run that need a person, each with the state of its customer.
const (
	readNeeds = `SELECT o.row, o.customer, o.state, o.http_status, o.code, o.message, o.says, o.request_id,
			o.attempts, o.at, o.problems, o.data, o.fresh, NULL, NULL, NULL, NULL, NULL, NULL,
			o.keys, coalesce(c.keys, x''), coalesce(c.state, '')
		FROM outcome o INDEXED BY outcome_needs LEFT JOIN customer c ON c.ref = o.customer
		WHERE o.run = ? AND o.` + needsPerson + ` ORDER BY o.row`
)

// Open lists the rows whose last outcome needs a person, in the order of the runs and of their rows: for each book
// those of the last run that went through it, and for all runs the requests without an answer, the customers without
// an ID, and the rows that a person settled as absent and that no import has met since. A row that several books have,
// unaltered, is listed for the last of them. A row that only repeats another row of its book has nothing to fix, and
// is left out.
//
// A row is closed when a later run created, or found, a customer with its keys; when a later book at the same path no
// longer has it, or its sheet Fix was imported and has another outcome for it; and when a person dismissed it.
func (l *Ledger) Open(ctx context.Context) (rows []OpenRow, err error) {
	err = l.read(ctx, func(t *transaction) error {
		rows = nil
		open, err := l.openRows(t)
		for i := range open {
			rows = append(rows, open[i].OpenRow)
		}
		return err
	})
	return rows, err
}

func (l *Ledger) openRows(t *transaction) ([]openRow, error) {
	runs, err := t.completeRuns()
	if err != nil {
		return nil, err
	}
	rows, err := l.toSend(t, runs)
	if err != nil {
		return nil, err
	}
	runs = lastOfBooks(runs)
	needs, err := l.needs(t, runs)
	if err != nil {
		return nil, err
	}
	for i, r := range runs {
		of, err := l.withoutFixed(t, runs, r, needs[i])
		if err != nil {
			return nil, err
		}
		rows = append(rows, of...)
	}
	if rows, err = l.toSettle(t, runs, rows); err != nil {
		return nil, err
	}
	if rows, err = t.withoutClosed(rows); err != nil {
		return nil, err
	}
	rows = lastOfRows(rows)
	slices.SortStableFunc(rows, func(a, b openRow) int {
		return cmp.Or(cmp.Compare(a.run, b.run), cmp.Compare(a.Outcome.Row, b.Outcome.Row))
	})
	return rows, t.since(rows)
}

// needs reads the rows that each of the runs left to a person. An uncertain row has the present state of its customer.
func (l *Ledger) needs(t *transaction, runs []numberedRun) ([][]openRow, error) {
	asked := make([][]any, len(runs))
	for i, r := range runs {
		asked[i] = []any{r.number}
	}
	all := make([][]openRow, len(runs))
	err := t.eachOf(readNeeds, asked, func(i int, rows *cursor) error {
		o := openRow{OpenRow: OpenRow{Run: runs[i].Run}, run: runs[i].number}
		var customers []byte
		var state pipeline.State
		err := l.scanNeeds(rows, &o, &customers, (*string)(&state))
		if err != nil {
			return err
		}
		if len(o.keys) == 0 {
			o.keys = customers
		}
		if o.Outcome.State == pipeline.Uncertain {
			o.Outcome.State = state
		}
		if o.Outcome.Code == pipeline.CodeSameData && o.Outcome.State == pipeline.Duplicate {
			return nil // it repeats another row of the book: nothing to fix
		}
		if o.Outcome.State.NeedsFix() || o.Outcome.State == pipeline.Uncertain {
			all[i] = append(all[i], o)
		}
		return nil
	})
	return all, err
}

// scanNeeds scans an outcome, and the further columns of the query into more.
func (l *Ledger) scanNeeds(rows *cursor, o *openRow, more ...any) (err error) {
	o.Outcome, err = l.scanOutcome(also{rows, append([]any{&o.keys}, more...)}, o.Run.ID)
	return err
}

// also appends further columns to each scan.
type also struct {
	rows *cursor
	more []any
}

func (a also) Scan(into ...any) error { return a.rows.Scan(append(into, a.more...)...) }

// withoutFixed removes the rows for which a later sheet Fix has an outcome.
func (l *Ledger) withoutFixed(t *transaction, runs []numberedRun, of numberedRun, rows []openRow) ([]openRow, error) {
	for _, fix := range runs {
		if !fix.isFix() || fix.number <= of.number || fix.content() != of.content() {
			continue
		}
		var left []openRow
		for _, r := range rows {
			o, there, err := l.outcomeOf(t, fix.number, fix.ID, r.Outcome.Row)
			if err != nil {
				return nil, err
			}
			if !there || o.State == pipeline.Pending {
				left = append(left, r)
			}
		}
		rows = left
	}
	return rows, nil
}

// madeLater finds a later run whose request created the customer that has a key.
const madeLater = `SELECT count(*) FROM key k JOIN customer c ON c.ref = k.customer
	WHERE k.tag = ?1 AND k.released = 0 AND c.state IN ('created', 'existing') AND c.run > ?2`

// fixedInto finds the customer that a row became once it was fixed, even in a run that did not end.
const fixedInto = `SELECT count(*) FROM fixed f JOIN customer c ON c.ref = f.customer
	WHERE f.broken_run = ?1 AND f.row = ?2 AND f.broken_run <> 0 AND c.state IN ('created', 'existing')`

// withoutClosed removes the rows that a later run has enrolled by their keys, and those that a person dismissed.
func (t *transaction) withoutClosed(rows []openRow) ([]openRow, error) {
	gone, err := t.dismissed()
	if err != nil {
		return nil, err
	}
	enrolled, err := t.enrolledSince(rows)
	if err != nil {
		return nil, err
	}
	var open []openRow
	for i := range rows {
		if !enrolled[i] && !gone.has(&rows[i]) {
			open = append(open, rows[i])
		}
	}
	return open, nil
}

// enrolledSince reports by index which rows that need a fix a later run has enrolled.
func (t *transaction) enrolledSince(rows []openRow) ([]bool, error) {
	const size = len(pipeline.Tag{})
	enrolled := make([]bool, len(rows))
	var fixes, keys [][]any
	var ofFix, ofKey []int
	for i := range rows {
		r := &rows[i]
		if !r.Outcome.State.NeedsFix() {
			continue
		}
		fixes, ofFix = append(fixes, []any{r.run, r.Outcome.Row}), append(ofFix, i)
		for tags := r.keys; len(tags) >= size; tags = tags[size:] {
			keys, ofKey = append(keys, []any{tags[:size], r.run}), append(ofKey, i)
		}
	}
	note := func(of []int) func(int, *cursor) error {
		return func(i int, found *cursor) error {
			var n int
			err := found.Scan(&n)
			enrolled[of[i]] = enrolled[of[i]] || n > 0
			return err
		}
	}
	if err := t.eachOf(fixedInto, fixes, note(ofFix)); err != nil {
		return nil, err
	}
	return enrolled, t.eachOf(madeLater, keys, note(ofKey))
}

// lastOfRows merges rows that several runs left unaltered and in the same state: in another book, or in a book with a
// new name every night.
func lastOfRows(rows []openRow) (last []openRow) {
	newest := map[sameRow]int64{}
	for i := range rows {
		if same, ok := rows[i].same(); ok {
			newest[same] = max(newest[same], rows[i].run)
		}
	}
	also := map[sameRow][]RowAt{}
	for i := range rows {
		r := &rows[i]
		if same, ok := r.same(); ok && newest[same] > r.run {
			also[same] = append(also[same], RowAt{r.Run, r.Outcome.Row})
			continue
		}
		last = append(last, *r)
	}
	for i := range last {
		if same, ok := last[i].same(); ok {
			last[i].Also = also[same]
		}
	}
	return last
}

// sameRow identifies a row across runs.
type sameRow struct {
	namespace pipeline.Namespace
	state     pipeline.State
	data      pipeline.Tag
}

// same is false for a row without data to recognise it by.
func (r *openRow) same() (sameRow, bool) {
	return sameRow{r.Run.Namespace, r.Outcome.State, r.Outcome.Data}, r.Outcome.Data != pipeline.Tag{}
}

// firstSeen reads the index outcome_data in its order; data tags include their namespace.
const firstSeen = `SELECT at FROM outcome WHERE data = ? AND data <> x'' AND state = ? ORDER BY run, row LIMIT 1`

// since fills in when each row was first left in its state.
func (t *transaction) since(rows []openRow) error {
	var asked [][]any
	var of []int
	for i := range rows {
		o := &rows[i].Outcome
		rows[i].Since = o.At
		if o.Data != (pipeline.Tag{}) {
			asked, of = append(asked, []any{o.Data[:], string(o.State)}), append(of, i)
		}
	}
	// There is none for an uncertain row, which has the state of its customer.
	return t.eachOf(firstSeen, asked, func(i int, found *cursor) error {
		var first int64
		err := found.Scan(&first)
		if at, r := moment(&first), &rows[of[i]]; err == nil && at.Before(r.Outcome.At) {
			r.Since = at
		}
		return err
	})
}

// OfBook reports whether the row is one of the book that a run read, or of a sheet Fix of that book, or is in that
// book too.
func (r *OpenRow) OfBook(run *pipeline.Run) bool {
	of := numberedRun{Run: run}.content()
	return numberedRun{Run: r.Run}.content() == of || slices.ContainsFunc(r.Also, func(at RowAt) bool {
		return numberedRun{Run: at.Run}.content() == of
	})
}
