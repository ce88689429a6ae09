package sqlusers

// gram is how many characters in a row the indexes know.
const gram = 3

// trigrams cuts a text into pieces of three characters that cover all of it.
// The last two may overlap. A shorter text has none.
func trigrams(text string) [][]rune {
	letters := []rune(text)
	if len(letters) < gram {
		return nil
	}
	var all [][]rune
	for at := 0; at < len(letters); at += gram {
		from := min(at, len(letters)-gram)
		all = append(all, letters[from:from+gram])
	}
	return all
}
