// Package templates loads provider definitions and compiles them for the rest of muster: a [pipeline.Provider] as
// plain data, the columns of its blank spreadsheet, and a [Plan] that checks and encodes rows.
//
// A definition is a folder: provider.yaml says how the API is called and how its answers are read, body.schema.json
// (JSON Schema 2020-12) what a request may have. Parsing is strict: an unknown key, a field that the schema does not
// have and a missing part are mistakes, reported with file and line. The package knows no provider by name.
// Definitions come embedded, and examples of some that nobody has tried yet ([pipeline.Provider.Example]).
//
// A definition may overlay another one, its base: it then has only what differs (see merge.go).
package templates

import (
	"cmp"
	"embed"
	"io/fs"
	"os"
	"slices"
	"sync"

	"muster/pipeline"
)

// What is embedded is what muster reads: the pages of facts in the same folder are for people.
//
//go:embed providers/*/*.yaml providers/*/*.json providers/*/*.csv providers/*/*.xlsx
var embedded embed.FS

//go:embed providers/examples/*/*.yaml providers/examples/*/*.json providers/examples/*/*.csv
var examples embed.FS

// Definition is a loaded provider definition. It may be used from several goroutines at once.
type Definition struct {
	provider *pipeline.Provider
	body     *body
	keys     []keyFinder
	files    fs.FS
	base     *Definition // the definition that it overlays; nil for none
	written  written
}

// Set is the definitions that come with muster. Each is read when it is first used. It may be used from several
// goroutines at once.
type Set struct {
	names, examples []string
	read            map[string]func() (*Definition, error)
}

// Embedded is the set.
func Embedded() (*Set, error) {
	s := &Set{read: map[string]func() (*Definition, error){}}
	var err, err2 error
	s.names, err = s.folders(embedded, "providers")
	s.examples, err2 = s.folders(examples, "providers/examples")
	if err := cmp.Or(err, err2); err != nil {
		return nil, pipeline.Fail("definition.embedded", "cause", err)
	}
	return s, nil
}

// folders are the names of the definitions in a folder, sorted; a test compares each name with the provider's.
func (s *Set) folders(files embed.FS, at string) (names []string, err error) {
	entries, err := files.ReadDir(at)
	for _, e := range entries {
		sub, err := fs.Sub(files, at+"/"+e.Name())
		if err != nil {
			return nil, err
		}
		names = append(names, e.Name())
		s.read[e.Name()] = sync.OnceValues(func() (*Definition, error) {
			return s.load(folder{files: sub, name: e.Name()})
		})
	}
	return names, err
}

// Names are the providers' names, sorted, without those of the examples.
func (s *Set) Names() []string { return slices.Clone(s.names) }

// Examples are the names of the examples, sorted.
func (s *Set) Examples() []string { return slices.Clone(s.examples) }

// Has reports whether a definition or an example of that name comes with muster.
func (s *Set) Has(name string) bool { return s.read[name] != nil }

// Find loads what --provider names: a definition that comes with muster, an example or a folder (any name with a path
// separator or a leading dot, or that exists). An error is a [pipeline.Mistake].
func (s *Set) Find(nameOrFolder string) (*Definition, error) {
	if read := s.read[nameOrFolder]; read != nil {
		return read()
	}
	info, err := os.Stat(nameOrFolder)
	var wrong *pipeline.Mistake
	meant := ""
	switch {
	case err == nil && info.IsDir():
		return s.load(folder{os.DirFS(nameOrFolder), nameOrFolder, nameOrFolder})
	case err == nil:
		wrong = pipeline.Wrong("definition.is_a_file")
	case isFolder(nameOrFolder):
		wrong = unreadable(err)
	default:
		wrong = pipeline.Wrong("definition.unknown")
		meant = pipeline.Meant(nameOrFolder, slices.Concat(s.names, s.examples))
	}
	return nil, wrong.Try("definition.try_names", "names", s.names).Suggest(meant).At(placeOf(nameOrFolder))
}

func unreadable(err error) *pipeline.Mistake {
	return pipeline.Wrong("definition.unreadable", "cause", pipeline.WithoutPath(err))
}

// Provider is the definition as plain data; it must not be changed.
func (d *Definition) Provider() *pipeline.Provider { return d.provider }

// Base is the definition that d overlays; nil for none.
func (d *Definition) Base() *Definition { return d.base }

// File reads a file of the definition's folder, such as example.csv; files in its base's folder are not found.
func (d *Definition) File(name string) ([]byte, error) { return fs.ReadFile(d.files, name) }

// Files are the names of the files in the definition's folder, sorted, without folders.
func (d *Definition) Files() ([]string, error) {
	entries, err := fs.ReadDir(d.files, ".")
	if err != nil {
		return nil, unreadable(err).At(placeOf(d.provider.Name))
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, nil
}
