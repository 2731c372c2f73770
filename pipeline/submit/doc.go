// Package submit makes single attempts over HTTP: one create, one look-up, one
// exchange of credentials for a token. It never repeats a request by itself;
// when to try again is its caller's business.
//
// What it promises:
//
//   - A request is on the wire at most once for each call ([Client.Create]),
//     and the answer says truthfully whether it may have left:
//     [pipeline.VerdictUnsent] only when certainly no byte of it did. Whatever
//     is in doubt is [pipeline.VerdictUnknown] (pipeline/README.md, promise 4).
//   - Calls of any kind start at least 1/R apart, counted where their first
//     byte goes to the connection, and never more than N are open (promise 8).
//   - Text of the provider is handed on only after every value of the row in
//     it has become {field path}, and every secret {secret} (promise 9).
//
// How an answer is read is said by the definition ([pipeline.Provider]); no
// code here knows a provider. What the package does not know: whether a
// customer that an answer names is the row's (the caller compares
// [pipeline.Found.Values]), and what became of a request without an answer.
package submit
