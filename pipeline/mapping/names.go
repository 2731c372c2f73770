package mapping

import (
	"regexp"
	"slices"
	"strings"

	"muster/pipeline"
)

// index is one index of a path: no sign, no leading zero.
var index = regexp.MustCompile(`\[(0|[1-9][0-9]{0,4})\]`)

// FieldIndex is the place in Provider.Fields of the field with that path, with
// its indexes, one of which may be empty; -1 where there is none.
func FieldIndex(p *pipeline.Provider, path string) int {
	path = strings.Replace(path, ownIndex, "[0]", 1)
	if strings.Count(path, "[") != len(index.FindAllString(path, -1)) {
		return -1
	}
	return p.FieldIndex(path)
}

func fieldNames(p *pipeline.Provider) []string {
	names := make([]string, len(p.Fields))
	for i, f := range p.Fields {
		names[i] = f.Path
	}
	return names
}

// similar finds the name that was probably meant, whatever the indexes; "" where there is
// none.
func similar(name string, names []string) string {
	plain := func(s string) string {
		return index.ReplaceAllString(strings.ReplaceAll(s, "[]", ""), "")
	}
	without := make([]string, len(names))
	for i, n := range names {
		without[i] = plain(n)
	}
	meant := pipeline.Meant(plain(name), without)
	if meant == "" {
		return ""
	}
	return strings.ReplaceAll(names[slices.Index(without, meant)], "[]", "[0]")
}
