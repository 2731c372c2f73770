package suggest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"muster/pipeline/mapping"
)

var datePieces = regexp.MustCompile(`^(\d{1,4})([/.\- ])(\d{1,2})([/.\- ])(\d{1,4})$`)

// dates finds the one form of date that the values prove. Where the day and
// the month could stand either way, the person is asked.
func (s *suggester) dates(c *column, pl *place, plain fit) fit {
	if plain.share(c) >= enough || c.filled == 0 {
		return plain
	}
	forms := map[string]string{} // order to form
	short, single := false, false
	for _, v := range c.values {
		m := datePieces.FindStringSubmatch(v)
		switch {
		case m == nil && len(v) == 8 && allDigits(v):
			forms["YMD"], forms["DMY"], forms["MDY"] = "YYYYMMDD", "DDMMYYYY", "MMDDYYYY"
		case m == nil || m[2] != m[4] || isoDate.MatchString(v):
		case len(m[1]) == 4:
			forms["YMD"] = "YYYY" + m[2] + "MM" + m[2] + "DD"
			single = single || len(m[3]) == 1 || len(m[5]) == 1
		case len(m[5]) == 4:
			forms["DMY"], forms["MDY"] = "DD"+m[2]+"MM"+m[2]+"YYYY", "MM"+m[2]+"DD"+m[2]+"YYYY"
			single = single || len(m[1]) == 1 || len(m[3]) == 1
		case len(m[5]) == 2 && len(m[1]) <= 2:
			short = true
		}
	}
	var tried []fit
	var orders []string
	for _, order := range []string{"DMY", "MDY", "YMD"} {
		form := forms[order]
		if form == "" {
			continue
		}
		if single {
			form = strings.NewReplacer("DD", "D", "MM", "M").Replace(form)
		}
		if _, err := mapping.Converter("date(" + form + ")"); err != nil {
			continue
		}
		tried, orders = append(tried, s.try(c, pl.field, "date("+form+")", nil)), append(orders, order)
	}
	if len(tried) == 0 {
		plain.ask = "the values are no dates that a conversion reads: YYYY-MM-DD, or day, month and year as " +
			"numbers, are needed"
		if short {
			plain.ask = "the years have two digits, and which century is meant would be a guess: complete them in " +
				"the book"
		}
		return plain
	}
	best := slices.MaxFunc(tried, func(a, b fit) int { return a.good - b.good })
	var alike []int
	for i, f := range tried {
		if f.good == best.good {
			alike = append(alike, i)
		}
	}
	if c.label.order != "" {
		if i := slices.Index(orders, c.label.order); i >= 0 && slices.Contains(alike, i) {
			tried[i].why = "as its header says"
			return tried[i]
		}
	}
	if len(alike) == 1 && best.good > 0 {
		if best.share(c) < enough {
			best.ask = fmt.Sprintf("not all dates are of the form %s: see that day and month stand the same way in "+
				"all of them", best.convert)
		}
		best.why = "days beyond the 12th show the order"
		return best
	}
	// Which one does not matter for how many are good, and none is written.
	best.ask = fmt.Sprintf("write %s or %s under convert: no day beyond the 12th shows which of the two it is",
		tried[alike[0]].convert, tried[alike[len(alike)-1]].convert)
	best.convert = ""
	return best
}
