package book

import (
	"errors"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

// newTokens reads a part's XML within the part's limits. Its errors are worded for the user who has the workbook.
func newTokens(p *part) *sheetxml.Scanner {
	return sheetxml.NewScanner(p, sheetxml.Options{
		Depth:  p.limits.depth,
		Began:  func(at int64) { p.mark = at },
		Refuse: p.refusal,
	})
}

// refusal is the mistake for a fault in the part's XML. The scanner's own message would mean nothing to the user who
// has the workbook.
func (p *part) refusal(err error) error {
	switch {
	case isOurs(err):
		return err
	case errors.Is(err, sheetxml.ErrDirective):
		return pipeline.Wrong("book.part_has_directive", "part", p.name).Advise(saveAgain())
	case errors.Is(err, sheetxml.ErrEncoding):
		return pipeline.Wrong("book.part_encoding", "part", p.name).Advise(saveAgain())
	case errors.Is(err, sheetxml.ErrMalformed):
		return pipeline.Wrong("book.part_malformed", "part", p.name).Advise(saveAgain())
	}
	// The part ends too early, or its bytes are not those that were compressed.
	return pipeline.Wrong("book.part_damaged", "part", p.name).Advise(fetchAgain())
}

// damaged is the mistake for a part with contents that it cannot have.
func (p *part) damaged() error { return p.refusal(sheetxml.ErrMalformed) }

// root reads up to the document's first element and checks its name.
func (p *part) root(t *sheetxml.Scanner, local string) error {
	root, err := t.Root()
	if err == nil && !sheetxml.IsMain(root.Name, local) {
		err = pipeline.Wrong("book.part_unexpected", "part", p.name).Advise(saveAgain())
	}
	return err
}

// richText appends the text of an element of type CT_Rst (ECMA-376, part 1, 18.4.8): its own t and those of its runs,
// without phonetic runs.
func richText(t *sheetxml.Scanner, to []byte) ([]byte, error) {
	err := t.Children(func(child *sheetxml.Element) error {
		switch {
		case sheetxml.IsMain(child.Name, "t"):
			var err error
			to, err = t.AppendText(to)
			return err
		case sheetxml.IsMain(child.Name, "r"):
			return t.Children(func(run *sheetxml.Element) error {
				if !sheetxml.IsMain(run.Name, "t") {
					return t.Skip()
				}
				var err error
				to, err = t.AppendText(to)
				return err
			})
		}
		return t.Skip()
	})
	return to, err
}
