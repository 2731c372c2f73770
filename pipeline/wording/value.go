package wording

import (
	"strconv"
	"strings"
	"time"

	"muster/pipeline"
)

// mostListed is how many items of a list are named.
const mostListed = 40

// mostRows is how many numbers of rows are named.
const mostRows = 10

const day = 24 * time.Hour

// value words an argument; false if no message has arguments of its type.
func (w *Wording) value(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case int:
		return strconv.Itoa(v), true
	case float64:
		return w.number(v), true
	case pipeline.Total:
		return w.total(int(v)), true
	case []string:
		return w.list(v), true
	case []int:
		return w.rows(v), true
	case time.Time:
		return pipeline.MomentIn(v, w.zone), true
	case time.Duration:
		return w.duration(v), true
	case pipeline.Roughly:
		return w.roughly(time.Duration(v)), true
	case pipeline.State:
		return w.State(v), true
	case pipeline.Counts:
		return w.Counts(v), true
	case pipeline.Place:
		return w.Place(v), true
	case pipeline.Problem:
		return w.Placed(v, Column), true
	case pipeline.Rule:
		return v.Text.In(w.lang), true
	case pipeline.Localized:
		return v.In(w.lang), true
	case []pipeline.Localized:
		return w.localized(v), true
	case *pipeline.Message:
		return w.Message(v), true
	case []*pipeline.Message:
		return w.sentences(v), true
	case error:
		return w.Error(v), true
	}
	return "", false
}

// total writes a whole number with its thousands in groups.
func (w *Wording) total(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + w.Say("thousands_mark") + digits[i:]
	}
	return digits
}

// count is a number that a sentence counts.
func (w *Wording) count(n int) string {
	if w.grouped {
		return w.total(n)
	}
	return strconv.Itoa(n)
}

func (w *Wording) number(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", w.Say("decimal_mark"), 1)
}

func (w *Wording) list(all []string) string {
	if more := len(all) - mostListed; more > 0 {
		return w.Say("list_more", "values", strings.Join(all[:mostListed], ", "), "count", more)
	}
	return strings.Join(all, ", ")
}

func (w *Wording) localized(all []pipeline.Localized) string {
	var texts []string
	for _, l := range all {
		texts = append(texts, l.In(w.lang))
	}
	return w.list(texts)
}

// sentences joins whole sentences.
func (w *Wording) sentences(all []*pipeline.Message) string {
	var texts []string
	for _, m := range all {
		texts = append(texts, w.Message(m))
	}
	return strings.Join(texts, "; ")
}

// rows names rows in ascending order: "3", "3, 5 and 6", or "3 to 40" if there are very many.
func (w *Wording) rows(all []int) string {
	texts := make([]string, len(all))
	for i, n := range all {
		texts[i] = strconv.Itoa(n)
	}
	switch n := len(all); {
	case n < 2:
		return strings.Join(texts, "")
	case n > mostRows:
		return w.Say("rows_from_to", "first", texts[0], "last", texts[n-1])
	default:
		return w.Say("rows_and", "rows", strings.Join(texts[:n-1], ", "), "last", texts[n-1])
	}
}

// roughly words a duration, and one below a second as "less than a second".
func (w *Wording) roughly(d time.Duration) string {
	if d < time.Second {
		return w.Say("duration_short")
	}
	return w.duration(d)
}

// duration words a duration to the second, as short as possible: 55 s, 12 min, 3 h 12 min, 2 days; one below a second
// as 300 ms.
func (w *Wording) duration(d time.Duration) string {
	if d < time.Second {
		return strconv.Itoa(int(d.Milliseconds())) + " ms"
	}
	switch d = d.Round(time.Second); {
	case d < 2*time.Minute:
		return strconv.Itoa(int(d.Seconds())) + " s"
	case d >= 2*day:
		return w.Say("duration_days", "count", int(d.Round(day)/day))
	}
	d = d.Round(time.Minute)
	hours, minutes := strconv.Itoa(int(d/time.Hour))+" h", strconv.Itoa(int(d%time.Hour/time.Minute))+" min"
	switch {
	case d < time.Hour:
		return minutes
	case d%time.Hour == 0:
		return hours
	}
	return hours + " " + minutes
}

// State is the word for a state in the language. Programs read the State itself.
func (w *Wording) State(s pipeline.State) string { return w.Message(stateWord(s)) }

// Counts lists the states that occur, in the order of [pipeline.States]: "3 created, 1 rejected"; "" if none does.
func (w *Wording) Counts(c pipeline.Counts) string {
	var parts []string
	for _, s := range pipeline.States() {
		if c[s] > 0 {
			parts = append(parts, w.Message(stateCount(s, c[s])))
		}
	}
	return strings.Join(parts, ", ")
}

func stateWord(s pipeline.State) *pipeline.Message {
	switch s {
	case pipeline.Created:
		return pipeline.Say("state_created")
	case pipeline.Known:
		return pipeline.Say("state_known")
	case pipeline.Existing:
		return pipeline.Say("state_existing")
	case pipeline.Invalid:
		return pipeline.Say("state_invalid")
	case pipeline.Duplicate:
		return pipeline.Say("state_duplicate")
	case pipeline.Changed:
		return pipeline.Say("state_changed")
	case pipeline.Rejected:
		return pipeline.Say("state_rejected")
	case pipeline.Uncertain:
		return pipeline.Say("state_uncertain")
	case pipeline.Pending:
		return pipeline.Say("state_pending")
	}
	return pipeline.Say(pipeline.AsWritten, "text", string(s))
}

func stateCount(s pipeline.State, n int) *pipeline.Message {
	switch s {
	case pipeline.Created:
		return pipeline.Say("count_created", "count", n)
	case pipeline.Known:
		return pipeline.Say("count_known", "count", n)
	case pipeline.Existing:
		return pipeline.Say("count_existing", "count", n)
	case pipeline.Invalid:
		return pipeline.Say("count_invalid", "count", n)
	case pipeline.Duplicate:
		return pipeline.Say("count_duplicate", "count", n)
	case pipeline.Changed:
		return pipeline.Say("count_changed", "count", n)
	case pipeline.Rejected:
		return pipeline.Say("count_rejected", "count", n)
	case pipeline.Uncertain:
		return pipeline.Say("count_uncertain", "count", n)
	}
	return pipeline.Say("count_pending", "count", n)
}
