package ledger

import (
	"encoding/json"
	"strings"
	"sync"

	"muster/pipeline"
)

// problem is the stored form of a pipeline.Problem: never with the cell's value.
type problem struct {
	Field    string               `json:"field,omitempty"`
	Sheet    string               `json:"sheet,omitempty"`
	Row      int                  `json:"row,omitempty"` // where it differs from the outcome's row
	Column   *string              `json:"column,omitempty"`
	Index    int                  `json:"index,omitempty"`
	Constant bool                 `json:"constant,omitempty"`
	Code     pipeline.ProblemCode `json:"code"`
	Says     json.RawMessage      `json:"says,omitempty"` // a message
	// Message is the sentence that versions before Says stored instead.
	Message string `json:"message,omitempty"`
	Secret  bool   `json:"secret,omitempty"`
}

// problemTexts converts the problems of outcomes to and from JSON. It caches messages: a book may have a million
// problems, of few kinds. The zero value is ready; several goroutines may use it at once.
type problemTexts struct {
	mu      sync.Mutex
	written map[*pipeline.Message]json.RawMessage
	read    map[string]*pipeline.Message // by the stored text
}

// mostTexts bounds the cache.
const mostTexts = 1 << 12

// write encodes the problems of an outcome of that row.
func (t *problemTexts) write(row int, problems []pipeline.Problem) (string, error) {
	if len(problems) == 0 {
		return "", nil
	}
	kept := make([]problem, len(problems))
	for i, p := range problems {
		says, err := t.says(p.Message)
		if err != nil {
			return "", err
		}
		kept[i] = problem{Field: p.Field, Sheet: p.Sheet, Constant: p.Constant, Code: p.Code,
			Says: says, Secret: p.Secret}
		if p.Row != row {
			kept[i].Row = p.Row
		}
		if p.Column != nil {
			kept[i].Column, kept[i].Index = &p.Column.Name, p.Column.Index
		}
	}
	text, err := json.Marshal(kept)
	return string(text), err
}

// says is nil for nil.
func (t *problemTexts) says(m *pipeline.Message) (json.RawMessage, error) {
	if m == nil {
		return nil, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if text, known := t.written[m]; known {
		return text, nil
	}
	text, err := json.Marshal(keptMessage(m))
	if err != nil {
		return nil, err
	}
	if t.written == nil || len(t.written) >= mostTexts {
		t.written = map[*pipeline.Message]json.RawMessage{}
	}
	t.written[m] = text
	return text, nil
}

// problems decodes the problems of an outcome of that row.
func (t *problemTexts) problems(row int, text string) ([]pipeline.Problem, error) {
	if text == "" {
		return nil, nil
	}
	var kept []problem
	if err := json.Unmarshal([]byte(text), &kept); err != nil {
		return nil, err
	}
	problems := make([]pipeline.Problem, len(kept))
	for i, k := range kept {
		p := pipeline.Problem{Field: k.Field, Sheet: k.Sheet, Row: k.Row, Constant: k.Constant, Code: k.Code,
			Secret: k.Secret}
		if p.Row == 0 {
			p.Row = row
		}
		if k.Column != nil {
			p.Column = &pipeline.Column{Index: k.Index, Name: *k.Column}
		}
		var err error
		if p.Message, err = t.message(&k, p); err != nil {
			return nil, err
		}
		problems[i] = p
	}
	return problems, nil
}

// message is the message of a problem. For a problem of an older version it is the stored sentence, which began with
// the cell where the cell itself was wrong.
func (t *problemTexts) message(k *problem, p pipeline.Problem) (*pipeline.Message, error) {
	if k.Says == nil {
		text := k.Message
		if k.Code.OfCell() {
			text = strings.TrimPrefix(text, p.Cell()+" ")
		}
		return pipeline.Say(pipeline.AsWritten, "text", text), nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if m, known := t.read[string(k.Says)]; known {
		return m, nil
	}
	kept, err := readAs[message](k.Says)
	if err != nil {
		return nil, err
	}
	if t.read == nil || len(t.read) >= mostTexts {
		t.read = map[string]*pipeline.Message{}
	}
	m := kept.message()
	t.read[string(k.Says)] = m
	return m, nil
}
