package importer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// settleOne asks about one intent, with its entries read from the request itself.
func (s *settling) settleOne(ctx context.Context, u unanswered) (done pipeline.Settlement, how standing, halt *Halt) {
	entries, err := EntriesOf(u.in.Body)
	if err != nil {
		return done, stillYoung, ledgerUnread(pipeline.Fail("ledger.request_unread", "row", u.in.Row, "cause", err))
	}
	in := *u.in
	in.Entries, u.in = entries, &in
	if in.Await != "" {
		return s.askAccepted(ctx, &in)
	}
	due := !s.how.Now().Before(u.due)
	by := s.setup.Provider.Settle.By
	if by == pipeline.SettleResend {
		if window := s.setup.Provider.Settle.Window; !due || window > 0 && s.how.Now().Sub(u.in.At) >= window {
			return done, stillYoung, nil // a key that the provider has forgotten would create a second customer
		}
		return s.sendAgain(ctx, u.in)
	}
	l, value := s.settler(u.in)
	found, err := s.caller.lookUp(ctx, l, value)
	elsewhere := u.in.Sent.Elsewhere(s.how.Here)
	o := pipeline.Outcome{Row: u.in.Row, Ref: u.in.Ref, Run: s.setup.Run, At: u.in.At}
	switch {
	case err != nil:
		return done, stillSilent, lookUpHalt(err)
	case len(found) > 0:
		o = s.caller.takeRecord(u.in, o, found, true)
		if o.State == pipeline.Rejected && elsewhere { // another customer here, perhaps not there
			o.State = pipeline.Uncertain
		}
		switch {
		case o.State == pipeline.Rejected && !due: // our request may still be under way
			return done, stillYoung, nil
		case o.State == pipeline.Uncertain: // several agree
			how = stillOpen
		default:
			how = settledNow
		}
		return pipeline.Settlement{Outcome: o}, how, nil
	case !due:
		return done, stillYoung, nil
	case elsewhere:
		o.State, o.Message = pipeline.Uncertain, pipeline.Say("outcome.absent_elsewhere", "at", u.in.At)
		return pipeline.Settlement{Outcome: o}, stillOpen, nil
	case by == pipeline.SettleLookUpResend && s.how.Now().Sub(u.in.At) < s.setup.Provider.Settle.Window:
		done, how, halt = s.sendAgain(ctx, u.in)
		if n := len(done.Attempts); n > 0 && isRefusal(done.Attempts[n-1].Verdict) {
			return s.afterRefusal(ctx, u.in, done)
		}
		return done, how, halt
	}
	o.State = pipeline.Pending
	o.Message = pipeline.Say("outcome.absent", "at", u.in.At)
	return pipeline.Settlement{Outcome: o}, settledNow, nil
}

// isRefusal reports whether an answer says that nothing was created: because of the row, or of the account.
func isRefusal(v pipeline.Verdict) bool {
	return v == pipeline.VerdictRefused || v == pipeline.VerdictDenied
}

// afterRefusal looks a request up again after its repeat was refused, which says nothing of the attempt before: the
// row is rejected only when there is still no record.
func (s *settling) afterRefusal(ctx context.Context, in *pipeline.Intent, done pipeline.Settlement) (
	pipeline.Settlement, standing, *Halt) {
	l, value := s.settler(in)
	found, err := s.caller.lookUp(ctx, l, value)
	o := &done.Outcome
	switch {
	case err != nil:
		return done, stillOpen, lookUpHalt(err)
	case len(found) > 0:
		o.Message, o.Problems = nil, nil
		*o = s.caller.takeRecord(in, *o, found, true)
	default:
		last := done.Attempts[len(done.Attempts)-1]
		o.State, o.Message = pipeline.Rejected, last.Message
		if last.Verdict == pipeline.VerdictDenied { // perhaps because of the account
			*o = undecidedDenial(*o)
		}
	}
	if o.State == pipeline.Uncertain {
		return done, stillOpen, nil
	}
	return done, settledNow, nil
}

// sendAgain makes the identical request under the intent's own key, unless the sender
// before this one, who is no more than slow, has settled it since.
func (s *settling) sendAgain(ctx context.Context, in *pipeline.Intent) (pipeline.Settlement, standing, *Halt) {
	if s.how.Right != nil {
		taken, err := s.how.Ledger.Take(ctx, s.setup.Run, in.Ref)
		switch {
		case err != nil && !s.stopping(ctx):
			return pipeline.Settlement{}, stillYoung, s.caller.guard.unwritten(err)
		case err != nil || !taken:
			return pipeline.Settlement{}, stillYoung, nil
		}
	}
	done, halt := s.caller.deliver(ctx, in, true)
	o := &done.Outcome
	switch {
	case len(done.Attempts) == 0:
		return done, stillYoung, halt
	case o.State == pipeline.Created && o.Message == nil:
		o.Message = pipeline.Say("outcome.created_by_repeat")
	case done.Await != "":
		s.awaited.accepted(in.Ref, done.AskAt)
		return done, stillOpen, halt
	case o.State == pipeline.Uncertain && decides(done.Attempts[len(done.Attempts)-1].Verdict):
		return done, stillOpen, halt
	case o.State == pipeline.Uncertain:
		return done, stillSilent, halt
	}
	return done, settledNow, halt
}

// settler is the look-up that settles and the intent's value for it; "" when
// the intent has none.
func (s *settling) settler(in *pipeline.Intent) (*pipeline.LookUp, string) {
	p := s.setup.Provider
	i := slices.IndexFunc(p.LookUps, func(l pipeline.LookUp) bool { return l.Name == p.Settle.LookUp })
	if i < 0 {
		return nil, ""
	}
	l := &p.LookUps[i]
	for _, k := range in.Keys {
		if p.Keys[k.Key].Name == l.Key {
			return l, k.Value
		}
	}
	return l, ""
}

// lookUpHalt is the halt for an error that every other look-up would meet too; nil for any other.
func lookUpHalt(err error) *Halt {
	var refused CredentialsError
	if errors.As(err, &refused) {
		return HaltBy(HaltCredentials, err).Advise(CredentialsHint())
	}
	if advice := adviceOf(err); advice != nil {
		return HaltBy(HaltConnection, err).Advise(advice)
	}
	if verdict, _, _ := failure(err); verdict == pipeline.VerdictHalt {
		return HaltBy(HaltProvider, err).Try("halt.check_lookup")
	}
	return nil
}

// EntriesOf reads a request's entries back from its body, numbers as they are spelt there.
func EntriesOf(body []byte) ([]pipeline.Entry, error) {
	doc, err := pipeline.DecodeJSON(body)
	switch {
	case errors.Is(err, pipeline.ErrMoreJSON):
		return nil, err
	case err != nil:
		return nil, pipeline.Fail("ledger.request_not_json") // the decoder's error may quote the body
	}
	var entries []pipeline.Entry
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, member := range v {
				sub := name
				if path != "" {
					sub = path + "." + name
				}
				walk(sub, member)
			}
		case []any:
			for i, item := range v {
				walk(path+"["+strconv.Itoa(i)+"]", item)
			}
		case string:
			entries = append(entries, pipeline.Entry{Path: path, Value: v})
		case nil:
		default:
			entries = append(entries, pipeline.Entry{Path: path, Value: fmt.Sprint(v)})
		}
	}
	walk("", doc)
	slices.SortFunc(entries, func(a, b pipeline.Entry) int { return strings.Compare(a.Path, b.Path) })
	return entries, nil
}
