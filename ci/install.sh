#!/usr/bin/env bash
# Builds adc from the checkout that this file is part of, and installs it. Arguments go to npm install:
#
#     ci/install.sh --prefix FOLDER    # the program is then FOLDER/node_modules/.bin/adc-products
#     ci/install.sh --global
#
# Only the build dependencies come from a registry, in the versions of package-lock.json; adc itself does not.
set -euo pipefail

cd "$(dirname "$0")/.."
npm ci --ignore-scripts --no-audit --no-fund
npm run build
npm pack --ignore-scripts
npm install --offline --ignore-scripts --no-audit --no-fund "$@" "$PWD"/adc-products-*.tgz
