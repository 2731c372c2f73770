package ledger

import (
	"context"
	"encoding/json"

	"muster/pipeline"
)

// Examination is what [Ledger.Examine] found.
type Examination struct {
	Version int // of the schema
	Runs    int
	Spaces  []SpaceFacts
	// Faults is empty when the ledger is sound, and has at most faultsShown of each kind. They name customers by
	// their numbers in the ledger.
	Faults []*pipeline.Message
}

// SpaceFacts are what the ledger has of one namespace that has a run. An import that was refused leaves one without.
type SpaceFacts struct {
	Namespace pipeline.Namespace
	Customers int // created and existing
	Unsettled int
}

// The rules between the tables: each query returns the rows that break one.
var rules = []struct {
	fault func(number int) *pipeline.Message
	query string
}{
	{func(n int) *pipeline.Message { return pipeline.Say("ledger.request_missing", "number", n) },
		`SELECT ref FROM customer WHERE state = 'uncertain' AND ref NOT IN (SELECT customer FROM sealed)`},
	{func(n int) *pipeline.Message { return pipeline.Say("ledger.request_left", "number", n) },
		`SELECT customer FROM sealed WHERE customer NOT IN (SELECT ref FROM customer WHERE state = 'uncertain')`},
	{func(n int) *pipeline.Message { return pipeline.Say("ledger.id_missing", "number", n) },
		`SELECT ref FROM customer WHERE state = 'created' AND customer_id = ''`},
	{func(n int) *pipeline.Message { return pipeline.Say("ledger.keys_missing", "number", n) },
		`SELECT c.ref FROM customer c LEFT JOIN (SELECT customer, count(*) AS n FROM key WHERE released = 0
			GROUP BY customer) k ON k.customer = c.ref
			WHERE c.state IN ('uncertain', 'created', 'existing') AND coalesce(k.n, 0) * 16 <> length(c.keys)`},
	{func(n int) *pipeline.Message { return pipeline.Say("ledger.key_left", "number", n) },
		`SELECT DISTINCT k.customer FROM key k LEFT JOIN customer c ON c.ref = k.customer
			WHERE k.released = 0 AND (c.ref IS NULL OR c.state NOT IN ('uncertain', 'created', 'existing'))`},
	{func(n int) *pipeline.Message { return pipeline.Say("ledger.layout_misfit", "number", n) },
		layoutMisfit},
	{func(n int) *pipeline.Message { return pipeline.Say("ledger.customer_missing", "number", n) },
		`SELECT DISTINCT customer FROM outcome WHERE customer <> 0 AND customer NOT IN (SELECT ref FROM customer)`},
	{func(n int) *pipeline.Message { return pipeline.Say("ledger.answer_misfit", "number", n) },
		`SELECT ref FROM customer c WHERE ended IS NOT NULL AND (state <> 'created'
			OR EXISTS (SELECT 1 FROM attempt a WHERE a.customer = c.ref)
			OR EXISTS (SELECT 1 FROM outcome o WHERE o.run = c.run AND o.row = c.row)
			OR EXISTS (SELECT 1 FROM sealed s WHERE s.run = c.run AND s.row = c.row)
			OR (SELECT count(*) FROM customer o WHERE o.run = c.run AND o.row = c.row AND o.ended IS NOT NULL) > 1)`},
	{func(n int) *pipeline.Message { return pipeline.Say("ledger.known_misfit", "number", n) }, knownMisfit},
	{func(n int) *pipeline.Message { return pipeline.Say("ledger.customer_missing", "number", n) },
		knownMissing},
	{func(n int) *pipeline.Message { return pipeline.Say("ledger.known_unclaimed", "number", n) },
		knownUnclaimed},
	{func(n int) *pipeline.Message { return pipeline.Say("ledger.dismissed_misfit", "number", n) },
		`SELECT d.row FROM dismissed d LEFT JOIN run r ON r.number = d.run
			WHERE r.number IS NULL OR d.state NOT IN ('invalid', 'duplicate', 'changed', 'rejected')
				OR length(d.data) NOT IN (0, 16)
				OR r.forgotten IS NULL AND NOT EXISTS (SELECT 1 FROM outcome o WHERE o.run = d.run AND o.row = d.row)`},
	{func(n int) *pipeline.Message { return pipeline.Say("ledger.count_wrong", "number", n) },
		`SELECT n.number FROM namespace n LEFT JOIN (SELECT namespace, count(*) AS n FROM customer
			WHERE state IN ('created', 'existing') GROUP BY namespace) c
			ON c.namespace = n.number WHERE n.customers <> coalesce(c.n, 0)`},
}

const layoutMisfit = `SELECT c.ref FROM customer c LEFT JOIN layout l ON l.number = c.layout
	WHERE l.number IS NULL OR length(c.fields) <> 16 * json_array_length(l.paths)`

// Customers that records of known rows name, and that do not exist; and those that exist and make no claim in the
// run's namespace.
const (
	knownMissing = `SELECT DISTINCT CAST(j.value AS INTEGER) FROM known k
		CROSS JOIN json_each(iif(json_valid(k.refs), k.refs, '[]')) j
		WHERE j.value NOT IN (SELECT ref FROM customer)`
	knownUnclaimed = `SELECT DISTINCT c.ref FROM known k JOIN run r ON r.number = k.run
		CROSS JOIN json_each(iif(json_valid(k.refs), k.refs, '[]')) j JOIN customer c ON c.ref = j.value
		WHERE c.namespace <> r.namespace OR c.state NOT IN ('created', 'existing')`
)

// knownMisfit selects records of known rows, by their first rows, that do not have one customer for each row, or
// share a row with another record or an outcome.
const knownMisfit = `SELECT first
	FROM (SELECT *, lead(first) OVER (PARTITION BY run ORDER BY first) AS next FROM known) k
	WHERE last < first OR next <= last
		OR json_array_length(iif(json_valid(refs), refs, '[]')) <> last - first + 1
		OR EXISTS (SELECT 1 FROM outcome o WHERE o.run = k.run AND o.row BETWEEN k.first AND k.last)
		OR EXISTS (SELECT 1 FROM sealed s WHERE s.run = k.run AND s.row BETWEEN k.first AND k.last)
		OR EXISTS (SELECT 1 FROM customer c WHERE c.run = k.run AND c.row BETWEEN k.first AND k.last
			AND c.ended IS NOT NULL)`

const faultsShown = 10 // of each kind

// Examine checks the whole ledger: the structure of a file, whether the tables agree, and whether every unsettled
// request opens under the key file. It changes nothing. It reads some 200,000 customers a second.
func (l *Ledger) Examine(ctx context.Context) (e Examination, err error) {
	err = l.read(ctx, func(t *transaction) (err error) {
		e, err = l.examine(t)
		return err
	})
	return e, err
}

func (l *Ledger) examine(t *transaction) (e Examination, err error) {
	var faults faults
	if e.Version, err = l.store.examine(t, &faults); err != nil {
		return e, err
	}
	for _, r := range rules {
		if err := t.rule(r.fault, r.query, &faults); err != nil {
			return e, err
		}
	}
	if err := l.seals(t, &faults); err != nil {
		return e, err
	}
	if err := t.one("SELECT count(*) FROM run", nil, &e.Runs); err != nil {
		return e, err
	}
	if err := t.counts(&faults); err != nil {
		return e, err
	}
	e.Faults = faults
	err = t.each(`SELECT provider, env, account, customers,
		(SELECT count(*) FROM sealed s WHERE s.namespace = n.number)
		FROM namespace n WHERE EXISTS (SELECT 1 FROM run r WHERE r.namespace = n.number)
		ORDER BY number`, nil, func(rows *cursor) error {
		var s SpaceFacts
		n := &s.Namespace
		err := rows.Scan(&n.Provider, &n.Env, &n.Account, &s.Customers, &s.Unsettled)
		e.Spaces = append(e.Spaces, s)
		return err
	})
	return e, err
}

type faults []*pipeline.Message

func (f *faults) add(m *pipeline.Message) { *f = append(*f, m) }

func (t *transaction) rule(fault func(int) *pipeline.Message, query string, f *faults) error {
	n := 0
	err := t.each(query, nil, func(rows *cursor) error {
		var number int
		err := rows.Scan(&number)
		if n++; n <= faultsShown {
			f.add(fault(number))
		}
		return err
	})
	if n > faultsShown {
		f.add(pipeline.Say("ledger.more_faults", "count", n-faultsShown))
	}
	return err
}

// seals checks that every unsettled request can be opened.
func (l *Ledger) seals(t *transaction, f *faults) error {
	return t.each(`SELECT s.customer, s.request, c.idempotency_key, n.provider, n.env, n.account
		FROM sealed s JOIN customer c ON c.ref = s.customer
		JOIN namespace n ON n.number = s.namespace`, nil, func(rows *cursor) error {
		var (
			ref     int
			request []byte
			key     string
			n       pipeline.Namespace
		)
		if err := rows.Scan(&ref, &request, &key, &n.Provider, &n.Env, &n.Account); err != nil {
			return err
		}
		if _, err := l.secrets.seals.Open(nil, nil, request, bound(n, key)); err != nil {
			f.add(pipeline.Say("ledger.request_sealed", "number", ref))
		}
		return nil
	})
}

// counts checks that the counts of finished runs can be read. They are not compared with the runs' rows: rows that
// were not sent, or were forgotten, have no record.
func (t *transaction) counts(f *faults) error {
	return t.each("SELECT id, counts FROM run WHERE counts IS NOT NULL", nil, func(rows *cursor) error {
		var id, text string
		if err := rows.Scan(&id, &text); err != nil {
			return err
		}
		var counts pipeline.Counts
		if err := json.Unmarshal([]byte(text), &counts); err != nil {
			f.add(pipeline.Say("ledger.counts_unread", "run", id))
		}
		return nil
	})
}
