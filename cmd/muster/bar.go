package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"muster/pipeline/importer"
)

const (
	mostBar   = 30 // columns of the bar itself
	fewestBar = 10
	narrow    = 40 // columns below which there are words only
	partsGap  = "  "
)

// mayDraw says whether this run shows a bar: somebody looks at a terminal, and
// asked for neither silence nor JSON.
func (r *importRun) mayDraw() bool {
	return r.screen != nil && r.stderr == io.Writer(r.screen) && r.screen.Width() > 0 && !r.flags.quiet && !r.flags.json
}

// bar is a view in one line of at most width columns, without colour. What does
// not fit is left out, the least important first.
func (v view) bar(t time.Time, width int) string {
	done, of := v.Settled, v.Ready
	if v.stage.At == importer.StagePilot || v.stage.At == importer.StageSending && of == 0 {
		of = max(of, v.stage.Of)
	}
	if of == 0 {
		if note := v.note(t); note != "" {
			return cut(note, width)
		}
		return ""
	}
	parts := []part{{text: fmt.Sprintf("%d/%d", done, of), rank: 0}}
	if note := v.note(t); note != "" {
		parts = append(parts, part{text: note, rank: 1})
	}
	if s := countsText(v.Counts); s != "" {
		parts = append(parts, part{text: s, rank: 3})
	}
	paused := v.paused.After(t)
	if v.rate > 0 && done < v.Ready && !paused {
		parts = append(parts, part{text: fmt.Sprintf("%.1f/s", v.rate), rank: 4})
	}
	if left := v.left(); left > 0 && !paused {
		parts = append(parts, part{text: short(left) + " left", rank: 2})
	}
	if v.flight > 0 {
		parts = append(parts, part{text: fmt.Sprintf("%d in flight", v.flight), rank: 5})
	}
	if width < narrow {
		return fit(parts, width)
	}
	// The bar is as long whatever stands beside it, so that it only ever grows.
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
			need := len(p.text)
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
	if len(s) > width {
		return s[:max(width, 0)]
	}
	return s
}
