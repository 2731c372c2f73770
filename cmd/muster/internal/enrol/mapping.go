package enrol

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/mapping"
	"muster/pipeline/mapping/suggest"
	"muster/pipeline/wording"
)

// ReadMapping reads a mapping sheet and the lookup tables that it names as books are read, with headings in any
// language.
func ReadMapping(path string) (*mapping.Sheet, error) {
	return mapping.ReadSheet(path, tableFiles())
}

func tableFiles() mapping.Files { return mapping.Files{Open: openTable, Texts: wording.InAll} }

func openTable(path, sheet string, columns []string) (mapping.Table, error) {
	b, err := book.Open(path, book.Options{Sheet: sheet, Columns: columns, Distinct: true})
	if err != nil {
		return nil, err
	}
	return b, nil
}

// MappingFiles are the files of mappings that a user names, each once: a folder stands for the CSV files and
// workbooks in it, without hidden files and lookup tables. A folder without a mapping is a mistake.
func MappingFiles(named []string) (files []string, err error) {
	for _, path := range named {
		found := []string{path}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			if found, err = mappingsIn(path); err != nil {
				return nil, err
			}
		}
		for _, file := range found {
			if !slices.ContainsFunc(files, func(other string) bool { return SameFile(file, other) }) {
				files = append(files, file)
			}
		}
	}
	return files, nil
}

func mappingsIn(folder string) (files []string, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, pipeline.Wrong("enrol.mappings_unread", "folder", folder, "cause", pipeline.WithoutPath(err))
	}
	for _, e := range entries {
		ext := strings.ToLower(filepath.Ext(e.Name()))
		path := filepath.Join(folder, e.Name())
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") || strings.HasPrefix(e.Name(), "~$") ||
			ext != ".csv" && ext != ".xlsx" || mapping.IsTable(path, tableFiles()) {
			continue
		}
		files = append(files, path)
	}
	if len(files) == 0 {
		return nil, pipeline.Wrong("enrol.no_mapping_in_folder", "folder", folder).Try("enrol.put_mappings_there")
	}
	return files, nil
}

// readMappings reads the mapping sheets that the source names.
func (s Source) readMappings() (sheets []*mapping.Sheet, err error) {
	files, err := MappingFiles(s.Mappings)
	if err != nil {
		return nil, err
	}
	if s.Mapping != "" && len(files) == 0 {
		files = []string{s.Mapping}
	}
	for _, file := range files {
		sheet, err := ReadMapping(file)
		if err != nil {
			return nil, err
		}
		sheets = append(sheets, sheet)
	}
	return sheets, nil
}

// TryMappings returns the mistakes in the mapping sheets that a user names, without a book.
func TryMappings(named []string) error {
	_, err := Source{Mappings: named}.readMappings()
	return err
}

// mappings are the book's own mapping sheet, if there is one.
func (b *Book) mappings() []*mapping.Sheet {
	if b.sheet == nil {
		return nil
	}
	return []*mapping.Sheet{b.sheet}
}

// wanted describes each sheet's table, by which it is found in a book.
func wanted(sheets []*mapping.Sheet) (all []book.Wanted) {
	for _, sheet := range sheets {
		place := sheet.Place()
		all = append(all, book.Wanted{Sheet: place.Sheet, Row: place.HeaderRow, Names: len(sheet.Columns()),
			Fits: func(header []pipeline.Column) int { return sheet.Fit(header).Has }})
	}
	return all
}

// ToBeMapped are the options for opening a book that has no mapping yet.
func ToBeMapped(p *pipeline.Provider, s Source) book.Options {
	return book.Options{Sheet: s.Sheet, Reading: s.Reading, Password: s.Password, Words: words(FieldNames(p))}
}

// fieldWeight is more than the weight of a name that people give, so that of a row of labels and one of fields the
// latter is the header.
const fieldWeight = 3

// words weighs the names that people give to columns, and those for which names returns true, which may be nil.
func words(names func(string) bool) func(string) int {
	return func(text string) int {
		switch {
		case names != nil && names(text):
			return fieldWeight
		case suggest.Knows(text):
			return fieldWeight - 1
		}
		return 0
	}
}

// chooseMapping finds the sheet that fits a book; nil when there are none. Of several it is the one whose columns the
// book has completely, and most of.
func chooseMapping(b *book.Book, sheets []*mapping.Sheet) (*mapping.Sheet, error) {
	if len(sheets) == 0 {
		return nil, nil
	}
	if len(sheets) == 1 {
		return sheets[0], nil
	}
	matches, _ := b.Matches()
	var best []*mapping.Sheet
	most := 0
	var lacking []*pipeline.Message
	for i, sheet := range sheets {
		header := b.Header()
		if len(matches) == len(sheets) && b.Origin() == nil {
			header = matches[i].Header
		}
		fit := sheet.Fit(header)
		lacking = append(lacking, lacks(sheet, fit))
		switch {
		case len(fit.Lacks) > 0 || fit.Has < most || fit.Has == 0:
		case fit.Has > most:
			best, most = []*mapping.Sheet{sheet}, fit.Has
		default:
			best = append(best, sheet)
		}
	}
	at := pipeline.Place{File: b.Name(), Sheet: b.Sheet()}
	switch len(best) {
	case 1:
		return best[0], nil
	case 0:
		return nil, pipeline.Wrong("enrol.no_mapping_fits", "count", len(sheets), "mappings", lacking).
			Try("enrol.map_this_book").At(at)
	}
	var paths []string
	for _, sheet := range best {
		paths = append(paths, sheet.Path())
	}
	return nil, pipeline.Wrong("enrol.mappings_fit_alike", "mappings", paths, "count", most).
		Try("enrol.name_one_mapping").At(at)
}

// lacks says which of a sheet's columns a header does not have.
func lacks(sheet *mapping.Sheet, fit mapping.Fit) *pipeline.Message {
	if len(fit.Lacks) == 0 {
		return pipeline.Say("enrol.mapping_without_columns", "mapping", sheet.Path())
	}
	return pipeline.Say("enrol.mapping_lacks", "mapping", sheet.Path(), "columns", fit.Lacks)
}

// chosenNote says which of several sheets was taken.
func chosenNote(b *book.Book, sheet *mapping.Sheet, of int) *pipeline.Message {
	return pipeline.Say("enrol.mapping_chosen", "mapping", sheet.Path(), "columns", sheet.Fit(b.Header()).Has,
		"count", of)
}
