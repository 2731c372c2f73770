package pipeline

import (
	"bytes"
	"encoding/json"
	"errors"
)

// ErrMoreJSON: there is more text after a JSON value.
var ErrMoreJSON = errors.New("more than one JSON value")

// DecodeJSON reads one JSON value and nothing after it, in the form in which a [Pointer] reads it: maps, slices, and
// numbers as they are spelt. Text after the value is [ErrMoreJSON]; an error of the decoder may quote the text.
func DecodeJSON(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var doc any
	if err := d.Decode(&doc); err != nil {
		return nil, err
	}
	if len(bytes.TrimLeft(text[d.InputOffset():], " \t\r\n")) > 0 {
		return nil, ErrMoreJSON
	}
	return doc, nil
}

// EncodeJSON writes a document of [DecodeJSON] and [Pointer.Set] on one line, without escaping <, > and &.
func EncodeJSON(doc any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(doc); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
