apiVersion: observability.openshift.io/v1alpha1
kind: UIPlugin
metadata:
  name: monitoring
spec:
  type: Monitoring
  monitoring:
    perses:
      enabled: true
    {{- if hasAnnotation .HCO.Object "platform.kubevirt.io/enable-incident-detection" "true" }}
    incidents:
      enabled: true
    {{- end }}
