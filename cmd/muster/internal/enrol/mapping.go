package enrol

import (
	"muster/pipeline/book"
	"muster/pipeline/mapping"
	"muster/pipeline/wording"
)

// ReadMapping reads a mapping sheet. It, and the lookup tables that it names, are
// read as books are, with headings in any language.
func ReadMapping(path string) (*mapping.Sheet, error) {
	return mapping.ReadSheet(path, mapping.Files{Open: openTable, Texts: wording.InAll})
}

func openTable(path, sheet string, columns []string) (mapping.Table, error) {
	b, err := book.Open(path, book.Options{Sheet: sheet, Columns: columns, Distinct: true})
	if err != nil {
		return nil, err
	}
	return b, nil
}
