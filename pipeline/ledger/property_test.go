package ledger

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"muster/pipeline"
)

// model is what the ledger must report after any order of writes, refusals and reopenings.
type model struct {
	state map[int64]pipeline.State // by ref
	row   map[int64]int
	keys  map[int64][]string
	live  map[string]int64 // key to ref
	rows  map[int]pipeline.State
}

func TestAnyHistory(t *testing.T) { forStores(t, testAnyHistory) }

func testAnyHistory(t *testing.T, on rooms) {
	rapid.Check(t, func(rt *rapid.T) {
		at := on(t)
		ctx := context.Background()
		var (
			l *Ledger
			s *Space
			m = model{map[int64]pipeline.State{}, map[int64]int{}, map[int64][]string{}, map[string]int64{},
				map[int]pipeline.State{}}
		)
		check := func(err error) {
			if err != nil {
				rt.Fatal(err)
			}
		}
		open := func() {
			var err error
			l, err = Open(ctx, at.name, Options{MayBegin: true, KeyFile: at.key})
			check(err)
			s, err = l.Space(ctx, sandbox, acme())
			check(err)
			check(l.Hold(ctx, sandbox, HoldOptions{}))
		}
		open()
		defer func() { l.Close() }()
		check(l.StartRun(ctx, pipeline.Run{ID: "r1", Namespace: sandbox}))
		row := rapid.IntRange(2, 12)
		name := rapid.SampledFrom([]string{"A", "B", "C", "D", "E"})
		states := rapid.SampledFrom(pipeline.States())
		rt.Repeat(map[string]func(*rapid.T){
			"begin and settle": func(rt *rapid.T) {
				next := model{map[int64]pipeline.State{}, m.row, m.keys, map[string]int64{}, map[int]pipeline.State{}}
				for k, v := range m.state {
					next.state[k] = v
				}
				for k, v := range m.live {
					next.live[k] = v
				}
				for k, v := range m.rows {
					next.rows[k] = v
				}
				legal := true
				var claimed []int
				var settle []pipeline.Settlement
				for range rapid.IntRange(0, 2).Draw(rt, "settlements") {
					if len(m.state) == 0 {
						break
					}
					ref := rapid.SampledFrom(slices.Sorted(maps.Keys(m.state))).Draw(rt, "ref")
					to := states.Draw(rt, "to")
					settle = append(settle,
						pipeline.Settlement{Outcome: pipeline.Outcome{Ref: ref, Row: m.row[ref], State: to}})
					legal = legal && next.state[ref] == pipeline.Uncertain && pipeline.Uncertain.CanBecome(to)
					next.state[ref], next.rows[m.row[ref]] = to, to
					if to == pipeline.Rejected || to == pipeline.Pending {
						for _, k := range m.keys[ref] {
							delete(next.live, k)
						}
					}
				}
				var begin []*pipeline.Intent
				for i := range rapid.IntRange(0, 3).Draw(rt, "intents") {
					in := intent(row.Draw(rt, "row"), name.Draw(rt, "reference"),
						rapid.SampledFrom([]string{"", "x@acme.test", "y@acme.test"}).Draw(rt, "email"))
					begin = append(begin, in)
					if slices.ContainsFunc(in.Keys, func(k pipeline.KeyValue) bool {
						return next.live[fmt.Sprint(k.Key, k.Normalised)] != 0
					}) {
						claimed = append(claimed, i)
						continue
					}
					was, there := next.rows[in.Row]
					legal = legal && (!there || was == pipeline.Pending)
					for _, k := range in.Keys {
						next.live[fmt.Sprint(k.Key, k.Normalised)] = -1
					}
					next.rows[in.Row] = pipeline.Uncertain
				}
				got, err := s.Write(ctx, "r1", begin, settle)
				if (err == nil) != legal || legal && !slices.Equal(got, claimed) {
					rt.Fatalf("legal %v, got %v; claimed %v, got %v", legal, err, claimed, got)
				}
				if err != nil {
					return
				}
				for i, in := range begin {
					if slices.Contains(claimed, i) {
						continue
					}
					next.state[in.Ref], next.row[in.Ref] = pipeline.Uncertain, in.Row
					for _, k := range in.Keys {
						key := fmt.Sprint(k.Key, k.Normalised)
						next.live[key] = in.Ref
						next.keys[in.Ref] = append(next.keys[in.Ref], key)
					}
				}
				m = next
			},
			"record": func(rt *rapid.T) {
				r := row.Draw(rt, "row")
				_, there := m.rows[r]
				err := s.Record(ctx, "r1", []pipeline.Outcome{{Row: r, State: pipeline.Invalid}})
				if (err == nil) == there {
					rt.Fatalf("there %v, got %v", there, err)
				}
				if err == nil {
					m.rows[r] = pipeline.Invalid
				}
			},
			"reopen": func(rt *rapid.T) {
				check(l.Close())
				open()
			},
			"": func(rt *rapid.T) {
				got := map[int]pipeline.State{}
				for o, err := range l.Outcomes(ctx, "r1") {
					check(err)
					got[o.Row] = o.State
				}
				if fmt.Sprint(got) != fmt.Sprint(m.rows) {
					rt.Fatalf("outcomes %v, want %v", got, m.rows)
				}
				claims, unsettled := 0, 0
				for _, state := range m.state {
					if state.IsClaim() {
						claims++
					}
					if state == pipeline.Uncertain {
						unsettled++
					}
				}
				c, err := s.Customers(ctx)
				check(err)
				u, err := s.Unsettled(ctx)
				check(err)
				if c != claims || u != unsettled {
					rt.Fatalf("%d claims and %d unsettled, want %d and %d", c, u, claims, unsettled)
				}
				var tags []pipeline.Tag
				var names []string
				for k, key := range acme().Keys {
					for _, v := range []string{"A", "B", "C", "D", "E", "x@acme.test", "y@acme.test"} {
						tags, names = append(tags, s.KeyTag(key.Name, v)), append(names, fmt.Sprint(k, v))
					}
				}
				found, err := s.Find(ctx, tags)
				check(err)
				for i, claim := range found {
					ref := m.live[names[i]]
					if (claim == nil) != (ref == 0) || claim != nil && (claim.Ref != ref ||
						claim.State != m.state[ref] || claim.Outcome.Row != m.row[ref]) {
						rt.Fatalf("key %s: %+v, want customer %d", names[i], claim, ref)
					}
				}
			},
		})
	})
}

func FuzzKeyFile(f *testing.F) {
	f.Add([]byte("00"))
	f.Add([]byte("abababababababababababababababababababababababababababababababab\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "muster.db.key")
		must(t, os.WriteFile(path, content, 0o600))
		secret, err := readKey(path)
		if err == nil && len(secret) != secretSize || err != nil && !isA[*KeyError](err) {
			t.Errorf("%d bytes, %v", len(secret), err)
		}
	})
}
