meta:
  id: rpc_flow_batch
  title: Flow starts of one sensor for one partition
  endian: le
doc: |
  What a sensor appends to a partition: flow starts in the order in which they were decoded, and how far its clock has come. A batch
  without rows says the latter alone. Whoever reads it needs nothing that came before: exporters and clocks are named by value.
  Numbers are little-endian, addresses in network order (IPv4 as IPv4-mapped IPv6; RFC 4291, 2.5.5.2). Times are milliseconds of Unix
  time. Tables stand behind the rows, in the order in which what they hold was first needed.
doc-ref: docs/scale-wire.md
seq:
  - id: header
    type: batch_header
  - id: rows
    type: row
    repeat: expr
    repeat-expr: header.num_rows
  - id: wide_values
    type: wide
    repeat: expr
    repeat-expr: header.num_wide_values
  - id: witnesses
    type: witness
    repeat: expr
    repeat-expr: header.num_witnesses
  - id: exporters
    type: address
    repeat: expr
    repeat-expr: header.num_exporters
    doc: The unspecified address stands for an exporter that the sensor had no number for.
  - id: sensor
    type: str
    encoding: ASCII
    size: header.len_sensor
    doc: The sensor's name, visible ASCII; with epoch and partition it names the stream that the sequence counts.
  - id: site
    type: str
    encoding: ASCII
    size: header.len_site
    doc: Where the sensor stands, when private addresses of sites overlap; empty otherwise.
enums:
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
  form:
    0: narrow
    1: wide
types:
  batch_header:
    doc: 64 octets.
    seq:
      - id: magic
        contents: RFLW
      - id: version
        type: u2
        valid: 1
      - id: partition
        type: u2
      - id: sensor_epoch
        type: u8
        doc: Grows with every start of the sensor, whose sequence begins anew with it.
      - id: sequence
        type: u8
        doc: Grows by one with every batch for the partition; a gap is a loss.
      - id: watermark_unix_milliseconds
        type: s8
        doc: What the sensor appends later arrived no earlier.
      - id: base_unix_milliseconds
        type: s8
        doc: The arrival of the first row, by which narrow rows tell theirs; 0 without rows.
      - id: rows_before
        type: u8
        doc: Rows of this epoch for the partition in all batches before, so that a gap says how many flow starts were lost.
      - id: num_rows
        type: u4
      - id: num_wide_values
        type: u4
      - id: num_witnesses
        type: u2
      - id: num_exporters
        type: u2
      - id: len_sensor
        type: u1
      - id: len_site
        type: u1
      - id: reserved
        type: u2
        valid: 0
  address:
    seq:
      - id: high
        type: u8be
      - id: low
        type: u8be
  row:
    doc: One flow start, 72 octets.
    seq:
      - id: client
        type: address
      - id: server
        type: address
      - id: client_port
        type: u2
      - id: server_port
        type: u2
      - id: client_tcp_flags
        type: u2
      - id: server_tcp_flags
        type: u2
      - id: witness
        type: u2
        doc: Index of who saw it, by which clock and how well.
      - id: is_end_alone
        type: b1
      - id: is_mirror
        type: b1
      - id: is_translation
        type: b1
      - id: half
        type: b2
        enum: half
      - id: direction
        type: b3
        enum: direction
        valid:
          in-enum: true
      - id: form
        type: u1
        enum: form
        valid:
          in-enum: true
      - id: values
        size: 28
        type:
          switch-on: form
          cases:
            'form::narrow': narrow
            'form::wide': wide_place
  narrow:
    doc: Counters and times that lie in 32 bits, 28 octets.
    seq:
      - id: client_octets
        type: u4
      - id: server_octets
        type: u4
      - id: client_packets
        type: u4
      - id: server_packets
        type: u4
      - id: arrival_after_base
        type: s4
        doc: Milliseconds from the batch's base to the arrival.
      - id: start_after_arrival
        type: s4
        doc: Milliseconds from the arrival to the start, as a rule below 0.
      - id: end_after_start
        type: s4
        doc: Milliseconds from the start to the end.
  wide_place:
    seq:
      - id: wide_value
        type: u4
        doc: Index of the counters and times; grows by one from wide row to wide row.
      - id: reserved
        contents: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  wide:
    doc: |
      Counters and times that do not lie in 32 bits, 56 octets. A translation has the true ends in the place of counters and flags.
    seq:
      - id: client_octets
        type: u8
      - id: server_octets
        type: u8
      - id: client_packets
        type: u8
      - id: server_packets
        type: u8
      - id: arrival_unix_milliseconds
        type: s8
      - id: start_unix_milliseconds
        type: s8
      - id: end_unix_milliseconds
        type: s8
  witness:
    doc: Who saw flows, by which clock and how well; 24 octets.
    seq:
      - id: clock_key
        type: u8
        doc: Names the clock by value, 64 bits of SHA-256 of exporter, session and Observation Domain.
      - id: resolution_milliseconds
        type: s4
      - id: clock_correction_milliseconds
        type: s4
      - id: sampling_interval
        type: u4
        doc: One packet in this many; 1 unsampled, 0 unknown.
      - id: exporter
        type: u2
        doc: Index of the exporter.
      - id: arrival_era
        type: u1
        doc: Grows with every step of the sensor's clock, and wraps.
      - id: reserved
        type: u1
        valid: 0
