package pipeline

import (
	"errors"
	"testing"
)

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"rate", "rate", 0}, {"rate", "crate", 1}, {"kitten", "sitting", 3},
		{"nti", "nit", 1}, {"shwo", "show", 1}, {"ab", "ba", 1}, {"abcd", "badc", 2}, {"abc", "cab", 2}} {
		if got, back := Distance(c.a, c.b), Distance(c.b, c.a); got != c.want || back != c.want {
			t.Errorf("%q and %q differ by %d and %d, want %d", c.a, c.b, got, back, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"title", "name", "status", "at", "phone"}
	for word, want := range map[string]string{"titel": "title", "Name": "name", "stats": "status", "ad": "at", "ta": "at",
		"fone": "phone", "headers": "", "": ""} {
		if got := Nearest(word, names); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

func TestMeant(t *testing.T) {
	names := []string{"NIT", "Razón Social", "Correo electrónico", "Celular", "Celular 2", "phone-number"}
	for word, want := range map[string]string{"nit": "NIT", "razon social": "Razón Social",
		"RAZÓN  SOCIAL": "Razón Social", "razon_social": "Razón Social", "Razon Socail": "Razón Social", "NTI": "NIT",
		"correo": "Correo electrónico", "Celullar": "Celular", "celular2": "Celular 2", "phone number": "phone-number",
		"cel": "", "co": "", "": "", "--": "", "Dirección": ""} {
		if got := Meant(word, names); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

func TestMistakesAreEachFound(t *testing.T) {
	all := Mistakes{Wrong("a").At(Place{File: "x", Line: 1}), Wrong("b").Try("c")}
	var first *Mistake
	if !errors.As(error(all), &first) || first != all[0] || all.Error() != "x, line 1: a\nb" {
		t.Errorf("%v, %v", first, all)
	}
}
