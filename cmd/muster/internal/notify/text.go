package notify

import (
	"encoding/json"
	"strings"

	"muster/pipeline"
	"muster/pipeline/wording"
)

// Text is a notice in words.
type Text struct {
	Subject string
	Lines   []string // below it; may be none
}

// TextOf words a notice; names allows names of files in it.
func TextOf(n *Notice, words *wording.Wording, names bool) Text {
	parts := subject(n, words)
	t := Text{Subject: words.Say("notify.subject", "parts", parts)}
	if n.Rehearsal {
		t.Subject = words.Say("notify.subject_rehearsal", "parts", parts)
	} else {
		t.Lines = append(t.Lines, words.Say("notify.where", "provider", n.Provider, "env", n.Env))
	}
	if n.Counts.Total() > 0 {
		t.Lines = append(t.Lines, words.Say("notify.rows", "counts", n.Counts))
	}
	if len(n.Halts) > 0 {
		t.Lines = append(t.Lines, words.Say("notify.halted", "reasons", n.Halts))
	}
	if len(n.Runs) > 0 {
		t.Lines = append(t.Lines, words.Say("notify.runs", "runs", n.Runs))
	}
	if names {
		for _, b := range n.Books {
			t.Lines = append(t.Lines, words.Message(b.sentence()))
		}
	}
	return t
}

// subject lists what happened, most urgent first.
func subject(n *Notice, words *wording.Wording) (parts []string) {
	if n.Failed {
		parts = append(parts, words.Say("notify.failed", "code", n.ExitCode))
	}
	if count := n.Counts[pipeline.Created] + n.Counts[pipeline.Existing]; count > 0 {
		parts = append(parts, words.Say("notify.enrolled", "count", count))
	}
	if count := n.toFix(); count > 0 {
		parts = append(parts, words.Say("notify.to_fix", "count", count))
	}
	if open := n.Older.Total() - n.Older[pipeline.Uncertain]; open > 0 {
		parts = append(parts, words.Say("notify.open", "count", open))
	}
	if n.Unsettled > 0 {
		parts = append(parts, words.Say("notify.unsettled", "count", n.Unsettled))
	}
	if count := n.Counts[pipeline.Pending]; count > 0 {
		parts = append(parts, words.Say("notify.pending", "count", count))
	}
	if count := n.with(Refused); count > 0 {
		parts = append(parts, words.Say("notify.refused", "count", count))
	}
	if n.LeftAlone > 0 {
		parts = append(parts, words.Say("notify.left_alone", "count", n.LeftAlone))
	}
	if len(parts) == 0 {
		parts = append(parts, words.Say("notify.nothing_new"))
	}
	return parts
}

func (b Book) sentence() *pipeline.Message {
	switch b.Result {
	case Refused:
		return pipeline.Say("notify.book_refused", "book", b.Name)
	case Postponed:
		return pipeline.Say("notify.book_postponed", "book", b.Name)
	}
	return pipeline.Say("notify.book_imported", "book", b.Name)
}

// String is the subject and the lines, one below the other.
func (t Text) String() string { return strings.Join(append([]string{t.Subject}, t.Lines...), "\n") }

// document is the JSON of a notice, as in `muster help metrics`.
type document struct {
	Books     []bookDocument         `json:"books,omitempty"`
	Counts    map[pipeline.State]int `json:"counts"`
	Env       string                 `json:"env"`
	ExitCode  int                    `json:"exit_code"`
	Failed    bool                   `json:"failed"`
	Halts     []string               `json:"halts"`
	Imported  int                    `json:"imported"`
	LeftAlone int                    `json:"left_alone"`
	New       int                    `json:"new_problems"`
	Open      map[pipeline.State]int `json:"open"`
	Postponed int                    `json:"postponed"`
	Provider  string                 `json:"provider"`
	Refused   int                    `json:"refused"`
	Runs      []string               `json:"runs"`
	Subject   string                 `json:"subject"`
	Text      string                 `json:"text"`
	Unsettled int                    `json:"unsettled"`
}

type bookDocument struct {
	Name   string `json:"name"`
	Result Result `json:"result"`
}

// JSONOf is a notice as one JSON object; names allows names of files in it.
func JSONOf(n *Notice, t Text, names bool) ([]byte, error) {
	d := document{Counts: map[pipeline.State]int{}, Open: map[pipeline.State]int{}, Env: n.Env, ExitCode: n.ExitCode, Failed: n.Failed,
		Halts: append([]string{}, n.Halts...), Imported: n.with(Imported), LeftAlone: n.LeftAlone, New: n.Fresh,
		Postponed: n.with(Postponed), Provider: n.Provider, Refused: n.with(Refused), Runs: append([]string{}, n.Runs...),
		Subject: t.Subject, Text: t.String(), Unsettled: n.Unsettled}
	for _, s := range pipeline.States() {
		d.Counts[s] = n.Counts[s]
		if n.Open[s] > 0 {
			d.Open[s] = n.Open[s]
		}
	}
	if names {
		for _, b := range n.Books {
			d.Books = append(d.Books, bookDocument{b.Name, b.Result})
		}
	}
	return json.Marshal(d)
}
