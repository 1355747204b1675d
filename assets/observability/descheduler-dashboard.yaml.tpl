{{- /* One panel: title, chart and PromQL; `name` words the legend. */ -}}
{{- define "panel" }}
        kind: Panel
        spec:
          display:
            name: {{ .title }}
          plugin:
            kind: {{ .chart }}
            spec:
              {{- if eq .chart "StatChart" }}
              calculation: last-number
              {{- else if eq .chart "TimeSeriesChart" }}
              legend:
                position: bottom
                mode: list
              {{- else }}
              density: compact
              {{- end }}
          queries:
            - kind: TimeSeriesQuery
              spec:
                plugin:
                  kind: PrometheusTimeSeriesQuery
                  spec:
                    query: {{ .query | quote }}
                    seriesNameFormat: {{ .name | quote }}
{{- end }}
{{- $by := `instance=~"$node"` }}
{{- $rows := list
  (dict "title" "Cluster Balance" "panels" (list
    (dict "id" "score" "title" "Distance of each node from the ideal point" "chart" "TimeSeriesChart" "query" (printf `topk($limit, descheduler:node:linear_amplified_ideal_point_positive_distance:k3:avg1m{%s})` $by) "name" "{{instance}}")
    (dict "id" "spread" "title" "Spread between the most and the least loaded node" "chart" "TimeSeriesChart" "query" `max(descheduler:node:linear_amplified_ideal_point_positive_distance:k3:avg1m) - min(descheduler:node:linear_amplified_ideal_point_positive_distance:k3:avg1m)` "name" "spread")
    (dict "id" "combined" "title" "Combined CPU use and pressure" "chart" "TimeSeriesChart" "query" (printf `topk($limit, descheduler:combined_utilization_and_pressure:avg1m{%s})` $by) "name" "{{instance}}")))
  (dict "title" "CPU" "panels" (list
    (dict "id" "cpu-use" "title" "CPU use" "chart" "TimeSeriesChart" "query" (printf `topk($limit, 1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle",%s}[$resolution])))` $by) "name" "{{instance}}")
    (dict "id" "cpu-pressure" "title" "CPU pressure" "chart" "TimeSeriesChart" "query" (printf `topk($limit, rate(node_pressure_cpu_waiting_seconds_total{%s}[$resolution]))` $by) "name" "{{instance}}")))
  (dict "title" "Memory" "panels" (list
    (dict "id" "memory-use" "title" "Memory use" "chart" "TimeSeriesChart" "query" (printf `topk($limit, 1 - node_memory_MemAvailable_bytes{%s} / node_memory_MemTotal_bytes{%s})` $by $by) "name" "{{instance}}")
    (dict "id" "memory-pressure" "title" "Memory pressure" "chart" "TimeSeriesChart" "query" (printf `topk($limit, rate(node_pressure_memory_waiting_seconds_total{%s}[$resolution]))` $by) "name" "{{instance}}")
    (dict "id" "memory-stall" "title" "Memory stalls" "chart" "TimeSeriesChart" "query" (printf `topk($limit, rate(node_pressure_memory_stalled_seconds_total{%s}[$resolution]))` $by) "name" "{{instance}}")))
  (dict "title" "Swap" "panels" (list
    (dict "id" "swap-use" "title" "Swap in use" "chart" "TimeSeriesChart" "query" (printf `topk($limit, node_memory_SwapTotal_bytes{%s} - node_memory_SwapFree_bytes{%s})` $by $by) "name" "{{instance}}")
    (dict "id" "swap-in" "title" "Pages swapped in per second" "chart" "TimeSeriesChart" "query" (printf `topk($limit, rate(node_vmstat_pswpin{%s}[$resolution]))` $by) "name" "{{instance}}")
    (dict "id" "swap-out" "title" "Pages swapped out per second" "chart" "TimeSeriesChart" "query" (printf `topk($limit, rate(node_vmstat_pswpout{%s}[$resolution]))` $by) "name" "{{instance}}")))
  (dict "title" "Disk" "panels" (list
    (dict "id" "io-pressure" "title" "Disk pressure" "chart" "TimeSeriesChart" "query" (printf `topk($limit, rate(node_pressure_io_waiting_seconds_total{%s}[$resolution]))` $by) "name" "{{instance}}")))
  (dict "title" "Evictions" "panels" (list
    (dict "id" "evictions" "title" "Evictions by result" "chart" "TimeSeriesChart" "query" `sum by (result) (increase(descheduler_pods_evicted[$resolution]))` "name" "{{result}}")
    (dict "id" "evictions-by-node" "title" "Evictions by node" "chart" "TimeSeriesChart" "query" `topk($limit, sum by (node) (increase(descheduler_pods_evicted{node=~"$node"}[$resolution])))` "name" "{{node}}")
    (dict "id" "loop-duration" "title" "Duration of a descheduling loop, p95" "chart" "TimeSeriesChart" "query" `histogram_quantile(0.95, sum by (le) (rate(descheduler_descheduler_loop_duration_seconds_bucket[$resolution])))` "name" "p95")))
  (dict "title" "Migrations" "panels" (list
    (dict "id" "migrations-running" "title" "Migrations under way" "chart" "TimeSeriesChart" "query" `sum(kubevirt_vmi_migrations_in_running_phase)` "name" "running")
    (dict "id" "migrations-pending" "title" "Migrations waiting" "chart" "TimeSeriesChart" "query" `sum(kubevirt_vmi_migrations_in_pending_phase)` "name" "pending")))
}}
apiVersion: perses.dev/v1alpha2
kind: PersesDashboard
metadata:
  name: descheduler-memory-aware-rebalancing
  namespace: {{ .HCO.GetNamespace }}
spec:
  config:
    display:
      name: Descheduler / Memory Aware Rebalancing
    duration: 1h
    datasources:
      perses-thanos-datasource:
        default: true
        plugin:
          kind: PrometheusDatasource
          spec:
            directUrl: https://thanos-querier.openshift-monitoring.svc.cluster.local:9091
    variables:
      - kind: ListVariable
        spec:
          name: node
          display:
            name: Node
          allowAllValue: true
          allowMultiple: true
          defaultValue: $__all
          plugin:
            kind: PrometheusLabelValuesVariable
            spec:
              labelName: instance
              matchers:
                - kube_node_info
                - node_memory_MemTotal_bytes
      {{- range list (dict "name" "resolution" "title" "Resolution" "values" (list "1m" "2m" "5m" "10m") "default" "5m") (dict "name" "limit" "title" "Nodes shown" "values" (list "10" "15" "20") "default" "15") }}
      - kind: ListVariable
        spec:
          name: {{ .name }}
          display:
            name: {{ .title }}
          allowAllValue: false
          allowMultiple: false
          defaultValue: {{ .default | quote }}
          plugin:
            kind: StaticListVariable
            spec:
              values:
                {{- range .values }}
                - {{ . | quote }}
                {{- end }}
      {{- end }}
    panels:
      {{- range $rows }}
      {{- range .panels }}
      {{ .id }}:
      {{- template "panel" . }}
      {{- end }}
      {{- end }}
    layouts:
      {{- range $rows }}
      {{- $width := div 24 (len .panels) }}
      - kind: Grid
        spec:
          display:
            title: {{ .title }}
            collapse:
              open: true
          items:
            {{- range $index, $panel := .panels }}
            - x: {{ mul $index $width }}
              "y": 0
              width: {{ $width }}
              height: 8
              content:
                $ref: "#/spec/panels/{{ $panel.id }}"
            {{- end }}
      {{- end }}
