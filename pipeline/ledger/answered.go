package ledger

import "muster/pipeline"

// Most rows are sent once, and the answer creates the customer. For such a row the tables outcome and attempt would
// repeat what its customer says, so they have no record of it. Queries that read those tables also read the customer,
// by its column ended.

// isAnswered is the condition that a row of a run has its outcome in its customer.
func isAnswered(run, row string) string {
	return `(SELECT EXISTS (SELECT 1 FROM customer ca WHERE ca.run = ` + run + ` AND ca.row = ` + row + `
		AND ca.ended IS NOT NULL))`
}

// readAttempts reads the attempts of customer ?1, in the order in which they were recorded.
const readAttempts = `SELECT run, sent, ended, verdict, http_status, code, message, says, request_id, number
	FROM attempt WHERE customer = ?1
	UNION ALL
	SELECT run, at, ended, 'created', http_status, code, message, says, request_id, 1
	FROM customer WHERE ref = ?1 AND ended IS NOT NULL
	ORDER BY number`

// keptByCustomer reports whether the customer's own record can hold everything in the settlement's attempts and
// outcome, provided that the customer had no attempts before.
func (l *Ledger) keptByCustomer(st *pipeline.Settlement) bool {
	o := &st.Outcome
	if o.State != pipeline.Created || o.At.IsZero() || o.Attempts > 1 || len(o.Problems) > 0 ||
		o.Data != (pipeline.Tag{}) || len(st.Attempts) != 1 {
		return false
	}
	a := &st.Attempts[0]
	return a.Verdict == pipeline.VerdictCreated && a.Sent.UnixMilli() == o.At.UnixMilli() && !a.Ended.IsZero() &&
		a.HTTPStatus == o.HTTPStatus && a.Code == o.Code && a.RequestID == o.RequestID &&
		l.textsOf(a.Message) == l.textsOf(o.Message)
}

// answer settles an uncertain customer as the outcome of its own row. It returns false, and does nothing, when the
// customer had attempts before.
func (s *Space) answer(t *transaction, st *pipeline.Settlement) (bool, error) {
	o, a := &st.Outcome, &st.Attempts[0]
	related, err := writeRelated(o.Related)
	if err != nil {
		return false, err
	}
	words := s.l.textsOf(o.Message)
	return t.changed(`UPDATE customer SET state = 'created', at = ?, attempts = 1, customer_id = ?,
			provider_status = ?, provider_created_at = ?, related = ?, http_status = ?, code = ?, message = ?,
			says = ?, request_id = ?, ended = ?
		WHERE ref = ? AND state = 'uncertain' AND attempts = 0`,
		milliseconds(o.At), o.CustomerID, o.ProviderStatus, o.ProviderCreatedAt, related, o.HTTPStatus, o.Code,
		words.english, words.says, o.RequestID, milliseconds(a.Ended), o.Ref)
}
