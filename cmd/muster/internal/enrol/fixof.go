package enrol

import (
	"context"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/mapping"
	"muster/templates"
)

// FixOf says that a book is the sheet Fix of a run, saved as a file of its own, which does not say where it comes
// from.
type FixOf struct {
	Run  pipeline.Run
	Book string // where the run's book is now; "" for the run's path
	of   *FixOf // when that book is such a sheet itself
}

// FindRun finds a run by its ID; false when there is none.
type FindRun func(ctx context.Context, id string) (pipeline.Run, bool, error)

// NewFixOf is the FixOf for a sheet Fix of that run.
func NewFixOf(ctx context.Context, run pipeline.Run, find FindRun) (*FixOf, error) {
	f := &FixOf{Run: run}
	if run.FixOf == "" {
		return f, nil
	}
	earlier, ok, err := find(ctx, run.FixOf)
	if ok && err == nil {
		f.of, err = NewFixOf(ctx, earlier, find)
	}
	return f, err
}

// openSheet opens the sheet to read row by row: of a book, or the sheet Fix of a run.
func (s Source) openSheet(ctx context.Context, def *templates.Definition, mappings []*mapping.Sheet) (*book.Book,
	error) {
	if s.Fix == nil {
		return book.OpenAny(ctx, s.Path, s.options(FieldNames(def.Provider()), mappings))
	}
	if s.Path != standardInput { // which can only be read once
		origin, err := s.Origin(ctx)
		switch {
		case err != nil:
			return nil, err
		case origin != nil && origin.Run != s.Fix.Run.ID:
			return nil, pipeline.Wrong("enrol.fix_of_other_run", "file", s.Path, "run", origin.Run,
				"given", s.Fix.Run.ID).Try("enrol.leave_run_out")
		case origin != nil:
			return book.OpenAny(ctx, s.Path, s.options(FieldNames(def.Provider()), mappings))
		}
	}
	origin, err := s.Fix.origin(ctx, def, s)
	if err != nil {
		return nil, err
	}
	return book.OpenFix(ctx, s.Path, s.options(nil, mappings), origin)
}

// origin is what a results workbook of the run would say, read from the run's book and mapping sheet, unless the user
// names another; s is the sheet Fix.
func (f *FixOf) origin(ctx context.Context, def *templates.Definition, s Source) (*pipeline.Origin, error) {
	b, err := OpenAgain(ctx, def, f.Run, Source{Path: f.Book, Mapping: s.Mapping, Mappings: s.Mappings,
		Password: s.Password, Fix: f.of})
	if err != nil {
		return nil, err
	}
	defer b.Close() // it is only read
	if s.Mapping == "" && len(s.Mappings) == 0 && b.mappingSHA256() != f.Run.MappingSHA256 {
		return nil, pipeline.Wrong("enrol.mapping_of_fix_changed", "mapping", f.Run.Mapping, "run", f.Run.ID).
			Try("enrol.give_mapping_of_fix")
	}
	run, n := f.Run, f.Run.Namespace
	o := &pipeline.Origin{Run: run.ID, Command: commandImport, Provider: run.DefinitionName(),
		Definition: run.DefinitionName(), Digest: run.Digest, Env: n.Env, Account: n.Account, Rows: 1,
		Book: pipeline.OriginBook{Path: run.Book, Sheet: run.Sheet, SHA256: run.SHA256}}
	if !n.Rehearsal() {
		o.BaseURL = run.BaseURL
	}
	if first := b.Origin(); first != nil {
		o.Book.Path, o.Book.Sheet, o.Book.SHA256 = first.Book.Path, first.Book.Sheet, first.Book.SHA256
	}
	for _, c := range b.Header() {
		o.Book.Header = append(o.Book.Header, c.Name)
	}
	o.Mapping = b.mappingOfOrigin()
	if o.Customers, err = b.severalRows(ctx); err != nil {
		return nil, err
	}
	o.Broken, err = b.allCells(ctx)
	return o, err
}

// mappingOfOrigin is the mapping in the form that a results workbook has.
func (b *Book) mappingOfOrigin() (m pipeline.OriginMapping) {
	if b.sheet == nil {
		return m
	}
	m = pipeline.OriginMapping{Path: b.sheet.Path(), Lines: b.sheet.Lines(), Tables: b.sheet.Lookups()}
	if first := b.Origin(); first != nil && b.source.Mapping == "" {
		m.Path = first.Mapping.Path
	}
	return m
}

// severalRows are the customers with several rows.
func (b *Book) severalRows(ctx context.Context) (all []pipeline.RowsOfOne, err error) {
	if b.customers == nil {
		return nil, nil
	}
	err = b.Rows(ctx, func(row pipeline.Row) error {
		if n := row.Lines(); n > 1 {
			all = append(all, pipeline.RowsOfOne{First: row.Number, Last: row.Rows[n-1], Rows: n})
		}
		return nil
	})
	return all, err
}
