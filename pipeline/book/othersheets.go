package book

import "muster/pipeline"

// OtherSheets are the names of the other visible worksheets, in the workbook's order; nil for a CSV, and for a
// results workbook, whose sheets all have the same rows.
func (b *Book) OtherSheets() []string {
	if b.workbook == nil || b.workbook.isResult() || b.fix != nil {
		return nil
	}
	var names []string
	for _, s := range b.workbook.sheets {
		if s.grid && !s.hidden && s.name != b.sheet {
			names = append(names, s.name)
		}
	}
	return names
}

// HiddenSheets are the names of the hidden worksheets, in the workbook's order; nil for a CSV.
func (b *Book) HiddenSheets() (names []string) {
	if b.workbook == nil {
		return nil
	}
	for _, s := range b.workbook.sheets {
		if s.grid && s.hidden {
			names = append(names, s.name)
		}
	}
	return names
}

// OpenOther opens another sheet of the same workbook, through the same file handle and with what was read of the
// workbook already. It is valid as long as b, which is the one to close, and there must be no pass in both at once.
// Options.Sheet names the sheet. Every failure is a [*pipeline.Mistake], including a sheet without a header.
func (b *Book) OpenOther(o Options) (*Book, error) {
	other := &Book{name: b.name, sheets: b.sheets, sha256: b.sha256, workbook: b.workbook,
		file: &file{at: b.file.at, size: b.file.size, close: func() error { return nil }}}
	if err := other.look(b, o); err != nil {
		return nil, other.refusal(err)
	}
	return other, nil
}

func (b *Book) look(at *Book, o Options) error {
	source, ok := at.source.(*xlsxSource)
	if !ok {
		return pipeline.Wrong("book.csv_has_no_sheet", "sheet", o.Sheet).Try("book.name_workbook")
	}
	chosen, _, err := b.workbook.choose(o.Sheet)
	if err != nil {
		return err
	}
	b.sheet = chosen.name
	b.source = &xlsxSource{archive: source.archive, part: chosen.part, texts: source.texts}
	return b.findHeader(o)
}
