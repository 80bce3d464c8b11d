meta:
  id: rpc_act_message
  title: What the judge takes, in the order in which it takes it
  endian: le
doc: |
  What is appended for the judge: the changes that one batch of a partition led to, what a sensor's logs told, or what a person said.
  Whoever reads it needs nothing that came before: exporters are named by value. Numbers are little-endian, addresses in network order
  (IPv4 as IPv4-mapped IPv6; RFC 4291, 2.5.5.2). Times are milliseconds of Unix time, texts UTF-8.
doc-ref: docs/scale-wire.md
seq:
  - id: header
    type: message_header
  - id: changes
    type: change_list
    size: header.len_changes
  - id: exporters
    type: address
    repeat: expr
    repeat-expr: header.num_exporters
    doc: The unspecified address stands for an exporter that has no number.
  - id: source
    type: str
    encoding: ASCII
    size: header.len_source
    doc: Who wrote it, visible ASCII; it decides nothing where a partition is named.
enums:
  change_kind:
    1: activity
    2: contact
    3: operation
    4: lease
    5: verdict
    6: told_role
    7: deed
  step:
    0: added
    1: revised
    2: withdrawn
  basis:
    0: none
    1: car
    2: extended
    3: known_endpoint
    4: mapper_only
  direction:
    0: uncertain
    1: server_port
    2: stated
    3: first_packet
    4: mapper_flow
    5: refuted
  half:
    0: none
    1: from_client
    2: from_server
    3: both
types:
  message_header:
    doc: 64 octets.
    seq:
      - id: magic
        contents: RACT
      - id: version
        type: u2
        valid: 1
      - id: partition
        type: u2
        doc: Whose batch led to the changes; 65535 where none did.
      - id: source_epoch
        type: u8
        doc: Where there is no partition, grows with every start of the source; 0 otherwise, since changes follow from the batch alone.
      - id: input_offset
        type: u8
        doc: Of the batch in its partition's log; where there is no partition, the source's own sequence.
      - id: watermark_unix_milliseconds
        type: s8
        doc: The clock of the partition, by which the changes arrived.
      - id: part
        type: u4
        doc: Counts the messages of one offset from 0.
      - id: num_changes
        type: u4
      - id: len_changes
        type: u4
      - id: num_exporters
        type: u2
      - id: len_source
        type: u1
      - id: is_last
        type: u1
        valid:
          max: 1
        doc: 1 for the last part of an offset.
      - id: reserved
        contents: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  address:
    seq:
      - id: high
        type: u8be
      - id: low
        type: u8be
  text:
    seq:
      - id: len
        type: u2
        doc: At most 16384; 65535 where there is no text, which is not the same as an empty one.
      - id: value
        type: str
        encoding: UTF-8
        size: len
        if: len != 65535
  change_list:
    seq:
      - id: items
        type: change
        repeat: expr
        repeat-expr: _root.header.num_changes
  change:
    seq:
      - id: len_body
        type: u4
      - id: kind
        type: u1
        enum: change_kind
        valid:
          in-enum: true
      - id: reserved
        contents: [0, 0, 0]
      - id: body
        size: len_body
        type:
          switch-on: kind
          cases:
            'change_kind::activity': fact
            'change_kind::contact': fact
            'change_kind::operation': operation
            'change_kind::lease': lease
            'change_kind::verdict': verdict
            'change_kind::told_role': told_role
            'change_kind::deed': deed
  fact:
    doc: An RPC activity, or a contact, which has no basis, no interfaces and no mapper flow, and always a flow; 72 to 148 octets.
    seq:
      - id: fact_id
        type: s8
      - id: client
        type: address
      - id: server
        type: address
      - id: sampling_interval
        type: u4
        doc: One packet in this many; 1 unsampled, 0 unknown.
      - id: interfaces
        type: u4
        doc: One bit for each interface that the endpoint is known to carry.
      - id: client_octets
        type: u4
      - id: server_octets
        type: u4
      - id: client_tcp_flags
        type: u1
      - id: server_tcp_flags
        type: u1
      - id: reserved_bits
        type: b3
        valid: 0
      - id: half
        type: b2
        enum: half
      - id: direction
        type: b3
        enum: direction
        valid:
          in-enum: true
      - id: step
        type: u1
        enum: step
        valid:
          in-enum: true
      - id: basis
        type: u1
        enum: basis
        valid:
          in-enum: true
      - id: reserved_presence
        type: b5
        valid: 0
      - id: is_translated
        type: b1
      - id: has_flow
        type: b1
      - id: has_mapper
        type: b1
      - id: num_seen_by
        type: u1
        valid:
          max: 4
      - id: reserved
        type: u1
        valid: 0
      - id: seen_by
        type: u2
        repeat: expr
        repeat-expr: 4
        doc: Indexes of exporters; 0 beyond their number.
      - id: mapper
        type: span
        if: has_mapper
      - id: flow
        type: span
        if: has_flow
      - id: translated
        type: translated_ends
        if: is_translated
  span:
    seq:
      - id: client_port
        type: u2
      - id: server_port
        type: u2
      - id: start_unix_milliseconds
        type: s8
      - id: end_unix_milliseconds
        type: s8
  translated_ends:
    seq:
      - id: client
        type: address
      - id: server
        type: address
      - id: client_port
        type: u2
      - id: server_port
        type: u2
  operation:
    doc: An RPC call by name.
    seq:
      - id: arrival_unix_milliseconds
        type: s8
      - id: at_unix_milliseconds
        type: s8
      - id: client
        type: address
      - id: server
        type: address
      - id: client_port
        type: u2
      - id: server_port
        type: u2
      - id: uid
        type: text
      - id: interface_name
        type: text
      - id: operation_name
        type: text
  lease:
    doc: A machine was given an address.
    seq:
      - id: arrival_unix_milliseconds
        type: s8
      - id: address
        type: address
      - id: machine
        type: u8
      - id: start_unix_milliseconds
        type: s8
      - id: end_unix_milliseconds
        type: s8
  verdict:
    doc: What a person said of a finding.
    seq:
      - id: client
        type: address
      - id: server
        type: address
      - id: client_period
        type: s8
      - id: server_period
        type: s8
      - id: at_unix_milliseconds
        type: s8
      - id: expires_unix_milliseconds
        type: s8
      - id: finding_kind
        type: u1
      - id: meaning
        type: u1
      - id: has_server
        type: u1
        valid:
          max: 1
      - id: expires
        type: u1
        valid:
          max: 1
      - id: who
        type: text
      - id: why
        type: text
  told_role:
    doc: The role that a person told of hosts.
    seq:
      - id: network
        type: address
      - id: at_unix_milliseconds
        type: s8
      - id: bits
        type: u1
        valid:
          max: 128
      - id: role
        type: u1
        doc: 255 where it was taken back.
      - id: who
        type: text
      - id: why
        type: text
  deed:
    doc: What else a person or a sink did, in a form that is no matter of this grammar.
    seq:
      - id: topic
        type: text
      - id: content
        size-eos: true
