package reports

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"muster/pipeline"
)

// insertion is a cell that a row does not have yet.
type insertion struct {
	column int
	text   string
	mark   bool // an offending cell that is empty
}

// copyRow copies a row from its start tag on, marks its offending cells and
// adds the texts behind its last column.
func (a *annotator) copyRow(start []byte, marks map[int]string, added []string, header bool) error {
	last := a.first + len(added)
	if bytes.Contains(start, []byte("spans=")) {
		start = withAttribute(start, "spans", "1:"+strconv.Itoa(last))
	}
	start, closed := opened(start)
	a.write(start)
	var queue []insertion
	for column := range marks {
		queue = append(queue, insertion{column: column, mark: true})
	}
	for i, text := range added {
		queue = append(queue, insertion{column: a.first + i, text: text})
	}
	slices.SortFunc(queue, func(x, y insertion) int { return x.column - y.column })
	flush := func(before int) {
		for len(queue) > 0 && queue[0].column < before {
			a.writeText(a.cell(queue[0], header))
			queue = queue[1:]
		}
	}
	for column, text := range marks {
		a.remark(column, text)
	}
	column := -1
	for {
		token, raw, err := a.in.next()
		if err != nil {
			return fmt.Errorf("read the sheet again: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if a.in.depth != 4 {
				break
			}
			if t.Name.Local != "c" {
				flush(maxColumns)
				break
			}
			if column, err = cellColumn(t, column); err != nil {
				return err
			}
			flush(column)
			if header && column == a.original.Columns-1 {
				a.headerS, _ = attribute(t, "s")
			}
			if len(queue) == 0 || queue[0].column != column {
				break
			}
			in := queue[0]
			queue = queue[1:]
			if in.mark {
				s, _ := attribute(t, "s")
				raw = withAttribute(raw, "s", strconv.Itoa(a.marked(s)))
				break
			}
			// An empty cell that only has a format stands in the way.
			a.writeText(a.cell(in, header))
			if err := a.skip(); err != nil {
				return err
			}
			continue
		case xml.EndElement:
			if a.in.depth == 3 {
				flush(maxColumns)
				if closed {
					a.writeText("</" + a.prefix + "row>")
				}
				a.write(raw)
				return nil
			}
		}
		a.write(raw)
	}
}

// skip reads over the rest of the cell that has just begun.
func (a *annotator) skip() error {
	for {
		token, _, err := a.in.next()
		if err != nil {
			return fmt.Errorf("read the sheet again: %w", err)
		}
		if _, ends := token.(xml.EndElement); ends && a.in.depth == 4 {
			return nil
		}
	}
}

// cell is a cell that is added.
func (a *annotator) cell(in insertion, header bool) string {
	ref := pipeline.CellRef(in.column, a.row)
	if in.mark {
		return fmt.Sprintf(`<%sc r="%s" s="%d"/>`, a.prefix, ref, a.marked(""))
	}
	if in.text == "" {
		return ""
	}
	style := ""
	if header && a.headerS != "" {
		style = ` s="` + a.headerS + `"`
	}
	text := in.text
	if utf8.RuneCountInString(text) > longestCell {
		text = string([]rune(text)[:longestCell-1]) + "…"
	}
	return fmt.Sprintf(`<%[1]sc r="%[2]s"%[3]s t="inlineStr"><%[1]sis><%[1]st xml:space="preserve">%[4]s</%[1]st></%[1]sis></%[1]sc>`, a.prefix, ref, style, escaped(text))
}

// remark keeps a comment.
func (a *annotator) remark(column int, text string) {
	if len(a.comments) == maxComments {
		a.more++
		return
	}
	a.comments = append(a.comments, comment{column, a.row, text})
}
