package people

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// The same seed makes the same users, in whatever order they are asked for.
func TestAt_IsTheSameForTheSameSeed(t *testing.T) {
	a, b, other := Crowd{Seed: 1, N: 100}, Crowd{Seed: 1, N: 1000}, Crowd{Seed: 2, N: 100}
	same := 0
	for id := 100; id >= 1; id-- {
		if a.At(id) != b.At(id) {
			t.Errorf("user %d is %+v, then %+v", id, a.At(id), b.At(id))
		}
		if a.At(id).Name == other.At(id).Name {
			same++
		}
	}
	if same > 20 {
		t.Errorf("%d of 100 users have the same name by another seed", same)
	}
}

func TestAt_HalfHaveTheFrequentTerm(t *testing.T) {
	crowd, have := Crowd{Seed: 1, N: 2000}, 0
	for id := range crowd.N {
		p := crowd.At(id + 1)
		if strings.Contains(p.Email, Frequent) {
			have++
		}
		if strings.Contains(p.Username+p.Name, Frequent) {
			t.Errorf("%+v has the frequent term elsewhere", p)
		}
	}
	if have < 900 || have > 1100 {
		t.Errorf("%d of %d users have the frequent term", have, crowd.N)
	}
}

func TestTerms_AreOfThreeCharactersOrMore(t *testing.T) {
	for _, term := range (Crowd{Seed: 1, N: 2000}).Terms(3, 500) {
		if utf8.RuneCountInString(term) < 3 || len(strings.Fields(term)) != 1 {
			t.Errorf("term %q", term)
		}
	}
}
