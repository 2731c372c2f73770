package pipeline

import "time"

// SettleBy is how an attempt without an answer is settled.
type SettleBy string

const (
	// SettleResend: the identical body again; the provider then names the ID.
	SettleResend SettleBy = "resend"
	// SettleLookUpResend: look up; when absent, send again under the intent's own idempotency key while the provider
	// still honours it.
	SettleLookUpResend SettleBy = "look-up-then-resend"
	// SettleLookUp: look up; absent counts as not created.
	SettleLookUp SettleBy = "look-up"
	// SettleNone: only a person can say.
	SettleNone SettleBy = "none"
)

// Settle is how attempts without an answer, and 5xx, are settled.
type Settle struct {
	By     SettleBy
	LookUp string        // the look-up's name, where By needs one
	After  time.Duration // "absent" counts only this long after the attempt ended
	// Window is how long the provider honours an idempotency key.
	Window time.Duration
	Advice Localized // what a person should do about an uncertain row
}

// SettleBys lists them.
func SettleBys() []SettleBy {
	return []SettleBy{SettleResend, SettleLookUp, SettleLookUpResend, SettleNone}
}
