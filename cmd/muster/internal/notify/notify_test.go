package notify

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/wording"
)

func english(t *testing.T) *wording.Wording {
	t.Helper()
	words, err := wording.For("en")
	if err != nil {
		t.Fatal(err)
	}
	return words
}

func finished(book string, counts pipeline.Counts, fresh int) enrol.Event {
	return enrol.Finished{Ending: enrol.Ending{Run: pipeline.Run{ID: "r-" + book, Book: "/in/" + book},
		Tally: enrol.Tally{Counts: counts, Fresh: pipeline.Counts{pipeline.Invalid: fresh}}}}
}

// TestNotice compares what a command did with the notice's subject, and with whether it is news.
func TestNotice(t *testing.T) {
	outage := enrol.Finished{Ending: enrol.Ending{Halt: &importer.Halt{Reason: importer.HaltSilence},
		Tally: enrol.Tally{Counts: pipeline.Counts{pipeline.Pending: 7}}}}
	for _, c := range []struct {
		name   string
		events []enrol.Event
		code   int
		failed bool
		want   string
		news   bool
	}{
		{"an empty folder", nil, 0, false, "muster: nothing new", false},
		{"all known", []enrol.Event{finished("a.csv", pipeline.Counts{pipeline.Known: 9}, 0)}, 0, false,
			"muster: nothing new", false},
		{"two books", []enrol.Event{finished("a.csv", pipeline.Counts{pipeline.Created: 10, pipeline.Invalid: 1}, 1),
			finished("b.csv", pipeline.Counts{pipeline.Created: 3}, 0)}, 3, false, "muster: 13 enrolled, 1 to fix", true},
		{"to fix since yesterday", []enrol.Event{finished("a.csv", pipeline.Counts{pipeline.Invalid: 2}, 0)}, 3, false,
			"muster: 2 to fix", false},
		{"open since yesterday", []enrol.Event{enrol.Counted{Unsettled: 2}}, 4, false,
			"muster: 2 requests without an answer", true},
		{"open of earlier nights", []enrol.Event{finished("a.csv", pipeline.Counts{pipeline.Known: 4, pipeline.Invalid: 1}, 0),
			enrol.OpenCounted{Counts: pipeline.Counts{pipeline.Invalid: 2, pipeline.Changed: 1},
				Older: pipeline.Counts{pipeline.Invalid: 1, pipeline.Changed: 1}}}, 3, false,
			"muster: 1 to fix, 2 rows open from earlier runs", true},
		{"an outage", []enrol.Event{outage}, 1, true, "muster: failed with exit code 1, 7 not sent", true},
		{"refused", []enrol.Event{enrol.Refused{Book: "in/a.csv"}}, 2, false, "muster: 1 book refused", true},
		{"refused again", []enrol.Event{enrol.Refused{Book: "in/a.csv", Again: true}}, 2, false,
			"muster: 1 book refused", false},
		{"left alone", []enrol.Event{enrol.LeftAlone{Path: "a.zip"}, enrol.LeftAlone{Path: "b.zip", Again: true}}, 3, false,
			"muster: 2 files left alone", true},
		{"left alone again", []enrol.Event{enrol.LeftAlone{Path: "b.zip", Again: true}}, 3, false,
			"muster: 1 file left alone", false},
		{"flags", nil, 2, true, "muster: failed with exit code 2", true},
	} {
		collector := NewCollector()
		for _, e := range c.events {
			collector.See(e)
		}
		n := collector.Notice(c.code, c.failed)
		if got := TextOf(&n, english(t), false).Subject; got != c.want || n.News() != c.news {
			t.Errorf("%s: %q, news %t; want %q, %t", c.name, got, n.News(), c.want, c.news)
		}
	}
}

// TestNamesOnlyWhereAsked: no name of a book is in a notice, unless it is asked for.
func TestNamesOnlyWhereAsked(t *testing.T) {
	c := NewCollector()
	c.Of(pipeline.Namespace{Provider: "acme", Env: "production"})
	c.See(finished("Panadería.csv", pipeline.Counts{pipeline.Created: 1}, 0))
	c.See(enrol.Refused{Book: "/in/Ana.xlsx"})
	n := c.Notice(2, false)
	for _, names := range []bool{false, true} {
		text := TextOf(&n, english(t), names)
		document, err := JSONOf(&n, text, names)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"Panadería.csv", "Ana.xlsx"} {
			if strings.Contains(text.String(), name) != names || strings.Contains(string(document), name) != names {
				t.Errorf("names %t: %s\n%s", names, text, document)
			}
		}
		if strings.Contains(text.String()+string(document), "/in") {
			t.Errorf("a folder is in %s", document)
		}
	}
}

func TestBody(t *testing.T) {
	text := Text{Subject: "muster: <1> & *2*", Lines: []string{"a_b [c](d)"}}
	var slack struct{ Text string }
	body, err := Body(FormatSlack, text, nil)
	if err != nil || json.Unmarshal(body, &slack) != nil || slack.Text != "muster: &lt;1&gt; &amp; *2*\na_b [c](d)" {
		t.Errorf("%v, %s", err, body)
	}
	body, err = Body(FormatTeams, text, nil)
	if err != nil || !strings.Contains(string(body), `"text":"muster: \\\u003c1\\\u003e \u0026 \\*2\\*"`) ||
		!strings.Contains(string(body), `"text":"a\\_b \\[c\\]\\(d\\)"`) {
		t.Errorf("%v, %s", err, body)
	}
	if body, err = Body(FormatJSON, text, []byte("{}")); err != nil || string(body) != "{}" {
		t.Errorf("%v, %s", err, body)
	}
}

func TestCheckAddress(t *testing.T) {
	for address, code := range map[string]pipeline.MessageCode{
		"https://hooks.example/a?b=c": "", "http://127.0.0.1:8080/x": "", "http://localhost/x": "", "http://[::1]/": "",
		"http://hooks.example/": "notify.not_https", "ftp://hooks.example/": "notify.not_https",
		"hooks.example": "notify.no_address", "https://": "notify.no_address", "https://a b/%zz": "notify.no_address",
	} {
		why := CheckAddress(address)
		if why == nil && code != "" || why != nil && (why.Code != code || strings.Contains(why.String(), "example")) {
			t.Errorf("%s: %v, want %q", address, why, code)
		}
	}
}

func TestWithoutSecrets(t *testing.T) {
	got := WithoutSecrets([]string{"PATH=/bin", "MUSTER_ACME_TOKEN=a", "muster_notify_url=b", "CREDENTIALS_DIRECTORY=/c",
		"HTTPS_PROXY=http://proxy"})
	if !slices.Equal(got, []string{"PATH=/bin", "HTTPS_PROXY=http://proxy"}) {
		t.Error(got)
	}
	if got := WithoutSecrets(nil); got == nil {
		t.Error("nil is the whole environment to os/exec")
	}
}

// TestPost checks that no redirect is followed, and that no error contains the address.
func TestPost(t *testing.T) {
	followed := false
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, "/there", http.StatusTemporaryRedirect)
		case "/there":
			followed = true
		case "/gone":
			w.WriteHeader(http.StatusGone)
		}
	}))
	defer s.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	for address, want := range map[string]string{
		s.URL + "/ok":                  "",
		s.URL + "/away":                "HTTP 307",
		s.URL + "/gone":                "HTTP 410",
		gone.URL + "/secret":           "no connection: the connection was refused: nothing listens there",
		"https://no-such-host.invalid": "no such host",
	} {
		err := Post(context.Background(), address, []byte("{}"))
		got := ""
		if err != nil {
			got = english(t).Error(err)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
	if followed {
		t.Error("a redirect was followed")
	}
}
