package templates

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"muster/pipeline"
)

// signLabel is the form of a signature's label (RFC 9651, 3.1.2).
var signLabel = regexp.MustCompile(`^[a-z][a-z0-9_.-]*$`)

// variables are all names in braces.
func (s *yamlSign) variables() []string {
	if s == nil {
		return nil
	}
	names := pipeline.Variables(s.Text.s)
	for _, h := range s.Headers {
		names = append(names, pipeline.Variables(h.Value)...)
	}
	if s.Message != nil {
		names = append(names, pipeline.Variables(s.Message.KeyID.s)...)
	}
	return names
}

// sign compiles how calls are signed; secret notes the use of a secret.
func (y *yamlDefinition) sign(r *reader, p *pipeline.Provider, secret func(text, string) string) {
	in := y.Sign
	if in == nil {
		return
	}
	s := &pipeline.Sign{Key: r.must(in.Key, in.Algorithm.line, "sign.key"), Text: in.Text.s, Headers: in.Headers.plain(),
		Algorithm: one(r, in.Algorithm, pipeline.SignAlgorithms(), "sign.algorithm"),
		KeyForm:   one(r, in.KeyEncoding, pipeline.KeyForms(), "sign.key_encoding"),
		Encoding:  cmp.Or(one(r, in.Encoding, pipeline.BinaryEncodings(), "sign.encoding"), pipeline.BinaryHex),
		Time:      cmp.Or(one(r, in.Time, pipeline.TimeForms(), "sign.time"), pipeline.TimeUnix),
		Nonce:     cmp.Or(one(r, in.Nonce, pipeline.NonceForms(), "sign.nonce"), pipeline.NonceHex),
		Digest:    cmp.Or(one(r, in.Digest, pipeline.DigestAlgorithms(), "sign.digest"), pipeline.DigestSHA256),
		DigestAs:  cmp.Or(one(r, in.DigestEncoding, pipeline.BinaryEncodings(), "sign.digest_encoding"), pipeline.BinaryHex)}
	p.Sign = s
	r.must(in.Algorithm, in.Key.line, "sign.algorithm")
	secret(in.Key, "sign.key")
	for _, c := range in.Calls {
		s.Calls = append(s.Calls, one(r, c, pipeline.SignedCalls(), "sign.calls"))
		if c.s == string(pipeline.SignExchange) && y.Auth.Exchange == nil {
			r.fail(c.line, "definition.missing", "key", "auth.exchange")
		}
	}
	if len(s.Calls) == 0 {
		s.Calls = []pipeline.SignedCall{pipeline.SignCreate, pipeline.SignLookUps}
	}
	switch {
	case s.Algorithm.Shared() && s.KeyForm == pipeline.KeyPEM,
		!s.Algorithm.Shared() && s.KeyForm != "" && s.KeyForm != pipeline.KeyPEM:
		r.fail(in.KeyEncoding.line, "definition.sign_key_form", "form", string(s.KeyForm), "algorithm", in.Algorithm.s)
	case s.KeyForm == "" && s.Algorithm.Shared():
		s.KeyForm = pipeline.KeyRaw
	case s.KeyForm == "":
		s.KeyForm = pipeline.KeyPEM
	}
	if (in.Text.s == "") == (in.Message == nil) {
		r.fail(in.Algorithm.line, "definition.sign_what")
		return
	}
	y.signMessage(r, p)
	y.signTemplates(r, p)
}

// one is a word out of all, or with a mistake the one that was probably meant; "" when there is none.
func one[W ~string](r *reader, t text, all []W, key string) W {
	if t.s != "" && !slices.Contains(all, W(t.s)) {
		return W(r.failName(t, spelled(all), "definition.unknown_value", "key", key, "text", t.s))
	}
	return W(t.s)
}

// signTemplates checks the signed text and the headers of the signature.
func (y *yamlDefinition) signTemplates(r *reader, p *pipeline.Provider) {
	in, v := y.Sign, variablesOf(p)
	values := slices.Concat(v.settings, v.secrets)
	known := slices.Concat(pipeline.SignTextVariables(), values)
	for _, h := range y.headerNames(p) {
		known = append(known, pipeline.VariableHeader+h)
	}
	v.names(r, folded(in.Text), "sign.text", known)
	inHeaders := slices.DeleteFunc(slices.Concat(pipeline.SignHeaderVariables(), values), func(name string) bool {
		return name == in.Key.s || name == pipeline.VariableSignature && in.Message != nil
	})
	for _, h := range in.Headers {
		v.names(r, text{h.Value, h.line}, "sign.headers", inHeaders)
	}
	sent := pipeline.Variables(joined(in.Headers.plain()))
	signed := pipeline.Variables(in.Text.s)
	if in.Message == nil && !slices.Contains(sent, pipeline.VariableSignature) {
		r.fail(in.Text.line, "definition.sign_not_sent", "variable", "{signature}")
	}
	for _, name := range []string{pipeline.VariableTimestamp, pipeline.VariableNonce} {
		if slices.Contains(signed, name) && !slices.Contains(sent, name) {
			r.fail(in.Text.line, "definition.sign_not_sent", "variable", "{"+name+"}")
		}
	}
	uses := func(name string) bool { return slices.Contains(signed, name) || slices.Contains(sent, name) }
	message := func(parameter string) bool {
		return in.Message != nil && slices.ContainsFunc(in.Message.Parameters, func(t text) bool { return t.s == parameter })
	}
	digested := in.Message != nil && slices.ContainsFunc(in.Message.Components, func(t text) bool {
		return strings.EqualFold(t.s, "content-digest")
	})
	for _, unused := range []struct {
		key  string
		text text
		is   bool
		with string
	}{{"sign.time", in.Time, !uses(pipeline.VariableTimestamp), "{timestamp}"},
		{"sign.nonce", in.Nonce, !uses(pipeline.VariableNonce) && !message("nonce"), "{nonce}"},
		{"sign.digest", in.Digest, !uses(pipeline.VariableDigest) && !digested, "{digest}"},
		{"sign.digest_encoding", in.DigestEncoding, !uses(pipeline.VariableDigest), "{digest}"},
	} {
		if unused.is && unused.text.s != "" {
			r.fail(unused.text.line, "definition.no_effect_without", "key", unused.key, "without", unused.with)
		}
	}
}

// folded has header names in lower case.
func folded(t text) text {
	for _, name := range pipeline.Variables(t.s) {
		if strings.HasPrefix(name, pipeline.VariableHeader) {
			t.s = strings.ReplaceAll(t.s, "{"+name+"}", "{"+strings.ToLower(name)+"}")
		}
	}
	return t
}

// signMessage compiles a profile of RFC 9421.
func (y *yamlDefinition) signMessage(r *reader, p *pipeline.Provider) {
	in := y.Sign.Message
	if in == nil {
		return
	}
	m := &pipeline.SignMessage{Label: cmp.Or(in.Label.s, "sig1"), KeyID: in.KeyID.s}
	p.Sign.Message = m
	line := y.Sign.Algorithm.line
	if y.Sign.Encoding.s != "" {
		r.fail(y.Sign.Encoding.line, "definition.no_effect", "key", "sign.encoding", "with", "sign.message")
	}
	if !signLabel.MatchString(m.Label) {
		r.fail(in.Label.line, "definition.sign_label", "label", m.Label)
	}
	known := append(pipeline.SignComponents(), y.headerNames(p)...)
	for _, c := range in.Components {
		name := strings.ToLower(c.s)
		if !slices.Contains(known, name) {
			r.failName(text{name, c.line}, known, "definition.sign_component", "component", c.s)
		}
		m.Components = append(m.Components, name)
	}
	if len(m.Components) == 0 {
		r.fail(line, "definition.missing", "key", "sign.message.components")
	}
	m.Parameters = []string{"created", "keyid"}
	if len(in.Parameters) > 0 {
		m.Parameters = nil
	}
	for _, t := range in.Parameters {
		one(r, t, pipeline.SignParameters(), "sign.message.parameters")
		m.Parameters = append(m.Parameters, t.s)
	}
	hasKeyID := slices.Contains(m.Parameters, "keyid")
	switch {
	case hasKeyID && m.KeyID == "":
		r.fail(line, "definition.missing", "key", "sign.message.keyid")
	case !hasKeyID && m.KeyID != "":
		r.fail(in.KeyID.line, "definition.no_effect_without", "key", "sign.message.keyid", "without", "keyid")
	}
	v := variablesOf(p)
	v.names(r, in.KeyID, "sign.message.keyid", slices.DeleteFunc(slices.Concat(v.settings, v.secrets),
		func(name string) bool { return name == y.Sign.Key.s }))
	if slices.Contains(m.Components, "content-digest") && p.Sign.Digest != pipeline.DigestSHA256 &&
		p.Sign.Digest != pipeline.DigestSHA512 {
		r.fail(y.Sign.Digest.line, "definition.sign_content_digest", "digest", string(p.Sign.Digest))
	}
	for _, name := range []pipeline.SignAlgorithm{pipeline.HMACSHA512, pipeline.HMACSHA1} {
		if p.Sign.Algorithm == name { // RFC 9421 has no name for it
			r.fail(line, "definition.sign_message_algorithm", "algorithm", string(name))
		}
	}
}

// headerNames are the names of the headers of calls, in lower case.
func (y *yamlDefinition) headerNames(p *pipeline.Provider) []string {
	all := []string{"accept", "content-type", "content-length", "host", "user-agent"}
	if y.Sign.Message != nil {
		all = append(all, "content-digest")
	}
	add := func(name string) {
		if name = strings.ToLower(name); name != "" && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	for _, pairs := range append(y.allHeaders(), y.Auth.Headers) {
		for _, h := range pairs {
			add(h.Name)
		}
	}
	for _, h := range y.Sign.Headers {
		if !slices.Contains(pipeline.Variables(h.Value), pipeline.VariableSignature) {
			add(h.Name)
		}
	}
	add(y.Auth.Header.s)
	add(y.Create.IdempotencyHeader.s)
	if p.Auth.Basic != nil || p.Auth.Exchange != nil && p.Auth.Exchange.Basic != nil {
		add("Authorization")
	}
	return all
}
