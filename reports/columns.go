package reports

import (
	"strconv"
	"strings"

	"muster/pipeline"
)

// content says what a column holds, and so how each format has to treat it.
type content int

const (
	ours      content = iota // muster's own words and times
	number                   // a whole number
	foreign                  // text that came from elsewhere
	foreignID                // likewise, and programs join on it
	toFill                   // nothing: a person fills it in
)

type column struct {
	name  string
	holds content
	width float64 // in a workbook, in characters
	wraps bool    // likewise: long texts take several lines
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

// columns are the fixed columns of a report (pipeline/README.md, Reports), the
// same in every format.
var columns = [fixedColumns]column{
	rowAt:             {"row", number, 9, false},
	stateAt:           {"state", ours, 12, false},
	customerIDAt:      {"customer_id", foreignID, 47, false},
	keyAt:             {"key", foreign, 24, false},
	nameAt:            {"name", foreign, 34, false},
	providerStatusAt:  {"provider_status", foreign, 18, false},
	httpStatusAt:      {"http_status", number, 13, false},
	codeAt:            {"code", foreign, 24, false},
	messageAt:         {"message", foreign, 60, false},
	requestIDAt:       {"request_id", foreignID, 36, false},
	attemptsAt:        {"attempts", number, 12, false},
	atAt:              {"at", ours, 22, false},
	runAt:             {"run", ours, 23, false},
	providerAt:        {"provider", ours, 14, false},
	envAt:             {"env", foreign, 24, false},
	accountAt:         {"account", foreign, 18, false},
	bookAt:            {"book", foreign, 30, false},
	providerCreatedAt: {"provider_created_at", foreign, 24, false},
	relatedIDsAt:      {"related_ids", foreign, 40, false},
}

// carryWidth is the width of a carried column in a workbook, in characters.
const carryWidth = 24

// Columns are the names of the fixed columns, in order. The carried columns
// follow them.
func Columns() []string {
	names := make([]string, len(columns))
	for i := range columns {
		names[i] = columns[i].name
	}
	return names
}

// header is the first line of a report.
func header(h Head) []string { return append(Columns(), h.Carry...) }

// texts puts a line's cells into cells, which is reused from line to line:
// the fixed columns as text, empty where unknown, then the carried ones.
func texts(cells []string, l Line, run *pipeline.Run) []string {
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
	cells[messageAt] = l.Message
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

// relatedText is the IDs of a customer's parts in one cell:
// businessRepresentatives[0]=ID; businessRepresentatives[1]=ID.
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
