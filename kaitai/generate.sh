#!/usr/bin/env bash
# Generates the C# parsers from the grammars.
#   generate.sh          writes src/RpcCollector.WireFormat/Generated
#   generate.sh --check  writes nothing; exit code 1 and a diff where the committed parsers differ from the grammars
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
generated="$here/../src/RpcCollector.WireFormat/Generated"
fresh="$(mktemp -d)"
trap 'rm -rf "$fresh"' EXIT

# node_modules/.package-lock.json is what npm says it installed: older than the lock file means another compiler.
if [[ ! "$here/node_modules/.package-lock.json" -nt "$here/package-lock.json" ]]; then
  npm ci --prefix "$here" --no-audit --no-fund --silent
fi

node "$here/generate.mjs" "$fresh"

case "${1:-}" in
  "")
    mkdir -p "$generated"
    rm -f "$generated"/*.cs
    cp "$fresh"/*.cs "$generated"/
    ;;
  --check)
    diff -ru "$generated" "$fresh" || { echo "generate.sh: the committed parsers differ from the grammars; run kaitai/generate.sh" >&2; exit 1; }
    ;;
  *)
    echo "usage: generate.sh [--check]" >&2
    exit 2
    ;;
esac
