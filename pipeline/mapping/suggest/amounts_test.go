package suggest

import (
	"strings"
	"testing"

	"muster/pipeline"
)

// The values of a column decide how its numbers are read, where they do.
func TestNumbersAndYesNo(t *testing.T) {
	p := &pipeline.Provider{Name: "till", Title: "Till", Fields: []pipeline.Field{
		{Path: "volume", Title: plain("Volume"), Kind: "number"},
		{Path: "staff", Title: plain("Staff"), Kind: "integer"},
		{Path: "exporter", Title: plain("Exporter"), Kind: "boolean"},
	}}
	tests := []struct{ column, values, want string }{
		{"volume", "1234.5 12 0.125", "h volume<volume"},
		{"volume", "1.234,5 12 1.000", "h volume<volume|number(1.234,56)"},
		{"volume", "12,5 3", "h volume<volume|number(1.234,56)"},
		{"volume", "$1,234.50 1,000", "h volume<volume|number(1,234.56)"},
		{"volume", "1'234.50 12", "h volume<volume|number(1'234.56)"},
		{"volume", "1,234 1,5", "m volume<volume !"},
		{"volume", "1.234 12,5", "h volume<volume|number(1.234,56)"},
		{"volume", "1.234 1.5", "m volume<volume !"},
		{"volume", "1,234.5 1,5", "m volume<volume !"},
		{"volume", "1.5 1,5", "m volume<volume !"},
		{"volume", "1.234 980", "m volume<volume !"},
		{"volume", "1,234", "m volume<volume !"},
		{"staff", "12 3", "h staff<staff"},
		{"staff", "12.0 3.0", "h staff<staff|whole"},
		{"staff", "1.234 12", "h staff<staff|number(1.234,56)"},
		{"staff", "1,234 12", "h staff<staff|number(1,234.56)"},
		{"exporter", "true false", "h exporter<exporter"},
		{"exporter", "Sí no NO", "h exporter<exporter|yes-no"},
		{"exporter", "x", "h exporter<exporter|yes-no"},
		{"exporter", "1 0", "h exporter<exporter|yes-no"},
	}
	for _, tt := range tests {
		got := spelt(suggestFor(p, sampleOf(t, tt.column+"\n"+strings.ReplaceAll(tt.values, " ", "\n"))))
		if strings.Join(got, "; ") != tt.want {
			t.Errorf("%s of %s: %q, want %q", tt.column, tt.values, got, tt.want)
		}
	}
}
