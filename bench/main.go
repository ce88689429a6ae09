package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"slices"
)

// families are all rows, in the order of the table.
func families() []row {
	var all []row
	for _, family := range [][]row{
		requestRows(),
		lifeRows(),
		bannerRows(),
		searchRows(),
		pageRows(),
		pageTimeRows(),
		logRows(),
		chainRows(),
		guardRows(),
	} {
		all = append(all, family...)
	}
	return all
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	only := flags.String("only", "", "measure the rows whose whole name this regular expression matches, and write no files")
	quick := flags.Bool("quick", false, "measure each row once and over little data, and write no files")
	merge := flags.Bool("merge", false, "with -only: replace these rows in the files")
	large := flags.Bool("large", false, "measure how cost grows up to ten million users, which takes an hour more")
	list := flags.Bool("list", false, "list the rows' names and stop")
	docs := flags.String("docs", "docs", "the folder of performance.md and performance.json")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	rows, grows, err := choose(families(), curves(*large), *only)
	if err != nil {
		return err
	}
	if *list {
		for _, r := range rows {
			fmt.Println(r.name)
		}
		for _, c := range grows {
			fmt.Println(c.name)
		}
		return nil
	}
	l := newLab(*quick)
	defer l.close()
	report, err := measureAll(ctx, l, rows, os.Stderr)
	if err == nil {
		report.Curves, err = measureCurves(ctx, l, grows, os.Stderr)
	}
	fmt.Print(report.table())
	if *quick || *only != "" && !*merge || len(report.Rows)+len(report.Curves) == 0 {
		return err
	}
	// What was measured before it was interrupted is worth keeping.
	return errors.Join(err, report.write(*docs, *only != "" || err != nil))
}

// choose returns the rows and curves whose whole name the expression matches;
// all, if it is empty.
func choose(rows []row, curves []curve, only string) ([]row, []curve, error) {
	if only == "" {
		return rows, curves, nil
	}
	matches, err := regexp.Compile("^(?:" + only + ")$")
	if err != nil {
		return nil, nil, fmt.Errorf("-only: %w", err)
	}
	rows = slices.DeleteFunc(rows, func(r row) bool { return !matches.MatchString(r.name) })
	curves = slices.DeleteFunc(curves, func(c curve) bool { return !matches.MatchString(c.name) })
	if len(rows)+len(curves) == 0 {
		return nil, nil, fmt.Errorf("-only %q matches no row; -list lists their names", only)
	}
	return rows, curves, nil
}
