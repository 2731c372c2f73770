package importer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// refusing refuses the n-th request when f(n) is true. Requests are in the order of rows when they go one by one.
func refusing(f func(n int) bool) func(request) step {
	n := 0
	return func(request) step {
		n++
		if f(n) {
			return refuses
		}
		return accepts
	}
}

func TestRefusalsHalt(t *testing.T) {
	all := func(int) bool { return true }
	from := func(k int) func(int) bool { return func(n int) bool { return n >= k } }
	every := func(k int) func(int) bool { return func(n int) bool { return n%k == 0 } }
	cases := []struct {
		name    string
		refuses func(n int) bool
		limit   importer.MaxRejected
		sent    int // of 60 rows, one by one
		halts   bool
	}{
		{"the first 20 answers", all, importer.MaxRejected{}, 20, true},
		{"all but the first", from(2), importer.MaxRejected{}, 60, false},
		{"all but the twentieth", func(n int) bool { return n != 20 }, importer.MaxRejected{}, 60, false},
		{"19 and then none", func(n int) bool { return n < 20 }, importer.MaxRejected{}, 60, false},
		{"as many rows as allowed", func(n int) bool { return n <= 5 }, importer.MaxRejected{Rows: 5}, 60, false},
		{"one row more", func(n int) bool { return n <= 6 }, importer.MaxRejected{Rows: 5}, 6, true},
		{"one row more, later", from(50), importer.MaxRejected{Rows: 5}, 55, true},
		{"percent counts from the 20th answer", func(n int) bool { return n < 12 },
			importer.MaxRejected{Percent: 50}, 20, true},
		{"just as many percent as allowed", every(4), importer.MaxRejected{Percent: 25}, 60, false},
		{"more percent", every(4), importer.MaxRejected{Percent: 24}, 20, true},
		{"more percent later", func(n int) bool { return n > 30 }, importer.MaxRejected{Percent: 10}, 34, true},
		{"19 of 19 are too few to tell", func(n int) bool { return n < 20 },
			importer.MaxRejected{Percent: 95}, 60, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			w.provider.does = refusing(c.refuses)
			// Sent one by one, answers come in the order of rows. One more row may leave before an answer is counted.
			j := w.imports(t, people(60), concurrency(1), maxRejected(c.limit))
			if n := len(j.creates); n < c.sent || n > c.sent+1 || !c.halts && n != c.sent {
				t.Errorf("%d requests, want %d", n, c.sent)
			}
			if halted := j.reason() == importer.HaltRefusals; halted != c.halts || c.halts && j.halt.Hint == nil ||
				!c.halts && j.err != nil {
				t.Errorf("halt %q: %v; want one: %v", j.reason(), j.err, c.halts)
			}
			if n := j.counts[pipeline.Rejected] + j.counts[pipeline.Created]; n != len(j.creates) ||
				j.counts[pipeline.Pending] != 60-n {
				t.Errorf("%d requests, counts %v", len(j.creates), j.counts)
			}
		})
	}
}

// TestRefusedAgain: a row that an earlier run saw refused with the same data is sent after all others, and that it is
// refused again halts nothing, however many such rows there are.
func TestRefusedAgain(t *testing.T) {
	bad := func(r request) bool { return strings.HasPrefix(r.line[2], "Bad") }
	does := func(r request) step {
		if bad(r) {
			return refuses
		}
		return accepts
	}
	with := func(lines []line, n int, name string) []line {
		lines = slices.Clone(lines)
		for i := range n {
			lines[i] = lines[i].with(2, fmt.Sprintf("%s %d", name, i))
		}
		return lines
	}
	halts := importer.MaxRejected{Rows: 3}
	yesterday := with(people(25), 25, "Bad")
	for _, c := range []struct {
		name    string
		lines   []line
		options []option
		reason  importer.HaltReason
		created int
		last    int // how many of the rows at the end of the run are Bad ones
	}{
		{"5 new rows behind", with(people(30), 25, "Bad"), nil, "", 5, 25},
		{"and a limit on refusals", with(people(30), 25, "Bad"), []option{maxRejected(halts)}, "", 5, 25},
		{"and one in percent", with(people(30), 25, "Bad"),
			[]option{maxRejected(importer.MaxRejected{Percent: 1})}, "", 5, 25},
		{"and a limit on rows", with(people(30), 25, "Bad"), []option{limit(6)}, "", 5, 1},
		{"and a pilot", with(people(30), 25, "Bad"), []option{passingPilot(t, 3)}, "", 5, 25},
		{"the same book", yesterday, nil, "", 0, 25},
		{"20 new ones that are refused too", with(people(60), 60, "Bad"), nil, importer.HaltRefusals, 0, 20},
		{"more new ones than are allowed", with(people(40), 35, "Bad"), []option{maxRejected(halts)},
			importer.HaltRefusals, 0, 4},
		{"other data that are refused too", with(people(25), 25, "Bad still"), nil, importer.HaltRefusals, 0, 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			w.provider.does = does
			if first := w.imports(t, with(people(20), 20, "Bad"), concurrency(1)); first.reason() != importer.HaltRefusals {
				t.Fatalf("a first run: %v", first.err)
			}
			// It goes on to the other five, of which none was refused before.
			if again := w.imports(t, yesterday, concurrency(1)); again.err != nil || again.counts[pipeline.Rejected] != 25 {
				t.Fatalf("the run after the halt: %v, counts %v", again.err, again.counts)
			}
			j := w.imports(t, c.lines, append(c.options, concurrency(1))...)
			if j.reason() != c.reason || j.counts[pipeline.Created] != c.created {
				t.Errorf("halt %q: %v; counts %v, want %d created", j.reason(), j.err, j.counts, c.created)
			}
			n := 0
			for i := len(j.creates) - 1; i >= 0 && bad(j.creates[i]); i-- {
				n++
			}
			if n != c.last && (c.reason == "" || n != c.last+1) { // one more may be on its way
				t.Errorf("%d refused rows at the end, want %d", n, c.last)
			}
		})
	}
}

// Refused compares the data of the rows that runs left rejected.
func (l *memoryLedger) Refused(_ context.Context, data []pipeline.Tag) ([]bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	refused := make([]bool, len(data))
	for i, tag := range data {
		refused[i] = slices.ContainsFunc(l.customers, func(c *customer) bool {
			return c.body == tag && l.outcomes[c.run][c.row].State == pipeline.Rejected
		})
	}
	return refused, nil
}

// passingPilot is a pilot whose rows must all be created.
func passingPilot(t *testing.T, rows int) option {
	return func(s *importer.Sending) {
		s.Pilot = importer.Pilot{Rows: rows, GoOn: func(_ context.Context, all []pipeline.Outcome, _ int) *importer.Halt {
			for _, o := range all {
				if o.State != pipeline.Created {
					t.Errorf("row %d of the pilot is %s", o.Row, o.State)
				}
			}
			if len(all) != rows {
				t.Errorf("a pilot of %d rows", len(all))
			}
			return nil
		}}
	}
}

func TestSilenceHalts(t *testing.T) {
	for _, c := range []int{1, 4} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			w := newWorld()
			w.provider.does = func(request) step { return unsent }
			j := w.imports(t, people(80), concurrency(c))
			tried := map[int]bool{}
			for _, r := range j.creates {
				tried[r.row] = true
			}
			if n := len(tried); j.reason() != importer.HaltSilence || n < c+10 || n > c+10+2*c {
				t.Errorf("halt %q: %v; %d rows were tried", j.reason(), j.err, n)
			}
		})
	}
}

func TestAVerdictThatMeetsEveryRowHalts(t *testing.T) {
	for _, at := range []int{1, 15} {
		w := newWorld()
		w.provider.does = func(r request) step {
			if r.row >= firstRow+at-1 {
				return forbids
			}
			return accepts
		}
		j := w.imports(t, people(40), concurrency(3))
		if j.reason() != importer.HaltProvider || !strings.Contains(j.err.Error(), "403") {
			t.Fatalf("halt %q: %v", j.reason(), j.err)
		}
		if n := j.counts[pipeline.Created]; n > at-1 || n < at-3 || j.counts[pipeline.Pending] != 40-n {
			t.Errorf("counts %v", j.counts)
		}
		met := 0
		for _, r := range j.creates {
			if r.step != forbids {
				continue
			}
			met++
			if r := j.results[r.row-firstRow]; r.State != pipeline.Pending || r.HTTPStatus != 403 ||
				!strings.Contains(r.Message.String(), "forbidden") {
				t.Errorf("row %d, which met it, is %s, HTTP %d: %q", r.Row, r.State, r.HTTPStatus, r.Message)
			}
		}
		if met < 1 || met > 3 || at == 1 && met != 1 {
			t.Errorf("%d rows met it", met)
		}
		// Nothing keeps the next run from sending.
		w.provider.does = nil
		if j = w.imports(t, people(40)); j.counts[pipeline.Created]+j.counts[pipeline.Known] != 40 {
			t.Errorf("run again: counts %v", j.counts)
		}
	}
}

func TestAnExpiredTokenIsRenewedOnce(t *testing.T) {
	w := newWorld()
	w.provider.does = func(r request) step {
		// The first token is good for the first five rows, the second for ten more.
		if r.token == 1 && r.row >= firstRow+5 || r.token == 2 && r.row >= firstRow+15 {
			return rejects401
		}
		return accepts
	}
	j := w.imports(t, people(30), concurrency(4))
	if j.err != nil || j.counts[pipeline.Created] != 30 {
		t.Fatalf("counts %v, error %v", j.counts, j.err)
	}
	if w.provider.authorised != 2 {
		t.Errorf("%d tokens were fetched, want 2", w.provider.authorised)
	}
	for _, r := range j.results {
		if r.Attempts > 3 {
			t.Errorf("row %d took %d attempts", r.Row, r.Attempts)
		}
	}
}

// A second token that worked for others and then expires in its turn is no reason to halt.
func TestATokenThatWorkedForOthersIsRenewedAgain(t *testing.T) {
	w := newWorld()
	w.provider.does = func(r request) step {
		if r.row == firstRow+2 && r.token < 3 {
			w.provider.worked[2] = true
			return rejects401
		}
		return accepts
	}
	j := w.imports(t, people(6), concurrency(1))
	if j.err != nil || j.counts[pipeline.Created] != 6 || j.results[2].Attempts != 3 {
		t.Errorf("error %v, counts %v, %d attempts", j.err, j.counts, j.results[2].Attempts)
	}
}

func TestCredentialsThatAreRefusedHalt(t *testing.T) {
	refused := credentialsRefused{errors.New("HTTP 401 at the token's address")}
	cases := []struct {
		name    string
		prepare func(p *fakeProvider)
		created int
		most    int // requests
	}{
		{"a new token never worked", func(p *fakeProvider) { p.does = func(request) step { return rejects401 } }, 0, 2},
		{"no other token can be had", func(p *fakeProvider) {
			p.fixed = true
			p.does = func(request) step { return rejects401 }
		}, 0, 1},
		{"none can be had later", func(p *fakeProvider) {
			p.fixed = true
			p.does = func(r request) step {
				if r.row > 7 {
					return rejects401
				}
				return accepts
			}
		}, 5, 8},
		{"the exchange is refused", func(p *fakeProvider) {
			p.authorise = func(int) error { return refused }
			p.does = func(request) step { return rejects401 }
		}, 0, 1},
		{"the exchange is refused later", func(p *fakeProvider) {
			p.authorise = func(int) error { return fmt.Errorf("token: %w", refused) }
			p.does = func(r request) step {
				if r.row > 7 {
					return rejects401
				}
				return accepts
			}
		}, 5, 8},
		{"the new token does not work either", func(p *fakeProvider) {
			p.does = func(r request) step {
				if r.row > 7 {
					return rejects401
				}
				return accepts
			}
		}, 5, 11},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			c.prepare(w.provider)
			j := w.imports(t, people(30), concurrency(3))
			if j.reason() != importer.HaltCredentials || j.halt.Hint == nil {
				t.Fatalf("halt %q: %v", j.reason(), j.err)
			}
			// A row before the one that met it may not have left yet: two other workers are busy.
			if n := j.counts[pipeline.Created]; n > c.created || n < c.created-2 || j.counts[pipeline.Pending] != 30-n {
				t.Errorf("counts %v", j.counts)
			}
			if n := len(j.creates); n > c.most {
				t.Errorf("%d requests, at most %d were needed", n, c.most)
			}
		})
	}
}

// When no token can be had for a moment, rows wait, and none is lost.
func TestATokenThatCannotBeHadForNow(t *testing.T) {
	for _, failures := range []int{2, 1 << 30} {
		w := newWorld()
		w.provider.authorise = func(int) error {
			if failures--; failures >= 0 {
				return errors.New("connection refused")
			}
			return nil
		}
		w.provider.does = func(r request) step {
			if r.token == 1 && r.row >= firstRow+3 {
				return rejects401
			}
			return accepts
		}
		j := w.imports(t, people(20), concurrency(2))
		if j.counts[pipeline.Created]+j.counts[pipeline.Pending] != 20 || j.counts[pipeline.Created] < 1 {
			t.Errorf("counts %v, error %v", j.counts, j.err)
		}
		w.provider.authorise = nil
		if j = w.imports(t, people(20)); j.err != nil || j.counts[pipeline.Created]+j.counts[pipeline.Known] != 20 {
			t.Errorf("run again: counts %v, error %v", j.counts, j.err)
		}
	}
}
