package newdefinition

import (
	"slices"
	"strings"

	"muster/pipeline"
)

// Question is one thing that a definition needs to know.
type Question struct {
	Name string // key of its answer in a file of answers
	Ask  *pipeline.Message
	// Safety: a wrong answer sends a customer twice, or takes one customer for another.
	Safety  bool
	Default string // when there is no answer; "" for none
	// Optional: the definition works without an answer.
	Optional bool
	form     form
	when     func(Answers) bool // nil: always asked
}

// Asked reports whether the question arises with those answers.
func (q *Question) Asked(a Answers) bool { return q.when == nil || q.when(a) }

// The answers on which other questions depend.
const (
	resendKey       = "idempotency-key"
	resendReference = "reference"
	resendNothing   = "nothing"

	authBearer = "bearer"
	authHeader = "header"
	authBasic  = "basic"
	authOAuth  = "oauth"
	authNone   = "none"

	spelledLower  = "lower"
	spelledDigits = "digits"
	spelledExact  = "exact"

	byName = "names"

	signedText    = "text"
	signedMessage = "rfc9421"

	loginBody  = "body"
	loginBasic = "basic"

	none        = "none"
	single      = "single"
	unpublished = "unpublished"
)

// Questions lists all questions in the order in which they are asked: those where a mistake costs most come first.
func Questions() []Question {
	is := func(name, value string) func(Answers) bool {
		return func(a Answers) bool { return a.Get(name) == value }
	}
	given := func(name string) func(Answers) bool {
		return func(a Answers) bool { return a.Get(name) != "" && a.Get(name) != none }
	}
	signs := func(what string) func(Answers) bool {
		return func(a Answers) bool {
			return given("sign")(a) && (a.Get("sign_what") == what || a.Get("sign_what") == "" && what == signedText)
		}
	}
	return []Question{
		{Name: "same_customer", Ask: pipeline.Say("new_definition.same_customer"), Safety: true, form: formFields},
		{Name: "same_spelling", Ask: pipeline.Say("new_definition.same_spelling"), Safety: true, form: formSpelling},
		{Name: "same_record", Ask: pipeline.Say("new_definition.same_record"), Safety: true, form: formFields},
		{Name: "resend", Ask: pipeline.Say("new_definition.resend"), Safety: true,
			form: oneOf(resendKey, resendReference, resendNothing)},
		{Name: "resend_header", Ask: pipeline.Say("new_definition.resend_header"), Safety: true, form: formPlace,
			when: is("resend", resendKey)},
		{Name: "resend_for", Ask: pipeline.Say("new_definition.resend_for"), Safety: true, form: formDuration,
			when: is("resend", resendKey)},
		{Name: "resend_field", Ask: pipeline.Say("new_definition.resend_field"), Safety: true, form: formName,
			when: is("resend", resendReference)},
		{Name: "look_up", Ask: pipeline.Say("new_definition.look_up"), Safety: true, form: orNone(formCall)},
		{Name: "look_up_key", Ask: pipeline.Say("new_definition.look_up_key"), Safety: true, form: formName,
			when: func(a Answers) bool { return given("look_up")(a) && len(a.List("same_customer")) > 1 }},
		{Name: "look_up_list", Ask: pipeline.Say("new_definition.look_up_list"), Safety: true,
			form: orWord(formPointer, single), when: given("look_up")},
		{Name: "look_up_id", Ask: pipeline.Say("new_definition.look_up_id"), Safety: true, form: formPointer,
			when: given("look_up")},
		{Name: "look_up_after", Ask: pipeline.Say("new_definition.look_up_after"), Safety: true, form: formDuration,
			Default: "60s", when: given("look_up")},
		{Name: "accepted", Ask: pipeline.Say("new_definition.accepted"), Safety: true, form: orNone(formAnswer),
			Default: none},
		{Name: "await", Ask: pipeline.Say("new_definition.await"), Safety: true, form: formAwait, when: given("accepted")},
		{Name: "await_id", Ask: pipeline.Say("new_definition.await_id"), Safety: true, form: formPointer,
			when: func(a Answers) bool { return given("accepted")(a) && calls.MatchString(a.Get("await")) }},
		{Name: "await_done", Ask: pipeline.Say("new_definition.await_done"), Safety: true, form: formAnswer,
			when: given("accepted")},
		{Name: "await_failed", Ask: pipeline.Say("new_definition.await_failed"), Safety: true, form: orNone(formAnswer),
			Default: none, when: given("accepted")},
		{Name: "await_record", Ask: pipeline.Say("new_definition.await_record"), Safety: true, form: formPointer,
			when: given("accepted")},
		{Name: "rate", Ask: pipeline.Say("new_definition.rate"), Safety: true, form: formRate},
		{Name: "at_once", Ask: pipeline.Say("new_definition.at_once"), Safety: true, form: formNumber},

		{Name: "name", Ask: pipeline.Say("new_definition.name"), form: formProvider},
		{Name: "title", Ask: pipeline.Say("new_definition.title"), Optional: true, form: formText},
		{Name: "docs", Ask: pipeline.Say("new_definition.docs"), Optional: true, form: formURL},
		{Name: "sandbox", Ask: pipeline.Say("new_definition.sandbox"), form: orWord(formURL, unpublished, none)},
		{Name: "production", Ask: pipeline.Say("new_definition.production"), form: orWord(formURL, unpublished, none)},
		{Name: "auth", Ask: pipeline.Say("new_definition.auth"),
			form: oneOf(authBearer, authHeader, authBasic, authOAuth, authNone)},
		{Name: "auth_header", Ask: pipeline.Say("new_definition.auth_header"), form: formName,
			when: is("auth", authHeader)},
		{Name: "auth_prefix", Ask: pipeline.Say("new_definition.auth_prefix"), form: orNone(formName), Default: "Bearer",
			when: func(a Answers) bool { return is("auth", authBearer)(a) || is("auth", authOAuth)(a) }},
		{Name: "token_call", Ask: pipeline.Say("new_definition.token_call"), form: formCall, when: is("auth", authOAuth)},
		{Name: "token_login", Ask: pipeline.Say("new_definition.token_login"), form: oneOf(loginBody, loginBasic),
			Default: loginBody, when: is("auth", authOAuth)},
		{Name: "token_scope", Ask: pipeline.Say("new_definition.token_scope"), Optional: true, form: orNone(formText),
			when: is("auth", authOAuth)},
		{Name: "token_encoding", Ask: pipeline.Say("new_definition.token_encoding"), form: formEncoding,
			Default: string(pipeline.EncodingForm), when: is("auth", authOAuth)},
		{Name: "token_at", Ask: pipeline.Say("new_definition.token_at"), form: formPointer,
			Default: "/access_token", when: is("auth", authOAuth)},
		{Name: "token_life", Ask: pipeline.Say("new_definition.token_life"), form: orNone(formPointer),
			Default: "/expires_in", when: is("auth", authOAuth)},
		{Name: "token_sandbox", Ask: pipeline.Say("new_definition.token_sandbox"), Optional: true, form: formURL,
			when: func(a Answers) bool { return is("auth", authOAuth)(a) && given("sandbox")(a) }},
		{Name: "token_production", Ask: pipeline.Say("new_definition.token_production"), Optional: true, form: formURL,
			when: func(a Answers) bool { return is("auth", authOAuth)(a) && given("production")(a) }},
		{Name: "sign", Ask: pipeline.Say("new_definition.sign"), form: orNone(oneOfWords(pipeline.SignAlgorithms())),
			Default: none},
		{Name: "sign_what", Ask: pipeline.Say("new_definition.sign_what"), form: oneOf(signedText, signedMessage),
			Default: signedText, when: given("sign")},
		{Name: "sign_text", Ask: pipeline.Say("new_definition.sign_text"), form: formText, when: signs(signedText)},
		{Name: "sign_headers", Ask: pipeline.Say("new_definition.sign_headers"), form: formHeader, when: signs(signedText)},
		{Name: "sign_encoding", Ask: pipeline.Say("new_definition.sign_encoding"), form: oneOfWords(pipeline.BinaryEncodings()),
			Default: string(pipeline.BinaryHex), when: signs(signedText)},
		{Name: "sign_parts", Ask: pipeline.Say("new_definition.sign_parts"), form: formName, when: signs(signedMessage)},
		{Name: "sign_parameters", Ask: pipeline.Say("new_definition.sign_parameters"),
			form: oneOf(pipeline.SignParameters()...), Default: "created, keyid", when: signs(signedMessage)},
		{Name: "sign_keyid", Ask: pipeline.Say("new_definition.sign_keyid"), form: formText,
			when: func(a Answers) bool {
				return signs(signedMessage)(a) &&
					(len(a.List("sign_parameters")) == 0 || slices.Contains(a.List("sign_parameters"), "keyid"))
			}},
		{Name: "sign_key", Ask: pipeline.Say("new_definition.sign_key"), form: oneOf(string(pipeline.KeyRaw),
			string(pipeline.KeyHex), string(pipeline.KeyBase64), string(pipeline.KeyBase64URL)), Default: string(pipeline.KeyRaw),
			when: func(a Answers) bool { return given("sign")(a) && pipeline.SignAlgorithm(a.Get("sign")).Shared() }},
		{Name: "create", Ask: pipeline.Say("new_definition.create"), form: formCall},
		{Name: "headers", Ask: pipeline.Say("new_definition.headers"), Optional: true, form: formHeader},
		{Name: "encoding", Ask: pipeline.Say("new_definition.encoding"), form: formEncoding,
			Default: "json"},
		{Name: "list_names", Ask: pipeline.Say("new_definition.list_names"), form: oneOf("indexes", "brackets", "repeated"),
			Default: "indexes", when: func(a Answers) bool { return strings.HasPrefix(a.Get("encoding"), "form") }},
		{Name: "timeout", Ask: pipeline.Say("new_definition.timeout"), form: formDuration, Default: "60s"},
		{Name: "schema", Ask: pipeline.Say("new_definition.schema"), Optional: true, form: formText,
			when: func(a Answers) bool { return a.Get("example") == "" }},
		{Name: "example", Ask: pipeline.Say("new_definition.example"), form: formText,
			when: func(a Answers) bool { return a.Get("schema") == "" }},
		{Name: "under", Ask: pipeline.Say("new_definition.under"), Optional: true, form: formPointer,
			when: func(a Answers) bool { return !strings.HasPrefix(a.Get("encoding"), "form") }},
		{Name: "shape", Ask: pipeline.Say("new_definition.shape"), Optional: true, form: formName, when: given("schema")},
		{Name: "optional", Ask: pipeline.Say("new_definition.optional"), Optional: true, form: formFields,
			when: given("example")},
		{Name: "display", Ask: pipeline.Say("new_definition.display"), Optional: true, form: formFields},
		{Name: "id", Ask: pipeline.Say("new_definition.id"), form: formID},
		{Name: "id_form", Ask: pipeline.Say("new_definition.id_form"), Optional: true, form: formText},
		{Name: "record", Ask: pipeline.Say("new_definition.record"), Optional: true, form: formPointer},
		{Name: "created", Ask: pipeline.Say("new_definition.created"), form: orNone(formAnswer)},
		{Name: "exists", Ask: pipeline.Say("new_definition.exists"), form: orNone(formAnswer)},
		{Name: "exists_id", Ask: pipeline.Say("new_definition.exists_id"), Optional: true, form: orNone(formPointer),
			when: given("exists")},
		{Name: "rejected", Ask: pipeline.Say("new_definition.rejected"), form: formAnswer},
		{Name: "wait", Ask: pipeline.Say("new_definition.wait"), form: formAnswer, Default: "429"},
		{Name: "error_code", Ask: pipeline.Say("new_definition.error_code"), Optional: true, form: formPointer},
		{Name: "error_message", Ask: pipeline.Say("new_definition.error_message"), Optional: true, form: formPointer},
		{Name: "error_fields", Ask: pipeline.Say("new_definition.error_fields"), form: orNone(formPointer), Default: none},
		{Name: "error_field", Ask: pipeline.Say("new_definition.error_field"), form: orWord(formPointer, byName),
			when: given("error_fields")},
		{Name: "error_field_message", Ask: pipeline.Say("new_definition.error_field_message"), Optional: true,
			form: formPointer, when: func(a Answers) bool {
				return given("error_fields")(a) && a.Get("error_field") != byName
			}},
		{Name: "request_id_header", Ask: pipeline.Say("new_definition.request_id_header"), Optional: true,
			form: formName},
	}
}
