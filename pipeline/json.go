package pipeline

import (
	"bytes"
	"encoding/json"
	"errors"
)

// ErrMoreJSON: something stands behind a JSON value.
var ErrMoreJSON = errors.New("more than one JSON value")

// DecodeJSON reads one JSON value and nothing behind it, as a [Pointer] goes
// through it: maps, slices, and numbers as they are spelled. Of more it is
// [ErrMoreJSON]; an error of the decoder may quote what was read.
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

// EncodeJSON writes what [DecodeJSON] and [Pointer.Set] make on one line, with
// <, > and & as they are.
func EncodeJSON(doc any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(doc); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
