package sheetxml

import (
	"errors"
	"io"
	"slices"
	"strings"
)

// instruction skips <?...?>. The encoding in an XML declaration must be UTF-8; or ASCII, which is a part of it; or
// UTF-16, which some programs declare although they write UTF-8.
func (s *Scanner) instruction() error {
	end, err := s.upTo("?>", s.at+2)
	if err != nil {
		return s.cutShort()
	}
	inside := s.buf[s.at+2 : end]
	s.at = end + 2
	n := nameEnd(inside)
	if n == 0 || n < len(inside) && !isSpace(inside[n]) {
		return ErrMalformed
	}
	if string(inside[:n]) != "xml" {
		return nil
	}
	rest := string(inside[n:])
	if v, ok := pseudo(rest, "version"); ok && v != "1.0" {
		return ErrMalformed
	}
	if v, ok := pseudo(rest, "encoding"); ok && !slices.Contains(readable, strings.ToLower(v)) {
		return ErrEncoding
	}
	return nil
}

var readable = []string{"utf-8", "utf8", "us-ascii", "ascii", "utf-16"}

// pseudo finds name="value" in an XML declaration (2.8).
func pseudo(text, name string) (string, bool) {
	_, rest, ok := strings.Cut(text, name)
	rest = strings.TrimLeft(rest, " \t\r\n")
	if !ok || !strings.HasPrefix(rest, "=") {
		return "", false
	}
	rest = strings.TrimLeft(rest[1:], " \t\r\n")
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return "", false
	}
	value, _, ok := strings.Cut(rest[1:], rest[:1])
	return value, ok
}

// declaration reads <!-- -->, which is skipped, <![CDATA[ ]]>, which is text, or the beginning of anything else, which
// is a directive.
func (s *Scanner) declaration() (Token, error) {
	const cdata = "<![CDATA["
	switch {
	case s.begins("<!--"):
		end, err := s.upTo("--", s.at+4)
		if err != nil {
			return 0, s.cutShort()
		}
		ahead := end - s.at
		if s.need(ahead+3) != nil {
			return 0, s.cutShort()
		}
		if s.buf[s.at+ahead+2] != '>' {
			return 0, ErrMalformed
		}
		s.at += ahead + 3
		return 0, nil
	case s.begins(cdata):
		end, err := s.upTo("]]>", s.at+len(cdata))
		if err != nil {
			return 0, s.cutShort()
		}
		raw := s.buf[s.at+len(cdata) : end]
		s.at = end + 3
		if !legalText(raw) {
			return 0, ErrMalformed
		}
		if s.text, err = s.decode(raw, false); err != nil {
			return 0, err
		}
		return Characters, nil
	case s.err != nil && !errors.Is(s.err, io.EOF):
		return 0, s.err
	}
	return directive, nil
}

func (s *Scanner) begins(with string) bool {
	return s.need(len(with)) == nil && string(s.buf[s.at:s.at+len(with)]) == with
}
