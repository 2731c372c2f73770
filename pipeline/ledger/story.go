package ledger

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"muster/pipeline"
)

// Customer is everything that the ledger has of one customer: its request, the attempts, and the result. A merchant
// who was refused, or found absent, and was sent again is another customer of the ledger with the same keys.
type Customer struct {
	Ref       int64
	Namespace pipeline.Namespace
	// State is created, existing, uncertain, rejected or pending.
	State pipeline.State
	// Outcome is the present one; Run, Row and At are those of the request.
	Outcome  pipeline.Outcome
	Keys     []pipeline.Tag
	Attempts []RunAttempt
	Verdicts []PastVerdict
	// Met are the rows of other runs, or other rows, that led to the customer.
	Met []pipeline.Outcome
}

// RunAttempt is an attempt and the run in which it was recorded.
type RunAttempt struct {
	Run string
	pipeline.Attempt
}

// PastVerdict is a verdict that was applied; Run is "" when it was on a key.
type PastVerdict struct {
	Kind       VerdictKind
	CustomerID string
	By         string
	At         time.Time
	Run        string
	Row        int
	Checked    Checked // of a customer ID; "" where that is not known
}

// RowOutcome is the outcome that the run with that full ID has of one row, under that row or under the one that has
// the outcome of its customer (o.Row); false when there is none: the row was not sent, or is not in the book.
func (l *Ledger) RowOutcome(ctx context.Context, run string, row int) (o pipeline.Outcome, ok bool, err error) {
	err = l.read(ctx, func(t *transaction) error {
		n, err := l.run(t, run)
		if err != nil {
			return err
		}
		head, err := t.head(n.number, row)
		if err != nil {
			return err
		}
		o, ok, err = l.outcomeOf(t, n.number, run, head)
		return err
	})
	return o, ok, err
}

// outcomeOf is the outcome that a run has under a row.
func (l *Ledger) outcomeOf(t *transaction, number int64, run string, row int) (o pipeline.Outcome, ok bool, err error) {
	found, err := l.page(t, nil, number, run, row-1, 1)
	if err != nil || len(found) == 0 || found[0].Row != row {
		return o, false, err
	}
	return found[0], true, nil
}

// History finds the customers that have or ever had one of the keys, live and released alike, the latest first.
func (l *Ledger) History(ctx context.Context, tags []pipeline.Tag) (refs []int64, err error) {
	err = l.read(ctx, func(t *transaction) error {
		refs = nil
		for _, tag := range tags {
			err := t.each("SELECT customer FROM key WHERE tag = ?", []any{tag[:]}, func(rows *cursor) error {
				var ref int64
				err := rows.Scan(&ref)
				refs = append(refs, ref)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	slices.Sort(refs)
	slices.Reverse(refs)
	return slices.Compact(refs), err
}

// Customers are the stories of refs, in their order; a ref that does not exist is a *MoveError. For Met the outcomes
// of all later runs of the namespace are read, some million a second.
func (l *Ledger) Customers(ctx context.Context, refs []int64) (customers []Customer, err error) {
	err = l.read(ctx, func(t *transaction) error {
		customers = make([]Customer, len(refs))
		for i, ref := range refs {
			if err := t.story(&customers[i], ref); err != nil {
				return err
			}
		}
		return t.met(customers)
	})
	if err != nil {
		return nil, err
	}
	return customers, nil
}

func (t *transaction) story(c *Customer, ref int64) error {
	var (
		at            int64
		keys, related []byte
		words         texts
	)
	o := &c.Outcome
	err := t.one(`SELECT c.ref, n.provider, n.env, n.account, c.state, r.id, c.row, c.at, c.keys, c.attempts,
			c.customer_id, c.provider_status, c.provider_created_at, c.related, c.http_status, c.code, c.message,
			c.says, c.request_id
		FROM customer c JOIN namespace n ON n.number = c.namespace JOIN run r ON r.number = c.run
		WHERE c.ref = ?`, []any{ref},
		&c.Ref, &c.Namespace.Provider, &c.Namespace.Env, &c.Namespace.Account, (*string)(&c.State), &o.Run, &o.Row, &at,
		&keys, &o.Attempts, &o.CustomerID, &o.ProviderStatus, &o.ProviderCreatedAt, &related, &o.HTTPStatus,
		&o.Code, &words.english, &words.says, &o.RequestID)
	if errors.Is(err, sql.ErrNoRows) {
		return &MoveError{Ref: ref, To: pipeline.Known}
	}
	if err != nil {
		return err
	}
	o.Ref, o.State, o.At = c.Ref, c.State, moment(&at)
	if o.Related, err = readRelated(related); err != nil {
		return err
	}
	if o.Message, err = words.message(); err != nil {
		return err
	}
	const size = len(pipeline.Tag{})
	for ; len(keys) >= size; keys = keys[size:] {
		c.Keys = append(c.Keys, pipeline.Tag(keys[:size]))
	}
	err = t.each(`WITH a AS (`+readAttempts+`) SELECT r.id, a.* FROM a JOIN run r ON r.number = a.run ORDER BY a.number`,
		[]any{ref}, func(rows *cursor) error {
			var a RunAttempt
			var sent, ended *int64
			var run, number int64
			var words texts
			err := rows.Scan(&a.Run, &run, &sent, &ended, (*string)(&a.Verdict), &a.HTTPStatus, &a.Code, &words.english,
				&words.says, &a.RequestID, &number)
			if err != nil {
				return err
			}
			a.Sent, a.Ended = moment(sent), moment(ended)
			a.Message, err = words.message()
			c.Attempts = append(c.Attempts, a)
			return err
		})
	if err != nil {
		return err
	}
	return t.each(`SELECT w.says, w.customer_id, w.person, w.at, coalesce(r.id, ''), w.row, w.checked
		FROM word w LEFT JOIN run r ON r.number = w.run WHERE w.customer = ?
		ORDER BY w.number`, []any{ref}, func(rows *cursor) error {
		var w PastVerdict
		var at int64
		err := rows.Scan((*string)(&w.Kind), &w.CustomerID, &w.By, &at, &w.Run, &w.Row,
			(*string)(&w.Checked))
		w.At = moment(&at)
		c.Verdicts = append(c.Verdicts, w)
		return err
	})
}

const (
	runsToMeet = `WHERE r.namespace IN (SELECT namespace FROM customer
			WHERE ref IN (SELECT CAST(a.value AS INTEGER) FROM json_each(?1) a))
		AND r.number >= (SELECT min(run) FROM customer WHERE ref IN (SELECT CAST(a.value AS INTEGER) FROM json_each(?1) a))`
	readMeetings = `SELECT customer, id, row, state, at, message, says FROM (
		SELECT o.customer, r.number, r.id, o.row, o.state, o.at, o.message, o.says
		FROM run r CROSS JOIN outcome o ON o.run = r.number
		` + runsToMeet + ` AND o.customer IN (SELECT CAST(a.value AS INTEGER) FROM json_each(?1) a)
		UNION ALL
		SELECT CAST(j.value AS INTEGER), r.number, r.id, k.first + j.key, 'known', k.at, '', ''
		FROM run r CROSS JOIN known k ON k.run = r.number CROSS JOIN json_each(k.refs) j
		` + runsToMeet + ` AND CAST(j.value AS INTEGER) IN (SELECT CAST(a.value AS INTEGER) FROM json_each(?1) a)) AS met
		ORDER BY number, row`
)

// met finds the other rows that led to any of the customers, in one pass over the outcomes of the runs from the first
// customer's on.
func (t *transaction) met(customers []Customer) error {
	if len(customers) == 0 {
		return nil
	}
	index := map[int64]*Customer{}
	var refs []int64
	for i := range customers {
		index[customers[i].Ref] = &customers[i]
		refs = append(refs, customers[i].Ref)
	}
	return t.each(readMeetings, []any{refs}, func(rows *cursor) error {
		var o pipeline.Outcome
		var at int64
		var words texts
		err := rows.Scan(&o.Ref, &o.Run, &o.Row, (*string)(&o.State), &at, &words.english, &words.says)
		if err != nil {
			return err
		}
		o.At = moment(&at)
		o.Message, err = words.message()
		if c := index[o.Ref]; o.Run != c.Outcome.Run || o.Row != c.Outcome.Row {
			c.Met = append(c.Met, o)
		}
		return err
	})
}
