package standin

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"
)

// visit is one request while it is being answered.
type visit struct {
	w     http.ResponseWriter
	r     *http.Request
	meter *meter
	left  bool
	now   time.Time     // when it arrived
	ahead time.Duration // of the clock that the answer shows
	text  string        // the result of said
	// requestID is the header that the request's ID goes into.
	requestID  string
	answerType []string
}

// said is the request's address and body. The body can still be read after it.
func (v *visit) said() string {
	if v.text == "" {
		body, err := io.ReadAll(io.LimitReader(v.r.Body, maxBody+1))
		if err != nil {
			panic(http.ErrAbortHandler) // part of a body is not a request
		}
		v.r.Body = io.NopCloser(bytes.NewReader(body))
		v.text = v.r.URL.RequestURI() + "\n" + string(body)
	}
	return v.text
}

// leave stops counting the request as open. It is called before the last byte of an answer is sent: a client that has
// its answer may send the next request before the handler has returned, and that must not count as a second open
// request.
func (v *visit) leave() {
	if !v.left {
		v.left = true
		v.meter.leave()
	}
}

// wait waits for d. If the client disconnects meanwhile, or the server stops, the connection is closed, so that no
// unintended answer is sent.
func (v *visit) wait(d time.Duration) {
	if d > 0 {
		v.hold(v.r.Context(), d)
	}
}

// hold is like wait, but 0 means until the client disconnects.
func (v *visit) hold(ctx context.Context, d time.Duration) {
	var over <-chan time.Time
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-over:
	case <-ctx.Done():
		panic(http.ErrAbortHandler)
	}
}
