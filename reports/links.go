package reports

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"

	"muster/pipeline"
)

// link leads from a cell of a sheet to one of another. Both are places that
// muster knows; nothing of it is made from data.
type link struct {
	column, row int32 // the column from 0
	to          *sheet
	at          int32 // the row there
	in          int32 // the column there, from 0
}

// writeLinks writes links as the part of a sheet's XML that holds them
// (ECMA-376 part 1, 18.3.1.48).
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

// quotedSheet is a sheet's name as a reference spells it.
func quotedSheet(name string) string {
	if strings.ContainsAny(name, " '") {
		return "'" + strings.ReplaceAll(name, "'", "''") + "'"
	}
	return name
}

// afterLinks is what follows the links of every sheet here, which all have
// margins. No cell's text can read like it: its < would be escaped.
var afterLinks = []byte("<pageMargins")

// linked passes a sheet's XML on and puts its links before its margins. The
// place may lie across two pieces, so that the end of each waits for the next.
type linked struct {
	to    io.Writer
	links []link
	kept  []byte
	done  bool
}

func (l *linked) Write(b []byte) (int, error) {
	if l.done {
		return l.to.Write(b)
	}
	n := len(b)
	if len(l.kept) > 0 {
		b = append(l.kept, b...)
		l.kept = nil
	}
	if at := bytes.Index(b, afterLinks); at >= 0 {
		l.done = true
		if _, err := l.to.Write(b[:at]); err != nil {
			return 0, err
		}
		if err := writeLinks(l.to, l.links); err != nil {
			return 0, err
		}
		if _, err := l.to.Write(b[at:]); err != nil {
			return 0, err
		}
		return n, nil
	}
	pass := max(0, len(b)-len(afterLinks)+1)
	if _, err := l.to.Write(b[:pass]); err != nil {
		return 0, err
	}
	l.kept = append(l.kept[:0:0], b[pass:]...)
	return n, nil
}
