package submit

import (
	"context"
	"net/http"
	"strings"

	"muster/pipeline"
)

// Knock asks whether somebody is there, by a HEAD request without credentials to
// where customers are created, which HTTP defines to change nothing (RFC 9110,
// 9.2.1). Any answer will do but one that says that the server is out of service;
// nil is what it gives then, else the reason.
func (c *Client) Knock(ctx context.Context) *pipeline.Message {
	path, _, _ := strings.Cut(c.provider.Create.Path, "{") // it is of no row
	call := pipeline.Call{Method: http.MethodHead, Path: path}
	req, _, err := c.request(ctx, c.baseURL, call, nil, nil, pipeline.EncodingJSON, "")
	if err != nil {
		return nil // a create says what is wrong
	}
	a, lost := c.wire.send(req, nil)
	switch {
	case lost != nil && lost.unsent:
		return nil // a create cannot be sent either, and costs nothing
	case lost != nil:
		return c.describe(lost, nil)
	}
	switch a.status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return pipeline.Say("outcome.http", "status", a.status)
	}
	return nil
}
