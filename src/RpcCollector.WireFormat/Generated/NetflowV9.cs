// This is a generated file! Please edit source .ksy file and use kaitai-struct-compiler to rebuild

using System.Collections.Generic;

namespace Kaitai
{

    /// <summary>
    /// An Export Packet of NetFlow version 9: a header of 20 octets and FlowSets until the datagram ends. A Template FlowSet
    /// states the layout of the Data FlowSets that carry its Template ID, in this packet or in later ones. What a Data
    /// FlowSet holds can therefore not be known from one packet: its content is left as octets.
    /// 
    /// The header counts records, not octets, so the datagram's end is the packet's end. Some exporters fill the rest of a
    /// datagram with zeros: a FlowSet of ID 0 and length 0 ends the packet, and what follows it is not read.
    /// </summary>
    /// <remarks>
    /// Reference: RFC 3954, section 5
    /// </remarks>
    public partial class NetflowV9 : KaitaiStruct
    {
        public static NetflowV9 FromFile(string fileName)
        {
            return new NetflowV9(new KaitaiStream(fileName));
        }


        public enum Scope
        {
            System = 1,
            Interface = 2,
            LineCard = 3,
            Cache = 4,
            Template = 5,
        }
        public NetflowV9(KaitaiStream p__io, KaitaiStruct p__parent = null, NetflowV9 p__root = null) : base(p__io)
        {
            m_parent = p__parent;
            m_root = p__root ?? this;
            _read();
        }
        private void _read()
        {
            _header = new MessageHeader(m_io, this, m_root);
            if (M_Io.Size - M_Io.Pos >= 4) {
                _flowSets = new List<FlowSet>();
                {
                    var i = 0;
                    FlowSet M_;
                    do {
                        M_ = new FlowSet(m_io, this, m_root);
                        _flowSets.Add(M_);
                        i++;
                    } while (!( ((M_.IsFill) || (M_Io.Size - M_Io.Pos < 4)) ));
                }
            }
        }

        /// <summary>
        /// One field of a record, 4 octets.
        /// </summary>
        /// <remarks>
        /// Reference: RFC 3954, section 5.2 and section 8
        /// </remarks>
        public partial class FieldSpecifier : KaitaiStruct
        {
            public static FieldSpecifier FromFile(string fileName)
            {
                return new FieldSpecifier(new KaitaiStream(fileName));
            }

            public FieldSpecifier(KaitaiStream p__io, KaitaiStruct p__parent = null, NetflowV9 p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _fieldType = m_io.ReadU2be();
                _lenField = m_io.ReadU2be();
            }
            private ushort _fieldType;
            private ushort _lenField;
            private NetflowV9 m_root;
            private KaitaiStruct m_parent;

            /// <summary>
            /// Types up to 127 are those of section 8; IANA's IPFIX registry continues them.
            /// </summary>
            public ushort FieldType { get { return _fieldType; } }
            public ushort LenField { get { return _lenField; } }
            public NetflowV9 M_Root { get { return m_root; } }
            public KaitaiStruct M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// A FlowSet: 4 octets of header, then records of one kind. IDs 2 to 255 are reserved; the content of such a
        /// FlowSet is left as octets, like that of a Data FlowSet.
        /// </summary>
        /// <remarks>
        /// Reference: RFC 3954, section 5
        /// </remarks>
        public partial class FlowSet : KaitaiStruct
        {
            public static FlowSet FromFile(string fileName)
            {
                return new FlowSet(new KaitaiStream(fileName));
            }

            public FlowSet(KaitaiStream p__io, NetflowV9 p__parent = null, NetflowV9 p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                f_isFill = false;
                _read();
            }
            private void _read()
            {
                _flowSetId = m_io.ReadU2be();
                _lenFlowSet = m_io.ReadU2be();
                {
                    ushort M_ = _lenFlowSet;
                    if (!( ((M_ >= 4) || (IsFill)) ))
                    {
                        throw new ValidationExprError(_lenFlowSet, m_io, "/types/flow_set/seq/1");
                    }
                }
                if (!(IsFill)) {
                    switch (FlowSetId) {
                    case 0: {
                        __raw_body = m_io.ReadBytes(LenFlowSet - 4);
                        var io___raw_body = new KaitaiStream(__raw_body);
                        _body = new TemplateSet(io___raw_body, this, m_root);
                        break;
                    }
                    case 1: {
                        __raw_body = m_io.ReadBytes(LenFlowSet - 4);
                        var io___raw_body = new KaitaiStream(__raw_body);
                        _body = new OptionsTemplateSet(io___raw_body, this, m_root);
                        break;
                    }
                    default: {
                        _body = m_io.ReadBytes(LenFlowSet - 4);
                        break;
                    }
                    }
                }
            }
            private bool f_isFill;
            private bool _isFill;

            /// <summary>
            /// No FlowSet at all but the first 4 octets of zeros that fill the datagram.
            /// </summary>
            public bool IsFill
            {
                get
                {
                    if (f_isFill)
                        return _isFill;
                    f_isFill = true;
                    _isFill = (bool) ( ((FlowSetId == 0) && (LenFlowSet == 0)) );
                    return _isFill;
                }
            }
            private ushort _flowSetId;
            private ushort _lenFlowSet;
            private object _body;
            private NetflowV9 m_root;
            private NetflowV9 m_parent;
            private byte[] __raw_body;
            public ushort FlowSetId { get { return _flowSetId; } }

            /// <summary>
            /// Octets of the FlowSet, its header and its padding included.
            /// </summary>
            public ushort LenFlowSet { get { return _lenFlowSet; } }
            public object Body { get { return _body; } }
            public NetflowV9 M_Root { get { return m_root; } }
            public NetflowV9 M_Parent { get { return m_parent; } }
            public byte[] M_RawBody { get { return __raw_body; } }
        }

        /// <summary>
        /// The Packet Header, 20 octets.
        /// </summary>
        /// <remarks>
        /// Reference: RFC 3954, section 5.1
        /// </remarks>
        public partial class MessageHeader : KaitaiStruct
        {
            public static MessageHeader FromFile(string fileName)
            {
                return new MessageHeader(new KaitaiStream(fileName));
            }

            public MessageHeader(KaitaiStream p__io, NetflowV9 p__parent = null, NetflowV9 p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _version = m_io.ReadU2be();
                if (!(_version == 9))
                {
                    throw new ValidationNotEqualError(9, _version, m_io, "/types/message_header/seq/0");
                }
                _numRecords = m_io.ReadU2be();
                _systemUptimeMilliseconds = m_io.ReadU4be();
                _exportSeconds = m_io.ReadU4be();
                _sequenceNumber = m_io.ReadU4be();
                _sourceId = m_io.ReadU4be();
            }
            private ushort _version;
            private ushort _numRecords;
            private uint _systemUptimeMilliseconds;
            private uint _exportSeconds;
            private uint _sequenceNumber;
            private uint _sourceId;
            private NetflowV9 m_root;
            private NetflowV9 m_parent;
            public ushort Version { get { return _version; } }

            /// <summary>
            /// Options, Template and Data Records in this packet, all together. Exporters are known to count FlowSets instead.
            /// </summary>
            public ushort NumRecords { get { return _numRecords; } }

            /// <summary>
            /// Time since the exporter booted; wraps after 49.7 days.
            /// </summary>
            public uint SystemUptimeMilliseconds { get { return _systemUptimeMilliseconds; } }

            /// <summary>
            /// Seconds since the Unix epoch at which the packet left, rounded down.
            /// </summary>
            public uint ExportSeconds { get { return _exportSeconds; } }

            /// <summary>
            /// Export Packets sent before by this Observation Domain; a gap is a loss.
            /// </summary>
            public uint SequenceNumber { get { return _sequenceNumber; } }

            /// <summary>
            /// Names the Observation Domain within the exporter; Template IDs are unique within it only.
            /// </summary>
            public uint SourceId { get { return _sourceId; } }
            public NetflowV9 M_Root { get { return m_root; } }
            public NetflowV9 M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// An Options Template Record: Scope fields, which say what the options are about, then the options. Its two lengths
        /// count octets, 4 for a field; whoever reads it must refuse lengths that are no multiple of 4.
        /// </summary>
        /// <remarks>
        /// Reference: RFC 3954, section 6.1
        /// </remarks>
        public partial class OptionsTemplateRecord : KaitaiStruct
        {
            public static OptionsTemplateRecord FromFile(string fileName)
            {
                return new OptionsTemplateRecord(new KaitaiStream(fileName));
            }

            public OptionsTemplateRecord(KaitaiStream p__io, NetflowV9.OptionsTemplateSet p__parent = null, NetflowV9 p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                f_isPadding = false;
                _read();
            }
            private void _read()
            {
                _templateId = m_io.ReadU2be();
                _lenScopeFields = m_io.ReadU2be();
                _lenOptionFields = m_io.ReadU2be();
                _scopeFields = new List<ScopeFieldSpecifier>();
                for (var i = 0; i < LenScopeFields / 4; i++)
                {
                    _scopeFields.Add(new ScopeFieldSpecifier(m_io, this, m_root));
                }
                _optionFields = new List<FieldSpecifier>();
                for (var i = 0; i < LenOptionFields / 4; i++)
                {
                    _optionFields.Add(new FieldSpecifier(m_io, this, m_root));
                }
            }
            private bool f_isPadding;
            private bool _isPadding;
            public bool IsPadding
            {
                get
                {
                    if (f_isPadding)
                        return _isPadding;
                    f_isPadding = true;
                    _isPadding = (bool) ( ((TemplateId == 0) && (LenScopeFields == 0) && (LenOptionFields == 0)) );
                    return _isPadding;
                }
            }
            private ushort _templateId;
            private ushort _lenScopeFields;
            private ushort _lenOptionFields;
            private List<ScopeFieldSpecifier> _scopeFields;
            private List<FieldSpecifier> _optionFields;
            private NetflowV9 m_root;
            private NetflowV9.OptionsTemplateSet m_parent;

            /// <summary>
            /// 256 or above, unique within the Observation Domain.
            /// </summary>
            public ushort TemplateId { get { return _templateId; } }
            public ushort LenScopeFields { get { return _lenScopeFields; } }
            public ushort LenOptionFields { get { return _lenOptionFields; } }
            public List<ScopeFieldSpecifier> ScopeFields { get { return _scopeFields; } }
            public List<FieldSpecifier> OptionFields { get { return _optionFields; } }
            public NetflowV9 M_Root { get { return m_root; } }
            public NetflowV9.OptionsTemplateSet M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// The content of an Options Template FlowSet: one or more Options Template Records. Fewer than 6 octets at the end are
        /// padding; so are zeros, which read as one last record that says so by is_padding.
        /// </summary>
        /// <remarks>
        /// Reference: RFC 3954, section 6.1
        /// </remarks>
        public partial class OptionsTemplateSet : KaitaiStruct
        {
            public static OptionsTemplateSet FromFile(string fileName)
            {
                return new OptionsTemplateSet(new KaitaiStream(fileName));
            }

            public OptionsTemplateSet(KaitaiStream p__io, NetflowV9.FlowSet p__parent = null, NetflowV9 p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                if (M_Io.Size - M_Io.Pos >= 6) {
                    _records = new List<OptionsTemplateRecord>();
                    {
                        var i = 0;
                        OptionsTemplateRecord M_;
                        do {
                            M_ = new OptionsTemplateRecord(m_io, this, m_root);
                            _records.Add(M_);
                            i++;
                        } while (!( ((M_.IsPadding) || (M_Io.Size - M_Io.Pos < 6)) ));
                    }
                }
            }
            private List<OptionsTemplateRecord> _records;
            private NetflowV9 m_root;
            private NetflowV9.FlowSet m_parent;

            /// <summary>
            /// Absent where the FlowSet holds none.
            /// </summary>
            public List<OptionsTemplateRecord> Records { get { return _records; } }
            public NetflowV9 M_Root { get { return m_root; } }
            public NetflowV9.FlowSet M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// One Scope field of an options record, 4 octets. Its type is not a Field Type but has numbers of its own.
        /// </summary>
        /// <remarks>
        /// Reference: RFC 3954, section 6.1
        /// </remarks>
        public partial class ScopeFieldSpecifier : KaitaiStruct
        {
            public static ScopeFieldSpecifier FromFile(string fileName)
            {
                return new ScopeFieldSpecifier(new KaitaiStream(fileName));
            }

            public ScopeFieldSpecifier(KaitaiStream p__io, NetflowV9.OptionsTemplateRecord p__parent = null, NetflowV9 p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _scopeType = ((NetflowV9.Scope) m_io.ReadU2be());
                _lenField = m_io.ReadU2be();
            }
            private Scope _scopeType;
            private ushort _lenField;
            private NetflowV9 m_root;
            private NetflowV9.OptionsTemplateRecord m_parent;
            public Scope ScopeType { get { return _scopeType; } }

            /// <summary>
            /// May be 0, the scope System in particular.
            /// </summary>
            public ushort LenField { get { return _lenField; } }
            public NetflowV9 M_Root { get { return m_root; } }
            public NetflowV9.OptionsTemplateRecord M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// A Template Record, the layout of the Data Records of one Template ID.
        /// </summary>
        /// <remarks>
        /// Reference: RFC 3954, section 5.2
        /// </remarks>
        public partial class TemplateRecord : KaitaiStruct
        {
            public static TemplateRecord FromFile(string fileName)
            {
                return new TemplateRecord(new KaitaiStream(fileName));
            }

            public TemplateRecord(KaitaiStream p__io, NetflowV9.TemplateSet p__parent = null, NetflowV9 p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                f_isPadding = false;
                _read();
            }
            private void _read()
            {
                _templateId = m_io.ReadU2be();
                _numFields = m_io.ReadU2be();
                _fields = new List<FieldSpecifier>();
                for (var i = 0; i < NumFields; i++)
                {
                    _fields.Add(new FieldSpecifier(m_io, this, m_root));
                }
            }
            private bool f_isPadding;
            private bool _isPadding;
            public bool IsPadding
            {
                get
                {
                    if (f_isPadding)
                        return _isPadding;
                    f_isPadding = true;
                    _isPadding = (bool) ( ((TemplateId == 0) && (NumFields == 0)) );
                    return _isPadding;
                }
            }
            private ushort _templateId;
            private ushort _numFields;
            private List<FieldSpecifier> _fields;
            private NetflowV9 m_root;
            private NetflowV9.TemplateSet m_parent;

            /// <summary>
            /// 256 or above, unique within the Observation Domain.
            /// </summary>
            public ushort TemplateId { get { return _templateId; } }
            public ushort NumFields { get { return _numFields; } }
            public List<FieldSpecifier> Fields { get { return _fields; } }
            public NetflowV9 M_Root { get { return m_root; } }
            public NetflowV9.TemplateSet M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// The content of a Template FlowSet: one or more Template Records. Fewer than 4 octets at the end are padding;
        /// so are zeros, which read as one last record that says so by is_padding.
        /// </summary>
        /// <remarks>
        /// Reference: RFC 3954, section 5.2
        /// </remarks>
        public partial class TemplateSet : KaitaiStruct
        {
            public static TemplateSet FromFile(string fileName)
            {
                return new TemplateSet(new KaitaiStream(fileName));
            }

            public TemplateSet(KaitaiStream p__io, NetflowV9.FlowSet p__parent = null, NetflowV9 p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                if (M_Io.Size - M_Io.Pos >= 4) {
                    _records = new List<TemplateRecord>();
                    {
                        var i = 0;
                        TemplateRecord M_;
                        do {
                            M_ = new TemplateRecord(m_io, this, m_root);
                            _records.Add(M_);
                            i++;
                        } while (!( ((M_.IsPadding) || (M_Io.Size - M_Io.Pos < 4)) ));
                    }
                }
            }
            private List<TemplateRecord> _records;
            private NetflowV9 m_root;
            private NetflowV9.FlowSet m_parent;

            /// <summary>
            /// Absent where the FlowSet holds none.
            /// </summary>
            public List<TemplateRecord> Records { get { return _records; } }
            public NetflowV9 M_Root { get { return m_root; } }
            public NetflowV9.FlowSet M_Parent { get { return m_parent; } }
        }
        private MessageHeader _header;
        private List<FlowSet> _flowSets;
        private NetflowV9 m_root;
        private KaitaiStruct m_parent;
        public MessageHeader Header { get { return _header; } }

        /// <summary>
        /// The FlowSets in the order of the wire; the last one may be fill. Absent where none follows the header.
        /// </summary>
        public List<FlowSet> FlowSets { get { return _flowSets; } }
        public NetflowV9 M_Root { get { return m_root; } }
        public KaitaiStruct M_Parent { get { return m_parent; } }
    }
}
