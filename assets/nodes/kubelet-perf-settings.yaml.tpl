apiVersion: machineconfiguration.openshift.io/v1
kind: KubeletConfig
metadata:
  name: virt-perf-settings
spec:
  autoSizingReserved: true
  machineConfigPoolSelector:
    matchLabels:
      pools.operator.machineconfiguration.openshift.io/worker: ""
  kubeletConfig:
    # Report every image, or the scheduler's image locality is blind on nodes with many.
    nodeStatusMaxImages: -1
    maxPods: {{ dig "spec" "deployment" "nodePlacements" "infra" "maxPods" 500 .HCO.Object }}
