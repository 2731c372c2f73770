package main

import (
	"context"
	"slices"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/keys"
	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/pipeline/mapping"
	"muster/templates"
)

// place is one namespace of a ledger with its definition.
type place struct {
	def       *templates.Definition
	namespace pipeline.Namespace
}

// places are the namespaces in which a key is looked up: the one that the flags name, else every one of which the
// ledger has a run. A provider that does not come with muster is only included when it is named.
func (f showFlags) places(ctx context.Context, l *ledger.Ledger) ([]place, error) {
	if f.target.env != "" || f.target.baseURL != "" || f.target.account != "" {
		def, namespace, err := f.target.namespaceOf(f.provider, pipeline.Run{})
		if err != nil {
			return nil, err
		}
		return []place{{def, namespace}}, knownNamespace(ctx, l, namespace)
	}
	set, err := templates.Embedded()
	if err != nil {
		return nil, err
	}
	var named *templates.Definition
	if f.provider != "" {
		if named, err = definition(f.provider); err != nil {
			return nil, err
		}
	}
	known, err := l.Namespaces(ctx)
	if err != nil {
		return nil, err
	}
	var found []place
	var others []string
	for _, n := range known {
		def := named
		switch {
		case named == nil && set.Has(n.Provider):
			if def, err = set.Find(n.Provider); err != nil {
				return nil, err
			}
		case named == nil || named.Provider().Root().Name != n.Provider:
			others = append(others, n.String())
			continue
		}
		found = append(found, place{def, n})
	}
	switch {
	case len(found) > 0:
		return found, nil
	case len(others) > 0:
		return nil, pipeline.Wrong("cmd_ledger.other_runs", "namespaces", others).Try("cmd_ledger.name_definition").
			At(ledgerAt(l.Path()))
	}
	return nil, pipeline.Wrong("cmd_ledger.no_runs").At(ledgerAt(l.Path()))
}

// mostMappings is how many of the latest mappings a key is read with.
const mostMappings = 16

// read gives the values that a text may be as a key at the place, with the conversions of the mappings of runs there,
// as far as those files still exist.
func (p place) read(key string, runs []pipeline.Run) (keys.Reading, error) {
	rules, err := p.def.FieldRules()
	if err != nil {
		return keys.Reading{}, err
	}
	var sheets []*mapping.Sheet
	var paths []string
	for _, run := range slices.Backward(runs) {
		if run.Namespace != p.namespace || run.Mapping == "" || slices.Contains(paths, run.Mapping) {
			continue
		}
		if paths = append(paths, run.Mapping); len(paths) > mostMappings {
			break
		}
		if sheet, err := enrol.ReadMapping(run.Mapping); err == nil { // else the usual conversions are used
			sheets = append(sheets, sheet)
		}
	}
	return keys.NewReader(p.def.Provider(), rules, sheets).Read(key), nil
}

// tried adds how a key was read to the list.
func (p *program) tried(all []string, reading keys.Reading) []string {
	for _, chain := range reading.Tried {
		name := "`" + chain + "`"
		if chain == keys.AsWritten {
			name = p.sentence("cmd_show.key_as_written")
		}
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// knownNamespace refuses a namespace of which the ledger has no run.
func knownNamespace(ctx context.Context, l *ledger.Ledger, n pipeline.Namespace) error {
	known, err := l.Namespaces(ctx)
	if err != nil || slices.Contains(known, n) {
		return err
	}
	var others []string
	for _, other := range known {
		others = append(others, other.String())
	}
	return pipeline.Wrong("cmd_ledger.no_run_of", "namespace", n.String()).
		Try("cmd_ledger.runs_of", "namespaces", others).At(ledgerAt(l.Path()))
}
