package submit

import (
	"testing"

	"muster/pipeline"
)

func TestCompareKey(t *testing.T) {
	digits := []pipeline.Normaliser{pipeline.Digits}
	lower := []pipeline.Normaliser{pipeline.Lower}
	for _, c := range []struct {
		ours, theirs string
		steps        []pipeline.Normaliser
		want         string // same, other, or "" for no statement
	}{
		{"999000111", "999000111", digits, "same"}, {"999000111", "999.000.111", digits, "same"},
		{"999000111", "999.000.111-8", digits, "same"}, {"000999111", "999111", digits, "same"},
		{"999000111", "999000122", digits, "other"}, {"999000111", "", digits, "nothing"},
		{"999000111", "*****0111", digits, "nothing"}, {"999000111", "XXXXX0122", digits, "nothing"},
		{"999000111", "0111", digits, "nothing"}, {"ana@example.org", "Ana@Example.org", lower, "same"},
		{"ana@example.org", "rui@example.org", lower, "other"}, {"ref-1", "REF_1", nil, "same"},
		{"ref-1", "ref-12345", nil, "other"}, {"999000111", "NIT 999.000.111-8", digits, "same"},
		{"999000111", "CO9990001118", digits, "same"}, {"999000111", "NIT 999.000.122-8", digits, "other"},
		{"ana@example.org", "a..@e..org", lower, "nothing"},
		{"tienda José", "Tienda Jose\u0301", lower, "same"}, {"tienda  José", "tienda José", nil, "same"},
	} {
		ours := pipeline.KeyValue{Value: c.ours, Normalised: pipeline.Normalise(c.steps, c.ours)}
		got := "other"
		if same, says := CompareKey(c.theirs, ours, c.steps); same {
			got = "same"
		} else if !says {
			got = "nothing"
		}
		if got != c.want {
			t.Errorf("sent %q, the record has %q: got %s, want %s", c.ours, c.theirs, got, c.want)
		}
	}
}

func TestSaysFailure(t *testing.T) {
	for body, want := range map[string]bool{
		`{"id": "1"}`: false, `{"success": true, "error": null, "errors": []}`: false,
		`{"success": null}`: false, `{"success": false}`: true, `{"success": "false"}`: true, `{"success": 0}`: true,
		`{"success": "ok"}`: false, `{"error": "boom"}`: true, `{"error": ""}`: false, `{"error": {}}`: false,
		`{"error": "false", "errors": 0}`: false, `{"errors": {"email": []}}`: false,
		`{"error": {"code": null, "message": ""}}`: false, `{"error": {"code": "E1", "message": ""}}`: true,
		`{"errors": [{"message": "no"}]}`: true, `{"errors": [""]}`: false, `[{"success": false}]`: false,
		`{"statusCode": 400, "body": "{}"}`: true, `{"status_code": "422"}`: true, `{"status": 503}`: true,
		`{"status": "error"}`: true, `{"status": "FAIL"}`: true, `{"Success": false}`: true, `{"ok": false}`: true,
		`{"isError": true}`: true, `{"hasErrors": false, "Error": null}`: false, `{"status": "active"}`: false,
		`{"statusCode": 201}`: false, `{"status": "rejected"}`: false, `{"status": 1}`: false, `{"ok": true}`: false,
	} {
		doc, ok := decode([]byte(body))
		if !ok {
			t.Fatal(body)
		}
		if got := saysFailure(doc); got != want {
			t.Errorf("%s: got %t, want %t", body, got, want)
		}
	}
}
