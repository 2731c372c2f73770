package ledger

import (
	"slices"

	"muster/pipeline"
)

// Intents over arrays: one statement for all of a call.

// beginAll creates the customers $15 of intents, with their sealed requests and keys. $13 are the tags of all keys, and
// $14 the intents that they belong to, counted from 1. It fails unless all requests are written and all keys were free.
var beginAll = `WITH asked AS MATERIALIZED (
		SELECT * FROM unnest($15::bigint[], $4::bigint[], $5::bigint[], $6::bytea[], $7::bigint[],
			$8::bytea[], $9::bytea[], $10::text[], $11::bytea[], $12::bytea[]) WITH ORDINALITY
			AS a (ref, row, at, body, layout, fields, keys, idempotency_key, data, request, number)
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
	) SELECT ` + allOrNone("(SELECT count(*) FROM kept) = cardinality($4::bigint[]) "+
	"AND (SELECT count(*) FROM taken) = cardinality($13::bytea[])")

// liveKeys returns the numbers $2 of the tags $1 that are keys of live customers.
const liveKeys = `SELECT DISTINCT k.number FROM unnest($1::bytea[], $2::bigint[]) AS k (tag, number)
	CROSS JOIN LATERAL (SELECT 1 FROM key WHERE tag = k.tag AND released = 0 OFFSET 0) l ORDER BY 1`

// noneLive fails when a live customer has one of the keys $1.
var noneLive = "SELECT " + allOrNone("NOT EXISTS (SELECT 1 FROM key WHERE tag = ANY ($1::bytea[]) AND released = 0)")

// noneHasID fails when a customer of the namespace $1 has one of the IDs $2, and is not the one of $3 at its place.
var noneHasID = "SELECT " + allOrNone(`NOT EXISTS (SELECT 1 FROM unnest($2::text[], $3::bigint[]) AS asked (id, ref)
	CROSS JOIN LATERAL (SELECT ref FROM customer WHERE namespace = $1 AND customer_id = asked.id
		AND customer_id <> '' AND state IN ('created', 'existing') OFFSET 0) c WHERE c.ref <> asked.ref)`)

func (e *postgresEngine) noneHas(s *Space, ids []string, refs []int64) error {
	stored := make([]string, len(ids))
	for i, id := range ids {
		stored[i] = toStored(id)
	}
	e.queue(noneHasID, s.number.Load(), stored, refs)
	return nil
}

// intentRows are intents as arrays, one element each.
type intentRows struct {
	rows, ats, layouts, owners                 []int64 // owners: the intent of each tag, from 1
	bodies, fields, keys, data, requests, tags [][]byte
	idempotency                                []string

	older       [][]byte // tags that older musters made of the keys
	olderOwners []int64
}

func (a *intentRows) add(s *Space, b *beginning, layout int64) {
	const size = len(pipeline.Tag{})
	number := int64(len(a.rows) + 1)
	for _, k := range b.in.Keys {
		for _, tag := range s.OlderKeyTags(k) {
			a.older, a.olderOwners = append(a.older, tag[:]), append(a.olderOwners, number)
		}
	}
	for key := b.keys; len(key) >= size; key = key[size:] {
		a.tags, a.owners = append(a.tags, key[:size]), append(a.owners, number)
	}
	a.rows, a.ats = append(a.rows, int64(b.in.Row)), append(a.ats, s.l.orNow(b.in.At))
	a.layouts = append(a.layouts, layout)
	a.bodies, a.fields, a.keys = append(a.bodies, b.body[:]), append(a.fields, b.fields), append(a.keys, b.keys)
	a.idempotency = append(a.idempotency, toStored(b.in.IdempotencyKey))
	a.data, a.requests = append(a.data, b.kept()), append(a.requests, b.sealed)
}

// queue queues the intents, and sets their refs. These are reserved before: the answer to the COMMIT that is sent with
// the intents may be lost.
func (a *intentRows) queue(e *postgresEngine, s *Space, run int64, all []*beginning) error {
	refs, err := e.reserve(len(all))
	if err != nil {
		return err
	}
	for i := range all {
		all[i].ref = refs[i]
	}
	if len(a.older) > 0 {
		e.queue(noneLive, a.older)
	}
	e.queue(beginAll, s.number.Load(), run, s.form, a.rows, a.ats, a.bodies, a.layouts, a.fields, a.keys,
		a.idempotency, a.data, a.requests, a.tags, a.owners, refs)
	return nil
}

// reservedRefs are refs of customers that a session has taken from the server's sequence and not used yet.
type reservedRefs struct {
	over *link // a server that was restarted may give them out again
	refs []int64
}

// reserve returns refs for n new customers. Most calls need no round trip.
func (e *postgresEngine) reserve(n int) ([]int64, error) {
	const more = 1024
	r := e.reserved
	if len(r.refs) < n {
		values, _, err := e.query("SELECT nextval('customer_ref_seq') FROM generate_series(1, $1::bigint)",
			[]any{int64(n + more)})
		if err != nil {
			return nil, err
		}
		for _, v := range values {
			ref, ok := v.(int64)
			if !ok {
				return nil, errScan
			}
			r.refs = append(r.refs, ref)
		}
	}
	refs := r.refs[:n:n]
	r.refs = r.refs[n:]
	return refs, nil
}

func (e *postgresEngine) begin(s *Space, run int64, all []beginning, layouts []int64, careful bool) (claimed []int,
	done bool, err error) {
	var a intentRows
	free := pointers(all)
	for i := range all {
		a.add(s, &all[i], layouts[i])
	}
	if !careful {
		err := a.queue(e, s, run, free)
		return nil, err == nil, err
	}
	if claimed, err = e.claimed(&a); err != nil || len(claimed) == len(all) {
		return claimed, true, err
	}
	if len(claimed) > 0 {
		a, free = intentRows{}, nil
		for i, left := 0, claimed; i < len(all); i++ {
			if len(left) > 0 && left[0] == i {
				left = left[1:]
				continue
			}
			a.add(s, &all[i], layouts[i])
			free = append(free, &all[i])
		}
	}
	done, err = e.guarded(func() error { return a.queue(e, s, run, free) })
	return claimed, done, err
}

// claimed are the indices, ascending, of the intents whose key a live customer has.
func (e *postgresEngine) claimed(a *intentRows) (indices []int, err error) {
	tags, owners := slices.Concat(a.tags, a.older), slices.Concat(a.owners, a.olderOwners)
	values, _, err := e.query(liveKeys, []any{tags, owners})
	for _, v := range values {
		number, ok := v.(int64)
		if !ok {
			return nil, errScan
		}
		indices = append(indices, int(number)-1)
	}
	return indices, err
}

func pointers[T any](all []T) []*T {
	list := make([]*T, len(all))
	for i := range all {
		list[i] = &all[i]
	}
	return list
}

// layoutsOf returns the numbers of lists of paths, and adds those that are missing.
const layoutsOf = `WITH asked AS MATERIALIZED (SELECT paths FROM unnest($1::text[]) AS a (paths)
	), added AS (
		INSERT INTO layout (paths) SELECT paths FROM asked ON CONFLICT DO NOTHING RETURNING number, paths
	) SELECT paths, number FROM added UNION ALL SELECT l.paths, l.number FROM asked a
		CROSS JOIN LATERAL (SELECT paths, number FROM layout WHERE paths = a.paths OFFSET 0) l`

func (e *postgresEngine) layouts(paths []string) (map[string]int64, error) {
	values, width, err := e.query(layoutsOf, []any{paths})
	numbers := make(map[string]int64, len(paths))
	for ; len(values) > 0; values = values[width:] {
		var text string
		var number int64
		if err := (&cursor{values[:width]}).Scan(&text, &number); err != nil {
			return nil, err
		}
		numbers[text] = number
	}
	return numbers, err
}
