package terminal

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/importer"
)

// TestWhatARunWaitsFor: without a bar a line every five seconds says how far a run is and what it waits for, even
// when no answer comes.
func TestWhatARunWaitsFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said []string
		words := english(t)
		l := NewLines(func(m *pipeline.Message) { said = append(said, words.Message(m)) }, time.Now)
		l.See(enrol.SendBegan{Run: "run-1"})
		l.See(enrol.Progressed{Progress: importer.Progress{Settled: 3, Ready: 3,
			Counts: pipeline.Counts{pipeline.Created: 2, pipeline.Uncertain: 1}}})
		l.See(enrol.Staged{Stage: importer.Stage{At: importer.StageSettling, Of: 1,
			Until: time.Now().Add(12 * time.Second)}})
		time.Sleep(17*time.Second + time.Millisecond)
		l.See(enrol.SendEnded{})
		want := []string{
			"3 of 3 done, 1 unanswered: waiting 7 s to ask: 2 created, 1 uncertain",
			"3 of 3 done, 1 unanswered: waiting 2 s to ask: 2 created, 1 uncertain",
			"3 of 3 done, 1 unanswered: asking: 2 created, 1 uncertain",
			"3 of 3 done, 1 unanswered: asking: 2 created, 1 uncertain",
		}
		if !slices.Equal(said, want) {
			t.Errorf("it said\n%s", strings.Join(said, "\n"))
		}
		// A run that is over before the first line has none.
		said = nil
		l.See(enrol.SendBegan{Run: "run-2"})
		time.Sleep(time.Second)
		l.See(enrol.SendEnded{})
		if len(said) > 0 {
			t.Errorf("a short run said %q", said)
		}
	})
}

// A bar is drawn repeatedly, and removed while a person is asked, and at the end.
func TestABarWhileAPersonIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		b := NewBar(NewScreen(&out, func() int { return 60 }), english(t), time.Now)
		shows := func(when, want string) {
			t.Helper()
			synctest.Wait()
			if got := out.String(); got != want {
				t.Errorf("%s: the terminal was sent %q, want %q", when, got, want)
			}
			out.Reset()
		}
		const away = "\r\x1b[K"
		b.See(enrol.SendBegan{Run: "r"})
		b.See(enrol.Progressed{Progress: importer.Progress{Settled: 1, Ready: 2}})
		time.Sleep(barEvery + barEvery/2)
		shows("it sends", "[=======>      ]  1/2")
		b.See(enrol.Piloted{Asked: true})
		time.Sleep(time.Minute)
		shows("a person is asked", away)
		b.See(enrol.Staged{})
		time.Sleep(barEvery)
		shows("it goes on", "[=======>      ]  1/2")
		b.See(enrol.SendEnded{})
		time.Sleep(time.Minute)
		shows("it is over", away)
	})
}
