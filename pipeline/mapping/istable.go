package mapping

// IsTable reports whether a file is a lookup table and no mapping sheet: the first
// visible sheet that has one of the columns from and field has from and to. What cannot
// be read is none.
func IsTable(path string, files Files) bool {
	f, field := tableForm(), sheetForm().columns[0]
	both := append(files.texts(f.columns[0]), files.texts(field)...)
	t, err := files.Open(path, "", both)
	if err != nil {
		return false
	}
	defer t.Close() // it was only read
	header := t.Header()
	return files.column(header, field) < 0 && files.column(header, f.columns[0]) >= 0 &&
		files.column(header, f.columns[1]) >= 0
}
