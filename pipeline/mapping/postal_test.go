package mapping

import (
	"fmt"
	"testing"

	"muster/pipeline"
)

func TestZerosLost(t *testing.T) {
	for _, tt := range []struct {
		code, country string
		want          bool
	}{
		{"2108", "US", true}, {"501", "USA", true}, {"2108-1234", "US", true}, {"8001", "ES", true},
		{"1310100", "BR", true}, {"1310-100", "BR", true}, {"6000", "MX", true},
		{"02108", "US", false}, {"02108-1234", "US", false}, {"01310-100", "BR", false}, {"01310100", "BR", false},
		{"8001", "CH", false}, {"1010", "AT", false}, {"11001", "CO", false}, {"21", "US", false}, {"2108", "", false}, {"2026-03-01", "US", false}, {"2026-3", "US", false},
		{"2108", "Nowhere", false}, {"K1A 0B1", "US", false}, {"2108.0", "US", false},
		{"", "US", false}, {"021081", "US", false},
	} {
		if got := zerosLost(tt.code, tt.country); (got != nil) != tt.want {
			t.Errorf("%q of %q: %v", tt.code, tt.country, got)
		}
	}
}

func TestCountryOfAPostalCode(t *testing.T) {
	var slots []pipeline.Slot
	for _, path := range []string{"country", "billing_address.country", "billing_address.zip_code",
		"home.postalCode", "home.countryCodeA3", "home.city", "zip", "other.zip", "other.land.country"} {
		slots = append(slots, pipeline.Slot{Path: path})
	}
	var got []int
	for i := range slots {
		got = append(got, countryOf(slots, i))
	}
	if want := "[-1 -1 1 4 -1 -1 0 -1 -1]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
}
