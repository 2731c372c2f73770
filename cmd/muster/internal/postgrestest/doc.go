// Package postgrestest gives tests a PostgreSQL: a database of their own on a server that is there, a server of their own
// that they may stop and freeze, and a line to a server that they may cut. Only tests import it.
package postgrestest
