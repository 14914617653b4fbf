#!/bin/sh
# Builds the MinIO server from its Go module into target/tools, for the tests that run against it. Needs Go; takes minutes the first time.
# MinIO is AGPL: a tool for tests, never a part of what is shipped.
set -eu
cd "$(dirname "$0")/.."
mkdir -p target/tools
GOBIN="$(pwd)/target/tools" go install github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c
target/tools/minio --version
