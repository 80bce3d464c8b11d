#!/usr/bin/env bash
# Runs every expression of the dashboard against a Prometheus that scrapes a collector, and fails when one is refused.
#
#   docker/check-dashboard.sh [--require-data] [--interval 1m] [http://127.0.0.1:9090]
#
#   --require-data  fail, too, when an expression finds nothing (filters such as "> 0" at its end apart)
#   --interval      what Grafana's $__rate_interval and $__range stand for: at least four scrapes
#
# Needs curl and jq.
set -euo pipefail
dashboard=$(dirname "$0")/grafana/dashboards/rpc-collector.json

require_data=false interval=1m prometheus=http://127.0.0.1:9090
while [ $# -gt 0 ]; do
  case $1 in
    --require-data) require_data=true ;;
    --interval) interval=${2:?}; shift ;;
    http://* | https://*) prometheus=${1%/} ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
  shift
done

passed=0 failed=0
while IFS=$'\t' read -r panel expression; do
  expression=${expression//\$__rate_interval/$interval}
  expression=${expression//\$__range/$interval}
  expression=${expression//\$instance/.*}
  if $require_data; then expression=${expression% > 0}; fi
  answer=$(curl --silent --show-error --max-time 10 --data-urlencode "query=$expression" "$prometheus/api/v1/query") || exit 1
  if [ "$(jq -r .status <<< "$answer")" != success ]; then
    echo "FAIL: $panel: $(jq -r .error <<< "$answer"): $expression"
    failed=$((failed + 1))
  elif $require_data && [ "$(jq '.data.result | length' <<< "$answer")" = 0 ]; then
    echo "FAIL: $panel: no data: $expression"
    failed=$((failed + 1))
  else
    passed=$((passed + 1))
  fi
done < <(jq -r '.panels[] | select(.targets) | .title as $title | .targets[] | [$title, .expr] | @tsv' "$dashboard")

echo "dashboard: $passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
