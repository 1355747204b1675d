// Prints the names of Sprig's text functions as a JSON array: what the README's table must cover.
package main

import (
	"encoding/json"
	"maps"
	"os"
	"slices"

	"github.com/Masterminds/sprig/v3"
)

func main() {
	json.NewEncoder(os.Stdout).Encode(slices.Sorted(maps.Keys(sprig.TxtFuncMap())))
}
