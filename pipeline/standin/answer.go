package standin

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"muster/pipeline"
)

// answer is what is sent back: a status, a few headers and JSON.
type answer struct {
	status     int
	body       []byte
	requestID  string // as a header, if the body has no place for it
	allow      string
	retryAfter string
	location   string
	id         pipeline.Pair // a header with the customer's ID; none without a name
	refusal    bool          // of a create, because of its body
	created    *customer     // the customer of a successful create
}

// Shared by all answers: net/http reads header values and never changes them.
var (
	jsonType = []string{"application/json"}
	htmlType = []string{"text/html; charset=utf-8"}
)

// headers sets all headers; length is what Content-Length says.
func (v *visit) headers(a answer, contentType []string, length int) {
	h := v.w.Header()
	if length > 0 {
		h["Content-Type"] = contentType
		h["Content-Length"] = []string{strconv.Itoa(length)}
	}
	if a.requestID != "" {
		h.Set(v.requestID, a.requestID)
	}
	if a.allow != "" {
		h["Allow"] = []string{a.allow}
	}
	if v.ahead != 0 {
		theirs := v.now.Add(v.ahead).UTC().Truncate(time.Second)
		h["Date"] = []string{theirs.Format(http.TimeFormat)}
		if seconds, err := strconv.Atoi(a.retryAfter); err == nil {
			a.retryAfter = theirs.Add(time.Duration(seconds) * time.Second).Format(http.TimeFormat)
		}
	}
	if a.retryAfter != "" {
		h["Retry-After"] = []string{a.retryAfter}
	}
	if a.location != "" {
		h["Location"] = []string{a.location}
	}
	if a.id.Name != "" {
		h.Set(a.id.Name, a.id.Value)
	}
	v.w.WriteHeader(a.status)
}

// write sends the whole answer.
func (v *visit) write(a answer) {
	if a.status == http.StatusNoContent || a.status == http.StatusNotModified {
		a.body = nil // RFC 9110, 15.3.5 and 15.4.5
	}
	v.headers(a, v.answerType, len(a.body))
	v.leave()
	v.send(a.body)
}

// send writes part of an answer's body, unless the client has disconnected.
func (v *visit) send(part []byte) {
	if _, err := v.w.Write(part); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// errorLayout says where an error answer has its parts.
type errorLayout struct {
	code, message, requestID place
	problems                 *pipeline.ProblemList
}

func newErrorLayout(e pipeline.ErrorShape) errorLayout {
	l := errorLayout{code: first(e.Code), message: first(e.Message), requestID: first(e.RequestID)}
	if len(e.Problems) > 0 {
		l.problems = &e.Problems[0]
	}
	return l
}

func (s *Server) requestID() string {
	return s.ids.request(forRequest, s.meter.requestIDs.Add(1))
}

// say words a sentence of an answer. The code and the arguments are those of [pipeline.Say].
func (s *Server) say(code pipeline.MessageCode, pairs ...any) string {
	return s.sentence(pipeline.Say(code, pairs...))
}

// fail makes an error answer as the definition lays it out.
func (s *Server) fail(status int, code, message string) answer {
	return s.failWith(status, code, message, nil)
}

// failWith is like fail, but lets more add to the body at the end.
func (s *Server) failWith(status int, code, message string, more func(doc any) any) answer {
	var doc any = map[string]any{}
	if code != "" {
		doc = s.errors.code.put(doc, code)
	}
	if message != "" {
		doc = s.errors.message.put(doc, message)
	}
	a := answer{status: status}
	if requestID := s.requestID(); s.errors.requestID != nil {
		doc = s.errors.requestID.put(doc, requestID)
	} else {
		a.requestID = requestID
	}
	if more != nil {
		doc = more(doc)
	}
	a.body = encode(doc)
	return a
}

// failAs is like fail, but uses the definition's own words if it has any.
func (s *Server) failAs(e pipeline.StandinError, status int, message string) answer {
	if e.Message != "" {
		message = e.Message
	}
	return s.fail(status, e.Code, message)
}

func (s *Server) notFound(status int) answer {
	return s.failAs(s.provider.Standin.NotFound, status, s.say("standin.not_found"))
}

func (s *Server) unauthorized() answer {
	e := s.provider.Standin.Unauthorized
	return s.failAs(e, statusOr(e.Status, http.StatusUnauthorized), s.say("standin.unauthorized"))
}

// refuse is the answer to a body that the provider does not accept. If the definition's errors have no list of
// fields, the message names the fields.
func (s *Server) refuse(problems []pipeline.Problem, detail string) answer {
	e := s.provider.Standin.Refused
	message := e.Message
	if message == "" {
		message = s.say("standin.refused")
	}
	if detail != "" {
		message += ": " + detail
	}
	list := s.errors.problems
	if list == nil && len(problems) > 0 {
		message += ": " + strings.Join(s.fieldNames(problems), ", ")
	}
	a := s.failWith(statusOr(e.Status, http.StatusBadRequest), e.Code, message, func(doc any) any {
		if list == nil || len(problems) == 0 {
			return doc
		}
		return s.layProblems(doc, list, problems)
	})
	a.refusal = true
	return a
}

// fieldNames returns the fields of problems, each once. A problem without a field is represented by its sentence.
func (s *Server) fieldNames(problems []pipeline.Problem) []string {
	var names []string
	seen := map[string]bool{}
	for _, p := range problems {
		name := p.Field
		if name == "" {
			name = s.sentence(p.Message)
		}
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

func (s *Server) layProblems(doc any, list *pipeline.ProblemList, problems []pipeline.Problem) any {
	if list.Map {
		byField := map[string]any{}
		for _, p := range problems {
			messages, _ := byField[p.Field].([]any)
			byField[p.Field] = append(messages, at(list.Message).put(nil, s.sentence(p.Message)))
		}
		return at(list.At).put(doc, byField)
	}
	items := make([]any, 0, len(problems))
	for _, p := range problems {
		item := at(list.Field).put(nil, p.Field)
		items = append(items, at(list.Message).put(item, s.sentence(p.Message)))
	}
	return at(list.At).put(doc, items)
}

func statusOr(status, otherwise int) int {
	if status == 0 {
		return otherwise
	}
	return status
}
