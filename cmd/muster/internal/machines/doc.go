// Package machines has no code: its tests run several processes of muster on one ledger, kill, freeze and cut them off, and
// count what a provider sees.
package machines
