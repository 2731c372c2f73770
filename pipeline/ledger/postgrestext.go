package ledger

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Statements are written in SQLite's dialect. Where PostgreSQL's differs they are rewritten here, each text once.

var (
	hints     = regexp.MustCompile(`\s(?:INDEXED BY \w+|NOT INDEXED)\b`)
	crossed   = regexp.MustCompile(`\bCROSS JOIN (\w+ \w+)\s+ON\b`)
	listGiven = regexp.MustCompile(`\bjson_each\((\?\d*)\) (\w+)`)
	listKept  = regexp.MustCompile(`\bjson_each\((\w+\.\w+)\) (\w+)`)
	ofPair    = regexp.MustCompile(`\b(\w+\.value) ->> (\d)`)
	marks     = regexp.MustCompile(`\?(\d*)`)
	words     = strings.NewReplacer("x''", "''::bytea", "AS INTEGER)", "AS BIGINT)")
)

// postgresTexts caches rewritten statements by their original text.
var postgresTexts sync.Map

// postgresText is a statement in PostgreSQL's dialect.
func postgresText(text string) string {
	if known, ok := postgresTexts.Load(text); ok {
		return known.(string)
	}
	own, ok := ownTexts[text]
	if !ok {
		own = rewrite(text)
	}
	postgresTexts.Store(text, own)
	return own
}

// The replacements of json_each: of a list that is an argument, and of one that is in a column.
const (
	listOfGiven = `(SELECT place - 1 AS key, item AS value
		FROM unnest(CAST($1 AS TEXT[])) WITH ORDINALITY AS list (item, place)) $2`
	listOfKept = `(SELECT place - 1 AS key, item AS value
		FROM jsonb_array_elements_text(CAST($1 AS JSONB)) WITH ORDINALITY AS list (item, place)) $2`
)

func rewrite(text string) string {
	text = hints.ReplaceAllString(text, "")
	text = crossed.ReplaceAllString(text, "JOIN $1 ON")
	text = listGiven.ReplaceAllString(text, "LATERAL "+listOfGiven)
	text = listKept.ReplaceAllString(text, "LATERAL "+listOfKept)
	text = ofPair.ReplaceAllString(text, `CAST($1 AS JSONB) ->> $2`)
	text = words.Replace(text)
	n := 0
	return marks.ReplaceAllStringFunc(text, func(mark string) string {
		if mark == "?" {
			n++
			mark = "?" + strconv.Itoa(n)
		}
		return "$" + mark[1:]
	})
}

// ownTexts are statements for which PostgreSQL needs other functions. A damaged list is split without reading it as
// JSON, which would be an error. OFFSET 0 keeps an index search from becoming a join over a whole table, for plans
// are cached when the table is still small.
var ownTexts = map[string]string{
	findClaims: `SELECT asked.i, c.ref, c.state, c.body, c.form, c.row, c.at, c.customer_id, c.provider_status,
			c.provider_created_at, c.related, c.http_status, c.code, c.message, c.says, c.request_id, c.attempts,
			c.run
		FROM generate_series(0, CAST($2 AS INTEGER) - 1) AS asked (i)
		CROSS JOIN LATERAL (SELECT customer FROM key
			WHERE tag = substr(CAST($1 AS BYTEA), asked.i * 16 + 1, 16) AND released = 0 OFFSET 0) k
		CROSS JOIN LATERAL (SELECT * FROM customer WHERE ref = k.customer OFFSET 0) c`,
	findRefused: `SELECT asked.i FROM generate_series(0, CAST($2 AS INTEGER) - 1) AS asked (i)
		CROSS JOIN LATERAL (SELECT 1 FROM outcome WHERE data = substr(CAST($1 AS BYTEA), asked.i * 16 + 1, 16)
			AND data <> ''::bytea AND state = 'rejected' LIMIT 1) o`,
	findIDs: `SELECT asked.place - 1, c.ref, c.state, c.row, r.id
		FROM unnest(CAST($2 AS TEXT[])) WITH ORDINALITY AS asked (id, place)
		CROSS JOIN LATERAL (SELECT ref, state, row, run FROM customer WHERE namespace = $1 AND customer_id = asked.id
			AND customer_id <> '' AND state IN ('created', 'existing') OFFSET 0) c
		JOIN run r ON r.number = c.run ORDER BY c.ref DESC`,
	takeMany: `UPDATE sealed SET taken = $1 WHERE namespace = $2
		AND customer = ANY (CAST(CAST($3 AS TEXT[]) AS BIGINT[])) RETURNING customer`,
	insertKnown: rewrite(strings.Replace(insertKnown, "CROSS JOIN customer c ON c.ref = CAST(j.value AS INTEGER)",
		"CROSS JOIN LATERAL (SELECT namespace, state FROM customer WHERE ref = CAST(j.value AS INTEGER) OFFSET 0) c", 1)),
	layoutMisfit: strings.Replace(layoutMisfit, "json_array_length(l.paths)",
		"jsonb_array_length(CAST(l.paths AS JSONB))", 1),
	knownMisfit: strings.Replace(knownMisfit, "json_array_length(iif(json_valid(refs), refs, '[]')) <>",
		`refs !~ '^\[\d+(,\d+)*\]$' OR cardinality(string_to_array(refs, ',')) <>`, 1),
	knownMissing: `SELECT DISTINCT ref FROM known k, ` + listedRefs + `
		WHERE ref NOT IN (SELECT ref FROM customer)`,
	knownUnclaimed: `SELECT DISTINCT c.ref FROM known k JOIN run r ON r.number = k.run, ` + listedRefs + `
		JOIN customer c ON c.ref = j.ref
		WHERE c.namespace <> r.namespace OR c.state NOT IN ('created', 'existing')`,
}

// listedRefs are the refs in a record of known rows, k; an item that is not a number becomes 0.
const listedRefs = "LATERAL " + `(SELECT CASE WHEN item ~ '^\d{1,18}$' THEN CAST(item AS BIGINT) ELSE 0 END AS ref
	FROM unnest(string_to_array(btrim(k.refs, '[]'), ',')) AS list (item)) j`

// PostgreSQL's text holds neither NUL nor invalid UTF-8, but a provider may send both. Such a byte is stored as the
// control character SUB and two hexadecimal digits, and so is SUB itself.
const sub = '\x1a'

func toStored(text string) string {
	if utf8.ValidString(text) && !strings.ContainsAny(text, "\x00\x1a") {
		return text
	}
	const digits = "0123456789abcdef"
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == 0 || r == sub || r == utf8.RuneError && size == 1 {
			b.Write([]byte{sub, digits[text[i]>>4], digits[text[i]&15]})
		} else {
			b.WriteString(text[i : i+size])
		}
		i += size
	}
	return b.String()
}

func fromStored(text string) string {
	if strings.IndexByte(text, sub) < 0 {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == sub && i+2 < len(text) {
			if n, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
