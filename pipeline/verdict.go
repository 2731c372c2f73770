package pipeline

// Verdict is what one answer of a provider, or its absence, means for the row. An answer that no rule of the
// definition matches gets [VerdictUnknown], the careful one.
type Verdict string

const (
	// VerdictCreated: the customer was created, and the answer has its ID.
	VerdictCreated Verdict = "created"
	// VerdictExists: the provider says that it has this customer already. Its ID is not used until a look-up agrees
	// with the row.
	VerdictExists Verdict = "exists"
	// VerdictRefused: refused for good; the row has to be corrected.
	VerdictRefused Verdict = "refused"
	// VerdictDenied: refused, and the answer does not say whether because of the row or of the account (403, 404, 402
	// and such): the importer decides by the other answers.
	VerdictDenied Verdict = "denied"
	// VerdictBusy: not processed, because another request for this customer is under way; send the same row again
	// later.
	VerdictBusy Verdict = "busy"
	// VerdictAccepted: accepted, and not decided yet; the answer says where to ask.
	VerdictAccepted Verdict = "accepted"
	// VerdictThrottled: not processed, too many calls; send the same request again later.
	VerdictThrottled Verdict = "throttled"
	// VerdictUnauthorized: not processed, the token is not valid, or not any more.
	VerdictUnauthorized Verdict = "unauthorized"
	// VerdictHalt: every row would fail in the same way (wrong host, path or permission).
	VerdictHalt Verdict = "halt"
	// VerdictUnknown: sent, result unknown.
	VerdictUnknown Verdict = "unknown"
	// VerdictUnsent: certainly not a byte of the request left.
	VerdictUnsent Verdict = "unsent"
)

// AnswerVerdicts are the verdicts that a definition may give to an answer.
func AnswerVerdicts() []Verdict {
	return []Verdict{VerdictCreated, VerdictExists, VerdictRefused, VerdictAccepted, VerdictBusy, VerdictThrottled,
		VerdictUnauthorized, VerdictDenied, VerdictHalt, VerdictUnknown}
}

// AwaitVerdicts are the verdicts that a definition may give to the answer when muster asks about an accepted request.
func AwaitVerdicts() []Verdict {
	return []Verdict{VerdictCreated, VerdictExists, VerdictRefused, VerdictAccepted, VerdictThrottled,
		VerdictUnauthorized, VerdictHalt, VerdictUnknown}
}
