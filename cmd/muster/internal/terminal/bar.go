package terminal

import (
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/progress"
	"muster/pipeline"
	"muster/pipeline/importer"
)

const (
	// barEvery is how often a bar is drawn.
	barEvery = 200 * time.Millisecond

	mostBar   = 30 // columns of the bar itself
	fewestBar = 10
	narrow    = 40 // columns below which there are only words
	partsGap  = "  "
)

// Bar is a line at the bottom of a screen that shows how far a run is while it sends. It is removed while a person is
// asked, and at the end.
type Bar struct {
	screen *Screen
	words  Words
	track  *progress.Track
	now    func() time.Time

	mu  sync.Mutex // held while the line is drawn
	end func()
}

// Words words messages in one language.
type Words interface {
	Message(*pipeline.Message) string
}

// NewBar draws on a screen, worded by words, with the clock now.
func NewBar(s *Screen, words Words, now func() time.Time) *Bar {
	return &Bar{screen: s, words: words, track: progress.NewTrack(now), now: now}
}

// See takes an event of the run.
func (b *Bar) See(e enrol.Event) {
	b.track.See(e)
	switch e := e.(type) {
	case enrol.SendBegan:
		b.end = progress.Every(barEvery, b.draw)
	case enrol.Piloted:
		if e.Asked {
			b.clear()
		}
	case enrol.SendEnded:
		b.end()
		b.clear()
	}
}

func (b *Bar) draw() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if v, ok := b.track.View(); ok {
		b.screen.Draw(barOf(b.words, v, b.now(), b.screen.Width()-1))
	}
}

func (b *Bar) clear() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.screen.Draw("")
}

// barOf is a view at t in one line of at most width columns, without colour. Parts that do not fit are left out, the
// least important first.
func barOf(words Words, v progress.View, t time.Time, width int) string {
	done, of := v.Settled, v.Ready
	if v.Stage.At == importer.StagePilot || v.Stage.At == importer.StageSending && of == 0 {
		of = max(of, v.Stage.Of)
	}
	note := words.Message(v.Note(t))
	if of == 0 {
		return cut(note, width)
	}
	parts := []part{{text: fmt.Sprintf("%d/%d", done, of), rank: 0}}
	if note != "" {
		parts = append(parts, part{text: note, rank: 1})
	}
	if v.Counts.Total() > 0 {
		parts = append(parts, part{text: words.Message(pipeline.Say("progress.counts", "counts", v.Counts)), rank: 3})
	}
	paused := v.Paused.After(t) || !v.Silent.IsZero() || v.Stage.At == importer.StageOutage
	if v.Rate > 0 && done < v.Ready && !paused {
		parts = append(parts, part{text: words.Message(v.RateMessage()), rank: 4})
	}
	if left := v.Left(); left > 0 && !paused {
		parts = append(parts, part{text: words.Message(pipeline.Say("progress.left", "left", left)), rank: 2})
	}
	if v.Flight > 0 {
		parts = append(parts, part{text: words.Message(pipeline.Say("progress.in_flight", "count", v.Flight)), rank: 5})
	}
	if width < narrow {
		return fit(parts, width)
	}
	// The bar's length does not depend on the text beside it, so that the bar only grows.
	bar := min(max(width/4, fewestBar), mostBar)
	return "[" + drawn(done, of, bar) + "]" + partsGap + fit(parts, width-bar-len("[]")-len(partsGap))
}

// part is a piece of the line; the lowest rank matters most.
type part struct {
	text string
	rank int
}

// fit joins the parts that fit into width, in their order.
func fit(parts []part, width int) string {
	kept := make([]bool, len(parts))
	used := 0
	for rank := 0; rank <= len(parts)+5; rank++ {
		for i, p := range parts {
			need := utf8.RuneCountInString(p.text)
			if used > 0 {
				need += len(partsGap)
			}
			if p.rank == rank && used+need <= width {
				kept[i], used = true, used+need
			}
		}
	}
	var texts []string
	for i, p := range parts {
		if kept[i] {
			texts = append(texts, p.text)
		}
	}
	return strings.Join(texts, partsGap)
}

// drawn is the bar itself.
func drawn(done, of, width int) string {
	full := min(done, of) * width / of
	bar := strings.Repeat("=", full)
	if full < width {
		bar += ">"
	}
	return bar + strings.Repeat(" ", width-len(bar))
}

func cut(s string, width int) string {
	if runes := []rune(s); len(runes) > width {
		return string(runes[:max(width, 0)])
	}
	return s
}
