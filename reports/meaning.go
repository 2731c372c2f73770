package reports

import (
	"fmt"
	"strconv"

	"muster/pipeline"
)

// Meaning says in one or two short sentences what a state means and what to
// do about it (DESIGN.md section 1, outcome states); "" for a word that is no
// state.
func Meaning(s pipeline.State) string {
	switch s {
	case pipeline.Created:
		return "A request of this run made the customer. Nothing to do."
	case pipeline.Known:
		return "An earlier run made the customer from the same data; nothing was sent. Nothing to do."
	case pipeline.Existing:
		return "The provider had this customer already; the message says what was compared. Look it over."
	case pipeline.Invalid:
		return "Breaks the provider's rules or could not be mapped; never sent. Mend the cells listed in Problems."
	case pipeline.Duplicate:
		return "Another row of this book with the same key counts; this one was never sent. Delete it or correct its key."
	case pipeline.Changed:
		return "The customer was made from other data, or the keys lead to two customers; never sent. Decide which data are right."
	case pipeline.Rejected:
		return "The provider refused it for good. Its code and message say why; correct the row."
	case pipeline.Uncertain:
		return "Sent, and nothing says yet what became of it; never sent again blindly. Look at the provider's side."
	case pipeline.Pending:
		return "Not sent: a limit, an interruption, or the run was halted. Run again to go on."
	}
	return ""
}

// Ending is what a run came to, as far as the next steps depend on it.
type Ending struct {
	Counts    pipeline.Counts
	WithoutID int                // existing rows whose ID is unknown
	Provider  *pipeline.Provider // nil: nothing is said of what it can be asked
	Rehearsal bool
	// Unanswered are requests of earlier runs that nothing is known of, in
	// words.
	Unanswered []string
}

// NextSteps says what a person does after a run, in sentences, the most
// pressing first. There is always at least one.
func NextSteps(e Ending) []string {
	c := e.Counts
	if c.Total() == 0 && len(e.Unanswered) == 0 {
		return []string{"The book has a header and no rows: there was nothing to do."}
	}
	var steps []string
	say := func(s pipeline.State, one, many, what string) {
		switch n := c[s]; {
		case n == 1:
			steps = append(steps, "1 row "+one+": "+what)
		case n > 1:
			steps = append(steps, fmt.Sprintf("%s rows %s: %s", grouped(n), many, what))
		}
	}
	ask := "import again later, so that muster asks the provider what became of it; where the provider cannot say, look it up there and tell muster with \"muster settle\"."
	if e.Provider != nil && e.Provider.Settle.By == pipeline.SettleNone {
		ask = "the provider cannot be asked; " + e.Provider.Settle.Advice + ", and tell muster with \"muster settle\"."
	}
	again := "rows already created are not sent again."
	if e.Rehearsal {
		again = "a rehearsal without --ledger starts anew."
	}
	say(pipeline.Uncertain, "is uncertain", "are uncertain", ask)
	if n := len(e.Unanswered); n > 0 {
		steps = append(steps, "Requests of earlier runs were never answered, and are listed below: "+ask)
	}
	say(pipeline.Pending, "is pending", "are pending", "run the same import again to go on; "+again)
	say(pipeline.Invalid, "is invalid", "are invalid", "mend the cells listed in Problems and import the book again; "+again)
	say(pipeline.Rejected, "was rejected", "were rejected",
		"read code and message, correct the row or ask the provider, and import the book again.")
	say(pipeline.Duplicate, "is a duplicate", "are duplicates",
		"compare with the row that the message names; delete one of them or correct its key.")
	say(pipeline.Changed, "has changed", "have changed",
		"decide which data are right; put the book right, or accept the book's data with \"muster settle\". The customer at the provider is not altered by muster.")
	if n := e.WithoutID; n > 0 {
		steps = append(steps, grouped(n)+" of those that the provider has already have no ID here: find it in the provider's dashboard, fill the column customer_id, and give the report to \"muster settle\".")
	}
	if c[pipeline.Existing] > e.WithoutID {
		c = pipeline.Counts{pipeline.Existing: c[pipeline.Existing] - e.WithoutID}
		say(pipeline.Existing, "existed already", "existed already",
			"look over the customer IDs; they were made by somebody else than this ledger's runs.")
	}
	if steps == nil {
		steps = append(steps, "Nothing is left to do: every row is enrolled.")
	}
	return steps
}

// grouped writes a whole number with commas between its thousands.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
