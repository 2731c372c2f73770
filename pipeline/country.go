package pipeline

// IsNoCountry says of a code of two capitals that ISO 3166-1 does not have it, or
// no longer, although golang.org/x/text calls its region a country.
func IsNoCountry(code string) bool {
	switch code {
	case "AN", "CS", "NT", "SU", "XK", "YU":
		return true
	}
	return false
}
