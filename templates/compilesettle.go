package templates

import (
	"cmp"
	"slices"
	"time"

	"muster/pipeline"
)

func (y *yamlDefinition) settle(r *reader, p *pipeline.Provider) {
	s := pipeline.Settle{By: pipeline.SettleBy(r.must(y.Settle.By, 0, "settle.by")), LookUp: y.Settle.LookUp.s,
		After: r.duration(y.Settle.After), Window: r.duration(y.Settle.Window),
		Advice: pipeline.Localized(y.Settle.Advice)}
	line := y.Settle.By.line
	needsLookUp := false
	switch s.By {
	case pipeline.SettleNone:
	case pipeline.SettleResend:
		switch ours := slices.IndexFunc(p.Keys, func(k pipeline.Key) bool { return k.Ours }); {
		case ours >= 0:
			y.resendByReference(r, p, &p.Keys[ours], s.Window)
		case !p.SendsIdempotencyKey():
			r.fail(line, "definition.settle_doubles", "by", y.Settle.By.s)
		case s.Window == 0: // the provider forgets a key some day
			r.fail(line, "definition.settle_resend", "by", y.Settle.By.s)
		}
	case pipeline.SettleLookUp:
		needsLookUp = true
	case pipeline.SettleLookUpResend:
		needsLookUp = true
		if !p.SendsIdempotencyKey() || s.Window == 0 {
			r.fail(line, "definition.settle_resend", "by", y.Settle.By.s)
		}
	default:
		if y.Settle.By.s != "" { // without one it is missing
			r.failName(y.Settle.By, spelled(pipeline.SettleBys()), "definition.unknown_value", "key", "settle.by",
				"text", y.Settle.By.s)
		}
	}
	for _, unused := range []struct {
		key  string
		text text
		is   bool
	}{{"settle.look_up", y.Settle.LookUp, !needsLookUp},
		{"settle.window", y.Settle.Window, s.By == pipeline.SettleNone || s.By == pipeline.SettleLookUp}} {
		if unused.is && unused.text.s != "" {
			r.fail(unused.text.line, "definition.no_effect", "key", unused.key, "with", "by: "+y.Settle.By.s)
		}
	}
	if needsLookUp {
		found := false
		for _, l := range p.LookUps {
			if l.Name != s.LookUp || l.Key == "" {
				continue
			}
			found = true
			if len(l.Absent) > 0 {
				r.fail(line, "definition.settle_absent", "name", l.Name)
			}
		}
		if !found {
			var names []string
			for _, l := range p.LookUps {
				if l.Key != "" {
					names = append(names, l.Name)
				}
			}
			r.failName(text{s.LookUp, cmp.Or(y.Settle.LookUp.line, line)}, names, "definition.settle_look_up",
				"name", s.LookUp)
		}
	}
	if s.After == 0 {
		s.After = time.Minute
	}
	p.Settle = s
}

// resendByReference checks that a second request with our own reference creates no second customer: every row has
// one, and an answer says whose it is. An idempotency key that is sent, within its window, is enough too.
func (y *yamlDefinition) resendByReference(r *reader, p *pipeline.Provider, key *pipeline.Key,
	window time.Duration) {
	if p.SendsIdempotencyKey() && window > 0 {
		return
	}
	if !slices.ContainsFunc(p.Answers, func(a pipeline.Answer) bool {
		return a.Verdict == pipeline.VerdictExists && (len(a.Keys) == 0 || slices.Contains(a.Keys, key.Name))
	}) {
		r.fail(y.Settle.By.line, "definition.settle_unnamed", "by", y.Settle.By.s, "key", key.Name)
	}
	for _, f := range p.Fields {
		if f.Path == key.Field && !f.Required {
			r.fail(y.Settle.By.line, "definition.settle_optional", "by", y.Settle.By.s, "field", f.Path)
		}
	}
}

// brokenServer checks that no status of a failing server means "nothing was created", unless the body says so: the
// row would be sent again, and the customer may exist.
func (r *reader) brokenServer(a *pipeline.Answer, line int) {
	switch a.Verdict {
	case pipeline.VerdictRefused, pipeline.VerdictDenied, pipeline.VerdictBusy, pipeline.VerdictThrottled,
		pipeline.VerdictHalt, pipeline.VerdictUnauthorized:
	default:
		return
	}
	for _, failed := range []int{500, 502, 504} {
		if a.When == nil && slices.ContainsFunc(a.Statuses, func(s pipeline.Statuses) bool {
			return s.From <= failed && failed <= s.To
		}) {
			r.fail(line, "definition.server_failed", "verdict", string(a.Verdict), "status", failed)
			return
		}
	}
}
