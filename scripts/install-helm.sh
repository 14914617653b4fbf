#!/usr/bin/env bash
# Builds helm and kubeconform from their Go modules into target/tools, for the tests of the chart. Needs Go.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v go >/dev/null || { echo "install-helm.sh: Go is needed (https://go.dev)" >&2; exit 1; }
tools="$PWD/target/tools"
mkdir -p "$tools"
GOBIN="$tools" go install helm.sh/helm/v3/cmd/helm@v3.22.0
GOBIN="$tools" go install github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0
echo "helm and kubeconform are in target/tools"
