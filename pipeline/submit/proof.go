package submit

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"muster/pipeline"
)

// doubt is why an answer that the definition reads as a creation does not prove one (promise 5); nil when it does.
// Other differences between the record and the row do not matter: providers drop accents and reformat telephone
// numbers.
func (c *Client) doubt(by *pipeline.Record, a *answer, doc any, in *pipeline.Intent) *pipeline.Message {
	record, _ := by.Body.Get(doc)
	switch {
	case a.status == http.StatusAccepted:
		return pipeline.Say("proof.accepted", "status", a.status)
	case saysFailure(doc) || saysFailure(record):
		return pipeline.Say("proof.says_failure", "status", a.status)
	}
	if key := c.otherKey(by, doc, in); key != nil {
		return pipeline.Say("proof.other_key", "status", a.status, "key", key.Label)
	}
	return nil
}

// saysFailure reports whether a body or its record has a member that reports a failure: success that is false, an
// error or errors that are not empty, the HTTP status of an error, or the word error as the status.
func saysFailure(doc any) bool {
	members, ok := doc.(map[string]any)
	if !ok {
		return false
	}
	for name, v := range members {
		switch plainName(name) {
		case "success", "successful", "succeeded", "issuccess", "ok":
			if v != nil && !holdsSomething(v) {
				return true
			}
		case "error", "errors", "iserror", "haserror", "haserrors":
			if holdsSomething(v) {
				return true
			}
		case "status", "statuscode", "httpstatus", "httpcode", "httpstatuscode", "result":
			if isFailing(v) {
				return true
			}
		}
	}
	return false
}

// provesNothing reports whether an answer without a record that was asked for says that it failed, or that there is
// more than this page.
func provesNothing(doc any) bool {
	members, _ := doc.(map[string]any)
	if saysFailure(doc) || saysMore(members) {
		return true
	}
	for name, v := range members {
		switch plainName(name) {
		case "meta", "metadata", "pagination", "paging", "page", "pageinfo", "links":
			if within, _ := v.(map[string]any); saysMore(within) {
				return true
			}
		}
	}
	return false
}

// saysMore reports whether one of the members says that a list goes on.
func saysMore(members map[string]any) bool {
	for name, v := range members {
		switch plainName(name) {
		case "hasmore", "hasnext", "hasnextpage", "more", "next", "nextpage", "nextcursor", "nexttoken",
			"nextpagetoken", "nextpageurl":
			if holdsSomething(v) {
				return true
			}
		}
	}
	return false
}

// plainName is the name of a member in small letters, without what separates its words. Most names cost no allocation.
func plainName(name string) string { return strings.ToLower(strings.Map(withoutSeparator, name)) }

// withoutSeparator drops what separates the words of a member's name.
func withoutSeparator(r rune) rune {
	if r == '_' || r == '-' {
		return -1
	}
	return r
}

// isFailing tells a status of HTTP from 400 on, as a number or a text, and the words that JSend and others have.
func isFailing(v any) bool {
	var text string
	switch v := v.(type) {
	case json.Number:
		text = v.String()
	case string:
		text = strings.ToLower(strings.TrimSpace(v))
	}
	if text == "error" || text == "fail" || text == "failure" {
		return true
	}
	status, err := strconv.Atoi(text)
	return err == nil && status >= 400 && status <= 599
}

// holdsSomething is false for null, false, empty values, and lists or objects that contain nothing else; false and 0
// may be written as text.
func holdsSomething(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case json.Number:
		return v != "0"
	case string:
		switch strings.ToLower(strings.TrimSpace(v)) {
		case "", "false", "0", "null", "none":
			return false
		}
	case []any:
		return slices.ContainsFunc(v, holdsSomething)
	case map[string]any:
		for _, member := range v {
			if holdsSomething(member) {
				return true
			}
		}
		return false
	}
	return true
}

// otherKey is a key that the record repeats with another value than was sent; nil when there is none.
func (c *Client) otherKey(by *pipeline.Record, doc any, in *pipeline.Intent) *pipeline.Key {
	for _, k := range in.Keys {
		key := &c.provider.Keys[k.Key]
		if key.Field == "" || strings.Contains(key.Field, "[]") {
			continue
		}
		theirs, there := recordValue(doc, by, key.Field)
		if same, says := CompareKey(theirs, k, key.Normalise); there && says && !same {
			return key
		}
	}
	return nil
}

// CompareKey reports whether a record's key may be the one that was sent, in another spelling; says is false for an
// empty or masked value, which proves nothing.
func CompareKey(theirs string, ours pipeline.KeyValue, steps []pipeline.Normaliser) (same, says bool) {
	theirs = pipeline.Trim(theirs)
	if theirs == "" || strings.ContainsAny(theirs, "*•●…#") || strings.Contains(theirs, "..") ||
		strings.Contains(strings.ToLower(theirs), "xx") {
		return false, false
	}
	normal := pipeline.Normalise(steps, theirs)
	if normal == ours.Normalised || normal != theirs && withCheckDigit(normal, ours.Normalised) {
		return true, true
	}
	a, b := bare(theirs), bare(ours.Value)
	switch {
	case a == "":
		return false, false
	case strings.TrimLeft(a, "0") == strings.TrimLeft(b, "0"), withCheckDigit(a, b):
		return true, true
	case strings.HasPrefix(b, a) || strings.HasSuffix(b, a): // shortened
		return false, false
	}
	return false, true
}

// withCheckDigit reports whether a is the number b followed by a check digit, as tax numbers have.
func withCheckDigit(a, b string) bool {
	return b != "" && strings.HasPrefix(a, b) && len(a)-len(b) <= 2 && allDigits(a)
}

// bare is the letters and digits of a text, in lower case.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}
