package pipeline

// IsNoCountry reports whether a code of two capitals is missing from ISO 3166-1, or was withdrawn, although
// golang.org/x/text calls its region a country.
func IsNoCountry(code string) bool {
	switch code {
	case "AN", "CS", "NT", "SU", "XK", "YU":
		return true
	}
	return false
}
