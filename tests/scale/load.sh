# Sourced by run: how much the roles take on this machine.

# per COST COUNT: nanoseconds of CPU each.
per() { [ "$2" -gt 0 ] && echo $(($1 * 1000000 / $2)) || echo 0; }

# loads ADDRESS SECONDS [RATE [FAMILY]]: three senders at a rate that two cores carry.
loads() {
  local i senders=()
  for i in 0 1 2; do
    "$lab" load --to "$1:${ports[i]}" --rate "${3:-500}" --seconds "$2" --family-percent "${4:-10}" --rpc-percent 2 --exporters 4 > "$work/logs/load-$i.log" 2>&1 &
    senders+=($!)
  done
  wait "${senders[@]}"
}

# waiting NAME: how many partitions a correlator has, and how many batches wait in them; of a partition it had before the gauge stands still.
waiting() {
  get "$1" /metrics 2> /dev/null | awk '
    /^rpc_collector_log_(owned|lag_batches)\{/ { split($1, part, "\""); if (index($1, "owned")) has[part[2]] = $2; else behind[part[2]] = $2 }
    END { for (one in has) if (has[one] > 0) { owned++; sum += behind[one] } print owned + 0, sum + 0 }'
}

loaded() {
  local seconds=8 before after starts name lags=$work/lags
  [ -z "$long" ] || seconds=60

  # 1. One process.
  cleared
  alone alone 127.0.1.1
  ready alone || return
  loads 127.0.1.1 3 # what is run for the first time is compiled first
  before=$(cpu alone) starts=$(metric alone rpc_collector_flow_starts_received_total)
  loads 127.0.1.1 "$seconds"
  sleep 1
  starts=$(($(metric alone rpc_collector_flow_starts_received_total) - starts)) after=$(cpu alone)
  figure "one process: CPU a flow start" "$(per $((after - before)) "$starts") ns, of $starts"
  before=$(cpu alone) starts=$(metric alone rpc_collector_flow_starts_received_total)
  loads 127.0.1.1 5 2000 40
  sleep 1
  starts=$(($(metric alone rpc_collector_flow_starts_received_total) - starts)) after=$(cpu alone)
  figure "one process, much at once: flow starts a second of CPU" "$((starts * 1000 / (after - before + 1))) ($starts in all)"

  # 2. Three sensors, broker, three correlators, judge, at the same rate.
  cleared
  broker
  scaled 3 || return
  loads 127.0.2.1 3
  local -A spent
  local known_starts=0
  for name in s1 s2 s3; do known_starts=$((known_starts + $(metric "$name" rpc_collector_flow_starts_received_total))); done
  for name in hub-1 judge c1 c2 c3 s1 s2 s3; do spent[$name]=$(cpu "$name"); done
  : > "$lags"
  loads 127.0.2.1 "$seconds" &
  local sending=$!
  while kill -0 "$sending" 2> /dev/null; do
    for name in c1 c2 c3; do largest "$name" rpc_collector_log_lag_seconds; done >> "$lags"
    sleep 0.3
  done
  wait "$sending"
  sleep 3
  starts=-$known_starts
  for name in s1 s2 s3; do starts=$((starts + $(metric "$name" rpc_collector_flow_starts_received_total))); done
  figure "three sensors: CPU a flow start" "$(per $(($(cpu s1 s2 s3) - spent[s1] - spent[s2] - spent[s3])) "$starts") ns, of $starts"
  figure "three correlators: CPU a flow start" "$(per $(($(cpu c1 c2 c3) - spent[c1] - spent[c2] - spent[c3])) "$starts") ns"
  figure "judge: CPU a flow start" "$(per $(($(cpu judge) - spent[judge])) "$starts") ns"
  figure "broker: CPU a flow start" "$(per $(($(cpu hub-1) - spent[hub-1])) "$starts") ns"
  figure "lag of the correlators, 99th percentile of $(wc -l < "$lags") readings" "$(sort -g "$lags" | awk '{ all[NR] = $1 } END { print all[int((NR - 1) * 0.99) + 1] + 0 }') s"
  local octets=0
  for name in s1 s2 s3; do octets=$((octets + $(metric "$name" rpc_collector_log_bytes_total))); done
  figure "octets a flow start in the broker" "$((octets / (starts + known_starts)))"
  figure "memory of a sensor, a correlator, the judge, the broker" "$(for name in s1 c1 judge hub-1; do awk '/^VmRSS/ { printf "%d ", $2 / 1024 }' "/proc/${pids[$name]}/status"; done)MiB"

  # 3. As fast as three correlators go: the log is filled while they are stopped. Counted from the first look at which they read.
  stop c1 c2 c3
  local filled=0 began first
  for name in s1 s2 s3; do filled=$((filled - $(metric "$name" rpc_collector_flow_starts_received_total))); done
  loads 127.0.2.1 5 2000 40
  sleep 2
  for name in s1 s2 s3; do filled=$((filled + $(metric "$name" rpc_collector_flow_starts_received_total))); done
  for name in c1 c2 c3; do again "$name"; done
  read_so_far() { echo $(($(metric c1 rpc_collector_log_batches_total) + $(metric c2 rpc_collector_log_batches_total) + $(metric c3 rpc_collector_log_batches_total))); }
  is_started() { first=$(read_so_far) && [ "$first" -gt 0 ]; }
  until_true 30 is_started
  began=$(now) before=$(cpu c1 c2 c3)
  has_caught_up() {
    local sums
    sums=$(for name in c1 c2 c3; do waiting "$name"; done | awk '{ owned += $1; behind += $2 } END { print owned + 0, behind + 0 }')
    [ "${sums% *}" -ge "$partitions" ] && [ "${sums#* }" -le 3 ]
  }
  if until_true 120 has_caught_up; then
    local took=$(($(now) - began + 1)) all
    all=$(read_so_far)
    after=$(cpu c1 c2 c3)
    figure "three correlators, from a log that waited: flow starts a second" "$((filled * (all - first) / all * 1000 / took)) ($filled in all)"
    figure "three correlators, from a log that waited: flow starts a second of CPU" "$((filled * (all - first) / all * 1000 / (after - before + 1)))"
  else
    fail "three correlators did not catch up with $filled flow starts in two minutes (partitions owned, batches waiting: $(for name in c1 c2 c3; do waiting "$name"; done | paste -sd,))"
  fi
}
