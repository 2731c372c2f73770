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
		// A sentence under any other name, and no record of somebody.
		`{"estado": "x", "cause_text": "a client with this EIN is registered already"}`: "a client with this EIN is registered already",
		`{"nota": "Ya existe un cliente con ese NIT", "nit": "999000111"}`:              "Ya existe un cliente con ese NIT",
		`{"id": "c1", "name": "Comercio Nacional de Servicios SAS", "status": "open"}`:  "",
		`{"name": "BANCO COMERCIO NACIONAL", "address": "calle 1 del barrio sur"}`:      "",
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
