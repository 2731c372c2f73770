package reports

import (
	"slices"
	"strings"

	"muster/pipeline"
)

// verdictWords are the names of a workbook's sheets, columns and verdicts in all languages, in lower case.
type verdictWords struct {
	sheets  map[string]pipeline.SheetRole
	columns map[string]string // header to the name for programs
	words   map[string]string // word to the one for programs: absent, accept, a state
}

// The verdicts that are words, for programs.
const (
	verdictAbsent = "absent"
	verdictAccept = "accept"
)

func newVerdictWords(languages []Words) *verdictWords {
	v := &verdictWords{sheets: map[string]pipeline.SheetRole{}, columns: map[string]string{},
		words: map[string]string{}}
	columns := map[string]*pipeline.Message{VerdictRow: columnRow(), VerdictState: columnState(),
		VerdictCustomerID: columnCustomerID(), VerdictKey: columnKey(), VerdictRun: columnRun(),
		VerdictSettle: columnSettle()}
	words := map[string]*pipeline.Message{verdictAbsent: absent(), verdictAccept: accept()}
	for _, s := range pipeline.States() {
		words[string(s)] = stateWord(s)
	}
	for _, w := range languages {
		for role, name := range sheetNames() {
			v.sheets[strings.ToLower(w.Message(name))] = role
		}
		for name, header := range columns {
			v.columns[strings.ToLower(w.Message(header))] = name
		}
		for word, shown := range words {
			v.words[strings.ToLower(w.Message(shown))] = word
		}
		v.words[strings.ToLower(w.Message(StateReady()))] = string(pipeline.Pending)
	}
	for name := range columns {
		v.columns[name] = name
	}
	for word := range words {
		v.words[word] = word
	}
	return v
}

// column is a header's name for programs; "" for one that is not read.
func (v *verdictWords) column(header string) string { return v.columns[strings.ToLower(header)] }

// word is a word as programs spell it; any other text unchanged.
func (v *verdictWords) word(text string) string {
	if word, ok := v.words[strings.ToLower(text)]; ok {
		return word
	}
	return text
}

// role is a sheet's role, by the workbook itself, else by its name, which may end in a number.
func (v *verdictWords) role(sheet string, origin *pipeline.Origin) pipeline.SheetRole {
	if role := origin.Role(sheet); role != "" || origin.Sheets != nil {
		return role
	}
	sheet = strings.ToLower(sheet)
	if role, ok := v.sheets[sheet]; ok {
		return role
	}
	if end := strings.LastIndexByte(sheet, ' '); end >= 0 {
		return v.sheets[sheet[:end]]
	}
	return ""
}

// sheetsToRead are the sheets of a report that people may have filled in: Results and Uncertain, each of which may
// have several. When one of them is missing under its name, it was renamed, and is found by its columns.
func (v *verdictWords) sheetsToRead(b FilledBook, origin *pipeline.Origin) (names []string) {
	var unknown []string
	for _, name := range b.Sheets() {
		switch v.role(name, origin) {
		case pipeline.ResultsRole, pipeline.UncertainRole:
			names = append(names, name)
		case "":
			unknown = append(unknown, name)
		}
	}
	expected := 0
	for _, role := range origin.Sheets {
		if role == pipeline.ResultsRole || role == pipeline.UncertainRole {
			expected++
		}
	}
	if len(names) >= expected {
		return names
	}
	for _, name := range unknown {
		if sheet, err := b.OpenSheet(name); err == nil && v.ofReport(sheet.Header()) {
			names = append(names, name)
		}
	}
	return names
}

// ofReport reports whether a header is that of Results or Uncertain.
func (v *verdictWords) ofReport(header []pipeline.Column) bool {
	needed := []string{VerdictRow, VerdictKey, VerdictCustomerID, VerdictRun}
	for _, c := range header {
		name := v.column(c.Name)
		needed = slices.DeleteFunc(needed, func(n string) bool { return n == name })
	}
	return len(needed) == 0
}
