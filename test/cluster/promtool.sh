#!/usr/bin/env bash
# Prints the path of promtool: the one on PATH, else the one of Debian's package `prometheus`, unpacked into the cache (nothing is installed, no service starts).
set -euo pipefail
if command -v promtool; then exit 0; fi
cache="${XDG_CACHE_HOME:-$HOME/.cache}/caretaker/promtool"
tool="$cache/usr/bin/promtool"
if [ ! -x "$tool" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  chmod 755 "$work"
  (cd "$work" && { apt-get download -q prometheus || { apt-get update -q && apt-get download -q prometheus; }; }) >&2
  mkdir -p "$cache"
  dpkg -x "$work"/prometheus_*.deb "$cache"
fi
echo "$tool"
