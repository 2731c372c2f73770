package pipeline

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLocalized(t *testing.T) {
	both := Localized{"": "the city", "es": "la ciudad"}
	for _, tt := range []struct {
		text       Localized
		lang, want string
	}{
		{nil, "es", ""},
		{Localized{"": "city"}, "es", "city"},
		{both, "es", "la ciudad"},
		{both, "es-CO", "la ciudad"},
		{both, "es-Latn-CO", "la ciudad"},
		{both, "en", "the city"},
		{both, "fr", "the city"},
		{both, "", "the city"},
		{Localized{"en": "the city", "es": "la ciudad"}, "fr", "the city"},
		{Localized{"pt": "a cidade", "es": "la ciudad"}, "fr", "la ciudad"},
		{Localized{"": "the city", "es": ""}, "es", ""},
		{Localized{"": "the city", "es": "la ciudad", "es-MX": "el municipio"}, "es-MX", "el municipio"},
	} {
		if got := tt.text.In(tt.lang); got != tt.want {
			t.Errorf("%v in %q: %q, want %q", tt.text, tt.lang, got, tt.want)
		}
	}
	if Localized(nil).Message() != nil {
		t.Error("no text is a sentence")
	}
	if m := both.Message(); m.Arg("text") == nil {
		t.Errorf("%v has no text", m)
	}
}

func TestLocalizedAsJSON(t *testing.T) {
	for _, tt := range []struct {
		text Localized
		want string
	}{
		{nil, "null"},
		{Localized{"": "the city"}, `"the city"`},
		{Localized{"": "the city", "es": "la ciudad"}, `{"":"the city","es":"la ciudad"}`},
		{Localized{"es": "la ciudad"}, `{"es":"la ciudad"}`},
	} {
		data, err := json.Marshal(tt.text)
		if err != nil || string(data) != tt.want {
			t.Errorf("%v: %s, %v; want %s", tt.text, data, err, tt.want)
		}
		var again Localized
		if err := json.Unmarshal(data, &again); err != nil {
			t.Errorf("%s: %v", data, err)
		}
		if diff := cmp.Diff(tt.text, again); diff != "" {
			t.Errorf("%s (-want +got):\n%s", data, diff)
		}
	}
	if err := json.Unmarshal([]byte(`{"es": 1}`), new(Localized)); err == nil {
		t.Error("a number is taken for a text")
	}
}
