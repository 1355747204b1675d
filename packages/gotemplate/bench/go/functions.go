package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"
)

// The function sets of the vectors, by name.
func functions(set string) template.FuncMap {
	if set == "builtin" {
		return nil
	}
	all := sprig.TxtFuncMap()
	for _, name := range []string{"env", "expandenv", "getHostByName"} {
		delete(all, name)
	}
	switch set {
	case "sprig":
		return all
	case "tenant", "tenant-typed":
		all["toHost"] = toHost
		all["trunc63"] = func(s string) string { return s[:min(len(s), 63)] }
		all["sha1sum"] = func(s string) string {
			sum := sha1.Sum([]byte(s))
			return hex.EncodeToString(sum[:])
		}
		all["fromJson"] = func(s string) any {
			var v any
			if json.Unmarshal([]byte(s), &v) != nil {
				return map[string]any{}
			}
			return v
		}
		if set == "tenant-typed" {
			all["int"] = func(v any) string { return intMarker + strconv.FormatInt(asInt(v), 10) }
			all["float"] = func(v any) string { return floatMarker + fmt.Sprint(asFloat(v)) }
			all["bool"] = func(v any) string { return boolMarker + strconv.FormatBool(asBool(v)) }
		}
		return all
	case "autopilot":
		out := template.FuncMap{}
		for _, name := range strings.Fields(allowed) {
			if f, ok := all[name]; ok {
				out[name] = f
			}
		}
		out["dig"] = dig
		out["has"] = has
		out["hasAnnotation"] = hasAnnotation
		out["gzip"] = func(s string) (string, error) {
			var b bytes.Buffer
			w := gzip.NewWriter(&b)
			_, err := w.Write([]byte(s))
			w.Close()
			return b.String(), err
		}
		out["fromYaml"] = func(s string) map[string]any {
			m := map[string]any{}
			if yaml.Unmarshal([]byte(s), &m) != nil || m == nil {
				return map[string]any{}
			}
			return m
		}
		out["toYaml"] = func(v any) string {
			b, err := yaml.Marshal(v)
			if err != nil {
				return ""
			}
			return strings.TrimSuffix(string(b), "\n")
		}
		return out
	}
	panic("unknown function set " + set)
}

const allowed = `upper lower title untitle repeat substr nospace trim trimAll trimSuffix trimPrefix replace plural snakecase camelcase
	kebabcase contains hasPrefix hasSuffix quote squote cat indent nindent wrap wrapWith toString toStrings splitList join default empty
	coalesce ternary toJson toPrettyJson toRawJson fromJson list append prepend first rest last initial reverse uniq without has compact
	slice concat chunk dict set unset hasKey pluck merge mergeOverwrite keys pick omit values add add1 sub div mod mul max min floor ceil
	round b64enc b64dec b32enc b32dec`

func toHost(s string) string {
	if u, err := url.Parse(s); err == nil && u.Host != "" {
		return u.Hostname()
	}
	host, _, _ := strings.Cut(s, ":")
	return host
}

func dig(args ...any) any {
	if len(args) < 2 {
		return nil
	}
	current, fallback := args[len(args)-1], args[len(args)-2]
	for _, key := range args[:len(args)-2] {
		m, ok := current.(map[string]any)
		if !ok {
			return fallback
		}
		k, ok := key.(string)
		if !ok {
			return fallback
		}
		if current, ok = m[k]; !ok {
			return fallback
		}
	}
	return current
}

func has(needle, list any) bool {
	switch list := list.(type) {
	case []any:
		for _, e := range list {
			if e == needle {
				return true
			}
		}
	case []string:
		for _, e := range list {
			if any(e) == needle {
				return true
			}
		}
	}
	return false
}

func hasAnnotation(object any, key, value string) bool {
	m, _ := object.(map[string]any)
	metadata, _ := m["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	v, ok := annotations[key]
	return ok && fmt.Sprint(v) == value
}

const (
	intMarker   = "__LYNQ_TYPE_INT__"
	floatMarker = "__LYNQ_TYPE_FLOAT__"
	boolMarker  = "__LYNQ_TYPE_BOOL__"
)

func asInt(v any) int64 {
	switch v := v.(type) {
	case int:
		return int64(v)
	case int64:
		return v
	case float64:
		return int64(v)
	case bool:
		if v {
			return 1
		}
	case string:
		if i, err := strconv.ParseInt(v, 10, 64); err == nil {
			return i
		}
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			return int64(f)
		}
	}
	return 0
}

func asFloat(v any) float64 {
	switch v := v.(type) {
	case int:
		return float64(v)
	case int64:
		return float64(v)
	case float64:
		return v
	case bool:
		if v {
			return 1
		}
	case string:
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			return f
		}
	}
	return 0
}

func asBool(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case int:
		return v != 0
	case int64:
		return v != 0
	case float64:
		return v != 0
	case string:
		switch strings.ToLower(v) {
		case "true", "1", "yes", "on", "t", "y":
			return true
		}
	}
	return false
}

func typed(s string) any {
	if rest, ok := strings.CutPrefix(s, intMarker); ok {
		if i, err := strconv.ParseInt(rest, 10, 64); err == nil {
			return i
		}
	} else if rest, ok := strings.CutPrefix(s, floatMarker); ok {
		if f, err := strconv.ParseFloat(rest, 64); err == nil {
			return f
		}
	} else if rest, ok := strings.CutPrefix(s, boolMarker); ok {
		return rest == "true"
	}
	return s
}
