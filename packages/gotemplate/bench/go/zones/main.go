// Prints the abbreviations of every time zone: NAME=offset:ABBR,... (offsets in seconds, from 1970 to 2037).
package main

import (
	"archive/zip"
	"fmt"
	"runtime"
	"sort"
	"strings"
	"time"
)

func main() {
	r, err := zip.OpenReader(runtime.GOROOT() + "/lib/time/zoneinfo.zip")
	if err != nil {
		panic(err)
	}
	var names []string
	for _, f := range r.File {
		if !strings.HasSuffix(f.Name, "/") {
			names = append(names, f.Name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		loc, err := time.LoadLocation(name)
		if err != nil {
			continue
		}
		seen := map[int]string{}
		var order []int
		for t := time.Date(2037, 12, 31, 0, 0, 0, 0, time.UTC); t.Year() >= 1970; t = t.Add(-12 * time.Hour) {
			abbr, off := t.In(loc).Zone()
			if _, ok := seen[off]; !ok {
				seen[off] = abbr
				order = append(order, off)
			}
		}
		var parts []string
		for _, off := range order {
			parts = append(parts, fmt.Sprintf("%d:%s", off, seen[off]))
		}
		fmt.Printf("%s=%s\n", name, strings.Join(parts, ","))
	}
}
