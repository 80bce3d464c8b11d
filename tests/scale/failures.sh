# Sourced by run: what happens to processes while exports are sent.

# Each partition has one owner: until all have looked, one may have two.
is_shared() {
  local name sum=0
  for name in "${correlators[@]}"; do sum=$((sum + $(metric "$name" rpc_collector_log_owned))); done
  [ "$sum" -eq "$partitions" ]
}

# Until another correlator joins what a killed one had; prints milliseconds.
taken_over() {
  local from end=$((SECONDS + 40)) name sum
  from=$(now)
  while [ "$SECONDS" -lt "$end" ]; do
    sum=0
    for name in "${correlators[@]}"; do [ "$name" = "$1" ] || sum=$((sum + $(metric "$name" rpc_collector_log_owned))); done
    [ "$sum" -lt "$partitions" ] || { echo $(($(now) - from)); return; }
    sleep 0.1
  done
  echo 99999
}

# struck ROLE PART OF: sends a part of the exports while a process of the role is killed at a random moment, and started again.
struck() {
  local role=$1 part=$2 of=$3 name took
  case $role in
    correlator) name=${correlators[RANDOM % ${#correlators[@]}]} ;;
    hub) name=${hubs[RANDOM % ${#hubs[@]}]} ;;
    sensor) name=s$((RANDOM % 3 + 1)) ;;
    leaf) name=leaf-$((RANDOM % 3 + 1)) ;;
    *) name=$role ;;
  esac
  if [ "$role" = sensor ]; then
    # What a sensor has not handed over dies with it, on one machine or many: exporters are silent while it is away.
    sleep 2
    killed "$name"
    again "$name"
    ready "$name"
    sent --over "$over" --part "$part/$of"
  else
    until_true 15 is_shared
    sent --over "$over" --part "$part/$of" &
    local sending=$!
    sleep "$((RANDOM % 2)).$((RANDOM % 10))"
    killed "$name"
    if [ "$role" = correlator ]; then
      took=$(taken_over "$name")
      figure "taken over after a correlator was killed, lease of 5 s" "$((took / 1000)).$((took % 1000 / 100)) s"
    else
      sleep "$((RANDOM % 2)).$((RANDOM % 10))"
    fi
    again "$name"
    wait "$sending"
  fi
  say "killed $name, and started it again (part $part of $of)"
  [ "$role" = hub ] || [ "$role" = leaf ] || ready "$name"
}

killed_in_turn() {
  local roles=(correlator judge hub sensor) any=(correlator correlator judge judge hub sensor) round i
  if [ -z "$long" ]; then
    killed_one_after_another "each role killed in turn, three hubs" "${roles[@]}"
    return
  fi

  # Fifty-two, in four rounds: what is sent more than five minutes after it was written has clocks that are wrong, and each collector corrects
  # these by its own arrival.
  for round in 1 2 3 4; do
    for i in $(seq 4 12); do roles[i]=${any[RANDOM % ${#any[@]}]}; done
    killed_one_after_another "each role killed in turn, three hubs, round $round of 13" "${roles[@]}"
  done
}

# Three leaves between sensors and hubs; and no hub at all for a while, in which a sensor and its leaf are killed: what was sent waits on disk.
with_leaves() {
  local with=3 hub
  killed_one_after_another "three leaves, each role killed in turn" leaf hub sensor judge correlator leaf
  cleared
  exported
  cluster 3
  alone alone 127.0.1.1
  sleep 2
  scaled 3 && ready alone || { fail "no hub for a while: it did not start"; return; }
  sent --over "$over" --part 1/3
  killed "${hubs[@]}"
  sent --over "$over" --part 2/3
  sleep 2 # whoever is killed has handed over what it has
  killed s1 leaf-1
  again leaf-1
  again s1
  for hub in "${hubs[@]}"; do again "$hub"; done
  ready s1 s2 s3 judge "${correlators[@]}"
  sent --over "$over" --part 3/3
  settle alone judge
  is_same "no hub for a while, and a sensor and its leaf killed meanwhile" alone judge
  [ "$(lost)" -eq 0 ] || fail "no hub for a while: $(lost) flow starts never came"
}

# killed_one_after_another TITLE ROLE...
killed_one_after_another() {
  local title=$1 part=0 role
  shift
  cleared
  exported
  cluster "${with:-0}"
  alone alone 127.0.1.1
  sleep 2
  if ! scaled 3; then
    fail "$title: it did not start"
    return
  fi
  ready alone || return
  for role in "$@"; do struck "$role" $((part += 1)) $#; done
  settle alone judge
  is_same "$title" alone judge
}

# A correlator that stands still for longer than its lease, with what it has read in its hands, and goes on: for a while two own its
# partitions, and both say what they find.
two_owners() {
  local took repeated
  cleared
  exported
  broker
  alone alone 127.0.1.1
  scaled 3 && ready alone || { fail "two owners: it did not start"; return; }
  until_true 15 is_shared
  sent --over "$over" --part 1/3 &
  local sending=$!
  sleep "1.$((RANDOM % 10))"
  kill -STOP "${pids[c1]}"
  wait "$sending"
  took=$(taken_over c1)
  sent --over "$over" --part 2/3
  kill -CONT "${pids[c1]}"
  sent --over "$over" --part 3/3
  ready c1
  settle alone judge
  repeated=$(metric judge rpc_collector_log_judge_repeated_messages_total)
  say "c1 stood still; what it had was joined by others after $((took / 1000)).$((took % 1000 / 100)) s; the judge passed over $repeated messages that both owners said"
  is_same "two owners of one partition" alone judge
  [ "$(lost)" -eq 0 ] || fail "two owners of one partition: $(lost) flow starts never came"
}

# alone_cut_off SECONDS [JUDGES...]: s1 of three sensors reaches no hub for so long, while the others do, and then tells what it kept. JUDGES stand by.
# Nothing is sent afterwards: so long after it was written each collector would correct its clocks, by its own arrival.
alone_cut_off() {
  local for=$1 judge
  shift
  cleared
  exported
  cluster
  alone alone 127.0.1.1
  sleep 2
  scaled 2 && ready alone || return
  for judge; do collector "$judge" --Scale:Role=judge --Scale:Name="$judge" "${urls[@]}" "${settings[@]}"; done
  stop s1
  collector s1 --Scale:Role=sensor --Scale:Name=s1 --Scale:Nats:Urls:0="${urls[0]#*=}" --Scale:Nats:Replicas=3 "${settings[@]}" --Udp:Listen:0="127.0.2.1:${ports[0]}"
  ready s1
  sent --over "$over" --part 1/2
  killed hub-1
  sent --over "$over" --part 2/2
  sleep "$for"
  ! is_ready s1 || fail "one sensor cut off: it was not"
  again hub-1
  ready s1 judge "${correlators[@]}"
}

# Others wait for a sensor for five minutes: what it tells within them is not late.
one_cut_off() {
  local for=15
  [ -z "$long" ] || for=240
  alone_cut_off "$for" || { fail "one sensor cut off: it did not start"; return; }
  settle alone judge
  is_same "one sensor cut off for $for s, within its buffer" alone judge
  [ "$(lost)" -eq 0 ] || fail "one sensor cut off: $(lost) flow starts never came"
}

# For longer than they wait: what it tells then is late. It is all taken and stored; and what is said of it follows from the log alone: a judge that
# stood by, and one that begins with nothing afterwards and reads what the log holds, say the same, octet for octet.
one_late() {
  local for=330 left
  alone_cut_off "$for" standby || { fail "one sensor late: it did not start"; return; }
  settle alone judge
  left=$(cat "$work"/logs/c?.log | grep -c 'Sensor s1 is left out')
  say "s1 was silent for $for s: it was left out of the clock; late flow starts $(($(metric c1 rpc_collector_flow_starts_late_total) + $(metric c2 rpc_collector_flow_starts_late_total))), facts of closed hours $(metric judge rpc_collector_judge_facts_late_total)"
  [ "$left" -gt 0 ] || fail "one sensor late: nobody went on without it"
  [ "$(lost)" -eq 0 ] || fail "one sensor late: $(lost) flow starts never came"
  collector afterwards --Scale:Role=judge --Scale:Name=afterwards "${urls[@]}" "${settings[@]}"
  until_true 60 has_read afterwards
  settle judge standby afterwards
  is_same "one sensor late by more than five minutes: judge, and the one that stood by" judge standby
  is_same "one sensor late by more than five minutes: judge, and one that read the log afterwards" judge afterwards
  covers "one sensor late by more than five minutes: one process, and several" alone judge
  say "activities that stand: $(grep -c '"basis"' "$work/alone.standing") of one process, $(grep -c '"basis"' "$work/judge.standing") of several: what came when the other half or sighting was held no more stands beside it, or is joined with another mapper flow of the two hosts"
}

# A sensor whose broker is away: within its buffer nothing is lost, beyond it what is lost is counted.
cut_off() {
  cleared
  exported
  broker
  alone alone 127.0.1.1
  scaled 1 && ready alone || { fail "a sensor cut off: it did not start"; return; }
  sent --over "$over" --part 1/2
  killed hub-1
  sent --over "$over" --part 2/2
  again hub-1
  ready judge "${correlators[@]}" s1 s2 s3
  settle alone judge
  is_same "the broker away while half was sent, within the sensors' buffers" alone judge
  [ "$(lost)" -eq 0 ] || fail "the broker away within the buffers: $(lost) flow starts never came"

  # Beyond it: the least buffer, and more than it holds.
  stop s1
  collector s1 --Scale:Role=sensor --Scale:Name=s1 "${urls[@]}" "${settings[@]}" --Udp:Listen:0="127.0.2.1:${ports[0]}" --Scale:BufferBytes=4194304
  ready s1 || return
  local wrote dropped gone taken before
  before=$(metric c1 rpc_collector_log_lost_flow_starts_total)
  taken=$(metric c1 rpc_collector_flow_starts_received_total)
  killed hub-1
  "$lab" load --to "127.0.2.1:${ports[0]}" --allow-remote --rate 6000 --seconds 8 --family-percent 60 > "$work/logs/load.log" 2>&1
  sleep 2
  again hub-1
  ready s1 c1 judge
  is_drained() { [ "$(metric s1 rpc_collector_log_buffer_bytes)" -lt 65536 ]; }
  until_true 60 is_drained
  sleep 4
  wrote=$(metric s1 rpc_collector_flow_starts_used_total) dropped=$(metric s1 rpc_collector_log_dropped_flow_starts_total)
  gone=$(($(metric c1 rpc_collector_log_lost_flow_starts_total) - before)) taken=$(($(metric c1 rpc_collector_flow_starts_received_total) - taken))
  say "beyond its buffer: the sensor took $wrote flow starts, dropped $dropped (mirrors and copies included); the correlator took $taken, and counts $gone as lost"
  if [ "$dropped" -gt 0 ] && [ "$dropped" -eq "$gone" ]; then pass "beyond a sensor's buffer: all $dropped that it dropped are counted as lost, and nothing else"
  else fail "beyond a sensor's buffer: it dropped $dropped flow starts, and $gone are counted as lost"; fi
}

# How long what is read stands still when a hub is gone: each hub in turn, while sensors send all the time. A partition with nothing to read moves
# once a second, by its watermark.
hubs_gone() {
  local name hub end moves=$work/moves
  cleared
  cluster
  sleep 2
  scaled 3 || { fail "hubs gone: it did not start"; return; }
  until_true 15 is_shared
  loads 127.0.2.1 100 100 &
  local sending=$!
  sleep 5
  for hub in "${hubs[@]}"; do
    : > "$moves"
    killed "$hub"
    end=$((SECONDS + 22))
    while [ "$SECONDS" -lt "$end" ]; do
      for name in s1 s2 s3 judge "${correlators[@]}"; do
        get "$name" /metrics 2> /dev/null | awk -v now="$(now)" -v name="$name" '
          /^rpc_collector_log_(batches_total|judge_messages_total)[{ ]/ { sub(/^rpc_collector_log_/, "", $1); print name, $1, now, $2 }' >> "$moves"
      done
      sleep 0.2
    done
    again "$hub"
    figure "without $hub, longest still: sensors, correlators, judge" "$(awk '
      # What one partition has come to, whoever joins it; and each sensor, and the judge.
      { role = substr($1, 1, 1); one = $1 " " $2; key = role == "c" ? $2 : one }
      !(key in at) { at[key] = $3 }
      $4 > last[one] { if (one in last && $3 - at[key] > most[role]) { most[role] = $3 - at[key] } at[key] = $3 }
      { last[one] = $4 }
      END { printf "%.1f, %.1f and %.1f s", most["s"] / 1000, most["c"] / 1000, most["j"] / 1000 }' "$moves")"
    sleep 6
  done
  kill "$sending" 2> /dev/null
  wait "$sending" 2> /dev/null
}
