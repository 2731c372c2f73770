package pipeline

import "testing"

func TestJSONIsAsItWasSpelled(t *testing.T) {
	for _, text := range []string{
		`{"a":1.50,"b":[9007199254740993,1e3,null,true],"c":"<&>é"}`, `"x"`, `[]`, `null`, `0`,
	} {
		doc, err := DecodeJSON([]byte(" " + text + " \n"))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := EncodeJSON(doc); err != nil || string(got) != text {
			t.Errorf("%s is written %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", " ", "{", `{"a":1}}`, "1 2", `"a" // b`, "\ufeff1"} {
		if doc, err := DecodeJSON([]byte(text)); err == nil {
			t.Errorf("%q is taken: %v", text, doc)
		}
	}
	if _, err := EncodeJSON(func() {}); err == nil {
		t.Error("a function is written as JSON")
	}
}
