package submit

// validHeaderValue reports whether s can stand in a header as it is: a secret
// read from a file with its line break cannot.
func validHeaderValue(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
