package ledger

import (
	"encoding/json"
	"strings"

	"muster/pipeline"
)

// problem is how a pipeline.Problem is kept: never with the cell's value.
type problem struct {
	Field    string               `json:"field,omitempty"`
	Sheet    string               `json:"sheet,omitempty"`
	Row      int                  `json:"row,omitempty"` // where it is not the outcome's
	Column   *string              `json:"column,omitempty"`
	Index    int                  `json:"index,omitempty"`
	Constant bool                 `json:"constant,omitempty"`
	Code     pipeline.ProblemCode `json:"code"`
	Says     *message             `json:"says,omitempty"`
	// Message is the sentence that versions before Says wrote in its place.
	Message string `json:"message,omitempty"`
	Secret  bool   `json:"secret,omitempty"`
}

// writeProblems keeps the problems of an outcome of that row.
func writeProblems(row int, problems []pipeline.Problem) (string, error) {
	if len(problems) == 0 {
		return "", nil
	}
	kept := make([]problem, len(problems))
	for i, p := range problems {
		kept[i] = problem{Field: p.Field, Sheet: p.Sheet, Constant: p.Constant, Code: p.Code,
			Says: keptMessage(p.Message), Secret: p.Secret}
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

// readProblems gives the problems of an outcome of that row.
func readProblems(row int, text string) ([]pipeline.Problem, error) {
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
		p.Message = k.message(p)
		problems[i] = p
	}
	return problems, nil
}

// message is what is wrong, be it as an older version wrote it: a sentence that
// began with the cell where the cell itself was at fault.
func (k *problem) message(p pipeline.Problem) *pipeline.Message {
	if k.Says != nil {
		return k.Says.message()
	}
	text := k.Message
	if k.Code.OfCell() {
		text = strings.TrimPrefix(text, p.Cell()+" ")
	}
	return pipeline.Say(pipeline.AsWritten, "text", text)
}
