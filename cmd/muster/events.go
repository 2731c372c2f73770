package main

import (
	"encoding/json"
	"fmt"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// With --json every event is one line on stdout. No line holds personal data,
// and members are only ever added: the README's reference lists them all.

// event writes one JSON line to stdout. It may be called by several at once.
func (p *program) event(fields map[string]any) {
	line, err := json.Marshal(fields)
	if err != nil {
		line = []byte(`{"type":"error","message":"an event could not be encoded"}`)
	}
	p.events.Lock()
	defer p.events.Unlock()
	fmt.Fprintf(p.stdout, "%s\n", line)
}

// tellEvent writes an event of that type where events are asked for.
func (r *importRun) tellEvent(kind string, fields func() map[string]any) {
	if !r.flags.json {
		return
	}
	f := fields()
	f["type"] = kind
	r.event(f)
}

// remark tells a sentence of the run, also as an event.
func (r *importRun) remark(s string) {
	r.tell(s)
	r.tellEvent("note", func() map[string]any { return map[string]any{"run": r.run.ID, "message": s} })
}

// rowEvent is what became of a row.
func rowEvent(o pipeline.Outcome) map[string]any {
	fields := map[string]any{"row": o.Row, "state": o.State, "message": o.Message}
	for name, text := range map[string]string{"customer_id": o.CustomerID, "code": o.Code, "provider_status": o.ProviderStatus, "request_id": o.RequestID} {
		if text != "" {
			fields[name] = text
		}
	}
	if o.HTTPStatus != 0 {
		fields["http_status"] = o.HTTPStatus
	}
	if o.Attempts != 0 {
		fields["attempts"] = o.Attempts
	}
	return fields
}

// eachRow lets each see the rows, and writes an event for all of which there is
// something to tell: not for those that are known, or wait for another run.
func (r *importRun) eachRow(waiting string, each func(importer.Result) error) func(importer.Result) error {
	return func(res importer.Result) error {
		if res.State != pipeline.Known && (res.State != pipeline.Pending || res.Outcome.Message != waiting) {
			r.tellEvent("row", func() map[string]any {
				fields := rowEvent(res.Outcome)
				fields["run"], fields["message"], fields["problems"] = r.run.ID, res.Message, problemEvents(res)
				return fields
			})
		}
		return each(res)
	}
}

func problemEvents(res importer.Result) []map[string]any {
	problems := []map[string]any{}
	for _, p := range reportLine(res, nil).Problems {
		problems = append(problems, map[string]any{"column": p.Column, "cell": p.Cell, "code": p.Code, "message": p.Message})
	}
	return problems
}
