package suggest

import (
	"regexp"
	"strconv"
	"strings"

	"muster/pipeline"
)

// indexes are those of a path: no sign, no leading zero.
var indexes = regexp.MustCompile(`\[(0|[1-9][0-9]{0,4})\]`)

// place is a field of a provider with what its words mean.
type place struct {
	field int
	path  string // [] for indexes
	label label
	// levels are the arrays above the field, outermost first.
	levels []level
	words  map[string]bool // of the path and the title
}

// level is one array above a field.
type level struct {
	prefix  string // path up to its [] included
	persons bool   // its items are people of a business
}

// person reports whether the field is one of a person of the business.
func (p *place) person() bool {
	return p.label.person != ""
}

// group is the path up to the innermost array that is none of people; "" where
// there is none.
func (p *place) group() string {
	if n := len(p.levels); n > 0 && !p.levels[n-1].persons {
		return p.levels[n-1].prefix
	}
	return ""
}

// at is the field's path for that person and that entry of its group.
func (p *place) at(person, entry int) string {
	path := p.path
	for i, l := range p.levels {
		n := 0
		switch {
		case l.persons:
			n = person
		case i == len(p.levels)-1:
			n = entry
		}
		path = strings.Replace(path, "[]", "["+strconv.Itoa(n)+"]", 1)
	}
	return path
}

// repeats reports whether the field can stand there several times beyond its
// person.
func (p *place) repeats() bool { return p.group() != "" }

// placesOf reads the fields of a provider: the concept of each from its title,
// else from its path.
func placesOf(p *pipeline.Provider) []place {
	places := make([]place, len(p.Fields))
	for i, f := range p.Fields {
		pl := place{field: i, path: f.Path, words: map[string]bool{}}
		segments := strings.Split(f.Path, ".")
		holder := label{}
		prefix := ""
		for _, s := range segments[:len(segments)-1] {
			prefix = join(prefix, s)
			above := readLabel(strings.TrimSuffix(s, "[]"))
			if above.person != "" {
				holder.person = above.person
			}
			if above.business {
				holder.business = true
			}
			if above.group != "" {
				holder.group = above.group
			}
			if strings.HasSuffix(s, "[]") {
				pl.levels = append(pl.levels, level{prefix, above.person != ""})
			}
		}
		if list, is := strings.CutSuffix(segments[len(segments)-1], "[]"); is { // of values
			pl.levels = append(pl.levels, level{join(prefix, list+"[]"), false})
			segments[len(segments)-1] = list
		}
		pl.label = fieldLabel(f, segments)
		if pl.label.person == "" || holder.person != "" {
			pl.label.person = holder.person
		}
		pl.label.business = pl.label.business || holder.business
		if pl.label.group == "" {
			pl.label.group = holder.group
		}
		for _, w := range append(splitWords(f.Path), splitWords(f.Title.In("en"))...) {
			pl.words[w] = true
		}
		places[i] = pl
	}
	return places
}

// fieldLabel finds the concept of a field: in its title, in the last part of
// its path, in the last two.
func fieldLabel(f pipeline.Field, segments []string) label {
	leaf := segments[len(segments)-1]
	candidates := []string{f.Title.In("en"), leaf}
	if len(segments) > 1 {
		above := strings.TrimSuffix(segments[len(segments)-2], "[]")
		candidates = append(candidates, strings.TrimSuffix(above, "s")+" "+leaf,
			strings.TrimSuffix(above, "es")+" "+leaf)
	}
	var best label
	for _, c := range candidates {
		l := readLabel(c)
		if l.concept == "" || l.concept == somethingElse {
			continue
		}
		// A part of a business has a name of its own only where its words say so.
		if best.concept == "" || !best.whole && l.whole {
			best = l
		}
	}
	switch {
	case best.concept == "" && f.Format == "email":
		best.concept = anEmail
	}
	return best
}

func join(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + "." + name
}

// inShape reports whether rows of that shape have the field.
func inShape(f pipeline.Field, shape string) bool {
	if shape == "" || len(f.Shapes) == 0 {
		return true
	}
	for _, s := range f.Shapes {
		if s == shape {
			return true
		}
	}
	return false
}
