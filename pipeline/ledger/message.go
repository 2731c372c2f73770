package ledger

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"muster/pipeline"
)

// A message is stored twice: as an English sentence, for people who read the tables with SQL and as older versions
// stored it; and as code and arguments, from which a report in any language can be written later. A text without a
// code, as one of the provider, is stored as the sentence alone.

// texts are the two columns of a message; both are "" for none.
type texts struct{ english, says string }

func (l *Ledger) textsOf(m *pipeline.Message) texts {
	switch {
	case m == nil:
		return texts{}
	case m.Code == pipeline.AsWritten:
		return texts{english: m.String()}
	}
	says, err := json.Marshal(keptMessage(m))
	if err != nil { // every argument can be encoded
		return texts{english: l.english(m)}
	}
	return texts{l.english(m), string(says)}
}

// message is the reverse of textsOf; a text of an older version is kept as it is.
func (t texts) message() (*pipeline.Message, error) {
	switch {
	case t.says != "":
		m, err := readAs[message]([]byte(t.says))
		return m.message(), err
	case t.english != "":
		return pipeline.Say(pipeline.AsWritten, "text", t.english), nil
	}
	return nil, nil
}

// message is the stored form of a pipeline.Message. The JSON type of an argument shows its Go type: see keptArg.
type message struct {
	Code pipeline.MessageCode       `json:"code,omitempty"`
	Args map[string]json.RawMessage `json:"args,omitempty"`
}

// argument is the stored form of an argument that is an object: one member is set, for a rule two.
type argument struct {
	message
	Field   *string             `json:"field,omitempty"` // of a rule
	Rule    *pipeline.Localized `json:"rule,omitempty"`
	Text    *pipeline.Localized `json:"localized,omitempty"`
	Time    *time.Time          `json:"time,omitempty"`
	Seconds *float64            `json:"seconds,omitempty"`
	State   *pipeline.State     `json:"state,omitempty"`
	Counts  *pipeline.Counts    `json:"counts,omitempty"`
	Place   *pipeline.Place     `json:"place,omitempty"`
}

// keptMessage is nil for nil.
func keptMessage(m *pipeline.Message) *message {
	if m == nil {
		return nil
	}
	kept := &message{Code: m.Code}
	for _, a := range m.Args {
		text, err := json.Marshal(keptArg(a.Value))
		if err != nil {
			text, _ = json.Marshal(fmt.Sprint(a.Value)) // a string can always be encoded
		}
		if kept.Args == nil {
			kept.Args = map[string]json.RawMessage{}
		}
		kept.Args[a.Name] = text
	}
	return kept
}

// keptArg is an argument in JSON: texts, numbers and lists of either as they are, the rest as objects. A type that
// messages do not use becomes text, so that no outcome is lost because of its message.
func keptArg(value any) any {
	switch v := value.(type) {
	case string, int, float64, []string, []int:
		return v
	case *pipeline.Message:
		return keptMessage(v)
	case error:
		return keptMessage(pipeline.MessageOf(v))
	case []*pipeline.Message:
		list := make([]*message, len(v))
		for i := range v {
			list[i] = keptMessage(v[i])
		}
		return list
	case pipeline.Rule:
		return argument{Field: &v.Field, Rule: &v.Text}
	case pipeline.Localized:
		return argument{Text: &v}
	case []pipeline.Localized:
		list := make([]argument, len(v))
		for i := range v {
			list[i].Text = &v[i]
		}
		return list
	case time.Time:
		return argument{Time: &v}
	case time.Duration:
		seconds := v.Seconds()
		return argument{Seconds: &seconds}
	case pipeline.State:
		return argument{State: &v}
	case pipeline.Counts:
		return argument{Counts: &v}
	case pipeline.Place:
		return argument{Place: &v}
	}
	return fmt.Sprint(value)
}

func (m *message) message() *pipeline.Message {
	out := &pipeline.Message{Code: m.Code}
	for _, name := range slices.Sorted(maps.Keys(m.Args)) {
		out.Args = append(out.Args, pipeline.Arg{Name: name, Value: readArg(m.Args[name])})
	}
	return out
}

// readArg recognises an argument by the form of its JSON value. A form that it does not know, as from a newer
// version, becomes a text.
func readArg(raw json.RawMessage) any {
	switch raw[0] {
	case '"':
		if text, err := readAs[string](raw); err == nil {
			return text
		}
	case '[':
		if list, ok := readList(raw); ok {
			return list
		}
	case '{':
		if a, err := readAs[argument](raw); err == nil {
			if value := a.value(); value != nil {
				return value
			}
		}
	default:
		if n, err := readAs[int](raw); err == nil {
			return n
		}
		if x, err := readAs[float64](raw); err == nil {
			return x
		}
	}
	return string(raw)
}

// value is nil for an object that is no argument.
func (a *argument) value() any {
	switch {
	case a.Code != "":
		return a.message.message()
	case a.Rule != nil && a.Field != nil:
		return pipeline.Rule{Field: *a.Field, Text: *a.Rule}
	case a.Text != nil:
		return *a.Text
	case a.Time != nil:
		return a.Time.UTC()
	case a.Seconds != nil:
		return time.Duration(*a.Seconds * float64(time.Second))
	case a.State != nil:
		return *a.State
	case a.Counts != nil:
		return *a.Counts
	case a.Place != nil:
		return *a.Place
	}
	return nil
}

// readList reads a list whose items are all of one type; an empty one is a list of texts.
func readList(raw json.RawMessage) (any, bool) {
	if texts, err := readAs[[]string](raw); err == nil {
		return texts, true
	}
	if numbers, err := readAs[[]int](raw); err == nil {
		return numbers, true
	}
	list, err := readAs[[]argument](raw)
	if err != nil {
		return nil, false
	}
	var messages []*pipeline.Message
	var texts []pipeline.Localized
	for i := range list {
		switch value := list[i].value().(type) {
		case *pipeline.Message:
			messages = append(messages, value)
		case pipeline.Localized:
			texts = append(texts, value)
		}
	}
	switch len(list) {
	case len(messages):
		return messages, true
	case len(texts):
		return texts, true
	}
	return nil, false
}

func readAs[T any](raw json.RawMessage) (value T, err error) {
	err = json.Unmarshal(raw, &value)
	return value, err
}
