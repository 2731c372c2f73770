package terminal

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"muster/cmd/muster/internal/progress"
	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/wording"
)

func english(t testing.TB) *wording.Wording {
	t.Helper()
	words, err := wording.For("en")
	if err != nil {
		t.Fatal(err)
	}
	return words
}

func TestBar(t *testing.T) {
	now := time.Date(2026, 11, 21, 6, 30, 0, 0, time.UTC)
	sends := progress.View{Progress: importer.Progress{Settled: 120, Ready: 388,
		Counts: pipeline.Counts{pipeline.Created: 117, pipeline.Rejected: 3}},
		Stage: importer.Stage{At: importer.StageSending}, Rate: 4.9, Flight: 2}
	paused := sends
	paused.Paused, paused.Status = now.Add(12*time.Second), 429
	pilot := sends
	pilot.Settled, pilot.Counts, pilot.Rate = 2, pipeline.Counts{pipeline.Created: 2}, 0
	pilot.Stage = importer.Stage{At: importer.StagePilot, Of: 5}
	settles := sends
	settles.Settled, settles.Flight = 388, 0
	settles.Stage = importer.Stage{At: importer.StageSettling, Of: 3, Done: 1, Until: now.Add(35 * time.Second)}
	earlier := progress.View{Stage: importer.Stage{At: importer.StageEarlier, Of: 4, Done: 1}}
	for _, c := range []struct {
		name  string
		v     progress.View
		width int
		want  string
	}{
		{"wide", sends, 119,
			"[========>                    ]  120/388  117 created, 3 rejected  4.9/s  55 s left  2 in flight"},
		{"80 columns", sends, 79, "[=====>             ]  120/388  117 created, 3 rejected  4.9/s  55 s left"},
		{"what matters least goes first", sends, 50, "[===>        ]  120/388  4.9/s  55 s left"},
		{"words only", sends, 30, "120/388  4.9/s  55 s left"},
		{"a pause", paused, 79, "[=====>             ]  120/388  429: waiting 12 s  117 created, 3 rejected"},
		{"a pilot", pilot, 79, "[>                  ]  2/388  pilot of 5  2 created  2 in flight"},
		{"settling", settles, 79, "[===================]  388/388  2 unanswered: waiting 35 s to ask"},
		{"settling earlier ones", earlier, 79, "settling 3 requests of earlier runs"},
		{"nothing yet", progress.View{}, 79, ""},
	} {
		if got := barOf(english(t), c.v, now, c.width); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// A bar never breaks its line, and consists of plain characters.
func TestABarFits(t *testing.T) {
	words := english(t)
	rapid.Check(t, func(t *rapid.T) {
		now := time.Now()
		v := progress.View{Flight: rapid.IntRange(0, 1000).Draw(t, "flight"),
			Rate: rapid.Float64Range(0, 20000).Draw(t, "rate")}
		v.Ready = rapid.IntRange(0, 2_000_000).Draw(t, "ready")
		v.Settled = rapid.IntRange(0, v.Ready+3).Draw(t, "settled")
		v.Counts = pipeline.Counts{}
		for _, s := range pipeline.States() {
			v.Counts[s] = rapid.IntRange(0, 1_000_000).Draw(t, string(s))
		}
		stages := []importer.StageName{importer.StageEarlier, importer.StagePilot, importer.StageSending,
			importer.StageSettling}
		v.Stage = importer.Stage{At: rapid.SampledFrom(stages).Draw(t, "stage"),
			Of: rapid.IntRange(0, 10000).Draw(t, "of"), Until: now.Add(time.Duration(rapid.IntRange(-10, 10000).Draw(t,
				"until")) * time.Second)}
		v.Paused = now.Add(time.Duration(rapid.IntRange(-10, 100000).Draw(t, "paused")) * time.Second)
		width := rapid.IntRange(0, 200).Draw(t, "width")
		line := barOf(words, v, now, width)
		if len(line) > width {
			t.Errorf("%d columns, %d are there: %q", len(line), width, line)
		}
		for _, r := range line {
			if r < ' ' || r > '~' {
				t.Errorf("%q", line)
			}
		}
	})
}
