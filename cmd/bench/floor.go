package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"sync/atomic"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/sync/errgroup"
)

// A floor does the least that a job could do, with the usual library for it, and returns how long that took.
type floor func(book string, rows int) (time.Duration, error)

// readCSV reads the records of a CSV and does nothing with them.
func readCSV(book string, _ int) (time.Duration, error) {
	start := time.Now()
	f, err := os.Open(book)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return time.Since(start), nil
		} else if err != nil {
			return 0, err
		}
	}
}

// inflate unpacks the sheets of a workbook and does nothing with them.
func inflate(book string, _ int) (time.Duration, error) {
	start := time.Now()
	z, err := zip.OpenReader(book)
	if err != nil {
		return 0, err
	}
	defer z.Close()
	for _, f := range z.File {
		if path.Dir(f.Name) != "xl/worksheets" {
			continue
		}
		sheet, err := f.Open()
		if err != nil {
			return 0, err
		}
		if _, err := io.Copy(io.Discard, sheet); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

// stream writes twelve columns of text with excelize's stream writer.
func stream(_ string, rows int) (time.Duration, error) {
	start := time.Now()
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return 0, err
	}
	cells := make([]any, 12)
	for i := range rows {
		for c := range cells {
			cells[c] = fmt.Sprintf("cell %d of %d", c, i)
		}
		if err := w.SetRow(fmt.Sprintf("A%d", i+1), cells); err != nil {
			return 0, err
		}
	}
	if err := w.Flush(); err != nil {
		return 0, err
	}
	if err := f.Write(io.Discard); err != nil {
		return 0, err
	}
	return time.Since(start), nil
}

// posts is how many requests are open at once, in the jobs and in their floor.
const posts = 64

// post sends a request for each row to a server in a process of its own, and reads
// the answers.
func post(url string) floor {
	return func(_ string, rows int) (time.Duration, error) {
		client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: posts}}
		defer client.CloseIdleConnections()
		body := bytes.Repeat([]byte("x"), 300)
		start := time.Now()
		var next atomic.Int64
		var senders errgroup.Group
		for range posts {
			senders.Go(func() error {
				for next.Add(1) <= int64(rows) {
					answer, err := client.Post(url, "application/json", bytes.NewReader(body))
					if err != nil {
						return err
					}
					_, err = io.Copy(io.Discard, answer.Body)
					if err := errors.Join(err, answer.Body.Close()); err != nil {
						return err
					}
				}
				return nil
			})
		}
		err := senders.Wait()
		return time.Since(start), err
	}
}

// wait returns the time that a perfect sender needs with posts requests open at once, if each request takes that long.
func wait(each time.Duration) floor {
	return func(_ string, rows int) (time.Duration, error) {
		return time.Duration(rows) * each / posts, nil
	}
}
