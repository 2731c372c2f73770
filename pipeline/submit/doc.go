// Package submit makes single attempts over HTTP: one create, one look-up, one exchange of credentials for a token.
// It never repeats a request by itself; its caller decides when to try again.
//
// Its promises:
//
//   - A request is on the wire at most once for each call ([Client.Create]),
//     and the reply says truthfully whether it may have left:
//     [pipeline.VerdictUnsent] only when certainly no byte of it did. Any doubt
//     is [pipeline.VerdictUnknown] (pipeline/README.md, promise 4).
//   - Calls of any kind start at least 1/R apart, counted where their first
//     byte goes to the connection, and never more than N are open (promise 8).
//   - Text of the provider is passed on only after every value of the row in
//     it has become {field path}, and every secret {secret} (promise 9).
//
// The definition ([pipeline.Provider]) says how an answer is read; no code here knows a provider. The package does
// not decide whether a customer that an answer names is the row's (the caller compares [pipeline.Found.Values]), nor
// what became of a request without an answer.
package submit
