package newdefinition

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/pipeline"
)

// form checks the form of one value of an answer; nil when it is right.
type form func(value string) *pipeline.Mistake

func formText(string) *pipeline.Mistake { return nil }

// formFields checks the names of fields; whether those fields exist is checked when the definition is compiled.
func formFields(value string) *pipeline.Mistake { return formName(value) }

func formName(value string) *pipeline.Mistake {
	if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r == ':' || r == ',' }) {
		return pipeline.Wrong("new_definition.want_name", "value", value)
	}
	return nil
}

var providerName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

func formProvider(value string) *pipeline.Mistake {
	if !providerName.MatchString(value) {
		return pipeline.Wrong("definition.name_form", "name", value)
	}
	return nil
}

func formPointer(value string) *pipeline.Mistake {
	if !strings.HasPrefix(value, "/") || strings.ContainsAny(value, " \t") {
		return pipeline.Wrong("new_definition.want_pointer", "value", value)
	}
	return nil
}

// idHeader is an answer that names the header with the ID: header Location.
var idHeader = regexp.MustCompile(`^header\s+([A-Za-z0-9-]+)$`)

func formID(value string) *pipeline.Mistake {
	if idHeader.MatchString(value) {
		return nil
	}
	return formPointer(value)
}

// formPlace is the name of a header, or a pointer to a member of the body.
func formPlace(value string) *pipeline.Mistake {
	if strings.HasPrefix(value, "/") {
		return formPointer(value)
	}
	return formName(value)
}

// formAwait is a call that has {id}, or a header: header Location.
func formAwait(value string) *pipeline.Mistake {
	if m := calls.FindStringSubmatch(value); m != nil && m[1] == "GET" && strings.Contains(value, "{id}") ||
		idHeader.MatchString(value) {
		return nil
	}
	return pipeline.Wrong("new_definition.want_await", "value", value)
}

// spelling is how the spellings of a key differ, for all fields or for one of them: digits, or tax_id=digits.
var spelling = regexp.MustCompile(`^(?:([^\s:,=]+)=)?(` + spelledLower + `|` + spelledDigits + `|` + spelledExact + `)$`)

func formSpelling(value string) *pipeline.Mistake {
	if !spelling.MatchString(value) {
		return pipeline.Wrong("new_definition.want_spelling", "value", value,
			"values", []string{spelledLower, spelledDigits, spelledExact})
	}
	return nil
}

// calls are a method and a path: POST /v1/customers.
var calls = regexp.MustCompile(`^([A-Z]+)\s+(/[^\s?]*)(?:\?(\S+))?$`)

func formCall(value string) *pipeline.Mistake {
	if !calls.MatchString(value) {
		return pipeline.Wrong("new_definition.want_call", "value", value)
	}
	return nil
}

// answered is a status, and optionally what the body must have: 400 /error/code=exists.
var answered = regexp.MustCompile(`^([0-9]{3}(?:-[0-9]{3})?|[1-5]xx)(?:\s+(/\S*?)=(.+))?$`)

func formAnswer(value string) *pipeline.Mistake {
	if !answered.MatchString(value) {
		return pipeline.Wrong("new_definition.want_answer", "value", value)
	}
	return nil
}

// header is a header and its value: Api-Version: 2024-05-01.
var header = regexp.MustCompile(`^([A-Za-z0-9-]+):\s*(\S.*)$`)

func formHeader(value string) *pipeline.Mistake {
	if !header.MatchString(value) {
		return pipeline.Wrong("new_definition.want_header", "value", value)
	}
	return nil
}

func formURL(value string) *pipeline.Mistake {
	if !strings.HasPrefix(value, "https://") {
		return pipeline.Wrong("new_definition.want_url", "value", value)
	}
	return nil
}

func formDuration(value string) *pipeline.Mistake {
	if d, err := time.ParseDuration(value); err != nil || d <= 0 {
		return pipeline.Wrong("new_definition.want_duration", "value", value)
	}
	return nil
}

func formNumber(value string) *pipeline.Mistake {
	if n, err := strconv.Atoi(value); err != nil || n < 1 {
		return pipeline.Wrong("new_definition.want_number", "value", value)
	}
	return nil
}

func formRate(value string) *pipeline.Mistake {
	if _, err := pipeline.ParseRate(value); err != nil {
		return pipeline.MistakeOf(err)
	}
	return nil
}

func formEncoding(value string) *pipeline.Mistake { return oneOfWords(pipeline.Encodings())(value) }

// oneOf accepts one of some words.
func oneOf(words ...string) form {
	return func(value string) *pipeline.Mistake {
		if !slices.Contains(words, value) {
			return pipeline.Wrong("new_definition.want_one_of", "value", value, "values", words)
		}
		return nil
	}
}

func oneOfWords[W ~string](words []W) form {
	var all []string
	for _, w := range words {
		all = append(all, string(w))
	}
	return oneOf(all...)
}

// orWord accepts one of some words, or another form.
func orWord(f form, words ...string) form {
	return func(value string) *pipeline.Mistake {
		if slices.Contains(words, value) {
			return nil
		}
		return f(value)
	}
}

func orNone(f form) form { return orWord(f, none) }
