package main

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const stripeKey = "sk_test_madeup"

// stripeKind is what the documents say that a parameter takes.
type stripeKind struct {
	kind   string   // string, enum, integer, boolean
	values []string // of an enum
	most   int      // most characters of a string; 5000 where the documents do not say
}

var stripeText = stripeKind{kind: "string", most: 5000}

func stripeOneOf(values ...string) stripeKind { return stripeKind{kind: "enum", values: values} }

// stripeParameters are the parameters of POST /v1/accounts that the fake knows: those that a book may fill, and some
// that must not be sent together.
func stripeParameters() map[string]stripeKind {
	all := map[string]stripeKind{
		"country": {kind: "string", most: 2}, "email": stripeText, "default_currency": {kind: "string", most: 3},
		"type":                                     stripeOneOf("custom", "express", "standard"),
		"business_type":                            stripeOneOf("company", "government_entity", "individual", "non_profit"),
		"controller[fees][payer]":                  stripeOneOf("account", "application"),
		"controller[losses][payments]":             stripeOneOf("application", "stripe"),
		"controller[requirement_collection]":       stripeOneOf("application", "stripe"),
		"controller[stripe_dashboard][type]":       stripeOneOf("express", "full", "none"),
		"business_profile[name]":                   stripeText,
		"business_profile[mcc]":                    {kind: "string", most: 4},
		"business_profile[url]":                    stripeText,
		"business_profile[support_email]":          stripeText,
		"business_profile[support_phone]":          stripeText,
		"business_profile[product_description]":    {kind: "string", most: 40000},
		"business_profile[estimated_worker_count]": {kind: "integer"},
		"company[name]":                            {kind: "string", most: 100}, "company[phone]": stripeText, "company[tax_id]": stripeText,
		"company[structure]":       stripeText,
		"company[owners_provided]": {kind: "boolean"},
		"individual[first_name]":   {kind: "string", most: 100},
		"individual[last_name]":    {kind: "string", most: 100},
		"individual[email]":        stripeText,
		"individual[phone]":        stripeText,
		"individual[ssn_last_4]":   {kind: "string", most: 4},
		"individual[id_number]":    stripeText,
		"individual[dob][day]":     {kind: "integer"},
		"individual[dob][month]":   {kind: "integer"},
		"individual[dob][year]":    {kind: "integer"},
		"tos_acceptance[date]":     {kind: "integer"},
		"tos_acceptance[ip]":       stripeText,
	}
	for _, who := range []string{"company", "individual"} {
		for _, part := range []string{"line1", "line2", "city", "state", "postal_code", "country"} {
			all[who+"[address]["+part+"]"] = stripeKind{kind: "string", most: 200}
		}
	}
	for _, capability := range []string{"card_payments", "transfers"} {
		all["capabilities["+capability+"][requested]"] = stripeKind{kind: "boolean"}
	}
	return all
}

var (
	stripeMetadata = regexp.MustCompile(`^metadata\[([^\[\]]{1,40})\]$`)
	stripeVersion  = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$`)
	stripeNumber   = regexp.MustCompile(`^-?\d+$`)
)

// fakeStripe is written from the pages that templates/providers/examples/stripe/FACTS.md names. Accounts there need
// not be unique in anything.
func fakeStripe() *fakeProvider {
	f := newFakeProvider()
	requests := 0
	refuse := func(w http.ResponseWriter, status int, wrong object) {
		reply(w, status, "application/json", object{"error": wrong})
	}
	invalid := func(code, param, message string) object {
		wrong := object{"type": "invalid_request_error", "message": message}
		if code != "" {
			wrong["code"] = code
		}
		if param != "" {
			wrong["param"] = param
		}
		return wrong
	}
	allowed := func(w http.ResponseWriter, r *http.Request) bool {
		requests++
		w.Header().Set("Request-Id", "req_"+string(rune('a'+requests%26)))
		token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if user, _, basic := r.BasicAuth(); basic {
			token, bearer = user, true
		}
		if version := r.Header.Get("Stripe-Version"); version != "" && !stripeVersion.MatchString(version) {
			refuse(w, 400, invalid("", "", "Invalid Stripe API version: "+version))
			return false
		}
		if !bearer || token != stripeKey {
			refuse(w, 401, invalid("", "", "Invalid API Key provided"))
		}
		return bearer && token == stripeKey
	}
	var accounts []object
	f.handle("POST /v1/accounts", "creates", func(w http.ResponseWriter, r *http.Request) {
		if !allowed(w, r) {
			return
		}
		raw, _ := io.ReadAll(r.Body)
		form, err := url.ParseQuery(string(raw))
		key := r.Header.Get("Idempotency-Key")
		switch before, again := f.kept[key]; {
		case mediaType(r) != "application/x-www-form-urlencoded" || err != nil:
			refuse(w, 400, invalid("", "",
				"Invalid request (check that your POST content type is application/x-www-form-urlencoded)."))
			return
		case len(key) > 255:
			refuse(w, 400, invalid("", "", "Idempotency-Key is too long"))
			return
		case key != "" && again && before.asked != string(raw):
			refuse(w, 400, object{"type": "idempotency_error", "message": "Keys for idempotent requests " +
				"can only be used with the same parameters they were first used with."})
			return
		case key != "" && again:
			f.counts["replays"]++
			w.Header().Set("Idempotent-Replayed", "true")
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(before.status)
			_, _ = w.Write(before.body)
			return
		}
		if wrong := stripeProblem(form, invalid); wrong != nil {
			refuse(w, 400, wrong)
			return
		}
		answer := keptAnswer{asked: string(raw), status: 200}
		if answer.status = f.failing(); answer.status != 0 {
			answer.body, _ = json.Marshal(object{"error": object{"type": "api_error",
				"message": "An unknown error occurred"}})
		} else {
			f.counts["customers"]++
			if form.Get("capabilities[transfers][requested]") == "true" {
				f.counts["capable"]++
			}
			account := stripeAccount(form)
			account["id"] = f.id("acct_1NvMadeUp%06d")
			accounts = append(accounts, account)
			answer.status = 200
			answer.body, _ = json.Marshal(account)
		}
		if key != "" {
			f.kept[key] = answer
		}
		f.answered()
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(answer.status)
		_, _ = w.Write(answer.body)
	})
	f.handle("GET /v1/accounts/{id}", "look-ups", func(w http.ResponseWriter, r *http.Request) {
		if !allowed(w, r) {
			return
		}
		for _, a := range accounts {
			if a["id"] == r.PathValue("id") {
				reply(w, 200, "application/json", a)
				return
			}
		}
		refuse(w, 403, invalid("account_invalid", "",
			"The provided key does not have access to account "+r.PathValue("id")))
	})
	f.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, 404, invalid("", "", "Unrecognized request URL ("+r.Method+": "+r.URL.Path+")."))
	})
	return f
}

// stripeProblem is the first problem of the parameters; nil for none.
func stripeProblem(form url.Values, invalid func(code, param, message string) object) object {
	known := stripeParameters()
	for _, name := range slices.Sorted(maps.Keys(form)) {
		value := form.Get(name)
		kind, ok := known[name]
		if stripeMetadata.MatchString(name) {
			kind, ok = stripeKind{kind: "string", most: 500}, true
		}
		switch {
		case !ok:
			return invalid("parameter_unknown", name, "Received unknown parameter: "+name)
		case len(form[name]) > 1:
			return invalid("", name, "Invalid string: "+name)
		case value == "":
			return invalid("parameter_invalid_empty", name, "You passed an empty string for '"+name+"'.")
		case kind.kind == "string" && len([]rune(value)) > kind.most:
			return invalid("parameter_invalid_string", name, "Invalid string: must be shorter")
		case kind.kind == "integer" && !stripeNumber.MatchString(value):
			return invalid("parameter_invalid_integer", name, "Invalid integer: "+value)
		case kind.kind == "boolean" && value != "true" && value != "false":
			return invalid("", name, "Invalid boolean: "+value)
		case kind.kind == "enum" && !slices.Contains(kind.values, value):
			return invalid("", name, "Invalid "+name+": must be one of "+strings.Join(kind.values, ", "))
		}
	}
	email, country := form.Get("email"), form.Get("country")
	controller := slices.ContainsFunc(slices.Collect(maps.Keys(form)), func(name string) bool {
		return strings.HasPrefix(name, "controller[")
	})
	switch {
	case email != "" && !strings.Contains(email, "@"):
		return invalid("email_invalid", "email", "Invalid email address: it is not one")
	case country != "" && !slices.Contains([]string{"US", "GB", "FR", "DE"}, country):
		return invalid("country_unsupported", "country", "Country '"+country+"' is unknown.")
	case controller && form.Has("type"):
		return invalid("", "type", "You may not provide the `type` and `controller` parameters together.")
	case form.Get("controller[stripe_dashboard][type]") == "none" && !form.Has("capabilities[transfers][requested]"):
		return invalid("", "capabilities", "You must request a capability.")
	}
	return nil
}

// stripeAccount is the account for those parameters, as an answer has it.
func stripeAccount(form url.Values) object {
	account := object{"object": "account", "created": 1764331200, "charges_enabled": false, "details_submitted": false,
		"metadata": object{}, "payouts_enabled": false}
	known := stripeParameters()
	for name := range form {
		at, path := account, strings.Split(strings.ReplaceAll(name, "]", ""), "[")
		for _, part := range path[:len(path)-1] {
			if at[part] == nil {
				at[part] = object{}
			}
			at = at[part].(object)
		}
		last, value := path[len(path)-1], form.Get(name)
		switch known[name].kind {
		case "integer":
			at[last] = json.Number(value)
		case "boolean":
			at[last] = value == "true"
		default:
			at[last] = value
		}
	}
	if asked, ok := account["capabilities"].(object); ok {
		for name := range asked {
			asked[name] = "inactive" // until Stripe has the information it needs
		}
	}
	for _, secret := range []string{"tax_id", "id_number", "ssn_last_4"} {
		for _, who := range []string{"company", "individual"} {
			if part, ok := account[who].(object); ok && part[secret] != nil {
				delete(part, secret)
				part[secret+"_provided"] = true
			}
		}
	}
	return account
}
