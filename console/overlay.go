package console

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
)

// overlay is several file systems as one: a file comes from the first that has
// it. A nil one has none. It opens files and no folders, since nothing here has
// to be listed.
type overlay []fs.FS

// Open opens the file of the first layer that has it.
func (o overlay) Open(name string) (fs.File, error) {
	for _, layer := range o {
		if layer == nil {
			continue
		}
		file, err := layer.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return withoutFolder(name, file)
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func withoutFolder(name string, file fs.File) (fs.File, error) {
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// sub is a folder of a file system that may be nil.
func sub(from fs.FS, folder string) fs.FS {
	if from == nil {
		return nil
	}
	// fs.Sub fails for names that aren't valid, and ours are constants.
	folderFS, err := fs.Sub(from, folder)
	if err != nil {
		return nil
	}
	return folderFS
}

// bannerFile is for the banner, which isn't the console's.
const bannerFile = "banner.html"

// checkNames refuses a template of the application's own that replaces none:
// with a typing error in its name, it would never be used.
func checkNames(own fs.FS) error {
	if own == nil {
		return nil
	}
	entries, err := fs.ReadDir(own, ".")
	if err != nil {
		return fmt.Errorf("console: Config.Templates: %w", err)
	}
	for _, entry := range entries {
		if name := entry.Name(); path.Ext(name) == ".html" && !isTemplate(name) && name != bannerFile {
			return fmt.Errorf("console: Config.Templates has a file %s, and the console no template of that name to replace", name)
		}
	}
	return nil
}

// versionsOf gives each asset of the layers a mark that changes with its content,
// so that a browser may keep it for as long as it likes.
func versionsOf(assets overlay) (map[string]string, error) {
	marks := map[string]string{}
	for _, layer := range assets {
		if layer == nil {
			continue
		}
		err := fs.WalkDir(layer, ".", func(name string, entry fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist) && name == ".":
				return nil // templates without assets
			case err != nil || entry.IsDir() || marks[name] != "":
				return err
			}
			content, err := fs.ReadFile(layer, name)
			if err != nil {
				return err
			}
			sum := sha256.Sum256(content)
			marks[name] = hex.EncodeToString(sum[:6])
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("console: Config.Templates: assets: %w", err)
		}
	}
	return marks, nil
}
