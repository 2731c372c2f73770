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
	kindCompound // an encrypted workbook, or one in the old binary format
)

// foreign is the mistake for a file with an extension that muster cannot read whatever its content; nil for any
// other.
func foreign(ext string) *pipeline.Mistake {
	switch ext {
	case ".ods":
		return pipeline.Wrong("book.is_ods")
	case ".pdf":
		return pipeline.Wrong("book.is_pdf")
	case ".numbers":
		return pipeline.Wrong("book.is_numbers")
	}
	return nil
}

// recognise determines the format of the file by its content; the extension matters when it promises another one.
func recognise(name string, f *file) (kind, error) {
	ext := strings.ToLower(filepath.Ext(name))
	if wrong := foreign(ext); wrong != nil {
		return 0, wrong.Advise(saveAsEither())
	}
	if f.size == 0 {
		if name == standardInput {
			return 0, pipeline.Wrong("book.input_empty").Try("book.pipe_or_name")
		}
		return 0, empty("book.file_empty").Try("book.what_a_book_has")
	}
	head, err := f.start(512)
	if err != nil {
		return 0, err
	}
	if ext == ".xls" {
		return 0, namedXLS(head)
	}
	sheets := ext == ".xlsx" || ext == ".xlsm"
	text := ext == ".csv" || ext == ".tsv" || ext == ".txt"
	begins := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
	switch {
	case begins(offcrypto.Mark):
		return kindCompound, nil
	case begins("PK\x03\x04"), begins("PK\x05\x06"):
		if text {
			return 0, pipeline.Wrong("book.zip_named_as_text", "extension", ext).Try("book.name_it_xlsx")
		}
		return kindXLSX, nil
	case sheets:
		return 0, pipeline.Wrong("book.not_xlsx", "extension", ext).Try("book.name_it_csv")
	case begins("%PDF-"):
		return 0, pipeline.Wrong("book.is_pdf").Advise(saveAsEither())
	case begins("\x1f\x8b"):
		return 0, pipeline.Wrong("book.is_gzip").Try("book.unpack")
	case begins("\xff\xfe\x00\x00"), begins("\x00\x00\xfe\xff"):
		return 0, pipeline.Wrong("book.is_utf32").Advise(saveAsUTF8()).At(pipeline.Place{Line: 1})
	case webPage(head):
		return 0, pipeline.Wrong("book.is_web_page").Advise(saveAsEither())
	case isJSON(ext, head):
		return 0, pipeline.Wrong("book.is_json").Advise(saveAsEither())
	}
	return kindCSV, nil
}

// namedXLS is the mistake for a file with the extension of the old binary format, which many programs give to other
// files.
func namedXLS(head []byte) *pipeline.Mistake {
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return pipeline.Wrong("book.zip_named_as_text", "extension", ".xls").Try("book.name_it_xlsx")
	case webPage(head):
		return pipeline.Wrong("book.is_web_page").Advise(saveAsEither())
	case bytes.IndexByte(head, 0) < 0:
		return pipeline.Wrong("book.text_named_xls").Try("book.name_it_csv")
	}
	return pipeline.Wrong("book.is_xls").Advise(saveAsEither())
}

// isJSON recognises exports of programs, and answers of servers that were saved as a book.
func isJSON(ext string, head []byte) bool {
	text := bytes.TrimSpace(bytes.TrimPrefix(head, []byte(byteOrderMark)))
	list := bytes.TrimSpace(bytes.TrimPrefix(text, []byte("[")))
	object := bytes.TrimSpace(bytes.TrimPrefix(list, []byte("{")))
	return ext == ".json" || len(object) < len(list) && bytes.HasPrefix(object, []byte(`"`))
}

// webPage recognises exports that are an HTML table under another extension.
func webPage(head []byte) bool {
	start := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(head, []byte(byteOrderMark))))
	for _, tag := range []string{"<!doctype", "<html", "<?xml", "<table"} {
		if bytes.HasPrefix(start, []byte(tag)) {
			return true
		}
	}
	return false
}
