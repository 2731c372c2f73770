// Package postgrestest provides PostgreSQL for tests: a database of their own on an existing server, a server of
// their own that they may stop and freeze, and a line to a server that they may cut. Only tests import it.
package postgrestest
