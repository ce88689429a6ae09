package userstest

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/guise-go/guise"
)

func TestRun_MemoryKeepsEveryRule(t *testing.T) {
	open := func(_ *testing.T, users []guise.User) guise.Directory { return NewMemory(users...) }
	t.Run("numbers", func(t *testing.T) { Run(t, open) })
	t.Run("texts", func(t *testing.T) {
		RunIDs(t, func(n int) string { return fmt.Sprintf("%08x-Ab", n*7919) }, open)
	})
}

// broken is a Memory with one fault, for each rule.
type broken struct {
	*Memory
	user   func(m *Memory, ctx context.Context, id string) (guise.User, error)
	search func(m *Memory, ctx context.Context, q guise.Query) (guise.UserPage, error)
	batch  func(m *Memory, ctx context.Context, ids ...string) ([]guise.User, error)
}

func (b broken) User(ctx context.Context, id string) (guise.User, error) {
	if b.user == nil {
		return b.Memory.User(ctx, id)
	}
	return b.user(b.Memory, ctx, id)
}

func (b broken) Search(ctx context.Context, q guise.Query) (guise.UserPage, error) {
	if b.search == nil {
		return b.Memory.Search(ctx, q)
	}
	return b.search(b.Memory, ctx, q)
}

func (b broken) Users(ctx context.Context, ids ...string) ([]guise.User, error) {
	if b.batch == nil {
		return b.Memory.Users(ctx, ids...)
	}
	return b.batch(b.Memory, ctx, ids...)
}

type page = guise.UserPage

// faults are ways in which a real directory might break a rule.
var faults = []struct {
	name, rule string
	broken     broken
}{
	{"inactive users are not found", "rule 1", broken{user: func(m *Memory, ctx context.Context, id string) (guise.User, error) {
		u, err := m.User(ctx, id)
		if err == nil && !u.Active {
			return guise.User{}, guise.ErrUserNotFound
		}
		return u, err
	}}},
	{"nobody is the zero user", "rule 1", broken{user: func(m *Memory, ctx context.Context, id string) (guise.User, error) {
		u, _ := m.User(ctx, id)
		return u, nil
	}}},
	{"a field is lost", "rule 1", broken{user: func(m *Memory, ctx context.Context, id string) (guise.User, error) {
		u, err := m.User(ctx, id)
		u.Superuser = false
		return u, err
	}}},
	{"007 is 7", "rule 2", broken{user: func(m *Memory, ctx context.Context, id string) (guise.User, error) {
		if n, err := strconv.Atoi(id); err == nil {
			id = strconv.Itoa(n)
		}
		return m.User(ctx, id)
	}}},
	{"white space around an ID is dropped", "rule 2", broken{user: func(m *Memory, ctx context.Context, id string) (guise.User, error) {
		return m.User(ctx, strings.TrimSpace(id))
	}}},
	{"an empty list of tenants is no limit", "rule 3", broken{search: func(m *Memory, ctx context.Context, q guise.Query) (page, error) {
		if len(q.Filter.Tenants) == 0 {
			q.Filter.Tenants = nil
		}
		return m.Search(ctx, q)
	}}},
	{"attributes are forgotten", "rule 3", broken{search: func(m *Memory, ctx context.Context, q guise.Query) (page, error) {
		q.Filter.Attributes = nil
		return m.Search(ctx, q)
	}}},
	{"the filter is forgotten after a cursor", "rule 3", broken{search: func(m *Memory, ctx context.Context, q guise.Query) (page, error) {
		if q.Cursor != "" {
			q.Filter = guise.Filter{}
		}
		return m.Search(ctx, q)
	}}},
	{"the last term is forgotten", "rule 4", broken{search: func(m *Memory, ctx context.Context, q guise.Query) (page, error) {
		if words := strings.Fields(q.Text); len(words) > 1 {
			q.Text = strings.Join(words[:len(words)-1], " ")
		}
		return m.Search(ctx, q)
	}}},
	{"only ASCII white space splits", "rule 4", broken{search: func(m *Memory, ctx context.Context, q guise.Query) (page, error) {
		q.Text = strings.ReplaceAll(q.Text, "\u2003", "")
		return m.Search(ctx, q)
	}}},
	{"% is anything", "rule 5", broken{search: func(m *Memory, ctx context.Context, q guise.Query) (page, error) {
		q.Text = strings.ReplaceAll(q.Text, "%", " ")
		return m.Search(ctx, q)
	}}},
	{"no limit is 10", "rule 6", broken{search: func(m *Memory, ctx context.Context, q guise.Query) (page, error) {
		if q.Limit <= 0 {
			q.Limit = 10
		}
		return m.Search(ctx, q)
	}}},
	{"a full last page has a Next", "rule 6", broken{search: func(m *Memory, ctx context.Context, q guise.Query) (page, error) {
		got, err := m.Search(ctx, q)
		if got.Next == "" && len(got.Users) == q.Limit {
			got.Next = "more"
		}
		return got, err
	}}},
	{"an offset for a cursor", "rule 7", broken{search: offset}},
	{"the cursor's user is found again", "rule 7", broken{search: func(m *Memory, ctx context.Context, q guise.Query) (page, error) {
		got, err := m.Search(ctx, q)
		if q.Cursor != "" && len(got.Users) > 1 {
			got.Users = append(slices.Clone(got.Users[1:]), got.Users[1])
		}
		return got, err
	}}},
	{"a bad cursor is the first page", "rule 8", broken{search: func(m *Memory, ctx context.Context, q guise.Query) (page, error) {
		got, err := m.Search(ctx, q)
		if err != nil && ctx.Err() == nil {
			q.Cursor = ""
			return m.Search(ctx, q)
		}
		return got, err
	}}},
	{"the context is dropped by User", "rule 9", broken{user: func(m *Memory, ctx context.Context, id string) (guise.User, error) {
		return m.User(context.WithoutCancel(ctx), id)
	}}},
	{"cut short is not found", "rule 9", broken{user: func(m *Memory, ctx context.Context, id string) (guise.User, error) {
		u, err := m.User(ctx, id)
		if err != nil {
			err = guise.ErrUserNotFound
		}
		return u, err
	}}},
	{"the context is dropped by Search", "rule 9", broken{search: func(m *Memory, ctx context.Context, q guise.Query) (page, error) {
		return m.Search(context.WithoutCancel(ctx), q)
	}}},
	{"somebody missing is an error", "several at once", broken{batch: func(m *Memory, ctx context.Context, ids ...string) ([]guise.User, error) {
		for _, id := range ids {
			if _, err := m.User(ctx, id); err != nil {
				return nil, err
			}
		}
		return m.Users(ctx, ids...)
	}}},
	{"the last is forgotten", "several at once", broken{batch: func(m *Memory, ctx context.Context, ids ...string) ([]guise.User, error) {
		return m.Users(ctx, ids[:max(0, len(ids)-1)]...)
	}}},
	{"a busy directory says not found", "many goroutines", broken{user: busy(new(sync.Mutex))}},
}

// offset counts users where it should remember the last one.
func offset(m *Memory, ctx context.Context, q guise.Query) (page, error) {
	skip := 0
	if q.Cursor != "" {
		text, _ := base64.RawURLEncoding.DecodeString(q.Cursor)
		n, err := strconv.Atoi(string(text))
		if err != nil {
			return page{}, guise.ErrBadCursor
		}
		skip = n
	}
	size := q.Limit
	q.Cursor, q.Limit = "", 1<<20
	got, err := m.Search(ctx, q)
	if err != nil {
		return page{}, err
	}
	users := got.Users[min(skip, len(got.Users)):]
	if len(users) <= size {
		return page{Users: users}, nil
	}
	return page{Users: users[:size], Next: base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(skip + size)))}, nil
}

// busy fails whoever calls while another call is under way.
func busy(mu *sync.Mutex) func(*Memory, context.Context, string) (guise.User, error) {
	var here int
	arrive := func(n int) int {
		mu.Lock()
		defer mu.Unlock()
		here += n
		return here
	}
	return func(m *Memory, ctx context.Context, id string) (guise.User, error) {
		defer arrive(-1)
		if arrive(1) > 1 {
			return guise.User{}, guise.ErrUserNotFound
		}
		for range 1000 {
			_, _ = m.User(ctx, id) // long enough to be met
		}
		return m.User(ctx, id)
	}
}

func TestRun_FindsTheFault(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			at := slices.IndexFunc(rules, func(r rule) bool { return strings.HasPrefix(r.name(), f.rule) })
			var mu sync.Mutex
			var reports []string
			report := func(format string, args ...any) {
				mu.Lock()
				defer mu.Unlock()
				reports = append(reports, fmt.Sprintf(format, args...))
			}
			run(t.Context(), rules[at], strconv.Itoa, report, func(users []guise.User) guise.Directory {
				b := f.broken
				b.Memory = NewMemory(users...)
				return b
			})
			if len(reports) == 0 {
				t.Fatalf("%s finds nothing wrong", rules[at].name())
			}
			if !strings.Contains(reports[0], rules[at].text) {
				t.Errorf("the report does not quote the rule: %s", reports[0])
			}
		})
	}
}

func TestRules_QuoteTheContract(t *testing.T) {
	source, err := os.ReadFile("../directory.go")
	if err != nil {
		t.Fatal(err)
	}
	// The comment as running text.
	text := regexp.MustCompile(`\s*\n\s*//\s*`).ReplaceAllString(string(source), " ")
	for _, r := range rules {
		want := r.text
		if r.number > 0 {
			want = fmt.Sprintf("%d. %s", r.number, r.text)
		}
		if !strings.Contains(text, want) {
			t.Errorf("directory.go does not say: %s", want)
		}
	}
	numbered := regexp.MustCompile(`(?m)^//\s+\d+\. `).FindAllString(string(source), -1)
	cases := slices.DeleteFunc(slices.Clone(rules), func(r rule) bool { return r.number == 0 })
	if len(numbered) != len(cases) {
		t.Errorf("directory.go has %d rules, the suite %d", len(numbered), len(cases))
	}
}
