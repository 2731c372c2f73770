package reports

import (
	"cmp"
	"slices"
	"strings"

	"muster/pipeline"
)

// Kind counts the rows that a person has to fix for one reason: a column and the rule that its cells break, or what
// is wrong with the row as a whole.
type Kind struct {
	Column string // as the book spells it, else the field; "" for the whole row
	Code   string // a [pipeline.ProblemCode], one of a row such as same_data, or the provider's
	Rows   int
	New    int   // those that no earlier run left in that state
	First  []int // numbers of the first rows, ascending
	// Message is that of the first problem; nil without one. Other messages may be of the same kind.
	Message *pipeline.Message
	Remedy  *Remedy // nil where none is known
	last    int     // the last row counted
	fresh   int     // the last row counted as new
	at      place   // first place in the sheet Problems
}

// Remedy is a conversion that would fix rows of a kind.
type Remedy struct {
	Convert string // as written in a mapping sheet
	Rows    int    // rows that it would fix
	Tried   int    // rows that it was tried on: only the first ones when there are very many
}

// firstRows is how many rows of a kind are listed.
const firstRows = 5

// complaint identifies a kind.
type complaint struct{ code, column string }

// Kinds counts rows by kind. Codes may come from a provider, so that their number is unknown: beyond maxKinds further
// kinds are counted together. The zero value is ready, for one goroutine at a time.
type Kinds struct {
	kinds  map[complaint]*Kind
	others int
}

// maxKinds bounds the kinds that are counted separately.
const maxKinds = 200

// codeChanged is the code for a row that differs from its customer, which has none of its own.
const codeChanged = "changed"

// Add counts a row with a problem; a second one of the same kind in a row does not count. It returns the kind, or nil
// when there are too many.
func (k *Kinds) Add(code, column string, row int, message *pipeline.Message) *Kind {
	of := complaint{code, column}
	kind := k.kinds[of]
	switch {
	case kind == nil && len(k.kinds) >= maxKinds:
		k.others++
		return nil
	case kind == nil:
		if k.kinds == nil {
			k.kinds = map[complaint]*Kind{}
		}
		// Cloned, because the strings may keep a whole row in memory.
		of = complaint{strings.Clone(code), strings.Clone(column)}
		kind = &Kind{Code: of.code, Column: of.column, Message: message}
		k.kinds[of] = kind
	case kind.last == row:
		return kind
	}
	kind.last = row
	kind.Rows++
	if len(kind.First) < firstRows {
		kind.First = append(kind.First, row)
	}
	return kind
}

// AddRow counts a row that must be fixed though none of its cells is wrong.
func (k *Kinds) AddRow(o *pipeline.Outcome) *Kind {
	switch o.State {
	case pipeline.Duplicate, pipeline.Rejected:
		return k.Add(o.Code, "", o.Row, o.Message)
	case pipeline.Changed:
		return k.Add(codeChanged, "", o.Row, o.Message)
	}
	return nil
}

// line counts a line of a report. at is where its problems are in the sheet Problems.
func (k *Kinds) line(l *Line, at []place) {
	count := func(kind *Kind, at place) {
		if kind == nil || kind.last != l.Row {
			return
		}
		if l.New && kind.fresh != l.Row {
			kind.fresh = l.Row
			kind.New++
		}
		if kind.at.sheet == nil {
			kind.at = at
		}
	}
	for i := range l.Problems {
		p := &l.Problems[i]
		count(k.Add(string(p.Code), p.Name(), l.Row, p.Message), at[i])
	}
	if len(l.Problems) == 0 {
		count(k.AddRow(&l.Outcome), place{})
	}
}

// All are the kinds, the most frequent first, then alphabetically; more counts the rows with problems of further
// kinds.
func (k *Kinds) All() (all []*Kind, more int) {
	for _, kind := range k.kinds {
		all = append(all, kind)
	}
	slices.SortFunc(all, func(a, b *Kind) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Code, b.Code))
	})
	return all, k.others
}

// remedied copies known remedies to the kinds.
func (k *Kinds) remedied(known []*Kind) {
	for _, from := range known {
		if to := k.kinds[complaint{from.Code, from.Column}]; to != nil {
			to.Remedy = from.Remedy
		}
	}
}

// Sentences describe each kind in one line: how many of the rows it has, the first of them, what is wrong, the rule,
// and the remedy. A rule that an earlier line had is not repeated.
func Sentences(kinds []*Kind, rows int) []*pipeline.Message {
	said := rulesSaid{}
	var all []*pipeline.Message
	for _, k := range kinds {
		all = append(all, k.asLine(rows, said.detail(k)))
	}
	return all
}

// rulesSaid are the rules already printed, by column.
type rulesSaid map[string]bool

// detail is the kind's detail, unless it is a rule that was already printed.
func (r rulesSaid) detail(k *Kind) *pipeline.Message {
	detail := k.detail()
	if detail == nil || detail.Code != "report.kind_rule" {
		return detail
	}
	rule := k.Column + "\x00" + detail.String()
	if r[rule] {
		return nil
	}
	r[rule] = true
	return detail
}

func (k *Kind) asLine(rows int, detail *pipeline.Message) *pipeline.Message {
	return pipeline.Say("report.kind_line", "column", k.place(), "count", rows, "number", grouped(k.Rows),
		"total", grouped(rows), "kind", k.words(detail))
}

// place is the column on one line, whatever its header has, or the row as a whole.
func (k *Kind) place() *pipeline.Message {
	if k.Column == "" {
		return pipeline.Say("report.whole_row")
	}
	return pipeline.Say(pipeline.AsWritten, "text", strings.Join(strings.Fields(k.Column), " "))
}

// words say what is wrong with the rows, which rows, the rule, and the remedy.
func (k *Kind) words(detail *pipeline.Message) *pipeline.Message {
	what, which, r := k.what(), k.which(), k.Remedy
	switch {
	case r == nil && detail == nil:
		return pipeline.Say("report.kind", "what", what, "rows", which)
	case r == nil:
		return pipeline.Say("report.kind_detail", "what", what, "rows", which, "detail", detail)
	case detail == nil:
		return pipeline.Say("report.kind_remedy", "what", what, "rows", which, "convert", r.Convert,
			"fixes", r.fixes(k.Rows))
	}
	return pipeline.Say("report.kind_detail_remedy", "what", what, "rows", which, "detail", detail,
		"convert", r.Convert, "fixes", r.fixes(k.Rows))
}

// fixes says how many rows the remedy fixes.
func (r *Remedy) fixes(rows int) *pipeline.Message {
	if r.Tried < rows {
		return pipeline.Say("report.fixes_of", "number", grouped(r.Rows), "tried", grouped(r.Tried))
	}
	return pipeline.Say("report.fixes", "number", grouped(r.Rows))
}

// which lists the first rows.
func (k *Kind) which() *pipeline.Message {
	if k.Rows > len(k.First) {
		return pipeline.Say("report.kind_first_rows", "rows", k.First)
	}
	return pipeline.Say("report.kind_rows", "count", len(k.First), "rows", k.First)
}

// detail is the rule or, without one, the first problem; nil when neither says more than the kind.
func (k *Kind) detail() *pipeline.Message {
	m := k.Message
	if m == nil || k.Code == string(pipeline.ProblemExtraCell) {
		return nil
	}
	if m.Code == "with_rule" || m.Code == "required_rule" {
		if rule := m.Arg("rule"); rule != nil {
			return pipeline.Say("report.kind_rule", "rule", rule)
		}
	}
	switch {
	case k.Code == string(pipeline.ProblemRequired) && m.Code == "required", k.Code == pipeline.CodeSameData:
		return nil
	case k.Column == "" && k.Rows == 1: // which row it is stands before it
		return m
	case k.Column == "":
		return pipeline.Say("report.kind_first_row", "row", k.First[0], "message", m)
	}
	return pipeline.Say("report.kind_first", "row", k.First[0], "problem", m)
}

// what says what is wrong with rows of the kind, in words that follow their number.
func (k *Kind) what() *pipeline.Message {
	n := k.Rows
	switch pipeline.ProblemCode(k.Code) {
	case pipeline.ProblemRequired:
		return pipeline.Say("report.kind_required", "count", n)
	case pipeline.ProblemBlank:
		return pipeline.Say("report.kind_blank", "count", n)
	case pipeline.ProblemTooShort:
		return pipeline.Say("report.kind_too_short", "count", n)
	case pipeline.ProblemTooLong:
		return pipeline.Say("report.kind_too_long", "count", n)
	case pipeline.ProblemEnum:
		return pipeline.Say("report.kind_not_listed", "count", n)
	case pipeline.ProblemPattern, pipeline.ProblemFormat:
		return pipeline.Say("report.kind_form", "count", n)
	case pipeline.ProblemDate:
		return pipeline.Say("report.kind_date", "count", n)
	case pipeline.ProblemEmail:
		return pipeline.Say("report.kind_email", "count", n)
	case pipeline.ProblemType:
		return pipeline.Say("report.kind_type", "count", n)
	case pipeline.ProblemRange:
		return pipeline.Say("report.kind_range", "count", n)
	case pipeline.ProblemShape:
		return pipeline.Say("report.kind_shape", "count", n)
	case pipeline.ProblemExtraCell:
		return pipeline.Say("report.kind_extra_cell", "count", n)
	case pipeline.ProblemErrorCell:
		return pipeline.Say("report.kind_error_cell", "count", n)
	case pipeline.ProblemMangled:
		return pipeline.Say("report.kind_mangled", "count", n)
	case pipeline.ProblemConvert:
		return pipeline.Say("report.kind_convert", "count", n)
	case pipeline.ProblemHalfRow:
		return pipeline.Say("report.kind_half_row", "count", n)
	case pipeline.ProblemDiffers:
		return pipeline.Say("report.kind_differs", "count", n)
	case pipeline.ProblemSpoilt:
		return pipeline.Say("report.kind_spoilt", "count", n)
	case pipeline.ProblemZerosLost:
		return pipeline.Say("report.kind_zeros_lost", "count", n)
	case pipeline.ProblemPlaceholder:
		return pipeline.Say("report.kind_placeholder", "count", n)
	case pipeline.ProblemItems:
		return pipeline.Say("report.kind_items", "count", n)
	case pipeline.ProblemSchema:
		return pipeline.Say("report.kind_schema", "count", n)
	case pipeline.CodeSameData:
		return pipeline.Say("report.kind_same_data", "count", n)
	case pipeline.CodeOtherData:
		return pipeline.Say("report.kind_other_data", "count", n)
	case codeChanged:
		return pipeline.Say("report.kind_changed", "count", n)
	case "":
		return pipeline.Say("report.kind_unnamed", "count", n)
	}
	return pipeline.Say("report.kind_other", "count", n, "code", k.Code)
}

// topKinds is how many kinds the first sheet lists.
const topKinds = 25

// problemKinds is the table of the kinds of problems, most frequent first; a column's name links to the first of them
// in the sheet Problems.
func (s *summary) problemKinds() {
	s.noted.kinds.remedied(s.tail.Kinds)
	kinds, more := s.noted.kinds.All()
	if len(kinds) == 0 {
		return
	}
	listed := kinds[:min(len(kinds), topKinds)]
	s.heading("report.frequent_problems")
	s.table(pipeline.Say("report.column_column"), pipeline.Say("report.column_kind"))
	said := rulesSaid{}
	for _, k := range listed {
		s.placeOf(k)
		s.number(1, s.styles.count, k.Rows)
		if s.head.Compared {
			s.number(2, s.styles.count, k.New)
		}
		s.wide(s.styles.indented, s.words.Message(k.words(said.detail(k))))
	}
	if len(kinds) > len(listed) || more > 0 {
		s.otherKinds(kinds[len(listed):], more)
	}
}

// placeOf names the column of a kind, as a link if it has a target.
func (s *summary) placeOf(k *Kind) {
	name := s.words.Message(k.place())
	if k.at.sheet == nil {
		s.text(0, s.styles.text, name)
		return
	}
	s.text(0, s.styles.linkText, name)
	s.try(s.file.SetCellHyperLink(s.sheet, pipeline.CellRef(0, s.row),
		quotedSheet(k.at.sheet.name)+"!"+pipeline.CellRef(0, k.at.row), "Location"))
}

// otherKinds is the line for all less frequent kinds; more counts the rows with problems of kinds that are not
// counted separately.
func (s *summary) otherKinds(others []*Kind, more int) {
	n := more
	for _, k := range others {
		n += k.Rows
	}
	s.say(0, s.styles.text, "report.other_codes")
	s.number(1, s.styles.count, n)
	number := grouped(len(others))
	text := pipeline.Say("report.more_kinds", "count", len(others), "number", number, "sheet", sheetProblems())
	if more > 0 {
		text = pipeline.Say("report.many_more_kinds", "number", number, "sheet", sheetProblems())
	}
	s.wide(s.styles.indented, s.words.Message(text))
}
