package pipeline

// Verdict is what one answer of a provider (or its absence) means for the
// row. An answer that no rule of the definition names gets [VerdictUnknown],
// the careful one.
type Verdict string

const (
	// VerdictCreated: the customer was made, and the answer bears its ID.
	VerdictCreated Verdict = "created"
	// VerdictExists: the provider says that it has this customer already.
	// Nothing is believed of the ID until a look-up agrees with the row.
	VerdictExists Verdict = "exists"
	// VerdictRefused: refused for good; the row has to be corrected.
	VerdictRefused Verdict = "refused"
	// VerdictDenied: refused, and the answer does not say whether for what the
	// row holds or for what we may do at all (403, 404, 402 and such): the
	// importer decides by what else is answered.
	VerdictDenied Verdict = "denied"
	// VerdictBusy: not processed, something else is under way with this customer;
	// the same row again later.
	VerdictBusy Verdict = "busy"
	// VerdictAccepted: taken, and not decided yet; the answer says where to ask.
	VerdictAccepted Verdict = "accepted"
	// VerdictThrottled: not processed, too many calls; the same request again
	// later.
	VerdictThrottled Verdict = "throttled"
	// VerdictUnauthorized: not processed, the token is not (or no longer) good.
	VerdictUnauthorized Verdict = "unauthorized"
	// VerdictHalt: every row would fail alike (wrong host, path or permission).
	VerdictHalt Verdict = "halt"
	// VerdictUnknown: sent, result unknown.
	VerdictUnknown Verdict = "unknown"
	// VerdictUnsent: certainly not sent: no byte of the request left.
	VerdictUnsent Verdict = "unsent"
)

// AnswerVerdicts are the verdicts that a definition may give to an answer.
func AnswerVerdicts() []Verdict {
	return []Verdict{VerdictCreated, VerdictExists, VerdictRefused, VerdictAccepted, VerdictBusy, VerdictThrottled,
		VerdictUnauthorized, VerdictDenied, VerdictHalt, VerdictUnknown}
}

// AwaitVerdicts are those that a definition may give to what it is answered when it asks
// about an accepted request.
func AwaitVerdicts() []Verdict {
	return []Verdict{VerdictCreated, VerdictExists, VerdictRefused, VerdictAccepted, VerdictThrottled,
		VerdictUnauthorized, VerdictHalt, VerdictUnknown}
}
