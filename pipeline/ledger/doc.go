// Package ledger is muster's memory: it says, for each customer of each
// namespace, what was sent and what became of it. A ledger is a SQLite file, or
// a schema of a PostgreSQL server ([IsAddress]), and can be moved from one to
// the other ([Move]). Both have the same tables and keep the same promises.
//
// It keeps these promises (pipeline/README.md, Promises):
//
//   - What [Space.Write] acknowledged is on disk: WAL, synchronous=FULL, one
//     transaction for a whole batch, all of it or nothing (promise 3). An
//     intent reads `uncertain` from the moment it is on disk, so that a crash
//     needs no repair.
//   - No two live customers of a namespace share a key: the database refuses
//     the second (promise 4). States move only as pipeline.State.CanBecome
//     allows, and one muster at a time writes ([HeldError]).
//   - No value of a row is in any of its files: keys and fields are HMACs, the
//     requests that are not settled yet are sealed with AES-256-GCM and gone
//     when they are settled (promise 9). Its files are its owner's alone.
//   - A ledger whose key file is lost or another's is refused ([KeyError];
//     promise 10).
//
// It is synchronous and does no grouping of its own: its one writing caller
// collects what waits and calls Write once. What it does not know: whether a
// message or a code holds personal data; the caller has removed it. Two hard
// links to one file are two ledgers to it, and each would want its own key.
//
// Of a ledger on a server one muster at a time has the right to send of a
// namespace ([Ledger.Hold], [Right]); any number may read, and write what needs
// no request.
//
// Beside muster.db stand muster.db.key (the secret), muster.db.lock (who
// writes) and, while it is open or after a crash, muster.db-wal and -shm. The
// five belong together; the key is what must not be lost.
package ledger
