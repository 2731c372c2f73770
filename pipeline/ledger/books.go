package ledger

import (
	"muster/pipeline"
)

// numberedRun is a run with the ledger's number of it, by which runs are ordered.
type numberedRun struct {
	number int64
	*pipeline.Run
}

// completeRuns reads the runs that judged every row of their books, oldest first. A run that was killed, or stopped
// before its report, says nothing of the rows that it did not reach.
func (t *transaction) completeRuns() (runs []numberedRun, err error) {
	const text = runColumns + "WHERE r.finished IS NOT NULL AND r.counts IS NOT NULL ORDER BY r.number"
	err = t.each(text, nil, func(rows *cursor) error {
		number, r, err := scanRun(rows)
		runs = append(runs, numberedRun{number, &r})
		return err
	})
	return runs, err
}

// content identifies the rows of a book: the digest of the file, whatever its path, and the sheet that was read.
type content struct {
	namespace     pipeline.Namespace
	sha256, sheet string
}

func (r numberedRun) isFix() bool { return r.Of.SHA256 != "" }

// content is the book to which the run's row numbers belong: for a sheet Fix the book that its rows come from.
func (r numberedRun) content() content {
	if r.isFix() {
		return content{r.Namespace, r.Of.SHA256, r.Of.Sheet}
	}
	return content{r.Namespace, r.SHA256, r.Sheet}
}

// place is the path of a book.
type place struct {
	namespace pipeline.Namespace
	path      string
	asGiven   bool // of a run of an older muster, which kept no absolute path
}

// places are the paths from which books were moved after their run, by the place to which they were moved.
type places map[place]string

// placesOf collects where books were moved: a file read from there is the same book.
func placesOf(runs []numberedRun) places {
	moved := places{}
	for _, r := range runs {
		if r.MovedTo != "" && r.Path != "" {
			moved[place{namespace: r.Namespace, path: r.MovedTo}] = r.Path
		}
	}
	return moved
}

func (p places) at(r numberedRun, path string) place {
	at := place{namespace: r.Namespace, path: path}
	if before, ok := p[at]; ok && before != path {
		at.path = before
	}
	return at
}

// of is the place of the book that a run's rows come from; false for a book without a path, as standard input.
func (p places) of(r numberedRun) (place, bool) {
	switch {
	case r.isFix():
		return p.at(r, r.Of.Path), r.Of.Path != ""
	case r.Path != "":
		return p.at(r, r.Path), true
	}
	return asGiven(r)
}

func asGiven(r numberedRun) (place, bool) {
	return place{r.Namespace, r.Book, true}, r.Book != "" && r.Book != "-"
}

// lastOfBooks leaves out the runs whose book has changed since: a later run went through another file at the same
// place, or through the same file again. The runs of a sheet Fix stay beside the run of their book, as they have some
// of its rows. Two sheets of one file are two books. The order of the runs stays.
func lastOfBooks(runs []numberedRun) []numberedRun {
	var (
		known   = placesOf(runs)
		newest  = map[place]string{} // digest of the last file there
		covered = map[content]bool{}
		last    = make([]numberedRun, len(runs))
		at      = len(runs)
	)
	for i := len(runs) - 1; i >= 0; i-- {
		r := runs[i]
		c := r.content()
		where, somewhere := known.of(r)
		digest, replaced := newest[where]
		if covered[c] || somewhere && replaced && digest != c.sha256 {
			continue
		}
		at--
		last[at] = r
		if r.isFix() {
			continue
		}
		covered[c] = true
		if somewhere {
			newest[where] = r.SHA256
		}
		if given, ok := asGiven(r); ok && newest[given] == "" {
			newest[given] = r.SHA256
		}
	}
	return last[at:]
}
