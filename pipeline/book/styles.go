package book

import (
	"strconv"

	"muster/pipeline/sheetxml"
)

// readStyles returns the number format of each cell style, in order (ECMA-376, part 1, 18.8.10 cellXfs and 18.8.30
// numFmt).
func readStyles(a *archive, name string) ([]numberFormat, error) {
	p, err := a.openSmall(name)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	t := newTokens(p)
	if err := p.root(t, "styleSheet"); err != nil {
		return nil, err
	}
	codes := map[string]string{}
	var ids []string
	err = t.Children(func(child *sheetxml.Element) error {
		switch {
		case sheetxml.IsMain(child.Name, "numFmts"):
			return t.Children(func(f *sheetxml.Element) error {
				if sheetxml.IsMain(f.Name, "numFmt") {
					codes[f.Value("numFmtId")] = f.Value("formatCode")
				}
				return t.Skip()
			})
		case sheetxml.IsMain(child.Name, "cellXfs"):
			return t.Children(func(xf *sheetxml.Element) error {
				if sheetxml.IsMain(xf.Name, "xf") {
					ids = append(ids, xf.Value("numFmtId"))
				}
				return t.Skip()
			})
		}
		return t.Skip()
	})
	if err == nil {
		err = t.Finish()
	}
	if err != nil {
		return nil, err
	}
	formats := make([]numberFormat, len(ids))
	for i, id := range ids {
		if code, ok := codes[id]; ok {
			formats[i] = readNumberFormat(code)
		} else if n, err := strconv.Atoi(id); err == nil {
			formats[i] = numberFormat{first: builtinFormat(n)}
		}
	}
	return formats, nil
}
