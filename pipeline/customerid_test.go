package pipeline_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"muster/pipeline"
)

func TestLikenessOfIDs(t *testing.T) {
	const one, two = "6f1c2e9a-0b7d-4c1e-9a55-0d6f0c1b2a3e", "0A1C2E9A-0b7d-4c1e-9a55-0d6f0c1b2a3e"
	for _, c := range []struct {
		name       string
		known      []string
		fit, other []string
	}{
		{"nothing known", nil, []string{one, "17", "cus_1", "made-up"}, []string{"absnt", "Pérez"}},
		{"one UUID", []string{one}, []string{two}, []string{"17", "cus_1", one + "0", "absnt"}},
		{"too few for a form", []string{"cus_1", "cus_2"}, []string{"17", one, "acc_3"}, []string{"absnt"}},
		{"a prefix", []string{"cus_a1B2", "cus_9zXy", "cus_00aa"}, []string{"cus_Zz99"},
			[]string{"acc_a1B2", "cus_", "cus_a1B", "cus_a-1B", "cus_abcd", "a1B2", one}},
		{"two prefixes", []string{"cstap_17aa", "cstab_18bb", "cstap_19cc"}, []string{"cstab_20dd"},
			[]string{"cstab20DD0", "absnt", "900123456-"}},
		{"numbers that grow", []string{"101", "100", "99"}, []string{"7", "98", "1000"},
			[]string{"10000", "900123456", "1a0", "-10"}},
		{"lengths that differ", []string{"ab12", "c3", "def456"}, []string{"g7", "abcdef123456"},
			[]string{"absnt", "AB12", "ab-12"}},
		{"letters alone", []string{"qwert", "asdfg", "zxcvb"}, []string{"absnt"}, []string{"qwer1", "ausente"}},
		{"a day is no prefix", []string{"2026-11-01", "2026-11-02", "2026-11-03"}, []string{"2027-01-01"},
			[]string{"2026_11_01"}},
		{"UUIDs and others", []string{one, "cus_17", "18"}, []string{"cus_99", one[1:]}, []string{"absnt", "a/1"}},
	} {
		f := pipeline.LikenessOf(c.known)
		for _, said := range c.fit {
			if !f.Fits(said) {
				t.Errorf("%s: %q does not fit", c.name, said)
			}
		}
		for _, said := range c.other {
			if f.Fits(said) {
				t.Errorf("%s: %q fits", c.name, said)
			}
		}
	}
}

func TestIDPattern(t *testing.T) {
	record := pipeline.Record{IDPattern: regexp.MustCompile(`\A(?:cus_[0-9]+)\z`)}
	for id, want := range map[string]bool{"cus_17": true, "rehearsal-cus_17": true, "cus_": false, "err_17": false,
		"cus_17x": false, "rehearsal-17": false, "": false} {
		if got := record.FitsID(id); got != want {
			t.Errorf("%q: got %t, want %t", id, got, want)
		}
	}
	if none := (&pipeline.Record{}); !none.FitsID("err_17") {
		t.Error("no form is promised, and err_17 does not fit")
	}
}

// A new form is noticed once.
func TestIDsThatLookOtherwise(t *testing.T) {
	known := pipeline.NewKnownIDs([]string{"rehearsal-cus_100", "cus_101", "cus_102"})
	for _, c := range []struct {
		id     string
		unlike bool
	}{{"cus_103", false}, {"err_001", true}, {"err_002", false}, {"cus_104", false}, {"X", true}, {"cus_105", false}} {
		if example, unlike := known.Unlike(c.id); unlike != c.unlike || unlike && example == "" {
			t.Errorf("%s: got %t (as %q), want %t", c.id, unlike, example, c.unlike)
		}
	}
	if _, unlike := pipeline.NewKnownIDs(nil).Unlike("anything"); unlike {
		t.Error("the first ID looks otherwise than none")
	}
}

func TestSpellingsOfAnID(t *testing.T) {
	const small, capital = "0c4a77de-6f0b-4a5f-9d3e-9b1f0a2c7e11", "0C4A77DE-6F0B-4A5F-9D3E-9B1F0A2C7E11"
	for id, one := range map[string]string{
		small: small, capital: small, pipeline.RehearsalPrefix + capital: pipeline.RehearsalPrefix + small,
		"cus_AbC": "cus_AbC", "": "", // case matters in these
	} {
		if got := pipeline.OneID(id); got != one {
			t.Errorf("%q is spelled %q, want %q", id, got, one)
		}
		spellings := pipeline.IDSpellings(id)
		if spellings[0] != id || !slices.Contains(spellings, one) {
			t.Errorf("%q: %q", id, spellings)
		}
	}
}

// Only the digits of a real UUID are folded.
func TestOneID(t *testing.T) {
	form := regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
	const id = "6F1C2E9A-0B7D-4C1E-9A55-0D6F0C1B2A3E"
	check := func(text string) {
		t.Helper()
		want := text
		if form.MatchString(text) {
			want = strings.ToLower(text)
		}
		if got := pipeline.OneID(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
		if got, want := pipeline.OneID(pipeline.RehearsalPrefix+text), pipeline.RehearsalPrefix+want; got != want {
			t.Errorf("%q of a rehearsal is %q", text, got)
		}
	}
	check(id)
	check(id + "0")
	check(id[1:])
	for i := range id {
		for _, c := range "/09:@AFG`afg-é" {
			check(id[:i] + string(c) + id[i+1:])
		}
	}
}
