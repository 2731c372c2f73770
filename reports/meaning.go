package reports

import (
	"strconv"

	"muster/pipeline"
)

// Meaning says in one or two short sentences what a state means and what to
// do about it (pipeline/README.md, States); "" for a word that is no
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
		return "The customer was made from other data, or the keys lead to two customers; never sent. Decide which data " +
			"are right."
	case pipeline.Rejected:
		return "The provider refused it for good. Its code and message say why; correct the row."
	case pipeline.Uncertain:
		return "Sent, and nothing says yet what became of it; never sent again blindly. Look at the provider's side."
	case pipeline.Pending:
		return "Not sent: a limit, an interruption, or the run was halted. Run again to go on."
	}
	return ""
}

// MeaningOfReady is what a pending row means where nothing was to be sent.
const MeaningOfReady = "Passes every check; import would send it."

// Ending is what a run came to, as far as the next steps depend on it.
type Ending struct {
	Counts    pipeline.Counts
	WithoutID int                // existing rows whose ID is unknown
	Provider  *pipeline.Provider // nil: nothing is said of what it can be asked
	Rehearsal bool
	Check     bool // nothing was to be sent
	// Unanswered is the number of requests of other runs that nothing is known
	// of yet.
	Unanswered int
	// Mendable says that this report has a sheet Fix, with the rows to mend and
	// the command that takes them.
	Mendable bool
	// Workbook is where this report is; Ledger where the run is kept, "" when
	// it is not. PasswordFile holds the workbook's password; "" where it has none.
	Workbook, Ledger, PasswordFile string
}

// settle says how an answer gets to the ledger.
func (e Ending) settle() string {
	if e.Ledger == "" {
		return "tell muster with \"muster settle\""
	}
	command := []string{"muster", "settle", e.Workbook, "--ledger", e.Ledger}
	if e.PasswordFile != "" {
		command = append(command, "--password-file", e.PasswordFile)
	}
	return "give this workbook back:\n    " + pipeline.ShellCommand(command...)
}

// open counts what is to be settled; "" when nothing is.
func (e Ending) open() string {
	own, others := "", ""
	switch n := e.Counts[pipeline.Uncertain]; {
	case n == 1:
		own = "1 row is uncertain"
	case n > 1:
		own = rowsText(n) + " are uncertain"
	}
	switch n := e.Unanswered; {
	case n == 1:
		others = "1 request of another run was never answered"
	case n > 1:
		others = grouped(n) + " requests of other runs were never answered"
	}
	if own != "" && others != "" {
		return own + ", and " + others
	}
	return own + others
}

// uncertain says what to do about requests that nothing is known of.
func (e Ending) uncertain() string {
	if e.Rehearsal && e.Ledger == "" {
		return "nothing is to be done in a rehearsal."
	}
	if e.Check {
		return "import the book, so that muster asks the provider what became of it."
	}
	fill := "fill the column customer_id of the sheet Uncertain with the customer's ID, or with the word absent, and " +
		e.settle()
	if e.Provider != nil && e.Provider.Settle.By == pipeline.SettleNone {
		return "the provider cannot be asked by muster; " + e.Provider.Settle.Advice.In("en") + ". Then " + fill
	}
	return "import again later, so that muster asks the provider what became of it. Where the provider cannot say, " +
		"look it up there, " + fill
}

// NextSteps says what a person does after a run, in sentences, the most
// pressing first. There is always at least one.
func NextSteps(e Ending) []string {
	c := e.Counts
	if c.Total() == 0 && e.Unanswered == 0 {
		return []string{"The book has a header and no rows: there was nothing to do."}
	}
	var steps []string
	say := func(s pipeline.State, one, many, what string) {
		if n := c[s]; n > 0 {
			verb := many
			if n == 1 {
				verb = one
			}
			steps = append(steps, rowsText(n)+" "+verb+": "+what)
		}
	}
	again := "rows already created are not sent again."
	switch {
	case e.Check:
		again = "or import the book as it is: rows with problems are left out."
	case e.Rehearsal && e.Ledger == "":
		again = "a rehearsal without --ledger starts anew."
	}
	if open := e.open(); open != "" {
		steps = append(steps, open+": "+e.uncertain())
	}
	if e.Check {
		say(pipeline.Pending, "is ready", "are ready", "import the book to send what is ready.")
	} else {
		say(pipeline.Pending, "is pending", "are pending", "run the same import again to go on; "+again)
	}
	mend, back := "mend the cells listed in Problems and", "import the book again"
	if e.Mendable {
		mend, back = "correct the coloured cells in the sheet "+pipeline.FixSheet+", and",
			"give this workbook back with the command below"
	}
	say(pipeline.Invalid, "is invalid", "are invalid", mend+" "+back+"; "+again)
	say(pipeline.Rejected, "was rejected", "were rejected",
		"read code and message, correct the row or ask the provider, and "+back+".")
	say(pipeline.Duplicate, "is a duplicate", "are duplicates",
		"compare with the row that the message names; delete one of them or correct its key.")
	say(pipeline.Changed, "has changed", "have changed",
		"decide which data are right; put the book right, or accept the book's data with \"muster settle\". The customer "+
			"at the provider is not altered by muster.")
	if n := e.WithoutID; n > 0 {
		steps = append(steps, rowsText(n)+" that the provider has already without an ID here: find it in the provider's "+
			"dashboard, fill the column customer_id of the sheet Results, and "+e.settle())
	}
	if c[pipeline.Existing] > e.WithoutID {
		c = pipeline.Counts{pipeline.Existing: c[pipeline.Existing] - e.WithoutID}
		say(pipeline.Existing, "existed already", "existed already",
			"look over the customer IDs; they were made by somebody else than this ledger's runs.")
	}
	if steps == nil && e.Check {
		steps = append(steps, "Nothing is left to do: every row is enrolled already.")
	} else if steps == nil {
		steps = append(steps, "Nothing is left to do: every row is enrolled.")
	}
	if e.Rehearsal && !e.Check {
		steps = append(steps, "This was a rehearsal. When it looks right, import the book again with --env sandbox or "+
			"--env production (and --base-url, where the provider publishes none).")
	}
	return steps
}

// rowsText is a number of rows in words.
func rowsText(n int) string {
	if n == 1 {
		return "1 row"
	}
	return grouped(n) + " rows"
}

// grouped writes a whole number with commas between its thousands.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
