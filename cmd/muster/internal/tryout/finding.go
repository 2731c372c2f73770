package tryout

import (
	"fmt"
	"io"

	"muster/pipeline"
	"muster/pipeline/wording"
)

// Word is what an answer says about one part of a definition.
type Word int

const (
	NotSeen Word = iota // no answer shows it
	Confirmed
	Contradicted
)

// Finding is what the answers say about one part of a definition.
type Finding struct {
	Word Word
	// Part is a key of provider.yaml, as `muster help definitions` names it.
	Part string
	What *pipeline.Message
}

// findings are collected in the order in which they are shown.
type findings []Finding

func (f *findings) confirm(part string, what *pipeline.Message) {
	*f = append(*f, Finding{Confirmed, part, what})
}

func (f *findings) contradict(part string, what *pipeline.Message) {
	*f = append(*f, Finding{Contradicted, part, what})
}

func (f *findings) miss(part string, what *pipeline.Message) {
	*f = append(*f, Finding{NotSeen, part, what})
}

// count counts the findings with that word.
func (f findings) count(w Word) (n int) {
	for _, each := range f {
		if each.Word == w {
			n++
		}
	}
	return n
}

// print writes a line for each.
func (f findings) print(out io.Writer, words *wording.Wording) {
	names := map[Word]string{Confirmed: words.Say("tryout.confirmed"), Contradicted: words.Say("tryout.contradicted"),
		NotSeen: words.Say("tryout.not_seen")}
	widest := 0
	for _, name := range names {
		widest = max(widest, len([]rune(name)))
	}
	for _, each := range f {
		fmt.Fprintf(out, "%-*s  %s: %s\n", widest, names[each.Word], each.Part, words.Message(each.What))
	}
}
