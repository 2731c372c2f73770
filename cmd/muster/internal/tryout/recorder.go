package tryout

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"muster/pipeline"
)

// Exchange is one request and its answer as they were on the wire. SECRETS and PERSONAL DATA: it is only shown
// through a [shower].
type Exchange struct {
	Call   string // callToken, callCreate, or the name of a look-up; "" for any other
	Ours   bool   // a create of the customer that is tried
	Method string
	URL    string
	Header http.Header
	Body   []byte
	Status int // 0 without an answer
	Answer http.Header
	Text   []byte // of the answer
}

// Names of calls that have none in a definition.
const (
	callToken  = "auth.exchange"
	callCreate = "create"
	callAwait  = "await"
)

// Recorder records what goes to a provider and comes back. It may be used from several goroutines at once.
type Recorder struct {
	calls []knownCall
	other string // the name of any other call

	mu     sync.Mutex
	ours   bool // the next create is for the customer that is tried
	intent *pipeline.Intent
	// entries are those of all intents, including earlier ones that are settled.
	entries []pipeline.Entry
	all     []*recorded
}

type knownCall struct {
	name, method string
	path         *regexp.Regexp
}

// recorded is an exchange that may still be under way.
type recorded struct {
	Exchange
	request, answer bytes.Buffer
}

// NewRecorder makes a Recorder for the calls of a provider.
func NewRecorder(p *pipeline.Provider) *Recorder {
	r := &Recorder{}
	know := func(name string, c pipeline.Call, method string) {
		if c.Method != "" {
			method = c.Method
		}
		path, _, _ := strings.Cut(c.Path, "?")
		var pattern strings.Builder
		for i, part := range strings.Split(path, "{") {
			if i > 0 {
				_, part, _ = strings.Cut(part, "}")
				pattern.WriteString("[^/]*")
			}
			pattern.WriteString(regexp.QuoteMeta(part))
		}
		r.calls = append(r.calls, knownCall{name, method, regexp.MustCompile(pattern.String() + "$")})
	}
	if x := p.Auth.Exchange; x != nil {
		know(callToken, x.Call, http.MethodPost)
	}
	know(callCreate, p.Create, http.MethodPost)
	if p.Await != nil && p.Await.Location == "" {
		know(callAwait, p.Await.Call, http.MethodGet)
	} else if p.Await != nil {
		r.other = callAwait // the answer may name any address
	}
	for _, l := range p.LookUps {
		know(l.Name, l.Call, http.MethodGet)
	}
	return r
}

// Sends notes the intent of the next request.
func (r *Recorder) Sends(in *pipeline.Intent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries = append(r.entries, in.Entries...)
	if r.ours = in.Row > 0; r.ours {
		kept := *in
		kept.Body, kept.Entries, kept.Keys = slices.Clone(in.Body), slices.Clone(in.Entries), slices.Clone(in.Keys)
		r.intent = &kept
	}
}

// Watch passes calls on, and records them.
func (r *Recorder) Watch(inner http.RoundTripper) http.RoundTripper { return watched{r, inner} }

type watched struct {
	recorder *Recorder
	inner    http.RoundTripper
}

func (w watched) RoundTrip(req *http.Request) (*http.Response, error) {
	x := w.recorder.begin(req)
	passed := req.WithContext(req.Context()) // a copy, because its body is replaced
	if req.Body != nil {
		passed.Body = tee{req.Body, w.recorder, &x.request}
	}
	resp, err := w.inner.RoundTrip(passed)
	if err != nil {
		return nil, err
	}
	w.recorder.mu.Lock()
	x.Status, x.Answer = resp.StatusCode, resp.Header.Clone()
	w.recorder.mu.Unlock()
	resp.Body = tee{resp.Body, w.recorder, &x.answer}
	return resp, nil
}

func (r *Recorder) begin(req *http.Request) *recorded {
	r.mu.Lock()
	defer r.mu.Unlock()
	x := &recorded{Exchange: Exchange{Call: r.other, Method: req.Method, URL: req.URL.String(), Header: req.Header.Clone()}}
	for _, c := range r.calls {
		if c.method == req.Method && c.path.MatchString(req.URL.EscapedPath()) {
			x.Call = c.name
			break
		}
	}
	x.Ours = x.Call == callCreate && r.ours
	r.all = append(r.all, x)
	return x
}

// take returns the exchanges since the last call.
func (r *Recorder) take() []Exchange {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []Exchange
	for _, x := range r.all {
		done := x.Exchange
		done.Body, done.Text = slices.Clone(x.request.Bytes()), slices.Clone(x.answer.Bytes())
		all = append(all, done)
	}
	r.all = nil
	return all
}

// hide adds a value that must not be shown.
func (r *Recorder) hide(e pipeline.Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries = append(r.entries, e)
}

// sent is the intent of the customer that is tried, and the values of all intents; nil before it was sent.
func (r *Recorder) sent() (*pipeline.Intent, []pipeline.Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.intent, slices.Clone(r.entries)
}

// tee records what is read of a body.
type tee struct {
	io.ReadCloser
	recorder *Recorder
	into     *bytes.Buffer
}

func (t tee) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	t.recorder.mu.Lock()
	t.into.Write(p[:n])
	t.recorder.mu.Unlock()
	return n, err
}
