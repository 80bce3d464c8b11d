# Sourced by run: processes with names, ports, what stands, and figures. All of it is below $work; every process is stopped by its own pid.
declare -A pids=() https=()
next_port=20100 passed=0 failed=0 figures=()

pass() { passed=$((passed + 1)); echo "pass: $*"; }
fail() { failed=$((failed + 1)); echo "FAIL: $*"; }
say() { echo "      $*"; }
figure() { figures+=("$1|$2"); }

# port: $port is free for TCP and UDP, and outside what the kernel hands out.
port() {
  local hex
  while :; do
    port=$next_port next_port=$((next_port + 1))
    hex=$(printf ':%04X ' "$port")
    cat /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6 2> /dev/null | awk '{ print $2 " " }' | grep -q "$hex" || return 0
  done
}

# launch NAME COMMAND...: what `again` starts once more.
launch() {
  local name=$1
  shift
  printf '%q ' "$@" > "$work/$name.command"
  again "$name"
}

again() {
  bash -c "exec $(cat "$work/$1.command")" >> "$work/logs/$1.log" 2>&1 8>&- 9>&- &
  pids[$1]=$!
}

killed() {
  local name
  for name; do
    [ -n "${pids[$name]:-}" ] || continue
    kill -KILL "${pids[$name]}" 2> /dev/null
    wait "${pids[$name]}" 2> /dev/null
    unset "pids[$name]"
  done
}

stop() {
  local name
  for name; do [ -z "${pids[$name]:-}" ] || kill -TERM "${pids[$name]}" 2> /dev/null; done
  for name; do
    for _ in $(seq 100); do kill -0 "${pids[$name]:-none}" 2> /dev/null || break; sleep 0.1; done
    killed "$name"
  done
}

stop_all() { [ ${#pids[@]} -eq 0 ] || killed "${!pids[@]}"; }

# collector NAME SETTING...: its data is kept in a folder of its name.
collector() {
  local name=$1
  shift
  port
  https[$name]=$port
  launch "$name" "$program" run --Http:Port="$port" --Store:Folder="$work/data/$name" "${common[@]}" "$@"
}

get() { curl --silent --fail --max-time 5 "http://127.0.0.1:${https[$1]}$2"; }

# until SECONDS COMMAND...
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.2
  done
}

is_ready() { get "$1" /readyz > /dev/null; }

ready() {
  local name
  for name; do until_true 40 is_ready "$name" || { fail "$name is not ready: $(curl -s "http://127.0.0.1:${https[$name]}/readyz" | head -c 300)"; return 1; }; done
}

# metric NAME METRIC: the sum over its labels; 0 when it does not answer.
metric() { get "$1" /metrics 2> /dev/null | awk -v name="$2" '$1 == name || index($1, name "{") == 1 { sum += $2 } END { printf "%.0f\n", sum }'; }

largest() { get "$1" /metrics 2> /dev/null | awk -v name="$2" '($1 == name || index($1, name "{") == 1) && $2 > max { max = $2 } END { print max + 0 }'; }

# Milliseconds of CPU that processes have used.
cpu() {
  local name sum=0
  for name; do sum=$((sum + $(awk '{ print $14 + $15 }' "/proc/${pids[$name]}/stat") * 1000 / $(getconf CLK_TCK))); done
  echo "$sum"
}

now() { date +%s%3N; }

# What stands, one line each. Left out is what says when and where, and not what: when a process stored it (recorded_at, updated_at), that it
# was taken back and reported again meanwhile (notes of that), and how much of what exporters sent has come (completeness), which the
# sensors know and the judge does not.
items() {
  local cursor='' page
  while :; do
    page=$(get "$1" "/api/v1/$2?limit=1000${cursor:+&cursor=$cursor}") || return 1
    jq -cS '.items[] | del(.recorded_at, .updated_at, .completeness)
      | if .notes then .notes |= map(select(.text | test("^(Withdrawn:|Reported again)") | not)) else . end
      | if .notes == [] then del(.notes) else . end' <<< "$page" || return 1
    cursor=$(jq -r '.next // .next_cursor // empty' <<< "$page")
    [ -n "$cursor" ] || return 0
  done
}

# standing NAME FILE
standing() { { items "$1" activities && items "$1" findings; } | sort > "$2"; }

# A judge that has read all that the log holds.
has_read() { [ "$(metric "$1" rpc_collector_log_judge_messages_total)" -gt 0 ] && [ "$(metric "$1" rpc_collector_log_judge_lag_messages)" -eq 0 ]; }

# settle NAME...: until none changes for fifteen seconds, since who reads a hub that was killed takes some to see it; each one's lines are in $work/NAME.standing then.
settle() {
  local same=0 name before after end=$((SECONDS + 90))
  before=
  while [ "$same" -lt 15 ] && [ "$SECONDS" -lt "$end" ]; do
    for name; do standing "$name" "$work/$name.standing"; done
    after=$(for name; do cat "$work/$name.standing"; done | sha256sum)
    if [ "$after" = "$before" ] && [ -s "$work/$1.standing" ]; then same=$((same + 1)); else same=0; fi
    before=$after
    sleep 1
  done
  [ "$same" -ge 15 ] || say "it still changed after 90 s"
}

# is_same TITLE NAME OTHER: octet for octet.
is_same() {
  local one=$work/$2.standing other=$work/$3.standing count
  count="$(grep -c '"basis"' "$one") activities and $(grep -c '"kind"' "$one") findings"
  if [ -s "$one" ] && cmp -s "$one" "$other"; then
    pass "$1: the same $count, octet for octet"
    return
  fi
  local found text
  found=$(differences "$one" "$other")
  text="$1: of $count, $(comm -23 "$one" "$other" | wc -l) lines stand in $2 alone, $(comm -13 "$one" "$other" | wc -l) in $3 alone"
  fail "$text"
  echo "$found"
  for found in "${!pids[@]}"; do [ -z "${https[$found]:-}" ] || get "$found" /metrics > "$work/logs/$found.metrics"; done
  cp "$one" "$work/logs/$(tr -c '[:alnum:]\n' - <<< "$1").$2"
  cp "$other" "$work/logs/$(tr -c '[:alnum:]\n' - <<< "$1").$3"
}

# covers TITLE NAME OTHER: every finding that stands in NAME stands in OTHER, and of every activity a half, whatever it is joined with there.
covers() {
  local one=$work/$2.standing other=$work/$3.standing missing
  missing=$(jq -rn --slurpfile one "$one" --slurpfile other "$other" '
    def names: if .kind then "\(.kind) \(.client) \(.server)"
      else "\(.client) \(.server) \((.mapper, .endpoint | select(.)).client_port)" end;
    ($other | map({ key: names, value: true }) | from_entries) as $there
      | $one[] | [names] | select(any($there[.]) | not) | join(", ")') || missing='what jq could not read'
  if [ -s "$one" ] && [ -z "$missing" ]; then
    pass "$1: of all $(wc -l < "$one") activities and findings of $2 a half, or the finding, stands in $3"
  else
    fail "$1: $(wc -l <<< "$missing") activities and findings of $2 do not stand in $3, such as $(head -n 1 <<< "$missing")"
  fi
}

# Which fields differ where both know the same flows, and which lines only one has.
differences() {
  jq -rn --slurpfile one "$1" --slurpfile other "$2" '
    def key: if .basis then "activity", .client, .server, .mapper.client_port, .endpoint.client_port
             else "finding", .kind, .client, .server, .first_seen end | tostring;
    def by: map({ key: [key] | join(" "), value: . }) | from_entries;
    ($one | by) as $a | ($other | by) as $b | [
      (($a + $b) | keys[]) as $k
      | if $a[$k] == null or $b[$k] == null then ($k | split(" ") | if .[0] == "finding" then "finding \(.[1])" else .[0] end) + " only in one"
        elif $a[$k] == $b[$k] then empty
        else "\($k | split(" ")[0]) differs in " + ([($a[$k] + $b[$k] | keys[]) as $f | select($a[$k][$f] != $b[$k][$f]) | $f] | join(", ")) end
      | { what: ., key: $k }]
    | group_by(.what)[] | "      \(length) × \(.[0].what), such as \(.[0].key)"'  | head -n 12
}
