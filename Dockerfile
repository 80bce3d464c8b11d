# RpcCollector: NetFlow and IPFIX in, Windows RPC activity out.
#
#   docker build -t rpc-collector .
#   docker run --rm --read-only -p 127.0.0.1:8055:8055 -p 2055:2055/udp -p 4739:4739/udp -p 9995:9995/udp -v rpc-collector:/data rpc-collector
#
# In the network of the host, which exporters need to keep their own addresses, the port is the host's: serve it on loopback there.
#
#   docker run --rm --read-only --network host -e RpcCollector__Http__Address=127.0.0.1 -e RpcCollector__Http__AllowAnonymous=false \
#     -v rpc-collector:/data rpc-collector
#
#   docker run --rm -p 127.0.0.1:8055:8055 rpc-collector demo        (the console with a synthetic office; add --read-only --tmpfs /tmp)
#
# To pin a build to exact base images, give them by digest, as `docker buildx imagetools inspect IMAGE` shows it:
#
#   docker build --build-arg SDK_IMAGE=mcr.microsoft.com/dotnet/sdk@sha256:… \
#     --build-arg RUNTIME_IMAGE=mcr.microsoft.com/dotnet/runtime-deps@sha256:… -t rpc-collector .
#
# The image is for the machine that builds it, x64 or arm64. For one tag of both, build on one of each and join them:
#
#   docker buildx imagetools create -t REGISTRY/rpc-collector:TAG REGISTRY/rpc-collector:TAG-amd64 REGISTRY/rpc-collector:TAG-arm64
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/runtime-deps:10.0

FROM ${SDK_IMAGE} AS build
# No build servers that outlive their command.
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
WORKDIR /source

# The program is compiled ahead to a native executable, which needs a linker.
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*

# Packages first: this layer is made anew only when a project or a lock file changes.
COPY Directory.Build.props Directory.Packages.props ./
COPY src/Published.props src/
COPY src/RpcCollector.WireFormat/RpcCollector.WireFormat.csproj src/RpcCollector.WireFormat/packages.lock.json src/RpcCollector.WireFormat/
COPY src/RpcCollector.Flows/RpcCollector.Flows.csproj src/RpcCollector.Flows/packages.lock.json src/RpcCollector.Flows/
COPY src/RpcCollector.Detection/RpcCollector.Detection.csproj src/RpcCollector.Detection/packages.lock.json src/RpcCollector.Detection/
COPY src/RpcCollector/RpcCollector.csproj src/RpcCollector/packages.lock.json src/RpcCollector/
RUN case "$(uname -m)" in aarch64) echo linux-arm64 ;; *) echo linux-x64 ;; esac > /platform \
 && dotnet restore src/RpcCollector --locked-mode -p:RuntimeIdentifier="$(cat /platform)"

COPY .editorconfig ./
COPY console/dist console/dist
COPY src src
# With the runtime of the compiler that is locked, and the SDK's part for the web: fixes of .NET come by raising both, those of the system
# below by a newer base image.
RUN dotnet publish src/RpcCollector --no-restore --configuration Release --runtime "$(cat /platform)" --output /out/app \
 && rm -f /out/app/*.pdb /out/app/*.dbg /out/app/*.xml \
 && mkdir /out/data

FROM ${RUNTIME_IMAGE}
LABEL org.opencontainers.image.title="RpcCollector" \
      org.opencontainers.image.description="Finds Windows RPC activity (MITRE CAR-2014-05-001) in NetFlow v5, v9 and IPFIX"
COPY --from=build /out/app /app
# Owned by the user below, so that a named volume that is made from it is, too.
COPY --from=build --chown=1654:1654 /out/data /data

# A container serves on all of its addresses, or nothing could be published; nobody has to log in, so whoever reaches what is
# published may read and write: publish the port on loopback (-p 127.0.0.1:8055:8055), or have people log in (docs/http.md).
# Nothing is written outside /data: no diagnostic sockets and no temporary files, so the root file system can be read-only.
ENV DOTNET_EnableDiagnostics=0 \
    DOTNET_NOLOGO=1 \
    RpcCollector__Http__Address=* \
    RpcCollector__Http__AllowAnonymous=true \
    RpcCollector__Http__Hosts=localhost,127.0.0.1,[::1] \
    RpcCollector__Http__Port=8055 \
    RpcCollector__Store__Folder=/data
USER 1654:1654
WORKDIR /app
VOLUME /data
# NetFlow and IPFIX; the API, the metrics and the page.
EXPOSE 2055/udp 4739/udp 9995/udp 8055/tcp
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["/app/RpcCollector", "healthcheck"]
ENTRYPOINT ["/app/RpcCollector"]
