package reports

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"muster/pipeline"
)

// content is the kind of a column's content, which decides how each format writes it.
type content int

const (
	ours      content = iota // muster's own words and times
	number                   // a whole number
	foreign                  // text from elsewhere
	foreignID                // the same, and programs join on it
	toFill                   // empty: a person fills it in
	moment                   // a time in a workbook's form (serialDate)
)

type column struct {
	title *pipeline.Message // its header in a workbook
	holds content
	width float64 // in a workbook, in characters; more when the header needs it
	wraps bool    // in a workbook: long texts are wrapped
}

// widthBelow is the column's width below a header whose cell also has the button of a filter.
func (c *column) widthBelow(header string) float64 {
	const button = 4
	return max(c.width, float64(utf8.RuneCountInString(header)+button))
}

// fixedColumn is a column of every report.
type fixedColumn struct {
	name string // for programs
	column
}

const (
	rowAt = iota
	stateAt
	customerIDAt
	keyAt
	nameAt
	providerStatusAt
	httpStatusAt
	codeAt
	messageAt
	requestIDAt
	attemptsAt
	atAt
	runAt
	providerAt
	envAt
	accountAt
	bookAt
	providerCreatedAt
	relatedIDsAt
	fixedColumns
)

// columns are the fixed columns of a report (pipeline/README.md, Reports), in
// every format; `muster settle` knows the headers of all languages.
var columns = [fixedColumns]fixedColumn{
	rowAt:            {"row", column{columnRow(), number, 9, false}},
	stateAt:          {"state", column{columnState(), ours, 14, false}},
	customerIDAt:     {"customer_id", column{columnCustomerID(), foreignID, 47, false}},
	keyAt:            {"key", column{columnKey(), foreign, 24, false}},
	nameAt:           {"name", column{pipeline.Say("report.column_name"), foreign, 34, false}},
	providerStatusAt: {"provider_status", column{pipeline.Say("report.column_provider_status"), foreign, 18, false}},
	httpStatusAt:     {"http_status", column{pipeline.Say("report.column_http_status"), number, 13, false}},
	codeAt:           {"code", column{pipeline.Say("report.column_code"), foreign, 24, false}},
	messageAt:        {"message", column{pipeline.Say("report.column_message"), foreign, 60, false}},
	requestIDAt:      {"request_id", column{pipeline.Say("report.column_request_id"), foreignID, 36, false}},
	attemptsAt:       {"attempts", column{pipeline.Say("report.column_attempts"), number, 12, false}},
	atAt:             {"at", column{pipeline.Say("report.column_at"), ours, 22, false}},
	runAt:            {"run", column{columnRun(), ours, 23, false}},
	providerAt:       {"provider", column{pipeline.Say("report.column_provider"), ours, 14, false}},
	envAt:            {"env", column{pipeline.Say("report.column_env"), foreign, 24, false}},
	accountAt:        {"account", column{pipeline.Say("report.column_account"), foreign, 18, false}},
	bookAt:           {"book", column{pipeline.Say("report.column_book"), foreign, 30, false}},
	providerCreatedAt: {"provider_created_at",
		column{pipeline.Say("report.column_provider_created_at"), foreign, 24, false}},
	relatedIDsAt: {"related_ids", column{pipeline.Say("report.column_related_ids"), foreign, 40, false}},
}

// carryWidth is the width of a carried column in a workbook, in characters.
const carryWidth = 24

// Columns are the names of the fixed columns, in order. The carried columns follow them.
func Columns() []string {
	names := make([]string, len(columns))
	for i := range columns {
		names[i] = columns[i].name
	}
	return names
}

// header is the first line of a report.
func header(h Head) []string { return append(Columns(), h.Carry...) }

// texts fills cells, which is reused, with a line's cells: the fixed columns as text, empty where unknown, then the
// carried ones.
func texts(cells []string, l Line, run *pipeline.Run, words Words) []string {
	cells = append(cells[:0], make([]string, fixedColumns)...)
	cells[rowAt] = strconv.Itoa(l.Row)
	cells[stateAt] = string(l.State)
	cells[customerIDAt] = l.CustomerID
	cells[keyAt] = l.Key
	cells[nameAt] = l.Name
	cells[providerStatusAt] = l.ProviderStatus
	if l.HTTPStatus != 0 {
		cells[httpStatusAt] = strconv.Itoa(l.HTTPStatus)
	}
	cells[codeAt] = l.Code
	cells[messageAt] = words.Message(l.Message)
	cells[requestIDAt] = l.RequestID
	cells[attemptsAt] = strconv.Itoa(l.Attempts)
	cells[atAt] = pipeline.Timestamp(l.At)
	cells[runAt] = runOf(l, run)
	cells[providerAt] = run.Namespace.Provider
	cells[envAt] = run.Namespace.Env
	cells[accountAt] = run.Namespace.Account
	cells[bookAt] = run.Book
	cells[providerCreatedAt] = l.ProviderCreatedAt
	cells[relatedIDsAt] = relatedText(l.Related)
	return append(cells, l.Carry...)
}

func runOf(l Line, run *pipeline.Run) string {
	if l.Run != "" {
		return l.Run
	}
	return run.ID
}

// relatedText is the IDs of a customer's parts in one cell: businessRepresentatives[0]=ID;
// businessRepresentatives[1]=ID.
func relatedText(related []pipeline.RelatedID) string {
	var b strings.Builder
	for i, r := range related {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(r.Name)
		b.WriteByte('=')
		b.WriteString(r.ID)
	}
	return b.String()
}
