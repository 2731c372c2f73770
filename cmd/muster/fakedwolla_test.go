package main

import (
	"encoding/json"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	dwollaMedia  = "application/vnd.dwolla.v1.hal+json"
	dwollaKey    = "made-up-key"
	dwollaSecret = "made-up-secret"
)

// dwollaMember is what the documents say about a member of a customer.
type dwollaMember struct {
	required bool
	form     *regexp.Regexp
}

var (
	dwollaText  = regexp.MustCompile("^[^<>=\"`!?%~${}\\\\]{1,50}$")
	dwollaAny   = regexp.MustCompile(`^.{1,255}$`)
	dwollaState = regexp.MustCompile(`^[A-Z]{2}$`)
	dwollaZIP   = regexp.MustCompile(`^\d{5}(-\d{4})?$`)
	dwollaDay   = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	dwollaSSN   = regexp.MustCompile(`^(\d{4}|\d{9}|\d{3}-\d{2}-\d{4})$`)
	dwollaUUID  = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
)

func dwollaMembers(kind string, business bool) map[string]dwollaMember {
	all := map[string]dwollaMember{
		"firstName": {true, dwollaText}, "lastName": {true, dwollaText},
		"email":         {true, regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)},
		"type":          {true, dwollaAny},
		"ipAddress":     {false, regexp.MustCompile(`^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}$`)},
		"phone":         {false, regexp.MustCompile(`^\d{10}$`)},
		"correlationId": {false, regexp.MustCompile(`^[A-Za-z0-9._-]{1,255}$`)},
	}
	if kind != "personal" {
		all["businessName"] = dwollaMember{kind == "business", dwollaAny}
	}
	if kind != "personal" && kind != "business" {
		return all
	}
	maps.Copy(all, map[string]dwollaMember{"address1": {true, dwollaText}, "address2": {false, dwollaText},
		"city": {true, dwollaText}, "state": {true, dwollaState}, "postalCode": {true, dwollaZIP}})
	if kind == "personal" {
		all["dateOfBirth"], all["ssn"] = dwollaMember{true, dwollaDay}, dwollaMember{true, dwollaSSN}
		return all
	}
	maps.Copy(all, map[string]dwollaMember{
		"businessType":           {true, regexp.MustCompile(`^(llc|corporation|partnership|soleProprietorship)$`)},
		"businessClassification": {true, dwollaUUID}, "doingBusinessAs": {false, dwollaAny},
		"website": {false, regexp.MustCompile(`^https?://`)},
		"ein":     {business, regexp.MustCompile(`^\d{2}-\d{7}$`)}})
	if business {
		all["controller"] = dwollaMember{true, nil}
	} else {
		all["dateOfBirth"], all["ssn"] = dwollaMember{true, dwollaDay}, dwollaMember{true, dwollaSSN}
	}
	return all
}

var dwollaController = map[string]dwollaMember{"firstName": {true, dwollaText}, "lastName": {true, dwollaText},
	"title": {true, dwollaText}, "dateOfBirth": {true, dwollaDay}, "ssn": {true, dwollaSSN}, "address": {true, nil}}

var dwollaAddress = map[string]dwollaMember{"address1": {true, dwollaText}, "address2": {false, dwollaText},
	"address3": {false, dwollaText}, "city": {true, dwollaText}, "postalCode": {false, dwollaAny},
	"country": {true, regexp.MustCompile(`^[A-Z]{2}$`)}, "stateProvinceRegion": {true, dwollaAny}}

// fakeDwolla is written from the pages and the OpenAPI file that
// templates/providers/examples/dwolla/FACTS.md names.
func fakeDwolla() *fakeProvider {
	f := newFakeProvider()
	var customers []object
	tokens := map[string]bool{}
	f.handle("POST /token", "tokens", func(w http.ResponseWriter, r *http.Request) {
		user, password, ok := r.BasicAuth()
		if !ok || user != dwollaKey || password != dwollaSecret {
			reply(w, 401, "application/json", object{"error": "invalid_client"})
			return
		}
		body, _ := io.ReadAll(r.Body)
		if mediaType(r) != "application/x-www-form-urlencoded" || string(body) != "grant_type=client_credentials" {
			reply(w, 400, "application/json", object{"error": "invalid_request"})
			return
		}
		token := f.id("token-%d")
		tokens[token] = true
		reply(w, 200, "application/json", object{"access_token": token, "token_type": "Bearer", "expires_in": 3600})
	})
	refuse := func(w http.ResponseWriter, status int, code, message string) {
		reply(w, status, dwollaMedia, object{"code": code, "message": message})
	}
	allowed := func(w http.ResponseWriter, r *http.Request) bool {
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		switch {
		case r.Header.Get("Accept") != dwollaMedia:
			refuse(w, 406, "InvalidVersion", "Missing or invalid API version.")
		case !ok:
			refuse(w, 401, "InvalidCredentials", "Missing or invalid Authorization header.")
		case !tokens[token]:
			refuse(w, 401, "InvalidAccessToken", "Invalid access token.")
		default:
			return true
		}
		return false
	}
	f.handle("POST /customers", "creates", func(w http.ResponseWriter, r *http.Request) {
		if !allowed(w, r) {
			return
		}
		if m := mediaType(r); m != "application/json" && m != dwollaMedia {
			refuse(w, 400, "BadRequest", "The request body contains bad syntax or is incomplete.")
			return
		}
		body, _ := io.ReadAll(r.Body)
		key := r.Header.Get("Idempotency-Key")
		if before, ok := f.kept[key]; ok && key != "" && before.asked == string(body) {
			f.counts["replays"]++
			if before.status != http.StatusCreated { // a key whose request failed is locked for a day
				refuse(w, 409, "Conflict", "The request conflicts with another one.")
				return
			}
			w.Header().Set("Location", before.location)
			w.WriteHeader(before.status)
			return
		}
		if status := f.failing(); status != 0 {
			f.kept[key] = keptAnswer{asked: string(body), status: status}
			refuse(w, status, "ServerError", "A server error occurred. Error ID: 1.")
			return
		}
		var c object
		if err := json.Unmarshal(body, &c); err != nil {
			refuse(w, 400, "BadRequest", "The request body contains bad syntax or is incomplete.")
			return
		}
		found := dwollaProblems(c)
		email, _ := c["email"].(string)
		for _, other := range customers {
			if email != "" && strings.EqualFold(other["email"].(string), email) {
				f.counts["duplicates"]++
				found = append(found, object{"code": "Duplicate", "path": "/email",
					"message": "A customer with the specified email already exists.",
					"_links": object{"about": object{"href": f.base + "/customers/" + other["id"].(string),
						"type": dwollaMedia, "resource-type": "customer"}}})
			}
		}
		if len(found) > 0 {
			dwollaInvalid(w, found)
			return
		}
		f.counts["customers"]++
		c["id"] = f.id("fc451a7a-ae30-4404-ab95-%012d")
		c["created"], c["status"] = time.Now().UTC().Format(time.RFC3339Nano), "unverified"
		delete(c, "ssn")
		customers = append(customers, c)
		location := f.base + "/customers/" + c["id"].(string)
		f.kept[key] = keptAnswer{asked: string(body), location: location, status: http.StatusCreated}
		f.answered()
		w.Header().Set("Location", location)
		w.WriteHeader(http.StatusCreated)
	})
	f.handle("GET /customers", "look-ups", func(w http.ResponseWriter, r *http.Request) {
		if !allowed(w, r) {
			return
		}
		query, err := url.ParseQuery(r.URL.RawQuery)
		for name := range query {
			if err != nil || !slices.Contains([]string{"email", "search", "status", "limit", "offset"}, name) {
				refuse(w, 400, "BadRequest", "unknown parameter "+name)
				return
			}
		}
		found := []object{}
		for _, c := range customers {
			if email := query.Get("email"); email == "" || c["email"] == email {
				found = append(found, c)
			}
		}
		reply(w, 200, dwollaMedia, object{"_links": object{}, "_embedded": object{"customers": found},
			"total": len(found)})
	})
	f.handle("GET /customers/{id}", "look-ups", func(w http.ResponseWriter, r *http.Request) {
		if !allowed(w, r) {
			return
		}
		for _, c := range customers {
			if c["id"] == r.PathValue("id") {
				reply(w, 200, dwollaMedia, c)
				return
			}
		}
		refuse(w, 404, "NotFound", "The requested resource was not found.")
	})
	return f
}

func mediaType(r *http.Request) string {
	m, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return m
}

func dwollaInvalid(w http.ResponseWriter, found []object) {
	reply(w, 400, dwollaMedia, object{"code": "ValidationError",
		"message":   "Validation error(s) present. See embedded errors list for more details.",
		"_embedded": object{"errors": found}})
}

// dwollaProblems are the embedded errors for an invalid customer.
func dwollaProblems(c object) []object {
	kind, _ := c["type"].(string)
	if !slices.Contains([]string{"receive-only", "unverified", "personal", "business"}, kind) {
		return []object{{"code": "Invalid", "message": "Type invalid.", "path": "/type"}}
	}
	members := dwollaMembers(kind, c["businessType"] != "soleProprietorship")
	found := dwollaObject(c, members, "")
	if controller, ok := c["controller"].(object); ok {
		found = append(found, dwollaObject(controller, dwollaController, "/controller")...)
		if address, ok := controller["address"].(object); ok {
			found = append(found, dwollaObject(address, dwollaAddress, "/controller/address")...)
		}
	}
	return found
}

func dwollaObject(c object, members map[string]dwollaMember, at string) (found []object) {
	say := func(code, name, message string) {
		found = append(found, object{"code": code, "message": message, "path": at + "/" + name, "_links": object{}})
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if members[name].required && (c[name] == nil || c[name] == "") {
			say("Required", name, name+" required.")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c)) {
		m, known := members[name]
		text, isText := c[name].(string)
		_, isObject := c[name].(object)
		switch {
		case !known:
			say("Invalid", name, name+" is not a parameter of this type of customer.")
		case m.form == nil && !isObject, m.form != nil && (!isText || !utf8.ValidString(text)):
			say("Invalid", name, name+" invalid.")
		case m.form != nil && text != "" && !m.form.MatchString(text):
			say("InvalidFormat", name, name+" invalid.")
		}
	}
	return found
}
