#!/usr/bin/env bash
# Runs the README's test command on a clean checkout: for .ci/run and .github/workflows/test.yaml.
set -euo pipefail
cd "$(dirname "$0")/.."

# The tests run the completion scripts in these shells, and skip those that are not there.
install_shells() {
  local shell missing=() as_root=()
  for shell in zsh fish; do
    command -v "$shell" >/dev/null || missing+=("$shell")
  done
  if ((${#missing[@]} == 0)) || ! command -v apt-get >/dev/null; then return; fi
  if ((EUID != 0)); then as_root=(sudo -n); fi
  "${as_root[@]}" timeout 300 sh -c \
    'apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends "$@"' \
    sh "${missing[@]}" >/dev/null 2>&1 || echo "not installed, tests skipped: ${missing[*]}" >&2
}

install_shells
npm ci && npm test
