package templates

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"muster/pipeline"
)

// patchFile is an overlay's changes to its base's schema.
const patchFile = "body.patch.json"

// folder is where a definition's files are.
type folder struct {
	files fs.FS
	name  string // in messages
	path  string // "" for one that comes with muster
}

// written is a definition as it is written, merged with its base.
type written struct {
	own          *yaml.Node // its own provider.yaml
	document     *yaml.Node
	yaml, schema sources
}

// load reads the definition in a folder; chain are the identities of it and of the overlays above it.
func (s *Set) load(f folder, chain ...string) (*Definition, error) {
	d := &Definition{files: f.files}
	w := &d.written
	fail := func(err error) (*Definition, error) { return nil, w.placed(f.name, err) }
	raw, err := fs.ReadFile(f.files, yamlFile)
	if err != nil {
		return fail(unreadable(err).At(pipeline.Place{File: yamlFile}))
	}
	w.yaml = sourceOf(inFolder(f.name, yamlFile), raw)
	if w.own, err = parseYAML(raw); err != nil {
		return fail(err)
	}
	base := baseIn(w.own)
	wrong := found{}
	wrong.form, wrong.lost = structure(w.own, base != nil)
	if base != nil && len(wrong.form) > 0 { // the rest may not be what should be merged with the base
		wrong.lost = true
	}
	w.document = w.own
	if base != nil {
		folder, refused := s.baseOf(f, resolved(base).Value)
		at := folder.identity()
		if len(chain) == 0 {
			chain = []string{f.identity()}
		}
		if refused == nil && slices.Contains(chain, at) {
			refused = pipeline.Wrong("definition.base_loop", "name", base.Value).Try("definition.try_base")
		}
		if refused != nil {
			return fail(refused.At(pipeline.Place{File: yamlFile, Line: base.Line}))
		}
		if d.base, err = s.loadBase(folder, append(slices.Clone(chain), at)); err != nil {
			return nil, err // with its own place
		}
		under := d.base.written
		var mistakes pipeline.Mistakes
		w.document, mistakes = merge(w.own, shifted(under.document, w.yaml.lines, map[*yaml.Node]*yaml.Node{}))
		w.yaml = w.yaml.with(under.yaml)
		if !wrong.lost {
			wrong.form = append(wrong.form, mistakes...)
		}
	}
	var y yamlDefinition
	if err := w.document.Decode(&y); err != nil {
		if len(wrong.form) > 0 {
			return fail(oneOrAll(wrong.form))
		}
		return fail(decodeError(err))
	}
	schema, err := d.readSchema(f)
	if err == nil {
		d.body, err = loadBody(schema, y.Shape.plain())
	}
	wrong.schema = mistakesIn(err)
	if unread(wrong.schema) {
		return fail(err)
	}
	var values error
	if d.provider, values = y.compile(cmp.Or(d.body, &body{}), d.baseProvider()); values != nil {
		wrong.values = mistakesIn(values)
	}
	if err := wrong.all(); err != nil {
		return fail(err)
	}
	d.provider.Digest = digest(w.document, d.body.written)
	if d.keys, err = keyFinders(d.provider); err != nil {
		return fail(err)
	}
	return d, nil
}

func (d *Definition) baseProvider() *pipeline.Provider {
	if d.base == nil {
		return nil
	}
	return d.base.provider
}

// readSchema reads the schema: the definition's own, or its base's with the definition's changes.
func (d *Definition) readSchema(f folder) (*jsonNode, error) {
	w := &d.written
	raw, err := fs.ReadFile(f.files, schemaFile)
	changes, noChanges := fs.ReadFile(f.files, patchFile)
	if noChanges == nil && (err == nil || d.base == nil) {
		return nil, faultIn(patchFile, 0, "definition.patch_of_nothing", "file", patchFile, "schema", schemaFile)
	}
	if err == nil {
		w.schema = sourceOf(inFolder(f.name, schemaFile), raw)
		return parseJSON(schemaFile, raw)
	}
	if d.base == nil || !errors.Is(err, fs.ErrNotExist) {
		return nil, unreadable(err).At(pipeline.Place{File: schemaFile})
	}
	under := d.base.written.schema
	if errors.Is(noChanges, fs.ErrNotExist) {
		w.schema = under
		return d.base.body.written, nil
	} else if noChanges != nil {
		return nil, unreadable(noChanges).At(pipeline.Place{File: patchFile})
	}
	over, err := parseJSON(patchFile, changes)
	if err == nil && over.member == nil {
		err = faultIn(patchFile, over.line, "definition.not_an_object")
	}
	if err != nil {
		return nil, err
	}
	own := sourceOf(inFolder(f.name, patchFile), changes)
	w.schema = own.with(under)
	all, mistakes := patch(over, d.base.body.written.shifted(own.lines))
	return all, oneOrAll(mistakes)
}

// loadBase loads the definition in the folder of a base.
func (s *Set) loadBase(f folder, chain []string) (*Definition, error) {
	if f.path == "" {
		return s.read[f.name]()
	}
	return s.load(f, chain...)
}

// isFolder reports whether a name is a folder's, and not that of a definition that comes with muster.
func isFolder(name string) bool { return strings.ContainsAny(name, `/\.`) }

// baseOf finds the folder of the base that a definition names: one that comes with muster, or a folder relative to
// the definition's own.
func (s *Set) baseOf(f folder, name string) (base folder, wrong *pipeline.Mistake) {
	if name == "" {
		return base, pipeline.Wrong("definition.missing", "key", baseKey)
	}
	if isFolder(name) {
		path := name
		if !filepath.IsAbs(path) {
			path = filepath.Join(f.path, path)
		}
		base = folder{os.DirFS(path), path, path}
		if info, err := os.Stat(path); err != nil {
			wrong = unreadable(err).Try("definition.try_base")
		} else if !info.IsDir() {
			wrong = pipeline.Wrong("definition.is_a_file").Try("definition.try_base")
		}
		return base, wrong
	}
	if !s.Has(name) {
		wrong = pipeline.Wrong("definition.unknown_base", "name", name)
		if meant := pipeline.Nearest(name, s.names); meant != "" {
			wrong.Try("definition.try_name", "name", meant)
		} else {
			wrong.Try("definition.try_base")
		}
	}
	return folder{name: name}, wrong
}

// identity is the same for every name of a folder.
func (f folder) identity() string {
	if f.path == "" {
		return "muster:" + f.name
	}
	path, err := filepath.Abs(f.path)
	if err != nil {
		path = f.path
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return path
}
