package enrol

import (
	"strings"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/reports"
)

// samples shows an auditor what filled each field, with the cells of the first valid row.
type samples struct {
	book     *Book
	provider *pipeline.Provider
	fields   []reports.MappedField
	taken    bool
}

func newSamples(b *Book, p *pipeline.Provider) *samples {
	s := &samples{book: b, provider: p}
	for i, slot := range b.mapping.Slots() {
		var names []string
		for _, c := range b.mapping.Columns(i) {
			names = append(names, c.Name)
		}
		s.fields = append(s.fields, reports.MappedField{Column: strings.Join(names, " + "), Field: slot.Path,
			Convert: b.mapping.Convert(i)})
	}
	return s
}

// add takes the samples from the first valid row.
func (s *samples) add(res *importer.Result) {
	if s.taken || len(res.Problems) > 0 || res.State == pipeline.Invalid || len(res.Cells) < len(s.book.Header()) {
		return
	}
	s.taken = true
	slots := s.book.mapping.Slots()
	values := make([]string, len(slots))
	if problems := s.book.mapping.Map(pipeline.Row{Number: res.Row, Cells: res.Cells}, values); problems != nil {
		return
	}
	for i, slot := range slots {
		var cells []string
		for _, c := range s.book.mapping.Columns(i) {
			cells = append(cells, res.Cells[c.Index])
		}
		f := &s.fields[i]
		f.In, f.Out = strings.Join(cells, " + "), strings.Clone(values[i])
		if s.provider.Fields[slot.Field].Secret {
			f.In, f.Out = pipeline.LastFour(f.In), pipeline.LastFour(f.Out)
		}
	}
}
