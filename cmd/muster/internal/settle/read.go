package settle

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/reports"
)

// FirstRun is the run with that ID, which may be shortened, or, when id is "", the first run that a sheet names and
// the ledger has. Without either it is the zero Run.
func FirstRun(ctx context.Context, l *ledger.Ledger, id string, sheets []*reports.VerdictSheet) (pipeline.Run, error) {
	if id != "" {
		return l.Run(ctx, id)
	}
	for _, sheet := range sheets {
		for _, id := range []string{sheet.OwnRun, sheet.FirstRun} {
			if id == "" {
				continue
			}
			if run, ok, err := l.RunByID(ctx, id); err != nil || ok {
				return run, err
			}
		}
	}
	return pipeline.Run{}, nil
}

// longestName is the longest name of a person, in characters.
const longestName = 100

// Person is the name of the person who settles, with single spaces.
func Person(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" {
		return "", pipeline.Wrong("cmd_settle.person_unknown").Try("cmd_settle.name_person")
	}
	if utf8.RuneCountInString(name) > longestName || strings.ContainsFunc(name, unicode.IsControl) {
		return "", pipeline.Wrong("cmd_settle.person_unfit", "most", longestName)
	}
	return name, nil
}
