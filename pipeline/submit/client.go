package submit

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/theory/jsonpath"

	"muster/pipeline"
	"muster/pipeline/signature"
)

// defaultTimeout is used where a definition has none.
const defaultTimeout = 30 * time.Second

// Right is the right to send. Wait returns nil when a request may leave, and an error when it may not, or when ctx
// ends before that is known. It may be called from several goroutines at once.
type Right interface {
	Wait(ctx context.Context) error
}

// Options are the parts of a [Client].
type Options struct {
	Provider *pipeline.Provider
	// BaseURL is prefixed to the calls' paths, as text: http or https, without a query. A final slash is dropped.
	BaseURL string
	// AuthURL is the same for the exchange of secrets for a token; "" is BaseURL.
	AuthURL string
	// Secrets are the credentials and the settings by [pipeline.Secret.Name].
	Secrets map[string]string
	// Concurrency is the most requests open at once, of any kind; at least 1.
	Concurrency int
	// Rate spaces the starts of calls of any kind; the zero value is no limit.
	Rate      pipeline.Rate
	UserAgent string // muster/VERSION
	// Certificate is the client certificate with its key, for servers that ask for one; nil for none.
	Certificate *tls.Certificate
	// Transport may be nil. An *http.Transport is copied and set up like our own (HTTP/1.1, watched connections). Any
	// other is used as it is: a request that it loses counts as not sent only when it reports its steps as
	// net/http/httptrace describes and never had a connection.
	Transport http.RoundTripper
	// Right is checked just before a request leaves; nil: always held.
	Right Right
	// Watch wraps the transport of all calls, so that they can be logged; nil for nothing. The wrapper must pass
	// every call on once, with its context, and read a body only as the other side does.
	Watch func(http.RoundTripper) http.RoundTripper
	Now   func() time.Time // nil: time.Now
	// Random makes the nonces of signatures; nil: crypto/rand.
	Random io.Reader
}

// Client makes the calls of one provider at one place with one set of credentials. All its methods may be called from
// several goroutines at once.
type Client struct {
	provider  *pipeline.Provider
	baseURL   string
	authURL   string   // of the token exchange
	userAgent []string // one value, as in http.Header
	now       func() time.Time
	wire      *wire
	transport *http.Transport // our own; nil with another
	tokens    *tokens
	secrets   map[string]string
	settings  map[string]string // values that are not secret
	rowInCall bool              // path, query or headers of a create have variables of the row
	hidden    []needle          // the secrets, as redaction searches for them
	withToken atomic.Pointer[hiddenWith]
	keyPaths  map[string]*jsonpath.Path
	names     *fieldNames
	route     route
	certified bool              // there is a client certificate
	signer    *signature.Signer // nil where calls are not signed
	random    io.Reader
}

// New checks o and makes a client; nothing is sent. The error is a [pipeline.Mistake] when credentials are missing or
// the base URL is invalid, else an ordinary one about the options.
func New(o Options) (*Client, error) {
	if o.Provider == nil {
		return nil, errors.New("no provider")
	}
	if o.Concurrency < 1 {
		return nil, pipeline.Fail("provider.no_concurrency", "most", o.Concurrency)
	}
	// Plain http is allowed here: the caller has checked it for the URL that was named.
	base, err := pipeline.BaseURL(o.BaseURL, true)
	if err == nil && base == "" {
		err = pipeline.Fail("provider.no_base_url")
	}
	if err != nil {
		return nil, err
	}
	auth, err := pipeline.BaseURL(cmp.Or(o.AuthURL, o.BaseURL), true)
	if err != nil {
		return nil, err
	}
	if err := o.Provider.CheckSecrets(o.Secrets); err != nil {
		return nil, err
	}
	now := o.Now
	if now == nil {
		now = time.Now
	}
	timeout := o.Provider.Timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	c := &Client{
		provider: o.Provider, baseURL: base, authURL: auth, userAgent: []string{o.UserAgent}, now: now,
		secrets: o.Secrets, keyPaths: map[string]*jsonpath.Path{},
		names: newFieldNames(o.Provider),
		wire: &wire{
			inner: o.Transport,
			open:  make(chan struct{}, o.Concurrency),
			pace:  newPacer(o.Rate), timeout: timeout, now: now, right: o.Right,
		},
	}
	c.wire.stopped, c.wire.stop = context.WithCancel(context.Background())
	if given, ours := o.Transport.(*http.Transport); ours || o.Transport == nil {
		t := newTransport(given, o.Concurrency, o.Certificate)
		c.transport, c.wire.inner, c.wire.own = t, t, true
		c.route, c.certified = routeOf(t.Proxy, base), o.Certificate != nil
	}
	if o.Watch != nil {
		c.wire.inner = o.Watch(c.wire.inner)
	}
	c.settings = settingsOf(o.Provider, o.Secrets)
	if c.signer, err = newSigner(o.Provider, o.Secrets, c.settings); err != nil {
		return nil, err
	}
	if c.random = o.Random; c.random == nil {
		c.random = rand.Reader
	}
	c.rowInCall = hasVariables(o.Provider.Create)
	for name, secret := range o.Secrets {
		if _, setting := c.settings[name]; !setting {
			c.hidden = appendNeedles(c.hidden, secret, secretLabel)
		}
	}
	for _, k := range o.Provider.Keys {
		if k.Path == "" {
			continue
		}
		path, err := jsonpath.Parse(k.Path)
		if err != nil {
			return nil, pipeline.Fail("provider.key_path", "provider", o.Provider.Name, "key", k.Name, "path", k.Path,
				"cause", err)
		}
		c.keyPaths[k.Name] = path
	}
	if c.tokens, err = newTokens(o.Provider, o.Secrets); err != nil {
		return nil, err
	}
	return c, nil
}

// SetRate changes the pace of all calls that have not started.
func (c *Client) SetRate(r pipeline.Rate) { c.wire.pace.set(r) }

// Pause holds back all calls that have not started until then, whoever makes them; a longer pause stays in force. A
// caller's context ends its wait.
func (c *Client) Pause(until time.Time) { c.wire.pace.pause(until.Sub(c.now())) }

// Stop lets no further call start: calls that wait for a place, for the pace or for the end of a pause end as not
// sent, and so do all later ones; calls that have started go on. It may be called any number of times.
func (c *Client) Stop() { c.wire.stop() }

// Close closes the idle connections.
func (c *Client) Close() {
	if c.transport != nil {
		c.transport.CloseIdleConnections()
	}
}
