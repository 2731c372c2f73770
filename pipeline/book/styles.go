package book

import "strconv"

// readStyles gives the format of each cell style, in order (ECMA-376, part 1,
// 18.8.10 cellXfs and 18.8.30 numFmt).
func readStyles(a *archive, name string) ([]numberFormat, error) {
	p, err := a.openSmall(name)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	t := newTokens(p)
	if err := t.root("styleSheet"); err != nil {
		return nil, err
	}
	codes := map[string]string{}
	var ids []string
	err = t.children(func(child *element) error {
		switch {
		case isMain(child.Name, "numFmts"):
			return t.children(func(f *element) error {
				if isMain(f.Name, "numFmt") {
					codes[attribute(f, "numFmtId")] = attribute(f, "formatCode")
				}
				return t.skip()
			})
		case isMain(child.Name, "cellXfs"):
			return t.children(func(xf *element) error {
				if isMain(xf.Name, "xf") {
					ids = append(ids, attribute(xf, "numFmtId"))
				}
				return t.skip()
			})
		}
		return t.skip()
	})
	if err == nil {
		err = t.finish()
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
