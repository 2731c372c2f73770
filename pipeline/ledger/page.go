package ledger

import (
	"encoding/json"
	"math"
	"slices"
	"time"

	"muster/pipeline"
)

// readOutcomes reads up to ?3 outcomes of the run ?1 with rows after ?2 and up to ?4, without those in records of
// known rows. The customer is joined where the row has one that is or was created; Run and At are then those of the
// request that created it. Each of the tables that hold outcomes is limited to a page of its own, so that none is
// read to its end for one page.
const readOutcomes = `SELECT o.row, o.customer, o.state, o.http_status, o.code, o.message, o.says, o.request_id,
		o.attempts, o.at, o.problems, o.data, o.fresh, c.customer_id, c.provider_status,
		c.provider_created_at, c.related, c.at, r.id
	FROM (
		SELECT * FROM (SELECT row, customer, state, http_status, code, message, says, request_id, attempts, at,
				problems, data, fresh
			FROM outcome WHERE run = ?1 AND row > ?2 AND row <= ?4 ORDER BY row LIMIT ?3) AS kept
		UNION ALL
		SELECT * FROM (SELECT row, ref, 'created', http_status, code, message, says, request_id, attempts, at, '', x'', 0
			FROM customer WHERE run = ?1 AND row > ?2 AND row <= ?4 AND ended IS NOT NULL ORDER BY row LIMIT ?3) AS answered
		UNION ALL
		SELECT * FROM (SELECT s.row, s.customer, 'uncertain', c.http_status, c.code, c.message, c.says, c.request_id,
				c.attempts, c.at, '', x'', 0
			FROM sealed s JOIN customer c ON c.ref = s.customer WHERE s.run = ?1 AND s.row > ?2 AND s.row <= ?4
			ORDER BY s.row LIMIT ?3) AS begun
		ORDER BY 1 LIMIT ?3) o
	LEFT JOIN customer c ON c.ref = o.customer AND o.state IN ('created', 'known', 'existing', 'changed')
	LEFT JOIN run r ON r.number = c.run
	ORDER BY o.row`

// page appends up to most outcomes of a run, with rows after last, by ascending row. number is the ledger's number of
// the run, run its ID.
func (l *Ledger) page(t *transaction, outcomes []pipeline.Outcome, number int64, run string, last, most int) (
	[]pipeline.Outcome, error) {
	first := len(outcomes)
	outcomes, err := l.knownPage(t, outcomes, number, run, last, most)
	if err != nil {
		return nil, err
	}
	known, until := len(outcomes), math.MaxInt
	if known-first == most {
		until = outcomes[known-1].Row
	}
	err = t.each(readOutcomes, []any{number, last, most, until}, func(rows *cursor) error {
		o, err := l.scanOutcome(rows, run)
		outcomes = append(outcomes, o)
		return err
	})
	if err != nil {
		return nil, err
	}
	if first < known && known < len(outcomes) { // a record never shares a row with an outcome
		slices.SortFunc(outcomes[first:], func(a, b pipeline.Outcome) int { return a.Row - b.Row })
	}
	return outcomes[:min(len(outcomes), first+most)], nil
}

const readKnown = `SELECT first, at, refs FROM known WHERE run = ?1
	AND first >= coalesce((SELECT max(first) FROM known WHERE run = ?1 AND first <= ?2), 0) ORDER BY first`

// knownPage is page for rows in records of known rows.
func (l *Ledger) knownPage(t *transaction, outcomes []pipeline.Outcome, number int64, run string, last, most int) (
	[]pipeline.Outcome, error) {
	begin := len(outcomes)
	err := t.each(readKnown, []any{number, last}, func(rows *cursor) error {
		var first int
		var at int64
		var text []byte
		if err := rows.Scan(&first, &at, &text); err != nil {
			return err
		}
		var refs []int64
		if err := json.Unmarshal(text, &refs); err != nil {
			return corrupt(l.path, err)
		}
		for i, ref := range refs {
			if len(outcomes)-begin == most {
				return errEnough
			}
			if first+i > last {
				outcomes = append(outcomes, pipeline.Outcome{Row: first + i, Ref: ref, State: pipeline.Known, Run: run,
					At: moment(&at)})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return outcomes, l.addMade(t, outcomes[begin:])
}

// made is the part of an outcome that comes from the request that created its customer.
type made struct {
	id, status, created string
	related             []byte
	at                  time.Time
	run                 int64
}

const (
	madeColumns = `SELECT c.ref, c.customer_id, c.provider_status, c.provider_created_at, c.related, c.at, c.run `
	madeBetween = madeColumns + `FROM customer c WHERE c.ref BETWEEN ?1 AND ?2`
	madeAmong   = madeColumns + `FROM json_each(?1) j CROSS JOIN customer c ON c.ref = CAST(j.value AS INTEGER)`
)

// addMade fills in outcomes from their customers.
func (l *Ledger) addMade(t *transaction, outcomes []pipeline.Outcome) error {
	customers, err := l.made(t, outcomes)
	if err != nil {
		return err
	}
	made := map[int64]bool{}
	for _, c := range customers {
		made[c.run] = true
	}
	runs, err := t.metRuns(made)
	if err != nil {
		return err
	}
	for i := range outcomes {
		o := &outcomes[i]
		c, ok := customers[o.Ref]
		if !ok {
			continue
		}
		o.CustomerID, o.ProviderStatus, o.ProviderCreatedAt, o.At = c.id, c.status, c.created, c.at
		o.Run = runs[c.run].id
		if o.Related, err = readRelated(c.related); err != nil {
			return corrupt(l.path, err)
		}
	}
	return nil
}

// made reads the customers of outcomes. Those of a repeated book were mostly created one after the other, so that
// their refs form ranges.
func (l *Ledger) made(t *transaction, outcomes []pipeline.Outcome) (map[int64]made, error) {
	if len(outcomes) == 0 {
		return nil, nil
	}
	least, most := outcomes[0].Ref, outcomes[0].Ref
	for i := range outcomes {
		least, most = min(least, outcomes[i].Ref), max(most, outcomes[i].Ref)
	}
	text, args := madeBetween, []any{least, most}
	if most-least >= 2*int64(len(outcomes)) {
		refs := make([]int64, len(outcomes))
		for i := range outcomes {
			refs[i] = outcomes[i].Ref
		}
		text, args = madeAmong, []any{refs}
	}
	customers := make(map[int64]made, len(outcomes))
	err := t.each(text, args, func(rows *cursor) error {
		var c made
		var ref, at int64
		err := rows.Scan(&ref, &c.id, &c.status, &c.created, &c.related, &at, &c.run)
		c.at = moment(&at)
		customers[ref] = c
		return err
	})
	return customers, err
}
