package suggest

import (
	"strings"

	"github.com/nyaruka/phonenumbers"

	"muster/pipeline"
)

// phones converts by the country whose numbers are written without a country code, if something in the book shows
// which country that is.
func (s *suggester) phones(c *column, pl *place, plain fit) fit {
	best := plain
	region, why := s.region(c)
	if region != "" {
		for _, name := range []string{"phone", "phone-national"} {
			f := s.try(c, pl.field, name+"("+region+")", nil)
			if f.why = why; f.good > best.good ||
				f.changed && f.good > 0 && f.good*10 >= best.good*9 && best.convert == "" {
				best = f
			}
		}
		return best
	}
	if c.share(hasPhoneDigits) >= 0.5 && plain.share(c) < enough {
		name := "phone"
		if field := s.provider.Fields[pl.field]; field.Pattern != "" && !strings.Contains(field.Pattern, "+]") &&
			!strings.Contains(field.Pattern, `\+`) {
			name = "phone-national"
		}
		best.ask = pipeline.Say("suggest.phones_of_where", "conversion", name+"(CC)")
	}
	return best
}

// region is the country whose phone numbers a book writes without a country code, and the reason; "" if nothing shows
// it, or several are possible.
func (s *suggester) region(phone *column) (region string, why *pipeline.Message) {
	countries := map[string]int{}
	var from string
	for _, c := range s.columns {
		if c.label.concept != aCountry || c.filled == 0 {
			continue
		}
		from = c.Name
		for i, v := range c.values {
			if a2, err := toCountryA2()(v); err == nil {
				countries[a2] += c.counts[i]
			}
		}
	}
	if a2 := dominant(countries); a2 != "" {
		return a2, pipeline.Say("suggest.phones_by_country", "country", a2, "column", clean(from))
	}
	if len(countries) > 0 {
		// With customers of several countries, a number without its country code is ambiguous.
		return "", nil
	}
	said := map[string]int{}
	for i, v := range phone.values {
		if n, err := phonenumbers.Parse(v, ""); err == nil && strings.HasPrefix(strings.TrimLeft(v, " ("), "+") {
			said[phonenumbers.GetRegionCodeForNumber(n)] += phone.counts[i]
		}
	}
	delete(said, "")
	if a2 := dominant(said); a2 != "" && a2 != "001" {
		return a2, pipeline.Say("suggest.phones_by_code", "country", a2)
	}
	for _, c := range s.columns {
		switch {
		case c.label.concept == aNIT && c.share(isNIT) >= 0.9, provenNIT(c):
			return "CO", pipeline.Say("suggest.phones_by_nits", "column", clean(c.Name))
		case (c.label.concept == anEIN || c.label.document == "ssn") && c.share(isNineDigits) >= 0.9:
			return "US", pipeline.Say("suggest.phones_by_tax_numbers", "column", clean(c.Name))
		case c.label.concept == aState && len(c.values) > 1 && c.share(isUSState) >= enough:
			return "US", pipeline.Say("suggest.phones_by_states", "column", clean(c.Name))
		}
	}
	return "", nil
}

// dominant returns the key that has nearly all of the counts; "" if there is none.
func dominant(counts map[string]int) string {
	total := 0
	for _, n := range counts {
		total += n
	}
	for what, n := range counts {
		if float64(n) >= enough*float64(total) {
			return what
		}
	}
	return ""
}

func isPlusPhone(v string) bool {
	if !strings.HasPrefix(v, "+") {
		return false
	}
	n, err := phonenumbers.Parse(v, "")
	return err == nil && phonenumbers.IsPossibleNumber(n)
}

// hasPhoneDigits reports whether a value has as many digits as the shortest phone
// numbers.
func hasPhoneDigits(v string) bool { return len(digitsOf(v)) >= 6 }
