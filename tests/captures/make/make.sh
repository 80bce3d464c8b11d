#!/usr/bin/env bash
# Remakes the captures one folder up: writes the packets of traffic.py, lets real exporters read them, records what they send.
# Needs python3, softflowd, pmacct and faketime. Loopback only. A minute.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$here/..
export PYTHONDONTWRITEBYTECODE=1
# softflowd exports the name of the file that it reads as the name of its interface: a short one.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 "$here/traffic.py" traffic.pcap

# name, options of softflowd. -a: the times are those of the packets; -c none: no control socket.
softflowd_export() {
  local name=$1
  shift
  python3 "$here/record.py" "$out/$name.pcap" 192.0.2.1 -- softflowd -r traffic.pcap -n '127.0.0.1:{port}' -a -d -c none "$@" 2> log || { cat log; exit 1; }
}

# name, version. pmacctd's export time is the clock's, so it is told that the traffic has just ended.
pmacctd_export() {
  local name=$1 version=$2
  cat > pmacctd.conf <<CONF
daemonize: false
pcap_savefile: traffic.pcap
aggregate: src_host, dst_host, src_port, dst_port, proto, tos, tcpflags, timestamp_start, timestamp_end
plugins: nfprobe
nfprobe_receiver: 127.0.0.1:PORT
nfprobe_version: $version
CONF
  TZ=UTC python3 "$here/record.py" "$out/$name.pcap" 192.0.2.3 -- \
    sh -c "sed -i s/PORT/{port}/ pmacctd.conf && exec faketime '2026-03-02 09:15:18' pmacctd -f pmacctd.conf" 2> log || { cat log; exit 1; }
}

softflowd_export softflowd-v5-rpc-activity -v 5
softflowd_export softflowd-v9-rpc-activity -v 9
softflowd_export softflowd-ipfix-rpc-activity -v 10 -A milli
softflowd_export softflowd-ipfix-times-relative-to-init-rpc-activity -v 10
softflowd_export softflowd-ipfix-biflow-rpc-activity -v 10 -A milli -b
softflowd_export softflowd-ipfix-sampled-1-in-2-rpc-activity -v 10 -A milli -s 2
pmacctd_export pmacctd-v5-flows-before-boot-rpc-activity 5
pmacctd_export pmacctd-v9-absolute-times-rpc-activity 9
pmacctd_export pmacctd-ipfix-rpc-activity 10
