package main

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// machine is where a run was.
type machine struct {
	Go       string            `json:"go"`
	Platform string            `json:"platform"`
	CPU      string            `json:"cpu,omitempty"`
	Cores    int               `json:"cores"`
	MemoryGB int               `json:"memory_gb,omitempty"`
	Versions map[string]string `json:"versions"` // of the databases
	Seed     uint64            `json:"seed"`
}

func (l *lab) machine() machine {
	m := machine{Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Cores: runtime.NumCPU(), Versions: l.versions, Seed: seed}
	m.CPU = field("/proc/cpuinfo", "model name")
	if kilobytes, err := strconv.Atoi(strings.TrimSuffix(field("/proc/meminfo", "MemTotal"), " kB")); err == nil {
		m.MemoryGB = (kilobytes + 1<<19) >> 20
	}
	return m
}

func (m machine) String() string {
	text := fmt.Sprintf("%d cores", m.Cores)
	if m.CPU != "" {
		text += " of " + m.CPU
	}
	if m.MemoryGB > 0 {
		text += fmt.Sprintf(" with %d GB of memory", m.MemoryGB)
	}
	text += fmt.Sprintf(", %s, %s", m.Platform, m.Go)
	for _, name := range slices.Sorted(maps.Keys(m.Versions)) {
		text += ", " + name + " " + m.Versions[name]
	}
	return text + fmt.Sprintf("; seed %d", m.Seed)
}

// field reads a line like "name : value" of one of Linux's files; "" elsewhere.
func field(path, name string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
