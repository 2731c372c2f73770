package book

import (
	"slices"
	"strings"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

// workbook is what a workbook's parts other than its sheets say.
type workbook struct {
	archive *archive
	sheets  []sheetEntry
	date    dateSystem
	styles  string // part names; "" if there is none
	strings string
}

// sheetEntry is one sheet as the workbook lists it.
type sheetEntry struct {
	name   string
	hidden bool
	grid   bool // a worksheet, not a chart, dialogue or macro sheet
	part   string
}

func openWorkbook(f *file, l limits) (*workbook, error) {
	a, err := openArchive(f, l)
	if err != nil {
		return nil, err
	}
	w := &workbook{archive: a}
	main, err := w.mainPart()
	if err != nil {
		return nil, err
	}
	relations, err := a.relations(main)
	if err != nil {
		return nil, err
	}
	for _, r := range relations {
		switch {
		case r.External || !a.has(r.Target):
			// Some programs name a part that they do not write because no cell needs it.
		case r.Kind == "styles" && w.styles == "":
			w.styles = r.Target
		case r.Kind == "sharedStrings" && w.strings == "":
			w.strings = r.Target
		}
	}
	return w, w.readSheets(main, relations)
}

// mainPart finds the workbook's own part, or says what the archive is.
func (w *workbook) mainPart() (string, error) {
	main := ""
	if w.archive.has("_rels/.rels") {
		relations, err := w.archive.relations("")
		if err != nil {
			return "", err
		}
		for _, r := range relations {
			if r.Kind == "officeDocument" && !r.External {
				main = r.Target
				break
			}
		}
	}
	if main == "" && w.archive.has("xl/workbook.xml") {
		main = "xl/workbook.xml"
	}
	var wrong *pipeline.Mistake
	switch {
	case strings.HasSuffix(main, ".bin"):
		wrong = pipeline.Wrong("book.is_xlsb")
	case strings.HasPrefix(main, "word/"):
		wrong = pipeline.Wrong("book.is_docx")
	case strings.HasPrefix(main, "ppt/"):
		wrong = pipeline.Wrong("book.is_presentation")
	case main != "":
		return main, nil
	case w.archive.has("mimetype") && w.archive.has("content.xml"):
		wrong = pipeline.Wrong("book.is_ods")
	case w.archive.has("index/document.iwa"):
		wrong = pipeline.Wrong("book.is_numbers")
	default:
		wrong = pipeline.Wrong("book.is_zip")
	}
	return "", wrong.Advise(saveAsEither())
}

// relations reads the .rels of a part; "" means the package itself.
func (a *archive) relations(of string) ([]sheetxml.Relationship, error) {
	p, err := a.openSmall(sheetxml.RelationsOf(of))
	if err != nil {
		return nil, err
	}
	defer p.Close()
	return sheetxml.ReadRelationships(newTokens(p), of)
}

func (w *workbook) readSheets(main string, relations []sheetxml.Relationship) error {
	p, err := w.archive.openSmall(main)
	if err != nil {
		return err
	}
	defer p.Close()
	t := newTokens(p)
	if err := p.root(t, "workbook"); err != nil {
		return err
	}
	err = t.Children(func(child *sheetxml.Element) error {
		switch {
		case sheetxml.IsMain(child.Name, "workbookPr"):
			if flag := child.Value("date1904"); flag == "1" || flag == "true" {
				w.date = date1904
			}
		case sheetxml.IsMain(child.Name, "sheets"):
			return t.Children(func(sheet *sheetxml.Element) error {
				if sheetxml.IsMain(sheet.Name, "sheet") {
					w.add(sheet, relations)
				}
				return t.Skip()
			})
		}
		return t.Skip()
	})
	if err != nil {
		return err
	}
	return t.Finish()
}

func (w *workbook) add(sheet *sheetxml.Element, relations []sheetxml.Relationship) {
	e := sheetEntry{name: sheet.Value("name")}
	state := sheet.Value("state")
	e.hidden = state == "hidden" || state == "veryHidden"
	for _, a := range sheet.Attr {
		if a.Name.Local == "id" && (a.Name.Space == sheetxml.Relation || a.Name.Space == sheetxml.RelationStrict) {
			i := slices.IndexFunc(relations, func(r sheetxml.Relationship) bool { return r.ID == string(a.Value) })
			if i < 0 {
				continue
			}
			e.grid = relations[i].Kind == "worksheet" && !relations[i].External
			e.part = relations[i].Target
		}
	}
	w.sheets = append(w.sheets, e)
}

// worksheets returns the names of the sheets that can be read.
func (w *workbook) worksheets() []string {
	var names []string
	for _, s := range w.sheets {
		if s.grid {
			names = append(names, s.name)
		}
	}
	return names
}

// choose finds a sheet by its name, first as written and then ignoring case, as spreadsheet programs do; if no sheet
// has that name, by its number. "" means the first visible worksheet. counted reports that it was found by its
// number.
func (w *workbook) choose(name string) (chosen sheetEntry, counted bool, err error) {
	if name == "" {
		for _, s := range w.sheets {
			if s.grid && !s.hidden {
				return s, false, nil
			}
		}
		if len(w.worksheets()) == 0 {
			return sheetEntry{}, false, pipeline.Wrong("book.no_worksheet").Advise(saveAgain())
		}
		return sheetEntry{}, false, pipeline.Wrong("book.all_sheets_hidden").
			Try("book.name_sheet", "sheets", w.worksheets())
	}
	for _, same := range []func(string) bool{
		func(s string) bool { return s == name },
		func(s string) bool { return strings.EqualFold(s, name) },
	} {
		for _, s := range w.sheets {
			if !same(s.name) {
				continue
			}
			if !s.grid {
				return sheetEntry{}, false, pipeline.Wrong("book.sheet_has_no_rows", "sheet", s.name).
					Try("book.name_other_sheet", "sheets", w.worksheets())
			}
			return s, false, nil
		}
	}
	if i, ok := parseIndex(name, len(w.sheets)); ok {
		s := w.sheets[i-1]
		switch {
		case !s.grid:
			return sheetEntry{}, false, pipeline.Wrong("book.numbered_sheet_has_no_rows", "number", i, "sheet", s.name).
				Try("book.name_other_sheet", "sheets", w.worksheets())
		case s.hidden:
			return sheetEntry{}, false, pipeline.Wrong("book.numbered_sheet_hidden", "number", i, "sheet", s.name).
				Try("book.name_hidden_sheet", "sheets", w.worksheets())
		}
		return s, true, nil
	}
	return sheetEntry{}, false, pipeline.Wrong("book.no_such_sheet", "sheet", name).
		Try("book.sheets_are", "sheets", w.worksheets()).SuggestQuoted(name, w.worksheets())
}

// withColumn finds the first visible sheet whose header has one of the names, or returns instead if there is none. A
// sheet whose header cannot be read is skipped.
func (w *workbook) withColumn(names []string, instead sheetEntry) (sheetEntry, error) {
	shared, err := w.open(instead)
	if err != nil {
		return sheetEntry{}, err
	}
	for _, s := range w.sheets {
		if !s.grid || s.hidden {
			continue
		}
		look := &Book{workbook: w, source: &xlsxSource{archive: w.archive, part: s.part, texts: shared.texts}}
		named := func(c pipeline.Column) bool { return slices.Contains(names, c.Name) }
		if err := look.findHeader(Options{Distinct: true}); err == nil && slices.ContainsFunc(look.header, named) {
			return s, nil
		}
	}
	return instead, nil
}

// open reads what the sheet's cells refer to.
func (w *workbook) open(s sheetEntry) (*xlsxSource, error) {
	source := &xlsxSource{archive: w.archive, part: s.part}
	source.texts.date = w.date
	var err error
	if w.styles != "" {
		if source.texts.styles, err = readStyles(w.archive, w.styles); err != nil {
			return nil, err
		}
	}
	if w.strings != "" {
		if source.texts.strings, err = readStrings(w.archive, w.strings); err != nil {
			return nil, err
		}
	}
	return source, nil
}
