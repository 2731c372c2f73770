package ledger

import "muster/pipeline"

// Outcomes and members are written from arrays: one statement for all of a call, and one for each stretch of known
// rows, sent together.

// recordAll is insertOutcome for many rows of the run $1 in the namespace $2. It fails unless all are written.
var recordAll = words.Replace(`WITH kept AS (
	INSERT INTO outcome (run, row, state, customer, http_status, code, message, request_id, attempts, at, problems,
		data, says, keys, fresh)
	SELECT $1, a.row, a.state, a.customer, a.http_status, a.code, a.message, a.request_id, a.attempts, a.at, a.problems,
		a.data, a.says, a.keys, ` + isFresh("a.state", "a.data", "$1") + `
	FROM unnest($3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::bigint[],
		$11::bigint[], $12::text[], $13::bytea[], $14::text[], $15::bytea[])
		AS a (row, state, customer, http_status, code, message, request_id, attempts, at, problems, data, says, keys)
	LEFT JOIN LATERAL (SELECT ref, state FROM customer WHERE ref = a.customer AND namespace = $2 OFFSET 0) c ON TRUE
	WHERE CASE
		WHEN a.state IN ('known', 'created', 'existing') THEN c.state IN ('created', 'existing')
		WHEN a.state = 'uncertain' THEN c.state = 'uncertain'
		ELSE a.customer = 0 OR c.ref IS NOT NULL
	END AND NOT (SELECT EXISTS (SELECT 1 FROM sealed s WHERE s.run = $1 AND s.row = a.row))
		AND NOT ` + isKnown("$1", "a.row") + `
		AND NOT ` + isAnswered("$1", "a.row") + `
	` + givesWay + ` RETURNING 1) SELECT ` + allOrNone("(SELECT count(*) FROM kept) = cardinality($3::bigint[])"))

// recordStretch is insertKnown, which fails unless the record is written.
var recordStretch = "WITH kept AS (" + ownTexts[insertKnown] + " RETURNING 1) SELECT " +
	allOrNone("EXISTS (SELECT 1 FROM kept)")

func (e *postgresEngine) record(s *Space, run int64, outcomes []pipeline.Outcome, problems []string, careful bool) (
	bool, error) {
	there := make(map[int]bool, len(outcomes))
	for i := range outcomes {
		if there[outcomes[i].Row] {
			return false, nil
		}
		there[outcomes[i].Row] = true
	}
	queue := func() error { return e.queueRecord(s, run, outcomes, problems) }
	if careful {
		return e.guarded(queue)
	}
	return true, queue()
}

func (e *postgresEngine) queueRecord(s *Space, run int64, outcomes []pipeline.Outcome, problems []string) error {
	var (
		rows, customers, statuses, attempts, ats   []int64
		states, codes, english, requests, of, says []string
		data, keys                                 [][]byte
	)
	for i := 0; i < len(outcomes); i++ {
		if n := stretch(outcomes[i:]); n > 0 {
			bound, err := postgresArgs(s.knownArgs(run, outcomes[i:i+n]))
			if err != nil {
				return err
			}
			e.queue(recordStretch, bound...)
			i += n - 1
			continue
		}
		o := &outcomes[i]
		message := s.l.textsOf(o.Message)
		rows, states = append(rows, int64(o.Row)), append(states, string(o.State))
		customers, statuses = append(customers, o.Ref), append(statuses, int64(o.HTTPStatus))
		codes, english = append(codes, toStored(o.Code)), append(english, toStored(message.english))
		requests, attempts = append(requests, toStored(o.RequestID)), append(attempts, int64(o.Attempts))
		ats, of = append(ats, s.l.orNow(o.At)), append(of, toStored(problems[i]))
		data, says, keys = append(data, dataOf(o)), append(says, toStored(message.says)), append(keys, keysOf(o))
	}
	if len(rows) > 0 {
		e.queue(recordAll, run, s.number.Load(), rows, states, customers, statuses, codes, english, requests,
			attempts, ats, of, data, says, keys)
	}
	return nil
}

const joinAll = `INSERT INTO member (run, row, head)
	SELECT $1, row, head FROM unnest($2::bigint[], $3::bigint[]) AS a (row, head) ON CONFLICT DO NOTHING`

func (e *postgresEngine) join(run int64, members []pipeline.Member) error {
	rows, heads := make([]int64, len(members)), make([]int64, len(members))
	for i, m := range members {
		rows[i], heads[i] = int64(m.Row), int64(m.Head)
	}
	e.queue(joinAll, run, rows, heads)
	return nil
}
