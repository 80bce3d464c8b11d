meta:
  id: netflow_v5
  title: NetFlow version 5 export datagram
  endian: be
doc: |
  A datagram of Cisco's NetFlow version 5: a header of 24 octets and up to 30 flow records of 48 octets each. The
  layout is fixed, IPv4 only, and every record is one unidirectional flow. Times are milliseconds of the exporter's
  uptime; the header ties the uptime to UTC.
doc-ref: https://www.cisco.com/c/en/us/td/docs/net_mgmt/netflow_collection_engine/3-6/user/guide/format.html
seq:
  - id: header
    type: message_header
  - id: records
    type: flow_record
    repeat: expr
    repeat-expr: num_whole_records
    doc: The flow records that lie whole within the datagram.
instances:
  num_whole_records:
    value: '(_io.size - 24) / 48 < header.num_records ? (_io.size - 24) / 48 : header.num_records'
    doc: |
      What the header states, or what the datagram holds where the header states more: there are exporters that
      count wrong, and their records are good all the same.
types:
  message_header:
    doc: The header of an export datagram, 24 octets.
    doc-ref: Cisco, NetFlow export datagram format, version 5 header
    seq:
      - id: version
        -orig-id: version
        type: u2
        valid: 5
      - id: num_records
        -orig-id: count
        type: u2
        doc: Number of flow records in this datagram, 1 to 30.
      - id: system_uptime_milliseconds
        -orig-id: SysUptime
        type: u4
        doc: Time since the exporter booted; wraps after 49.7 days.
      - id: export_seconds
        -orig-id: unix_secs
        type: u4
        doc: Seconds since the Unix epoch at the moment of export.
      - id: export_nanoseconds
        -orig-id: unix_nsecs
        type: u4
        doc: What remains of that second.
      - id: flow_sequence
        -orig-id: flow_sequence
        type: u4
        doc: Number of flows exported before this datagram; a gap is a loss.
      - id: engine_type
        -orig-id: engine_type
        type: u1
      - id: engine_id
        -orig-id: engine_id
        type: u1
        doc: Slot of the flow switching engine; with engine_type it names the stream that flow_sequence counts.
      - id: sampling_mode
        -orig-id: sampling_interval
        type: b2
        doc: 0 is no sampling.
      - id: sampling_interval
        -orig-id: sampling_interval
        type: b14
        doc: One packet in so many was seen; 0 and 1 are no sampling.
  flow_record:
    doc: One unidirectional IPv4 flow, 48 octets.
    doc-ref: Cisco, NetFlow export datagram format, version 5 flow record
    seq:
      - id: source_address
        -orig-id: srcaddr
        type: u4
      - id: destination_address
        -orig-id: dstaddr
        type: u4
      - id: next_hop_address
        -orig-id: nexthop
        type: u4
      - id: ingress_interface
        -orig-id: input
        type: u2
        doc: SNMP index of the interface.
      - id: egress_interface
        -orig-id: output
        type: u2
        doc: SNMP index of the interface.
      - id: packets
        -orig-id: dPkts
        type: u4
      - id: octets
        -orig-id: dOctets
        type: u4
        doc: Octets of layer 3.
      - id: start_uptime_milliseconds
        -orig-id: First
        type: u4
        doc: The exporter's uptime at the flow's first packet.
      - id: end_uptime_milliseconds
        -orig-id: Last
        type: u4
        doc: The exporter's uptime at the flow's last packet.
      - id: source_port
        -orig-id: srcport
        type: u2
      - id: destination_port
        -orig-id: dstport
        type: u2
      - id: padding
        -orig-id: pad1
        type: u1
      - id: tcp_flags
        -orig-id: tcp_flags
        type: u1
        doc: All flags of the flow's packets, OR-ed.
      - id: protocol
        -orig-id: prot
        type: u1
      - id: type_of_service
        -orig-id: tos
        type: u1
      - id: source_as
        -orig-id: src_as
        type: u2
      - id: destination_as
        -orig-id: dst_as
        type: u2
      - id: source_prefix_length
        -orig-id: src_mask
        type: u1
      - id: destination_prefix_length
        -orig-id: dst_mask
        type: u1
      - id: trailing_padding
        -orig-id: pad2
        type: u2
