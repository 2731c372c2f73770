// Package keys reads a key as people and books write it: 900.155.433-6 for the NIT
// 900155433.
package keys

import (
	"slices"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

// AsWritten is the entry in [Reading.Tried] for a key without a conversion.
const AsWritten = ""

// The conversions that are tried with any mapping: those of one kind of number, which alone are used for a key with
// its name, and those of any text.
var (
	ofNumbers = []string{"nit", "ein", "ssn"}
	ofTexts   = []string{"digits", "lower", "collapse"}
)

func usual(key *pipeline.Key) []string {
	if slices.Contains(ofNumbers, key.Name) {
		return append([]string{key.Name}, ofTexts...)
	}
	return slices.Concat(ofNumbers, ofTexts)
}

// Reading is the values that a text may be as a key.
type Reading struct {
	// Values are the forms in which the key may have been sent, each once, including those that cannot be a key by
	// today's rules, because the provider's rules may have changed.
	Values []string
	// Tried are the conversions that the text was read with, each once.
	Tried []string
	// Readable reports whether one of the values can be a key of the provider.
	Readable bool
	// Wrong is why the text is not the number that a key is named after, such as a check digit; nil where no key is. It
	// does not show the text.
	Wrong *pipeline.Message
}

// Reader reads keys of one provider.
type Reader struct {
	provider *pipeline.Provider
	rules    mapping.Rules
	chains   [][]string // by key: the conversions in mappings
}

// NewReader makes a Reader; rules are those of the provider's fields, sheets the mappings that were used.
func NewReader(p *pipeline.Provider, rules mapping.Rules, sheets []*mapping.Sheet) *Reader {
	r := &Reader{provider: p, rules: rules, chains: make([][]string, len(p.Keys))}
	for key := range p.Keys {
		field := p.KeyField(key)
		for _, s := range sheets {
			for _, l := range s.Lines() {
				chain := l.Convert
				if chain != "" && field >= 0 && mapping.FieldIndex(p, l.Field) == field &&
					!slices.Contains(r.chains[key], chain) {
					r.chains[key] = append(r.chains[key], chain)
				}
			}
		}
	}
	return r
}

// Read gives the values that the text may be as any of the provider's keys.
func (r *Reader) Read(text string) (reading Reading) {
	for key := range r.provider.Keys {
		field := r.provider.KeyField(key)
		fits := func(value string) bool {
			return value != "" && isNumber(&r.provider.Keys[key], value) && (field < 0 || r.rules.Accepts(field, value))
		}
		reading.add(AsWritten, text, true, fits(text) ||
			fits(pipeline.Normalise(r.provider.Keys[key].Normalise, text)))
		for _, chain := range r.chains[key] {
			if value, ok := converted(chain, text); ok {
				reading.add(chain, value, true, fits(value))
			} else {
				reading.add(chain, "", false, false)
			}
		}
		if name := r.provider.Keys[key].Name; reading.Wrong == nil && slices.Contains(ofNumbers, name) {
			if convert, err := mapping.Converter(name); err == nil {
				_, reading.Wrong = convert(text)
			}
		}
		for _, chain := range usual(&r.provider.Keys[key]) {
			value, ok := converted(chain, text)
			reading.add(chain, value, ok && fits(value), true)
		}
	}
	return reading
}

// isNumber reports whether a value can be the number that a key is named after; for any other key it is always true.
// The field's own rules may also accept other numbers.
func isNumber(key *pipeline.Key, value string) bool {
	if !slices.Contains(ofNumbers, key.Name) {
		return true
	}
	_, ok := converted(key.Name, value)
	return ok
}

// add records that a conversion was tried and, where it is used, its result.
func (r *Reading) add(chain, value string, taken, fits bool) {
	if !slices.Contains(r.Tried, chain) {
		r.Tried = append(r.Tried, chain)
	}
	if !taken || value == "" {
		return
	}
	r.Readable = r.Readable || fits
	if !slices.Contains(r.Values, value) {
		r.Values = append(r.Values, value)
	}
}

// converted is the result of a chain for the text; false when it fails, or uses a table, which is not loaded.
func converted(chain, text string) (string, bool) {
	convert, err := mapping.Converter(chain)
	if err != nil {
		return "", false
	}
	value, wrong := convert(text)
	return value, wrong == nil && value != ""
}
