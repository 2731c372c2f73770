// Package suggest writes a mapping sheet for a person to look over, from the names
// on both sides, which words.yaml relates, and from a book's first rows.
//
// It proposes nothing that only guessing could decide: where two columns would
// serve a field alike it takes none and says so, and where the values do not show
// how a date or a phone number is to be read the line asks. Samples in a sheet are
// shortened or masked, for a mapping is handed around.
package suggest

import (
	"cmp"
	"slices"
	"strings"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

// Sample is a book's header and its first rows, each with as many cells as the
// header has columns.
type Sample struct {
	Header []pipeline.Column
	Rows   [][]string
}

// Confidence is how sure a suggestion is.
type Confidence string

const (
	High    Confidence = "high"
	Medium  Confidence = "medium"
	Low     Confidence = "low"
	Missing Confidence = "missing" // nothing feeds the field, and it is needed
)

// Suggestion is a mapping sheet as muster would write it, for a person to look
// over. No column stands in it twice, and no field.
type Suggestion struct {
	// Shape is the shape of the provider's request that the lines follow; ""
	// where there is one shape, or the columns name all shapes' fields.
	Shape string
	// Lines are the fields: those that miss something first, then all others,
	// both in the schema's order.
	Lines []Line
	// Unused are the columns that no line takes, in the book's order.
	Unused []Unused
	// Tables are the lookup tables that the lines name.
	Tables []Table
	// Notes are about the book as a whole.
	Notes []*pipeline.Message
	// Place is where the book has its table; the sheet keeps it.
	Place mapping.TablePlace
}

// Known reports whether a column was recognized: taken by a line, or left for a reason.
func (s *Suggestion) Known() bool {
	return slices.ContainsFunc(s.Lines, func(l Line) bool { return l.Column != "" }) ||
		slices.ContainsFunc(s.Unused, func(u Unused) bool { return u.Why != nil })
}

// Line is one line of the sheet. Column and Value are both empty
// where a person has to fill one.
type Line struct {
	Field      string // its path, indexes filled in
	Column     string // as a mapping sheet names it
	Convert    string
	Value      string
	Confidence Confidence
	Reasons    []*pipeline.Message
	// Needs is what a value of the field must look like, where none fills it or
	// some that do are not like that; without a text elsewhere.
	Needs pipeline.Rule
	// Samples are up to three values of the column, shortened or masked.
	Samples []string
	// Ask is what a person has to add; nil for nothing.
	Ask []*pipeline.Message
	// Choices are the values that the field lists; nil for any.
	Choices []string
}

// Unused is a column that goes to no field, and why where that may surprise.
type Unused struct {
	Column pipeline.Column
	Why    *pipeline.Message
}

// Table is a lookup table: what a column holds, and what the provider calls it, ""
// where a person has to say so.
type Table struct {
	Slug    string // of the field: letters, digits and hyphens
	Named   string // as the sheet names it
	Columns []string
	From    []string
	To      []string
	Counts  []int // of the rows that were read, how many have the value
}

// Message is the word for it.
func (c Confidence) Message() *pipeline.Message {
	switch c {
	case High:
		return pipeline.Say("suggest.high")
	case Medium:
		return pipeline.Say("suggest.medium")
	case Low:
		return pipeline.Say("suggest.low")
	}
	return pipeline.Say("suggest.missing")
}

// Note is what the line says under note: the confidence, its reasons, what is
// left to do, and samples.
func (l Line) Note() *pipeline.Message {
	all := slices.Clone(l.Reasons)
	switch {
	case len(l.Needs.Text) == 0:
	case l.Convert != "":
		all = append(all, pipeline.Say("suggest.must_become", "rule", l.Needs))
	default:
		all = append(all, pipeline.Say("suggest.must_be", "rule", l.Needs))
	}
	all = append(all, l.Ask...)
	if len(l.Samples) > 0 {
		all = append(all, pipeline.Say("suggest.samples", "values", strings.Join(l.Samples, " | ")))
	}
	return pipeline.Say("suggest.note", "confidence", l.Confidence.Message(), "reasons", all)
}

// Todo is what a person has to know to fill a line that nothing fills.
func (l Line) Todo() *pipeline.Message {
	var all []*pipeline.Message
	if len(l.Needs.Text) > 0 {
		all = append(all, pipeline.Say("suggest.rule", "rule", l.Needs))
	}
	return pipeline.Say("sentences", "all", append(all, l.Ask...))
}

// suggester holds what one suggestion is made from.
type suggester struct {
	provider *pipeline.Provider
	rules    mapping.Rules
	sample   Sample
	places   []place
	columns  []*column
	// tableName is what a line calls the table of a column.
	tableName func(slug string) string
	fits      map[fitKey]fit
}

type fitKey struct {
	column, field int
}

// Mapping proposes which column of a book fills which field of a provider, and
// which conversions the values need. tableName says how a sheet names its table of
// that slug.
func Mapping(p *pipeline.Provider, rules mapping.Rules, sample Sample,
	tableName func(slug string) string) *Suggestion {
	s := &suggester{provider: p, rules: rules, sample: sample, places: placesOf(p), tableName: tableName,
		fits: map[fitKey]fit{}}
	for i := range sample.Header {
		if sample.Header[i].Name == "" {
			continue
		}
		c := newColumn(&sample.Header[i], sample.Rows)
		if c.label.concept == "" && c.share(hyphenSSN.MatchString) >= enough {
			c.label.concept, c.label.document, c.label.byValues = aDocument, "ssn", true
		}
		s.columns = append(s.columns, c)
	}
	s.number()
	s.checkDigitColumns()
	shapes := p.Shapes
	if len(shapes) == 0 {
		shapes = []string{""}
	}
	named, notes := s.namedShape()
	if named != "" {
		shapes = []string{named}
	}
	drafts := make([]*draft, len(shapes))
	for i, shape := range shapes {
		drafts[i] = s.draft(shape)
	}
	slices.SortStableFunc(drafts, func(a, b *draft) int {
		return cmp.Or(b.score-a.score, len(a.missing)-len(b.missing))
	})
	best := drafts[0]
	if len(drafts) > 1 && drafts[1].score*10 > best.score*8 {
		best.rival = drafts[1].shape
	}
	out := best.suggestion()
	out.Notes = append(notes, out.Notes...)
	return out
}

// number makes the person without a number the first, unless a book counts from
// 0.
func (s *suggester) number() {
	if slices.ContainsFunc(s.columns, func(c *column) bool { return c.label.zeroth }) {
		return
	}
	for _, c := range s.columns {
		if c.label.person != "" && c.label.personNo == 0 {
			c.label.personNo = 1
		}
	}
}

// keepRows forgets the other rows.
func (s *suggester) keepRows(keep func(row []string) bool) {
	var rows [][]string
	for _, row := range s.sample.Rows {
		if keep(row) {
			rows = append(rows, row)
		}
	}
	s.sample.Rows = rows
	for _, c := range s.columns {
		c.take(rows)
	}
}

// checkDigitColumns finds the columns of NITs whose check digits stand in a column of
// their own.
func (s *suggester) checkDigitColumns() {
	for _, digit := range s.columns {
		if !lexicon().checkDigits[mapping.Bare(digit.Name)] {
			continue
		}
		for _, c := range s.columns {
			right, wrong := 0, 0
			for _, row := range s.sample.Rows {
				if row[c.Index] == "" || row[digit.Index] == "" {
					continue
				}
				nine, err := toNIT()(row[c.Index])
				if err == nil {
					_, err = toNIT()(nine + "-" + row[digit.Index])
				}
				if err == nil {
					right++
				} else {
					wrong++
				}
			}
			c.checked = right > 1 && wrong == 0
		}
	}
}

// clean is a header as a mapping sheet names it: on one line.
func clean(name string) string { return strings.Join(strings.Fields(name), " ") }

// columnName names a column so that the sheet finds it again.
func (s *suggester) columnName(c *column) string {
	for _, name := range append([]string{clean(c.Name)}, pipeline.ColumnNames(s.sample.Header)...) {
		if found, err := pipeline.FindColumn(s.sample.Header, name); err == nil && found != nil &&
			found.Index == c.Index {
			return name
		}
	}
	return c.Name
}

// family is the part of a customer that a concept belongs to: what stands
// together in one entry of a group.
func family(c concept) string {
	switch c {
	case aStreet, aSecondLine, aCity, aState, aPostalCode, aCountry, anAddressType:
		return "address"
	case aPhone, aDiallingCode, aPhoneType:
		return "phone"
	case aDocument, anIssueLand, anIssueRegion, anExpiryDate, aDocumentType:
		return "document"
	}
	return ""
}

// byScore sorts the best first, ties in the order of schema and book.
func byScore(a, b candidate) int {
	return cmp.Or(b.score-a.score, a.place.field-b.place.field, strings.Compare(a.path, b.path),
		a.column.Index-b.column.Index)
}
