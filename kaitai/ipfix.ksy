meta:
  id: ipfix
  title: IPFIX Message
  endian: be
doc: |
  A Message of IPFIX, version 10: a header of 16 octets and Sets until the length that the header states. A Template Set
  states the layout of the Data Sets that carry its Template ID, in this Message or in later ones. What a Data Set holds
  can therefore not be known from one Message: its content is left as octets.

  A Set of ID 0 and length 0 does not exist in IPFIX. Exporters that fill up their Messages with zeros produce it: it ends
  the Message, and what follows it is not read.
doc-ref: RFC 7011, section 3
seq:
  - id: header
    type: message_header
  - id: sets
    type: set
    repeat: until
    repeat-until: _.is_fill or header.len_message - _io.pos < 4
    if: header.len_message - _io.pos >= 4
    doc: |
      The Sets in the order of the wire; the last one may be fill. Absent where no Set follows the header. A Set that ends
      beyond its Message but within the datagram is read whole, as exporters are known to state the Message too short.
types:
  message_header:
    doc: The Message Header, 16 octets.
    doc-ref: RFC 7011, section 3.1
    seq:
      - id: version
        -orig-id: Version Number
        type: u2
        valid: 10
      - id: len_message
        -orig-id: Length
        type: u2
        valid:
          min: 16
        doc: Octets of the Message, this header included. A datagram may hold more; that is not part of the Message.
      - id: export_seconds
        -orig-id: Export Time
        type: u4
        doc: Seconds since the Unix epoch at which the Message Header left the Exporter.
      - id: sequence_number
        -orig-id: Sequence Number
        type: u4
        doc: Data Records sent before in this Transport Session and Observation Domain, modulo 2^32; a gap is a loss.
      - id: observation_domain_id
        -orig-id: Observation Domain ID
        type: u4
        doc: Unique within the Exporting Process; Template IDs are unique within it only.
  set:
    doc: |
      A Set: 4 octets of header, then records of one kind. IDs 0, 1 and 4 to 255 are not in use; the content of such a Set
      is left as octets, like that of a Data Set.
    doc-ref: RFC 7011, section 3.3
    seq:
      - id: set_id
        -orig-id: Set ID
        type: u2
      - id: len_set
        -orig-id: Length
        type: u2
        valid:
          expr: _ >= 4 or is_fill
        doc: Octets of the Set, its header and its padding included.
      - id: body
        size: len_set - 4
        type:
          switch-on: set_id
          cases:
            2: template_set
            3: options_template_set
        if: not is_fill
    instances:
      is_fill:
        value: set_id == 0 and len_set == 0
        doc: No Set at all but the first 4 octets of zeros that fill the Message.
  template_set:
    doc: |
      The content of a Template Set: one or more Template Records. Fewer than 4 octets at the end are padding, as no record
      is shorter; so are zeros, which read as one last record that says so by is_padding.
    doc-ref: RFC 7011, section 3.3.1 and section 3.4.1
    seq:
      - id: records
        type: template_record
        repeat: until
        repeat-until: _.is_padding or _io.size - _io.pos < 4
        if: _io.size - _io.pos >= 4
        doc: Absent where the Set holds none.
  template_record:
    doc: |
      A Template Record, the layout of the Data Records of one Template ID, or the withdrawal of one. The withdrawal of all
      Templates carries Template ID 2, the Set's own.
    doc-ref: RFC 7011, section 3.4.1 and section 8.1
    seq:
      - id: template_id
        -orig-id: Template ID
        type: u2
        doc: 256 or above, unique within Transport Session and Observation Domain.
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
      is_withdrawal:
        value: template_id != 0 and num_fields == 0
  options_template_set:
    doc: |
      The content of an Options Template Set: one or more Options Template Records. Fewer than 4 octets at the end are
      padding, as no record is shorter (a withdrawal has 4); so are zeros, which read as one last record that says so by
      is_padding.
    doc-ref: RFC 7011, section 3.3.1 and section 3.4.2
    seq:
      - id: records
        type: options_template_record
        repeat: until
        repeat-until: _.is_padding or _io.size - _io.pos < 4
        if: _io.size - _io.pos >= 4
        doc: Absent where the Set holds none.
  options_template_record:
    doc: |
      An Options Template Record: Scope fields, which say what the options are about, then the options. The Field Count
      covers both; whoever reads it must refuse a Scope Field Count of 0 or above the Field Count. A withdrawal
      ends after the Field Count; that of all Options Templates carries Template ID 3, the Set's own.
    doc-ref: RFC 7011, section 3.4.2.2 and section 8.1
    seq:
      - id: template_id
        -orig-id: Template ID
        type: u2
        doc: 256 or above, unique within Transport Session and Observation Domain.
      - id: num_fields
        -orig-id: Field Count
        type: u2
        doc: Scope fields and options together.
      - id: num_scope_fields
        -orig-id: Scope Field Count
        type: u2
        if: num_fields != 0
      - id: scope_fields
        type: field_specifier
        repeat: expr
        repeat-expr: 'num_fields != 0 ? num_scope_fields : 0'
      - id: option_fields
        type: field_specifier
        repeat: expr
        repeat-expr: 'num_fields != 0 ? num_fields - num_scope_fields : 0'
    instances:
      is_padding:
        value: template_id == 0 and num_fields == 0
      is_withdrawal:
        value: template_id != 0 and num_fields == 0
  field_specifier:
    doc: One field of a record, 4 octets, or 8 where an enterprise other than IANA defines the Information Element.
    doc-ref: RFC 7011, section 3.2; RFC 7012, section 4; https://www.iana.org/assignments/ipfix
    seq:
      - id: is_enterprise
        -orig-id: E
        type: b1
        doc: The Enterprise bit, whether an Enterprise Number follows.
      - id: information_element_id
        -orig-id: Information Element id.
        type: b15
      - id: len_field
        -orig-id: Field Length
        type: u2
        doc: Octets of the encoded value; 65535 is variable length, stated before each value (section 7).
      - id: enterprise_number
        -orig-id: Enterprise Number
        type: u4
        if: is_enterprise
        doc: IANA Private Enterprise Number of the authority that defines the element; 29305 marks the reverse direction (RFC 5103).
    instances:
      is_variable_length:
        value: len_field == 65535
