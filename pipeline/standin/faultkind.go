package standin

import "net/http"

// FaultKind is one way to misbehave.
type FaultKind string

const (
	// ResetBefore: the connection is reset, nothing was processed.
	ResetBefore FaultKind = "reset-before"
	// ResetAfter: processed, then the connection is reset.
	ResetAfter FaultKind = "reset-after"
	// ErrorBefore: 500 (or Status), nothing was processed.
	ErrorBefore FaultKind = "error-before"
	// ErrorAfter: processed, then 500 (or Status).
	ErrorAfter FaultKind = "error-after"
	// Hang: the request is taken and nothing processed; after Duration 504 (or
	// Status), without one nothing until the client leaves.
	Hang FaultKind = "hang"
	// HangAfter: processed; the answer comes after Duration, without one never.
	HangAfter FaultKind = "hang-after"
	// SlowBody: processed; the answer's body trickles in over Duration.
	SlowBody FaultKind = "slow-body"
	// Truncated: processed; the answer ends in the middle of its body.
	Truncated FaultKind = "truncated"
	// Rubbish: processed; 200 (or Status) with text that is no JSON.
	Rubbish FaultKind = "rubbish"
	// Throttle: 429 (or Status) with RetryAfter, nothing was processed.
	Throttle FaultKind = "throttle"
	// Unauthorized: the definition's answer to a bad token (or Status), nothing
	// was processed.
	Unauthorized FaultKind = "unauthorized"
	// StatusOnly: answers Status, nothing was processed.
	StatusOnly FaultKind = "status"
	// WrongType: processed; the right JSON as text/html.
	WrongType FaultKind = "wrong-type"
	// Redirect: 307 (or Status) to /elsewhere, nothing was processed.
	Redirect FaultKind = "redirect"
	// Accepted: 202 (or Status) without an ID; the create is processed after
	// Duration, without one when the next request comes.
	Accepted FaultKind = "accepted"
	// SameID: processed; the answer has the ID of the first customer whose answer
	// was good.
	SameID FaultKind = "same-id"
	// Crossed: processed; the answer is the one about the newest other customer.
	Crossed FaultKind = "crossed"
	// ErrorWithID: the status of a success (or Status), an ID of the error where
	// the customer's would be, and a member that says failure; nothing was
	// processed.
	ErrorWithID FaultKind = "error-with-id"
	// Busy: 409 (or Status), and the same for each request with this body until
	// Duration is over; nothing was processed.
	Busy FaultKind = "busy"
	// RowRefused: 403 (or Status), nothing was processed. Whether a Rate applies to a
	// request depends on its body, so that the same rows are refused each time.
	RowRefused FaultKind = "row-refused"
	// PlanLimit: 402 (or Status), nothing was processed.
	PlanLimit FaultKind = "plan-limit"
	// Maintenance: 503 (or Status), and the same for each request of the target
	// until Duration is over; nothing was processed.
	Maintenance FaultKind = "maintenance"
	// ClockAhead: the answer's Date, and a Retry-After as a date, are those of a
	// clock that is Duration ahead. Other faults may befall the same request.
	ClockAhead FaultKind = "clock-ahead"
	// IgnoreIdempotency: the idempotency key is not looked at. Other faults may
	// befall the same request.
	IgnoreIdempotency FaultKind = "ignore-idempotency"
)

// FaultKinds lists all kinds.
func FaultKinds() []FaultKind {
	return []FaultKind{ResetBefore, ResetAfter, ErrorBefore, ErrorAfter, Hang, HangAfter, SlowBody, Truncated,
		Rubbish, Throttle, Unauthorized, StatusOnly, WrongType, Redirect, Accepted, SameID, Crossed, ErrorWithID, Busy,
		RowRefused, PlanLimit, Maintenance, ClockAhead, IgnoreIdempotency}
}

func (k FaultKind) unprocessed() bool {
	switch k {
	case ResetBefore, ErrorBefore, Hang, Throttle, Unauthorized, StatusOnly, Redirect, Accepted, ErrorWithID, Busy,
		RowRefused, PlanLimit, Maintenance:
		return true
	}
	return false
}

// createOnly: the fault is about a customer that a request makes.
func (k FaultKind) createOnly() bool {
	switch k {
	case Accepted, SameID, Crossed, ErrorWithID:
		return true
	}
	return false
}

func (k FaultKind) hasDuration() bool {
	switch k {
	case Hang, HangAfter, SlowBody, Accepted, Busy, Maintenance, ClockAhead:
		return true
	}
	return false
}

func (k FaultKind) needsDuration() bool { return k == SlowBody || k == ClockAhead }

func (k FaultKind) hasStatus() bool {
	switch k {
	case ErrorBefore, ErrorAfter, Hang, Rubbish, Throttle, Unauthorized, StatusOnly, Redirect, Accepted, ErrorWithID,
		Busy, RowRefused, PlanLimit, Maintenance:
		return true
	}
	return false
}

func (k FaultKind) hasRetryAfter() bool {
	switch k {
	case Throttle, StatusOnly, ErrorBefore, ErrorAfter, Busy, PlanLimit, Maintenance:
		return true
	}
	return false
}

// status is what a kind answers where the fault names no status of its own.
func (k FaultKind) status() int {
	switch k {
	case Hang:
		return http.StatusGatewayTimeout
	case Rubbish:
		return http.StatusOK
	case Throttle:
		return http.StatusTooManyRequests
	case Redirect:
		return http.StatusTemporaryRedirect
	case Accepted:
		return http.StatusAccepted
	case Busy:
		return http.StatusConflict
	case RowRefused:
		return http.StatusForbidden
	case PlanLimit:
		return http.StatusPaymentRequired
	case Maintenance:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}
