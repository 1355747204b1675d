{{- define "script" -}}
data:text/plain;charset=utf-8;base64,{{ readAsset . | gzip | b64enc }}
{{- end -}}
apiVersion: machineconfiguration.openshift.io/v1
kind: MachineConfig
metadata:
  name: 90-worker-swap-online
  labels:
    machineconfiguration.openshift.io/role: worker
spec:
  config:
    ignition:
      version: 3.5.0
    storage:
      files:
        # Lets the kubelet start on a node with swap and gives it to burstable pods only.
        - path: /etc/openshift/kubelet.conf.d/90-swap.conf
          mode: 420
          overwrite: true
          contents:
            source: data:text/plain;charset=utf-8;base64,{{ readAsset "nodes/scripts/90-swap.conf" | b64enc }}
        - path: /usr/local/bin/kubevirt-tune-watermarks.py
          mode: 493
          overwrite: true
          contents:
            compression: gzip
            source: {{ template "script" "nodes/scripts/kubevirt-tune-watermarks.py" }}
        - path: /usr/local/bin/kubevirt-io-latency-setup.py
          mode: 493
          overwrite: true
          contents:
            compression: gzip
            source: {{ template "script" "nodes/scripts/kubevirt-io-latency-setup.py" }}
    systemd:
      units:
        # A partition made for swap is taken before the file: its priority is higher.
        - name: swap-disk-enable.service
          enabled: true
          contents: |
            [Unit]
            Description=Enable swap on the partition OCPSWAP
            ConditionFirstBoot=no
            ConditionPathExists=/dev/disk/by-partlabel/OCPSWAP

            [Service]
            Type=oneshot
            RemainAfterExit=yes
            ExecStart=/usr/sbin/swapon --priority 100 /dev/disk/by-partlabel/OCPSWAP

            [Install]
            RequiredBy=kubelet-dependencies.target
        - name: ocpswap-file-enable.service
          enabled: true
          contents: |
            [Unit]
            Description=Enable OCP file swap
            ConditionFirstBoot=no
            ConditionPathExists=/var/tmp/ocpswap.file

            [Service]
            Type=oneshot
            RemainAfterExit=yes
            ExecStart=/usr/sbin/swapon --priority 10 /var/tmp/ocpswap.file

            [Install]
            RequiredBy=kubelet-dependencies.target
        - name: kubevirt-tune-watermarks.service
          enabled: true
          contents: |
            [Unit]
            Description=Make the kernel swap before the kubelet evicts
            After=kubelet.service

            [Service]
            Type=oneshot
            RemainAfterExit=yes
            ExecStart=/usr/local/bin/kubevirt-tune-watermarks.py

            [Install]
            WantedBy=multi-user.target
        - name: kubevirt-io-latency-setup.service
          enabled: true
          contents: |
            [Unit]
            Description=Guard the disk latency of system services against swap traffic
            After=swap-disk-enable.service ocpswap-file-enable.service

            [Service]
            Type=oneshot
            RemainAfterExit=yes
            ExecStart=/usr/local/bin/kubevirt-io-latency-setup.py

            [Install]
            WantedBy=multi-user.target
        # Earlier releases gave swap to pods by an OCI hook; the kubelet does it now.
        - name: kubevirt-remove-swap-hook.service
          enabled: true
          contents: |
            [Unit]
            Description=Remove the legacy swap hook of the container runtime
            ConditionPathExists=/run/containers/oci/hooks.d/swap-for-burstable.json

            [Service]
            Type=oneshot
            ExecStart=/usr/bin/rm -f /run/containers/oci/hooks.d/swap-for-burstable.json

            [Install]
            RequiredBy=kubelet-dependencies.target
        - name: kubevirt-remove-swap-hook-script.service
          enabled: true
          contents: |
            [Unit]
            Description=Remove the script of the legacy swap hook
            ConditionPathExists=/opt/oci-hook-swap.sh

            [Service]
            Type=oneshot
            ExecStart=/usr/bin/rm -f /opt/oci-hook-swap.sh

            [Install]
            RequiredBy=kubelet-dependencies.target
        # The host itself never swaps, and its disk traffic goes first.
        - name: system.slice
          dropins:
            - name: 10-swap.conf
              contents: |
                [Slice]
                MemorySwapMax=0
                IOWeight=800
                CPUWeight=800
        - name: kubepods.slice
          dropins:
            - name: 10-swap.conf
              contents: |
                [Slice]
                IOWeight=100
