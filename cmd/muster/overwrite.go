package main

import (
	"muster/pipeline"

	"os"
	"path/filepath"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// ledgerFiles are the files of the ledger that this run names, or that the
// environment does.
func (r *importRun) ledgerFiles() []string {
	path := r.flags.ledger.path
	if path == "" {
		path = r.getenv("MUSTER_LEDGER")
	}
	if path == "" {
		return nil
	}
	return []string{path, path + ".key"}
}

// refuseTwice holds the reports against each other.
func (r *importRun) refuseTwice() error {
	for i, report := range r.flags.reports {
		for _, other := range r.flags.reports[:i] {
			if sameFile(report, other) {
				return pipeline.Mistakef("--report %s: is the same file as --report %s", report, other).Try("name another file")
			}
		}
	}
	return nil
}

// sameFile says whether two paths lead to one file: by links of either kind, or
// by names that differ only in case or in how accents are composed, which are
// one name to many file systems. Standing in doubt costs nothing but another
// name.
func sameFile(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	if filepath.Clean(a) == filepath.Clean(b) {
		return true
	}
	if sameInfo(a, b) {
		return true
	}
	return strings.EqualFold(norm.NFC.String(filepath.Base(a)), norm.NFC.String(filepath.Base(b))) && sameInfo(filepath.Dir(a), filepath.Dir(b))
}

func sameInfo(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}
