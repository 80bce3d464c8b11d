#!/usr/bin/env bash
# Installs the Debian package into a Debian of its own (debootstrap, chroot), runs the program there as its unit would, upgrades it from an
# earlier version, makes and restores a backup, plays the demo, removes and purges it; and looks at the tarball and the unit.
#
#   packaging/check-package.sh ARTIFACTS
#
# Needs root, debootstrap, dpkg-deb, lintian, systemd-analyze, curl, python3. Binds loopback only. The Debian stays for the next run in
# $RPC_COLLECTOR_IMAGE_CACHE (default ~/.cache/rpc-collector-image).
set -euo pipefail
cd "$(dirname "$0")/.."
artifacts=${1:?where the packages are}
cache=${RPC_COLLECTOR_IMAGE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/rpc-collector-image}
version=$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' Directory.Build.props)
deb=$artifacts/rpc-collector_${version}_amd64.deb tarball=$artifacts/rpc-collector-$version-linux-x64.tar.gz
unit=packaging/systemd/rpc-collector.service
passed=0 failed=0
pass() { passed=$((passed + 1)); echo "pass: $*"; }
fail() { failed=$((failed + 1)); echo "FAIL: $*"; }
check() { local claim=$1; shift; if "$@" > "$work/log" 2>&1; then pass "$claim"; else fail "$claim"; tail -n 15 "$work/log"; fi; }

[ "$(id -u)" = 0 ] || { echo "needs root" >&2; exit 1; }
for tool in debootstrap dpkg-deb lintian systemd-analyze curl python3; do
  command -v "$tool" > /dev/null || { echo "packaging/check-package.sh: no $tool" >&2; exit 1; }
done
work=$(mktemp -d)
root=$work/root
processes=()
finish() {
  for process in "${processes[@]}"; do kill -KILL "$process" 2> /dev/null || true; done
  umount "$root/proc" 2> /dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# 1. The unit, the package and the tarball as they lie there.
exposure() { systemd-analyze security --offline=true --no-pager "$unit" | tee "$work/exposure" | tail -n 1; }
hardened() { exposure > /dev/null && sed -n 's/.*exposure level for [^:]*: \([0-9.]*\).*/\1/p' "$work/exposure" | awk '{ exit $1 <= 2.0 ? 0 : 1 }'; }
check "systemd-analyze security rates the unit at 2.0 or less" hardened
clean() { lintian --fail-on error --profile debian "$deb" > "$work/lintian" 2>&1; cat "$work/lintian"; ! grep -q '^E:' "$work/lintian"; }
check "lintian finds no error in the package" clean
unpacks() {
  tar -C "$work" -xzf "$tarball" && "$work/rpc-collector-$version-linux-x64/rpc-collector" --version | grep -q "^$version" &&
    ! tar -tvzf "$tarball" | awk '{ print $2 }' | grep -qv '^0/0$'
}
check "the tarball unpacks, its program runs, and nobody owns its files" unpacks

# 2. A Debian of its own.
if [ ! -f "$cache/package-root.tar" ]; then
  mkdir -p "$cache"
  debootstrap --variant=minbase --include=ca-certificates,libssl3,libstdc++6,zlib1g,passwd bookworm "$work/fresh" http://deb.debian.org/debian \
    > "$work/debootstrap.log" 2>&1 || { tail -n 5 "$work/debootstrap.log"; echo "debootstrap failed" >&2; exit 1; }
  tar -C "$work/fresh" -cf "$cache/package-root.tar.partial" . && mv "$cache/package-root.tar.partial" "$cache/package-root.tar"
  rm -rf "$work/fresh"
fi
mkdir "$root"
tar -C "$root" -xf "$cache/package-root.tar"
mount -t proc proc "$root/proc"
cp "$deb" "$root/new.deb"
dpkg-deb --raw-extract "$deb" "$work/former"
sed -i 's/^Version: .*/Version: 0.0.9/' "$work/former/DEBIAN/control"
dpkg-deb --root-owner-group -Zgzip --build "$work/former" "$root/former.deb" > /dev/null
rm -rf "$work/former"
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive "$@"; }
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
url=http://127.0.0.1:$port
ready() { for _ in $(seq 240); do curl --silent --fail --max-time 2 --output /dev/null "$url/readyz" && return 0; sleep 0.25; done; return 1; }
# start WORD...: as the unit does, in its folder and as its user.
start() {
  inside setpriv --reuid rpc-collector --regid rpc-collector --init-groups env -C /var/lib/rpc-collector RpcCollector__Http__Port="$port" RpcCollector__Udp__Listen__0=127.0.0.1:0 \
    RpcCollector__Udp__Listen__1=127.0.0.1:0 RpcCollector__Udp__Listen__2=127.0.0.1:0 DOTNET_EnableDiagnostics=0 \
    /usr/lib/rpc-collector/RpcCollector "$@" > "$work/program.log" 2>&1 &
  processes+=($!)
}
stop() {
  local process=${processes[-1]} child
  for child in $(pgrep -P "$process"); do kill -TERM "$child"; done
  wait "$process"
}

# 3. Install, run, upgrade.
check "an earlier version installs" inside dpkg --install /former.deb
check "it has a user of its own" inside getent passwd rpc-collector
check "its folder is that user's alone" test "$(stat -c '%a %U' "$root/var/lib/rpc-collector" 2> /dev/null | cut -d' ' -f1)" = 700
reads() { inside rpc-collector check | grep 'Store:Folder' | grep '/var/lib/rpc-collector' | grep -q 'appsettings.json'; }
check "settings in /etc are read, whoever asks" reads
start run
check "the program runs as its user" ready
echo 'ada:$2y$05$HiJ3tSTrybmYqzl7mFd6FeZfFCHxRbu.X864E1jp3UWYBziDFsETa:admin' > "$root/var/lib/rpc-collector/users"
chown --reference="$root/var/lib/rpc-collector" "$root/var/lib/rpc-collector/users"
check "root makes a backup while it runs" inside rpc-collector backup /root/backup.tar.gz
check "it ends with exit code 0" stop
sed -i 's|"RpcCollector": {|"RpcCollector": { "Http": { "Hosts": "changed.example" },|' "$root/etc/rpc-collector/appsettings.json"
check "it is upgraded" inside dpkg --install /new.deb
check "changed settings survive the upgrade" grep -q changed.example "$root/etc/rpc-collector/appsettings.json"
start run
check "the new version goes on with the data" ready
check "restore is refused while it runs" bash -c "! chroot '$root' /usr/bin/rpc-collector restore /root/backup.tar.gz"
check "it ends with exit code 0" stop
check "root restores the backup" inside rpc-collector restore /root/backup.tar.gz
owned() { ! find "$root/var/lib/rpc-collector" -not -user "$(stat -c %u "$root/var/lib/rpc-collector")" | grep .; }
check "what was restored is the user's" owned
start run
check "the program goes on from there" ready
check "it ends with exit code 0" stop

# 4. The demo, as anybody.
start demo
demo() { for _ in $(seq 480); do grep -q 'demo: open http' "$work/program.log" && curl --silent --max-time 5 "$url/api/v1/incidents" | grep -q critical && return 0; sleep 0.25; done; cat "$work/program.log"; return 1; }
check "the demo shows intruders" demo
check "it ends with exit code 0" stop

# 5. Remove, purge.
check "it is removed" inside dpkg --remove rpc-collector
check "data and settings stay" test -f "$root/var/lib/rpc-collector/state.db" -a -f "$root/etc/rpc-collector/appsettings.json"
check "it is purged" inside dpkg --purge rpc-collector
gone() { [ ! -e "$root/var/lib/rpc-collector" ] && [ ! -e "$root/etc/rpc-collector" ] && ! inside getent passwd rpc-collector; }
check "nothing of it is left" gone

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
