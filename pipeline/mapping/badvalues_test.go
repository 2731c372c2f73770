package mapping

import "testing"

func TestLooks(t *testing.T) {
	type looks struct{ spoilt, missing bool }
	for text, want := range map[string]looks{
		"":                  {false, false},
		"CAFÉ PEÑA SAS":     {false, false},
		"Calle 5\nPiso 2":   {false, false},
		"CafÃ© PeÃ±a SAS":   {true, false},
		"Caf&eacute; y pan": {true, false},
		"Caf\ufffd":         {true, false},
		"N/A":               {false, true},
		`\N`:                {false, true},
		"[object Object]":   {false, true},
		"TBD":               {false, true},
		"null":              {false, true},
		"-":                 {false, true},
		"Nada Importa SAS":  {false, false},
	} {
		if got := (looks{LooksDamaged(text), LooksMissing(text)}); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}
