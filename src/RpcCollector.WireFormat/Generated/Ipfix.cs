// This is a generated file! Please edit source .ksy file and use kaitai-struct-compiler to rebuild

using System.Collections.Generic;

namespace Kaitai
{

    /// <summary>
    /// A Message of IPFIX, version 10: a header of 16 octets and Sets until the length that the header states. A Template Set
    /// states the layout of the Data Sets that carry its Template ID, in this Message or in later ones. What a Data Set holds
    /// can therefore not be known from one Message: its content is left as octets.
    /// 
    /// A Set of ID 0 and length 0 does not exist in IPFIX. Exporters that fill up their Messages with zeros produce it: it ends
    /// the Message, and what follows it is not read.
    /// </summary>
    /// <remarks>
    /// Reference: RFC 7011, section 3
    /// </remarks>
    public partial class Ipfix : KaitaiStruct
    {
        public static Ipfix FromFile(string fileName)
        {
            return new Ipfix(new KaitaiStream(fileName));
        }

        public Ipfix(KaitaiStream p__io, KaitaiStruct p__parent = null, Ipfix p__root = null) : base(p__io)
        {
            m_parent = p__parent;
            m_root = p__root ?? this;
            _read();
        }
        private void _read()
        {
            _header = new MessageHeader(m_io, this, m_root);
            if (Header.LenMessage - M_Io.Pos >= 4) {
                _sets = new List<Set>();
                {
                    var i = 0;
                    Set M_;
                    do {
                        M_ = new Set(m_io, this, m_root);
                        _sets.Add(M_);
                        i++;
                    } while (!( ((M_.IsFill) || (Header.LenMessage - M_Io.Pos < 4)) ));
                }
            }
        }

        /// <summary>
        /// One field of a record, 4 octets, or 8 where an enterprise other than IANA defines the Information Element.
        /// </summary>
        /// <remarks>
        /// Reference: RFC 7011, section 3.2; RFC 7012, section 4; https://www.iana.org/assignments/ipfix
        /// </remarks>
        public partial class FieldSpecifier : KaitaiStruct
        {
            public static FieldSpecifier FromFile(string fileName)
            {
                return new FieldSpecifier(new KaitaiStream(fileName));
            }

            public FieldSpecifier(KaitaiStream p__io, KaitaiStruct p__parent = null, Ipfix p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                f_isVariableLength = false;
                _read();
            }
            private void _read()
            {
                _isEnterprise = m_io.ReadBitsIntBe(1) != 0;
                _informationElementId = m_io.ReadBitsIntBe(15);
                m_io.AlignToByte();
                _lenField = m_io.ReadU2be();
                if (IsEnterprise) {
                    _enterpriseNumber = m_io.ReadU4be();
                }
            }
            private bool f_isVariableLength;
            private bool _isVariableLength;
            public bool IsVariableLength
            {
                get
                {
                    if (f_isVariableLength)
                        return _isVariableLength;
                    f_isVariableLength = true;
                    _isVariableLength = (bool) (LenField == 65535);
                    return _isVariableLength;
                }
            }
            private bool _isEnterprise;
            private ulong _informationElementId;
            private ushort _lenField;
            private uint? _enterpriseNumber;
            private Ipfix m_root;
            private KaitaiStruct m_parent;

            /// <summary>
            /// The Enterprise bit, whether an Enterprise Number follows.
            /// </summary>
            public bool IsEnterprise { get { return _isEnterprise; } }
            public ulong InformationElementId { get { return _informationElementId; } }

            /// <summary>
            /// Octets of the encoded value; 65535 is variable length, stated before each value (section 7).
            /// </summary>
            public ushort LenField { get { return _lenField; } }

            /// <summary>
            /// IANA Private Enterprise Number of the authority that defines the element; 29305 marks the reverse direction (RFC 5103).
            /// </summary>
            public uint? EnterpriseNumber { get { return _enterpriseNumber; } }
            public Ipfix M_Root { get { return m_root; } }
            public KaitaiStruct M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// The Message Header, 16 octets.
        /// </summary>
        /// <remarks>
        /// Reference: RFC 7011, section 3.1
        /// </remarks>
        public partial class MessageHeader : KaitaiStruct
        {
            public static MessageHeader FromFile(string fileName)
            {
                return new MessageHeader(new KaitaiStream(fileName));
            }

            public MessageHeader(KaitaiStream p__io, Ipfix p__parent = null, Ipfix p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _version = m_io.ReadU2be();
                if (!(_version == 10))
                {
                    throw new ValidationNotEqualError(10, _version, m_io, "/types/message_header/seq/0");
                }
                _lenMessage = m_io.ReadU2be();
                if (!(_lenMessage >= 16))
                {
                    throw new ValidationLessThanError(16, _lenMessage, m_io, "/types/message_header/seq/1");
                }
                _exportSeconds = m_io.ReadU4be();
                _sequenceNumber = m_io.ReadU4be();
                _observationDomainId = m_io.ReadU4be();
            }
            private ushort _version;
            private ushort _lenMessage;
            private uint _exportSeconds;
            private uint _sequenceNumber;
            private uint _observationDomainId;
            private Ipfix m_root;
            private Ipfix m_parent;
            public ushort Version { get { return _version; } }

            /// <summary>
            /// Octets of the Message, this header included. A datagram may hold more; that is not part of the Message.
            /// </summary>
            public ushort LenMessage { get { return _lenMessage; } }

            /// <summary>
            /// Seconds since the Unix epoch at which the Message Header left the Exporter.
            /// </summary>
            public uint ExportSeconds { get { return _exportSeconds; } }

            /// <summary>
            /// Data Records sent before in this Transport Session and Observation Domain, modulo 2^32; a gap is a loss.
            /// </summary>
            public uint SequenceNumber { get { return _sequenceNumber; } }

            /// <summary>
            /// Unique within the Exporting Process; Template IDs are unique within it only.
            /// </summary>
            public uint ObservationDomainId { get { return _observationDomainId; } }
            public Ipfix M_Root { get { return m_root; } }
            public Ipfix M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// An Options Template Record: Scope fields, which say what the options are about, then the options. The Field Count
        /// covers both; whoever reads it must refuse a Scope Field Count of 0 or above the Field Count. A withdrawal
        /// ends after the Field Count; that of all Options Templates carries Template ID 3, the Set's own.
        /// </summary>
        /// <remarks>
        /// Reference: RFC 7011, section 3.4.2.2 and section 8.1
        /// </remarks>
        public partial class OptionsTemplateRecord : KaitaiStruct
        {
            public static OptionsTemplateRecord FromFile(string fileName)
            {
                return new OptionsTemplateRecord(new KaitaiStream(fileName));
            }

            public OptionsTemplateRecord(KaitaiStream p__io, Ipfix.OptionsTemplateSet p__parent = null, Ipfix p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                f_isPadding = false;
                f_isWithdrawal = false;
                _read();
            }
            private void _read()
            {
                _templateId = m_io.ReadU2be();
                _numFields = m_io.ReadU2be();
                if (NumFields != 0) {
                    _numScopeFields = m_io.ReadU2be();
                }
                _scopeFields = new List<FieldSpecifier>();
                for (var i = 0; i < (NumFields != 0 ? NumScopeFields : 0); i++)
                {
                    _scopeFields.Add(new FieldSpecifier(m_io, this, m_root));
                }
                _optionFields = new List<FieldSpecifier>();
                for (var i = 0; i < (NumFields != 0 ? NumFields - NumScopeFields : 0); i++)
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
                    _isPadding = (bool) ( ((TemplateId == 0) && (NumFields == 0)) );
                    return _isPadding;
                }
            }
            private bool f_isWithdrawal;
            private bool _isWithdrawal;
            public bool IsWithdrawal
            {
                get
                {
                    if (f_isWithdrawal)
                        return _isWithdrawal;
                    f_isWithdrawal = true;
                    _isWithdrawal = (bool) ( ((TemplateId != 0) && (NumFields == 0)) );
                    return _isWithdrawal;
                }
            }
            private ushort _templateId;
            private ushort _numFields;
            private ushort? _numScopeFields;
            private List<FieldSpecifier> _scopeFields;
            private List<FieldSpecifier> _optionFields;
            private Ipfix m_root;
            private Ipfix.OptionsTemplateSet m_parent;

            /// <summary>
            /// 256 or above, unique within Transport Session and Observation Domain.
            /// </summary>
            public ushort TemplateId { get { return _templateId; } }

            /// <summary>
            /// Scope fields and options together.
            /// </summary>
            public ushort NumFields { get { return _numFields; } }
            public ushort? NumScopeFields { get { return _numScopeFields; } }
            public List<FieldSpecifier> ScopeFields { get { return _scopeFields; } }
            public List<FieldSpecifier> OptionFields { get { return _optionFields; } }
            public Ipfix M_Root { get { return m_root; } }
            public Ipfix.OptionsTemplateSet M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// The content of an Options Template Set: one or more Options Template Records. Fewer than 4 octets at the end are
        /// padding, as no record is shorter (a withdrawal has 4); so are zeros, which read as one last record that says so by
        /// is_padding.
        /// </summary>
        /// <remarks>
        /// Reference: RFC 7011, section 3.3.1 and section 3.4.2
        /// </remarks>
        public partial class OptionsTemplateSet : KaitaiStruct
        {
            public static OptionsTemplateSet FromFile(string fileName)
            {
                return new OptionsTemplateSet(new KaitaiStream(fileName));
            }

            public OptionsTemplateSet(KaitaiStream p__io, Ipfix.Set p__parent = null, Ipfix p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                if (M_Io.Size - M_Io.Pos >= 4) {
                    _records = new List<OptionsTemplateRecord>();
                    {
                        var i = 0;
                        OptionsTemplateRecord M_;
                        do {
                            M_ = new OptionsTemplateRecord(m_io, this, m_root);
                            _records.Add(M_);
                            i++;
                        } while (!( ((M_.IsPadding) || (M_Io.Size - M_Io.Pos < 4)) ));
                    }
                }
            }
            private List<OptionsTemplateRecord> _records;
            private Ipfix m_root;
            private Ipfix.Set m_parent;

            /// <summary>
            /// Absent where the Set holds none.
            /// </summary>
            public List<OptionsTemplateRecord> Records { get { return _records; } }
            public Ipfix M_Root { get { return m_root; } }
            public Ipfix.Set M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// A Set: 4 octets of header, then records of one kind. IDs 0, 1 and 4 to 255 are not in use; the content of such a Set
        /// is left as octets, like that of a Data Set.
        /// </summary>
        /// <remarks>
        /// Reference: RFC 7011, section 3.3
        /// </remarks>
        public partial class Set : KaitaiStruct
        {
            public static Set FromFile(string fileName)
            {
                return new Set(new KaitaiStream(fileName));
            }

            public Set(KaitaiStream p__io, Ipfix p__parent = null, Ipfix p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                f_isFill = false;
                _read();
            }
            private void _read()
            {
                _setId = m_io.ReadU2be();
                _lenSet = m_io.ReadU2be();
                {
                    ushort M_ = _lenSet;
                    if (!( ((M_ >= 4) || (IsFill)) ))
                    {
                        throw new ValidationExprError(_lenSet, m_io, "/types/set/seq/1");
                    }
                }
                if (!(IsFill)) {
                    switch (SetId) {
                    case 2: {
                        __raw_body = m_io.ReadBytes(LenSet - 4);
                        var io___raw_body = new KaitaiStream(__raw_body);
                        _body = new TemplateSet(io___raw_body, this, m_root);
                        break;
                    }
                    case 3: {
                        __raw_body = m_io.ReadBytes(LenSet - 4);
                        var io___raw_body = new KaitaiStream(__raw_body);
                        _body = new OptionsTemplateSet(io___raw_body, this, m_root);
                        break;
                    }
                    default: {
                        _body = m_io.ReadBytes(LenSet - 4);
                        break;
                    }
                    }
                }
            }
            private bool f_isFill;
            private bool _isFill;

            /// <summary>
            /// No Set at all but the first 4 octets of zeros that fill the Message.
            /// </summary>
            public bool IsFill
            {
                get
                {
                    if (f_isFill)
                        return _isFill;
                    f_isFill = true;
                    _isFill = (bool) ( ((SetId == 0) && (LenSet == 0)) );
                    return _isFill;
                }
            }
            private ushort _setId;
            private ushort _lenSet;
            private object _body;
            private Ipfix m_root;
            private Ipfix m_parent;
            private byte[] __raw_body;
            public ushort SetId { get { return _setId; } }

            /// <summary>
            /// Octets of the Set, its header and its padding included.
            /// </summary>
            public ushort LenSet { get { return _lenSet; } }
            public object Body { get { return _body; } }
            public Ipfix M_Root { get { return m_root; } }
            public Ipfix M_Parent { get { return m_parent; } }
            public byte[] M_RawBody { get { return __raw_body; } }
        }

        /// <summary>
        /// A Template Record, the layout of the Data Records of one Template ID, or the withdrawal of one. The withdrawal of all
        /// Templates carries Template ID 2, the Set's own.
        /// </summary>
        /// <remarks>
        /// Reference: RFC 7011, section 3.4.1 and section 8.1
        /// </remarks>
        public partial class TemplateRecord : KaitaiStruct
        {
            public static TemplateRecord FromFile(string fileName)
            {
                return new TemplateRecord(new KaitaiStream(fileName));
            }

            public TemplateRecord(KaitaiStream p__io, Ipfix.TemplateSet p__parent = null, Ipfix p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                f_isPadding = false;
                f_isWithdrawal = false;
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
            private bool f_isWithdrawal;
            private bool _isWithdrawal;
            public bool IsWithdrawal
            {
                get
                {
                    if (f_isWithdrawal)
                        return _isWithdrawal;
                    f_isWithdrawal = true;
                    _isWithdrawal = (bool) ( ((TemplateId != 0) && (NumFields == 0)) );
                    return _isWithdrawal;
                }
            }
            private ushort _templateId;
            private ushort _numFields;
            private List<FieldSpecifier> _fields;
            private Ipfix m_root;
            private Ipfix.TemplateSet m_parent;

            /// <summary>
            /// 256 or above, unique within Transport Session and Observation Domain.
            /// </summary>
            public ushort TemplateId { get { return _templateId; } }
            public ushort NumFields { get { return _numFields; } }
            public List<FieldSpecifier> Fields { get { return _fields; } }
            public Ipfix M_Root { get { return m_root; } }
            public Ipfix.TemplateSet M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// The content of a Template Set: one or more Template Records. Fewer than 4 octets at the end are padding, as no record
        /// is shorter; so are zeros, which read as one last record that says so by is_padding.
        /// </summary>
        /// <remarks>
        /// Reference: RFC 7011, section 3.3.1 and section 3.4.1
        /// </remarks>
        public partial class TemplateSet : KaitaiStruct
        {
            public static TemplateSet FromFile(string fileName)
            {
                return new TemplateSet(new KaitaiStream(fileName));
            }

            public TemplateSet(KaitaiStream p__io, Ipfix.Set p__parent = null, Ipfix p__root = null) : base(p__io)
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
            private Ipfix m_root;
            private Ipfix.Set m_parent;

            /// <summary>
            /// Absent where the Set holds none.
            /// </summary>
            public List<TemplateRecord> Records { get { return _records; } }
            public Ipfix M_Root { get { return m_root; } }
            public Ipfix.Set M_Parent { get { return m_parent; } }
        }
        private MessageHeader _header;
        private List<Set> _sets;
        private Ipfix m_root;
        private KaitaiStruct m_parent;
        public MessageHeader Header { get { return _header; } }

        /// <summary>
        /// The Sets in the order of the wire; the last one may be fill. Absent where no Set follows the header. A Set that ends
        /// beyond its Message but within the datagram is read whole, as exporters are known to state the Message too short.
        /// </summary>
        public List<Set> Sets { get { return _sets; } }
        public Ipfix M_Root { get { return m_root; } }
        public KaitaiStruct M_Parent { get { return m_parent; } }
    }
}
