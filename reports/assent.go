package reports

import (
	"strconv"

	"muster/pipeline"
)

// SentCell is a field of a row as it would be sent.
type SentCell struct {
	Value   string // masked already where it is secret
	Changed bool   // a conversion changed the book's value
	Wrong   bool   // the row has a problem with it
}

const (
	sentWidth  = 34 // the greatest width of a field's column
	sentFrozen = 2  // the row and its state stay visible
)

// sentColumns are the columns of the sheet As sent: one a field.
func sentColumns(h *Head) []column {
	all := []column{{columnRow(), number, 9, false}, {columnState(), ours, 14, false}}
	for _, field := range h.Sent {
		all = append(all, column{pipeline.Say(pipeline.AsWritten, "text", field), foreign, sentWidth, false})
	}
	return all
}

// addSent writes a line to the sheet As sent, if there is one.
func (w *workbook) addSent(l *Line) error {
	if w.sent == nil {
		return nil
	}
	w.row = append(w.row[:0], cell{kind: numberCell, text: strconv.Itoa(l.Row)},
		cell{kind: textCell, text: w.terms.states[l.State]})
	size := int64(2 * cellBytes)
	for i := range l.Sent {
		c := &l.Sent[i]
		out := cell{kind: textCell, text: cellText(c.Value)}
		switch {
		case c.Wrong:
			out.look = w.styles.faulty
		case c.Changed:
			out.look = w.styles.converted
		}
		if out.text == "" {
			if out.kind = noCell; out.look != 0 {
				out.kind = emptyCell
			}
		}
		w.sent.measure(i+2, out.text)
		w.row = append(w.row, out)
		size += cellBytes + int64(len(out.text))
	}
	w.sent.measure(0, "")
	sh, err := w.sent.room(size)
	if err != nil {
		return err
	}
	return sh.add(w.row, size, 1)
}
