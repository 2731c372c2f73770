package templates

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/theory/jsonpath"

	"muster/pipeline"
)

// compile converts what was read to a Provider; b is the compiled schema, against which all named fields are checked,
// base the base of an overlay, nil for none.
func (y *yamlDefinition) compile(b *body, base *pipeline.Provider) (*pipeline.Provider, error) {
	r := &reader{}
	p := &pipeline.Provider{
		Base:              base,
		Name:              r.must(y.Name, 1, "name"),
		Title:             r.must(y.Title, 1, "title"),
		Docs:              y.Docs.s,
		Example:           r.truth(y.Example),
		Fields:            b.fields,
		Fixed:             b.fixed,
		ShapeAt:           y.Shape.plain(),
		Create:            y.Create.call(r, "create"),
		IdempotencyHeader: y.Create.IdempotencyHeader.s,
		Encoding:          r.encoding(y.Create.Encoding),
		ListNames:         r.listNames(y.Create.ListNames, y.Create.Encoding),
		RequestIDHeader:   y.RequestIDHeader.s,
		Timeout:           r.duration(y.Create.Timeout),
	}
	if p.Name != "" && !definitionName.MatchString(p.Name) {
		r.fail(y.Name.line, "definition.name_form", "name", p.Name)
	}
	if p.Timeout <= 0 && y.Create.Timeout.s == "" {
		r.fail(y.Create.Timeout.line, "definition.no_timeout")
	}
	if b.nothing != nil && p.Encoding != pipeline.EncodingJSON {
		r.mistakes = append(r.mistakes, pipeline.Wrong("definition.form_nothing").
			At(pipeline.Place{File: schemaFile, Line: b.nothing.line}))
	}
	for _, n := range y.Notes {
		p.Notes = append(p.Notes, pipeline.Localized(n))
	}
	for i, field := range p.ShapeAt {
		if slices.Contains(p.ShapeAt[:i], field) {
			r.fail(y.Shape[i].line, "definition.shape_field_twice", "field", field)
		}
	}
	if len(p.ShapeAt) > 0 {
		for _, s := range b.shapes {
			p.Shapes, p.ShapeValues = append(p.Shapes, s.name), append(p.ShapeValues, s.values)
		}
	}
	y.environments(r, p)
	y.repeatedPath(r, p)
	r.header(y.Create.IdempotencyHeader, "create.idempotency_header")
	r.header(y.RequestIDHeader, "request_id_header")
	r.header(y.Record.IDHeader, "record.id_header")
	y.auth(r, p)
	names := variablesOf(p)
	names.check(r, y.Create.yamlCall, "create", pipeline.VariableIdempotencyKey)
	if y.Auth.Exchange != nil {
		names.check(r, y.Auth.Exchange.yamlCall, "auth.exchange", "")
	}
	f := fieldChecker{r, p}
	for _, s := range y.Secret {
		if i := f.index(s); i >= 0 {
			p.Fields[i].Secret = true
		}
	}
	f.keys(y.Keys)
	f.keysOfBase(y.Keys)
	for _, s := range y.Same {
		f.index(s.Field)
		if strings.Contains(s.Field.s, "[") {
			r.fail(s.Field.line, "definition.same_in_group", "field", s.Field.s)
		}
		p.Same = append(p.Same, pipeline.Same{Field: s.Field.s, Normalise: r.normalisers(s.Normalise),
			IfThere: r.truth(s.IfThere)})
	}
	if len(p.Same) == 0 {
		r.fail(0, "definition.no_same")
	}
	f.dates(y.Dates)
	for _, group := range y.Display {
		var paths []string
		for _, t := range group {
			f.index(t)
			paths = append(paths, t.s)
		}
		p.Display = append(p.Display, paths)
	}
	y.answers(r, p)
	p.Record = y.Record.compile(f)
	p.Record.IDHeader, p.Record.IDPattern = y.Record.IDHeader.s, r.wholePattern(y.Record.IDPattern)
	if len(p.Record.ID) == 0 && p.Record.IDHeader == "" {
		r.fail(0, "definition.no_record_id")
	}
	y.await(f)
	p.Errors = pipeline.ErrorShape{Code: r.pointers(y.Errors.Code), Message: r.pointers(y.Errors.Message),
		RequestID: r.pointers(y.Errors.RequestID)}
	for _, l := range y.Errors.Problems {
		p.Errors.Problems = append(p.Errors.Problems, pipeline.ProblemList{
			At: r.pointer(l.At), Map: r.truth(l.Map), Field: r.pointer(l.Field), Message: r.pointer(l.Message)})
	}
	y.lookUps(f)
	y.settle(r, p)
	y.standin(f)
	return p, oneOrAll(r.mistakes)
}

func (c yamlCall) call(r *reader, key string) pipeline.Call {
	if all := pipeline.CallMethods(); c.Method.s != "" && !slices.Contains(all, c.Method.s) {
		r.failName(c.Method, all, "definition.method", "key", key+".method", "text", c.Method.s)
	}
	call := pipeline.Call{Method: r.must(c.Method, c.Path.line, key+".method"),
		Path:  r.must(c.Path, c.Method.line, key+".path"),
		Query: c.Query.plain(), Headers: c.Headers.plain()}
	if call.Path != "" && call.Path[0] != '/' {
		m := r.fail(c.Path.line, "definition.path_form", "key", key+".path", "path", call.Path)
		if at, err := url.Parse(call.Path); err == nil && at.Host != "" && at.Path != "" {
			m.Try("definition.try_path", "path", at.Path)
		} else if err == nil && at.Host == "" {
			m.Try("definition.try_name", "name", "/"+call.Path)
		}
	}
	return call
}

// address is a declared host, to which paths are appended, without parts that may be a secret.
func (r *reader) address(t text) string {
	_, err := pipeline.BaseURL(t.s, true)
	wrong, _ := errors.AsType[*pipeline.Mistake](err)
	switch {
	case wrong != nil && wrong.What.Code == "target.base_url_secret":
		r.fail(t.line, "definition.base_url_secret")
	case t.s != "" && !strings.HasPrefix(t.s, "https://"):
		r.fail(t.line, "definition.base_url", "url", t.s)
	case wrong != nil:
		r.fail(t.line, "definition.base_url_form", "url", t.s)
	}
	return strings.TrimRight(t.s, "/")
}

func (y *yamlDefinition) environments(r *reader, p *pipeline.Provider) {
	// sandbox before production, in any order of the map.
	for _, name := range []string{pipeline.EnvSandbox, pipeline.EnvProduction} {
		e, ok := y.Environments[name]
		if !ok {
			continue
		}
		env := pipeline.Environment{Name: name, BaseURL: r.address(e.BaseURL), AuthURL: r.address(e.AuthURL)}
		key := "environments." + name
		if env.AuthURL != "" && y.Auth.Exchange == nil {
			r.fail(e.AuthURL.line, "definition.needs", "key", key+".auth_url", "other", "auth.exchange")
		}
		env.Limit.Concurrency = r.number(e.Concurrency, key+".concurrency")
		if env.Limit.Concurrency == 0 {
			r.fail(e.Concurrency.line, "definition.no_concurrency", "key", key+".concurrency")
		}
		rate, err := pipeline.ParseRate(e.Rate.s)
		switch {
		case e.Rate.s == "":
			r.fail(e.Concurrency.line, "definition.missing", "key", key+".rate")
		case err != nil:
			r.fail(e.Rate.line, "definition.rate", "key", key+".rate", "cause", err)
		}
		env.Limit.Rate = rate
		for _, s := range e.Secrets {
			var names []string
			for _, secret := range y.Auth.Secrets {
				names = append(names, secret.Name.s)
			}
			if !slices.Contains(names, s.Name) {
				r.failName(text{s.Name, s.line}, names, "definition.unknown_secret", "key", key+".secrets", "name", s.Name)
			}
			if form := r.wholePattern(text{s.Value, s.line}); form != nil {
				env.Secrets = append(env.Secrets, pipeline.SecretForm{Name: s.Name, Form: form})
			}
		}
		p.Environments = append(p.Environments, env)
	}
	if len(p.Environments) == 0 {
		r.fail(0, "definition.no_environments")
	}
}

// fieldChecker resolves the names of fields in provider.yaml.
type fieldChecker struct {
	*reader
	p *pipeline.Provider
}

// index is the field's index, or -1 with a mistake.
func (f fieldChecker) index(t text) int {
	for i, field := range f.p.Fields {
		if field.Path == t.s {
			return i
		}
	}
	var paths []string
	for _, field := range f.p.Fields {
		paths = append(paths, field.Path)
	}
	f.failName(t, paths, "definition.unknown_field", "field", t.s, "file", schemaFile)
	return -1
}

func (f fieldChecker) keys(keys []yamlKey) {
	for _, k := range keys {
		key := pipeline.Key{Name: f.must(k.Name, 0, "keys[].name"), Label: pipeline.Localized(k.Label),
			Field: k.Field.s, Path: k.Path.s,
			Normalise: f.normalisers(k.Normalise), Secret: f.truth(k.Secret), Ours: f.truth(k.Ours)}
		if len(key.Label) == 0 {
			key.Label = pipeline.Localized{"": key.Name}
		}
		if hasKey(f.p, key.Name) {
			f.fail(k.Name.line, "definition.key_name_twice", "name", key.Name)
		}
		switch {
		case (key.Field == "") == (key.Path == ""):
			f.fail(k.Name.line, "definition.key_source", "name", key.Name)
		case key.Field != "":
			if i := f.index(k.Field); i >= 0 {
				f.p.Fields[i].Secret = f.p.Fields[i].Secret || key.Secret
			}
			if strings.Contains(key.Field, "[") {
				f.fail(k.Field.line, "definition.key_in_group", "field", key.Field)
			}
		default:
			path, err := jsonpath.Parse(key.Path)
			if err != nil {
				f.fail(k.Path.line, "definition.key_path", "name", key.Name, "cause", jsonpathFault(err))
			} else if i, err := leafOf(path, f.p.Fields); err != nil {
				f.fail(k.Path.line, "definition.key_path", "name", key.Name, "cause", err)
			} else {
				f.p.Fields[i].Secret = f.p.Fields[i].Secret || key.Secret
			}
		}
		f.p.Keys = append(f.p.Keys, key)
	}
	if len(f.p.Keys) == 0 {
		f.fail(0, "definition.no_keys")
	}
}

// keysOfBase refuses an overlay under whose keys customers of its base would look new (promise 4), or the other way
// round.
func (f fieldChecker) keysOfBase(keys []yamlKey) {
	if f.p.Base == nil || slices.EqualFunc(f.p.Keys, f.p.Base.Keys, sameKey) {
		return
	}
	line := 1
	for i, k := range keys {
		if i >= len(f.p.Base.Keys) || !sameKey(f.p.Keys[i], f.p.Base.Keys[i]) {
			line = k.Name.line
			break
		}
	}
	f.fail(line, "definition.keys_of_base", "base", f.p.Base.Name).Try("definition.try_keys_of_base")
}

// sameKey compares keys without their labels.
func sameKey(a, b pipeline.Key) bool {
	return a.Name == b.Name && a.Field == b.Field && a.Path == b.Path && slices.Equal(a.Normalise, b.Normalise) &&
		a.Secret == b.Secret && a.Ours == b.Ours
}

// dates adds the rules about today to date fields.
func (f fieldChecker) dates(all []yamlDate) {
	for _, d := range all {
		i := f.index(d.Field)
		if i < 0 {
			continue
		}
		rule := pipeline.DayRule{BirthWithin: f.number(d.BirthWithin, "dates[].birth_within"),
			MentionUnder: f.number(d.MentionUnder, "dates[].mention_under"), MentionExpired: f.truth(d.MentionExpired)}
		if f.p.Fields[i].Format != "date" || rule == (pipeline.DayRule{}) {
			f.fail(d.Field.line, "definition.date_rule", "field", d.Field.s)
		}
		f.p.Fields[i].Day = rule
	}
}

func (y *yamlDefinition) answers(r *reader, p *pipeline.Provider) {
	created := false
	for _, a := range y.Answers {
		line := a.Verdict.line
		out := pipeline.Answer{Statuses: r.statuses(a.Status), When: fieldChecker{r, p}.condition(a.When, false),
			Verdict: pipeline.Verdict(a.Verdict.s), Found: r.pointer(a.Found), Hint: pipeline.Localized(a.Hint)}
		if all := pipeline.AnswerVerdicts(); !slices.Contains(all, out.Verdict) {
			out.Verdict = pipeline.Verdict(r.failName(text{a.Verdict.s, line}, spelled(all), "definition.verdict",
				"verdict", a.Verdict.s))
		}
		if len(out.Statuses) == 0 {
			r.fail(line, "definition.no_answer_status")
		}
		r.brokenServer(&out, line)
		for _, k := range a.Keys {
			if !hasKey(p, k.s) {
				r.failName(k, keyNames(p), "definition.unknown_key_name", "key", "answers[].keys", "name", k.s)
			}
			out.Keys = append(out.Keys, k.s)
		}
		if out.Verdict != pipeline.VerdictExists && (len(out.Keys) > 0 || out.Found != "") {
			r.fail(line, "definition.no_effect", "key", "answers[].keys, found", "with", "verdict: "+a.Verdict.s)
		}
		created = created || out.Verdict == pipeline.VerdictCreated
		p.Answers = append(p.Answers, out)
	}
	if !created && y.Await == nil {
		r.fail(0, "definition.no_created")
	}
}

func (y yamlRecord) compile(f fieldChecker) pipeline.Record {
	rec := pipeline.Record{ID: f.pointers(y.ID), Status: f.pointers(y.Status), CreatedAt: f.pointers(y.CreatedAt),
		RequestID: f.pointers(y.RequestID), Body: f.pointer(y.Body)}
	for _, n := range y.Renamed {
		f.index(n.Field)
		f.must(n.At, n.Field.line, "record.renamed[].at")
		rec.Renamed = append(rec.Renamed, pipeline.Renamed{Field: n.Field.s, At: f.pointer(n.At)})
	}
	for _, n := range y.Related {
		f.must(n.At, n.Name.line, "record.related[].at")
		rec.Related = append(rec.Related, pipeline.Related{Name: f.must(n.Name, n.At.line, "record.related[].name"),
			At: f.pointer(n.At), ID: f.pointer(n.ID)})
	}
	return rec
}

func (y *yamlDefinition) lookUps(f fieldChecker) {
	for _, l := range y.LookUps {
		out := pipeline.LookUp{Name: f.must(l.Name, l.Path.line, "look_ups[].name"), Key: l.Key.s,
			Call:  l.call(f.reader, "look_ups[]"),
			Found: f.statuses(l.Found), Absent: f.statuses(l.Absent), Items: f.pointer(l.Items),
			Single: f.truth(l.Single), Record: l.Record.compile(f)}
		if len(out.Found) == 0 {
			f.fail(l.Name.line, "definition.no_look_up_found", "name", out.Name)
		}
		if len(out.Record.ID) == 0 {
			f.fail(l.Name.line, "definition.no_look_up_id", "name", out.Name)
		}
		if out.Single && l.Items.s != "" {
			f.fail(l.Items.line, "definition.no_effect", "key", "look_ups[].items", "with", "single: true")
		}
		want := "{key}"
		if out.Key == "" {
			want = "{id}"
		} else if !hasKey(f.p, out.Key) {
			f.failName(l.Key, keyNames(f.p), "definition.unknown_key_name", "key", "look_ups[].key", "name", out.Key)
		}
		variablesOf(f.p).check(f.reader, l.yamlCall, out.Name, strings.Trim(want, "{}"))
		if !strings.Contains(out.Call.Path, want) && !strings.Contains(joined(out.Call.Query), want) {
			f.fail(l.Path.line, "definition.no_look_up_variable", "name", out.Name, "variable", want)
		}
		f.p.LookUps = append(f.p.LookUps, out)
		if out.Key == "" {
			f.sameByID(l.Name.line)
		}
	}
}

// sameByID refuses a look-up by ID where no key of a row is compared with the record: an answer such as "exists
// already" may name the ID of another customer, and people share names. A look-up by a key compares that itself.
func (f fieldChecker) sameByID(line int) {
	var fields []string
	for _, k := range f.p.Keys {
		if k.Field != "" {
			fields = append(fields, k.Field)
		}
	}
	if len(fields) == 0 || slices.ContainsFunc(f.p.Same, func(s pipeline.Same) bool { return slices.Contains(fields, s.Field) }) {
		return
	}
	f.fail(line, "definition.same_key", "fields", fields).Try("definition.try_same_key", "field", fields[0])
}

func hasKey(p *pipeline.Provider, name string) bool { return slices.Contains(keyNames(p), name) }

func keyNames(p *pipeline.Provider) (names []string) {
	for _, k := range p.Keys {
		names = append(names, k.Name)
	}
	return names
}

func joined(pairs []pipeline.Pair) string {
	var b strings.Builder
	for _, p := range pairs {
		b.WriteString(p.Value + "\n")
	}
	return b.String()
}

func (y *yamlDefinition) standin(f fieldChecker) {
	s := pipeline.StandinRules{Status: y.Standin.Status.s, Success: bodyParts(f.reader, y.Standin.Success)}
	y.standinAwait(f, &s)
	for _, id := range y.Standin.IDs {
		form := pipeline.IDForm{When: f.condition(id.When, true), UUID: f.truth(id.UUID), Prefix: id.Prefix.s,
			Length: f.number(id.Length, "standin.ids[].length"), Digits: f.truth(id.Digits)}
		if form.Digits && form.UUID {
			f.fail(id.Digits.line, "definition.no_effect", "key", "standin.ids[].digits", "with", "uuid: true")
		}
		if form.UUID == (form.Length > 0) {
			f.fail(id.Length.line, "definition.standin_id")
		} else {
			f.standinID(cmp.Or(id.Prefix.line, id.Length.line, id.UUID.line), &form, y.Record.IDPattern)
		}
		s.IDs = append(s.IDs, form)
	}
	if len(s.IDs) == 0 {
		f.fail(0, "definition.no_standin_ids")
	}
	answer := func(e yamlStandinError, status int) pipeline.StandinError {
		out := pipeline.StandinError{Status: f.number(e.Status, "standin.status"), Code: e.Code.s, Message: e.Message.s}
		if out.Status == 0 {
			out.Status = status
		}
		return out
	}
	s.Refused = answer(y.Standin.Refused, 400)
	s.Unauthorized = answer(y.Standin.Unauthorized, 401)
	s.NotFound = answer(y.Standin.NotFound, 404)
	f.p.Standin = s
}
