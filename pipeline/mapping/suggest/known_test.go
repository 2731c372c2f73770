package suggest

import (
	"strings"
	"testing"
)

func TestKnows(t *testing.T) {
	type known struct{ knows, apart bool }
	for name, want := range map[string]known{
		"Razón Social":            {true, false},
		"NIT (con DV)":            {true, true},
		"Correo electrónico":      {true, true},
		"Celular contacto":        {true, true},
		"Dirección / Ciudad":      {true, false},
		"Owner 1 date of birth":   {true, false},
		"Observaciones":           {false, false},
		"Comercio / Razón social": {true, false},
		"Comercio / #":            {false, false},
		"#":                       {false, false},
		"":                        {false, false},
		"Fecha de corte:":         {false, false},
		"Preparado por: Ana Ruiz": {false, false},
		"BASE DE COMERCIOS ALIADOS – CORTE NOVIEMBRE 2026": {false, false},
		"CAFETERÍA EL EJEMPLO SAS":                         {false, false},
		"pagos@example.org":                                {false, false},
		strings.Repeat("NIT ", 100):                        {false, false},
	} {
		if got := (known{Knows(name), TellsApart(name)}); got != want {
			t.Errorf("%q: %+v, want %+v", name, got, want)
		}
	}
}
