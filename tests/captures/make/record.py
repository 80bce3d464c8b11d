#!/usr/bin/env python3
"""Records what an exporter sends: python3 record.py OUT.pcap EXPORTER -- COMMAND...

Runs COMMAND with {port} replaced by a free UDP port of loopback, and writes the datagrams it sends there, until it has ended, as a pcap of
raw IP packets from EXPORTER to 192.0.2.2:2055. The payload is the exporter's, octet by octet; the packet around it is written here, so that
neither this machine's addresses and ephemeral ports nor the day of the recording come into the file: a datagram's time in the capture
is the export time that its own header states.
"""

import ipaddress
import socket
import struct
import subprocess
import sys
import time

from traffic import checksum

COLLECTOR = ("192.0.2.2", 2055)
LINKTYPE_RAW = 101
QUIET_SECONDS, LONGEST_SECONDS = 0.5, 60


def record(command: list) -> list:
    """Runs the command and returns (source port, payload) of each datagram in the order of arrival."""
    datagrams = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        exporter = subprocess.Popen([part.replace("{port}", str(port)) for part in command], stdout=subprocess.DEVNULL)
        give_up = time.monotonic() + LONGEST_SECONDS
        listener.settimeout(QUIET_SECONDS)
        while True:
            try:
                payload, sender = listener.recvfrom(65_535)
                datagrams.append((sender[1], payload))
            except TimeoutError:
                if exporter.poll() is not None:
                    break
            if time.monotonic() > give_up:
                exporter.kill()
                sys.exit(f"{command[0]} did not end within {LONGEST_SECONDS} s")
        if exporter.returncode != 0:
            sys.exit(f"{command[0]} ended with {exporter.returncode}")
    return datagrams


def export_time(payload: bytes) -> tuple:
    """Seconds and microseconds of the header: NetFlow v5 and v9 state seconds at offset 8 (v5: nanoseconds at 12), IPFIX at offset 4."""
    version = struct.unpack_from("!H", payload)[0]
    if version == 10:
        return struct.unpack_from("!I", payload, 4)[0], 0
    seconds, residual = struct.unpack_from("!II", payload, 8)
    return seconds, residual // 1_000 if version == 5 else 0


def packet(exporter: str, source_port: int, payload: bytes) -> bytes:
    sender, receiver = ipaddress.ip_address(exporter).packed, ipaddress.ip_address(COLLECTOR[0]).packed
    datagram = struct.pack("!HHHH", source_port, COLLECTOR[1], 8 + len(payload), 0) + payload
    sum_ = checksum(sender + receiver + struct.pack("!II", len(datagram), 17) + datagram) or 0xFFFF
    datagram = datagram[:6] + struct.pack("!H", sum_) + datagram[8:]
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(datagram), 1, 0x4000, 64, 17, 0) + sender + receiver
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + datagram


def main() -> None:
    path, exporter, separator, *command = sys.argv[1:]
    if separator != "--":
        sys.exit(__doc__)
    datagrams = record(command)
    if not datagrams:
        sys.exit(f"{command[0]} sent nothing")
    # Source ports keep their order of appearance: an exporter that uses two still uses two.
    ports = {}
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, LINKTYPE_RAW))
        for source_port, payload in datagrams:
            octets = packet(exporter, ports.setdefault(source_port, 40_001 + len(ports)), payload)
            seconds, microseconds = export_time(payload)
            out.write(struct.pack("<IIII", seconds, microseconds, len(octets), len(octets)) + octets)
    print(f"{path}: {len(datagrams)} datagrams")


if __name__ == "__main__":
    main()
