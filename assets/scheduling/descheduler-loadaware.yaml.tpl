{{- /* The profile got its final name over three generations of the operator; the CRD tells which one this cluster has. */ -}}
{{- $crd := "kubedeschedulers.operator.openshift.io" -}}
{{- $known := crdEnum $crd "spec.profiles" -}}
{{- $profile := "DevKubeVirtRelieveAndMigrate" -}}
{{- $background := false -}}
{{- if has "KubeVirtRelieveAndMigrate" $known -}}
  {{- $profile = "KubeVirtRelieveAndMigrate" -}}
{{- else if has "DevKubeVirtRelieveAndMigrate" $known -}}
  {{- $profile = "DevKubeVirtRelieveAndMigrate" -}}
{{- else if has "LongLifecycle" $known -}}
  {{- $profile = "LongLifecycle" -}}
  {{- $background = true -}}
{{- end -}}
{{- /* Which load the profile looks at depends on the recording rules that the descheduler operator brings. */ -}}
{{- $namespace := "openshift-kube-descheduler-operator" -}}
{{- $utilization := "" -}}
{{- if prometheusRuleHasRecordingRule $namespace "descheduler-rules" "descheduler:node:linear_amplified_ideal_point_positive_distance:k3:avg1m" -}}
  {{- $utilization = "PrometheusCPUMemoryCombinedProfile" -}}
{{- else if objectExists "PrometheusRule" $namespace "descheduler-rules" -}}
  {{- $utilization = "PrometheusCPUCombined" -}}
{{- end -}}
apiVersion: operator.openshift.io/v1
kind: KubeDescheduler
metadata:
  name: cluster
  namespace: {{ $namespace }}
spec:
  managementState: Managed
  mode: Automatic
  deschedulingIntervalSeconds: 60
  profiles:
    - {{ $profile }}
  {{- if or $background $utilization }}
  profileCustomizations:
    {{- if $background }}
    devEnableEvictionsInBackground: true
    {{- end }}
    {{- if $utilization }}
    devActualUtilizationProfile: {{ $utilization }}
    {{- end }}
  {{- end }}
  # A descheduler that evicts faster than the platform may migrate would only fill a queue.
  evictionLimits:
    total: {{ dig "spec" "virtualization" "liveMigrationConfig" "parallelMigrationsPerCluster" 5 .HCO.Object }}
    node: {{ dig "spec" "virtualization" "liveMigrationConfig" "parallelOutboundMigrationsPerNode" 2 .HCO.Object }}
