// Package jsonlines is what --json prints: one JSON object a line. `muster
// help json` lists the lines of an import; a test holds both to one another.
package jsonlines

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"
)

// Printer writes lines. It may be used by several at once: each line is whole.
type Printer struct {
	mu  sync.Mutex
	out io.Writer
}

// NewPrinter writes to out.
func NewPrinter(out io.Writer) *Printer { return &Printer{out: out} }

// Print writes one line. What cannot be written is lost: what a run did is in
// its ledger.
func (p *Printer) Print(l Line) {
	line, err := json.Marshal(l.typed())
	if err != nil {
		line = []byte(`{"type":"error","message":"an event could not be encoded"}`)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.out, "%s\n", line)
}

// Stamp is how times are given: RFC 3339 in UTC, "" for none.
func Stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}
