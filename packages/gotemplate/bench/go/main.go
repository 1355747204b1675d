// Runs vector lines (one JSON case a line on stdin) with Go's text/template and Sprig, and prints what they gave, one JSON line each.
// It is the oracle for conformance tests beyond the vectors that are checked in.
//
//	go run . < cases.jsonl > results.jsonl
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"text/template"
	"unicode/utf8"
)

type options struct {
	MissingKey string `json:"missingkey"`
	Funcs      string `json:"funcs"`
	Numbers    string `json:"numbers"`
}

type vector struct {
	ID       string          `json:"id,omitempty"`
	Area     string          `json:"area,omitempty"`
	Group    string          `json:"group,omitempty"`
	Template string          `json:"template"`
	Data     json.RawMessage `json:"data"`
	Options  options         `json:"options"`
	Output   *string         `json:"output,omitempty"`
	Base64   []byte          `json:"output_base64,omitempty"`
	Typed    any             `json:"typed,omitempty"`
	Error    string          `json:"error,omitempty"`
	Message  string          `json:"message,omitempty"`
}

// decode reads data as the vectors define it: in int64 mode integral numbers are int64, and {"$float": …} and {"$int": …} are tags.
func decode(raw json.RawMessage, numbers string) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if numbers == "int64" {
		d.UseNumber()
	}
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if numbers == "int64" {
		return untag(v), nil
	}
	return v, nil
}

func untag(v any) any {
	switch v := v.(type) {
	case json.Number:
		if i, err := strconv.ParseInt(string(v), 10, 64); err == nil {
			return i
		}
		f, _ := v.Float64()
		if f == float64(int64(f)) && f < 1<<63 {
			return int64(f)
		}
		return f
	case []any:
		for i := range v {
			v[i] = untag(v[i])
		}
		return v
	case map[string]any:
		if len(v) == 1 {
			if s, ok := v["$float"].(string); ok {
				f, _ := strconv.ParseFloat(s, 64)
				return f
			}
			if s, ok := v["$int"].(string); ok {
				i, _ := strconv.ParseInt(s, 10, 64)
				return i
			}
		}
		for k := range v {
			v[k] = untag(v[k])
		}
		return v
	}
	return v
}

func run(v *vector) {
	v.Output, v.Base64, v.Typed, v.Error, v.Message = nil, nil, nil, "", ""
	data, err := decode(v.Data, v.Options.Numbers)
	if err != nil {
		panic(err)
	}
	t, err := template.New("template").Option("missingkey=" + v.Options.MissingKey).Funcs(functions(v.Options.Funcs)).Parse(v.Template)
	if err != nil {
		v.Error, v.Message = "parse", err.Error()
		return
	}
	var out bytes.Buffer
	if err := t.Execute(&out, data); err != nil {
		v.Error, v.Message = "exec", err.Error()
		return
	}
	if !utf8.Valid(out.Bytes()) {
		v.Base64 = out.Bytes()
		return
	}
	s := out.String()
	v.Output = &s
	if v.Options.Funcs == "tenant-typed" {
		v.Typed = tagged(typed(s))
	}
}

// tagged writes a value as the vectors do.
func tagged(v any) any {
	switch v := v.(type) {
	case float64:
		if v == float64(int64(v)) || math.IsNaN(v) || math.IsInf(v, 0) {
			return map[string]string{"$float": strconv.FormatFloat(v, 'g', -1, 64)}
		}
	case int64:
		if v > 1<<53 || v < -(1<<53) {
			return map[string]string{"$int": strconv.FormatInt(v, 10)}
		}
	}
	return v
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "bench" {
		bench(os.Args[2:])
		return
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 64<<20)
	w := bufio.NewWriter(os.Stdout)
	defer w.Flush()
	for in.Scan() {
		if strings.TrimSpace(in.Text()) == "" {
			continue
		}
		var v vector
		if err := json.Unmarshal(in.Bytes(), &v); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		run(&v)
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(&v); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
