// Writes the compact type table of the built-in kinds: fields with their JSON names, Go types (for the decoder's error texts), protobuf numbers, and the merge
// behaviour that the API server publishes. Run inside the module of test/cluster/controlplane: go run ./types > builtin-types.json
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"sort"
	"strconv"
	"strings"

	apiext "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/sets"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
	apireg "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	"k8s.io/kube-openapi/pkg/common"
	"k8s.io/kube-openapi/pkg/validation/spec"
	generated "k8s.io/kubernetes/pkg/generated/openapi"
)

type field struct {
	N string   `json:"n"`           // JSON name
	T string   `json:"t"`           // type
	G string   `json:"g,omitempty"` // Go type, when it is not the plain scalar
	O int      `json:"o,omitempty"` // 1 omitempty, 2 omitzero, 4 pointer
	P int      `json:"p,omitempty"` // protobuf number
	L string   `json:"l,omitempty"` // list type: set, map (atomic is the default)
	K []string `json:"k,omitempty"` // list-map keys
	A bool     `json:"a,omitempty"` // atomic map or struct
	B bool     `json:"b,omitempty"` // granular here, although the struct is atomic
	S string   `json:"s,omitempty"` // patch strategies
	M string   `json:"m,omitempty"` // patch merge key
	D any      `json:"d,omitempty"` // declared default
	Z int      `json:"z,omitempty"` // the declared default is the zero value
	F string   `json:"f,omitempty"` // format
	E []any    `json:"e,omitempty"` // enum
	I []string `json:"i,omitempty"` // Go names of the embedded structs that it comes from
}
type typ struct {
	Name   string  `json:"name"`
	Atomic bool    `json:"atomic,omitempty"`
	Fields []field `json:"fields"`
}
type kind struct {
	Group, Version, Kind string
	Type                 string
}

var defs map[string]common.OpenAPIDefinition
var types = map[string]*typ{}

func openapiName(t reflect.Type) string {
	return t.PkgPath() + "." + t.Name()
}

var special = map[string]string{
	"k8s.io/apimachinery/pkg/api/resource.Quantity":                                         "quantity",
	"k8s.io/apimachinery/pkg/apis/meta/v1.Time":                                             "time",
	"k8s.io/apimachinery/pkg/apis/meta/v1.MicroTime":                                        "microtime",
	"k8s.io/apimachinery/pkg/apis/meta/v1.Duration":                                         "duration",
	"k8s.io/apimachinery/pkg/util/intstr.IntOrString":                                       "intorstring",
	"k8s.io/apimachinery/pkg/runtime.RawExtension":                                          "raw",
	"k8s.io/apimachinery/pkg/apis/meta/v1.FieldsV1":                                         "fields",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSON":                         "json",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrArray":       "schemaorarray",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrBool":        "schemaorbool",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrStringArray": "schemaorstrings",
}

func ref(t reflect.Type) string {
	if t.PkgPath() != "" {
		if s, ok := special[openapiName(t)]; ok {
			return s
		}
	}
	switch t.Kind() {
	case reflect.Ptr:
		return ref(t.Elem())
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "bool"
	case reflect.Int32:
		return "int32"
	case reflect.Int64:
		return "int64"
	case reflect.Int:
		return "int"
	case reflect.Uint8:
		return "uint8"
	case reflect.Uint32:
		return "uint32"
	case reflect.Uint16:
		return "uint16"
	case reflect.Float64:
		return "float64"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "[]" + ref(t.Elem())
	case reflect.Map:
		return "{}" + ref(t.Elem())
	case reflect.Struct:
		return "#" + visit(t)
	case reflect.Interface:
		return "json"
	}
	panic(t.String())
}

func goType(t reflect.Type) string {
	return t.String()
}

func visit(t reflect.Type) string {
	name := openapiName(t)
	if _, ok := types[name]; ok {
		return name
	}
	ty := &typ{Name: t.Name(), Fields: []field{}}
	types[name] = ty
	def, ok := defs[name]
	if ok {
		if v, _ := def.Schema.Extensions["x-kubernetes-map-type"].(string); v == "atomic" {
			ty.Atomic = true
		}
	}
	ty.Fields = fields(t, def, nil)
	return name
}

func fields(t reflect.Type, def common.OpenAPIDefinition, embedded []string) []field {
	out := []field{}
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		tag, has := f.Tag.Lookup("json")
		parts := strings.Split(tag, ",")
		opts := sets.New(parts[1:]...)
		if tag == "-" || !f.IsExported() {
			continue
		}
		if f.Anonymous && parts[0] == "" && (opts.Has("inline") || !has || len(parts) == 1 || true) {
			et := f.Type
			if et.Kind() == reflect.Ptr {
				et = et.Elem()
			}
			out = append(out, fields(et, def, append(embedded[:len(embedded):len(embedded)], f.Name))...)
			continue
		}
		x := field{N: parts[0], T: ref(f.Type), I: embedded}
		if opts.Has("omitempty") {
			x.O |= 1
		}
		if opts.Has("omitzero") {
			x.O |= 2
		}
		if f.Type.Kind() == reflect.Ptr {
			x.O |= 4
		}
		bt := f.Type
		for bt.Kind() == reflect.Ptr {
			bt = bt.Elem()
		}
		g := goType(bt)
		if g != x.T && !strings.HasPrefix(x.T, "#") {
			x.G = g
		}
		if p := f.Tag.Get("protobuf"); p != "" {
			if n, err := strconv.Atoi(strings.Split(p, ",")[1]); err == nil {
				x.P = n
			}
		}
		x.S = f.Tag.Get("patchStrategy")
		x.M = f.Tag.Get("patchMergeKey")
		if s, ok := def.Schema.Properties[x.N]; ok {
			annotate(&x, s)
		}
		out = append(out, x)
	}
	return out
}

func annotate(x *field, s spec.Schema) {
	if v, _ := s.Extensions["x-kubernetes-list-type"].(string); v == "set" || v == "map" {
		x.L = v
	}
	switch k := s.Extensions["x-kubernetes-list-map-keys"].(type) {
	case []string:
		x.K = k
	case []interface{}:
		for _, y := range k {
			x.K = append(x.K, y.(string))
		}
	}
	if _, ok := s.Extensions["x-kubernetes-list-type"]; !ok {
		// without a list type the patch strategy decides
		if v, _ := s.Extensions["x-kubernetes-patch-strategy"].(string); strings.HasPrefix(v, "merge") && s.Type.Contains("array") {
			if k, _ := s.Extensions["x-kubernetes-patch-merge-key"].(string); k != "" {
				x.L = "map"
				x.K = []string{k}
			} else {
				x.L = "set"
			}
		}
	}
	if v, _ := s.Extensions["x-kubernetes-map-type"].(string); v == "atomic" {
		x.A = true
	} else if v == "granular" {
		x.B = true
	}
	switch d := s.Default.(type) {
	case nil:
	case map[string]interface{}:
		if len(d) > 0 {
			x.D = d
		}
	default:
		switch {
		case !reflect.ValueOf(d).IsZero():
			x.D = d
		case x.O&4 != 0 && x.O&1 != 0:
			x.D = d
		case x.O&1 != 0:
			x.Z = 1
		}
	}
	x.F = ""
	if len(s.Enum) > 0 {
		x.E = s.Enum
	}
}

func main() {
	var refcb common.ReferenceCallback = func(path string) spec.Ref { return spec.MustCreateRef("#/" + path) }
	raw := generated.GetOpenAPIDefinitions(refcb)
	defs = map[string]common.OpenAPIDefinition{}
	for k, v := range raw {
		defs[k] = v
	}
	// newer generators name by model name
	byModel := map[string]common.OpenAPIDefinition{}
	for k, v := range raw {
		byModel[k] = v
	}
	s := runtime.NewScheme()
	clientscheme.AddToScheme(s)
	apiext.AddToScheme(s)
	apireg.AddToScheme(s)
	want := sets.New(os.Args[1:]...)
	kinds := []kind{}
	all := s.AllKnownTypes()
	keys := []schema.GroupVersionKind{}
	for gvk := range all {
		if want.Has(gvk.GroupVersion().String()) {
			keys = append(keys, gvk)
		}
	}
	sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
	// model names -> go names
	for _, gvk := range keys {
		fixNames(all[gvk])
	}
	for _, gvk := range keys {
		if strings.HasSuffix(gvk.Kind, "List") || strings.HasSuffix(gvk.Kind, "Options") && gvk.Kind != "DeleteOptions" || gvk.Kind == "WatchEvent" {
			continue
		}
		kinds = append(kinds, kind{gvk.Group, gvk.Version, gvk.Kind, visit(all[gvk])})
	}
	miss := []string{}
	for n := range types {
		if _, ok := defs[n]; !ok {
			miss = append(miss, n)
		}
	}
	os.Stderr.WriteString("without openapi: " + strings.Join(miss, " ") + "\n")
	enc := json.NewEncoder(os.Stdout)
	enc.SetEscapeHTML(false)
	enc.Encode(map[string]any{"kinds": kinds, "types": types})
}

var seen = map[reflect.Type]bool{}

// definitions may be keyed by the model name (io.k8s.api…): alias them by Go name
func fixNames(t reflect.Type) {
	if seen[t] {
		return
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Ptr, reflect.Slice:
		fixNames(t.Elem())
	case reflect.Map:
		fixNames(t.Elem())
	case reflect.Struct:
		if t.PkgPath() != "" {
			parts := strings.Split(t.PkgPath(), "/")
			host := strings.Split(parts[0], ".")
			for i, j := 0, len(host)-1; i < j; i, j = i+1, j-1 {
				host[i], host[j] = host[j], host[i]
			}
			model := strings.Join(append(host, parts[1:]...), ".") + "." + t.Name()
			if d, ok := defs[model]; ok {
				defs[openapiName(t)] = d
			}
		}
		for i := 0; i < t.NumField(); i++ {
			if t.Field(i).IsExported() {
				fixNames(t.Field(i).Type)
			}
		}
	}
}
