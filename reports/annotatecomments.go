package reports

import (
	"bytes"
	"fmt"
	"strings"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

// Names of ECMA-376, part 1 and part 4.
const (
	relationships   = sheetxml.Relation
	spreadsheetML   = sheetxml.Main
	packageRelation = "http://schemas.openxmlformats.org/package/2006/relationships"
	commentsContent = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
	drawingContent  = "application/vnd.openxmlformats-officedocument.vmlDrawing"
	contentTypes    = "[Content_Types].xml"
	xmlDeclaration  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
)

// The relationships of the sheet to parts that are added.
const (
	commentsRelation = "rIdMusterComments"
	drawingRelation  = "rIdMusterDrawing"
)

// maxComments bounds the number of comments; further cells are only coloured.
const maxComments = 20_000

// comment is a comment on one cell.
type comment struct {
	column, row int
	text        string
}

// withComments returns the changed and the new parts for adding comments to a sheet. drawing is the relationship of
// the drawing that the sheet names; "" for none.
func (b bookParts) withComments(sheet, drawing string, comments []comment) (changedParts, error) {
	relations, err := b.read(sheetxml.RelationsOf(sheet))
	if err != nil {
		return nil, err
	}
	if relations == nil {
		relations = []byte(xmlDeclaration + `<Relationships xmlns="` + packageRelation + `"/>`)
	}
	types, err := b.read(contentTypes)
	if err != nil {
		return nil, err
	}
	known, err := readRelations(relations, sheet)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", sheetxml.RelationsOf(sheet), err)
	}
	var listName, drawingName string
	for _, r := range known {
		switch {
		case r.External:
		case r.Kind == "comments":
			listName = r.Target
		case r.ID == drawing:
			drawingName = r.Target
		}
	}
	var related, typed []string
	relate := func(id, kind, target string) {
		related = append(related, `Relationship Id="`+id+`" Type="`+relationships+kind+`" Target="/`+target+`"/>`)
	}
	list, err := b.read(listName)
	if err != nil {
		return nil, err
	}
	if list == nil {
		listName = b.free("xl/musterComments", ".xml")
		list = []byte(xmlDeclaration + `<comments xmlns="` + spreadsheetML +
			`"><authors></authors><commentList></commentList></comments>`)
		relate(commentsRelation, "/comments", listName)
		typed = append(typed, `Override PartName="/`+listName+`" ContentType="`+commentsContent+`"/>`)
	}
	shapes, err := b.read(drawingName)
	if err != nil {
		return nil, err
	}
	if shapes == nil {
		drawingName = b.free("xl/drawings/musterDrawing", ".vml")
		shapes = []byte(emptyDrawing)
		relate(drawingRelation, "/vmlDrawing", drawingName)
	}
	if there, err := namesVML(types); err != nil {
		return nil, fmt.Errorf("%s: %w", contentTypes, err)
	} else if !there {
		typed = append(typed, `Default Extension="vml" ContentType="`+drawingContent+`"/>`)
	}
	if list, shapes, err = commented(list, shapes, comments); err != nil {
		return nil, err
	}
	if relations, err = withAdditions(relations, elements("Relationships", related)); err != nil {
		return nil, err
	}
	if types, err = withAdditions(types, elements("Types", typed)); err != nil {
		return nil, err
	}
	return changedParts{
		listName: list, drawingName: shapes, sheetxml.RelationsOf(sheet): relations, contentTypes: types,
	}, nil
}

// elements are tags to add to an element, each given without its < and prefix.
func elements(in string, tags []string) addition {
	return addition{element: in, text: func(prefix string) string {
		var b strings.Builder
		for _, tag := range tags {
			b.WriteString("<" + prefix + tag)
		}
		return b.String()
	}}
}

// namesVML reports whether the content type of drawings is declared.
func namesVML(types []byte) (there bool, err error) {
	s := sheetxml.NewScanner(bytes.NewReader(types), sheetxml.Options{})
	if _, err := s.Root(); err != nil {
		return false, err
	}
	err = s.Children(func(e *sheetxml.Element) error {
		there = there || strings.EqualFold(e.Value("Extension"), "vml")
		return s.Skip()
	})
	return there, err
}

// commented adds comments to the sheet's list and to the drawing that shows them. A cell that has a comment keeps it:
// the column message has the problem too.
func commented(list, drawing []byte, comments []comment) (_, _ []byte, err error) {
	taken, author, err := readComments(list)
	if err != nil {
		return nil, nil, err
	}
	number := lastShape(drawing)
	var added []comment
	var shapes strings.Builder
	for _, c := range comments {
		if taken[pipeline.CellRef(c.column, c.row)] {
			continue
		}
		added = append(added, c)
		number++
		fmt.Fprintf(&shapes, commentShape, number, c.column+1, max(c.row-2, 0), c.column+4, c.row+4, c.row-1, c.column)
	}
	if len(added) == 0 {
		return list, drawing, nil
	}
	list, err = withAdditions(list,
		elements("authors", []string{"author>muster</author>"}),
		addition{element: "commentList", text: func(p string) string {
			var b strings.Builder
			for _, c := range added {
				fmt.Fprintf(&b, `<%[1]scomment ref="%[2]s" authorId="%[3]d"><%[1]stext><%[1]sr>`+
					`<%[1]st xml:space="preserve">%[4]s</%[1]st></%[1]sr></%[1]stext></%[1]scomment>`, p,
					pipeline.CellRef(c.column, c.row), author, escaped(c.text))
			}
			return b.String()
		}})
	if err != nil {
		return nil, nil, err
	}
	drawing, err = withShapes(drawing, shapes.String())
	return list, drawing, err
}

// readComments returns the cells that have a comment, and the number of authors (ECMA-376, part 1, 18.7.6).
func readComments(list []byte) (taken map[string]bool, authors int, err error) {
	taken = map[string]bool{}
	s := sheetxml.NewScanner(bytes.NewReader(list), sheetxml.Options{})
	if _, err := s.Root(); err != nil {
		return nil, 0, err
	}
	err = s.Children(func(e *sheetxml.Element) error {
		name := e.Name.Local
		return s.Children(func(e *sheetxml.Element) error {
			switch name {
			case "authors":
				authors++
			case "commentList":
				taken[e.Value("ref")] = true
			}
			return s.Skip()
		})
	})
	return taken, authors, err
}
