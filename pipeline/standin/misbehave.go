package standin

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// failBefore applies a fault before anything is processed.
func (s *Server) failBefore(v *visit, d due) {
	var a answer
	f := d.fault
	switch f.Kind {
	case ResetBefore:
		v.reset()
		return
	case Hang:
		// net/http notices that a client has disconnected only after reading its whole request.
		if _, err := io.Copy(io.Discard, io.LimitReader(v.r.Body, maxBody)); err != nil {
			panic(http.ErrAbortHandler)
		}
		v.hold(v.r.Context(), f.Duration)
		v.write(s.fail(f.answers(), "gateway_timeout", s.say("standin.gateway_timeout")))
		return
	case Throttle:
		a = s.fail(f.answers(), "too_many_requests", s.say("standin.too_many_requests"))
	case Unauthorized:
		a = s.unauthorized()
		a.status = statusOr(f.Status, a.status)
	case Redirect:
		a = s.fail(f.answers(), "moved", s.say("standin.moved"))
		a.location = "/elsewhere"
	case Accepted:
		if !s.tokens.authorise(v.r, s.now()) {
			a = s.unauthorized()
			break
		}
		s.late.accept(v.r, d.ignoreKey, s.now().Add(f.Duration))
		a = answer{status: f.answers(), requestID: s.requestID(), body: encode(map[string]any{"status": "processing"})}
	case ErrorWithID:
		a = s.created.failure(s, f.Status)
	case Busy:
		a = s.fail(f.answers(), "in_progress", s.say("standin.busy"))
	case RowRefused:
		a = s.fail(f.answers(), "row_refused", s.say("standin.row_refused"))
	case PlanLimit:
		a = s.fail(f.answers(), "plan_limit", s.say("standin.plan_limit"))
	case Maintenance:
		a = s.fail(f.answers(), "maintenance", s.say("standin.maintenance"))
	default: // ErrorBefore, StatusOnly
		a = s.fault(f)
	}
	a.retryAfter = f.RetryAfter
	v.wait(s.latency)
	v.write(a)
}

// failAfter applies a fault to the answer a of a request that was processed.
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
		v.headers(a, v.answerType, len(a.body))
		v.leave()
		v.send(a.body[:len(a.body)/2])
	case Rubbish:
		v.write(answer{status: f.answers(),
			body: []byte("<!doctype html><title>It works</title>{\"id\": ")})
	case SameID:
		v.write(s.withIDOf(a, s.store.firstAnswered(a.created)))
	case Crossed:
		if other := s.store.newest(a.created); a.created != nil && other != nil {
			a = s.created.word(other, other.decode(), &s.ids)
		}
		v.write(a)
	case WrongType:
		v.headers(a, htmlType, len(a.body))
		v.leave()
		v.send(a.body)
	default:
		v.write(a)
	}
}

func (s *Server) fault(f *Fault) answer {
	return s.fail(f.answers(), "fault", http.StatusText(f.answers()))
}

// answers is the status that the fault answers with.
func (f *Fault) answers() int { return statusOr(f.Status, f.Kind.status()) }

// withIDOf words the answer to a create with the ID of another customer. If no customer was created, or there is no
// other, it returns a unchanged.
func (s *Server) withIDOf(a answer, other *customer) answer {
	if a.created == nil || other == nil {
		return a
	}
	mixed := &customer{number: a.created.number, id: other.id, body: a.created.body, at: a.created.at}
	return s.created.word(mixed, mixed.decode(), &s.ids)
}

// failure is an answer that looks like a success, with an ID of its own in place of a customer's, but says in its
// body that no customer was created. A status of 0 means the status of a success.
func (l *createdAnswer) failure(s *Server, status int) answer {
	id := fmt.Sprintf("err_%06d", s.meter.errorIDs.Add(1))
	a := s.failWith(statusOr(status, l.status), "downstream_unavailable", s.say("standin.not_created"),
		func(doc any) any {
			doc = l.record.id.put(doc, id)
			for _, k := range l.constants {
				doc = k.at.put(doc, k.value)
			}
			return place{"success"}.put(l.when.put(doc), false)
		})
	a.refusal, a.id = true, l.header(id)
	return a
}

// reset ends the connection with a reset instead of an answer. If it has no connection of its own (HTTP/2, a
// recorder), the request is aborted, which is the closest that net/http offers.
func (v *visit) reset() {
	conn, _, err := http.NewResponseController(v.w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	v.leave()
	if tcp, ok := conn.(*net.TCPConn); ok {
		// If this fails, an ordinary close still breaks the connection.
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// trickle sends the body in pieces over d.
func (v *visit) trickle(a answer, d time.Duration) {
	const pieces = 10
	v.headers(a, v.answerType, len(a.body))
	out := http.NewResponseController(v.w)
	for i := range pieces {
		// A writer that cannot flush (a recorder) gets the pieces at the end.
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
