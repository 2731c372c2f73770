package importer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// leaves makes a run that ends with its rows unanswered, and two hours pass before the next one.
func (w *world) leaves(t *testing.T, lines []line, steps ...step) {
	t.Helper()
	w.provider.does = meets(steps...)
	w.provider.lostAs = 202
	defer func() { w.provider.lostAs = 0 }()
	if j := w.imports(t, lines, unsettled, concurrency(30)); j.counts[pipeline.Uncertain] != len(lines) {
		t.Fatalf("counts %v, error %v", j.counts, j.err)
	}
	time.Sleep(2 * time.Hour)
}

// Credentials that are refused while settling halt the run before a row is sent, and unanswered requests stay open.
func TestCredentialsRefusedWhileSettling(t *testing.T) {
	refused := credentialsRefused{errors.New("HTTP 401 at the token's address")}
	cases := map[string]struct {
		by      pipeline.SettleBy
		prepare func(p *fakeProvider)
	}{
		"by a look-up": {pipeline.SettleLookUp, func(p *fakeProvider) {
			p.found = func(*pipeline.LookUp, string) ([]pipeline.Found, error) {
				return nil, fmt.Errorf("token: %w", refused)
			}
		}},
		"by a repeat": {pipeline.SettleResend, func(p *fakeProvider) {
			p.fixed, p.does = true, func(request) step { return rejects401 }
		}},
		"by the exchange": {pipeline.SettleResend, func(p *fakeProvider) {
			p.authorise, p.does = func(int) error { return refused }, func(request) step { return rejects401 }
		}},
	}
	for name, c := range cases {
		bubble(t, name, func(t *testing.T) {
			w := worldOf(c.by)
			w.leaves(t, people(2), silentAfter)
			look := w.provider.looks
			c.prepare(w.provider)
			j := w.imports(t, people(6), concurrency(1))
			if j.reason() != importer.HaltCredentials || j.halt.Hint == nil || j.counts[pipeline.Uncertain] != 2 ||
				j.counts[pipeline.Pending] != 4 || len(j.creates) > 1 {
				t.Errorf("halt %q: %v, counts %v, %d requests", j.reason(), j.err, j.counts, len(j.creates))
			}
			w.provider.found, w.provider.authorise, w.provider.fixed, w.provider.does = look, nil, false, nil
			if j = w.imports(t, people(6)); j.counts[pipeline.Created] != 6 {
				t.Errorf("run again: counts %v, error %v", j.counts, j.err)
			}
		})
	}
}

// While settling, an answer that every request would get halts too.
func TestAHaltWhileSettling(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := worldOf(pipeline.SettleResend)
		w.leaves(t, people(2), silentAfter)
		w.provider.does = func(request) step { return forbids }
		j := w.imports(t, people(4), concurrency(1))
		if j.reason() != importer.HaltProvider || len(j.creates) != 1 || j.counts[pipeline.Uncertain] != 2 ||
			j.counts[pipeline.Pending] != 2 {
			t.Errorf("halt %q: %v, counts %v", j.reason(), j.err, j.counts)
		}
	})
}

// A ledger that fails while settling halts the run, the ID in hand is reported, and the next run finds it again.
func TestALedgerThatFailsWhileSettling(t *testing.T) {
	for _, by := range []pipeline.SettleBy{pipeline.SettleResend, pipeline.SettleLookUpResend, pipeline.SettleLookUp} {
		for _, age := range old {
			bubble(t, fmt.Sprint(by, " ", age), func(t *testing.T) {
				w := worldOf(by)
				w.provider.does = meets(silentAfter)
				w.imports(t, people(1), unsettled)
				time.Sleep(age)
				setup := func(s *importer.Sending) { w.ledger.failFrom = 1 }
				j := w.imports(t, people(1), setup)
				if j.reason() != importer.HaltLedger || len(j.lost) != 1 || j.lost[0].Row != firstRow ||
					j.lost[0].CustomerID != "c-1" {
					t.Fatalf("halt %q: %v, lost %v", j.reason(), j.err, j.lost)
				}
				w.ledger.heal()
				if j = w.imports(t, people(1)); j.results[0].State != pipeline.Created ||
					j.results[0].CustomerID != "c-1" {
					t.Errorf("run again: %v", j.states())
				}
			})
		}
	}
}

// A row that the ledger refuses is not blamed on the book.
func TestALedgerThatRefusesARow(t *testing.T) {
	broken := errors.New("the ledger is malformed")
	moved := []line{person(1).with(3, "Pasto"), person(2)}
	for name, prepare := range map[string]func(l *memoryLedger){
		"its requests": func(l *memoryLedger) { l.unsealed = broken },
		"an outcome":   func(l *memoryLedger) { l.noRecord = broken },
	} {
		bubble(t, name, func(t *testing.T) {
			w := worldOf(pipeline.SettleLookUp)
			w.leaves(t, people(1), silentAfter)
			prepare(w.ledger)
			j := w.imports(t, moved)
			if j.reason() != importer.HaltLedger || !errors.Is(j.err, broken) || j.halt.Hint == nil ||
				len(j.creates) != 0 {
				t.Errorf("halt %q: %v, %d requests", j.reason(), j.err, len(j.creates))
			}
		})
	}
}

// A sealed request that cannot be opened is not sent and not quoted.
func TestASealedRequestThatIsSpoilt(t *testing.T) {
	for _, body := range []string{"", `{"name":"Trader 1"`, `{"name":"Trader 1"} {}`} {
		bubble(t, body, func(t *testing.T) {
			w := worldOf(pipeline.SettleResend)
			w.leaves(t, people(1), silentAfter)
			w.ledger.customers[0].intent.Body = []byte(body)
			j := w.imports(t, people(2))
			if j.reason() != importer.HaltLedger || !strings.Contains(j.err.Error(), "row=3") ||
				strings.Contains(j.err.Error(), "Trader") || len(j.creates) != 0 {
				t.Errorf("halt %q: %v, %d requests", j.reason(), j.err, len(j.creates))
			}
		})
	}
}

// A stop ends the wait for requests under way at once, and a cancelled context ends any other wait; both are reported
// as an interruption only.
func TestStopWhileSettling(t *testing.T) {
	for _, by := range []pipeline.SettleBy{pipeline.SettleResend, pipeline.SettleLookUpResend, pipeline.SettleLookUp} {
		for _, atOnce := range []bool{false, true} {
			for _, after := range []time.Duration{0, 10 * time.Second} {
				bubble(t, fmt.Sprint(by, " ", atOnce, " ", after), func(t *testing.T) {
					w := worldOf(by)
					w.provider.does = meets(silentBefore, silentBefore)
					w.imports(t, people(2), unsettled)
					stop := make(chan struct{})
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					time.AfterFunc(after, func() {
						if atOnce {
							cancel()
						}
						close(stop)
					})
					began := time.Now()
					j := w.importsBook(ctx, t, &memoryBook{lines: people(2)}, stopAt(stop))
					if took := time.Since(began); took != after {
						t.Errorf("took %v, was stopped after %v", took, after)
					}
					if j.reason() != importer.HaltInterrupted || j.counts[pipeline.Uncertain] != 2 ||
						len(j.creates) != 0 {
						t.Errorf("halt %q: %v, counts %v", j.reason(), j.err, j.counts)
					}
				})
			}
		}
	}
}

// Rows that were to be judged again and were not reached get an outcome that says so.
func TestRowsThatARunDoesNotReachAreReported(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := worldOf(pipeline.SettleResend)
		w.leaves(t, people(3), silentBefore)
		w.taken(person(2), person(3))
		w.provider.does = nil
		stop := make(chan struct{})
		w.provider.gate = func(r request) {
			if len(w.provider.seen) == 6 {
				close(stop)
			}
		}
		w.strict = func(l line) bool { return l[0] == "R2" && l[3] == "Pasto" }
		lines := []line{person(9)} // once it waits for a place, the run is stopped
		for _, l := range people(3) {
			lines = append(lines, l.with(3, "Pasto"))
		}
		j := w.imports(t, lines, stopAt(stop), concurrency(1))
		want := []pipeline.State{pipeline.Pending, pipeline.Changed, pipeline.Invalid, pipeline.Pending}
		if j.reason() != importer.HaltInterrupted || !slices.Equal(j.states(), want) {
			t.Errorf("halt %q, %v, want %v", j.reason(), j.states(), want)
		}
	})
}

// Settling gives up on a silent provider instead of asking about every row; the run goes on, and its rows find out by
// themselves.
func TestSilenceWhileSettlingGivesUp(t *testing.T) {
	for _, by := range []pipeline.SettleBy{pipeline.SettleResend, pipeline.SettleLookUp} {
		bubble(t, string(by), func(t *testing.T) {
			w := worldOf(by)
			w.leaves(t, people(40), silentAfter)
			look := w.provider.looks
			down, asked := true, 0
			w.provider.found = func(l *pipeline.LookUp, value string) ([]pipeline.Found, error) {
				if down {
					asked++
					return nil, errNoLookUp
				}
				return look(l, value)
			}
			w.provider.does = func(r request) step {
				switch {
				case r.ref > 40: // a request of this run: the provider answers again
					down = false
				case down:
					asked += 3
					return silentBefore
				}
				return accepts
			}
			j := w.imports(t, append(people(40), person(41)), concurrency(2))
			if j.err != nil || asked > 3*(2+10+2) || j.results[40].State != pipeline.Created {
				t.Errorf("error %v, asked %d times, then %s", j.err, asked, j.results[40].State)
			}
			// It answers again before the run ends, and the rest is settled then.
			if j.counts[pipeline.Created] != 41 {
				t.Errorf("counts %v", j.counts)
			}
		})
	}
}

// Rows that cannot be settled do not count as silence, and do not block others.
func TestWhatNothingCanSettleIsNotSilence(t *testing.T) {
	for name, hopeless := range map[string]func(w *world, l line) line{
		"nothing to look up":  func(_ *world, l line) line { return l.with(1, "") },
		"several that agree":  func(w *world, l line) line { w.provider.has(l, l); return l },
		"nobody, as it seems": func(w *world, l line) line { return l },
	} {
		bubble(t, name, func(t *testing.T) {
			w := worldOf(pipeline.SettleLookUp)
			w.provider.unique = nil
			lines := people(30)
			for i := range lines {
				lines[i] = hopeless(w, lines[i])
			}
			all := append(slices.Clone(lines), person(31))
			w.provider.does = func(r request) step {
				if r.row == firstRow+30 {
					return silentAfter
				}
				return silentBefore
			}
			w.imports(t, all, unsettled, concurrency(30))
			w.provider.does = nil
			j := w.imports(t, all, concurrency(1))
			if j.err != nil || j.results[30].State != pipeline.Created {
				t.Errorf("error %v, counts %v", j.err, j.counts)
			}
		})
	}
}

// A repeat can be lost like the first attempt: it is made again when it is due again, as long as rounds settle
// something, but not for ever.
func TestRoundsAtTheEnd(t *testing.T) {
	for lost, created := range map[int]bool{0: true, 1: true, 2: false, 100: false} {
		bubble(t, fmt.Sprint(lost), func(t *testing.T) {
			w := worldOf(pipeline.SettleResend)
			w.provider.does = func(r request) step {
				if r.attempt <= 1+lost {
					return silentBefore
				}
				return accepts
			}
			began := time.Now()
			j := w.imports(t, people(1))
			if j.err != nil || (j.results[0].State == pipeline.Created) != created || len(j.creates) > 3 ||
				created && len(j.creates) != lost+2 {
				t.Errorf("%s after %d requests, error %v", j.results[0].State, len(j.creates), j.err)
			}
			for i := 1; i < len(j.creates); i++ {
				if gap := j.creates[i].at.Sub(j.creates[i-1].at); gap < settleWait {
					t.Errorf("sent again after %v", gap)
				}
			}
			if len(j.notes) == 0 || j.notes[0].Arg("wait") != time.Minute || time.Since(began) > 3*settleWait {
				t.Errorf("took %v, notes %v", time.Since(began), j.notes)
			}
		})
	}
}

// Rounds go on while each settles something, up to five.
func TestFiveRoundsAtMost(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := worldOf(pipeline.SettleResend)
		w.provider.lostAs = 202
		w.provider.does = func(r request) step {
			if r.attempt <= 1+r.row-firstRow {
				return silentBefore
			}
			return accepts
		}
		j := w.imports(t, people(8), concurrency(10))
		if j.err != nil || j.counts[pipeline.Created] != 5 || j.counts[pipeline.Uncertain] != 3 {
			t.Errorf("counts %v, error %v", j.counts, j.err)
		}
		if j = w.imports(t, people(8)); j.counts[pipeline.Created] != 3 {
			t.Errorf("run again: counts %v", j.counts)
		}
	})
}

// A row whose attempt is settled may have another key that is taken: the first pass stopped at the attempt.
func TestASettledRowWhoseOtherKeyIsTaken(t *testing.T) {
	mixed := line{person(1)[0], person(2)[1], "Trader 1", "Cali"} // the reference of one, the tax number of another
	for _, c := range []struct {
		name  string
		two   step
		state pipeline.State
		says  string
	}{
		{"by a customer", accepts, pipeline.Changed, `outcome.changed customer=(outcome.customer id="c-1")`},
		{"by another that is unanswered", silentBefore, pipeline.Pending,
			"outcome.other_unanswered"},
	} {
		bubble(t, c.name, func(t *testing.T) {
			w := worldOf(pipeline.SettleResend)
			w.provider.does = func(r request) step {
				if r.row == firstRow {
					return silentBefore
				}
				return c.two
			}
			w.imports(t, people(2), unsettled)
			time.Sleep(2 * time.Hour)
			w.taken(person(1))
			w.provider.does = func(r request) step {
				if r.ref == 2 {
					return silentBefore
				}
				return accepts
			}
			j := w.imports(t, []line{mixed, person(3)})
			if r := j.results[0]; j.err != nil || r.State != c.state || !strings.Contains(r.Message.String(), c.says) ||
				j.results[1].State != pipeline.Created {
				t.Errorf("%v, error %v: %q", j.states(), j.err, r.Message)
			}
		})
	}
}

// Two rows that each share a key with one unanswered request both get its outcome.
func TestTwoRowsOfOneAttempt(t *testing.T) {
	both := []line{{"R1", "9-7777", "Trader 1", "Cali"}, {"R77", person(1)[1], "Trader 1", "Cali"}}
	for _, c := range []struct {
		step step
		age  time.Duration
		want []pipeline.State
	}{
		{silentAfter, 0, []pipeline.State{pipeline.Changed, pipeline.Changed}},
		{silentAfter, 2 * time.Hour, []pipeline.State{pipeline.Changed, pipeline.Changed}},
		{silentBefore, 0, []pipeline.State{pipeline.Pending, pipeline.Pending}},
		{silentBefore, 2 * time.Hour, []pipeline.State{pipeline.Rejected, pipeline.Created}}, // R1 is another's
	} {
		bubble(t, fmt.Sprint(c.want, c.age), func(t *testing.T) {
			w := worldOf(pipeline.SettleResend)
			w.provider.does = meets(c.step)
			w.imports(t, people(1), unsettled)
			time.Sleep(c.age)
			if c.step == silentBefore {
				w.taken(person(1))
			}
			w.provider.does = nil
			if j := w.imports(t, both); j.err != nil || !slices.Equal(j.states(), c.want) {
				t.Errorf("%v, error %v", j.states(), j.err)
			}
		})
	}
}
