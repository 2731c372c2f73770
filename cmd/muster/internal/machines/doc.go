// Package machines has no code: its tests run several processes of muster on one ledger, kill, freeze and disconnect
// them, and count what a provider sees.
package machines
