#!/usr/bin/env bash
# Puts the linter of the OpenAPI document into target/tools/redocly, for OpenApiLintTest. Needs Node 20 with npm.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v npm >/dev/null || { echo "install-openapi-lint.sh: npm is needed (https://nodejs.org)" >&2; exit 1; }
mkdir -p target/tools/redocly
npm install --silent --no-audit --no-fund --prefix target/tools/redocly @redocly/cli@2.77.0
echo "redocly is in target/tools/redocly"
