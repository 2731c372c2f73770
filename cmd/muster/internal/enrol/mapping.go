package enrol

import (
	"muster/pipeline/book"
	"muster/pipeline/mapping"
)

// ReadMapping reads a mapping sheet. It, and the lookup tables that it names, are
// read as books are.
func ReadMapping(path string) (*mapping.Sheet, error) { return mapping.ReadSheet(path, openTable) }

func openTable(path, sheet, column string) (mapping.Table, error) {
	b, err := book.Open(path, book.Options{Sheet: sheet, Column: column, SpacedQuotes: true})
	if err != nil {
		return nil, err
	}
	return b, nil
}
