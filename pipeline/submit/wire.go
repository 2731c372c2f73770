package submit

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"muster/pipeline"
)

const (
	// maxAnswer is the most of an answer's body that is read.
	maxAnswer = 1 << 20
	// idleTimeout is how long an unused connection is kept. Servers close idle connections after 5 s (Node.js) or
	// more; a request that is written at that moment is a request without an answer.
	idleTimeout = 4 * time.Second
)

// wire carries all calls of a client: at most cap(open) at once, paced, each with its own timeout, and each watched
// for whether it left.
type wire struct {
	inner   http.RoundTripper
	own     bool // inner is net/http's transport, with watched connections
	open    chan struct{}
	pace    *pacer
	timeout time.Duration
	now     func() time.Time
	right   Right // nil: always held
	// answered: a call had an answer, so that the way to the provider works.
	answered atomic.Bool
	// stopped ends when no further call may start; stop ends it.
	stopped context.Context
	stop    context.CancelFunc
}

// answer is an HTTP answer. broken is set when the body is cut short or longer than muster reads.
type answer struct {
	status int
	header http.Header
	body   []byte
	broken error
	sent   time.Time
	ended  time.Time
}

// failure is a call without an answer.
type failure struct {
	unsent bool
	// withheld: the call was not sent because the right to send was not held.
	withheld bool
	err      error
	timeout  time.Duration // the timeout that ended the call; 0 when none did
	sent     time.Time
	ended    time.Time
}

// newTransport is net/http's transport set up for the promises of this package. from may be nil; it is copied, never
// changed.
//
// HTTP/1.1 only: a broken connection then leaves one request without an answer, and not all open ones.
func newTransport(from *http.Transport, concurrency int, own *tls.Certificate) *http.Transport {
	t := &http.Transport{Proxy: proxyFromEnvironment, TLSHandshakeTimeout: 20 * time.Second}
	if from != nil {
		t = from.Clone()
	}
	if t.DialContext == nil {
		t.DialContext = (&net.Dialer{Timeout: 20 * time.Second, KeepAlive: 15 * time.Second}).DialContext
	}
	t.DialContext = watch(t.DialContext)
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	t.ForceAttemptHTTP2 = false
	t.TLSNextProto = nil
	if t.TLSClientConfig != nil {
		t.TLSClientConfig.NextProtos = nil
	}
	if own != nil {
		// The certificate is offered whatever authorities the server lists; the server decides whether to accept it.
		t.TLSClientConfig = cmp.Or(t.TLSClientConfig, &tls.Config{})
		t.TLSClientConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return own, nil
		}
	}
	t.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
		if answer.StatusCode != http.StatusOK {
			return &proxyRefusal{answer.StatusCode}
		}
		return nil
	}
	t.MaxIdleConns = 0
	t.MaxIdleConnsPerHost = concurrency
	t.IdleConnTimeout = idleTimeout
	t.MaxResponseHeaderBytes = 256 << 10
	return t
}

// send makes one call: exactly one of the results is nil. It waits for a free place and for the pace, without
// counting that against the timeout. sign is called when the request is about to leave; nil when it is not signed.
func (w *wire) send(req *http.Request, sign func() error) (*answer, *failure) {
	ctx := req.Context()
	begun := w.now()
	unsent := func(err error) *failure {
		return &failure{unsent: true, err: err, sent: begun, ended: w.now()}
	}
	if err := ctx.Err(); err != nil {
		return nil, unsent(err)
	}
	interval, err := w.enter(ctx)
	if err != nil {
		return nil, unsent(err)
	}
	defer func() { <-w.open }()
	if sign != nil {
		if err := sign(); err != nil {
			return nil, unsent(err)
		}
	}

	begun = w.now()
	timed, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()
	f := &flight{own: w.own}
	withheld := false
	trace := f.trace(func() error {
		err := w.pace.start(timed, interval)
		if err == nil {
			err = w.allowed(timed)
			withheld = err != nil
		}
		return err
	})
	resp, err := w.inner.RoundTrip(req.WithContext(httptrace.WithClientTrace(timed, trace)))
	if err != nil {
		lost := &failure{unsent: f.unsent() || f.fresh() && refusedHandshake(err), err: err, sent: begun, ended: w.now()}
		if lost.withheld = withheld && lost.unsent; lost.withheld {
			lost.err = pipeline.Fail("provider.withheld")
			return nil, lost
		}
		if timed.Err() != nil && ctx.Err() == nil {
			lost.timeout = w.timeout
		}
		return nil, lost
	}
	w.answered.Store(true)
	a := &answer{status: resp.StatusCode, header: resp.Header, sent: begun}
	a.body, a.broken = readBody(resp.Body, resp.ContentLength)
	a.ended = w.now()
	return a, nil
}

// moment is how long a request that has a connection waits for the right to send: servers close connections on which
// nothing comes.
const moment = 250 * time.Millisecond

// allowed returns nil when a request may leave.
func (w *wire) allowed(ctx context.Context) error {
	if w.right == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, moment)
	defer cancel()
	return w.right.Wait(ctx)
}

// enter waits for a free place and for the pace, and returns the interval in force. Only without an error is a place
// held.
func (w *wire) enter(ctx context.Context) (time.Duration, error) {
	if w.stopped.Err() == nil && w.pace.free() {
		select {
		case w.open <- struct{}{}:
			return 0, nil
		default:
		}
	}
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	unhook := context.AfterFunc(w.stopped, cancel)
	defer unhook()
	select {
	case w.open <- struct{}{}:
	case <-waiting.Done():
		return 0, waiting.Err()
	}
	interval, err := w.pace.wait(waiting)
	if err != nil {
		<-w.open
	}
	return interval, err
}

// readBody reads and closes an answer's body. A body that was read to its end leaves the connection usable; a longer
// one is given up with its connection. length is the answer's Content-Length, negative when unknown.
func readBody(r io.ReadCloser, length int64) ([]byte, error) {
	defer r.Close() // an error of Close does not change the answer
	const usual = 512
	var body bytes.Buffer
	body.Grow(int(min(max(length, usual), maxAnswer)) + bytes.MinRead) // so that it does not grow while it is read
	_, err := body.ReadFrom(io.LimitReader(r, maxAnswer+1))
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, pipeline.Fail("provider.body_late")
	case err != nil:
		return nil, pipeline.Fail("provider.cut_short")
	case body.Len() > maxAnswer:
		return nil, pipeline.Fail("provider.too_long", "most", maxAnswer)
	}
	return body.Bytes(), nil
}

// once is a request's body that net/http cannot replay. Its transport resends requests that it takes for idempotent
// (an Idempotency-Key is enough) when a kept-alive connection breaks; it cannot when the body is not nil and has no
// GetBody. NopCloser over an in-memory reader lets it write headers and body in one write.
func once(body []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(body)) }
