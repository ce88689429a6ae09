package language

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// readFile reads one language. It goes token by token, since decoding into a map
// would hide a key that is there twice.
func readFile(fsys fs.FS, name string) (messages, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	d := json.NewDecoder(f)
	t, err := d.Token()
	if err != nil {
		return nil, fmt.Errorf("is not JSON: %w", err)
	}
	if t != json.Delim('{') {
		return nil, errors.New("is not a JSON object")
	}
	texts := make(messages)
	for d.More() {
		if err := readText(d, texts); err != nil {
			return nil, err
		}
	}
	if _, err := d.Token(); err != nil { // the closing brace
		return nil, fmt.Errorf("is not JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("has something after its object")
	}
	return texts, nil
}

func readText(d *json.Decoder, texts messages) error {
	key, err := d.Token()
	if err != nil {
		return fmt.Errorf("is not JSON: %w", err)
	}
	value, err := d.Token()
	if err != nil {
		return fmt.Errorf("is not JSON: %w", err)
	}
	name := fmt.Sprint(key)
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("key %q is not a text", name)
	}
	if _, twice := texts[name]; twice {
		return fmt.Errorf("key %q is there twice", name)
	}
	parts, err := split(text)
	if err != nil {
		return fmt.Errorf("key %q %w", name, err)
	}
	texts[name] = parts
	return nil
}
