#!/usr/bin/env bash
# Makes the packages: a tarball and a Debian package for x64 and for arm64.
#
#   packaging/build.sh [--output artifacts] [--only linux-x64|linux-arm64] [--published FOLDER]
#
#   --only       one platform
#   --published  take what was published into FOLDER before, with --only
#
# The same sources give the same octets: times are those of the last commit (or SOURCE_DATE_EPOCH), names are sorted, nobody owns anything.
# Needs dotnet, GNU tar, gzip, dpkg-deb, and a linker: clang or gcc. A package for arm64 is made on x64, too, with clang, llvm and
# gcc-aarch64-linux-gnu. They run where the C library is no older than that of the machine that makes them.
set -euo pipefail
cd "$(dirname "$0")/.."

output=artifacts platforms=(linux-x64 linux-arm64) published=
while [ $# -gt 0 ]; do
  case $1 in
    --output) output=$2; shift 2 ;;
    --only) platforms=("$2"); shift 2 ;;
    --published) published=$2; shift 2 ;;
    *) sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done
[ -z "$published" ] || [ ${#platforms[@]} = 1 ] || { echo "--published goes with --only" >&2; exit 2; }
for tool in tar gzip dpkg-deb; do command -v "$tool" > /dev/null || { echo "packaging/build.sh: no $tool" >&2; exit 2; }; done

version=$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' Directory.Build.props)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2> /dev/null || echo 1767225600)}
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$output"
umask 022

# archive FOLDER FILE: in the order of names, with one time, owned by root.
archive() {
  tar --create --format=gnu --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --directory "$(dirname "$1")" \
    "$(basename "$1")" | gzip --no-name --best > "$2.partial"
  mv "$2.partial" "$2"
}

documents() {
  for document in LICENSE README.md CHANGELOG.md SECURITY.md; do [ ! -f "$document" ] || install -m 0644 "$document" "$1/"; done
  install -d "$1/docs"
  find docs -maxdepth 1 -name '*.md' -exec install -m 0644 -t "$1/docs" {} +
  [ ! -d docs/images ] || { install -d "$1/docs/images" && find docs/images -name '*.png' -exec install -m 0644 -t "$1/docs/images" {} +; }
}

program() {
  local platform=$1 folder=$2
  if [ -n "$published" ]; then cp -r "$published/." "$folder"; else
    dotnet publish src/RpcCollector --configuration Release --runtime "$platform" --output "$folder" -p:ContinuousIntegrationBuild=true \
      --verbosity quiet --nologo
  fi
  rm -f "$folder"/*.pdb "$folder"/*.dbg "$folder"/*.xml "$folder"/*.staticwebassets.endpoints.json "$folder"/web.config
  find "$folder" -type f -exec chmod 0644 {} +
  find "$folder" -type d -exec chmod 0755 {} +
  chmod 0755 "$folder/RpcCollector"
}

tarball() {
  local platform=$1 app=$2 name=rpc-collector-$version-$1 root
  root=$work/$platform/$name
  install -d "$root"
  cp -r "$app" "$root/lib"
  ln -s lib/RpcCollector "$root/rpc-collector"
  documents "$root"
  install -d "$root/examples"
  install -m 0644 packaging/systemd/* packaging/settings/* "$root/examples/"
  archive "$root" "$output/$name.tar.gz"
}

debian() {
  local architecture=$1 app=$2 root=$work/$1
  install -d "$root/DEBIAN" "$root/usr/bin" "$root/usr/lib/sysctl.d" "$root/lib/systemd/system" "$root/etc/rpc-collector" \
    "$root/usr/share/doc/rpc-collector/examples" "$root/usr/share/lintian/overrides"
  cp -r "$app" "$root/usr/lib/rpc-collector"
  # Read beside the program, whoever starts it and wherever.
  ln -s /etc/rpc-collector/appsettings.json "$root/usr/lib/rpc-collector/appsettings.json"
  ln -s ../lib/rpc-collector/RpcCollector "$root/usr/bin/rpc-collector"
  install -m 0644 packaging/settings/appsettings.json "$root/etc/rpc-collector/"
  install -m 0600 packaging/settings/environment "$root/etc/rpc-collector/"
  install -m 0644 packaging/systemd/rpc-collector.service "$root/lib/systemd/system/"
  install -m 0644 packaging/systemd/90-rpc-collector.conf "$root/usr/lib/sysctl.d/"
  install -m 0644 packaging/systemd/forwarding.conf.example "$root/usr/share/doc/rpc-collector/examples/"
  install -m 0644 packaging/debian/lintian-overrides "$root/usr/share/lintian/overrides/rpc-collector"
  documents "$root/usr/share/doc/rpc-collector"
  rm -f "$root/usr/share/doc/rpc-collector/LICENSE"
  printf 'Copyright (C) 2026 The RpcCollector authors\n\nLicensed under the Apache License, Version 2.0; its text is in /usr/share/common-licenses/Apache-2.0.\n' \
    > "$root/usr/share/doc/rpc-collector/copyright"
  # As Debian wants it; what has changed is told in CHANGELOG.md.
  printf 'rpc-collector (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- The RpcCollector authors <maintainers@rpc-collector.invalid>  %s\n' \
    "$version" "$(date --utc --date="@$SOURCE_DATE_EPOCH" --rfc-email)" | gzip --no-name --best > "$root/usr/share/doc/rpc-collector/changelog.gz"
  gzip --no-name --best "$root/usr/share/doc/rpc-collector/CHANGELOG.md"
  install -d "$root/usr/share/man/man1"
  gzip --no-name --best < packaging/debian/rpc-collector.1 > "$root/usr/share/man/man1/rpc-collector.1.gz"
  install -m 0755 packaging/debian/postinst packaging/debian/prerm packaging/debian/postrm "$root/DEBIAN/"
  printf '%s\n' /etc/rpc-collector/appsettings.json /etc/rpc-collector/environment > "$root/DEBIAN/conffiles"
  sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" \
    -e "s/@INSTALLED_SIZE@/$(du --summarize --apparent-size --block-size=1024 "$root" | cut -f1)/" packaging/debian/control.in \
    > "$root/DEBIAN/control"
  (cd "$root" && find etc lib usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) > "$root/DEBIAN/md5sums"
  find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
  dpkg-deb --root-owner-group --uniform-compression -Zxz --build "$root" "$output/rpc-collector_${version}_$architecture.deb" > /dev/null
}

for platform in "${platforms[@]}"; do
  case $platform in
    linux-x64) architecture=amd64 ;;
    linux-arm64) architecture=arm64 ;;
    *) echo "packaging/build.sh: '$platform' is none of linux-x64, linux-arm64" >&2; exit 2 ;;
  esac
  app=$work/$platform/app
  mkdir -p "$app"
  program "$platform" "$app"
  tarball "$platform" "$app"
  debian "$architecture" "$app"
done
(cd "$output" && sha256sum rpc-collector[-_]"$version"* > SHA256SUMS && cat SHA256SUMS)
