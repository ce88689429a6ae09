package docs_test

import (
	"go/ast"
	"go/doc"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// runElsewhere is where the examples of a package are run that only compile
// beside it, since the root has no database driver: there are the same ones,
// to the letter, and with an output.
var runElsewhere = map[string]string{
	"github.com/guise-go/guise/sqlstore": "test/store",
	"github.com/guise-go/guise/sqlusers": "test/users",
	"github.com/guise-go/guise/sqlguard": "test/guard",
}

// TestDocs_EveryConstructorHasAnExample: what one begins with is shown by an
// example of its own, and whatever else makes a value of the package's types is
// called in one. The example runs.
func TestDocs_EveryConstructorHasAnExample(t *testing.T) {
	constructors := 0
	for name, pkg := range library(t) {
		examples := running(t, name, pkg)
		check := func(f *doc.Func, makes bool) {
			begins := strings.HasPrefix(f.Name, "New") || strings.HasPrefix(f.Name, "Open") || strings.HasPrefix(f.Name, "With")
			if !begins && !makes {
				return
			}
			constructors++
			own := slices.ContainsFunc(f.Examples, func(e *doc.Example) bool { return examples["Example"+e.Name] != nil })
			called := slices.ContainsFunc(codes(examples), func(e ast.Node) bool { return calls(e, pkg.Name, f.Name) })
			if !own && (begins || !called) {
				t.Errorf("%s: %s is in no Example that has an output; write one into a file example_*_test.go", name, f.Name)
			}
		}
		for _, f := range pkg.Funcs {
			check(f, false)
		}
		for _, kind := range pkg.Types {
			for _, f := range kind.Funcs {
				check(f, true)
			}
		}
	}
	if constructors < 20 {
		t.Errorf("found only %d constructors", constructors)
	}
}

// running is the code of the examples of a package that are run, by their names.
func running(t *testing.T, name string, pkg *doc.Package) map[string]ast.Node {
	t.Helper()
	found := map[string]ast.Node{}
	elsewhere := runElsewhere[name]
	for _, example := range all(pkg) {
		function := "Example" + example.Name
		if example.Output != "" || example.EmptyOutput || elsewhere != "" && runsIn(t, pkg.Name, function, elsewhere) {
			found[function] = example.Code
		}
	}
	return found
}

func all(pkg *doc.Package) []*doc.Example {
	examples := slices.Clone(pkg.Examples)
	for _, f := range pkg.Funcs {
		examples = append(examples, f.Examples...)
	}
	for _, kind := range pkg.Types {
		examples = append(examples, kind.Examples...)
		for _, f := range append(slices.Clone(kind.Funcs), kind.Methods...) {
			examples = append(examples, f.Examples...)
		}
	}
	return examples
}

func codes(examples map[string]ast.Node) (nodes []ast.Node) {
	for _, node := range examples {
		nodes = append(nodes, node)
	}
	return nodes
}

// calls reports whether the code calls the package's function.
func calls(code ast.Node, pkg, function string) (found bool) {
	ast.Inspect(code, func(n ast.Node) bool {
		if call, ok := n.(*ast.SelectorExpr); ok && call.Sel.Name == function {
			of, ok := call.X.(*ast.Ident)
			found = found || ok && of.Name == pkg
		}
		return true
	})
	return found
}

// runsIn reports whether the folder has the example too, and there with an output.
func runsIn(t *testing.T, pkg, function, folder string) bool {
	t.Helper()
	shown, _ := exampleIn(t, pkg, function)
	run, output := exampleIn(t, folder, function)
	if shown != run {
		t.Errorf("%s in %s is not what %s runs: %s", function, pkg, folder, firstDifference(shown, run))
	}
	return output
}

// exampleIn is the text of an example in a folder, and whether it is run.
func exampleIn(t *testing.T, folder, function string) (text string, runs bool) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, folder, "example_*test.go"))
	if err != nil {
		t.Fatal(err)
	}
	whole := regexp.MustCompile(`(?ms)^func ` + function + `\(\) \{\n(.*?)^\}`)
	for _, path := range paths {
		if found := whole.FindStringSubmatch(read(t, path)); found != nil {
			text, _, runs = strings.Cut(found[1], "\t// Output:")
			return text, runs
		}
	}
	return "", false
}

// shown is which example of which package shows what a section of the guide is
// about; the section has its own in test/guide as well.
var shown = map[string]string{
	"Fifteen minutes":                    "New",
	"Before production":                  "Forbid",
	"Who may act as whom":                "Policy",
	"Whose page it is":                   "From",
	"Sessions":                           "Config_sessions",
	"What may be done":                   "sqlguard.Open",
	"Reasons and limits":                 "Config_limits",
	"The pages":                          "console.New",
	"Watching":                           "Hooks",
	"Jobs":                               "Carry",
	"APIs and single-page applications":  "Config_api",
	"Behind a prefix or a proxy":         "Manager_Middleware_prefix",
	"A directory or a store of your own": "Query_Scan",
	"Keeping and purging the log":        "Manager_Note",
	"Testing":                            "guisetest.NewBrowser",
	"When it does not work":              "New_wrong",
}

// TestDocs_EverySectionOfTheGuideHasAnExample: who reads the package's page
// rather than the guide finds the same things there.
func TestDocs_EverySectionOfTheGuideHasAnExample(t *testing.T) {
	have := map[string]bool{}
	for name, pkg := range library(t) {
		prefix := pkg.Name + "."
		if pkg.Name == "guise" {
			prefix = ""
		}
		for function := range running(t, name, pkg) {
			have[prefix+strings.TrimPrefix(function, "Example")] = true
		}
	}
	sections := regexp.MustCompile(`(?m)^## (.+)$`).FindAllStringSubmatch(read(t, "guide.md"), -1)
	for _, section := range sections {
		if example := shown[section[1]]; !have[example] {
			t.Errorf("the section %q has no example; %q is none that runs", section[1], example)
		}
	}
	if len(sections) != len(shown) {
		t.Errorf("the guide has %d sections, and %d have examples", len(sections), len(shown))
	}
}
