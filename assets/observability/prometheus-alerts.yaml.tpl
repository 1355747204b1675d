{{- $runbooks := "https://github.com/openshift-virtualization/virt-platform-autopilot/blob/main/docs/runbooks/" -}}
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: virt-platform-autopilot-alerts
  namespace: {{ .HCO.GetNamespace }}
  labels:
    app: virt-platform-autopilot
    prometheus: k8s
    role: alert-rules
spec:
  groups:
    - name: virt-platform-autopilot.critical
      interval: 30s
      rules:
        - alert: VirtPlatformSyncFailed
          expr: virt_platform_compliance_status == 0
          for: 15m
          labels:
            severity: critical
            operator: virt-platform-autopilot
            kubernetes_operator_part_of: kubevirt
            kubernetes_operator_component: autopilot
            operator_health_impact: critical
          annotations:
            summary: The autopilot cannot bring {{ "{{ $labels.kind }} {{ $labels.name }}" }} into its golden state.
            description: >-
              {{ "{{ $labels.kind }} {{ $labels.name }}" }} (namespace "{{ "{{ $labels.namespace }}" }}") has not been in its golden state for
              15 minutes: applying it fails, or somebody else keeps changing it.
            runbook_url: {{ $runbooks }}VirtPlatformSyncFailed.md
    - name: virt-platform-autopilot.warning
      interval: 30s
      rules:
        - alert: VirtPlatformThrashingDetected
          expr: >-
            increase(virt_platform_thrashing_total[10m]) > 5
            or virt_platform_paused_resources > 0
          labels:
            severity: warning
            operator: virt-platform-autopilot
            kubernetes_operator_part_of: kubevirt
            kubernetes_operator_component: autopilot
            operator_health_impact: warning
          annotations:
            summary: Somebody and the autopilot fight over {{ "{{ $labels.kind }} {{ $labels.name }}" }}.
            description: >-
              {{ "{{ $labels.kind }} {{ $labels.name }}" }} (namespace "{{ "{{ $labels.namespace }}" }}") is changed back again and again, or has
              been paused because of that. The object's events name the opponent.
            runbook_url: {{ $runbooks }}VirtPlatformThrashingDetected.md
        - alert: VirtPlatformDependencyMissing
          expr: virt_platform_missing_dependency == 1
          for: 5m
          labels:
            severity: warning
            operator: virt-platform-autopilot
            kubernetes_operator_part_of: kubevirt
            kubernetes_operator_component: autopilot
            operator_health_impact: warning
          annotations:
            summary: A wanted asset needs {{ "{{ $labels.kind }} ({{ $labels.group }}/{{ $labels.version }})" }}, which is not installed.
            description: >-
              An asset that is switched on needs {{ "{{ $labels.kind }} ({{ $labels.group }}/{{ $labels.version }})" }}, which the cluster does not
              have. Install the operator that brings it, or switch the asset off.
            runbook_url: {{ $runbooks }}VirtPlatformDependencyMissing.md
        - alert: VirtPlatformTombstoneStuck
          expr: virt_platform_tombstone_status < 0
          for: 30m
          labels:
            severity: warning
            operator: virt-platform-autopilot
            kubernetes_operator_part_of: kubevirt
            kubernetes_operator_component: autopilot
            operator_health_impact: warning
          annotations:
            summary: Obsolete {{ "{{ $labels.kind }} {{ $labels.name }}" }} cannot be removed.
            description: >-
              {{ "{{ $labels.kind }} {{ $labels.name }}" }} (namespace "{{ "{{ $labels.namespace }}" }}") belongs to an earlier release and is still
              there: its deletion fails or hangs (-1), or it is not the autopilot's (-2).
            runbook_url: {{ $runbooks }}VirtPlatformTombstoneStuck.md
