package pipeline

import "testing"

func TestIsNoCountry(t *testing.T) {
	for code, want := range map[string]bool{"AN": true, "XK": true, "YU": true, "CO": false, "US": false, "CW": false,
		"": false, "an": false} {
		if got := IsNoCountry(code); got != want {
			t.Errorf("%q: %v, want %v", code, got, want)
		}
	}
}
