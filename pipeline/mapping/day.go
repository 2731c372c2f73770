package mapping

import (
	"time"

	"muster/pipeline"
)

// A date can be one of the calendar and yet not that of a birth. Which dates are
// judged by today the definition says; today comes from the run.

// On says which day it is, before the first pass. Without it no date is judged by
// today.
func (c *Checker) On(today time.Time) {
	c.today = today
	for i := range c.plans {
		for j := range c.plans[i].inspections {
			in := &c.plans[i].inspections[j]
			in.day = dayOf(in.field.Day, today)
		}
	}
}

// day is what today makes of one field's rule; a date is YYYY-MM-DD, which sorts.
type day struct {
	today, earliest, grown string // "" for no such bound
	years, under           int
	expires                bool
}

// dayOf is what a rule says on that day; nil for nothing.
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

// age is what today says of a date.
type age int

const (
	usual age = iota
	unborn
	tooOld
	young
	expired
)

// of is the age of a value; usual for one that is no date.
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
		return usual // the schema says so
	}
	return a
}
