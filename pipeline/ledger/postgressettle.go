package ledger

import (
	"fmt"
	"strings"
	"time"

	"muster/pipeline"
)

// Settlements over arrays: one statement for all of a call, whatever their states. It does for many what
// [Space.settleIntent] does for one.

// Plans are made while the tables are small, and kept. The statements therefore find rows by a list of their keys, or
// one by one (LATERAL, OFFSET 0), and no plan for them can read a whole table. What is found by another column than
// the list's is updated by its place (ctid).

// settleMany settles customers ($4) of the namespace $2 in the run $1 at the time $3. a.alone is 1 where the customer
// holds everything to be recorded ([Ledger.keptByCustomer]), provided that this run sent the request and there was no
// attempt before. It fails unless each customer has a sealed request.
var settleMany = words.Replace(`WITH asked AS MATERIALIZED (
		SELECT * FROM unnest(` + arrays(4, settleTypes) + `)
			AS a (ref, row, state, at, tries, most, ended, id, status, created, related, http_status, code, message,
				says, request_id, problems, data, alone)
	), was AS MATERIALIZED (
		SELECT a.*, s.run AS began, s.row AS began_row, c.keys AS held, a.state <> 'uncertain' AS settled,
			greatest(c.attempts + a.tries, a.most) AS attempts, coalesce(nullif(a.at, 0), $3::bigint) AS noted,
			a.alone = 1 AND s.run = $1 AND c.attempts = 0 AS answered,
			CASE WHEN a.state <> 'rejected' THEN a.data WHEN c.data = ''::bytea THEN c.body ELSE c.data END AS sent
		FROM asked a
		CROSS JOIN LATERAL (SELECT run, row FROM sealed WHERE customer = a.ref AND namespace = $2 OFFSET 0) s
		CROSS JOIN LATERAL (SELECT attempts, keys, data, body FROM customer WHERE ref = a.ref OFFSET 0) c
		WHERE s.run <> $1 OR s.row = a.row
	), unsealed AS (
		DELETE FROM sealed s USING was w WHERE s.customer = ANY ($4::bigint[]) AND s.customer = w.ref AND w.settled
	), left_open AS (
		INSERT INTO outcome (run, row, state, customer, http_status, code, message, says, request_id, attempts, at,
			problems)
		SELECT w.began, w.began_row, 'uncertain', w.ref, c.http_status, c.code, c.message, c.says, c.request_id,
			c.attempts, c.at, ''
		FROM was w CROSS JOIN LATERAL (SELECT * FROM customer WHERE ref = w.ref OFFSET 0) c
		WHERE w.began <> $1 AND w.settled
	), moved AS (
		UPDATE customer c SET state = w.state, at = CASE WHEN w.settled AND w.at <> 0 THEN w.at ELSE c.at END,
			attempts = w.attempts, customer_id = w.id, provider_status = w.status, provider_created_at = w.created,
			related = w.related, http_status = w.http_status, code = w.code, message = w.message, says = w.says,
			request_id = w.request_id, ended = CASE WHEN w.answered THEN w.ended ELSE c.ended END
		FROM was w WHERE c.ref = ANY ($4::bigint[]) AND c.ref = w.ref
		RETURNING 1
	), tried AS (
		INSERT INTO attempt (customer, number, run, sent, ended, verdict, http_status, code, message, request_id, says)
		SELECT t.ref, t.number + coalesce((SELECT max(number) FROM attempt WHERE customer = t.ref), 0), $1,
			nullif(t.sent, 0), nullif(t.ended, 0), t.verdict, t.http_status, t.code, t.message, t.request_id, t.says
		FROM (
			SELECT t.* FROM unnest(` + arrays(4+len(settleTypes), attemptTypes) + `)
				AS t (ref, number, sent, ended, verdict, http_status, code, message, request_id, says)
			JOIN was w ON w.ref = t.ref
			UNION ALL
			SELECT ref, 1, at, ended, 'created', http_status, code, message, request_id, says FROM was
			WHERE alone = 1 AND NOT answered
		) t
	), freed AS (
		UPDATE key k SET released = f.ref FROM (
			SELECT w.ref, h.place FROM was w
			CROSS JOIN LATERAL generate_series(0, length(w.held) / 16 - 1) AS i
			CROSS JOIN LATERAL (SELECT ctid AS place FROM key WHERE tag = substr(w.held, i * 16 + 1, 16)
				AND released = 0 AND customer = w.ref OFFSET 0) h
			WHERE w.state IN ('rejected', 'pending')
		) f WHERE k.ctid = f.place
	), own AS (
		INSERT INTO outcome (run, row, state, customer, http_status, code, message, says, request_id, attempts, at,
			problems, data, fresh)
		SELECT $1, w.row, w.state, w.ref, w.http_status, w.code, w.message, w.says, w.request_id, w.attempts, w.noted,
			w.problems, w.sent, ` + isFresh("w.state", "w.sent", "$1") + `
		FROM was w WHERE w.began = $1 AND w.settled AND NOT w.answered
	), earlier AS (
		UPDATE outcome o SET state = w.state, http_status = w.http_status, code = w.code, message = w.message,
			says = w.says, request_id = w.request_id, attempts = w.attempts, at = w.noted, problems = w.problems,
			data = w.sent, fresh = ` + isFresh("w.state", "w.sent", "$1") + `
		FROM (
			SELECT w.*, h.place FROM was w
			CROSS JOIN LATERAL (SELECT ctid AS place FROM outcome WHERE run = $1 AND row = w.row AND customer = w.ref
				AND state = 'uncertain' OFFSET 0) h
			WHERE w.began <> $1
		) w WHERE o.ctid = w.place
	) SELECT ` + allOrNone("(SELECT count(*) FROM moved) = cardinality($4::bigint[])"))

var (
	settleTypes = strings.Fields(`bigint bigint text bigint bigint bigint bigint text text text text bigint text text
		text text text bytea bigint`)
	attemptTypes = strings.Fields("bigint bigint bigint bigint text bigint text text text text")
)

// arrays are numbered parameters with the types of their elements.
func arrays(from int, types []string) string {
	all := make([]string, len(types))
	for i, t := range types {
		all[i] = fmt.Sprintf("$%d::%s[]", from+i, t)
	}
	return strings.Join(all, ", ")
}

// settleRows are settlements as arrays, one element each; no two are of one customer.
type settleRows struct {
	refs, rows, ats, tries, most, ends, statuses, alone                    []int64
	states, ids, provider, created, related, codes, english, says, answers []string
	problems                                                               []string
	data                                                                   [][]byte

	attempts attemptRows
}

// attemptRows are the attempts of settlements that are not alone.
type attemptRows struct {
	refs, numbers, sent, ends, statuses     []int64
	verdicts, codes, english, answers, says []string
}

func (a *settleRows) add(s *Space, st *pipeline.Settlement) error {
	o := &st.Outcome
	related, err := writeRelated(o.Related)
	if err != nil {
		return err
	}
	problems, err := s.l.problems.write(o.Row, o.Problems)
	if err != nil {
		return err
	}
	var ended int64
	alone := s.l.keptByCustomer(st)
	if alone {
		ended = st.Attempts[0].Ended.UnixMilli()
	} else {
		a.attempts.add(s, o.Ref, st.Attempts)
	}
	message := s.l.textsOf(o.Message)
	a.refs, a.rows, a.ats = append(a.refs, o.Ref), append(a.rows, int64(o.Row)), append(a.ats, orZero(o.At))
	a.tries, a.most = append(a.tries, int64(len(st.Attempts))), append(a.most, int64(o.Attempts))
	a.ends, a.statuses = append(a.ends, ended), append(a.statuses, int64(o.HTTPStatus))
	a.states, a.ids = append(a.states, string(o.State)), append(a.ids, toStored(o.CustomerID))
	a.provider = append(a.provider, toStored(o.ProviderStatus))
	a.created = append(a.created, toStored(o.ProviderCreatedAt))
	a.related, a.codes = append(a.related, toStored(related)), append(a.codes, toStored(o.Code))
	a.english, a.says = append(a.english, toStored(message.english)), append(a.says, toStored(message.says))
	a.answers, a.problems = append(a.answers, toStored(o.RequestID)), append(a.problems, toStored(problems))
	a.data, a.alone = append(a.data, dataOf(o)), append(a.alone, 0)
	if alone {
		a.alone[len(a.alone)-1] = 1
	}
	return nil
}

func (a *attemptRows) add(s *Space, ref int64, attempts []pipeline.Attempt) {
	for i := range attempts {
		t := &attempts[i]
		message := s.l.textsOf(t.Message)
		a.refs, a.numbers = append(a.refs, ref), append(a.numbers, int64(i+1))
		a.sent, a.ends = append(a.sent, orZero(t.Sent)), append(a.ends, orZero(t.Ended))
		a.verdicts, a.statuses = append(a.verdicts, string(t.Verdict)), append(a.statuses, int64(t.HTTPStatus))
		a.codes, a.answers = append(a.codes, toStored(t.Code)), append(a.answers, toStored(t.RequestID))
		a.english, a.says = append(a.english, toStored(message.english)), append(a.says, toStored(message.says))
	}
}

// orZero is in milliseconds; 0 stands for no time.
func orZero(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// queue queues the settlements.
func (a *settleRows) queue(e *postgresEngine, s *Space, run int64) {
	t := &a.attempts
	e.queue(settleMany, run, s.number.Load(), s.l.now().UnixMilli(), a.refs, a.rows, a.states, a.ats, a.tries,
		a.most, a.ends, a.ids, a.provider, a.created, a.related, a.statuses, a.codes, a.english, a.says, a.answers,
		a.problems, a.data, a.alone,
		t.refs, t.numbers, t.sent, t.ends, t.verdicts, t.statuses, t.codes, t.english, t.answers, t.says)
}

func (e *postgresEngine) settle(s *Space, run int64, all []pipeline.Settlement, careful bool) (bool, error) {
	for i := range all {
		if !pipeline.Uncertain.CanBecome(all[i].Outcome.State) {
			return false, nil
		}
	}
	if err := e.keepAwaits(s, all); err != nil {
		return false, err
	}
	queue := func() error { return e.queueSettled(s, run, all) }
	if careful {
		return e.guarded(queue)
	}
	return true, queue()
}

// queueSettled queues settlements: the second one of a customer goes into a second statement, and so on.
func (e *postgresEngine) queueSettled(s *Space, run int64, all []pipeline.Settlement) error {
	var waves []*settleRows
	times := make(map[int64]int, len(all))
	for i := range all {
		ref := all[i].Outcome.Ref
		if times[ref] == len(waves) {
			waves = append(waves, &settleRows{})
		}
		if err := waves[times[ref]].add(s, &all[i]); err != nil {
			return err
		}
		times[ref]++
	}
	for _, w := range waves {
		w.queue(e, s, run)
	}
	return nil
}

const (
	readSealedMany = `SELECT s.customer, c.idempotency_key, s.request FROM unnest($1::bigint[]) AS a (ref)
		CROSS JOIN LATERAL (SELECT customer, request FROM sealed WHERE customer = a.ref AND namespace = $2 OFFSET 0) s
		CROSS JOIN LATERAL (SELECT idempotency_key FROM customer WHERE ref = a.ref OFFSET 0) c`
	keepSealedMany = `UPDATE sealed s SET request = a.request FROM unnest($1::bigint[], $2::bytea[]) AS a (ref, request)
		WHERE s.customer = ANY ($1::bigint[]) AND s.customer = a.ref AND s.namespace = $3`
)

// keepAwaits is [Space.keepAwait] for all settlements that have an Await.
func (e *postgresEngine) keepAwaits(s *Space, all []pipeline.Settlement) error {
	awaits := map[int64]string{}
	var refs []int64
	for i := range all {
		if st := &all[i]; st.Outcome.State == pipeline.Uncertain && st.Await != "" {
			if awaits[st.Outcome.Ref] == "" {
				refs = append(refs, st.Outcome.Ref)
			}
			awaits[st.Outcome.Ref] = st.Await // the last one wins
		}
	}
	if len(refs) == 0 {
		return nil
	}
	values, width, err := e.query(readSealedMany, []any{refs, s.number.Load()})
	if err != nil {
		return err
	}
	var found []int64
	var requests [][]byte
	for ; len(values) > 0; values = values[width:] {
		var ref int64
		var key string
		var request []byte
		if err := (&cursor{values[:width]}).Scan(&ref, &key, &request); err != nil {
			return err
		}
		if request, err = s.withAwait(request, key, awaits[ref]); err != nil {
			return err
		}
		found, requests = append(found, ref), append(requests, request)
	}
	e.queue(keepSealedMany, found, requests, s.number.Load())
	return nil
}
