// Package signature signs requests as a definition says ([pipeline.Sign]), and checks such signatures. What is signed
// is a text that a template makes from the request, or the signature base of RFC 9421. The sender and the stand-in both
// use it, so its tests compare it with published vectors, and not one side with the other.
//
// It does not support derived keys (as AWS has), signed queries or, of RFC 9421, parameters of components and
// @query-param.
package signature
