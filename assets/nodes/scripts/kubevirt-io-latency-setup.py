#!/usr/bin/env python3
"""Guards the disk latency of system services against swap traffic.

Swapping pods can keep a disk busy. systemd lets a slice state the latency
it needs per whole disk (io.latency); the kernel then throttles slices with a
weaker target. The disks are those that hold swap and the root file system.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

TARGETS = (("system.slice", "5ms"), ("kubepods.slice", "50ms"))
DROP_IN = "20-io-latency.conf"


def swap_sources(swaps, mounts):
    """Block devices behind active swap; a swap file counts for the device of its file system."""
    sources = []
    for line in swaps.splitlines()[1:]:
        fields = line.split()
        if len(fields) < 2:
            continue
        name = unescape(fields[0])
        device = name if fields[1] == "partition" else device_of_path(mounts, name)
        if device:
            sources.append(device)
    return sources


def device_of_path(mounts, path):
    """The device of the mount point that holds `path`: the longest one wins, then the latest."""
    best, device = "", None
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 2:
            continue
        point = unescape(fields[1])
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best) and fields[0].startswith("/dev/"):
            best, device = point, unescape(fields[0])
    return device


def unescape(text):
    """The kernel writes blanks in paths as octal escapes."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match.group(1), 8)), text)


def whole_disks(root, device):
    """The disks below a device: of a partition its disk, of a mapped device (LVM, LUKS, RAID) the disks of its members."""
    path = root / device.lstrip("/")
    name = path.resolve().name if path.exists() else Path(device).name
    link = root / "sys/class/block" / name
    if not link.exists():
        return set()
    real = link.resolve()
    members = sorted(entry.name for entry in (real / "slaves").iterdir()) if (real / "slaves").is_dir() else []
    if members:
        return set().union(*(whole_disks(root, f"/dev/{member}") for member in members))
    if (real / "partition").exists():
        return {f"/dev/{real.parent.name}"}
    return {f"/dev/{name}"}


def drop_in(disks, target):
    lines = [f"IODeviceLatencyTargetSec={disk} {target}" for disk in sorted(disks)]
    return "\n".join(["[Slice]", *lines, ""])


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path("/"), help="file system to work on")
    parser.add_argument("--no-reload", action="store_true", help="do not tell systemd")
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    mounts = (root / "proc/mounts").read_text()
    swap = swap_sources((root / "proc/swaps").read_text(), mounts)
    if not swap:
        print("no active swap: nothing to guard")
        return 0
    disks = set()
    for device in [*swap, device_of_path(mounts, "/sysroot") or device_of_path(mounts, "/")]:
        if device:
            disks |= whole_disks(root, device)
    if not disks:
        print("no block device found behind swap and the root file system", file=sys.stderr)
        return 1
    for slice_name, target in TARGETS:
        folder = root / "run/systemd/system" / f"{slice_name}.d"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / DROP_IN).write_text(drop_in(disks, target))
    print(f"latency targets set on {', '.join(sorted(disks))}")
    if not options.no_reload:
        subprocess.run(["systemctl", "daemon-reload"], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
