-- Who sends, in a ledger on a server; in a file, whose lock is the right to send, both
-- tables stay empty. A session is one connection of a muster that writes, and goes with
-- a clean end.
CREATE TABLE session (
	id INTEGER NOT NULL UNIQUE, -- the key of the advisory lock that it holds as long as it lives
	holder TEXT NOT NULL,
	since INTEGER NOT NULL,
	written INTEGER NOT NULL -- the number of its last transaction
) STRICT;

-- Who has, or had last, the right to send of a namespace, and the server on which.
CREATE TABLE sender (
	namespace INTEGER NOT NULL UNIQUE REFERENCES namespace (number),
	session INTEGER NOT NULL,
	holder TEXT NOT NULL,
	since INTEGER NOT NULL,
	ended INTEGER, -- null: it has not said goodbye
	unannounced INTEGER NOT NULL, -- when the right was last taken from one who had not, by the server's clock
	system TEXT NOT NULL,
	timeline TEXT NOT NULL
) STRICT;
