#!/usr/bin/env python3
"""Writes the packets of a small network as a pcap (Ethernet), for exporters to read: python3 traffic.py OUT.pcap [UNIX-SECONDS]

Every conversation, its ports and its times are listed in CONVERSATIONS; README.md one folder up says what should be found in them.
The output is the same on every run, but for its times when a second is given to begin at.
"""

import ipaddress
import struct
import sys
from typing import NamedTuple

BEGIN = 1_772_442_900_000_000  # 2026-03-02T09:15:00Z in microseconds

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
TCP, UDP = 6, 17


class Conversation(NamedTuple):
    """One connection: when it starts and ends, in milliseconds from BEGIN, and how it goes."""

    start: float
    end: float
    client: tuple
    server: tuple
    way: str = "complete"  # complete, refused (SYN answered by RST), unanswered (SYN only), datagrams (UDP)
    sends: tuple = (116, 84)  # octets that client and server send


WORKSTATION, COLLEAGUE, LAPTOP = "10.20.1.15", "10.20.1.16", "10.20.1.99"
LINUX, ADMIN = "10.20.1.66", "10.20.1.5"
CONTROLLER, FILES, PRINTER = "10.20.0.10", "10.20.0.20", "10.20.0.30"
WORKSTATION6, CONTROLLER6 = "2001:db8:20:1::15", "2001:db8:20::10"
WEB, RESOLVER = "203.0.113.80", "10.20.0.53"

CONVERSATIONS = [
    # Unrelated: a name is resolved, a page is read, a file is opened.
    Conversation(0, 2, (WORKSTATION, 55001), (RESOLVER, 53), "datagrams", (60, 76)),
    Conversation(10, 4_200, (WORKSTATION, 49720), (WEB, 443), sends=(1_700, 24_000)),
    Conversation(300, 9_000, (COLLEAGUE, 49811), (FILES, 445), sends=(3_100, 18_000)),
    # RPC activity, as the analytic has it: the endpoint follows the mapper after 5 ms and ends long before it.
    Conversation(1_000, 13_050, (WORKSTATION, 49731), (CONTROLLER, 135), sends=(272, 212)),
    Conversation(1_005, 3_400, (WORKSTATION, 49732), (CONTROLLER, 49667), sends=(1_420, 2_210)),
    # The same over IPv6.
    Conversation(2_000, 14_020, (WORKSTATION6, 49741), (CONTROLLER6, 135), sends=(272, 212)),
    Conversation(2_009, 4_100, (WORKSTATION6, 49742), (CONTROLLER6, 49668), sends=(980, 1_130)),
    # The endpoint follows after 6.02 s, while the mapper flow is still open: beyond the analytic's two seconds.
    Conversation(3_000, 15_000, (ADMIN, 50101), (COLLEAGUE, 135), sends=(272, 212)),
    Conversation(9_020, 10_500, (ADMIN, 50102), (COLLEAGUE, 49670), sends=(2_300, 1_900)),
    # A client whose ports lie below the dynamic range of Windows: beyond the analytic's port clause.
    Conversation(4_000, 16_500, (LINUX, 38412), (FILES, 135), sends=(272, 212)),
    Conversation(4_011, 6_600, (LINUX, 41920), (FILES, 49669), sends=(760, 640)),
    # A mapper that refuses, and one that does not answer.
    Conversation(5_000, 5_001, (LAPTOP, 51000), (PRINTER, 135), "refused"),
    Conversation(5_500, 8_500, (LAPTOP, 51001), (RESOLVER, 135), "unanswered"),
    # Two dynamic ports without any mapper flow before: no RPC activity.
    Conversation(7_000, 12_000, (COLLEAGUE, 50111), (FILES, 50222), sends=(5_000, 90_000)),
    # An endpoint of another server soon after the mapper of this one: no RPC activity with that server.
    Conversation(1_050, 2_900, (WORKSTATION, 49733), (FILES, 49667), sends=(420, 380)),
]


def checksum(data: bytes) -> int:
    """Internet checksum (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def frame(source: str, target: str, protocol: int, segment: bytes, checksum_at: int) -> bytes:
    """Ethernet and IP header around a TCP segment or UDP datagram, whose checksum is filled in."""
    sender, receiver = ipaddress.ip_address(source), ipaddress.ip_address(target)
    pseudo = sender.packed + receiver.packed + struct.pack("!II", len(segment), protocol)
    segment = segment[:checksum_at] + struct.pack("!H", checksum(pseudo + segment)) + segment[checksum_at + 2:]
    if sender.version == 6:
        header = struct.pack("!IHBB", 6 << 28, len(segment), protocol, 64) + sender.packed + receiver.packed
        return mac(source) + header + segment
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(segment), 1, 0x4000, 64, protocol, 0) + sender.packed + receiver.packed
    header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    return mac(source) + header + segment


def mac(source: str) -> bytes:
    """Ethernet header; locally administered addresses."""
    version = ipaddress.ip_address(source).version
    return b"\x02\0\0\0\0\x02" + b"\x02\0\0\0\0\x01" + struct.pack("!H", 0x86DD if version == 6 else 0x0800)


def tcp(sender, receiver, flags, sequence, acknowledged, payload=b""):
    segment = struct.pack("!HHIIBBHHH", sender[1], receiver[1], sequence, acknowledged, 5 << 4, flags, 64_240, 0, 0) + payload
    return frame(sender[0], receiver[0], TCP, segment, 16)


def udp(sender, receiver, payload):
    segment = struct.pack("!HHHH", sender[1], receiver[1], 8 + len(payload), 0) + payload
    return frame(sender[0], receiver[0], UDP, segment, 6)


def packets(conversation: Conversation):
    """Yields (milliseconds, frame) of one conversation; a round trip takes 0.4 ms."""
    start, end, client, server, way, (sent, answered) = conversation
    if way == "datagrams":
        yield start, udp(client, server, bytes(sent))
        yield end, udp(server, client, bytes(answered))
        return

    yield start, tcp(client, server, SYN, 1_000, 0)
    if way == "unanswered":
        yield start + 1_000, tcp(client, server, SYN, 1_000, 0)
        yield end, tcp(client, server, SYN, 1_000, 0)
        return
    if way == "refused":
        yield end, tcp(server, client, RST | ACK, 0, 1_001)
        return

    yield start + 0.4, tcp(server, client, SYN | ACK, 5_000, 1_001)
    yield start + 0.5, tcp(client, server, ACK, 1_001, 5_001)
    at, out, back = start + 0.6, 1_001, 5_001
    while sent or answered:
        if sent:
            size = min(sent, 1_400)
            yield at, tcp(client, server, PSH | ACK, out, back, bytes(size))
            sent, out = sent - size, out + size
        if answered:
            size = min(answered, 1_400)
            yield at + 0.4, tcp(server, client, PSH | ACK, back, out, bytes(size))
            answered, back = answered - size, back + size
        at += 0.8
    yield end - 0.8, tcp(client, server, FIN | ACK, out, back)
    yield end - 0.4, tcp(server, client, FIN | ACK, back, out + 1)
    yield end, tcp(client, server, ACK, out + 1, back + 1)


def main(path: str, begin: int = BEGIN) -> None:
    every = sorted((packet for conversation in CONVERSATIONS for packet in packets(conversation)), key=lambda packet: packet[0])
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1))
        for milliseconds, octets in every:
            seconds, microseconds = divmod(begin + round(milliseconds * 1_000), 1_000_000)
            out.write(struct.pack("<IIII", seconds, microseconds, len(octets), len(octets)) + octets)


if __name__ == "__main__":
    main(sys.argv[1], *(int(seconds) * 1_000_000 for seconds in sys.argv[2:]))
