package ledger

import (
	"strconv"

	"muster/pipeline"
)

// A second run of a book finds mostly known rows, one next to the other, of which only the customer has to be
// recorded. Such a stretch of rows is one record of the table known; every other outcome is a row of the table
// outcome.

// isKnown is the condition that a row of a run is in such a record.
func isKnown(run, row string) string {
	return `(SELECT kn.last >= ` + row + ` FROM known kn WHERE kn.run = ` + run + ` AND kn.first <= ` + row + `
		ORDER BY kn.first DESC LIMIT 1) IS TRUE`
}

// A record is inserted whole, or not at all where one of its rows cannot be. To find an overlap it is enough to look
// at the last record that begins before this one ends.
const insertKnown = `INSERT INTO known (run, first, last, at, refs) SELECT ?1, ?2, ?3, ?4, ?5
	WHERE NOT EXISTS (SELECT 1 FROM outcome WHERE run = ?1 AND row BETWEEN ?2 AND ?3)
		AND NOT EXISTS (SELECT 1 FROM sealed WHERE run = ?1 AND row BETWEEN ?2 AND ?3)
		AND NOT EXISTS (SELECT 1 FROM customer WHERE run = ?1 AND row BETWEEN ?2 AND ?3 AND ended IS NOT NULL)
		AND coalesce((SELECT last FROM known WHERE run = ?1 AND first <= ?3 ORDER BY first DESC LIMIT 1) < ?2, TRUE)
		AND (SELECT count(*) FROM (SELECT ?5 AS refs) given CROSS JOIN json_each(given.refs) j
			CROSS JOIN customer c ON c.ref = CAST(j.value AS INTEGER)
			WHERE c.namespace = ?6 AND c.state IN ('created', 'existing')) = ?3 - ?2 + 1`

// stretch counts the leading outcomes of a list that fit in one record.
func stretch(outcomes []pipeline.Outcome) (n int) {
	first := &outcomes[0]
	for n < len(outcomes) && saysKnown(&outcomes[n]) && outcomes[n].Row == first.Row+n &&
		outcomes[n].At.Equal(first.At) {
		n++
	}
	return n
}

// saysKnown reports whether the row is known, and nothing more has to be recorded.
func saysKnown(o *pipeline.Outcome) bool {
	return o.State == pipeline.Known && o.Message == nil && o.Code == "" && len(o.Problems) == 0 &&
		o.HTTPStatus == 0 && o.RequestID == "" && o.Attempts == 0 && o.Data == (pipeline.Tag{}) && len(o.Keys) == 0
}

// recordKnown writes a stretch as one record. It returns false when the rows must be written one by one: one of them
// has an outcome, or its customer makes no claim.
func (s *Space) recordKnown(t *transaction, run int64, rows []pipeline.Outcome) (bool, error) {
	return t.changed(insertKnown, s.knownArgs(run, rows)...)
}

// knownArgs are the arguments of insertKnown for a stretch.
func (s *Space) knownArgs(run int64, rows []pipeline.Outcome) []any {
	refs := []byte{'['}
	for i := range rows {
		if i > 0 {
			refs = append(refs, ',')
		}
		refs = strconv.AppendInt(refs, rows[i].Ref, 10)
	}
	refs = append(refs, ']')
	return []any{run, rows[0].Row, rows[len(rows)-1].Row, s.l.orNow(rows[0].At), string(refs), s.number.Load()}
}

// spellKnown turns every record with a row of the customer ref, in runs of its own namespace, into outcomes, because
// that row is about to get a message or another state.
func (t *transaction) spellKnown(ref int64) error {
	const of = `(SELECT DISTINCT k.run, k.first FROM customer c
		JOIN run r ON r.namespace = c.namespace AND r.number >= c.run
		JOIN known k ON k.run = r.number CROSS JOIN json_each(k.refs) j WHERE c.ref = ?1 AND CAST(j.value AS INTEGER) = ?1)`
	if err := t.later(`INSERT INTO outcome (run, row, state, customer, http_status, code, message, request_id,
			attempts, at, problems)
		SELECT k.run, k.first + j.key, 'known', CAST(j.value AS INTEGER), 0, '', '', '', 0, k.at, ''
		FROM known k CROSS JOIN json_each(k.refs) j WHERE (k.run, k.first) IN `+of, ref); err != nil {
		return err
	}
	err := t.later("DELETE FROM known WHERE (run, first) IN "+of, ref)
	return err
}
