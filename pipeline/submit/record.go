package submit

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"muster/pipeline"
)

// longestID is the most bytes that an ID may have.
const longestID = 256

// recordID is the customer's ID in a record; "" when there is none, or no valid one.
func recordID(doc any, r *pipeline.Record) string {
	return validID(pipeline.FirstText(doc, r.ID))
}

// headerID is the ID that a create's answer has in a header: alone, or at the end of the customer's address. Where the
// end does not have the form of an ID, it is the one part of that address that has it.
func (c *Client) headerID(name string, a *answer) string {
	if name == "" {
		return ""
	}
	text := a.header.Get(name)
	address := strings.Contains(text, "/")
	id := c.idOf(text, address)
	if !address || c.provider.Record.IDPattern == nil || id != "" && c.provider.Record.FitsID(id) {
		return id
	}
	return cmp.Or(c.idWithin(text), id)
}

// idWithin is the only part of an address, between slashes or a value of its query, that has the form of an ID; ""
// when there is none, or more than one.
func (c *Client) idWithin(text string) (id string) {
	at, _ := c.addressOf(text)
	if at == nil {
		return ""
	}
	parts := strings.Split(at.Path, "/")
	for _, values := range at.Query() {
		parts = append(parts, values...)
	}
	for _, part := range parts {
		switch part = validID(part); {
		case part == "" || part == id || !c.provider.Record.FitsID(part):
		case id != "":
			return ""
		default:
			id = part
		}
	}
	return id
}

// isAddress reports whether a text is the address of a record and not its ID.
func isAddress(text string) bool {
	return strings.HasPrefix(text, "/") || strings.Contains(text, "://")
}

// addressOf resolves the address in a text against the base URL; nil for one on another scheme, host or port than the
// base URL's: our token is not meant for it, and nothing says whose customers are there.
func (c *Client) addressOf(text string) (at, base *url.URL) {
	base, err := url.Parse(c.baseURL + "/")
	if err != nil {
		return nil, nil
	}
	at, err = base.Parse(text)
	if err != nil || !strings.EqualFold(at.Scheme, base.Scheme) || origin(at) != origin(base) || at.User != nil {
		return nil, nil
	}
	return at, base
}

// idOf is the ID in a text that is an ID, or the address of a record on the base URL's host.
func (c *Client) idOf(text string, address bool) string {
	if !address {
		return validID(text)
	}
	at, base := c.addressOf(text)
	if at == nil || at.RawQuery != "" {
		return ""
	}
	path := strings.TrimRight(at.EscapedPath(), "/")
	if path == strings.TrimRight(base.EscapedPath()+strings.TrimPrefix(c.provider.Create.Path, "/"), "/") {
		return "" // the address of all customers
	}
	id, err := url.PathUnescape(path[strings.LastIndexByte(path, '/')+1:])
	if err != nil {
		return ""
	}
	return validID(id)
}

// origin is the host and port of an address.
func origin(u *url.URL) string {
	port := u.Port()
	switch {
	case port != "":
	case strings.EqualFold(u.Scheme, "https"):
		port = "443"
	case strings.EqualFold(u.Scheme, "http"):
		port = "80"
	}
	return strings.ToLower(u.Hostname()) + ":" + port
}

func validID(id string) string {
	if id != pipeline.Trim(id) || len(id) > longestID || strings.ContainsFunc(id, unicode.IsControl) || isNoID(id) {
		return ""
	}
	return id
}

// isNoID tells what programs write where they have no ID: a word for nothing, and a number or a UUID of zeros.
func isNoID(id string) bool {
	switch strings.ToLower(id) {
	case "null", "nil", "none", "undefined", "nan", "n/a", "true", "false":
		return true
	}
	return strings.Trim(id, "0-{}") == ""
}

// createdAt leaves a timestamp unredacted, although a birth date may be part of it: it is compared with the time of
// the intent.
func createdAt(text string, hide *redactor) string {
	if _, err := time.Parse(time.RFC3339, text); err == nil {
		return text
	}
	return hide.text(text, maxCode)
}

// relatedIDs are the IDs of a customer's parts, named by their places in the record.
func relatedIDs(doc any, r *pipeline.Record) []pipeline.RelatedID {
	var ids []pipeline.RelatedID
	for _, part := range r.Related {
		v, _ := part.At.Get(doc)
		items, _ := v.([]any)
		for i, item := range items {
			text, _ := part.ID.Text(item)
			if id := validID(text); id != "" {
				ids = append(ids, pipeline.RelatedID{Name: part.Name + "[" + strconv.Itoa(i) + "]", ID: id})
			}
		}
	}
	return ids
}

// recordValue is the value of a field in a record, as the provider spells it.
func recordValue(doc any, r *pipeline.Record, path string) (string, bool) {
	at := pipeline.PathPointer(path)
	for _, renamed := range r.Renamed {
		if renamed.Field == path {
			at = renamed.At
		}
	}
	return (r.Body + at).Text(doc)
}

// recordValues are the fields by which a caller can tell whether the record is the row's customer: those of
// Provider.Same, and the keys.
func recordValues(doc any, r *pipeline.Record, p *pipeline.Provider) map[string]string {
	values := map[string]string{}
	add := func(path string) {
		if path == "" || strings.Contains(path, "[]") {
			return
		}
		if v, ok := recordValue(doc, r, path); ok {
			values[path] = v
		}
	}
	for _, s := range p.Same {
		add(s.Field)
	}
	for _, k := range p.Keys {
		add(k.Field)
	}
	return values
}
