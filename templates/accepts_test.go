package templates_test

import (
	"bytes"
	"encoding/csv"
	"testing"

	"muster/templates"
)

// TestFieldRulesAcceptTheExamples: a value that the schema accepts in a row is accepted by its field alone.
func TestFieldRulesAcceptTheExamples(t *testing.T) {
	set, err := templates.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range set.Names() {
		d, err := set.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		rules, err := d.FieldRules()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := d.File("example.csv")
		if err != nil {
			t.Fatal(err)
		}
		records, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range records[1:] {
			for i, cell := range row {
				if field := d.Provider().FieldIndex(records[0][i]); cell != "" && !rules.Accepts(field, cell) {
					t.Errorf("%s: %s does not take %q", name, records[0][i], cell)
				}
			}
		}
	}
}

func TestFieldRules(t *testing.T) {
	set, err := templates.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		provider, path, text string
		ok                   bool
	}{
		{"passport", "identification_number", "999000011", true},
		{"passport", "identification_number", "999000011\n", false},
		{"passport", "identification_number", "99900001", false},
		{"passport", "identification_number", "9990000112", false},
		{"passport", "email", "pagos@example.org", true},
		{"passport", "email", "pagos@example", false},
		{"passport", "email", "pagos.de.la.tienda.central@example.org", false}, // 38 characters
		{"passport", "mobile_phone_number", "3005550101", false},
		{"juicyway", "billing_address.country", "UK", false},
		{"juicyway", "billing_address.country", "GB", true},
		{"juicyway", "type", "Business", false},
		{"connectfi", "customer.dateOfBirth", "1984-02-29", true},
		{"connectfi", "customer.dateOfBirth", "1985-02-29", false},
		// 49 characters, 98 bytes
		{"connectfi", "customer.firstName", "ñññññññññññññññññññññññññññññññññññññññññññññññññ", true},
		{"connectfi", "customer.addresses[3].stateCode", "AA", false},
	} {
		d, err := set.Find(tt.provider)
		if err != nil {
			t.Fatal(err)
		}
		rules, err := d.FieldRules()
		if err != nil {
			t.Fatal(err)
		}
		field := d.Provider().FieldIndex(tt.path)
		if field < 0 {
			t.Fatalf("no field %s", tt.path)
		}
		if got := rules.Accepts(field, tt.text); got != tt.ok {
			t.Errorf("%s %s takes %q: %v", tt.provider, tt.path, tt.text, got)
		}
	}
}
