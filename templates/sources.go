package templates

import (
	"errors"
	"strings"

	"muster/pipeline"
)

// sources are the files that one document was read from. Their lines are numbered
// through, those of a file behind those of the one before it, so that a number says
// both where a value stands and in which file.
type sources struct {
	files []source
	lines int // of all of them
}

type source struct {
	file  string // as messages name it
	above int    // lines of the files before it
}

// sourceOf is one file.
func sourceOf(file string, data []byte) sources {
	return sources{files: []source{{file: file}}, lines: strings.Count(string(data), "\n") + 1}
}

// with adds the files of a base. Its lines are numbered by as much higher as s has.
func (s sources) with(base sources) sources {
	all := sources{files: append([]source(nil), s.files...), lines: s.lines + base.lines}
	for _, b := range base.files {
		all.files = append(all.files, source{b.file, b.above + s.lines})
	}
	return all
}

// place is the file and the line in it of a line as it is numbered here.
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

// placed gives the place of what is wrong in a file of a definition, and a hint where
// there is none; name is what messages call the definition.
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
