package ledger

import (
	"context"
	"time"

	"muster/pipeline"
)

// Dismissal records that a person said that nothing is to be done about a row.
type Dismissal struct {
	Row   int
	State pipeline.State // of the row at that time
	By    string
	At    time.Time
}

// DismissFault is why a row cannot be dismissed.
type DismissFault string

const (
	DismissNotOpen  DismissFault = "not_open"  // it is not among the open rows
	DismissToSettle DismissFault = "to_settle" // it was sent, and a person must say what became of it
)

// DismissError is a row that cannot be dismissed.
type DismissError struct {
	Fault DismissFault
	Run   string
	Row   int
	State pipeline.State // of the row, with DismissToSettle
}

// Error shows the fault; the caller has the sentence for it.
func (e *DismissError) Error() string { return "dismissal " + string(e.Fault) }

// Dismiss records that a person said that nothing is to be done about an open row of the run with that full ID, and
// returns the row. The row is open again when a later run leaves it in another state, or with other data. Its error
// is a *DismissError where the row cannot be dismissed.
func (l *Ledger) Dismiss(ctx context.Context, run string, row int, by string) (dismissed OpenRow, err error) {
	err = l.write(ctx, func(t *transaction) error {
		rows, err := l.openRows(t)
		if err != nil {
			return err
		}
		for i := range rows {
			r := &rows[i]
			switch {
			case r.Run.ID != run || r.Outcome.Row != row:
				continue
			case r.Outcome.State == pipeline.Uncertain || r.Outcome.State == pipeline.Existing:
				return &DismissError{DismissToSettle, run, row, r.Outcome.State}
			}
			dismissed = r.OpenRow
			err := t.later("INSERT INTO dismissed (run, row, state, data, at, person) VALUES (?, ?, ?, ?, ?, ?)", r.run,
				row, string(r.Outcome.State), dataOf(&r.Outcome), l.now().UnixMilli(), by)
			return err
		}
		return &DismissError{Fault: DismissNotOpen, Run: run, Row: row}
	})
	return dismissed, err
}

// Dismissals are the dismissed rows of the run with that full ID, by ascending row.
func (l *Ledger) Dismissals(ctx context.Context, run string) (list []Dismissal, err error) {
	err = l.read(ctx, func(t *transaction) error {
		list = nil
		n, err := l.run(t, run)
		if err != nil {
			return err
		}
		return t.each("SELECT row, state, person, at FROM dismissed WHERE run = ? ORDER BY row, at", []any{n.number},
			func(rows *cursor) error {
				var d Dismissal
				var at int64
				err := rows.Scan(&d.Row, (*string)(&d.State), &d.By, &at)
				d.At = moment(&at)
				list = append(list, d)
				return err
			})
	})
	return list, err
}

// dismissals finds dismissed rows again, in their own run and in later ones.
type dismissals struct {
	rows map[dismissedRow]bool
	same map[sameRow]int64 // the first run
}

type dismissedRow struct {
	run   int64
	row   int
	state pipeline.State
}

func (t *transaction) dismissed() (d dismissals, err error) {
	d = dismissals{map[dismissedRow]bool{}, map[sameRow]int64{}}
	const text = `SELECT d.run, d.row, d.state, d.data, n.provider, n.env, n.account
		FROM dismissed d JOIN run r ON r.number = d.run JOIN namespace n ON n.number = r.namespace ORDER BY d.run DESC`
	err = t.each(text, nil, func(rows *cursor) error {
		var r dismissedRow
		var s sameRow
		var data []byte
		err := rows.Scan(&r.run, &r.row, (*string)(&r.state), &data, &s.namespace.Provider, &s.namespace.Env,
			&s.namespace.Account)
		d.rows[r] = true
		if s.state = r.state; len(data) == len(s.data) {
			s.data = pipeline.Tag(data)
			d.same[s] = r.run
		}
		return err
	})
	return d, err
}

// has reports whether a row was dismissed, in its own run or, with the same data and state, in an earlier one.
func (d dismissals) has(r *openRow) bool {
	if d.rows[dismissedRow{r.run, r.Outcome.Row, r.Outcome.State}] {
		return true
	}
	same, ok := r.same()
	first, dismissed := d.same[same]
	return ok && dismissed && first <= r.run
}

// CountDismissed counts the dismissed rows of each run, by run ID.
func (l *Ledger) CountDismissed(ctx context.Context) (map[string]int, error) {
	counts := map[string]int{}
	err := l.read(ctx, func(t *transaction) error {
		clear(counts)
		return t.each(`SELECT r.id, count(DISTINCT d.row) FROM dismissed d JOIN run r ON r.number = d.run GROUP BY r.id`,
			nil, func(rows *cursor) error {
				var id string
				var n int
				err := rows.Scan(&id, &n)
				counts[id] = n
				return err
			})
	})
	return counts, err
}
