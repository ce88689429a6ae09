package console

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
)

var colour = regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6}|var\(--([a-z-]+)\));`)

// palettes are the light and the dark colours, and those of each while acting.
func palettes(t *testing.T) map[string]map[string]string {
	t.Helper()
	content, err := os.ReadFile("assets/console.css")
	if err != nil {
		t.Fatal(err)
	}
	light, rest, _ := strings.Cut(string(content), "@media screen and (prefers-color-scheme: dark)")
	dark, acting, _ := strings.Cut(rest, ".acting {")
	acting, _, _ = strings.Cut(acting, "}")
	made := map[string]map[string]string{}
	for name, texts := range map[string][]string{
		"light": {light}, "dark": {light, dark}, "light, acting": {light, acting}, "dark, acting": {light, dark, acting},
	} {
		colours := map[string]string{}
		for _, text := range texts {
			for _, m := range colour.FindAllStringSubmatch(text, -1) {
				colours[m[1]] = m[2]
			}
		}
		for strings.HasPrefix(colours["accent"]+colours["soft"]+colours["accent-strong"]+colours["on-accent"], "var") {
			for key, value := range colours {
				if m := regexp.MustCompile(`var\(--([a-z-]+)\)`).FindStringSubmatch(value); m != nil {
					colours[key] = colours[m[1]]
				}
			}
		}
		made[name] = colours
	}
	return made
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	var channels [3]uint8
	if _, err := fmt.Sscanf(hex, "#%02x%02x%02x", &channels[0], &channels[1], &channels[2]); err != nil {
		t.Fatalf("%q is no colour", hex)
	}
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		c := float64(channels[i]) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(t *testing.T, a, b string) float64 {
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// The contrast that WCAG 2.2 AA asks for: 4.5 for text, 3 for what shows where
// a field is.
func TestColoursCanBeRead(t *testing.T) {
	for name, c := range palettes(t) {
		for _, pair := range []struct {
			over, under string
			least       float64
		}{
			{"ink", "page", 4.5}, {"ink", "card", 4.5}, {"ink", "grey-soft", 4.5}, {"ink", "red-soft", 4.5}, {"ink", "soft", 4.5},
			{"quiet", "page", 4.5}, {"quiet", "card", 4.5}, {"quiet", "grey-soft", 4.5}, {"quiet", "soft", 4.5}, {"quiet", "red-soft", 4.5},
			{"accent", "page", 4.5}, {"accent", "card", 4.5}, {"accent", "soft", 4.5}, {"accent", "red-soft", 4.5},
			{"accent-strong", "card", 4.5}, {"on-accent", "accent", 4.5}, {"on-accent", "accent-strong", 4.5},
			{"red", "card", 4.5}, {"red", "red-soft", 4.5}, {"on-red", "red", 4.5}, {"on-red", "red-strong", 4.5},
			{"amber", "amber-soft", 4.5}, {"amber", "card", 4.5}, {"violet", "violet-soft", 4.5}, {"grey", "grey-soft", 4.5},
			{"green", "green-soft", 4.5}, {"teal", "teal-soft", 4.5}, {"blue", "blue-soft", 4.5}, {"page", "ink", 4.5},
			{"teal", "card", 4.5}, {"green", "card", 4.5}, {"violet", "card", 4.5}, {"grey", "card", 4.5}, {"blue", "card", 4.5},
			{"field", "card", 3}, {"field", "page", 3},
		} {
			if have := contrast(t, c[pair.over], c[pair.under]); have < pair.least {
				t.Errorf("%s: %s on %s has %.2f to 1, less than %v", name, pair.over, pair.under, have, pair.least)
			}
		}
	}
}
