package tryout

import (
	"context"
	"errors"
	"slices"

	"muster/pipeline"
	"muster/pipeline/submit"
)

// lookUps asks for the customer in each way that the definition has, and by each key for one that does not exist.
func (t *Try) lookUps(ctx context.Context, c *submit.Client, r *Recorder, s *seen, in *pipeline.Intent, f *findings) {
	p := t.Job.Definition.Provider()
	for i := range p.LookUps {
		l := &p.LookUps[i]
		part := "look_ups " + l.Name
		if l.Key == "" {
			found, err := c.LookUp(ctx, l, s.outcome.CustomerID)
			t.found(found, err, part, s, in, f)
			continue
		}
		key := slices.IndexFunc(in.Keys, func(k pipeline.KeyValue) bool { return p.Keys[k.Key].Name == l.Key })
		if key < 0 {
			f.miss(part, pipeline.Say("tryout.no_key", "name", l.Key))
			continue
		}
		found, err := c.LookUp(ctx, l, in.Keys[key].Value)
		t.found(found, err, part, s, in, f)
		if err != nil {
			continue
		}
		nobody := fresh(in.Keys[key].Value, 0, t.Job.Random)
		r.hide(pipeline.Entry{Path: l.Key, Value: nobody})
		found, err = c.LookUp(ctx, l, nobody)
		switch answered, what := failed(err); {
		case err == nil && len(found) == 0:
			f.confirm(part, pipeline.Say("tryout.absent"))
		case err == nil:
			f.contradict(part, pipeline.Say("tryout.absent_found"))
		case answered:
			f.contradict(part, pipeline.Say("tryout.absent_failed", "reason", what))
		default:
			f.miss(part, pipeline.Say("tryout.look_up_failed", "reason", what))
		}
	}
}

// found says what a look-up for the customer found.
func (t *Try) found(found []pipeline.Found, err error, part string, s *seen, in *pipeline.Intent, f *findings) {
	if err != nil {
		answered, what := failed(err)
		if answered {
			f.contradict(part, pipeline.Say("tryout.look_up_failed", "reason", what))
		} else {
			f.miss(part, pipeline.Say("tryout.look_up_failed", "reason", what))
		}
		return
	}
	after := t.Job.Definition.Provider().Settle.After
	at := slices.IndexFunc(found, func(r pipeline.Found) bool { return r.ID == s.outcome.CustomerID })
	switch {
	case len(found) == 0 && t.Job.Now().Sub(s.outcome.At) < after:
		f.miss(part, pipeline.Say("tryout.not_yet", "after", after))
		return
	case len(found) == 0:
		f.contradict(part, pipeline.Say("tryout.not_found"))
		return
	case at < 0:
		f.contradict(part, pipeline.Say("tryout.another_found"))
		return
	}
	f.confirm(part, pipeline.Say("tryout.found"))
	var without, other []string
	for _, same := range t.Job.Definition.Provider().Same {
		sent := slices.IndexFunc(in.Entries, func(e pipeline.Entry) bool { return e.Path == same.Field })
		if sent < 0 {
			continue
		}
		switch theirs, there := found[at].Values[same.Field]; {
		case !there && !same.IfThere:
			without = append(without, same.Field)
		case there && pipeline.Normalise(same.Normalise, theirs) !=
			pipeline.Normalise(same.Normalise, in.Entries[sent].Value):
			other = append(other, same.Field)
		}
	}
	if len(without) > 0 {
		f.contradict(part, pipeline.Say("tryout.same_missing", "fields", without))
	}
	if len(other) > 0 {
		f.contradict(part, pipeline.Say("tryout.same_differs", "fields", other))
	}
	if len(without)+len(other) == 0 {
		f.confirm(part, pipeline.Say("tryout.same_agrees"))
	}
}

// failed is why a look-up failed, and whether there was an answer.
func failed(err error) (answered bool, what *pipeline.Message) {
	var e *submit.LookUpError
	if !errors.As(err, &e) {
		return false, pipeline.MessageOf(err)
	}
	passes := e.Verdict == pipeline.VerdictThrottled || e.Status >= 500
	return e.Status != 0 && !passes, e.Reason
}

// resend sends the customer's request once more, under the same key, when the definition says that this is safe.
func (t *Try) resend(ctx context.Context, c *submit.Client, s *seen, in *pipeline.Intent, f *findings) {
	const part = "settle.by"
	settle := t.Job.Definition.Provider().Settle
	if !Resends(settle) {
		f.miss(part, pipeline.Say("tryout.resend_unsafe", "by", string(settle.By)))
		return
	}
	reply, _ := c.Create(ctx, in)
	f.resent(settle, s.outcome.CustomerID, &reply)
}

// Resends reports whether a definition calls a second request safe.
func Resends(s pipeline.Settle) bool {
	return s.By == pipeline.SettleResend || s.By == pipeline.SettleLookUpResend
}

// resent says what the answer to a second request means for a customer with that ID.
func (f *findings) resent(settle pipeline.Settle, id string, reply *pipeline.Reply) {
	const part = "settle.by"
	switch reply.Verdict {
	case pipeline.VerdictCreated:
		if reply.CustomerID == id {
			f.confirm(part, pipeline.Say("tryout.resend_same"))
		} else {
			f.contradict(part, pipeline.Say("tryout.resend_another", "id", reply.CustomerID))
		}
	case pipeline.VerdictExists:
		switch {
		case reply.FoundID == id:
			f.confirm(part, pipeline.Say("tryout.resend_exists"))
		case reply.FoundID != "":
			f.contradict(part, pipeline.Say("tryout.resend_names_another"))
		case settle.By == pipeline.SettleResend:
			f.contradict(part, pipeline.Say("tryout.resend_unnamed"))
		default:
			f.contradict(part, pipeline.Say("tryout.resend_key_ignored"))
		}
	case pipeline.VerdictRefused, pipeline.VerdictDenied, pipeline.VerdictHalt, pipeline.VerdictUnauthorized:
		f.contradict(part, pipeline.Say("tryout.resend_refused", "status", reply.HTTPStatus))
	default:
		f.miss(part, pipeline.Say("tryout.resend_unanswered"))
	}
}
