#!/usr/bin/env bash
# The hook of .pre-commit-hooks.yaml: adc lint of the version that this checkout is.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
version=$(PACKAGE=$here/package.json node -p 'require(process.env.PACKAGE).version')
exec npx --yes "adc-products@$version" lint "$@"
