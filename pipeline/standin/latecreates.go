package standin

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"time"
)

// late holds creates that were accepted and are processed later: when the first request after their time arrives, so
// that nothing runs in the background.
type late struct {
	mu  sync.Mutex
	all []lateCreate
}

type lateCreate struct {
	request   *http.Request
	ignoreKey bool
	at        time.Time
}

// accept takes a create that is to be processed at that time. Its body is
// read here.
func (l *late) accept(r *http.Request, ignoreKey bool, at time.Time) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		panic(http.ErrAbortHandler) // part of a body is not a request
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, lateCreate{at: at, ignoreKey: ignoreKey, request: &http.Request{Header: r.Header.Clone(),
		Body: io.NopCloser(bytes.NewReader(body))}})
}

// due removes and returns the creates whose time has come, in the order in which they were accepted.
func (l *late) due(now time.Time) []lateCreate {
	l.mu.Lock()
	defer l.mu.Unlock()
	var due, rest []lateCreate
	for _, c := range l.all {
		if c.at.After(now) {
			rest = append(rest, c)
		} else {
			due = append(due, c)
		}
	}
	l.all = rest
	return due
}

// arrivals processes the creates whose time has come. Their answers go to no client.
func (s *Server) processLate() {
	for _, c := range s.late.due(s.now()) {
		s.create(c.request, c.ignoreKey)
	}
}
