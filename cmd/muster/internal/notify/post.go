package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"muster/pipeline"
)

// Format is the kind of message that a web address takes.
type Format string

const (
	FormatJSON  Format = "json"
	FormatSlack Format = "slack"
	FormatTeams Format = "teams"
)

// Formats lists all formats.
func Formats() []string {
	return []string{string(FormatJSON), string(FormatSlack), string(FormatTeams)}
}

// Body is the body for a web address. notice is the notice as JSON.
func Body(f Format, t Text, notice []byte) ([]byte, error) {
	switch f {
	case FormatSlack:
		// https://api.slack.com/reference/surfaces/formatting, Escaping text
		escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
		return json.Marshal(map[string]string{"text": escape.Replace(t.String())})
	case FormatTeams:
		return json.Marshal(teamsMessage(t))
	}
	return notice, nil
}

// teamsMessage is an Adaptive Card in a message
// (https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using).
func teamsMessage(t Text) any {
	block := func(text, weight string) map[string]any {
		return map[string]any{"type": "TextBlock", "wrap": true, "weight": weight, "text": plain(text)}
	}
	body := []any{block(t.Subject, "bolder")}
	for _, line := range t.Lines {
		body = append(body, block(line, "default"))
	}
	return map[string]any{"type": "message", "attachments": []any{map[string]any{
		"contentType": "application/vnd.microsoft.card.adaptive",
		"content": map[string]any{"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard",
			"version": "1.2", "body": body}}}}
}

// plain keeps a text block from interpreting a text as Markdown.
func plain(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_[]()#~<>", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// CheckAddress says what is wrong with a web address without naming it, because a chat's address is a secret; nil
// when it may be used.
func CheckAddress(address string) *pipeline.Message {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "":
		return pipeline.Say("notify.no_address")
	case u.Scheme == "https", u.Scheme == "http" && pipeline.Loopback(u.Hostname()):
		return nil
	}
	return pipeline.Say("notify.not_https")
}

// Post sends a body to a web address. It follows no redirect, which could send the notice anywhere. No error names
// the address, nor its host.
func Post(ctx context.Context, address string, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, postTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return pipeline.Fail("notify.no_address")
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(request)
	if err != nil {
		return reason(err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)); err != nil {
		return reason(err)
	}
	if answer.StatusCode/100 != 2 {
		return pipeline.Fail("notify.status", "status", answer.StatusCode)
	}
	return nil
}

// reason says why a request failed, without the errors of net/http, which name hosts.
func reason(err error) error {
	var (
		lookup      *net.DNSError
		certificate *tls.CertificateVerificationError
		dial        *net.OpError
	)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return pipeline.Fail("notify.timeout", "time", postTime)
	case errors.As(err, &lookup):
		return pipeline.Fail("notify.no_host")
	case errors.As(err, &certificate):
		return pipeline.Fail("notify.certificate")
	case errors.As(err, &dial):
		return pipeline.Fail("notify.no_connection", "cause", dial.Err)
	}
	return pipeline.Fail("notify.no_answer")
}
