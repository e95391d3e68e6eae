#!/usr/bin/env bash
# The hook of .pre-commit-hooks.yaml: adc lint of this checkout, which the first run builds.
set -euo pipefail

checkout=$(cd "$(dirname "$0")/.." && pwd)
adc=$checkout/node_modules/.adc/node_modules/.bin/adc-products
[[ -x $adc ]] || "$checkout/ci/install.sh" --prefix "$checkout/node_modules/.adc" >&2
exec "$adc" lint "$@"
