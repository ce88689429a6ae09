package main

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// The picture's measures, in units of SVG: narrow enough to be read on a phone.
// Below the curves is a line for each that says which it is.
const (
	plotWidth, plotHeight = 340, 270
	plotLeft, plotRight   = 58, 20
	plotTop, plotBottom   = 14, 50
	plotLine              = 20
)

// plotColours tell the lines apart in light and in dark.
var plotColours = []string{"#2563eb", "#d97706", "#059669", "#db2777", "#7c3aed", "#0891b2", "#b91c1c", "#4d7c0f", "#a16207", "#475569"}

// plot draws curves over the same thing, both axes in powers of ten. It has no
// script and no font of its own.
func plot(of string, all []grown) string {
	var some []grown
	least, most := math.Inf(1), math.Inf(-1)
	small, large := math.MaxInt, 0
	for _, g := range all {
		if g.Of != of || len(g.Points) < 2 {
			continue
		}
		some = append(some, g)
		for _, p := range g.Points {
			least, most = min(least, p.Seconds), max(most, p.Seconds)
			small, large = min(small, p.Size), max(large, p.Size)
		}
	}
	if len(some) == 0 {
		return ""
	}
	axes := plotAxes{
		bottom: math.Floor(math.Log10(least)), top: math.Ceil(math.Log10(most)),
		left: math.Log10(float64(small)), right: math.Log10(float64(large)),
	}
	var b strings.Builder
	height := plotHeight + plotLine*len(some)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="475" role="img" aria-labelledby="t d">`+"\n", plotWidth, height)
	fmt.Fprintf(&b, "<title id=\"t\">Time by the number of %s</title>\n<desc id=\"d\">%s</desc>\n", of, html.EscapeString(description(some)))
	b.WriteString(`<style>svg{font:12px system-ui,sans-serif}.page{fill:#fff}text{fill:#1f2937}.grid{stroke:#d1d5db}` +
		`@media(prefers-color-scheme:dark){.page{fill:#0d1117}text{fill:#e5e7eb}.grid{stroke:#4b5563}}</style>` + "\n")
	fmt.Fprintf(&b, `<rect class="page" width="%d" height="%d"/>`+"\n", plotWidth, height)
	axes.draw(&b, of)
	for i, g := range some {
		axes.line(&b, g, plotColours[i%len(plotColours)])
		y := plotHeight + plotLine*i + 8
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="12" height="4" fill="%s"/><text x="%d" y="%d">%s</text>`+"\n",
			plotLeft, y-6, plotColours[i%len(plotColours)], plotLeft+18, y, html.EscapeString(g.label()))
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// description says in words what the curves show.
func description(all []grown) string {
	var said []string
	for _, g := range all {
		first, last := g.Points[0], g.Points[len(g.Points)-1]
		said = append(said, fmt.Sprintf("%s: %s at %d, %s at %d.", g.What, seconds.format(first.Seconds), first.Size, seconds.format(last.Seconds), last.Size))
	}
	return strings.Join(said, " ")
}

// label is short enough for the side of the picture.
func (g grown) label() string {
	text := strings.NewReplacer("a read while impersonating", "a read", ", from so many instances at once", "").Replace(g.What)
	if runes := []rune(text); len(runes) > 40 {
		return string(runes[:39]) + "…"
	}
	return text
}

// plotAxes are the ends of both axes, as powers of ten.
type plotAxes struct{ left, right, bottom, top float64 }

func (a plotAxes) x(size float64) float64 {
	return plotLeft + (math.Log10(size)-a.left)/(a.right-a.left)*(plotWidth-plotLeft-plotRight)
}

func (a plotAxes) y(took float64) float64 {
	return plotHeight - plotBottom - (math.Log10(took)-a.bottom)/(a.top-a.bottom)*(plotHeight-plotTop-plotBottom)
}

func (a plotAxes) draw(b *strings.Builder, of string) {
	for power := a.bottom; power <= a.top; power++ {
		at := math.Pow(10, power)
		fmt.Fprintf(b, `<line class="grid" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`+"\n",
			plotLeft, plotWidth-plotRight, a.y(at), a.y(at), plotLeft-8, a.y(at)+4, seconds.format(at))
	}
	base := 10.0
	if a.right < 2 { // a few instances
		base = 2
	}
	for size := math.Pow(10, a.left); size <= math.Pow(10, a.right)*1.001; size *= base {
		fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n", a.x(size), plotHeight-plotBottom+20, roughly(size))
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle">%s</text>`+"\n", plotLeft+(plotWidth-plotLeft-plotRight)/2, plotHeight-10, of)
}

// roughly is a size in few characters.
func roughly(size float64) string {
	switch {
	case size >= 1e6:
		return fmt.Sprintf("%.0fM", size/1e6)
	case size >= 1e3:
		return fmt.Sprintf("%.0fk", size/1e3)
	}
	return fmt.Sprintf("%.0f", size)
}

func (a plotAxes) line(b *strings.Builder, g grown, colour string) {
	var points []string
	for _, p := range g.Points {
		points = append(points, fmt.Sprintf("%.1f,%.1f", a.x(float64(p.Size)), a.y(p.Seconds)))
	}
	fmt.Fprintf(b, `<polyline fill="none" stroke="%s" stroke-width="2" points="%s"/>`+"\n", colour, strings.Join(points, " "))
}
