package main

import "muster/pipeline"

// dryRun is an import that sends nothing: a check of its books against the ledger of the import. It asks nobody, logs
// nothing and writes nothing to the ledger.
func (p *program) dryRun(f *importFlags, books []string) error {
	if f.folder.dir != "" {
		return pipeline.Wrong("run.dry_run_of_folder", "folder", f.folder.dir).Try("run.dry_run_of_books")
	}
	if (f.limit > 0 || f.pilot > 0) && !f.output.quiet && !f.output.json {
		p.say("run.dry_run_of_all")
	}
	return p.checkBooks(checkFlags{book: f.book, target: f.target, ledger: f.ledger.ledgerFlag, dryRun: true,
		report: f.report, output: f.output, rows: f.rows}, books)
}
