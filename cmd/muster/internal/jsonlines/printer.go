// Package jsonlines is the output of --json: one JSON object a line. `muster help json` lists the lines of an import;
// a test compares the two.
package jsonlines

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"
)

// Printer writes lines. It may be used from several goroutines at once: lines are never mixed.
type Printer struct {
	mu  sync.Mutex
	out io.Writer
}

// NewPrinter writes to out.
func NewPrinter(out io.Writer) *Printer { return &Printer{out: out} }

// Print writes one line. A write error is ignored, because the ledger has what the run did.
func (p *Printer) Print(l Line) {
	line, err := json.Marshal(l.typed())
	if err != nil {
		line = []byte(`{"type":"error","message":"an event could not be encoded"}`)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.out, "%s\n", line)
}

// Stamp is a time in RFC 3339 and UTC, "" for none.
func Stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}
