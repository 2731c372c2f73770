package mapping

// LooksSpoilt reports whether another program has damaged a text: PeÃ±a, &eacute;, a replacement character, a control
// character. A question mark inside a word is not enough, because that depends on its column.
func LooksSpoilt(text string) bool { return spoilt(text, true) != nil }

// LooksMissing reports whether a text is a placeholder in any field: N/A, NULL, -.
func LooksMissing(text string) bool {
	all := kinds()
	return text != "" && all[len(all)-1].placeholder(text)
}
