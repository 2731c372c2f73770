package enrol_test

import (
	"io"
	"net/http"
	"testing"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/standin"
)

// forgetful loses the answer to the first create, refuses the second, and then behaves like its stand-in.
type forgetful struct {
	*standin.Server
	path    string // of creates
	creates int
	makes   bool // whether the first create creates the customer
}

func (f *forgetful) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.URL.Path != f.path {
		f.Server.ServeHTTP(w, r)
		return
	}
	switch f.creates++; f.creates {
	case 1:
		if f.makes {
			f.Server.ServeHTTP(discard{http.Header{}}, r)
		}
		panic(http.ErrAbortHandler)
	case 2:
		w.WriteHeader(400)
		_, _ = io.WriteString(w, `{"code":"invalidData","error":{"code":"invalid_data"}}`)
	default:
		f.Server.ServeHTTP(w, r)
	}
}

// discard is the response writer of an answer that is lost.
type discard struct{ header http.Header }

func (d discard) Header() http.Header       { return d.header }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

// A refused repeat says nothing of the attempt before it: the row stays open, and the next run settles it; when a
// look-up then finds no customer the row is rejected.
func TestARepeatThatIsRefused(t *testing.T) {
	for _, c := range []struct {
		provider    string
		makes       bool
		first, then pipeline.State
	}{
		{"connectfi", true, pipeline.Uncertain, pipeline.Created},
		{"connectfi", false, pipeline.Uncertain, pipeline.Created},
		{"juicyway", false, pipeline.Rejected, pipeline.Created},
	} {
		w := quick(t, c.provider)
		s := w.sendTo()
		w.serve(&forgetful{Server: s, path: w.def.Provider().Create.Path, makes: c.makes})
		book := enrol.Source{Path: w.write("book.csv", thousand[c.provider].header+"\n"+thousand[c.provider].row(7)+"\n")}
		for _, want := range []pipeline.State{c.first, c.then} {
			end, err := w.run(t.Context(), book)
			if err != nil || end.Run.Counts[want] != 1 {
				t.Errorf("%s, made %t: %s, %v, want %s", c.provider, c.makes, end.Run.Counts, err, want)
			}
		}
		if s.Customers() != 1 {
			t.Errorf("%s, made %t: %d customers", c.provider, c.makes, s.Customers())
		}
	}
}
