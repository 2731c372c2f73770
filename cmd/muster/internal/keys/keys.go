// Package keys reads a key as people and books write it: 900.155.433-6 for the NIT
// 900155433.
package keys

import (
	"slices"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

// AsWritten is what [Reading.Tried] calls a key that nothing was done to.
const AsWritten = ""

// The conversions that are tried whatever the mapping was: those of one kind of number,
// of which a key that bears its name is read with no other, and those of any text.
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

// Reading is what a text may be as a key.
type Reading struct {
	// Values are how the key may have been sent, each once; those that cannot be
	// read as a key are among them, for the provider's rules may have been others.
	Values []string
	// Tried are the conversions, each once, that the text was read with.
	Tried []string
	// Readable says that one of the values is what a key of the provider may be.
	Readable bool
}

// Reader reads keys of one provider.
type Reader struct {
	provider *pipeline.Provider
	rules    mapping.Rules
	chains   [][]string // by key: the conversions that mappings have for it
}

// NewReader makes one; rules are those of the provider's fields, sheets the mappings
// that were used.
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

// Read gives what the text may be as any of the provider's keys.
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
		for _, chain := range usual(&r.provider.Keys[key]) {
			value, ok := converted(chain, text)
			reading.add(chain, value, ok && fits(value), true)
		}
	}
	return reading
}

// isNumber says whether a value can be the number that a key bears the name of; of any
// other key each can. The field's rules may be those of other numbers too.
func isNumber(key *pipeline.Key, value string) bool {
	if !slices.Contains(ofNumbers, key.Name) {
		return true
	}
	_, ok := converted(key.Name, value)
	return ok
}

// add notes that a conversion was tried and, where it is taken, what it gave.
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

// converted is what a chain makes of the text; false where it cannot, or names a
// table, which is not at hand.
func converted(chain, text string) (string, bool) {
	convert, err := mapping.Converter(chain)
	if err != nil {
		return "", false
	}
	value, wrong := convert(text)
	return value, wrong == nil && value != ""
}
