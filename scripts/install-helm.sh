#!/usr/bin/env bash
# Puts helm, kubeconform, kube-score and the schemas of Kubernetes into target/tools, for the tests of the chart. Needs Go and Python.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v go >/dev/null || { echo "install-helm.sh: Go is needed (https://go.dev)" >&2; exit 1; }
command -v python3 >/dev/null || { echo "install-helm.sh: Python 3 is needed, for the schemas" >&2; exit 1; }
tools="$PWD/target/tools"
kubernetes=1.34.0
mkdir -p "$tools"
[ -x "$tools/helm" ] || GOBIN="$tools" go install helm.sh/helm/v3/cmd/helm@v3.22.0
[ -x "$tools/kubeconform" ] || GOBIN="$tools" go install github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0
[ -x "$tools/kube-score" ] || GOBIN="$tools" go install github.com/zegl/kube-score/cmd/kube-score@v1.20.0

# kubeconform would fetch schemas when it runs. This package carries them; kubeconform wants references relative to the file.
python3 -m venv "$tools/venv"
"$tools/venv/bin/pip" install --quiet --disable-pip-version-check kubernetes-validate==1.37.0
packaged="$("$tools/venv/bin/python" -c 'import kubernetes_validate as k; print(k.__path__[0])')/kubernetes-json-schema"
schemas="$tools/schemas/v$kubernetes-standalone-strict"
rm -rf "$tools/schemas"
mkdir -p "$tools/schemas"
cp -r "$packaged/v$kubernetes-local-strict" "$schemas"
sed -i.bak -e 's|"\$ref": "/api/|"$ref": "|' -e 's|"\$id": |"$comment": |' "$schemas"/*.json
rm -rf "$schemas"/*.bak "$tools/venv"
echo "helm, kubeconform, kube-score and the schemas of Kubernetes $kubernetes are in target/tools"
