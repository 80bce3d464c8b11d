#!/usr/bin/env bash
# Builds the image from the Dockerfile and runs it as the Dockerfile means it: as an unprivileged user, without capabilities, with a
# read-only root file system. Sends it a recorded export, and looks for the RPC activity in its API and its metrics; kills it and looks again.
#
#   docker/check-image.sh [--if-possible] [--pull]
#
#   --if-possible  exit 0, saying so, where buildah and podman cannot run
#   --pull         build on the published base images; without it, on stand-ins made of Debian and this machine's .NET
#
# Needs root, buildah, podman, runc, debootstrap, curl, python3, dotnet, and what `dotnet restore` can reach here. Debian: apt-get install buildah
# podman runc debootstrap. Binds loopback only. Everything lives in $RPC_COLLECTOR_IMAGE_CACHE (default ~/.cache/rpc-collector-image), where
# the base images stay for the next run: the machine's own image storage is never touched.
set -euo pipefail
cd "$(dirname "$0")/.."

if_possible=false pull=false
for argument in "$@"; do
  case $argument in
    --if-possible) if_possible=true ;;
    --pull) pull=true ;;
    *) sed -n '2,13s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done

cache=${RPC_COLLECTOR_IMAGE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/rpc-collector-image}
sdk_image=mcr.microsoft.com/dotnet/sdk:10.0 runtime_image=mcr.microsoft.com/dotnet/runtime-deps:10.0
image=localhost/rpc-collector:check
name=rpc-collector-check-$$
fixture=tests/captures/softflowd-ipfix-rpc-activity.pcap client=10.20.1.15 server=10.20.0.10
passed=0 failed=0

pass() { passed=$((passed + 1)); echo "pass: $*"; }
fail() { failed=$((failed + 1)); echo "FAIL: $*"; }
check() { local claim=$1; shift; if "$@"; then pass "$claim"; else fail "$claim"; fi; }
impossible() {
  if $if_possible; then echo "skipped: the image cannot be checked here: $*"; exit 0; fi
  echo "FAIL: the image cannot be checked here: $*"
  exit 1
}

# 1. Can it be done here at all?
[ "$(id -u)" = 0 ] || impossible "needs root"
for tool in buildah podman runc curl python3; do command -v "$tool" > /dev/null || impossible "no $tool"; done
$pull || for tool in debootstrap dotnet; do command -v "$tool" > /dev/null || impossible "no $tool"; done
mkdir -p "$cache"
exec 9> "$cache/lock"
flock -w 900 9 || impossible "another check has been running for a quarter of an hour"

work=$(mktemp -d)
store_with() { storage=(--root "$cache/storage-$1" --runroot "$cache/run" --storage-driver "$1"); }
# Neither of them, nor what they start, holds the lock.
Buildah() { timeout -k 10 600 buildah "${storage[@]}" "$@" 9>&-; }
Podman() { timeout -k 10 120 podman "${storage[@]}" --tmpdir "$cache/run/podman" --cgroup-manager cgroupfs --runtime runc "$@" 9>&-; }
finish() {
  { Podman rm --force --time 2 "$name" "$name-misconfigured" "$name-open"; Podman volume rm --force "$name"; } > "$work/cleanup.log" 2>&1 || true
  Buildah rmi --force "$image" >> "$work/cleanup.log" 2>&1 || true
  Buildah rm --all >> "$work/cleanup.log" 2>&1 || true
  forget
  rm -rf "$work"
}
# What podman knows of containers; only the images are for the next run.
forget() {
  awk -v under="$cache/" 'index($2, under) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mounted; do umount "$mounted" || true; done
  rm -rf "$cache/run" "$cache"/storage-*/libpod
}
usable() {
  local container
  container=$(Buildah from scratch 2> "$work/probe.log") && Buildah mount "$container" > "$work/probe.log" 2>&1 && Buildah rm --all > /dev/null
}
store_with overlay
forget
trap finish EXIT
# An overlay cannot lie on an overlay, as it would in a container; copies can.
if ! usable; then
  store_with vfs
  usable || impossible "buildah: $(tail -n 1 "$work/probe.log")"
fi

# 2. Base images. The stand-ins carry the published names, in this storage only.
if ! $pull; then
  version=$(dotnet --version)/2
  if [ "$(Buildah inspect --type image --format '{{index .OCIv1.Config.Labels "rpc-collector.stand-in"}}' "$sdk_image" 2> /dev/null)" != "$version" ]; then
    echo "making stand-ins for $sdk_image and $runtime_image: Debian, without .NET and with its SDK ${version%/*}"
    timeout -k 10 600 debootstrap --variant=minbase --include=ca-certificates,libssl3,libstdc++6,zlib1g,tzdata bookworm "$work/rootfs" http://deb.debian.org/debian \
      > "$work/debootstrap.log" 2>&1 || { tail -n 5 "$work/debootstrap.log"; impossible "debootstrap failed"; }
    dotnet_root=$(dirname "$(readlink -f "$(command -v dotnet)")")
    container=$(Buildah from scratch)
    Buildah add --quiet "$container" "$work/rootfs" / > /dev/null
    Buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
    Buildah commit --quiet --rm "$container" "$runtime_image" > /dev/null
    container=$(Buildah from --pull-never "$runtime_image")
    Buildah copy --quiet "$container" "$dotnet_root" /usr/share/dotnet > /dev/null
    # The SDK wants ICU, which the published SDK image has; the product itself does without.
    Buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/share/dotnet --env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 --label "rpc-collector.stand-in=$version" "$container"
    Buildah commit --quiet --rm "$container" "$sdk_image" > /dev/null
    rm -rf "$work/rootfs"
  fi
fi

# 3. Build. The packages come from where this machine gets them: its certificates, its NuGet configuration.
echo "building $image"
options=(--isolation chroot --format docker --layers=false)
if $pull; then options+=(--pull-always); else options+=(--pull-never); fi
if [ -d /etc/ssl/certs ]; then options+=(--volume /etc/ssl/certs:/etc/ssl/certs:ro); fi
nuget=$HOME/.nuget/NuGet/NuGet.Config
if [ -f "$nuget" ]; then options+=(--volume "$nuget:/root/.nuget/NuGet/NuGet.Config:ro"); fi
if Buildah bud "${options[@]}" --tag "$image" . > "$work/build.log" 2>&1; then
  pass "the image builds from the Dockerfile, packages as locked"
else
  tail -n 30 "$work/build.log"
  fail "the image builds from the Dockerfile, packages as locked"
  echo "$passed passed, $failed failed"
  exit 1
fi
configuration=$(Podman image inspect --format '{{json .Config}}' "$image")
says() { python3 -c 'import json, sys; config = json.loads(sys.argv[1]); sys.exit(0 if eval(sys.argv[2]) else 1)' "$configuration" "$1"; }
check "the image runs as user 1654" says 'config["User"] == "1654:1654"'
check "the image keeps its data in /data" says '"/data" in config["Volumes"]'
check "the image knows how to ask for its health" grep -q '"healthcheck"' <<< "$(Podman image inspect --format '{{json .HealthCheck}}' "$image")"
check "the image names its ports" says 'set(config["ExposedPorts"]) == {"2055/udp", "4739/udp", "9995/udp", "8055/tcp"}'

# 4. Run, on free ports of loopback.
read -r udp_port http_port < <(python3 - <<'PY'
import socket
udp, tcp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket()
udp.bind(("127.0.0.1", 0)); tcp.bind(("127.0.0.1", 0))
print(udp.getsockname()[1], tcp.getsockname()[1])
PY
)
url=http://127.0.0.1:$http_port
run() {
  local container=$1
  shift
  Podman run --detach --name "$container" --read-only --read-only-tmpfs=false --no-healthcheck --network host --cap-drop all --security-opt no-new-privileges \
    --ulimit nofile=20000:20000 --ulimit nproc=4096:4096 --volume "$name:/data" --volume "$PWD/tests/captures:/captures:ro" --env "RpcCollector__Udp__Listen__0=127.0.0.1:$udp_port" \
    --env RpcCollector__Http__Address=127.0.0.1 --env "RpcCollector__Http__Port=$http_port" "$@" "$image" > "$work/run.log" 2>&1 ||
    impossible "podman: $(tail -n 1 "$work/run.log")"
}
# Tries a command until it succeeds, for at most half a minute.
until_true() {
  local deadline=$((SECONDS + 30))
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.25
  done
}
healthy() { curl --silent --fail --max-time 2 --output "$work/health" "$url/healthz"; }
# Is the pair among the activities, wherever in the answer?
listed() {
  curl --silent --fail --max-time 5 --output "$work/activities" "$url/api/v1/activities" && python3 - "$work/activities" "$client" "$server" <<'PY'
import json, sys
def objects(value):
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from objects(inner)
path, client, server = sys.argv[1:]
found = any(o.get("basis") == "car" and o.get("client") == client and o.get("server") == server for o in objects(json.load(open(path))))
sys.exit(0 if found else 1)
PY
}
named() { curl --silent --fail --max-time 5 "$url/metrics/findings" | grep -q "^rpc_collector_pair_activities{.*client=\"$client\",.*server=\"$server\""; }
started() {
  if until_true healthy; then pass "$1"; else
    fail "$1"
    Podman logs "$name" 2>&1 | tail -n 20
    echo "$passed passed, $failed failed"
    exit 1
  fi
}

run "$name"
started "/healthz answers, root file system read-only, no capabilities"
process=$(Podman inspect --format '{{.State.Pid}}' "$name")
check "the process runs as user 1654" grep -qE '^Uid:\s+1654\s+1654' "/proc/$process/status"
check "the process has no capabilities" grep -qE '^CapEff:\s+0+$' "/proc/$process/status"
check "the process cannot gain privileges" grep -qE '^NoNewPrivs:\s+1$' "/proc/$process/status"
read_only() { awk '$5 == "/" { exit $6 ~ /(^|,)ro(,|$)/ ? 0 : 1 }' "/proc/$1/mountinfo"; }
check "the root file system is read-only" read_only "$process"
foreign() { [ "$(curl --silent --max-time 5 --output "$work/foreign" --write-out '%{http_code}' --header 'Host: evil.example' "$url/metrics")" = 421 ]; }
check "a request for another host is refused" foreign
check "the health check of the image says healthy" Podman exec "$name" /app/RpcCollector healthcheck

# 5. An export comes in.
check "send sends the export" Podman exec "$name" /app/RpcCollector send "/captures/${fixture##*/}" --to "127.0.0.1:$udp_port"
check "/api/v1/activities lists the RPC activity of $client with $server" until_true listed
check "/metrics/findings names the pair" until_true named

# 6. Killed and started again on the same volume.
Podman kill --signal KILL "$name" > /dev/null
Podman wait "$name" > /dev/null
Podman rm --force "$name" > /dev/null
run "$name"
started "it starts again after kill -9"
check "the activity is still listed" until_true listed

# 7. The end.
Podman stop --time 15 "$name" > /dev/null
check "SIGTERM ends it with exit code 0" [ "$(Podman inspect --format '{{.State.ExitCode}}' "$name")" = 0 ]
run "$name-misconfigured" --env RpcCollector__Http__Port=none
check "a wrong setting ends it with exit code 2" [ "$(Podman wait "$name-misconfigured")" = 2 ]
run "$name-open" --env RpcCollector__Http__Address=0.0.0.0 --env RpcCollector__Http__AllowAnonymous=false
check "served to others without Http:AllowAnonymous=true it ends with exit code 2" [ "$(Podman wait "$name-open")" = 2 ]

if [ "$failed" -gt 0 ]; then Podman logs "$name" 2>&1 | tail -n 20; fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
