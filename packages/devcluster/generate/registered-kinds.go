// Command registered-kinds prints, as JSON, the kinds of group versions that a kube-apiserver knows but no longer serves by default.
// From test/cluster/controlplane: go run ../../../packages/devcluster/generate/registered-kinds.go >../../../packages/devcluster/src/generated/registered-kinds.json
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"sort"
	"strings"

	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/controlplane"
)

func main() {
	kinds := map[string][]string{}
	for gvk, typ := range legacyscheme.Scheme.AllKnownTypes() {
		if gvk.Version == "__internal" || strings.HasSuffix(gvk.Kind, "List") || strings.HasPrefix(typ.PkgPath(), "k8s.io/apimachinery") {
			continue
		}
		if _, found := typ.FieldByName("TypeMeta"); !found || typ.Kind() != reflect.Struct {
			continue
		}
		version := gvk.GroupVersion().String()
		kinds[version] = append(kinds[version], gvk.Kind)
	}
	for _, list := range kinds {
		sort.Strings(list)
	}
	if err := json.NewEncoder(os.Stdout).Encode(kinds); err != nil {
		panic(err)
	}
}
