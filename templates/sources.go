package templates

import (
	"errors"
	"strings"

	"muster/pipeline"
)

// sources are the files that one document was read from. Their lines are numbered consecutively, each file after the
// one before it, so that a number gives both the file and the line.
type sources struct {
	files []source
	lines int // in all files
}

type source struct {
	file  string // as messages name it
	above int    // lines of the files before it
}

// sourceOf is one file.
func sourceOf(file string, data []byte) sources {
	return sources{files: []source{{file: file}}, lines: strings.Count(string(data), "\n") + 1}
}

// with appends the files of a base, whose lines are numbered after those of s.
func (s sources) with(base sources) sources {
	all := sources{files: append([]source(nil), s.files...), lines: s.lines + base.lines}
	for _, b := range base.files {
		all.files = append(all.files, source{b.file, b.above + s.lines})
	}
	return all
}

// place is the file and its line for a consecutive number.
func (s sources) place(line int) pipeline.Place {
	of := s.files[0]
	for _, f := range s.files[1:] {
		if line > f.above {
			of = f
		}
	}
	return pipeline.Place{Kind: "definition", File: of.file, Line: max(0, line-of.above)}
}

// placeOf is a definition by its name or its folder, as the user gave it.
func placeOf(name string) pipeline.Place { return pipeline.Place{Kind: "definition", File: name} }

// inFolder is how messages name a file of a definition.
func inFolder(name, file string) string { return strings.TrimRight(name, `/\`) + "/" + file }

// placed adds the place to a mistake in a file of a definition, and a hint when it has none; name is what messages
// call the definition.
func (w written) placed(name string, err error) error {
	if many, ok := errors.AsType[pipeline.Mistakes](err); ok {
		for i, m := range many {
			many[i] = w.placeIn(name, m)
		}
		return many
	}
	m, ok := errors.AsType[*pipeline.Mistake](err)
	if !ok {
		m = pipeline.MistakeOf(err)
	}
	return w.placeIn(name, m)
}

func (w written) placeIn(name string, m *pipeline.Mistake) *pipeline.Mistake {
	at, column := placeOf(name), m.Place.Column
	switch file := m.Place.File; {
	case file == yamlFile && len(w.yaml.files) > 0:
		at = w.yaml.place(m.Place.Line)
	case file == schemaFile && len(w.schema.files) > 0:
		at = w.schema.place(m.Place.Line)
	case file != "":
		at.File, at.Line = inFolder(name, file), m.Place.Line
	}
	at.Column = column
	if m.Hint == nil && m.Quote == (pipeline.Quote{}) {
		m.Try("definition.try_compare")
	}
	return m.At(at)
}
