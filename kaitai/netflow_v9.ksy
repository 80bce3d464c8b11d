meta:
  id: netflow_v9
  title: NetFlow version 9 Export Packet
  endian: be
doc: |
  An Export Packet of NetFlow version 9: a header of 20 octets and FlowSets until the datagram ends. A Template FlowSet
  states the layout of the Data FlowSets that carry its Template ID, in this packet or in later ones. What a Data
  FlowSet holds can therefore not be known from one packet: its content is left as octets.

  The header counts records, not octets, so the datagram's end is the packet's end. Some exporters fill the rest of a
  datagram with zeros: a FlowSet of ID 0 and length 0 ends the packet, and what follows it is not read.
doc-ref: RFC 3954, section 5
seq:
  - id: header
    type: message_header
  - id: flow_sets
    type: flow_set
    repeat: until
    repeat-until: _.is_fill or _io.size - _io.pos < 4
    if: _io.size - _io.pos >= 4
    doc: The FlowSets in the order of the wire; the last one may be fill. Absent where none follows the header.
types:
  message_header:
    doc: The Packet Header, 20 octets.
    doc-ref: RFC 3954, section 5.1
    seq:
      - id: version
        -orig-id: Version
        type: u2
        valid: 9
      - id: num_records
        -orig-id: Count
        type: u2
        doc: Options, Template and Data Records in this packet, all together. Exporters are known to count FlowSets instead.
      - id: system_uptime_milliseconds
        -orig-id: sysUpTime
        type: u4
        doc: Time since the exporter booted; wraps after 49.7 days.
      - id: export_seconds
        -orig-id: UNIX Secs
        type: u4
        doc: Seconds since the Unix epoch at which the packet left, rounded down.
      - id: sequence_number
        -orig-id: Sequence Number
        type: u4
        doc: Export Packets sent before by this Observation Domain; a gap is a loss.
      - id: source_id
        -orig-id: Source ID
        type: u4
        doc: Names the Observation Domain within the exporter; Template IDs are unique within it only.
  flow_set:
    doc: |
      A FlowSet: 4 octets of header, then records of one kind. IDs 2 to 255 are reserved; the content of such a
      FlowSet is left as octets, like that of a Data FlowSet.
    doc-ref: RFC 3954, section 5
    seq:
      - id: flow_set_id
        -orig-id: FlowSet ID
        type: u2
      - id: len_flow_set
        -orig-id: Length
        type: u2
        valid:
          expr: _ >= 4 or is_fill
        doc: Octets of the FlowSet, its header and its padding included.
      - id: body
        size: len_flow_set - 4
        type:
          switch-on: flow_set_id
          cases:
            0: template_set
            1: options_template_set
        if: not is_fill
    instances:
      is_fill:
        value: flow_set_id == 0 and len_flow_set == 0
        doc: No FlowSet at all but the first 4 octets of zeros that fill the datagram.
  template_set:
    doc: |
      The content of a Template FlowSet: one or more Template Records. Fewer than 4 octets at the end are padding;
      so are zeros, which read as one last record that says so by is_padding.
    doc-ref: RFC 3954, section 5.2
    seq:
      - id: records
        type: template_record
        repeat: until
        repeat-until: _.is_padding or _io.size - _io.pos < 4
        if: _io.size - _io.pos >= 4
        doc: Absent where the FlowSet holds none.
  template_record:
    doc: A Template Record, the layout of the Data Records of one Template ID.
    doc-ref: RFC 3954, section 5.2
    seq:
      - id: template_id
        -orig-id: Template ID
        type: u2
        doc: 256 or above, unique within the Observation Domain.
      - id: num_fields
        -orig-id: Field Count
        type: u2
      - id: fields
        type: field_specifier
        repeat: expr
        repeat-expr: num_fields
    instances:
      is_padding:
        value: template_id == 0 and num_fields == 0
  field_specifier:
    doc: One field of a record, 4 octets.
    doc-ref: RFC 3954, section 5.2 and section 8
    seq:
      - id: field_type
        -orig-id: Field Type
        type: u2
        doc: Types up to 127 are those of section 8; IANA's IPFIX registry continues them.
      - id: len_field
        -orig-id: Field Length
        type: u2
  options_template_set:
    doc: |
      The content of an Options Template FlowSet: one or more Options Template Records. Fewer than 6 octets at the end are
      padding; so are zeros, which read as one last record that says so by is_padding.
    doc-ref: RFC 3954, section 6.1
    seq:
      - id: records
        type: options_template_record
        repeat: until
        repeat-until: _.is_padding or _io.size - _io.pos < 6
        if: _io.size - _io.pos >= 6
        doc: Absent where the FlowSet holds none.
  options_template_record:
    doc: |
      An Options Template Record: Scope fields, which say what the options are about, then the options. Its two lengths
      count octets, 4 for a field; whoever reads it must refuse lengths that are no multiple of 4.
    doc-ref: RFC 3954, section 6.1
    seq:
      - id: template_id
        -orig-id: Template ID
        type: u2
        doc: 256 or above, unique within the Observation Domain.
      - id: len_scope_fields
        -orig-id: Option Scope Length
        type: u2
      - id: len_option_fields
        -orig-id: Option Length
        type: u2
      - id: scope_fields
        type: scope_field_specifier
        repeat: expr
        repeat-expr: len_scope_fields / 4
      - id: option_fields
        type: field_specifier
        repeat: expr
        repeat-expr: len_option_fields / 4
    instances:
      is_padding:
        value: template_id == 0 and len_scope_fields == 0 and len_option_fields == 0
  scope_field_specifier:
    doc: One Scope field of an options record, 4 octets. Its type is not a Field Type but has numbers of its own.
    doc-ref: RFC 3954, section 6.1
    seq:
      - id: scope_type
        -orig-id: Scope Field Type
        type: u2
        enum: scope
      - id: len_field
        -orig-id: Scope Field Length
        type: u2
        doc: May be 0, the scope System in particular.
enums:
  scope:
    1: system
    2: interface
    3: line_card
    4: cache
    5: template
