package main

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// element is any element of a part of a workbook.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []element  `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (e *element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e *element) child(name string) *element {
	for i := range e.Children {
		if e.Children[i].XMLName.Local == name {
			return &e.Children[i]
		}
	}
	return &element{}
}

// undeclared is a prefix of a name without a declared namespace; "" for none. Go's decoder leaves it in place of the
// namespace.
func (e *element) undeclared() string {
	if e.XMLName.Space != "" && !strings.ContainsAny(e.XMLName.Space, ":/") {
		return e.XMLName.Space
	}
	for i := range e.Children {
		if prefix := e.Children[i].undeclared(); prefix != "" {
			return prefix
		}
	}
	return ""
}

// worksheetOrder is the order of a worksheet's elements (ECMA-376 part 1, 18.3.1.99); Excel repairs a sheet that has
// another.
var worksheetOrder = strings.Fields(`sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios
	autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions
	pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing
	legacyDrawingHF picture oleObjects controls webPublishItems tableParts extLst`)

// cmdOpensInExcel checks workbooks for faults that make Excel repair them, while other programs open them without a
// message: opensinexcel FILE...
func cmdOpensInExcel(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		found, err := repairs(ts.MkAbs(name))
		ts.Check(err)
		if (len(found) > 0) != neg {
			ts.Fatalf("%s: Excel would repair: %s", name, strings.Join(found, "; "))
		}
	}
}

// repairs lists the faults of a workbook's parts.
func repairs(file string) (found []string, err error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	say := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	parts := map[string]*element{}
	for _, f := range z.File {
		if parts[f.Name] != nil {
			say("two parts %s", f.Name)
		}
		parts[f.Name] = &element{}
		if e := path.Ext(f.Name); e != ".xml" && e != ".rels" && e != ".vml" {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		if err := xml.Unmarshal(text, parts[f.Name]); err != nil {
			say("%s: %v", f.Name, err)
		}
		if prefix := parts[f.Name].undeclared(); prefix != "" {
			say("%s: nothing declares %s:", f.Name, prefix)
		}
	}
	typed := map[string]bool{}
	for _, c := range parts["[Content_Types].xml"].Children {
		key := c.attr("PartName") + "." + c.attr("Extension")
		if typed[key] {
			say("two content types of %s", key)
		}
		typed[key] = true
		if name := strings.TrimPrefix(c.attr("PartName"), "/"); name != "" && parts[name] == nil {
			say("a content type of %s, which is not there", name)
		}
	}
	for name, part := range parts {
		if path.Ext(name) == ".xml" && name != "[Content_Types].xml" && !typed["/"+name+"."] {
			say("%s has no content type", name)
		}
		if path.Ext(name) == ".rels" {
			relationships(name, part, parts, say)
		}
		if path.Dir(name) == "xl/worksheets" {
			worksheet(name, part, parts["xl/workbook.xml"], say)
		}
	}
	return found, nil
}

func relationships(name string, part *element, parts map[string]*element, say func(string, ...any)) {
	ids := map[string]bool{}
	for _, r := range part.Children {
		if ids[r.attr("Id")] {
			say("%s: two of %s", name, r.attr("Id"))
		}
		ids[r.attr("Id")] = true
		target := r.attr("Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(path.Dir(path.Dir(name)), target)
		}
		if r.attr("TargetMode") != "External" && parts[strings.TrimPrefix(target, "/")] == nil {
			say("%s leads to %s, which is not there", name, target)
		}
	}
}

func worksheet(name string, sheet, workbook *element, say func(string, ...any)) {
	last := -1
	for i := range sheet.Children {
		e := &sheet.Children[i]
		at := slices.Index(worksheetOrder, e.XMLName.Local)
		if at < last || at == last && e.XMLName.Local != "conditionalFormatting" {
			say("%s: %s is out of order", name, e.XMLName.Local)
		}
		last = max(last, at)
		if n := e.attr("count"); n != "" && n != strconv.Itoa(len(e.Children)) {
			say("%s: %s has %d of %s", name, e.XMLName.Local, len(e.Children), n)
		}
	}
	column := 0
	for _, c := range sheet.child("cols").Children {
		from, _ := strconv.Atoi(c.attr("min"))
		to, _ := strconv.Atoi(c.attr("max"))
		if from <= column || to < from || to > excelize.MaxColumns {
			say("%s: columns %d to %d after %d", name, from, to, column)
		}
		column = to
	}
	row, most := 0, 0
	for _, r := range sheet.child("sheetData").Children {
		n, _ := strconv.Atoi(r.attr("r"))
		if n <= row {
			say("%s: row %d after %d", name, n, row)
		}
		row = n
		column := 0
		for _, c := range r.Children {
			x, y, err := excelize.CellNameToCoordinates(c.attr("r"))
			if err != nil || y != n || x <= column {
				say("%s: cell %s", name, c.attr("r"))
			}
			column = x
			most = max(most, x)
			text := c.child("is")
			if len(utf16.Encode([]rune(text.Text+text.child("t").Text))) > 32767 {
				say("%s: the text of %s is too long", name, c.attr("r"))
			}
		}
	}
	// A reader that trusts the range sees nothing outside of it.
	if ref := sheet.child("dimension").attr("ref"); most > 0 && row > 0 {
		_, end, _ := strings.Cut(ref, ":")
		if end == "" {
			end = ref
		}
		if x, y, err := excelize.CellNameToCoordinates(end); err != nil || x < most || y < row {
			say("%s: the range %s leaves cells out", name, ref)
		}
	}
	for _, v := range sheet.child("dataValidations").Children {
		for title, most := range map[string]int{"promptTitle": 32, "errorTitle": 32, "prompt": 255, "error": 225} {
			if len(utf16.Encode([]rune(v.attr(title)))) > most {
				say("%s: the %s of %s is too long", name, title, v.attr("sqref"))
			}
		}
		if formula := v.child("formula1").Text; len(utf16.Encode([]rune(strings.Trim(formula, `"`)))) > 255 {
			say("%s: the rule of %s is too long", name, v.attr("sqref"))
		}
	}
	links := sheet.child("hyperlinks").Children
	if len(links) > excelize.TotalSheetHyperlinks {
		say("%s: %d links", name, len(links))
	}
	for _, l := range links {
		to, _, _ := strings.Cut(l.attr("location"), "!")
		to = strings.ReplaceAll(strings.Trim(to, "'"), "''", "'")
		if l.attr("location") != "" && !slices.ContainsFunc(workbook.child("sheets").Children,
			func(s element) bool { return s.attr("name") == to }) {
			say("%s: a link to %s", name, l.attr("location"))
		}
	}
}
