package mapping

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/nyaruka/phonenumbers"
	"pgregory.net/rapid"

	"muster/pipeline"
)

// dianDigit is DIAN's rule another way: the digit that makes the sum, weighted
// from the right by 3, 7, 13, ..., a multiple of eleven; where that takes none or
// ten, the remainder itself.
func dianDigit(nine string) int {
	weights := []int{3, 7, 13, 17, 19, 23, 29, 37, 41}
	sum := 0
	for i, w := range weights {
		sum += w * int(nine[8-i]-'0')
	}
	for d := range 10 {
		if (sum+d)%11 == 0 || d == 1 && sum%11 == 1 {
			return d
		}
	}
	return -1
}

// Nine digits in any of the usual spellings come back, and no other check digit
// is taken.
func TestNITLaw(t *testing.T) {
	spell := rapid.SampledFrom([]string{"%s%s%s", "%s.%s.%s", "%s %s %s"})
	behind := rapid.SampledFrom([]string{"-%d", " - %d", "–%d", "%d", " %d", "\u00a0%d"})
	rapid.Check(t, func(rt *rapid.T) {
		nine := rapid.StringMatching(`[0-9]{9}`).Draw(rt, "nit")
		plain := fmt.Sprintf(spell.Draw(rt, "spelling"), nine[:3], nine[3:6], nine[6:])
		right := dianDigit(nine)
		form := behind.Draw(rt, "check digit")
		for _, s := range []string{plain, plain + fmt.Sprintf(form, right)} {
			if got, no := nit(s); no != nil || got != nine {
				rt.Fatalf("%q gives %q (%v)", s, got, no)
			}
		}
		wrong := (right + rapid.IntRange(1, 9).Draw(rt, "off by")) % 10
		got, no := nit(plain + fmt.Sprintf(form, wrong))
		if no == nil || got != "" {
			rt.Fatalf("%q with the check digit %d gives %q", plain, wrong, got)
		}
		if no.Arg("digit") != strconv.Itoa(right) || strings.Contains(no.String(), nine) {
			rt.Fatalf("%q does not say %d, or too much", no, right)
		}
	})
}

// A number of any country, however it is written, is the same E.164 number, and
// that stays as it is; its two parts make it up.
func TestPhoneLaw(t *testing.T) {
	var regions []string
	for r := range phonenumbers.GetSupportedRegions() {
		regions = append(regions, r)
	}
	rapid.Check(t, func(rt *rapid.T) {
		region := rapid.SampledFrom([]string{"CO", "US", "MX", "GB", "IT", "BR", "DE", "ES"}).Draw(rt, "region")
		abroad := rapid.SampledFrom(regions).Draw(rt, "abroad")
		kinds := []phonenumbers.PhoneNumberType{phonenumbers.MOBILE, phonenumbers.FIXED_LINE}
		example := phonenumbers.GetExampleNumberForType(region, rapid.SampledFrom(kinds).Draw(rt, "kind"))
		if !phonenumbers.IsValidNumber(example) {
			rt.Fatalf("libphonenumber's own example of %s is none", region)
		}
		want := phonenumbers.Format(example, phonenumbers.E164)
		for _, form := range []phonenumbers.PhoneNumberFormat{phonenumbers.E164, phonenumbers.INTERNATIONAL,
			phonenumbers.NATIONAL} {
			s := phonenumbers.Format(example, form)
			got, err := convertPhone(s, region, formatE164)
			if err != nil || got != want {
				rt.Fatalf("%s: %q gives %q (%v), want %s", region, s, got, err, want)
			}
		}
		// Already E.164: wherever the book is from.
		if again, err := convertPhone(want, abroad, formatE164); err != nil || again != want {
			rt.Fatalf("%s in %s gives %q (%v)", want, abroad, again, err)
		}
		code, err1 := convertPhone(want, region, formatCountryCode)
		national, err2 := convertPhone(want, region, formatNational)
		if err1 != nil || err2 != nil || "+"+code+national != want {
			rt.Fatalf("%s is made of %q (%v) and %q (%v)", want, code, err1, national, err2)
		}
	})
}

// Whatever digits stand in a cell without a plus sign: what comes out is a
// number of the country that the mapping names.
func TestPhoneStaysInItsCountry(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		region := rapid.SampledFrom([]string{"CO", "US", "MX", "GB", "BR"}).Draw(rt, "region")
		s := rapid.StringMatching(`(00|005|009|011|00457)?[0-9]{6,14}`).Draw(rt, "cell")
		got, err := convertPhone(s, region, formatE164)
		if (err == nil) == (got == "") {
			rt.Fatalf("%q gives %q and %v", s, got, err)
		}
		home := "+" + strconv.Itoa(phonenumbers.GetCountryCodeForRegion(region))
		if err == nil && !strings.HasPrefix(got, home) {
			rt.Fatalf("%q in %s gives %s", s, region, got)
		}
	})
}

// A date comes back from every form in which it can be written, and as it is
// when it is written as workbooks' dates are.
func TestDateLaw(t *testing.T) {
	months, days := map[string]string{"MM": "01", "M": "1"}, map[string]string{"DD": "02", "D": "2"}
	rapid.Check(t, func(rt *rapid.T) {
		day := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 3652058).Draw(rt, "day"))
		sep := rapid.SampledFrom([]string{"/", "-", ".", " ", ", ", " / "}).Draw(rt, "sep")
		m, d := rapid.SampledFrom([]string{"MM", "M"}).Draw(rt, "month"),
			rapid.SampledFrom([]string{"DD", "D"}).Draw(rt, "of the month")
		parts := rapid.Permutation([][2]string{{"YYYY", "2006"}, {m, months[m]}, {d, days[d]}}).Draw(rt, "order")
		if sep == "-" && parts[0][0] == "YYYY" && parts[1][0] == d {
			sep = "/" // YYYY-DD-MM is refused
		}
		format := parts[0][0] + sep + parts[1][0] + sep + parts[2][0]
		s := day.Format(parts[0][1] + sep + parts[1][1] + sep + parts[2][1])
		c, wrong := compileChain("date('"+format+"')", nil)
		if wrong != nil {
			rt.Fatal(wrong)
		}
		want := day.Format(time.DateOnly)
		for _, cell := range []string{s, want} {
			if got, err := c.convert(cell); err != nil || got != want {
				rt.Fatalf("%s: %q gives %q (%v), want %s", format, cell, got, err, want)
			}
		}
		// One form never reads as another day what it cannot read.
		short := day.Format(strings.Replace(parts[0][1]+sep+parts[1][1]+sep+parts[2][1], "2006", "06", 1))
		if got, err := c.convert(short); err == nil {
			rt.Fatalf("%s: %q gives %q", format, short, got)
		}
	})
}

// The same values make the same reference, in any case and with any white space
// around them; other values, or the same ones parted otherwise, another.
func TestReferenceLaw(t *testing.T) {
	value := rapid.StringMatching(`[a-zñé0-9|,]{0,6}`)
	rapid.Check(t, func(rt *rapid.T) {
		a := rapid.SliceOfN(value, 1, 4).Draw(rt, "values")
		b := rapid.SliceOfN(value, 1, 4).Draw(rt, "others")
		ref := reference(a)
		if len(ref) != 32 || strings.Trim(ref, "0123456789abcdefghijklmnopqrstuvwxyz") != "" {
			rt.Fatalf("%q is none", ref)
		}
		spelt := make([]string, len(a))
		for i, v := range a {
			spelt[i] = " " + strings.ToUpper(v) + "\u00a0"
		}
		if reference(spelt) != ref {
			rt.Fatalf("%q and %q differ", a, spelt)
		}
		if fmt.Sprintf("%q", a) != fmt.Sprintf("%q", b) && reference(b) == ref {
			rt.Fatalf("%q and %q have one reference", a, b)
		}
	})
}

// The references of earlier versions, made by another program: they never
// change, because customers were created under them.
func TestReferenceIsForGood(t *testing.T) {
	for want, values := range map[string][]string{
		"66ddbf042c22099b63b96432576481a5": {"900123456"},
		"556e816e446d38cd820db92942a6cd82": {"Ana Ejemplo", "1969-08-04"},
	} {
		if got := reference(values); got != want {
			t.Errorf("%q: %s, want %s", values, got, want)
		}
	}
}

// What was made uniform is uniform.
func TestUniformOnce(t *testing.T) {
	text := rapid.StringOf(rapid.OneOf(rapid.SampledFrom([]rune(" \t\n\u00a0\u200b\ufeffaBñÑß'.-1")), rapid.Rune()))
	for name, s := range map[string]step{"trim": trim, "collapse": collapse, "upper": upper, "digits": digits,
		"title": title} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				once, err := s(text.Draw(rt, "text"))
				if err != nil {
					return
				}
				if twice, err := s(once); err != nil || twice != once {
					rt.Fatalf("%q becomes %q (%v)", once, twice, err)
				}
			})
		})
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		once, _ := upper(string(r))
		if twice, _ := upper(once); twice != once {
			t.Errorf("%q becomes %q, and then %q", r, once, twice)
		}
	}
}

// The parts of a name are the whole, and a joined value parts again.
func TestPartsMakeTheWhole(t *testing.T) {
	word := rapid.StringMatching(`[A-Za-zñé.]{1,8}`)
	rapid.Check(t, func(rt *rapid.T) {
		words := rapid.SliceOfN(word, 1, 5).Draw(rt, "words")
		whole := strings.Join(words, " ")
		first, _ := firstWord(whole)
		others, _ := rest(whole)
		if got := between(" ")([]string{first, others}); got != whole {
			rt.Fatalf("%q and %q make %q", first, others, got)
		}
		joined := between(";")(words)
		for i, w := range words {
			c, wrong := compileChain(fmt.Sprintf("split(;,%d)", i+1), nil)
			if wrong != nil {
				rt.Fatal(wrong)
			}
			if got, err := c.convert(joined); err != nil || got != w {
				rt.Fatalf("part %d of %q is %q (%v)", i+1, joined, got, err)
			}
		}
		n := rapid.IntRange(1, 60).Draw(rt, "length")
		c, wrong := compileChain(fmt.Sprintf("truncate(%d)", n), nil)
		if wrong != nil {
			rt.Fatal(wrong)
		}
		if got, err := c.convert(whole); err != nil || !strings.HasPrefix(whole, got) || len([]rune(got)) > n {
			rt.Fatalf("%q cut at %d is %q (%v)", whole, n, got, err)
		}
	})
}

// An argument in quotes is taken to the letter.
func TestArgumentsLaw(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var want []call
		var texts []string
		for range rapid.IntRange(1, 4).Draw(rt, "conversions") {
			c := call{name: rapid.StringMatching(`[a-z][a-z0-9-]{0,8}`).Draw(rt, "name")}
			var args []string
			for range rapid.IntRange(0, 3).Draw(rt, "arguments") {
				arg := rapid.StringOf(rapid.OneOf(rapid.SampledFrom([]rune(`,()|'" `)), rapid.Rune())).Draw(rt,
					"argument")
				quote := rapid.SampledFrom([]string{"'", `"`}).Draw(rt, "quote")
				c.args = append(c.args, strings.ToValidUTF8(arg, "?"))
				args = append(args, " "+quote+strings.ReplaceAll(strings.ToValidUTF8(arg, "?"), quote,
					quote+quote)+quote+" ")
			}
			want = append(want, c)
			text := c.name
			if len(args) > 0 {
				text += " (" + strings.Join(args, ",") + ")"
			}
			texts = append(texts, text)
		}
		got, wrong := parseChain(strings.Join(texts, " | "))
		if wrong != nil || fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
			rt.Fatalf("%q is read as %q (%v)", texts, got, wrong)
		}
	})
}

// Whatever stands in a mapping sheet and in a cell: a chain is compiled or
// refused, a value converted or refused, and never both; what is given is made
// of whole characters, and an error says nothing of the cell.
func FuzzConvert(f *testing.F) {
	for _, c := range Conversions() {
		for _, e := range c.Examples {
			f.Add(e.Chain, e.Cells[0])
		}
	}
	for _, chain := range []string{"(", "a('", "split('',0)", "left-pad(100000,ñ)|digits", "date('YYYY, M, D')",
		"trim(,)", "join(\"\")", "|"} {
		f.Add(chain, "4, 8, 1969")
	}
	t := tablesOf(f)
	f.Fuzz(func(test *testing.T, text, cell string) {
		c, wrong := compileChain(text, t)
		if wrong != nil {
			if wrong.Error() == "" || c.steps != nil || c.combine != nil || strings.Contains(wrong.Error(), "%!") {
				test.Errorf("%q is refused by %q", text, wrong)
			}
			return
		}
		got, no := c.convert(cell)
		if no != nil && (got != "" || no.Code == "") {
			test.Errorf("%q makes %q of %q, and %v", text, got, cell, no)
		}
		if cell == "" && (got != "" || no != nil) {
			test.Errorf("%q makes %q of nothing (%v)", text, got, no)
		}
		if again, no2 := c.convert(cell); again != got || (no == nil) != (no2 == nil) {
			test.Errorf("%q makes %q of %q, and then %q", text, got, cell, again)
		}
		joined, problems := run(c, cell, cell)
		if (no != nil) != (len(problems) > 0) {
			test.Errorf("%q makes %q of %q twice, and %v", text, joined, cell, problems)
		}
		for _, p := range problems {
			if p.Code != pipeline.ProblemConvert || p.Message == nil {
				test.Errorf("%+v", p)
			}
		}
	})
}
