package ledger

import (
	"fmt"
	"testing"

	"muster/pipeline"
)

// wide is an intent of 25 fields and two keys.
func wide(row int) *pipeline.Intent {
	in := intent(row, fmt.Sprintf("R-%09d", row), fmt.Sprintf("m%09d@acme.test", row))
	for i := range 23 {
		in.Entries = append(in.Entries, pipeline.Entry{Path: fmt.Sprintf("people[%d].first", i),
			Value: "Some Made-Up Value"})
	}
	in.Body = make([]byte, 900)
	return in
}

const batch = 64

// written is a space of a new ledger with n created customers.
func written(b *testing.B, on rooms, n int) *Space {
	_, s, _ := on.opened(b)
	for row := 2; row < n+2; row += batch {
		ins := make([]*pipeline.Intent, batch)
		for i := range ins {
			ins[i] = wide(row + i)
		}
		begun(b, s, "r1", ins...)
		settle := make([]pipeline.Settlement, batch)
		for i := range ins {
			settle[i] = settlement(ins[i], pipeline.Created)
		}
		must(b, wrote(s.Write(b.Context(), "r1", nil, settle)))
	}
	return s
}

// BenchmarkWrite takes rows through intent and outcome; each call settles one
// batch and begins the next, as the loop's one writer does.
func BenchmarkWrite(b *testing.B) { onStores(b, benchWrite) }

func benchWrite(b *testing.B, on rooms) {
	_, s, _ := on.opened(b)
	ins := make([]*pipeline.Intent, b.N)
	for i := range ins {
		ins[i] = wide(i + 2)
	}
	var last []*pipeline.Intent
	b.ReportAllocs()
	b.ResetTimer()
	for len(ins) > 0 || len(last) > 0 {
		next := ins[:min(batch, len(ins))]
		ins = ins[len(next):]
		settle := make([]pipeline.Settlement, len(last))
		for i := range last {
			settle[i] = settlement(last[i], pipeline.Created)
		}
		must(b, wrote(s.Write(b.Context(), "r1", next, settle)))
		last = next
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkFind(b *testing.B) { onStores(b, benchFind) }

func benchFind(b *testing.B, on rooms) {
	const n = 20_000 / batch * batch
	s := written(b, on, n)
	tags := make([]pipeline.Tag, 512)
	b.ResetTimer()
	for done := 0; done < b.N; done += len(tags) {
		for i := range tags {
			tags[i] = s.KeyTag("reference", fmt.Sprintf("R-%09d", 2+(done+i)*7919%n))
		}
		for _, c := range ask(s.Find(b.Context(), tags))(b) {
			if c == nil {
				b.Fatal("not found")
			}
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tags/s")
}

func BenchmarkRecord(b *testing.B) { onStores(b, benchRecord) }

func benchRecord(b *testing.B, on rooms) {
	s := written(b, on, batch)
	must(b, s.l.StartRun(b.Context(), pipeline.Run{ID: "r2", Namespace: sandbox}))
	outcomes := make([]pipeline.Outcome, 512)
	b.ResetTimer()
	for done := 0; done < b.N; done += len(outcomes) {
		for i := range outcomes {
			outcomes[i] = pipeline.Outcome{Row: done + i + 2, Ref: int64(i%batch + 1), State: pipeline.Existing}
		}
		must(b, s.Record(b.Context(), "r2", outcomes))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkRecordKnown records and reads what a second run finds.
func BenchmarkRecordKnown(b *testing.B) { onStores(b, benchRecordKnown) }

func benchRecordKnown(b *testing.B, on rooms) {
	const n = 20_000 / batch * batch
	s := written(b, on, n)
	must(b, s.l.StartRun(b.Context(), pipeline.Run{ID: "r2", Namespace: sandbox}))
	outcomes := make([]pipeline.Outcome, 1000)
	b.ResetTimer()
	for done := 0; done < b.N; done += len(outcomes) {
		for i := range outcomes {
			outcomes[i] = pipeline.Outcome{Row: done + i + 2, Ref: int64((done+i)%n + 1), State: pipeline.Known}
		}
		must(b, s.Record(b.Context(), "r2", outcomes))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkOutcomes reads a run of known rows.
func BenchmarkOutcomes(b *testing.B) { onStores(b, benchOutcomes) }

func benchOutcomes(b *testing.B, on rooms) {
	const n = 20_000 / batch * batch
	s := written(b, on, n)
	must(b, s.l.StartRun(b.Context(), pipeline.Run{ID: "r2", Namespace: sandbox}))
	for row := 0; row < b.N; row += 1000 {
		rows := make([]pipeline.Outcome, 1000)
		for i := range rows {
			rows[i] = pipeline.Outcome{Row: row + i + 2, Ref: int64((row+i)%n + 1), State: pipeline.Known}
		}
		must(b, s.Record(b.Context(), "r2", rows))
	}
	b.ResetTimer()
	for _, err := range s.l.Outcomes(b.Context(), "r2") {
		must(b, err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkBodyTag(b *testing.B) {
	_, s, _ := opened(b)
	in := wide(2)
	b.ReportAllocs()
	for b.Loop() {
		s.BodyTag(in.Entries)
	}
}
