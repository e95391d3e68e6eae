#!/usr/bin/env bash
# Runs the README's test command on a clean checkout: for .ci/run and .github/workflows/test.yaml.
set -euo pipefail
cd "$(dirname "$0")/.."

# The tests run the completion scripts in these shells and open the page in a browser, and skip what is not there.
install_programs() {
  local program missing=() as_root=()
  for program in zsh fish; do
    command -v "$program" >/dev/null || missing+=("$program")
  done
  command -v chromium-headless-shell chromium google-chrome >/dev/null || missing+=(chromium-headless-shell)
  if ((${#missing[@]} == 0)) || ! command -v apt-get >/dev/null; then return; fi
  if ((EUID != 0)); then as_root=(sudo -n); fi
  "${as_root[@]}" timeout 300 apt-get -qq update >/dev/null 2>&1 || true
  for program in "${missing[@]}"; do
    "${as_root[@]}" timeout 300 env DEBIAN_FRONTEND=noninteractive \
      apt-get -qq install --yes --no-install-recommends "$program" >/dev/null 2>&1 ||
      echo "not installed, tests skipped: $program" >&2
  done
}

install_programs
npm ci && npm test
