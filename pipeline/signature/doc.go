// Package signature signs requests as a definition says ([pipeline.Sign]), and checks such
// signatures: of a text that a template makes of the request, or of RFC 9421's signature
// base. Both sides of the wire use it, so that it is held against published vectors.
//
// It knows no chain of keys (as AWS has), no signed query, and of RFC 9421 neither
// parameters of components nor @query-param.
package signature
