package look

import (
	"encoding/json"
	"io"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/wording"
)

// The lines of --json, each with its members in alphabetical order.

type bookLine struct {
	Columns   int      `json:"columns"`
	Delimiter string   `json:"delimiter"` // "" for a workbook
	Encoding  string   `json:"encoding"`  // "" for a workbook
	File      string   `json:"file"`
	HeaderBy  string   `json:"header_by"`  // named, none, marked, words, kinds or first
	HeaderRow int      `json:"header_row"` // 0 without one
	Notes     []string `json:"notes"`      // sentences
	Rows      int      `json:"rows"`
	Type      string   `json:"type"` // look
}

type sheetLine struct {
	Hidden bool   `json:"hidden"`
	Read   bool   `json:"read"`
	Sheet  string `json:"sheet"`
	Type   string `json:"type"` // sheet
}

type columnLine struct {
	Column       string        `json:"column"`        // its name
	Distinct     int           `json:"distinct"`      // different values
	DistinctMore bool          `json:"distinct_more"` // there are more than that
	Filled       int           `json:"filled"`
	Kind         string        `json:"kind"` // number, date, e-mail, text, mixed or empty
	Letters      string        `json:"letters"`
	Longest      int           `json:"longest"`
	Samples      []string      `json:"samples"`
	Suspicious   []findingPart `json:"suspicious"`
	Type         string        `json:"type"` // column
}

type findingPart struct {
	Code    string `json:"code"`
	Count   int    `json:"count"`
	Message string `json:"message"`
	Row     int    `json:"row"` // of the first; 0 where that is not known
}

type valueLine struct {
	Column string `json:"column"`
	Count  int    `json:"count"`
	Type   string `json:"type"` // value
	Value  string `json:"value"`
}

// WriteJSON writes the report as JSON lines, in English: the book, its sheets, its columns, and the values of the
// column that was asked for.
func (r *Report) WriteJSON(w io.Writer, english *wording.Wording) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	b := bookLine{Columns: len(r.Columns), Encoding: r.Encoding, File: r.File, HeaderBy: string(r.Why),
		HeaderRow: r.HeaderRow, Notes: []string{}, Rows: r.Rows, Type: "look"}
	if r.Delimiter != 0 {
		b.Delimiter = string(r.Delimiter)
	}
	for _, m := range r.Notes {
		b.Notes = append(b.Notes, english.Message(m))
	}
	lines := []any{b}
	for _, s := range r.Sheets {
		lines = append(lines, sheetLine{s.Hidden, s.Read, s.Name, "sheet"})
	}
	for _, c := range r.Columns {
		lines = append(lines, c.line(english))
	}
	for _, v := range r.Values {
		lines = append(lines, valueLine{r.ValuesOf.Name, v.Count, "value", v.Text})
	}
	for _, line := range lines {
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

func (c *Column) line(english *wording.Wording) columnLine {
	kind, mixed := c.Kind()
	word := map[book.CellKind]string{book.CellBlank: "empty", book.CellText: "text", book.CellNumber: "number",
		book.CellDate: "date", book.CellAddress: "e-mail"}[kind]
	if mixed {
		word = "mixed"
	}
	l := columnLine{Column: c.Name, Distinct: c.Distinct, DistinctMore: c.More, Filled: c.Filled, Kind: word,
		Letters: pipeline.ColumnLetters(c.Index), Longest: c.Longest, Samples: append([]string{}, c.Samples...),
		Suspicious: []findingPart{}, Type: "column"}
	for _, f := range c.Findings {
		l.Suspicious = append(l.Suspicious, findingPart{f.Code, f.Count, english.Message(f.Message), f.Row})
	}
	return l
}
