//go:build race

package demo

// raceEnabled says that the suite itself runs under the race detector.
const raceEnabled = true
