package mapping

// LooksSpoilt reports whether another program has spoilt a text: PeÃ±a, &eacute;, a lost
// letter's mark, a control character. A question mark inside a word is not enough: which
// column it is in decides that.
func LooksSpoilt(text string) bool { return spoilt(text, true) != nil }

// LooksMissing reports whether a text stands for no value in any field: N/A, NULL, -.
func LooksMissing(text string) bool {
	all := kinds()
	return text != "" && all[len(all)-1].placeholder(text)
}
