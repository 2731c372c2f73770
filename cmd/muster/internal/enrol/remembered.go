package enrol

import (
	"cmp"
	"context"
	"errors"

	"muster/pipeline/ledger"
	"muster/pipeline/mapping"
)

// asBefore is the encoding in which versions that did not record it read every text that is not UTF-8.
const asBefore = "windows-1252"

// RememberedEncoding is the encoding of the last CSV that was imported with a mapping of that digest, as far as this
// job's ledger knows; "" where none is known.
func (j *Job) RememberedEncoding(ctx context.Context, mappingSHA256 string) string {
	if j.Ledger.Path == "" || mappingSHA256 == "" {
		return ""
	}
	l, err := j.openToRead(ctx)
	var version *ledger.VersionError
	switch {
	case errors.As(err, &version) && version.Found < version.Known:
		return asBefore // until the run upgrades the ledger
	case err != nil:
		return "" // the run itself reports why
	}
	defer l.Close() // it is only read
	runs, err := l.Runs(ctx)
	if err != nil {
		return ""
	}
	last := ""
	for _, run := range runs {
		if run.MappingSHA256 == mappingSHA256 && run.Sheet == "" && !run.Finished.IsZero() {
			last = cmp.Or(run.ReadAs, run.Reading.Encoding, asBefore)
		}
	}
	return last
}

// remembered is the encoding in which the source's book was read before, with the first of the mapping sheets for
// which one is known.
func (s Source) remembered(sheets []*mapping.Sheet) string {
	if s.Remembers == nil {
		return ""
	}
	for _, sheet := range sheets {
		if encoding := s.Remembers(sheet.SHA256()); encoding != "" {
			return encoding
		}
	}
	return ""
}
