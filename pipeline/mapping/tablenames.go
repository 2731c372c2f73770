package mapping

import "slices"

// Tables are the names of the lookup tables under map(FILE.csv), as the sheet
// spells them, each once: paths that start from the sheet's folder. A chain
// that cannot be read names none: that is an error of [Compile].
func (s *Sheet) Tables() []string {
	var names []string
	for _, l := range s.lines {
		calls, wrong := parseChain(l.Convert)
		if wrong != nil {
			continue
		}
		for _, c := range calls {
			if c.name == "map" && len(c.args) == 1 && !slices.Contains(names, c.args[0]) {
				names = append(names, c.args[0])
			}
		}
	}
	return names
}
