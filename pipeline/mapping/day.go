package mapping

import (
	"time"

	"muster/pipeline"
)

// A date can exist in the calendar and yet be impossible as a date of birth. The definition says which dates are
// judged by today; the run supplies today.

// On sets today's date, before the first pass. Without it no date is judged by today.
func (c *Checker) On(today time.Time) {
	c.today = today
	for i := range c.plans {
		for j := range c.plans[i].inspections {
			in := &c.plans[i].inspections[j]
			in.day = dayOf(in.field.Day, today)
		}
	}
}

// day is one field's rule applied to today; its dates are YYYY-MM-DD, which sort as text.
type day struct {
	today, earliest, grown string // "" for no such bound
	years, under           int
	expires                bool
}

// dayOf applies a rule to that day; nil if the rule sets no limit.
func dayOf(rule pipeline.DayRule, today time.Time) *day {
	if rule == (pipeline.DayRule{}) || today.IsZero() {
		return nil
	}
	ago := func(years int) string {
		if years == 0 {
			return ""
		}
		return today.AddDate(-years, 0, 0).Format(time.DateOnly)
	}
	return &day{today: today.Format(time.DateOnly), earliest: ago(rule.BirthWithin), grown: ago(rule.MentionUnder),
		years: rule.BirthWithin, under: rule.MentionUnder, expires: rule.MentionExpired}
}

// age is how a date compares with today.
type age int

const (
	usual age = iota
	unborn
	tooOld
	young
	expired
)

// of returns the age of a value; usual for one that is not a date.
func (d *day) of(value string) (a age) {
	switch {
	case !isISODate(value):
		return usual
	case d.years > 0 && value > d.today:
		a = unborn
	case d.years > 0 && value < d.earliest:
		a = tooOld
	case d.grown != "" && value > d.grown:
		a = young
	case d.expires && value < d.today:
		a = expired
	}
	if a == usual {
		return a
	}
	if _, err := time.Parse(time.DateOnly, value); err != nil {
		return usual // the schema reports it
	}
	return a
}
