package submit

import "testing"

func TestWordsOf(t *testing.T) {
	for body, want := range map[string]string{
		`{"mensaje": "El cliente ya existe"}`:                       "El cliente ya existe",
		`{"Message": "no", "title": "x"}`:                           "no",
		`{"type": "about:blank", "title": "Bad", "detail": "NIT"}`:  "NIT",
		`{"errors": {"nit": ["has been taken", "is odd"], "a": 1}}`: "nit: has been taken; is odd",
		`{"errors": [{"pointer": "/nit", "detail": "no"}, "x", 4]}`: "no; x",
		`{"error": {"reason": {"message": "deep"}}}`:                "deep",
		`{"errors": {"a": {"b": {"c": {"d": "too deep"}}}}}`:        "",
		`["NIT", "correo"]`: "NIT; correo",
		`"NIT"`:             "NIT",
		`{"message": "", "errors": [], "nit": "999000111", "id": 1}`: "",
		`{"status": 409}`: "",
		`null`:            "",
		"NIT inválido\n":  "NIT inválido",
		"<html>no</html>": "",
		"{broken":         "",
		"no\xff":          "",
		"":                "",
	} {
		doc, _ := decode([]byte(body))
		if got := wordsOf(doc, &answer{body: []byte(body)}); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}
