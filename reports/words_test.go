package reports

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// testWords are words of one language. A missing word is given as programs spell it when a cell is the whole message,
// else as code and arguments.
type testWords map[pipeline.MessageCode]string

func (w testWords) Message(m *pipeline.Message) string {
	if m == nil {
		return ""
	}
	if text, ok := w[m.Code]; ok {
		return text
	}
	if text, ok := m.Arg("text").(pipeline.Localized); ok {
		return text.In("en")
	}
	what, _ := strings.CutPrefix(string(m.Code), "report.")
	if name, ok := strings.CutPrefix(what, "sheet_"); ok {
		return strings.ToUpper(name[:1]) + name[1:]
	}
	if name, ok := strings.CutPrefix(what, "column_"); ok {
		return name
	}
	switch what {
	case "absent", "accept", "yes", "language":
		return what
	case "state_ready":
		return "ready"
	case "state":
		return w.state(m.Arg("state").(pipeline.State))
	case "in_cell", "in_column":
		return m.Args[0].Value.(string) + " " + w.Message(m.Args[1].Value.(*pipeline.Message))
	case "row_comment":
		return fmt.Sprintf("%s: %s", w.state(m.Arg("state").(pipeline.State)), m.Arg("message"))
	}
	return m.String()
}

func (w testWords) state(s pipeline.State) string {
	if word, ok := w[pipeline.MessageCode(s)]; ok {
		return word
	}
	return string(s)
}

// spanish has some words of a second language.
var spanish = testWords{
	"report.sheet_summary": "Resumen", "report.sheet_results": "Resultados", "report.sheet_problems": "Problemas",
	"report.sheet_fix": "Por corregir", "report.sheet_uncertain": "Sin confirmar",
	"report.column_row": "fila", "report.column_state": "estado", "report.column_customer_id": "ID del cliente",
	"report.column_key": "identificador", "report.column_run": "ejecución", "report.column_settle": "resolver",
	"report.column_new": "nuevo", "report.yes": "sí", "report.absent": "ausente", "report.accept": "aceptar",
	"report.state_ready": "listo", "created": "creado", "known": "ya inscrito", "existing": "existente",
	"invalid": "inválido", "duplicate": "duplicado", "changed": "cambiado", "rejected": "rechazado",
	"uncertain": "sin confirmar", "pending": "pendiente",
}

// wrong is a problem of a cell, such as B7; of a field without a cell when cell is "", and of the whole row when both
// are.
func wrong(name, cell, code, text string) Problem {
	p := Problem{Problem: pipeline.Problem{Code: pipeline.ProblemCode(code),
		Message: pipeline.Say(pipeline.AsWritten, "text", text)}}
	if cell == "" {
		p.Field = name
		return p
	}
	column, row, ok := cellPlace(cell)
	if !ok {
		panic(cell)
	}
	p.Column, p.Row = &pipeline.Column{Index: column, Name: name}, row
	return p
}

// withValue is p of a cell with that value.
func withValue(p Problem, value string) Problem {
	p.Value = value
	return p
}

func TestPlaced(t *testing.T) {
	constant := wrong("nit", "", "required", "is required")
	constant.Constant = true
	for want, p := range map[string]Problem{
		"is required":                        wrong("NIT", "B7", "required", "is required"),
		"B7 has an error value":              wrong("NIT", "B7", "error_cell", "has an error value"),
		"is not read":                        wrong("nit", "", "error_cell", "is not read"),
		"at_constant sentence=(is required)": constant,
	} {
		if got := (testWords{}).Message(p.placed()); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Words that programs join on are the same in every language; the others are in the report's language.
func TestLanguageOfAReport(t *testing.T) {
	lines := everyState()
	h := testHead("Tel.")
	h.Words = spanish
	w := writeAll(t, h, lines, Tail{Counts: countsOf(lines)})
	f := openBook(t, w[".xlsx"])
	if d := cmp.Diff([]string{"Resumen", "Resultados", "Problemas", "Sin confirmar", "About"}, f.GetSheetList()); d != "" {
		t.Error(d)
	}
	rows := reported(t, sheetRows(t, f, "Resultados"), 1)
	if d := cmp.Diff([]string{"fila", "estado", "ID del cliente"}, rows[0][:3]); d != "" {
		t.Error(d)
	}
	for i, l := range lines {
		if got, want := rows[i+1][stateAt], spanish.state(l.State); got != want {
			t.Errorf("row %d is %s, want %s", l.Row, got, want)
		}
	}
	formats, err := f.GetConditionalFormats("Resultados")
	if err != nil || formats["D2:D10"][0].Value != `"creado"` {
		t.Errorf("%v (%v)", formats, err)
	}
	text := readCSV(t, w[".csv"])
	if d := cmp.Diff(append(Columns(), "Tel."), text[0]); d != "" || text[1][stateAt] != "created" {
		t.Errorf("%s: %s", text[1][stateAt], d)
	}
	checkJSON(t, jsonLines(t, w[".jsonl"])[0], text[1], lines[0])
}

// In a check pending is called ready, for people only.
func TestReady(t *testing.T) {
	lines := []Line{{Outcome: pipeline.Outcome{Row: 2, State: pipeline.Pending}}}
	h := testHead()
	h.Check = true
	w := writeAll(t, h, lines, Tail{})
	if got := reported(t, sheetRows(t, openBook(t, w[".xlsx"]), "Results"), 0)[1][stateAt]; got != "ready" {
		t.Errorf("%q", got)
	}
	if got := readCSV(t, w[".csv"])[1][stateAt]; got != "pending" {
		t.Errorf("%q", got)
	}
}
