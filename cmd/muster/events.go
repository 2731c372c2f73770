package main

import (
	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/jsonlines"
	"muster/pipeline"
	"muster/pipeline/importer"
)

// print writes one line of --json.
func (p *program) print(l jsonlines.Line) { jsonlines.NewPrinter(p.stdout).Print(l) }

// remark tells a sentence of the run, also as an event.
func (r *importRun) remark(s string) {
	r.tell(s)
	r.seen.See(enrol.Noted{Run: r.run.ID, Message: s})
}

// eachRow lets each see the rows, and the observers before it.
func (r *importRun) eachRow(waiting string, each func(importer.Result) error) func(importer.Result) error {
	return func(res importer.Result) error {
		r.seen.See(enrol.RowEnded{Run: r.run.ID, Result: res,
			Waiting: res.State == pipeline.Pending && res.Outcome.Message == waiting})
		return each(res)
	}
}
