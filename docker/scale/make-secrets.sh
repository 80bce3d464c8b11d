#!/usr/bin/env bash
# Makes what docker/scale/compose.yaml needs and nobody else may have, in secrets/ beside this file, unless it is there: an authority,
# the brokers' certificate of it, and a password for each user of nats.conf.
#
#   docker/scale/make-secrets.sh [NAME…]
#
# NAME: further names or addresses (IPv4) by which sensors reach the broker, such as nats.example or 192.0.2.10. Needs openssl.
# A sensor's machine gets ca.pem, and its own files leaf.site-….conf and user.leaf-sensor.site-… of these; one without a leaf ca.pem and
# user.site-…; and nothing else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if [ -e secrets ]; then
  echo "secrets/ is there already; to make all anew, move it away" >&2
  exit 1
fi

umask 077
mkdir secrets.new
cd secrets.new

names=DNS:nats-1,DNS:nats-2,DNS:nats-3,DNS:localhost,IP:127.0.0.1
for name; do
  if [[ $name =~ ^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$ ]]; then names+=",IP:$name"; else names+=",DNS:$name"; fi
done

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=RpcCollector broker authority" \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign -keyout ca.key -out ca.pem 2> /dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=nats" -keyout nats.key -out nats.csr 2> /dev/null
openssl x509 -req -in nats.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 1825 -out nats.pem 2> /dev/null -extfile <(
  printf 'basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=%s\n' "$names")
rm nats.csr ca.srl

for user in judge correlator site-a site-b site-c; do
  password=$(openssl rand -hex 24)
  variable=$(tr a-z- A-Z_ <<< "$user")_PASSWORD
  printf '%s: "%s"\n' "$variable" "$password" >> passwords.conf
  printf '%s:%s\n' "$user" "$password" > "user.$user"
done

# Each leaf: the hubs as it reaches them, a password for its sensor, and the subjects under which the sensor, called as the leaf, appends.
for site in site-a site-b site-c; do
  password=$(openssl rand -hex 24) urls=()
  printf '%s: "%s"\n' "LEAF_$(tr a-z- A-Z_ <<< "$site")_PASSWORD" "$password" >> passwords.conf
  if [ $# -eq 0 ]; then for hub in nats-1 nats-2 nats-3; do urls+=("\"tls://leaf-$site:$password@$hub:7422\""); done; fi
  for name; do for port in 7422 7423 7424; do urls+=("\"tls://leaf-$site:$password@$name:$port\""); done; done
  password=$(openssl rand -hex 24)
  printf 'LEAF_REMOTES: [%s]\nSENSOR_PASSWORD: "%s"\nSENSOR_FLOW: "FLOW.*.sensor.%s"\nSENSOR_TOLD: "ACT.told.%s"\n' \
    "$(IFS=,; echo "${urls[*]}")" "$password" "$site" "$site" > "leaf.$site.conf"
  printf 'sensor:%s\n' "$password" > "user.leaf-sensor.$site"
done

# Containers read single files of it as users of their own; on this machine nobody else gets into the folder. The authority's key stays.
chmod 644 ca.pem nats.pem nats.key passwords.conf user.* leaf.*
cd ..
mv secrets.new secrets
echo "made $(cd secrets && echo *)"
