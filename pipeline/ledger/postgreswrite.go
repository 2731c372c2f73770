package ledger

import (
	"slices"

	"github.com/jackc/pgx/v5"

	"muster/pipeline"
)

// Intents and settlements are written from arrays: one statement for all of a call.

// Look-ups name their rows in a list or one by one, never by a join: plans are cached when the tables are still
// small, and must not read whole tables later.

// answerAll settles the customers whose sealed requests are of the run $1 and that had no attempt before, and returns
// their refs.
const answerAll = `WITH asked AS (
		SELECT * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[],
			$8::text[], $9::text[], $10::bigint[], $11::text[], $12::text[], $13::text[], $14::text[])
			AS a (ref, row, at, ended, id, status, created, related, http_status, code, message, says, request_id)
	), gone AS (
		DELETE FROM sealed s USING asked a WHERE s.customer = ANY ($2::bigint[]) AND s.customer = a.ref AND s.run = $1
			AND s.row = a.row AND (SELECT c.state = 'uncertain' AND c.attempts = 0 FROM customer c WHERE c.ref = a.ref)
		RETURNING s.customer
	), moved AS (
		UPDATE customer c SET state = 'created', at = a.at, attempts = 1, customer_id = a.id,
			provider_status = a.status, provider_created_at = a.created, related = a.related,
			http_status = a.http_status, code = a.code, message = a.message, says = a.says,
			request_id = a.request_id, ended = a.ended
		FROM asked a JOIN gone g ON g.customer = a.ref WHERE c.ref = ANY ($2::bigint[]) AND c.ref = a.ref
		RETURNING c.ref
	) SELECT ref FROM moved`

func (e *postgresEngine) answer(s *Space, run int64, settle []pipeline.Settlement) ([]*pipeline.Settlement, error) {
	left := make(map[int64]bool, len(settle)) // refs that are not settled here
	var (
		refs, rows, ats, ends, statuses             []int64
		ids, states, times, related, codes, english []string
		says, requests                              []string
	)
	for i := range settle {
		st := &settle[i]
		o := &st.Outcome
		if left[o.Ref] { // given twice: the second one is refused
			return pointers(settle), nil
		}
		left[o.Ref] = true
		if !s.l.saysAll(st) {
			continue
		}
		text, err := writeRelated(o.Related)
		if err != nil {
			return nil, err
		}
		message := s.l.textsOf(o.Message)
		refs, rows = append(refs, o.Ref), append(rows, int64(o.Row))
		ats, ends = append(ats, o.At.UnixMilli()), append(ends, st.Attempts[0].Ended.UnixMilli())
		ids, states = append(ids, toStored(o.CustomerID)), append(states, toStored(o.ProviderStatus))
		times, related = append(times, toStored(o.ProviderCreatedAt)), append(related, toStored(text))
		statuses, codes = append(statuses, int64(o.HTTPStatus)), append(codes, toStored(o.Code))
		english, says = append(english, toStored(message.english)), append(says, toStored(message.says))
		requests = append(requests, toStored(o.RequestID))
	}
	if len(refs) > 0 {
		found, err := e.conn.Query(e.ctx, answerAll, run, refs, rows, ats, ends, ids, states, times, related, statuses,
			codes, english, says, requests)
		if err != nil {
			return nil, err
		}
		var ref int64
		if _, err := pgx.ForEachRow(found, []any{&ref}, func() error { delete(left, ref); return nil }); err != nil {
			return nil, err
		}
	}
	var rest []*pipeline.Settlement
	for i := range settle {
		if left[settle[i].Outcome.Ref] {
			rest = append(rest, &settle[i])
		}
	}
	return rest, nil
}

func pointers[T any](all []T) []*T {
	list := make([]*T, len(all))
	for i := range all {
		list[i] = &all[i]
	}
	return list
}

// beginAll creates the customers of intents, with their sealed requests and keys, and returns their refs, the number
// of sealed requests and the number of keys that were free. $13 are the tags of all keys, $14 the intents to which
// they belong.
var beginAll = `WITH asked AS MATERIALIZED (
		SELECT nextval('customer_ref_seq') AS ref, a.* FROM unnest($4::bigint[], $5::bigint[], $6::bytea[], $7::bigint[],
			$8::bytea[], $9::bytea[], $10::text[], $11::bytea[], $12::bytea[]) WITH ORDINALITY
			AS a (row, at, body, layout, fields, keys, idempotency_key, data, request, number)
	), made AS (
		INSERT INTO customer (ref, namespace, state, run, row, at, body, layout, fields, keys, idempotency_key, form, data)
		SELECT ref, $1, 'uncertain', $2, row, at, body, layout, fields, keys, idempotency_key, $3, data FROM asked
	), kept AS (
		INSERT INTO sealed (customer, namespace, run, row, request)
		SELECT ref, $1, $2, row, request FROM asked a
		WHERE NOT (SELECT EXISTS (SELECT 1 FROM outcome o WHERE o.run = $2 AND o.row = a.row))
			AND NOT ` + isKnown("$2", "a.row") + ` AND NOT ` + isAnswered("$2", "a.row") + `
		ON CONFLICT DO NOTHING RETURNING 1
	), taken AS (
		INSERT INTO key (tag, customer)
		SELECT k.tag, a.ref FROM unnest($13::bytea[], $14::bigint[]) AS k (tag, number)
		JOIN asked a ON a.number = k.number
		ON CONFLICT DO NOTHING RETURNING 1
	) SELECT ref, (SELECT count(*) FROM kept), (SELECT count(*) FROM taken) FROM asked ORDER BY number`

// anyLive reports whether a live customer has one of the keys $1.
const anyLive = "SELECT EXISTS (SELECT 1 FROM key WHERE tag = ANY ($1::bytea[]) AND released = 0)"

func (e *postgresEngine) begin(s *Space, run int64, all []beginning, layouts []int64) (bool, error) {
	var (
		rows, ats, owners                          []int64
		bodies, fields, keys, data, requests, tags [][]byte
		older                                      [][]byte // tags that older musters made of the keys
		idempotency                                []string
	)
	const size = len(pipeline.Tag{})
	for i := range all {
		b := &all[i]
		for _, k := range b.in.Keys {
			for _, tag := range s.OlderKeyTags(k) {
				older = append(older, tag[:])
			}
		}
		for key := b.keys; len(key) >= size; key = key[size:] {
			tags, owners = append(tags, key[:size]), append(owners, int64(i+1))
		}
		rows, ats = append(rows, int64(b.in.Row)), append(ats, s.l.orNow(b.in.At))
		bodies, fields, keys = append(bodies, b.body[:]), append(fields, b.fields), append(keys, b.keys)
		idempotency = append(idempotency, toStored(b.in.IdempotencyKey))
		data, requests = append(data, b.kept()), append(requests, b.sealed)
	}
	if len(older) > 0 {
		var taken bool
		if err := e.conn.QueryRow(e.ctx, anyLive, older).Scan(&taken); err != nil || taken {
			return false, err
		}
	}
	refs := make([]int64, 0, len(all))
	var kept, taken int
	var batch pgx.Batch
	batch.Queue(beginAll, s.number.Load(), run, s.form, rows, ats, bodies, layouts, fields, keys, idempotency, data,
		requests, tags, owners).Query(func(found pgx.Rows) error {
		var ref int64
		_, err := pgx.ForEachRow(found, []any{&ref, &kept, &taken}, func() error {
			refs = append(refs, ref)
			return nil
		})
		return err
	})
	return e.try(&batch, func() bool {
		if kept < len(all) || taken < len(tags) {
			return false
		}
		for i := range all {
			all[i].ref = refs[i]
		}
		return true
	})
}

// try sends statements together, and rolls them back to a savepoint unless all went well.
func (e *postgresEngine) try(batch *pgx.Batch, well func() bool) (bool, error) {
	batch.QueuedQueries = slices.Insert(batch.QueuedQueries, 0, &pgx.QueuedQuery{SQL: "SAVEPOINT one_by_one"})
	if err := e.conn.SendBatch(e.ctx, batch).Close(); err != nil {
		return false, err
	}
	if well() {
		return true, nil
	}
	_, err := e.conn.Exec(e.ctx, "ROLLBACK TO SAVEPOINT one_by_one")
	return false, err
}
