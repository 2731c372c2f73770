package templates

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"muster/pipeline"
)

// Defaults of an await.
const (
	awaitEvery = 5 * time.Second
	awaitFor   = 10 * time.Minute
	awaitMost  = 100
)

// await compiles how the provider is asked about accepted requests.
func (y *yamlDefinition) await(f fieldChecker) {
	in, p := y.Await, f.p
	accepts := slices.IndexFunc(p.Answers, func(a pipeline.Answer) bool { return a.Verdict == pipeline.VerdictAccepted })
	switch {
	case in == nil && accepts >= 0:
		f.fail(y.Answers[accepts].Verdict.line, "definition.accepted_without_await")
		return
	case in == nil:
		return
	}
	line := cmp.Or(in.Path.line, in.Location.line)
	if accepts < 0 {
		f.fail(line, "definition.await_without_accepted")
	}
	a := &pipeline.Await{Call: pipeline.Call{Method: http.MethodGet, Path: in.Path.s, Query: in.Query.plain(),
		Headers: in.Headers.plain()}, ID: f.pointers(in.ID), Location: in.Location.s,
		Every: cmp.Or(f.duration(in.Every), awaitEvery), For: cmp.Or(f.duration(in.For), awaitFor),
		Most: cmp.Or(f.number(in.Most, "await.most"), awaitMost), Record: p.Record}
	p.Await = a
	if a.Every >= a.For {
		f.fail(cmp.Or(in.For.line, in.Every.line), "definition.await_for")
	}
	y.awaitCall(f, line)
	created := false
	for _, rule := range in.Answers {
		out := pipeline.Answer{Statuses: f.statuses(rule.Status), When: f.condition(rule.When, false),
			Verdict: one(f.reader, rule.Verdict, pipeline.AwaitVerdicts(), "await.answers[].verdict"),
			Hint:    pipeline.Localized(rule.Hint)}
		f.must(rule.Verdict, line, "await.answers[].verdict")
		if len(out.Statuses) == 0 {
			f.fail(cmp.Or(rule.Verdict.line, line), "definition.no_answer_status")
		}
		if out.Verdict == pipeline.VerdictRefused {
			at := cmp.Or(rule.Verdict.line, line)
			f.brokenServer(&out, at)
			if out.When == nil && slices.ContainsFunc(out.Statuses, func(s pipeline.Statuses) bool { return s.From < 300 }) {
				f.fail(at, "definition.await_refused")
			}
		}
		created = created || out.Verdict == pipeline.VerdictCreated
		a.Answers = append(a.Answers, out)
	}
	if !created {
		f.fail(line, "definition.await_no_created")
	}
	if in.Record != nil {
		a.Record = in.Record.compile(f)
		a.Record.IDPattern = p.Record.IDPattern
		if len(a.Record.ID) == 0 {
			f.fail(line, "definition.missing", "key", "await.record.id")
		}
	}
}

// awaitCall checks where it asks: at a path with the ID, or at an address.
func (y *yamlDefinition) awaitCall(f fieldChecker, line int) {
	in := y.Await
	if (in.Path.s == "") == (in.Location.s == "") {
		f.fail(line, "definition.await_where")
		return
	}
	variablesOf(f.p).check(f.reader, yamlCall{Path: in.Path, Query: in.Query, Headers: in.Headers}, "await",
		pipeline.VariableID)
	if in.Location.s != "" {
		for key, has := range map[string]bool{"await.id": len(in.ID) > 0, "await.query": len(in.Query) > 0} {
			if has {
				f.fail(line, "definition.no_effect", "key", key, "with", "await.location")
			}
		}
		return
	}
	if in.Path.s[0] != '/' {
		f.fail(in.Path.line, "definition.path_form", "key", "await.path", "path", in.Path.s)
	}
	if !strings.Contains(in.Path.s+joined(in.Query.plain()), "{id}") {
		f.fail(in.Path.line, "definition.await_variable")
	}
	if len(in.ID) == 0 {
		f.fail(line, "definition.missing", "key", "await.id")
	}
}

// standinAwait compiles how the stand-in decides.
func (y *yamlDefinition) standinAwait(f fieldChecker, s *pipeline.StandinRules) {
	in := y.Standin
	s.Asks, s.Rejects = f.number(in.Asks, "standin.asks"), f.condition(in.Rejects, true)
	switch {
	case f.p.Await == nil && in.Asks.s != "":
		f.fail(in.Asks.line, "definition.no_effect_without", "key", "standin.asks", "without", "await")
	case f.p.Await == nil && in.Rejects != nil:
		f.fail(in.Rejects.At.line, "definition.no_effect_without", "key", "standin.rejects", "without", "await")
	case f.p.Await != nil && s.Asks == 0:
		s.Asks = 2
	}
}
