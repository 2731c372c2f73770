package submit

import (
	"context"
	"net/http"
	"strings"

	"muster/pipeline"
)

// Knock checks that the provider answers, by a HEAD request without credentials to the address for creates, which
// changes nothing (RFC 9110, 9.2.1). It returns nil for any answer, unless it says that the server is out of service;
// else the reason.
func (c *Client) Knock(ctx context.Context) *pipeline.Message {
	path, _, _ := strings.Cut(c.provider.Create.Path, "{") // the path without the row's part
	call := pipeline.Call{Method: http.MethodHead, Path: path}
	req, _, err := c.request(ctx, c.baseURL, call, nil, nil, pipeline.EncodingJSON, "")
	if err != nil {
		return nil // a create reports what is wrong
	}
	a, lost := c.wire.send(req, nil)
	switch {
	case lost != nil && lost.unsent:
		return nil // a create cannot be sent either, and risks nothing
	case lost != nil:
		return c.describe(lost, nil)
	}
	switch a.status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return pipeline.Say("outcome.http", "status", a.status)
	}
	return nil
}
