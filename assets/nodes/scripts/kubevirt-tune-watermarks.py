#!/usr/bin/env python3
"""Makes the kernel swap before the kubelet evicts.

The kubelet evicts pods when less memory is available than evictionHard
memory.available says. The kernel starts to reclaim (and swap) when free
memory falls below the LOW watermark. Unless LOW lies above the eviction
threshold, pods are evicted while swap is still empty. LOW grows with
vm.watermark_scale_factor, in units of 1/10000 of a zone's memory above MIN.
"""

import argparse
import re
import sys
import time
from pathlib import Path

MIB = 1024 * 1024
PAGE = 4096
DEFAULT_EVICTION = 100 * MIB
SMALLEST_FACTOR, LARGEST_FACTOR = 10, 1000
KUBELET_CONFIGS = ("etc/kubernetes/kubelet.conf", "var/lib/kubelet/config.yaml")
UNITS = {"": 1, "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def parse_quantity(text, total):
    """Bytes of a Kubernetes quantity or of a percentage of `total`; None when it is neither."""
    text = text.strip().strip("\"'")
    if re.fullmatch(r"\d+(\.\d+)?%", text):
        return int(total * float(text[:-1]) / 100)
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti|k|M|G|T)?", text)
    return int(float(match.group(1)) * UNITS[match.group(2) or ""]) if match else None


def eviction_threshold(kubelet_config, total):
    """evictionHard memory.available of a kubelet configuration (YAML or JSON), in bytes."""
    section = re.search(r"[\"']?evictionHard[\"']?\s*:(.*)", kubelet_config, re.DOTALL)
    if section:
        value = re.search(r"[\"']?memory\.available[\"']?\s*:\s*([^\s,}]+)", section.group(1))
        if value:
            parsed = parse_quantity(value.group(1), total)
            if parsed is not None:
                return parsed
    return DEFAULT_EVICTION


def memory_total(meminfo):
    return int(re.search(r"^MemTotal:\s+(\d+) kB", meminfo, re.MULTILINE).group(1)) * 1024


def watermarks(zoneinfo):
    """(MIN, LOW, managed memory) over all zones, in bytes."""
    sums = [PAGE * sum(int(pages) for pages in re.findall(rf"^\s+{name}\s+(\d+)$", zoneinfo, re.MULTILINE)) for name in ("min", "low", "managed")]
    return tuple(sums)


def scale_factor(total, minimum, low, managed, eviction):
    """The factor that lifts LOW to a safe distance above the eviction threshold; None when it is there already."""
    target = eviction + max(256 * MIB, total // 100)
    if low >= target or managed <= 0:
        return None
    # Rounded up: a factor that is one too small would leave LOW below the target.
    factor = -(-(target - minimum) * 10000 // managed)
    return max(SMALLEST_FACTOR, min(LARGEST_FACTOR, factor))


def read_kubelet_config(root, attempts, pause):
    """The kubelet writes its configuration while this unit starts, hence the patience."""
    for attempt in range(attempts):
        for name in KUBELET_CONFIGS:
            path = root / name
            if path.is_file():
                return path.read_text()
        if attempt + 1 < attempts:
            time.sleep(pause)
    return ""


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path("/"), help="file system to work on")
    parser.add_argument("--attempts", type=int, default=5)
    parser.add_argument("--pause", type=float, default=10, help="seconds between attempts")
    options = parser.parse_args(arguments)
    root = options.root
    total = memory_total((root / "proc/meminfo").read_text())
    zoneinfo = root / "proc/zoneinfo"
    eviction = eviction_threshold(read_kubelet_config(root, options.attempts, options.pause), total)
    minimum, low, managed = watermarks(zoneinfo.read_text())
    factor = scale_factor(total, minimum, low, managed, eviction)
    if factor is None:
        print(f"LOW watermark {low // MIB} MiB is high enough above the eviction threshold {eviction // MIB} MiB")
        return 0
    (root / "proc/sys/vm/watermark_scale_factor").write_text(f"{factor}\n")
    _, low, _ = watermarks(zoneinfo.read_text())
    print(f"vm.watermark_scale_factor={factor}: LOW watermark {low // MIB} MiB, eviction threshold {eviction // MIB} MiB")
    if low <= eviction:
        print("the LOW watermark is still not above the eviction threshold", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
