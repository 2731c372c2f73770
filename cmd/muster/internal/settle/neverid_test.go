package settle

import "testing"

func TestNeverAnID(t *testing.T) {
	for _, said := range []string{"no", "None", "N/A", "-", "--", "?", "¿?", "x", "X", "OK", "si", "Sí", "YES", "…",
		"Ausente", "pendiente"} {
		if !neverID(said) {
			t.Errorf("%q may be an ID", said)
		}
	}
	for _, said := range []string{"7", "x1", "cus_1", "no-17", "made-up-2", "abcde"} {
		if neverID(said) {
			t.Errorf("%q is never an ID", said)
		}
	}
}
