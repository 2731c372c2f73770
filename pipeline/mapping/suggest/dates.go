package suggest

import (
	"regexp"
	"slices"
	"strings"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

var datePieces = regexp.MustCompile(`^(\d{1,4})([/.\- ])(\d{1,2})([/.\- ])(\d{1,4})$`)

// dates finds the one date format that the values prove. If day and month could be in either order, the user is
// asked.
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
		plain.ask = pipeline.Say("suggest.not_dates")
		if short {
			plain.ask = pipeline.Say("suggest.short_years")
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
			tried[i].why = pipeline.Say("suggest.order_by_header")
			return tried[i]
		}
	}
	if len(alike) == 1 && best.good > 0 {
		if best.share(c) < enough {
			best.ask = pipeline.Say("suggest.not_all_dates", "convert", best.convert)
		}
		best.why = pipeline.Say("suggest.order_by_days")
		return best
	}
	// Which one does not matter for how many are good, and none is written.
	best.ask = pipeline.Say("suggest.choose_date", "first", tried[alike[0]].convert,
		"second", tried[alike[len(alike)-1]].convert)
	best.convert = ""
	return best
}
