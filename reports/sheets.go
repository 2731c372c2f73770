package reports

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// cellBytes is about what a cell takes in a sheet's XML besides its text.
const cellBytes = 60

// maxSheetBytes is how large a sheet's XML may get before it is continued on
// another: past 4 GiB the archive needs ZIP64, which Excel takes only in a
// form that archive/zip does not write.
const maxSheetBytes = 3 << 30

// sheets are a table that is streamed to one sheet, and to more when that is
// full: Results, "Results 2" and so on.
type sheets struct {
	file    *excelize.File
	styles  *styles
	words   Words
	terms   *terms
	role    pipeline.SheetRole
	before  string // the sheet that follows them; "" when none does
	columns []column
	rows    int   // the most of a sheet, its header counted
	bytes   int64 // about how large a sheet's XML may be
	links   int   // how many a sheet may have
	all     []*sheet
}

type sheet struct {
	name  string
	rows  *excelize.StreamWriter
	last  int // the row written last
	bytes int64
	// mark is the range that the sheet's XML has in place of the one that is not
	// known before its end.
	mark  string
	links []link
}

// maxLinks is how many links a sheet may have (Excel specifications and
// limits: 65,530 hyperlinks in a worksheet).
const maxLinks = excelize.TotalSheetHyperlinks

// open begins another sheet. Widths, panes and page come before the first
// row.
func (s *sheets) open() error {
	name := s.terms.sheets[s.role]
	if n := len(s.all) + 1; n > 1 {
		name += " " + strconv.Itoa(n)
	}
	index, err := s.file.NewSheet(name)
	if err != nil {
		return err
	}
	if s.before != "" {
		if err := s.file.MoveSheet(name, s.before); err != nil {
			return err
		}
	}
	fit := true
	if err := s.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	// A range of one cell in the last column, where no report reaches.
	sh := &sheet{name: name, mark: pipeline.CellRef(excelize.MaxColumns-1, excelize.TotalRows-index)}
	if err := s.file.SetSheetDimension(name, sh.mark); err != nil {
		return err
	}
	if sh.rows, err = s.file.NewStreamWriter(name); err != nil {
		return err
	}
	headers := make([]string, len(s.columns))
	for i, c := range s.columns {
		headers[i] = s.words.Message(c.title)
	}
	// From the last to the first: the library writes the column that was set
	// last before the others, and Excel repairs columns that do not ascend.
	for i, c := range slices.Backward(s.columns) {
		look := s.styles.columnText
		switch {
		case c.holds == number:
			look = s.styles.columnNumber
		case c.wraps:
			look = s.styles.columnWrap
		}
		if err := sh.rows.SetColStyle(i+1, i+1, look); err != nil {
			return err
		}
		if err := sh.rows.SetColWidth(i+1, i+1, c.widthBelow(headers[i])); err != nil {
			return err
		}
	}
	if err := sh.rows.SetPanes(&excelize.Panes{
		Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft",
		Selection: []excelize.Selection{{SQRef: "A2", ActiveCell: "A2", Pane: "bottomLeft"}},
	}); err != nil {
		return err
	}
	s.all = append(s.all, sh)
	names := make([]any, len(s.columns))
	for i, header := range headers {
		names[i] = excelize.Cell{StyleID: s.styles.header, Value: cellText(header)}
	}
	sh.last = 1
	return sh.rows.SetRow("A1", names, excelize.RowOpts{Height: 20})
}

// room gives the sheet that takes the next row, of about size bytes.
func (s *sheets) room(size int64) (*sheet, error) {
	if len(s.all) > 0 {
		sh := s.all[len(s.all)-1]
		if sh.last < s.rows && (sh.bytes+size <= s.bytes || sh.last == 1) {
			return sh, nil
		}
	}
	if err := s.open(); err != nil {
		return nil, err
	}
	return s.all[len(s.all)-1], nil
}

// add writes one row of about size bytes, so many lines high, to the sheet
// that has room for it. Spreadsheet programs do not all fit the height of a
// row to its text by themselves.
func (sh *sheet) add(values []any, size int64, lines int) error {
	sh.last++
	sh.bytes += size
	if lines > 1 {
		return sh.rows.SetRow("A"+strconv.Itoa(sh.last), values,
			excelize.RowOpts{Height: min(float64(lines)*lineHeight, excelize.MaxRowHeight)})
	}
	return sh.rows.SetRow("A"+strconv.Itoa(sh.last), values)
}

// finish adds what needs the number of rows: filter, colours, print settings.
// It puts what each sheet has at its end into endings, by its mark.
func (s *sheets) finish(endings map[string]ending) error {
	for _, sh := range s.all {
		all := "A1:" + pipeline.CellRef(len(s.columns)-1, sh.last)
		endings[sh.mark] = ending{cells: all, links: sh.links}
		if err := s.file.AutoFilter(sh.name, all, nil); err != nil {
			return err
		}
		// IDs are digits often enough; a green corner on each helps nobody.
		if err := s.file.AddIgnoredErrors(sh.name, all, excelize.IgnoredErrorsNumberStoredAsText); err != nil {
			return err
		}
		if err := s.colourStates(sh); err != nil {
			return err
		}
		if err := setPage(s.file, sh.name, s.pages()); err != nil {
			return err
		}
		name := quotedSheet(sh.name)
		if err := s.file.SetDefinedName(&excelize.DefinedName{
			Name: "_xlnm.Print_Titles", RefersTo: name + "!$A:$B," + name + "!$1:$1", Scope: sh.name,
		}); err != nil {
			return err
		}
	}
	return nil
}

// pages is how many pages side by side keep a printed sheet readable.
func (s *sheets) pages() int {
	const readable = 250 // characters on a page
	sum := 0.0
	for _, c := range s.columns {
		sum += c.width
	}
	return max(1, int(math.Ceil(sum/readable)))
}

func (s *sheets) colourStates(sh *sheet) error {
	if s.role != pipeline.ResultsRole || sh.last < 2 {
		return nil
	}
	var rules []excelize.ConditionalFormatOptions
	for _, state := range pipeline.States() {
		format := s.styles.stateRule[state]
		word := strings.ReplaceAll(s.terms.states[state], `"`, `""`)
		rules = append(rules, excelize.ConditionalFormatOptions{
			Type: "cell", Criteria: "==", Value: `"` + word + `"`, Format: &format,
		})
	}
	at := fmt.Sprintf("%s:%s", pipeline.CellRef(stateAt, 2), pipeline.CellRef(stateAt, sh.last))
	return s.file.SetConditionalFormat(sh.name, at, rules)
}

// flush ends the sheets. After it the library knows nothing of them but
// where their rows are.
func (s *sheets) flush() error {
	for _, sh := range s.all {
		if err := sh.rows.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// setPage makes a sheet print on A4, landscape, so many pages wide.
func setPage(f *excelize.File, name string, wide int) error {
	a4, landscape, high := 9, "landscape", 0
	if err := f.SetPageLayout(name, &excelize.PageLayoutOptions{
		Size: &a4, Orientation: &landscape, FitToWidth: &wide, FitToHeight: &high,
	}); err != nil {
		return err
	}
	margin, foot := 0.4, 0.6
	if err := f.SetPageMargins(name, &excelize.PageLayoutMarginsOptions{
		Left: &margin, Right: &margin, Top: &margin, Bottom: &foot,
	}); err != nil {
		return err
	}
	return f.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: "&L&A&R&P / &N"})
}
