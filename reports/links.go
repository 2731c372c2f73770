package reports

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"

	"muster/pipeline"
)

// link leads from a cell of a sheet to one of another. Both places are muster's own; nothing in it comes from data.
type link struct {
	column, row int32 // the column from 0
	to          *sheet
	at          int32 // target row
	in          int32 // target column, from 0
}

// writeLinks writes links in the form of a sheet's XML (ECMA-376 part 1, 18.3.1.48).
func writeLinks(w io.Writer, links []link) error {
	var b bytes.Buffer
	b.WriteString("<hyperlinks>")
	for _, l := range links {
		b.WriteString(`<hyperlink ref="`)
		b.WriteString(pipeline.CellRef(int(l.column), int(l.row)))
		b.WriteString(`" location="`)
		to := quotedSheet(l.to.name) + "!" + pipeline.CellRef(int(l.in), int(l.at))
		if err := xml.EscapeText(&b, []byte(to)); err != nil {
			return err
		}
		b.WriteString(`"/>`)
		if b.Len() > 1<<15 {
			if _, err := b.WriteTo(w); err != nil {
				return err
			}
		}
	}
	b.WriteString("</hyperlinks>")
	_, err := b.WriteTo(w)
	return err
}

// quotedSheet is a sheet's name in a reference.
func quotedSheet(name string) string {
	if strings.ContainsAny(name, " '") {
		return "'" + strings.ReplaceAll(name, "'", "''") + "'"
	}
	return name
}
