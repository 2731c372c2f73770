package ledger

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"sync"
	"sync/atomic"

	"muster/pipeline"
)

// Space is one namespace of a ledger: within it a customer exists once. Its
// methods may be called from several goroutines at once.
type Space struct {
	l       *Ledger
	ns      pipeline.Namespace
	p       *pipeline.Provider
	number  atomic.Int64 // 0 until the ledger has the namespace
	oldest  atomic.Int64 // the oldest version of its customers' tags
	purpose purposes
	takes   takes

	now  *form // how fields are compared today
	form int64 // its number; 0 in a ledger that is open for reading only
	data *form // how the data of a row are compared from run to run

	formsMu     sync.Mutex
	forms       map[int64]*form           // by number, those read so far
	definition  int64                     // the number of p; 0 where the ledger has none
	definitions map[int64]map[string]bool // fields of other definitions, by number
}

// Space opens the namespace ns, whose definition is p. A namespace that a read-only ledger does not have is one
// without customers. The error is [ErrUnusable] for a definition that lacks a key of the namespace's customers.
func (l *Ledger) Space(ctx context.Context, ns pipeline.Namespace, p *pipeline.Provider) (*Space, error) {
	s := &Space{l: l, ns: ns, p: p, purpose: newPurposes(ns), now: formNow(p), data: keyForm(p, pipeline.FormNow),
		forms: map[int64]*form{0: keyForm(p, pipeline.FormWritten)}, definitions: map[int64]map[string]bool{}}
	s.oldest.Store(int64(pipeline.FormNow)) // for a namespace that does not exist yet
	if l.readOnly {
		return s, l.read(ctx, func(t *transaction) error {
			if err := s.know(t); err != nil {
				return err
			}
			if err := s.keepKeys(t); err != nil {
				return err
			}
			return s.knowDefinition(t)
		})
	}
	return s, l.write(ctx, func(t *transaction) error {
		s.number.Store(0) // left from an earlier try
		if err := t.addNamespace(ns); err != nil {
			return err
		}
		if err := s.know(t); err != nil {
			return err
		}
		for _, keep := range []func(*transaction) error{s.keepKeys, s.keepForm, s.keepDefinition} {
			if err := keep(t); err != nil {
				return err
			}
		}
		return nil
	})
}

// know reads the namespace's number; another muster may add the namespace at any time while this ledger is open for
// reading only.
func (s *Space) know(t *transaction) error {
	if s.number.Load() != 0 {
		return nil
	}
	var number, oldest int64
	err := t.one("SELECT number, oldest_form FROM namespace WHERE provider = ? AND env = ? AND account = ?",
		[]any{s.ns.Provider, s.ns.Env, s.ns.Account}, &number, &oldest)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		s.oldest.Store(oldest)
		s.number.Store(number)
	}
	return err
}

// read runs f in a transaction for reading, with the namespace's number.
func (s *Space) read(ctx context.Context, f func(t *transaction, number int64) error) error {
	return s.l.read(ctx, s.known(f))
}

// readBetweenWrites is read for an f that runs one query, which is repeated while rows are written.
func (s *Space) readBetweenWrites(ctx context.Context, f func(t *transaction, number int64) error) error {
	return explain(s.l.path, s.l.store.readBetweenWrites(ctx, s.known(f)))
}

func (s *Space) known(f func(t *transaction, number int64) error) func(*transaction) error {
	return func(t *transaction) error {
		if err := s.know(t); err != nil {
			return err
		}
		return f(t, s.number.Load())
	}
}

// LastRun is the newest run of the namespace, finished or not; false when
// there was none.
func (s *Space) LastRun(ctx context.Context) (run pipeline.Run, ok bool, err error) {
	err = s.read(ctx, func(t *transaction, number int64) error {
		runs, err := t.runs(runColumns+"WHERE r.namespace = ? ORDER BY r.number DESC LIMIT 1", number)
		if ok = len(runs) > 0; ok {
			run = runs[0]
		}
		return err
	})
	return run, ok, err
}

// Customers is the number of claims: created and existing.
func (s *Space) Customers(ctx context.Context) (n int, err error) {
	err = s.read(ctx, func(t *transaction, number int64) error {
		err := t.one("SELECT customers FROM namespace WHERE number = ?", []any{number}, &n)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return n, err
}

// Unsettled is the number of intents that are uncertain.
func (s *Space) Unsettled(ctx context.Context) (n int, err error) {
	err = s.read(ctx, func(t *transaction, number int64) error {
		return t.one("SELECT count(*) FROM sealed WHERE namespace = ?", []any{number}, &n)
	})
	return n, err
}

// The n-th 16 bytes of the first argument are the n-th tag, so that one statement and one binding serve any number of
// tags.
const findClaims = `WITH RECURSIVE asked (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM asked WHERE i + 1 < ?2)
	SELECT asked.i, c.ref, c.state, c.body, c.form, c.row, c.at, c.customer_id, c.provider_status,
		c.provider_created_at, c.related, c.http_status, c.code, c.message, c.says, c.request_id, c.attempts,
		c.run
	FROM asked
	CROSS JOIN key k ON k.tag = substr(?1, asked.i * 16 + 1, 16) AND k.released = 0
	CROSS JOIN customer c ON c.ref = k.customer`

// inOneValue are the bytes of tags, one after the other.
func inOneValue(tags []pipeline.Tag) []byte {
	asked := make([]byte, 0, len(tags)*len(pipeline.Tag{}))
	for i := range tags {
		asked = append(asked, tags[i][:]...)
	}
	return asked
}

// Find looks up the customer that has each tag as a key; nil where no live customer (created, existing, uncertain)
// has it. Tags of one customer give the same Claim. All claims are read in one transaction.
func (s *Space) Find(ctx context.Context, tags []pipeline.Tag) ([]*pipeline.Claim, error) {
	claims := make([]*pipeline.Claim, len(tags))
	if len(tags) == 0 {
		return claims, nil
	}
	asked := inOneValue(tags)
	byRef := map[int64]*pipeline.Claim{}
	err := s.l.read(ctx, func(t *transaction) error {
		clear(claims)
		clear(byRef)
		var found []*pipeline.Claim
		var madeBy []int64 // run of each that was found
		made := map[int64]bool{}
		err := t.each(findClaims, []any{asked, len(tags)}, func(rows *cursor) error {
			var (
				i             int
				c             pipeline.Claim
				body, related []byte
				words         texts
				at, run       int64
			)
			o := &c.Outcome
			err := rows.Scan(&i, &c.Ref, (*string)(&c.State), &body, &c.Form, &o.Row, &at, &o.CustomerID, &o.ProviderStatus,
				&o.ProviderCreatedAt, &related, &o.HTTPStatus, &o.Code, &words.english, &words.says, &o.RequestID,
				&o.Attempts, &run)
			if err != nil {
				return err
			}
			if known := byRef[c.Ref]; known != nil {
				claims[i] = known
				return nil
			}
			copy(c.Body[:], body)
			o.Ref, o.State, o.At = c.Ref, c.State, moment(&at)
			if o.Related, err = readRelated(related); err != nil {
				return corrupt(s.l.path, err)
			}
			if o.Message, err = words.message(); err != nil {
				return corrupt(s.l.path, err)
			}
			claims[i], byRef[c.Ref] = &c, &c
			found, madeBy, made[run] = append(found, &c), append(madeBy, run), true
			return nil
		})
		if err != nil {
			return err
		}
		runs, err := t.metRuns(made)
		for i, c := range found {
			c.Outcome.Run, c.Definition = runs[madeBy[i]].id, runs[madeBy[i]].definition
		}
		for _, c := range byRef {
			if err == nil {
				_, err = s.formOf(t, c.Form)
			}
			if err == nil {
				_, err = s.fieldsOf(t, c.Definition)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return claims, nil
}

const findIDs = `SELECT asked.key, c.ref, c.state, c.row, r.id FROM json_each(?2) asked
	CROSS JOIN customer c ON c.namespace = ?1 AND c.customer_id = asked.value AND c.customer_id <> ''
		AND c.state IN ('created', 'existing')
	CROSS JOIN run r ON r.number = c.run ORDER BY c.ref DESC`

// FindIDs looks up the customer of the namespace with each of the provider's IDs, the first where several have it;
// nil where none has. Of a claim's Outcome only Ref, Row, Run and CustomerID are set.
func (s *Space) FindIDs(ctx context.Context, ids []string) ([]*pipeline.Claim, error) {
	claims := make([]*pipeline.Claim, len(ids))
	if len(ids) == 0 {
		return claims, nil
	}
	var spelled []string
	var of []int // index of the ID to which each spelling belongs
	for i, id := range ids {
		for _, spelling := range pipeline.IDSpellings(id) {
			spelled, of = append(spelled, spelling), append(of, i)
		}
	}
	err := s.readBetweenWrites(ctx, func(t *transaction, number int64) error {
		clear(claims)
		return t.each(findIDs, []any{number, spelled}, func(rows *cursor) error {
			var i int
			var c pipeline.Claim
			err := rows.Scan(&i, &c.Ref, (*string)(&c.State), &c.Outcome.Row, &c.Outcome.Run)
			if err != nil {
				return err
			}
			c.Outcome.Ref, c.Outcome.State, c.Outcome.CustomerID = c.Ref, c.State, spelled[i]
			claims[of[i]] = &c
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return claims, nil
}

// ProvenIDs are up to most customer IDs of the namespace, newest first, that the provider itself gave: those that a
// person entered are left out.
func (s *Space) ProvenIDs(ctx context.Context, most int) (ids []string, err error) {
	err = s.read(ctx, func(t *transaction, number int64) error {
		// By the index of IDs, all IDs of the namespace would be read and sorted.
		for _, some := range []string{newestIDs, allIDs} {
			ids = ids[:0]
			err := t.each(some+provenIDs, []any{number, most}, func(rows *cursor) error {
				var id string
				err := rows.Scan(&id)
				ids = append(ids, id)
				return err
			})
			if err != nil || len(ids) == most {
				return err
			}
		}
		return nil
	})
	return ids, err
}

const (
	allIDs    = `SELECT customer_id FROM customer c `
	newestIDs = `SELECT customer_id FROM (SELECT * FROM customer NOT INDEXED
		WHERE ref > (SELECT max(ref) FROM customer) - 10000) c `
	provenIDs = `WHERE namespace = ?1 AND customer_id <> '' AND state IN ('created', 'existing')
		AND NOT EXISTS (SELECT 1 FROM word w WHERE w.customer = c.ref AND w.says = 'id') ORDER BY ref DESC LIMIT ?2`
)

// Sealed reads the unsettled intents of the namespace, oldest first, with what is needed to settle them without their
// books: Entries are empty, Row and At are those of the run that began them. The caller may write while it iterates;
// an intent that is settled meanwhile may still be returned. A sealed request that cannot be opened is [ErrUnusable],
// and ends the iteration.
func (s *Space) Sealed(ctx context.Context) iter.Seq2[pipeline.Intent, error] {
	const page = 256
	return func(yield func(pipeline.Intent, error) bool) {
		for last := int64(0); ; {
			var intents []pipeline.Intent
			err := s.read(ctx, func(t *transaction, number int64) error {
				intents = nil
				return t.each(`SELECT c.ref, c.row, c.at, c.idempotency_key, s.request, r.digest, r.base_url,
					coalesce(d.creates, '')
					FROM sealed s JOIN customer c ON c.ref = s.customer JOIN run r ON r.number = c.run
					LEFT JOIN definition d ON d.number = r.definition
					WHERE s.namespace = ? AND s.customer > ? ORDER BY s.customer
					LIMIT ?`, []any{number, last, page}, func(rows *cursor) error {
					var (
						in      pipeline.Intent
						at      int64
						request []byte
					)
					if err := rows.Scan(&in.Ref, &in.Row, &at, &in.IdempotencyKey, &request, &in.Sent.Digest,
						&in.Sent.BaseURL, &in.Sent.Create); err != nil {
						return err
					}
					s.completeSent(&in.Sent)
					in.At = moment(&at)
					if err := s.open(request, &in); err != nil {
						return pipeline.Fail("ledger.of_customer", "number", int(in.Ref), "cause", err)
					}
					intents = append(intents, in)
					return nil
				})
			})
			for _, in := range intents {
				last = in.Ref
				if !yield(in, nil) {
					return
				}
			}
			if err != nil {
				yield(pipeline.Intent{}, err)
				return
			}
			if len(intents) < page {
				return
			}
		}
	}
}
