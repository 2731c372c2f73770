package reports

import (
	"bytes"
	"encoding/json"
	"strconv"

	"muster/pipeline"
)

// jsonLine is one row of the book as one line of JSON, in English whatever the language of the other reports. Its
// members are the report's columns; formulas are not escaped, because no program evaluates JSON. Invalid UTF-8
// becomes U+FFFD.
type jsonLine struct {
	Row               int                  `json:"row"`
	State             pipeline.State       `json:"state"`
	CustomerID        string               `json:"customer_id"`
	Key               string               `json:"key"`
	Name              string               `json:"name"`
	ProviderStatus    string               `json:"provider_status"`
	HTTPStatus        *int                 `json:"http_status"`
	Code              string               `json:"code"`
	Message           string               `json:"message"`
	RequestID         string               `json:"request_id"`
	Attempts          int                  `json:"attempts"`
	At                string               `json:"at"`
	Run               string               `json:"run"`
	Provider          string               `json:"provider"`
	Env               string               `json:"env"`
	Account           string               `json:"account"`
	Book              string               `json:"book"`
	ProviderCreatedAt string               `json:"provider_created_at"`
	RelatedIDs        []pipeline.RelatedID `json:"related_ids"`
	Carry             carried              `json:"carry"`
	Problems          []jsonProblem        `json:"problems"`
}

type jsonProblem struct {
	Column  string `json:"column"`
	Cell    string `json:"cell"`
	Value   string `json:"value"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// carried is the carried columns as one object, in the book's order.
type carried struct{ names, cells []string }

// MarshalJSON writes the names in order.
func (c carried) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, name := range c.names {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, s := range []string{name, c.cells[i]} {
			if j > 0 {
				b.WriteByte(':')
			}
			text, err := json.Marshal(s)
			if err != nil {
				return nil, err
			}
			b.Write(text)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// distinct renames columns of one name, because an object has each name once: the second "Phone" is "Phone (2)".
func distinct(names []string) []string {
	out := make([]string, len(names))
	taken := map[string]bool{}
	for _, name := range names {
		taken[name] = true
	}
	seen := map[string]bool{}
	for i, name := range names {
		out[i] = name
		for n := 2; seen[out[i]] || out[i] != name && taken[out[i]]; n++ {
			out[i] = name + " (" + strconv.Itoa(n) + ")"
		}
		seen[out[i]] = true
	}
	return out
}

type jsonReport struct {
	to    *destination
	rows  *json.Encoder
	head  Head
	names []string
	tally tally
}

func newJSONLines(to *destination, h Head) (Writer, error) {
	r := &jsonReport{to: to, rows: json.NewEncoder(to), head: h, names: distinct(h.Carry), tally: newTally(h)}
	r.rows.SetEscapeHTML(false)
	return r, nil
}

func (r *jsonReport) Path() string { return r.to.path }

func (r *jsonReport) Moved() string { return r.to.moved }

func (r *jsonReport) Line(l Line) error {
	if r.to.ended {
		return errClosed
	}
	if err := r.tally.check(l); err != nil {
		return refused(r.to.path, err)
	}
	run := &r.head.Run
	line := jsonLine{
		Row: l.Row, State: l.State, CustomerID: l.CustomerID, Key: l.Key, Name: l.Name,
		ProviderStatus: l.ProviderStatus, Code: l.Code, Message: r.head.English.Message(l.Message),
		RequestID: l.RequestID, Attempts: l.Attempts, At: pipeline.Timestamp(l.At), Run: runOf(l, run),
		Provider: run.Namespace.Provider, Env: run.Namespace.Env, Account: run.Namespace.Account, Book: run.Book,
		ProviderCreatedAt: l.ProviderCreatedAt,
		// Arrays are never null, so that a reader may loop without a check.
		RelatedIDs: append([]pipeline.RelatedID{}, l.Related...),
		Carry:      carried{r.names, l.Carry},
		Problems:   make([]jsonProblem, len(l.Problems)),
	}
	if l.HTTPStatus != 0 {
		line.HTTPStatus = &l.HTTPStatus
	}
	for i := range l.Problems {
		p := &l.Problems[i]
		line.Problems[i] = jsonProblem{Column: p.Name(), Cell: p.Cell(), Value: p.Value, Code: string(p.Code),
			Message: r.head.English.Message(p.placed())}
	}
	if err := r.rows.Encode(line); err != nil {
		return r.to.failed(err)
	}
	r.tally.add(l)
	return nil
}

func (r *jsonReport) Close(tail Tail) error {
	if err := r.to.commit(); err != nil {
		return err
	}
	return r.tally.verify(r.to.path, tail)
}

func (r *jsonReport) Abort() { r.to.discard() }
