package standin

import (
	"io"
	"net"
	"net/http"
	"time"
)

// failBefore is a fault that befalls a request before anything is processed.
func (s *Server) failBefore(v *visit, f *Fault) {
	var a answer
	switch f.Kind {
	case ResetBefore:
		v.reset()
		return
	case Hang:
		// net/http notices that a client has left only once its request was
		// read to the end.
		if _, err := io.Copy(io.Discard, io.LimitReader(v.r.Body, maxBody)); err != nil {
			panic(http.ErrAbortHandler)
		}
		v.hold(v.r.Context(), f.Duration)
		v.write(s.fail(statusOr(f.Status, http.StatusGatewayTimeout), "gateway_timeout",
			s.say("standin.gateway_timeout")))
		return
	case Throttle:
		a = s.fail(statusOr(f.Status, http.StatusTooManyRequests), "too_many_requests",
			s.say("standin.too_many_requests"))
	case Unauthorized:
		a = s.unauthorized()
		a.status = statusOr(f.Status, a.status)
	case Redirect:
		a = s.fail(statusOr(f.Status, http.StatusTemporaryRedirect), "moved", s.say("standin.moved"))
		a.location = "/elsewhere"
	default: // ErrorBefore, StatusOnly
		a = s.fault(f)
	}
	a.retryAfter = f.RetryAfter
	v.wait(s.latency)
	v.write(a)
}

// failAfter is a fault that befalls the answer a, which was earned.
func (s *Server) failAfter(v *visit, f *Fault, a answer) {
	switch f.Kind {
	case ResetAfter:
		v.reset()
	case ErrorAfter:
		failed := s.fault(f)
		failed.retryAfter = f.RetryAfter
		v.write(failed)
	case HangAfter:
		v.hold(v.r.Context(), f.Duration)
		v.write(a)
	case SlowBody:
		v.trickle(a, f.Duration)
	case Truncated:
		v.headers(a, jsonType, len(a.body))
		v.leave()
		v.send(a.body[:len(a.body)/2])
	case Rubbish:
		v.write(answer{status: statusOr(f.Status, http.StatusOK),
			body: []byte("<!doctype html><title>It works</title>{\"id\": ")})
	case WrongType:
		v.headers(a, htmlType, len(a.body))
		v.leave()
		v.send(a.body)
	default:
		v.write(a)
	}
}

func (s *Server) fault(f *Fault) answer {
	status := statusOr(f.Status, http.StatusInternalServerError)
	return s.fail(status, "fault", http.StatusText(status))
}

// reset ends the connection with a reset instead of an answer. Without a
// connection of its own (HTTP/2, a recorder) the request is aborted, which is
// the nearest that net/http has.
func (v *visit) reset() {
	conn, _, err := http.NewResponseController(v.w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	v.leave()
	if tcp, ok := conn.(*net.TCPConn); ok {
		// Should it fail, an ordinary close is a broken connection as well.
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// trickle sends the body in pieces over d.
func (v *visit) trickle(a answer, d time.Duration) {
	const pieces = 10
	v.headers(a, jsonType, len(a.body))
	out := http.NewResponseController(v.w)
	for i := range pieces {
		// Whoever cannot flush (a recorder) gets the pieces at the end.
		if err := out.Flush(); err != nil && v.r.Context().Err() != nil {
			panic(http.ErrAbortHandler)
		}
		v.wait(max(d/pieces, 1))
		if i == pieces-1 {
			v.leave()
		}
		v.send(a.body[len(a.body)*i/pieces : len(a.body)*(i+1)/pieces])
	}
}
