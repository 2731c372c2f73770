package book

import (
	"bytes"
	"path/filepath"
	"strings"

	"muster/pipeline"
	"muster/pipeline/offcrypto"
)

type kind int

const (
	kindCSV kind = iota
	kindXLSX
	kindCompound // a workbook with a password, or one of the old binary format
)

const (
	saveAsEither = "open it in a spreadsheet program and save it as XLSX or as CSV UTF-8."
	saveAsUTF8   = `save it again as "CSV UTF-8".`
)

// foreign are extensions that no content can redeem: what carries them needs
// to be saved as something else.
var foreign = map[string]string{
	".xls":     "an .xls file is a workbook of the old binary format, which muster does not read",
	".ods":     "an .ods file is an OpenDocument spreadsheet, which muster does not read",
	".pdf":     "a .pdf file is a document, not a spreadsheet",
	".numbers": "a .numbers file is a Numbers spreadsheet, which muster does not read",
}

// recognise finds out what the file is, by its content; the extension counts
// where it promises something else.
func recognise(name string, f *file) (kind, error) {
	ext := strings.ToLower(filepath.Ext(name))
	if problem, ok := foreign[ext]; ok {
		return 0, pipeline.Mistakef("%s", problem).Try(saveAsEither)
	}
	if f.size == 0 {
		if name == standardInput {
			return 0, pipeline.Mistakef("nothing came through the standard input").
				Try("pipe a book into muster, or name a file.")
		}
		return 0, nothing("the file is empty").
			Try("a book has a header and, below it, one row for each merchant.")
	}
	head, err := f.start(512)
	if err != nil {
		return 0, err
	}
	sheets := ext == ".xlsx" || ext == ".xlsm"
	text := ext == ".csv" || ext == ".tsv" || ext == ".txt"
	begins := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
	switch {
	case begins(offcrypto.Mark):
		return kindCompound, nil
	case begins("PK\x03\x04"), begins("PK\x05\x06"):
		if text {
			return 0, pipeline.Mistakef("this is a workbook or another ZIP archive, not a text file, "+
				"although its name ends in %s", ext).
				Try("if it is a workbook, give it a name that ends in .xlsx.")
		}
		return kindXLSX, nil
	case sheets:
		return 0, pipeline.Mistakef("this is not an XLSX workbook, although its name ends in %s", ext).
			Try("if it is a CSV, give it a name that ends in .csv; else save it again as XLSX.")
	case begins("%PDF-"):
		return 0, pipeline.Mistakef("this is a PDF document, not a spreadsheet").Try(saveAsEither)
	case begins("\x1f\x8b"):
		return 0, pipeline.Mistakef("this is a compressed file (gzip)").Try("unpack it first.")
	case begins("\xff\xfe\x00\x00"), begins("\x00\x00\xfe\xff"):
		return 0, pipeline.Mistakef("the text is UTF-32, which muster does not read").Try(saveAsUTF8).
			At(pipeline.Place{Line: 1})
	case webPage(head):
		return 0, pipeline.Mistakef("this is a web page or an XML file, not a CSV").Try(saveAsEither)
	}
	return kindCSV, nil
}

// webPage: exports that are an HTML table under another name.
func webPage(head []byte) bool {
	start := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(head, []byte(byteOrderMark))))
	for _, tag := range []string{"<!doctype", "<html", "<?xml", "<table"} {
		if bytes.HasPrefix(start, []byte(tag)) {
			return true
		}
	}
	return false
}
