package suggest

import (
	"slices"
)

// longestName is how long the name of a column may be, in bytes.
const longestName = 256

// Knows reports whether a text is a name that people give to a column of customers'
// data: a header such as Razón social or Owner 1 DOB, every word of which is known.
func Knows(text string) bool {
	l, ok := labelOf(text)
	return ok && l.concept != somethingElse
}

// TellsApart reports whether a column of that name has something of its own for each
// customer: a number of a document, a reference, an e-mail address or a phone.
func TellsApart(name string) bool {
	l, ok := labelOf(name)
	return ok && slices.Contains([]concept{anEmail, aPhone, aNIT, anEIN, aTaxID, aDocument, aReference, anID}, l.concept)
}

func labelOf(text string) (label, bool) {
	if text == "" || len(text) > longestName {
		return label{}, false
	}
	l := readLabel(text)
	return l, l.whole && !l.mixed && l.concept != ""
}
