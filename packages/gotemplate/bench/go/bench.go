package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"text/template"
	"time"
)

// bench renders every case of the files that gives an output, `rounds` times each with the key "bench" changed each time, and prints
// renders, seconds and a hash over all outputs. Arguments: rounds, then files.
func bench(args []string) {
	rounds, err := strconv.Atoi(args[0])
	if err != nil {
		panic(err)
	}
	hash := sha256.New()
	renders := 0
	var elapsed time.Duration
	for _, file := range args[1:] {
		f, err := os.Open(file)
		if err != nil {
			panic(err)
		}
		in := bufio.NewScanner(f)
		in.Buffer(nil, 64<<20)
		for in.Scan() {
			var v vector
			if err := json.Unmarshal(in.Bytes(), &v); err != nil {
				panic(err)
			}
			if v.Error != "" {
				continue
			}
			data, err := decode(v.Data, v.Options.Numbers)
			if err != nil {
				panic(err)
			}
			root := data.(map[string]any)
			text := v.Template + "# {{ .bench }}\n"
			t := template.Must(template.New("template").Option("missingkey=" + v.Options.MissingKey).Funcs(functions(v.Options.Funcs)).Parse(text))
			var out bytes.Buffer
			start := time.Now()
			for i := range rounds {
				root["bench"] = "round " + strconv.Itoa(i)
				out.Reset()
				if err := t.Execute(&out, root); err != nil {
					panic(err)
				}
				hash.Write(out.Bytes())
				renders++
			}
			elapsed += time.Since(start)
		}
		f.Close()
	}
	fmt.Printf("{\"renders\":%d,\"seconds\":%.6f,\"hash\":\"%x\"}\n", renders, elapsed.Seconds(), hash.Sum(nil))
}
