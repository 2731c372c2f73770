package ledger

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
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

// message is how a pipeline.Message is kept. Each argument is one of a text, a
// whole number, a list of texts, a message, a rule, and a text of a definition or a
// list of those.
type message struct {
	Code pipeline.MessageCode       `json:"code"`
	Args map[string]json.RawMessage `json:"args,omitempty"`
}

// rule is how a pipeline.Rule is kept.
type rule struct {
	Field string             `json:"field"`
	Text  pipeline.Localized `json:"rule"`
}

// localized is how a pipeline.Localized is kept.
type localized struct {
	Text pipeline.Localized `json:"localized"`
}

// writeProblems keeps the problems of an outcome of that row.
func writeProblems(row int, problems []pipeline.Problem) (string, error) {
	if len(problems) == 0 {
		return "", nil
	}
	kept := make([]problem, len(problems))
	for i, p := range problems {
		says, err := keptMessage(p.Message)
		if err != nil {
			return "", fmt.Errorf("problem %s: %w", p.Code, err)
		}
		kept[i] = problem{Field: p.Field, Sheet: p.Sheet, Constant: p.Constant, Code: p.Code, Says: says, Secret: p.Secret}
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

// keptMessage is nil for nil.
func keptMessage(m *pipeline.Message) (*message, error) {
	if m == nil {
		return nil, nil
	}
	kept := &message{Code: m.Code}
	for _, a := range m.Args {
		value := a.Value
		switch v := value.(type) {
		case string, int, []string:
		case pipeline.Rule:
			value = rule(v)
		case pipeline.Localized:
			value = localized{v}
		case []pipeline.Localized:
			list := make([]localized, len(v))
			for i := range v {
				list[i].Text = v[i]
			}
			value = list
		case *pipeline.Message:
			part, err := keptMessage(v)
			if err != nil {
				return nil, err
			}
			value = part
		default:
			return nil, fmt.Errorf("message %s: its argument %s is a %T", m.Code, a.Name, v)
		}
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		if kept.Args == nil {
			kept.Args = map[string]json.RawMessage{}
		}
		kept.Args[a.Name] = text
	}
	return kept, nil
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
		p := pipeline.Problem{Field: k.Field, Sheet: k.Sheet, Row: k.Row, Constant: k.Constant, Code: k.Code, Secret: k.Secret}
		if p.Row == 0 {
			p.Row = row
		}
		if k.Column != nil {
			p.Column = &pipeline.Column{Index: k.Index, Name: *k.Column}
		}
		var err error
		if p.Message, err = k.message(p); err != nil {
			return nil, fmt.Errorf("problem %s: %w", k.Code, err)
		}
		problems[i] = p
	}
	return problems, nil
}

// message is what is wrong, be it as an older version wrote it: a sentence that
// began with the cell where the cell itself was at fault.
func (k *problem) message(p pipeline.Problem) (*pipeline.Message, error) {
	if k.Says != nil {
		return k.Says.message()
	}
	text := k.Message
	if k.Code.OfCell() {
		text = strings.TrimPrefix(text, p.Cell()+" ")
	}
	return pipeline.Say(pipeline.AsWritten, "text", text), nil
}

func (m *message) message() (*pipeline.Message, error) {
	out := &pipeline.Message{Code: m.Code}
	for _, name := range slices.Sorted(maps.Keys(m.Args)) {
		value, err := readArg(m.Args[name])
		if err != nil {
			return nil, fmt.Errorf("message %s: its argument %s: %w", m.Code, name, err)
		}
		out.Args = append(out.Args, pipeline.Arg{Name: name, Value: value})
	}
	return out, nil
}

// readArg tells by the form of a JSON value what it is.
func readArg(raw json.RawMessage) (any, error) {
	switch raw[0] {
	case '"':
		return readAs[string](raw)
	case '[':
		list, err := readAs[[]localized](raw)
		if err != nil || len(list) == 0 {
			return readAs[[]string](raw)
		}
		texts := make([]pipeline.Localized, len(list))
		for i := range list {
			texts[i] = list[i].Text
		}
		return texts, nil
	case '{':
		one, err := readAs[struct {
			message
			rule
			localized
		}](raw)
		switch {
		case err != nil:
			return nil, err
		case one.Code != "":
			return one.message.message()
		case one.localized.Text != nil:
			return one.localized.Text, nil
		}
		return pipeline.Rule(one.rule), nil
	}
	return readAs[int](raw)
}

func readAs[T any](raw json.RawMessage) (value T, err error) {
	err = json.Unmarshal(raw, &value)
	return value, err
}
