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
{{- $object := "{{kind}} {{namespace}}/{{name}}" }}
{{- $rows := list
  (dict "title" "Active Alerts" "panels" (list
    (dict "id" "alerts" "title" "Firing alerts" "chart" "TimeSeriesTable" "query" `ALERTS{operator="virt-platform-autopilot",alertstate="firing"}` "name" "{{alertname}} {{kind}} {{name}}")))
  (dict "title" "Compliance Overview" "panels" (list
    (dict "id" "compliant" "title" "Objects in their golden state" "chart" "StatChart" "query" `sum(virt_platform_compliance_status)` "name" "golden")
    (dict "id" "failing" "title" "Objects that are not" "chart" "StatChart" "query" `count(virt_platform_compliance_status == 0) or vector(0)` "name" "not golden")
    (dict "id" "compliance" "title" "Compliance by object" "chart" "TimeSeriesChart" "query" `virt_platform_compliance_status` "name" $object)))
  (dict "title" "Edit Wars and Paused Assets" "panels" (list
    (dict "id" "paused" "title" "Paused objects" "chart" "TimeSeriesTable" "query" `virt_platform_paused_resources > 0` "name" $object)
    (dict "id" "thrashing" "title" "Contested repairs in 10 minutes" "chart" "TimeSeriesChart" "query" `increase(virt_platform_thrashing_total[10m])` "name" $object)))
  (dict "title" "Customizations and Dependencies" "panels" (list
    (dict "id" "customizations" "title" "Customized objects" "chart" "TimeSeriesTable" "query" `virt_platform_customization_info` "name" "{{type}}: {{kind}} {{namespace}}/{{name}}")
    (dict "id" "dependencies" "title" "Missing dependencies" "chart" "TimeSeriesTable" "query" `virt_platform_missing_dependency == 1` "name" "{{kind}}.{{group}}/{{version}}")
    (dict "id" "tombstones" "title" "Obsolete objects that remain" "chart" "TimeSeriesTable" "query" `virt_platform_tombstone_status != 0` "name" $object)))
  (dict "title" "Reconciliation Performance" "panels" (list
    (dict "id" "duration-p95" "title" "Duration of a pass, p95" "chart" "TimeSeriesChart" "query" `histogram_quantile(0.95, sum by (le, kind, name) (rate(virt_platform_reconcile_duration_seconds_bucket[5m])))` "name" "{{kind}} {{name}}")
    (dict "id" "duration-p99" "title" "Duration of a pass, p99" "chart" "TimeSeriesChart" "query" `histogram_quantile(0.99, sum by (le, kind, name) (rate(virt_platform_reconcile_duration_seconds_bucket[5m])))` "name" "{{kind}} {{name}}")))
  (dict "title" "Controller Errors" "panels" (list
    (dict "id" "errors" "title" "Failed passes per minute" "chart" "TimeSeriesChart" "query" `60 * sum(rate(controller_runtime_reconcile_errors_total{controller="platform"}[5m]))` "name" "errors")))
}}
apiVersion: perses.dev/v1alpha2
kind: PersesDashboard
metadata:
  name: autopilot-asset-health
  namespace: {{ .HCO.GetNamespace }}
spec:
  config:
    display:
      name: Autopilot / Asset Health
    duration: 6h
    variables: []
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
