#!/usr/bin/env bash
# Makes the recording that `demo` plays, src/RpcCollector/Demo/office.br, anew: the simulated office of 100 workstations after the learning
# period (synthetic; docs/detection.md). Of the seeds 1 to 40 the first in which both intruders, whole, are the first two incidents, nothing
# is mixed, and nothing else is high.
#
#   packaging/demo.sh [--check]      --check: says whether the committed recording is that of its source
set -euo pipefail
cd "$(dirname "$0")/.."
recording=src/RpcCollector/Demo/office.br
target=$recording
if [ "${1:-}" = --check ]; then
  target=$(mktemp)
  trap 'rm -f "$target"' EXIT
fi
dotnet run --project src/RpcCollector.Lab -c Release ${NO_BUILD:+--no-build} -- office record "$target" --workstations 100 --learned --seed 5
cmp "$target" "$recording"
