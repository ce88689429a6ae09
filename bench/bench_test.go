package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each row measures both of its sides: over little data, to see that it works.
func TestEveryRowMeasuresSomething(t *testing.T) {
	l := newLab(true)
	defer l.close()
	var progress bytes.Buffer
	report, err := measureAll(t.Context(), l, families(), &progress)
	if err != nil {
		t.Fatalf("%v\n%s", err, progress.String())
	}
	for _, r := range report.Rows {
		switch {
		case r.LeftOut != "" && os.Getenv("CI") == "true":
			t.Errorf("%s: %s", r.Name, r.LeftOut)
		case r.LeftOut != "":
			t.Logf("%s: %s", r.Name, r.LeftOut)
		case math.IsNaN(r.Ratio) || math.IsInf(r.Ratio, 0) || r.Own.N == 0:
			t.Errorf("%s: ratio %v of %d numbers", r.Name, r.Ratio, r.Own.N)
		}
	}
	grew, err := measureCurves(t.Context(), l, curves(false), &progress)
	if err != nil {
		t.Fatalf("%v\n%s", err, progress.String())
	}
	for _, g := range grew {
		if g.LeftOut == "" && (len(g.Points) == 0 || g.Points[0].Seconds <= 0) {
			t.Errorf("%s: %v", g.Name, g.Points)
		}
	}
}

// The picture has a line for each curve over the thing, and is well-formed.
func TestPlot(t *testing.T) {
	all := []grown{
		{Name: "a", What: "SQLite: a <search>", Of: "users", Points: []grownPoint{{1000, 0.001}, {10000, 0.002}}},
		{Name: "b", What: "PostgreSQL: a search", Of: "users", Points: []grownPoint{{1000, 0.01}, {10000, 0.01}}},
		{Name: "c", What: "something else", Of: "instances", Points: []grownPoint{{1, 1}, {2, 1}}},
		{Name: "d", What: "left out", Of: "users", LeftOut: "no server"},
	}
	picture := plot("users", all)
	if got := strings.Count(picture, "<polyline"); got != 2 {
		t.Errorf("%d lines; want 2", got)
	}
	if err := xml.Unmarshal([]byte(picture), new(struct{})); err != nil {
		t.Errorf("%v in\n%s", err, picture)
	}
	if plot("impersonations", all) != "" {
		t.Error("there is a picture of nothing")
	}
	if got := all[0].exponent(); got != "n^0.30" {
		t.Errorf("twice for ten times as many grows as %s", got)
	}
}

func TestChoose_RowsByTheirWholeNames(t *testing.T) {
	for only, want := range map[string]int{"": 3, "search": 1, "search/.*": 2, ".*sqlite|search": 2, "name": 0, "(": 0} {
		rows := []row{{name: "search/name/sqlite"}, {name: "search/name/postgres"}, {name: "search"}}
		chosen, grows, err := choose(rows, []curve{{name: "grow"}}, only)
		if only == "" {
			want++ // the curve
		}
		if len(chosen)+len(grows) != want || (err != nil) != (want == 0) {
			t.Errorf("choose(%q) = %d of all, %v; want %d", only, len(chosen)+len(grows), err, want)
		}
	}
}

func TestFinish_ComparesRoundByRound(t *testing.T) {
	r := result{row: row{target: atMost(1.5)}, Own: series{Rounds: []float64{1, 40, 3}}, Base: series{Rounds: []float64{1, 20, 1}}}
	r.finish()
	if r.Ratio != 2 || r.Least != 1 || r.Most != 3 || r.Met {
		t.Errorf("ratio %v (%v to %v), met %t", r.Ratio, r.Least, r.Most, r.Met)
	}
	r = result{row: row{target: atLeast(0.5)}, Own: series{Rounds: []float64{3}}}
	r.finish()
	if r.Ratio != 3 || !r.Met {
		t.Errorf("without a floor: ratio %v, met %t", r.Ratio, r.Met)
	}
}

func TestQuantile(t *testing.T) {
	numbers := make([]float64, 200)
	for i := range numbers {
		numbers[i] = float64(200 - i)
	}
	for q, want := range map[float64]float64{0: 1, 0.5: 100, 0.99: 198, 1: 200} {
		if got := quantile(numbers, q); got != want {
			t.Errorf("quantile(%v) = %v; want %v", q, got, want)
		}
	}
}

func TestFormat_ThreeDigits(t *testing.T) {
	for _, test := range []struct {
		unit unit
		n    float64
		want string
	}{
		{seconds, 1.2345e-8, "12.3 ns"}, {seconds, 0.0000015, "1.5 µs"}, {seconds, 0.25, "250 ms"}, {seconds, 12.346, "12.3 s"},
		{perSecond, 1234567, "1234567 /s"}, {count, 0, "0"}, {inBytes, 17, "17 B"}, {count, 0.05, "0.05"},
	} {
		if got := test.unit.format(test.n); got != test.want {
			t.Errorf("%v in %q = %q; want %q", test.n, test.unit, got, test.want)
		}
	}
}

// A run writes the table between its two lines and leaves the rest alone; one
// of some rows keeps the others.
func TestWrite(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "performance.md")
	if err := os.WriteFile(path, []byte("before\n"+tableBegins+"old\n"+tableEnds+"after\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	all := families()
	line := func(r row, what string) result {
		return result{Name: r.name, What: what, Own: series{Rounds: []float64{1}}, Base: series{Rounds: []float64{2}}}
	}
	first := report{Rows: []result{line(all[0], "first of the first"), line(all[1], "second of the first")}}
	second := report{Rows: []result{line(all[1], "second of the second")}}
	for i, write := range []func() error{
		func() error { return first.write(folder, false) },
		func() error { return second.write(folder, true) },
	} {
		if err := write(); err != nil {
			t.Fatalf("write %d: %v", i, err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got := string(text)
	if !strings.HasPrefix(got, "before\n"+tableBegins) || !strings.HasSuffix(got, tableEnds+"after\n") || strings.Contains(got, "old") ||
		!strings.Contains(got, "first of the first") || strings.Contains(got, "second of the first") || !strings.Contains(got, "second of the second") {
		t.Errorf("performance.md is:\n%s", got)
	}
	var have report
	data, err := os.ReadFile(filepath.Join(folder, "performance.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &have); err != nil || len(have.Rows) != 2 {
		t.Errorf("performance.json has %d rows, %v", len(have.Rows), err)
	}
	if err := os.WriteFile(path, []byte("no place"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := first.write(folder, false); err == nil {
		t.Error("a performance.md without a place for the table is written all the same")
	}
}
