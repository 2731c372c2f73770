package ledger

import "testing"

// BenchmarkOpen is what `muster open` asks of a ledger of a million customers and 300
// nights of five books: 50 rows of each book are broken every night, as they were the
// night before, and 20 requests have no answer.
func BenchmarkOpen(b *testing.B) {
	l := openAt(b, b.TempDir()+"/muster.db")
	space(b, l)
	_, err := fileOf(l).writer.conn.ExecContext(b.Context(), `
		INSERT INTO run (id, namespace, base_url, book, path, sheet, sha256, mapping, version, digest, credentials, started,
				finished, counts)
			WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1499)
			SELECT 'r' || i, 1, '', 'b' || (i % 5), '/in/b' || (i % 5), '', hex(i), '', '', '', x'', i, i, '{"known":200000}'
			FROM n;
		INSERT INTO customer (namespace, state, run, row, at, body, layout, fields, keys, idempotency_key, customer_id)
			WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999999)
			SELECT 1, iif(i < 20, 'uncertain', 'created'), i / 700 + 1, i % 700 + 100, i, randomblob(16), 1, randomblob(96),
				randomblob(16), '', iif(i < 20, '', 'cus-' || i) FROM n;
		INSERT INTO key (tag, customer) SELECT keys, ref FROM customer ORDER BY keys;
		INSERT INTO sealed (customer, namespace, run, row, request)
			SELECT ref, 1, run, row, x'00' FROM customer WHERE state = 'uncertain';
		INSERT INTO outcome (run, row, state, customer, http_status, code, message, request_id, attempts, at, problems)
			SELECT run, row, 'created', ref, 201, '', '', '', 1, at, '' FROM customer WHERE state = 'created';
		INSERT INTO outcome (run, row, state, customer, http_status, code, message, request_id, attempts, at, problems, data,
				keys)
			WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 49)
			SELECT r.number, n.i + 2, 'invalid', 0, 0, '', '', '', 0, r.started,
				'[{"field":"email","column":"Correo","code":"email"}]',
				CAST(printf('%016d', r.number % 5 * 100 + n.i) AS BLOB), randomblob(16) FROM run r, n;`)
	must(b, err)
	for b.Loop() {
		if rows := ask(l.Open(b.Context()))(b); len(rows) != 270 {
			b.Fatal(len(rows))
		}
	}
}
