package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// report is a run: the contents of performance.json, and of the table in
// performance.md.
type report struct {
	Machine machine   `json:"machine"`
	Started time.Time `json:"started"`
	Took    string    `json:"took"`
	Rows    []result  `json:"rows"`
	Curves  []grown   `json:"curves"`
}

// The lines between which performance.md has what a run wrote.
const (
	tableBegins = "<!-- What follows is written by `make bench`. -->\n"
	tableEnds   = "<!-- The end of what `make bench` writes. -->\n"
)

// table is the report in Markdown.
func (r *report) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s, in %s, on %s.\n\n", r.Started.Format("2 January 2006"), r.Took, r.Machine)
	b.WriteString("| what | measured | floor | | ratio | to reach | |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, row := range r.Rows {
		b.WriteString(row.line())
	}
	return b.String() + r.notes() + r.growth()
}

// growth is the part about how cost grows, with a picture of each kind.
func (r *report) growth() string {
	if len(r.Curves) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n## How cost grows\n\nMedians, and the power of the number by which they grew from the first to the last.\n")
	for _, of := range grownBy {
		if plot(of, r.Curves) != "" {
			fmt.Fprintf(&b, "\n![Time by the number of %s](pictures/growth-%[1]s.svg)\n", of)
		}
		b.WriteString(growthTable(of, r.Curves))
	}
	return b.String()
}

// notes has each note once, with the names of its rows.
func (r *report) notes() string {
	var order []string
	names := map[string][]string{}
	for _, row := range r.Rows {
		if row.Note != "" {
			if names[row.Note] == nil {
				order = append(order, row.Note)
			}
			names[row.Note] = append(names[row.Note], "`"+row.Name+"`")
		}
	}
	var b strings.Builder
	for _, note := range order {
		fmt.Fprintf(&b, "\n%s: %s\n", strings.Join(names[note], ", "), note)
	}
	return b.String()
}

func (r *result) line() string {
	if r.LeftOut != "" {
		return fmt.Sprintf("| %s | | | %s | | %s | %s |\n", r.What, r.Floor, r.Target, r.LeftOut)
	}
	floor := ""
	if len(r.Base.Rounds) > 0 {
		floor = r.Unit.format(median.of(r.Base.Rounds))
	}
	return fmt.Sprintf("| %s | %s %s | %s | %s | %s (%s to %s) | %s | %s |\n", r.What, r.Unit.format(median.of(r.Own.Rounds)), r.Figure,
		floor, r.Floor, number(r.Ratio), number(r.Least), number(r.Most), r.Target, r.verdict())
}

// write replaces the table in the folder's performance.md, and
// performance.json. A run of some rows only replaces those.
func (r *report) write(folder string, some bool) error {
	jsonPath, textPath := filepath.Join(folder, "performance.json"), filepath.Join(folder, "performance.md")
	if some {
		if err := r.mergeInto(jsonPath); err != nil {
			return err
		}
	}
	data, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	text, err := os.ReadFile(textPath)
	if err != nil {
		return err
	}
	before, rest, begins := strings.Cut(string(text), tableBegins)
	_, after, ends := strings.Cut(rest, tableEnds)
	if !begins || !ends {
		return fmt.Errorf("%s has no place for the table: the lines %q and %q", textPath, tableBegins, tableEnds)
	}
	var failed []error
	for _, of := range grownBy {
		if picture := plot(of, r.Curves); picture != "" {
			failed = append(failed, os.WriteFile(filepath.Join(folder, "pictures", "growth-"+of+".svg"), []byte(picture), 0o644))
		}
	}
	return errors.Join(errors.Join(failed...),
		os.WriteFile(jsonPath, append(data, '\n'), 0o644),
		os.WriteFile(textPath, []byte(before+tableBegins+r.table()+tableEnds+after), 0o644))
}

// mergeInto adds the rows that an earlier run has and this one has not, in the
// order of [families].
func (r *report) mergeInto(path string) error {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var earlier report
	if err := json.Unmarshal(data, &earlier); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if len(earlier.Rows)+len(earlier.Curves) > 0 {
		r.Took = "several parts"
		versions := maps.Clone(earlier.Machine.Versions)
		maps.Copy(versions, r.Machine.Versions)
		r.Machine.Versions = versions
	}
	var all []result
	for _, known := range families() {
		for _, from := range [][]result{r.Rows, earlier.Rows} {
			if i := slices.IndexFunc(from, func(have result) bool { return have.Name == known.name }); i >= 0 {
				all = append(all, from[i])
				break
			}
		}
	}
	r.Rows = all
	var grew []grown
	for _, known := range curves(true) {
		for _, from := range [][]grown{r.Curves, earlier.Curves} {
			if i := slices.IndexFunc(from, func(have grown) bool { return have.Name == known.name }); i >= 0 {
				grew = append(grew, from[i])
				break
			}
		}
	}
	r.Curves = grew
	return nil
}

// format writes a number with its unit, to three digits.
func (u unit) format(n float64) string {
	switch {
	case u == seconds && n < 1e-6:
		return number(n*1e9) + " ns"
	case u == seconds && n < 1e-3:
		return number(n*1e6) + " µs"
	case u == seconds && n < 1:
		return number(n*1e3) + " ms"
	case u == seconds:
		return number(n) + " s"
	case u == count:
		return number(n)
	default:
		return number(n) + " " + string(u)
	}
}

// number writes three digits, more only before the point.
func number(n float64) string {
	if n == 0 || math.IsInf(n, 0) || math.IsNaN(n) {
		return strconv.FormatFloat(n, 'g', -1, 64)
	}
	digits := max(0, 2-int(math.Floor(math.Log10(math.Abs(n)))))
	text := strconv.FormatFloat(n, 'f', digits, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}
