package submit

import (
	"context"
	"net/url"
	"strings"
	"unicode"

	"muster/pipeline"
)

// longestAddress is the most bytes of an address that is kept.
const longestAddress = 2048

// awaitOf is the handle for asking about a request that an answer accepted: the ID in its body, or the path, with its
// query, of the address in a header.
func (c *Client) awaitOf(a *answer, doc any) string {
	await := c.provider.Await
	if await == nil {
		return ""
	}
	if await.Location == "" {
		return validID(pipeline.FirstText(doc, await.ID))
	}
	text := a.header.Get(await.Location)
	if text == "" || len(text) > longestAddress || strings.ContainsFunc(text, unicode.IsControl) {
		return ""
	}
	at, _ := c.addressOf(text)
	if at == nil {
		return ""
	}
	at.Scheme, at.Host, at.Fragment, at.RawFragment = "", "", "", ""
	return at.String()
}

// Ask asks once about in's request, which the provider accepted ([pipeline.Intent.Await]), and returns the generation
// of the token that it used. The verdict is one of [pipeline.AwaitVerdicts], or unsent; accepted says that the
// provider has not decided yet. Without a token nothing is asked, as with [Client.Create].
func (c *Client) Ask(ctx context.Context, in *pipeline.Intent) (pipeline.Reply, Generation) {
	begun := c.now()
	token, gen, err := c.token(ctx)
	if err != nil {
		return c.withoutToken(begun, err), 0
	}
	hide := c.redactor(in.Entries, token)
	await := c.provider.Await
	base, call := c.baseURL, await.Call
	if await.Location != "" {
		if u, err := url.Parse(c.baseURL); err == nil {
			base, call.Path = u.Scheme+"://"+u.Host+in.Await, ""
		}
	}
	req, sent, err := c.request(ctx, base, call, map[string]string{pipeline.VariableID: in.Await}, nil,
		pipeline.EncodingJSON, token)
	if err == nil {
		err = c.prove(req)
	}
	if err != nil {
		return pipeline.Reply{Attempt: pipeline.Attempt{
			Sent: begun, Ended: c.now(), Verdict: pipeline.VerdictHalt, Message: hide.reason(err),
		}}, gen
	}
	a, lost := c.wire.send(req, c.signing(pipeline.SignLookUps, req, sent))
	if lost != nil {
		return c.noAnswer(lost, hide), gen
	}
	r := c.reply(rules{answers: await.Answers, record: &await.Record}, a, in, hide)
	if r.Verdict != pipeline.VerdictUnauthorized {
		c.tokens.answered(gen)
	}
	if r.Verdict == pipeline.VerdictDenied || r.Verdict == pipeline.VerdictBusy { // it says nothing about the request
		r.Verdict, r.Problems = pipeline.VerdictUnknown, nil
	}
	return r, gen
}
