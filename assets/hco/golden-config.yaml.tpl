{{- /* Deliberately minimal: the HyperConverged's own defaults are the golden ones; what a user sets in spec stays his. */ -}}
apiVersion: hco.kubevirt.io/v1
kind: HyperConverged
metadata:
  name: kubevirt-hyperconverged
  namespace: {{ .HCO.GetNamespace }}
  annotations:
    platform.kubevirt.io/managed-by: virt-platform-autopilot
    platform.kubevirt.io/version: 1.0.0
spec: {}
