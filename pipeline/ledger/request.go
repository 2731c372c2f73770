package ledger

import (
	"context"
	"iter"
	"math"

	"muster/pipeline"
)

// Request is a request that was sent and has no answer yet.
type Request struct {
	// Outcome is its present outcome: Run and Row say who sent it, At when it was last sent, and the rest what the
	// last answer said, as far as it is on disk.
	pipeline.Outcome
	Book string // of Run
	// Name and Keys were sent; they come from the sealed request.
	Name string
	Keys []pipeline.KeyValue
}

const readRequests = `SELECT c.ref, r.id, r.book, s.row, coalesce(a.sent, c.at),
		c.attempts, coalesce(a.http_status, 0), coalesce(a.code, ''), coalesce(a.message, ''),
		coalesce(a.says, ''), coalesce(a.request_id, ''), c.idempotency_key, s.request
	FROM sealed s JOIN customer c ON c.ref = s.customer JOIN run r ON r.number = s.run
	LEFT JOIN attempt a ON a.customer = c.ref AND a.number = (SELECT max(number) FROM attempt WHERE customer = c.ref)
	WHERE s.namespace = ?1 `

// RequestsAhead reads unsettled requests a page at a time, for a caller that asks for many in the order of their refs.
// A request may be as old as its page. It is for one goroutine.
type RequestsAhead struct {
	space    *Space
	page     map[int64]Request
	from, to int64 // refs that the page is of
}

// RequestsAhead begins without a page.
func (s *Space) RequestsAhead() *RequestsAhead { return &RequestsAhead{space: s, to: -1} }

// Request is the unsettled request of one customer; false when there is none.
func (a *RequestsAhead) Request(ctx context.Context, ref int64) (r Request, ok bool, err error) {
	if ref < a.from || ref > a.to {
		if err := a.read(ctx, ref); err != nil {
			return Request{}, false, err
		}
	}
	r, ok = a.page[ref]
	return r, ok, nil
}

func (a *RequestsAhead) read(ctx context.Context, from int64) error {
	const most = 64
	page, last := make(map[int64]Request, most), from
	err := a.space.read(ctx, func(t *transaction, number int64) error {
		clear(page)
		return t.each(readRequests+"AND s.customer >= ?2 ORDER BY s.customer LIMIT ?3", []any{number, from, most},
			func(rows *cursor) error {
				var r Request
				err := a.space.scanRequest(rows, &r)
				page[r.Ref], last = r, max(last, r.Ref)
				return err
			})
	})
	if len(page) < most {
		last = math.MaxInt64
	}
	a.page, a.from, a.to = page, from, last
	return err
}

// Requests reads the unsettled requests of the namespace, oldest first, except those that the run besides sent or has
// an outcome for. The caller may write while it iterates. A sealed request that cannot be opened is [ErrUnusable],
// and ends the iteration.
func (s *Space) Requests(ctx context.Context, besides string) iter.Seq2[Request, error] {
	const page = 64
	return func(yield func(Request, error) bool) {
		for last := int64(0); ; {
			var list []Request
			err := s.read(ctx, func(t *transaction, number int64) error {
				list = nil
				return t.each(readRequests+`AND s.customer > ?2 AND r.id <> ?3
						AND NOT EXISTS (SELECT 1 FROM outcome o JOIN run mine ON mine.number = o.run
							WHERE mine.id = ?3 AND o.customer = s.customer
							AND o.`+openToSettle+` AND o.state = 'uncertain')
					ORDER BY s.customer LIMIT ?4`, []any{number, last, besides, page}, func(rows *cursor) error {
					var r Request
					err := s.scanRequest(rows, &r)
					list = append(list, r)
					return err
				})
			})
			if err != nil {
				yield(Request{}, err)
				return
			}
			for _, r := range list {
				last = r.Ref
				if !yield(r, nil) {
					return
				}
			}
			if len(list) < page {
				return
			}
		}
	}
}

func (s *Space) scanRequest(rows *cursor, r *Request) error {
	var (
		at      int64
		in      pipeline.Intent
		request []byte

		words texts
	)
	err := rows.Scan(&r.Ref, &r.Run, &r.Book, &r.Row, &at, &r.Attempts, &r.HTTPStatus, &r.Code, &words.english,
		&words.says, &r.RequestID, &in.IdempotencyKey, &request)
	if err != nil {
		return err
	}
	if r.Message, err = words.message(); err != nil {
		return corrupt(s.l.path, err)
	}
	if err := s.open(request, &in); err != nil {
		return err
	}
	r.State, r.At, r.Name, r.Keys = pipeline.Uncertain, moment(&at), in.Name, in.Keys
	return nil
}
