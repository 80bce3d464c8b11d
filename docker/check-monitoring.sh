#!/usr/bin/env bash
# Checks what watches the collector: Prometheus' configuration, the alert rules and their tests, Alertmanager's configuration, the dashboard.
# Then lets a real Prometheus with these rules scrape a real collector and tell a real Alertmanager, sends a recorded export, and waits for the alerts that name the
# hosts: what Alertmanager would tell people of the incident is printed, and must say who, whom, why, by which technique, what to do next and where.
#
#   docker/check-monitoring.sh [--static] [--collector "COMMAND"]
#
#   --static     without the live part
#   --collector  how to start the collector; settings are appended. Default: the Release build of src/RpcCollector, built first
#
# Needs prometheus (with promtool), prometheus-alertmanager (or alertmanager), amtool, node, npm, curl, jq, python3. Debian: prometheus prometheus-alertmanager nodejs npm curl jq. Binds loopback only.
set -euo pipefail
cd "$(dirname "$0")/.."

live=true collector=
while [ $# -gt 0 ]; do
  case $1 in
    --static) live=false ;;
    --collector) collector=${2:?}; shift ;;
    *) sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
  shift
done
fixture=tests/captures/softflowd-ipfix-rpc-activity.pcap client=10.20.1.15 server=10.20.0.10

passed=0 failed=0
work=$(mktemp -d)
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done
  wait
  rm -rf "$work"
}
trap finish EXIT
check() {
  local claim=$1
  shift
  if "$@" > "$work/check.log" 2>&1; then
    passed=$((passed + 1))
    echo "pass: $claim"
  else
    failed=$((failed + 1))
    tail -n 20 "$work/check.log"
    echo "FAIL: $claim"
  fi
}
# Tries a command until it succeeds, for at most a minute.
until_true() {
  local deadline=$((SECONDS + 60))
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.25
  done
}

# 1. Configuration, rules, dashboard.
check "promtool accepts prometheus.yml and its rules" promtool check config docker/prometheus/prometheus.yml
check "every alert rule fires and stays silent as its tests say" promtool test rules docker/prometheus/tests/*.yml
every_rule_is_tested() {
  local alert untested=0
  while read -r alert; do
    grep -q "alertname: $alert\$" docker/prometheus/tests/*.yml || { echo "$alert has no test"; untested=1; }
  done < <(sed -n 's/^ *- alert: //p' docker/prometheus/rules/*.yml)
  return $untested
}
check "every alert rule has a test" every_rule_is_tested
check "amtool accepts alertmanager.yml" amtool check-config docker/alertmanager/alertmanager.yml
dashboard_is_generated() { (cd docker/grafana && npm ci --no-audit --no-fund && npm run check); }
check "the dashboard is what dashboard.mjs generates" dashboard_is_generated

# 2. Collector and Prometheus.
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
if $live; then
  if [ -z "$collector" ]; then
    check "the collector builds" dotnet build src/RpcCollector --configuration Release
    collector=src/RpcCollector/bin/Release/net10.0/RpcCollector
  fi
  read -r -a collector <<< "$collector"
  udp=127.0.0.1:$(free_port) http_port=$(free_port) prometheus=127.0.0.1:$(free_port) alertmanager=127.0.0.1:$(free_port)
  url=http://127.0.0.1:$http_port
  "${collector[@]}" "--Udp:Listen:0=$udp" "--Http:Port=$http_port" "--Store:Folder=$work/data" "--Http:PublicUrl=https://sensor.example/rpc" > "$work/collector.log" 2>&1 &
  pids+=($!)

  # As delivered, only faster, and with other targets.
  cp -r docker/prometheus "$work/prometheus"
  sed -i -E 's/(scrape|evaluation)_interval: .*/\1_interval: 1s/' "$work/prometheus/prometheus.yml"
  echo "- targets: [\"127.0.0.1:$http_port\"]" > "$work/prometheus/targets/collector.yml"
  echo "- targets: [\"$alertmanager\"]" > "$work/prometheus/targets/alertmanager.yml"
  prometheus --config.file="$work/prometheus/prometheus.yml" --storage.tsdb.path="$work/tsdb" --web.listen-address="$prometheus" > "$work/prometheus.log" 2>&1 &
  pids+=($!)
  "$(command -v prometheus-alertmanager || command -v alertmanager)" --config.file=docker/alertmanager/alertmanager.yml --storage.path="$work/alertmanager" \
    --web.listen-address="$alertmanager" --cluster.listen-address= > "$work/alertmanager.log" 2>&1 &
  pids+=($!)

  ready() { curl --silent --fail --max-time 2 --output /dev/null "$url/readyz"; }
  check "the collector is ready" until_true ready
  metrics_are_well_formed() { curl --silent --fail "$url$1" | promtool check metrics; }
  check "promtool accepts /metrics" metrics_are_well_formed /metrics
  check "send sends the export" "${collector[@]}" send "$fixture" --to "$udp" --now
  asks() { [ "$(curl --silent --max-time 5 --data-urlencode "query=$1" "http://$prometheus/api/v1/query" | jq '.data.result | length')" -gt 0 ]; }
  check "Prometheus scrapes both endpoints" until_true asks 'count(up == 1) == 2'
  check "the alert RpcActivity names $client and $server" until_true asks "ALERTS{alertname=\"RpcActivity\", alertstate=\"firing\", client=\"$client\", server=\"$server\", basis=\"car\"}"
  told() {
    curl --silent --max-time 5 --get --data-urlencode 'filter=alertname=~"RpcIncident|RpcIncidentMedium"' --data-urlencode "filter=client=\"$client\"" "http://$alertmanager/api/v2/alerts" > "$work/told.json" &&
      [ "$(jq length "$work/told.json")" = 1 ]
  }
  says() { jq --exit-status --arg text "$2" ".[0].annotations.$1 | contains(\$text)" "$work/told.json" > /dev/null || { cat "$work/told.json"; return 1; }; }
  says_all() {
    says summary "$client" && says summary "$server" && says description T1021 && says description "First RPC from" &&
      says runbook "look for" && says runbook "sensor.example/rpc/#/incidents/" && says link "https://sensor.example/rpc/#/incidents/"
  }
  check "Alertmanager has one alert for the incident" until_true told
  check "the alert says who drove whom, why, by which technique, what to do next and where" says_all
  jq -r '.[0].annotations | to_entries[] | "    \(.key): \(.value)"' "$work/told.json"
  check "promtool accepts /metrics/findings" metrics_are_well_formed /metrics/findings
  check "every expression of the dashboard finds data" until_true docker/check-dashboard.sh --require-data --interval 30s "http://$prometheus"
  no_rule_fails() { [ "$(curl --silent "http://$prometheus/api/v1/rules" | jq '[.data.groups[].rules[] | select(.health == "err")] | length')" = 0 ]; }
  check "Prometheus evaluates every rule" no_rule_fails
  if [ "$failed" -gt 0 ]; then tail -n 20 "$work/collector.log"; fi
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
