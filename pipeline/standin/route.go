package standin

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"muster/pipeline"
)

// routes are the definition's calls as paths to match.
type routes struct {
	create  route
	login   *route
	await   *route  // asks about an accepted create
	lookUps []route // those with fewer variables in the path first
}

// route is one call. The variables of its template are {id} and {key}.
type route struct {
	method   string
	literal  string     // the whole path, when it has no variable
	segments []template // otherwise
	query    []param
	variable int // how many variables the path has
	lookUp   *lookUpPlan
}

// param is one part of a look-up's query.
type param struct {
	name  string
	value template
}

// template is text around at most one variable (RFC 6570, level 1). wild is a variable for which any value is
// accepted: a setting, a field, the time.
type template struct {
	before, after  string
	variable, wild bool
}

// found is what a request leads to.
type found struct {
	target Target // targetNone: nothing
	allow  string // the method of the path, if the path is known but the method is wrong
	lookUp *lookUpPlan
	asks   bool   // about an accepted create
	value  string // of the look-up's {id} or {key}
}

func newRoutes(p *pipeline.Provider) (routes, error) {
	var all routes
	var err error
	if all.create, err = newRoute(p.Create); err != nil {
		return routes{}, inCall("create", err)
	}
	if all.create.variable > 0 {
		return routes{}, pipeline.Fail("standin.variable_path", "call", "create", "path", p.Create.Path)
	}
	if p.Auth.Exchange != nil {
		login, err := newRoute(p.Auth.Exchange.Call)
		if err != nil {
			return routes{}, inCall("auth exchange", err)
		}
		if login.variable > 0 {
			return routes{}, pipeline.Fail("standin.variable_path", "call", "auth exchange",
				"path", p.Auth.Exchange.Call.Path)
		}
		all.login = &login
	}
	if p.Await != nil {
		await, err := newRoute(askedAt(p))
		if err != nil {
			return routes{}, inCall("await", err)
		}
		all.await = &await
	}
	for i := range p.LookUps {
		l, err := newRoute(p.LookUps[i].Call)
		if err != nil {
			return routes{}, inCall("look-up "+p.LookUps[i].Name, err)
		}
		if l.lookUp, err = newLookUpPlan(p, &p.LookUps[i]); err != nil {
			return routes{}, inCall("look-up "+p.LookUps[i].Name, err)
		}
		queried := slices.ContainsFunc(l.query, func(q param) bool { return q.value.variable })
		if l.variable == 0 && !queried {
			return routes{}, pipeline.Fail("standin.no_variable", "call", "look-up "+p.LookUps[i].Name)
		}
		all.lookUps = append(all.lookUps, l)
	}
	// /customers/search takes precedence over /customers/{id}, whatever their order.
	slices.SortStableFunc(all.lookUps, func(a, b route) int { return a.variable - b.variable })
	return all, nil
}

func newRoute(c pipeline.Call) (route, error) {
	if c.Method == "" || !strings.HasPrefix(c.Path, "/") {
		return route{}, pipeline.Fail("standin.call", "method", c.Method, "path", c.Path)
	}
	r, literal := route{method: c.Method}, true
	for _, s := range strings.Split(c.Path, "/") {
		t, err := newTemplate(s)
		if err != nil {
			return route{}, err
		}
		if t.variable {
			r.variable++
		}
		literal = literal && !t.variable && !t.wild
		r.segments = append(r.segments, t)
	}
	if literal {
		r.literal, r.segments = c.Path, nil
	}
	for _, q := range c.Query {
		t, err := newTemplate(q.Value)
		if err != nil {
			return route{}, err
		}
		r.query = append(r.query, param{name: q.Name, value: t})
	}
	return r, nil
}

func newTemplate(s string) (template, error) {
	before, rest, ok := strings.Cut(s, "{")
	if !ok {
		return template{before: s}, nil
	}
	name, after, ok := strings.Cut(rest, "}")
	if !ok || strings.ContainsAny(after, "{}") {
		return template{}, pipeline.Fail("standin.template", "text", s)
	}
	asked := name == pipeline.VariableID || name == pipeline.VariableKey
	return template{before: before, after: after, variable: asked, wild: !asked}, nil
}

// match returns the variable's value; "" and true if a fixed text is equal.
func (t template) match(s string) (string, bool) {
	if !t.variable && !t.wild {
		return "", s == t.before
	}
	s, ok := strings.CutPrefix(s, t.before)
	if !ok {
		return "", false
	}
	s, ok = strings.CutSuffix(s, t.after)
	if t.wild {
		return "", ok && s != ""
	}
	return s, ok && s != ""
}

func (all *routes) find(r *http.Request) found {
	var allow []string
	if all.create.leadsTo(r.URL) {
		if r.Method == all.create.method {
			return found{target: OnCreate}
		}
		allow = append(allow, all.create.method)
	}
	if all.login != nil && all.login.leadsTo(r.URL) {
		if r.Method == all.login.method {
			return found{target: OnLogin}
		}
		allow = append(allow, all.login.method)
	}
	var query url.Values
	if all.await != nil && r.Method == all.await.method {
		if value, ok := all.await.path(r.URL); ok {
			if asked, _, ok := all.await.asks(r.URL.Query()); ok {
				return found{target: OnLookUp, asks: true, value: cmp.Or(asked, value)}
			}
		}
	}
	var loose *found // a look-up whose fixed query parts do not match
	unasked := false
	for i := range all.lookUps {
		l := &all.lookUps[i]
		value, ok := l.path(r.URL)
		if !ok {
			continue
		}
		if r.Method != l.method {
			if !slices.Contains(allow, l.method) {
				allow = append(allow, l.method)
			}
			continue
		}
		if len(l.query) > 0 && query == nil {
			query = r.URL.Query()
		}
		asked, exact, ok := l.asks(query)
		if !ok {
			unasked = true
			continue
		}
		if asked != "" {
			value = asked
		}
		to := found{target: OnLookUp, lookUp: l.lookUp, value: value}
		if exact {
			return to
		}
		if loose == nil {
			loose = &to
		}
	}
	if loose != nil {
		return *loose
	}
	if unasked {
		return found{target: OnLookUp}
	}
	return found{target: targetNone, allow: strings.Join(allow, ", ")}
}

// headTarget returns the target of a HEAD request to the path of a call with another method. A server that is down for
// maintenance answers such a request like the call.
func (all *routes) headTarget(r *http.Request) Target {
	if r.Method == http.MethodHead && all.create.leadsTo(r.URL) {
		return OnCreate
	}
	return targetNone
}

// leadsTo reports whether a path belongs to the route.
func (l *route) leadsTo(u *url.URL) bool {
	_, ok := l.path(u)
	return ok
}

// path matches segment by segment before any decoding, so that an encoded
// slash belongs to the value.
func (l *route) path(u *url.URL) (string, bool) {
	if l.literal != "" {
		return "", u.Path == l.literal
	}
	var value string
	rest := u.EscapedPath()
	for i, t := range l.segments {
		segment, tail, more := strings.Cut(rest, "/")
		if more == (i == len(l.segments)-1) {
			return "", false
		}
		rest = tail
		segment, err := url.PathUnescape(segment)
		if err != nil {
			return "", false
		}
		v, ok := t.match(segment)
		if !ok {
			return "", false
		}
		if v != "" {
			value = v
		}
	}
	return value, true
}

// asks matches the query. The part with the variable must be present. Other parts (such as the page size) may differ,
// but a match is exact only if all of them are equal, and exact matches take precedence.
func (l *route) asks(query url.Values) (value string, exact, ok bool) {
	exact = true
	for _, q := range l.query {
		got, there := query[q.name]
		if !there {
			got = []string{""}
		}
		v, met := q.value.match(got[0])
		switch {
		case met && v != "":
			value = v
		case !met && (q.value.variable || q.value.wild):
			return "", false, false
		case !met:
			exact = false
		}
	}
	return value, exact, true
}

// inCall puts the name of the definition's call before the error.
func inCall(call string, err error) error {
	return pipeline.Fail("standin.in_call", "call", call, "cause", err)
}
