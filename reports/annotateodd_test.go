package reports

import (
	"archive/zip"
	"bytes"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

// repacked is a book with its parts replaced by change; "" drops a part.
func repacked(t testing.TB, book []byte, change func(name, text string) string) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range from.File {
		text := change(f.Name, archived(t, book)[f.Name])
		if text == "" {
			continue
		}
		w, err := z.Create(f.Name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A book with missing or unusually spelt parts is annotated like any other.
func TestAnnotateWhatProgramsWrite(t *testing.T) {
	fixed := Line{Outcome: pipeline.Outcome{Row: 2, State: pipeline.Invalid, Message: said("is required")},
		Problems: []Problem{wrong("", "B2", "required", "is required")}}
	book := packed(t, worksheet+`<sheetData><row r="1"><c r="a1" t="str"><v>a</v></c><c r="b1" t="str"><v>b</v></c></row>`+
		`<row r="2"><c r="a2"><v>1</v></c><c r="b2"><v>7</v></c></row></sheetData></worksheet>`)
	without := func(name, text string) string {
		if name == "xl/styles.xml" {
			return ""
		}
		return text
	}
	for name, change := range map[string]func(name, text string) string{
		"references in lower case":           func(_, text string) string { return text },
		"a part of styles that is not there": without,
		"no styles at all": func(name, text string) string {
			if strings.HasSuffix(name, "workbook.xml.rels") {
				before, _, _ := strings.Cut(text, `<Relationship Id="b"`)
				return before + "</Relationships>"
			}
			return without(name, text)
		},
		"styles without a format of cells": func(name, text string) string {
			if name == "xl/styles.xml" {
				return `<styleSheet xmlns="` + spreadsheetML + `"/>`
			}
			return text
		},
		"parts in UTF-16": func(_, text string) string {
			out := []byte("\xff\xfe")
			for _, u := range utf16.Encode([]rune(text)) {
				out = append(out, byte(u), byte(u>>8))
			}
			return string(out)
		},
	} {
		t.Run(name, func(t *testing.T) {
			copied := annotated(t, repacked(t, book, change), Original{HeaderRow: 1, Columns: 2}, fixed)
			parts := map[string]string{}
			for name, raw := range archived(t, copied) {
				text, err := io.ReadAll(sheetxml.UTF8(strings.NewReader(raw)))
				if err != nil {
					t.Fatal(err)
				}
				parts[name] = string(text)
			}
			sheet := parts["xl/worksheets/sheet1.xml"]
			if fill := fillOf(t, sheet, parts["xl/styles.xml"], "[bB]2"); !strings.Contains(fill, markColour) {
				t.Errorf("B2 has the fill %s", fill)
			}
			if !regexp.MustCompile(`<c r="C2" s="\d+" t="inlineStr"><is><t xml:space="preserve">invalid</t>`).
				MatchString(sheet) {
				t.Errorf("the sheet is %s", sheet)
			}
			if fill := fillOf(t, sheet, parts["xl/styles.xml"], "C2"); !strings.Contains(fill,
				stateColour(pipeline.Invalid).fill) {
				t.Errorf("the state has the fill %s", fill)
			}
			if name == "parts in UTF-16" {
				return // the other reader does not support them
			}
			f, err := excelize.OpenReader(bytes.NewReader(copied))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if comments, err := f.GetComments("S"); err != nil || len(comments) != 1 || comments[0].Cell != "B2" {
				t.Errorf("comments %v, %v", comments, err)
			}
			if number, err := f.GetCellStyle("S", "B2"); err != nil || number == 0 {
				t.Errorf("B2 has the style %d, %v", number, err)
			}
		})
	}
	// Without a cell to mark, no comments are added.
	good := Line{Outcome: pipeline.Outcome{Row: 2, State: pipeline.Created}}
	parts := archived(t, annotated(t, repacked(t, book, without), Original{HeaderRow: 1, Columns: 2}, good))
	for name := range parts {
		if strings.Contains(name, "muster") {
			t.Errorf("it has the part %s", name)
		}
	}
}

// A copy is encrypted under the password, and its message takes several lines.
func TestAnnotateEncrypted(t *testing.T) {
	book := packed(t, worksheet+`<sheetData><row r="1"><c r="A1" t="str"><v>a</v></c></row>`+
		`<row r="2"><c r="A2"><v>1</v></c></row></sheetData></worksheet>`)
	copied := annotated(t, book, Original{HeaderRow: 1, Columns: 1, Password: "clave larga"},
		Line{Outcome: pipeline.Outcome{Row: 2, State: pipeline.Rejected, Message: said("refused")}})
	if _, err := excelize.OpenReader(bytes.NewReader(copied)); err == nil {
		t.Error("it opens without the password")
	}
	f, err := excelize.OpenReader(bytes.NewReader(copied), excelize.Options{Password: "clave larga"})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	id, err := f.GetCellStyle("S", "D2")
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.GetStyle(id)
	if err != nil || style.Alignment == nil || !style.Alignment.WrapText {
		t.Errorf("the message does not wrap: %+v (%v)", style, err)
	}
}
