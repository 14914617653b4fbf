#!/usr/bin/env bash
# Builds kube-apiserver and etcd from their Go modules into target/tools, for scripts/try-chart. Needs Go; takes a quarter of an hour on
# two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v go >/dev/null || { echo "install-apiserver.sh: Go is needed (https://go.dev)" >&2; exit 1; }
tools="$PWD/target/tools"
kubernetes=1.36.3
etcd=3.7.3
mkdir -p "$tools"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# The modules replace some of their requirements, which `go install` refuses. A module of our own requires them, with the requirements that
# they state, and with the published libraries in place of Kubernetes's staging directories.
build() { # package, name, flags of the linker
  [ -x "$tools/$2" ] || GOFLAGS=-mod=mod go build -ldflags "$3" -o "$tools/$2" "$1"
}

mkdir "$work/kubernetes"
cd "$work/kubernetes"
go mod download "k8s.io/kubernetes@v$kubernetes"
theirs="$(go env GOMODCACHE)/cache/download/k8s.io/kubernetes/@v/v$kubernetes.mod"
sed -e 's#^module .*#module apiserver#' -e '/=> \.\/staging/d' "$theirs" > go.mod
go mod edit -require="k8s.io/kubernetes@v$kubernetes"
for library in $(sed -n 's#^[[:space:]]*\(k8s.io/[a-z0-9-]*\) => ./staging.*#\1#p' "$theirs"); do
  go mod edit -replace="$library=$library@v0.${kubernetes#*.}"
done
printf 'package apiserver\n\nimport _ "k8s.io/component-base/version"\n' > apiserver.go
version=k8s.io/component-base/version
build k8s.io/kubernetes/cmd/kube-apiserver kube-apiserver "-X $version.gitVersion=v$kubernetes -X $version.gitMajor=1 -X $version.gitMinor=${kubernetes:2:2}"

mkdir "$work/etcd"
cd "$work/etcd"
go mod init etcd-server 2>/dev/null
go mod edit -require="go.etcd.io/etcd/server/v3@v$etcd"
build go.etcd.io/etcd/server/v3 etcd ""
echo "kube-apiserver $kubernetes and etcd $etcd are in target/tools"
