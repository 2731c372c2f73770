package reports

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// cellBytes is about how many bytes a cell takes in a sheet's XML besides its text.
const cellBytes = 60

// maxSheetBytes is how large a sheet's XML may get before the table continues on another sheet: beyond 4 GiB the
// archive needs ZIP64, which Excel only accepts in a form that archive/zip does not write.
const maxSheetBytes = 3 << 30

// sheets is a table that is streamed to one sheet, and to further ones when that is full: Results, "Results 2" and so
// on.
type sheets struct {
	file    *excelize.File
	streams *streams
	styles  *styles
	words   Words
	terms   *terms
	role    pipeline.SheetRole
	before  string // the sheet after them; "" for none
	columns []column
	rows    int   // most rows of a sheet, including its header
	bytes   int64 // approximate limit for a sheet's XML
	links   int   // most links of a sheet
	frozen  int   // columns that stay visible
	folded  int   // columns at the end that are collapsed
	widest  []int // characters of the columns, in the measured rows
	seen    int   // rows that were measured
	all     []*sheet
}

type sheet struct {
	name  string
	rows  *stream
	last  int // last row written
	bytes int64
	links []link
}

// maxLinks is how many links a sheet may have (Excel specifications and
// limits: 65,530 hyperlinks in a worksheet).
const maxLinks = excelize.TotalSheetHyperlinks

// headerHeight is that of the first row of a table, in points.
const headerHeight = 20

// open begins another sheet.
func (s *sheets) open() error {
	name := s.terms.sheets[s.role]
	if n := len(s.all) + 1; n > 1 {
		name += " " + strconv.Itoa(n)
	}
	if _, err := s.file.NewSheet(name); err != nil {
		return err
	}
	if s.before != "" {
		if err := s.file.MoveSheet(name, s.before); err != nil {
			return err
		}
	}
	names, looks := make([]cell, len(s.columns)), make([]int, len(s.columns))
	// From the last to the first, because the library writes the column that was set last before the others, and
	// Excel repairs columns that do not ascend.
	for i, c := range slices.Backward(s.columns) {
		header := s.words.Message(c.title)
		names[i] = cell{kind: textCell, look: s.styles.header, text: cellText(header)}
		looks[i] = s.styles.columnText
		switch {
		case c.holds == number:
			looks[i] = s.styles.columnNumber
		case c.holds == moment:
			looks[i] = s.styles.columnMoment
		case c.wraps:
			looks[i] = s.styles.columnWrap
		}
		if err := setColumn(s.file, name, i, looks[i], c.widthBelow(header)); err != nil {
			return err
		}
		if err := s.fold(name, i); err != nil {
			return err
		}
	}
	if err := freeze(s.file, name, s.frozen); err != nil {
		return err
	}
	sh := s.streams.begin(name, looks)
	s.all = append(s.all, sh)
	sh.last = 1
	return sh.rows.row(1, headerHeight, names)
}

// fold collapses a column if it is one of the last: a click above them shows them all.
func (s *sheets) fold(sheet string, column int) error {
	if column < len(s.columns)-s.folded {
		return nil
	}
	letters := pipeline.ColumnLetters(column)
	if err := s.file.SetColOutlineLevel(sheet, letters, 1); err != nil {
		return err
	}
	return s.file.SetColVisible(sheet, letters, false)
}

// freeze keeps the header and so many columns of a sheet visible.
func freeze(f *excelize.File, sheet string, columns int) error {
	const first = 2 // row below the header
	panes := excelize.Panes{Freeze: true, YSplit: first - 1, TopLeftCell: pipeline.CellRef(columns, first),
		ActivePane: "bottomLeft"}
	panes.Selection = []excelize.Selection{{SQRef: "A2", ActiveCell: "A2", Pane: "bottomLeft"}}
	if columns > 0 {
		top := pipeline.CellRef(columns, first-1)
		panes.XSplit, panes.ActivePane = columns, "bottomRight"
		panes.Selection = append(panes.Selection,
			excelize.Selection{SQRef: top, ActiveCell: top, Pane: "topRight"},
			excelize.Selection{SQRef: panes.TopLeftCell, ActiveCell: panes.TopLeftCell, Pane: "bottomRight"})
	}
	return f.SetPanes(sheet, &panes)
}

// measuredRows is how many rows at the beginning of a table decide the widths of its columns.
const measuredRows = 1000

// measure notes how wide a cell is.
func (s *sheets) measure(column int, text string) {
	if column == 0 {
		s.seen++
	}
	if s.seen > measuredRows {
		return
	}
	if s.widest == nil {
		s.widest = make([]int, len(s.columns))
	}
	s.widest[column] = max(s.widest[column], utf8.RuneCountInString(text))
}

// width is a column's width by its content, within its bounds and at least what its header needs. Columns to fill in,
// and wrapped ones, have fixed widths.
func (s *sheets) width(at int) float64 {
	c := &s.columns[at]
	full := c.widthBelow(s.words.Message(c.title))
	if s.widest == nil || c.holds == toFill || c.holds == moment || c.wraps {
		return full
	}
	const room = 2
	header := column{title: c.title}
	return min(full, max(header.widthBelow(s.words.Message(c.title)), float64(s.widest[at]+room)))
}

// setColumn sets a column's style and its width, in characters; column counts from 0.
func setColumn(f *excelize.File, sheet string, column, look int, width float64) error {
	letters := pipeline.ColumnLetters(column)
	if err := f.SetColStyle(sheet, letters, look); err != nil {
		return err
	}
	return f.SetColWidth(sheet, letters, letters, width)
}

// room returns the sheet for the next row, of about size bytes.
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

// add writes one row of about size bytes and so many lines to the sheet. Not all spreadsheet programs fit the height
// of a row to its text.
func (sh *sheet) add(cells []cell, size int64, lines int) error {
	sh.last++
	sh.bytes += size
	height := 0.0
	if lines > 1 {
		height = min(float64(lines)*lineHeight, excelize.MaxRowHeight)
	}
	return sh.rows.row(sh.last, height, cells)
}

// finish adds what needs the number of rows: range, filter, colours, print
// settings.
func (s *sheets) finish() error {
	for _, sh := range s.all {
		for i := range slices.Backward(s.columns) {
			letters := pipeline.ColumnLetters(i)
			if err := s.file.SetColWidth(sh.name, letters, letters, s.width(i)); err != nil {
				return err
			}
		}
		all := "A1:" + pipeline.CellRef(len(s.columns)-1, sh.last)
		if err := s.file.SetSheetDimension(sh.name, all); err != nil {
			return err
		}
		if err := addFilter(s.file, sh.name, all, ""); err != nil {
			return err
		}
		// IDs often are digits only; a green corner on each helps nobody.
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
			Name: "_xlnm.Print_Titles", RefersTo: name + "!$A:$" + pipeline.ColumnLetters(max(s.frozen, 2)-1) + "," + name + "!$1:$1",
			Scope: sh.name,
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
	for i := range s.columns[:len(s.columns)-s.folded] {
		sum += s.width(i)
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
	at := fmt.Sprintf("%s:%s", pipeline.CellRef(resultsState, 2), pipeline.CellRef(resultsState, sh.last))
	return s.file.SetConditionalFormat(sh.name, at, rules)
}

// addFilter adds a filter to a range, and restores what the filter would remove from the sheet: its width in printed
// pages, and the colour of its tab, if any.
func addFilter(f *excelize.File, name, cells, tab string) error {
	if err := f.AutoFilter(name, cells, nil); err != nil {
		return err
	}
	fit := true
	props := excelize.SheetPropsOptions{FitToPage: &fit}
	if tab != "" {
		props.TabColorRGB = &tab
	}
	return f.SetSheetProps(name, &props)
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
