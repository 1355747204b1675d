{{- /* Pressure stall information: what the load-aware descheduler measures nodes by. */ -}}
apiVersion: machineconfiguration.openshift.io/v1
kind: MachineConfig
metadata:
  name: 99-openshift-machineconfig-{{ .Params.role }}-psi-karg
  labels:
    machineconfiguration.openshift.io/role: {{ .Params.role }}
spec:
  kernelArguments:
    - psi=1
