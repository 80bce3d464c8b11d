// This is a generated file! Please edit source .ksy file and use kaitai-struct-compiler to rebuild

using System.Collections.Generic;
using System;

namespace Kaitai
{

    /// <summary>
    /// What is appended for the judge: the changes that one batch of a partition led to, what a sensor's logs told, or what a person said.
    /// Whoever reads it needs nothing that came before: exporters are named by value. Numbers are little-endian, addresses in network order
    /// (IPv4 as IPv4-mapped IPv6; RFC 4291, 2.5.5.2). Times are milliseconds of Unix time, texts UTF-8.
    /// </summary>
    /// <remarks>
    /// Reference: docs/scale-wire.md
    /// </remarks>
    public partial class RpcActMessage : KaitaiStruct
    {
        public static RpcActMessage FromFile(string fileName)
        {
            return new RpcActMessage(new KaitaiStream(fileName));
        }


        public enum Basis
        {
            None = 0,
            Car = 1,
            Extended = 2,
            KnownEndpoint = 3,
            MapperOnly = 4,
        }

        public enum ChangeKind
        {
            Activity = 1,
            Contact = 2,
            Operation = 3,
            Lease = 4,
            Verdict = 5,
            ToldRole = 6,
            Deed = 7,
        }

        public enum Direction
        {
            Uncertain = 0,
            ServerPort = 1,
            Stated = 2,
            FirstPacket = 3,
            MapperFlow = 4,
            Refuted = 5,
        }

        public enum Half
        {
            None = 0,
            FromClient = 1,
            FromServer = 2,
            Both = 3,
        }

        public enum Step
        {
            Added = 0,
            Revised = 1,
            Withdrawn = 2,
        }
        public RpcActMessage(KaitaiStream p__io, KaitaiStruct p__parent = null, RpcActMessage p__root = null) : base(p__io)
        {
            m_parent = p__parent;
            m_root = p__root ?? this;
            _read();
        }
        private void _read()
        {
            _header = new MessageHeader(m_io, this, m_root);
            __raw_changes = m_io.ReadBytes(Header.LenChanges);
            var io___raw_changes = new KaitaiStream(__raw_changes);
            _changes = new ChangeList(io___raw_changes, this, m_root);
            _exporters = new List<Address>();
            for (var i = 0; i < Header.NumExporters; i++)
            {
                _exporters.Add(new Address(m_io, this, m_root));
            }
            _source = System.Text.Encoding.GetEncoding("ASCII").GetString(m_io.ReadBytes(Header.LenSource));
        }
        public partial class Address : KaitaiStruct
        {
            public static Address FromFile(string fileName)
            {
                return new Address(new KaitaiStream(fileName));
            }

            public Address(KaitaiStream p__io, KaitaiStruct p__parent = null, RpcActMessage p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _high = m_io.ReadU8be();
                _low = m_io.ReadU8be();
            }
            private ulong _high;
            private ulong _low;
            private RpcActMessage m_root;
            private KaitaiStruct m_parent;
            public ulong High { get { return _high; } }
            public ulong Low { get { return _low; } }
            public RpcActMessage M_Root { get { return m_root; } }
            public KaitaiStruct M_Parent { get { return m_parent; } }
        }
        public partial class Change : KaitaiStruct
        {
            public static Change FromFile(string fileName)
            {
                return new Change(new KaitaiStream(fileName));
            }

            public Change(KaitaiStream p__io, RpcActMessage.ChangeList p__parent = null, RpcActMessage p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _lenBody = m_io.ReadU4le();
                _kind = ((RpcActMessage.ChangeKind) m_io.ReadU1());
                if (!Enum.IsDefined(typeof(ChangeKind), _kind))
                {
                    throw new ValidationNotInEnumError(_kind, m_io, "/types/change/seq/1");
                }
                _reserved = m_io.ReadBytes(3);
                if (!((KaitaiStream.ByteArrayCompare(_reserved, new byte[] { 0, 0, 0 }) == 0)))
                {
                    throw new ValidationNotEqualError(new byte[] { 0, 0, 0 }, _reserved, m_io, "/types/change/seq/2");
                }
                switch (Kind) {
                case RpcActMessage.ChangeKind.Activity: {
                    __raw_body = m_io.ReadBytes(LenBody);
                    var io___raw_body = new KaitaiStream(__raw_body);
                    _body = new Fact(io___raw_body, this, m_root);
                    break;
                }
                case RpcActMessage.ChangeKind.Contact: {
                    __raw_body = m_io.ReadBytes(LenBody);
                    var io___raw_body = new KaitaiStream(__raw_body);
                    _body = new Fact(io___raw_body, this, m_root);
                    break;
                }
                case RpcActMessage.ChangeKind.Deed: {
                    __raw_body = m_io.ReadBytes(LenBody);
                    var io___raw_body = new KaitaiStream(__raw_body);
                    _body = new Deed(io___raw_body, this, m_root);
                    break;
                }
                case RpcActMessage.ChangeKind.Lease: {
                    __raw_body = m_io.ReadBytes(LenBody);
                    var io___raw_body = new KaitaiStream(__raw_body);
                    _body = new Lease(io___raw_body, this, m_root);
                    break;
                }
                case RpcActMessage.ChangeKind.Operation: {
                    __raw_body = m_io.ReadBytes(LenBody);
                    var io___raw_body = new KaitaiStream(__raw_body);
                    _body = new Operation(io___raw_body, this, m_root);
                    break;
                }
                case RpcActMessage.ChangeKind.ToldRole: {
                    __raw_body = m_io.ReadBytes(LenBody);
                    var io___raw_body = new KaitaiStream(__raw_body);
                    _body = new ToldRole(io___raw_body, this, m_root);
                    break;
                }
                case RpcActMessage.ChangeKind.Verdict: {
                    __raw_body = m_io.ReadBytes(LenBody);
                    var io___raw_body = new KaitaiStream(__raw_body);
                    _body = new Verdict(io___raw_body, this, m_root);
                    break;
                }
                default: {
                    _body = m_io.ReadBytes(LenBody);
                    break;
                }
                }
            }
            private uint _lenBody;
            private ChangeKind _kind;
            private byte[] _reserved;
            private object _body;
            private RpcActMessage m_root;
            private RpcActMessage.ChangeList m_parent;
            private byte[] __raw_body;
            public uint LenBody { get { return _lenBody; } }
            public ChangeKind Kind { get { return _kind; } }
            public byte[] Reserved { get { return _reserved; } }
            public object Body { get { return _body; } }
            public RpcActMessage M_Root { get { return m_root; } }
            public RpcActMessage.ChangeList M_Parent { get { return m_parent; } }
            public byte[] M_RawBody { get { return __raw_body; } }
        }
        public partial class ChangeList : KaitaiStruct
        {
            public static ChangeList FromFile(string fileName)
            {
                return new ChangeList(new KaitaiStream(fileName));
            }

            public ChangeList(KaitaiStream p__io, RpcActMessage p__parent = null, RpcActMessage p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _items = new List<Change>();
                for (var i = 0; i < M_Root.Header.NumChanges; i++)
                {
                    _items.Add(new Change(m_io, this, m_root));
                }
            }
            private List<Change> _items;
            private RpcActMessage m_root;
            private RpcActMessage m_parent;
            public List<Change> Items { get { return _items; } }
            public RpcActMessage M_Root { get { return m_root; } }
            public RpcActMessage M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// What else a person or a sink did, in a form that is no matter of this grammar.
        /// </summary>
        public partial class Deed : KaitaiStruct
        {
            public static Deed FromFile(string fileName)
            {
                return new Deed(new KaitaiStream(fileName));
            }

            public Deed(KaitaiStream p__io, RpcActMessage.Change p__parent = null, RpcActMessage p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _topic = new Text(m_io, this, m_root);
                _content = m_io.ReadBytesFull();
            }
            private Text _topic;
            private byte[] _content;
            private RpcActMessage m_root;
            private RpcActMessage.Change m_parent;
            public Text Topic { get { return _topic; } }
            public byte[] Content { get { return _content; } }
            public RpcActMessage M_Root { get { return m_root; } }
            public RpcActMessage.Change M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// An RPC activity, or a contact, which has no basis, no interfaces and no mapper flow, and always a flow; 72 to 148 octets.
        /// </summary>
        public partial class Fact : KaitaiStruct
        {
            public static Fact FromFile(string fileName)
            {
                return new Fact(new KaitaiStream(fileName));
            }

            public Fact(KaitaiStream p__io, RpcActMessage.Change p__parent = null, RpcActMessage p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _factId = m_io.ReadS8le();
                _client = new Address(m_io, this, m_root);
                _server = new Address(m_io, this, m_root);
                _samplingInterval = m_io.ReadU4le();
                _interfaces = m_io.ReadU4le();
                _clientOctets = m_io.ReadU4le();
                _serverOctets = m_io.ReadU4le();
                _clientTcpFlags = m_io.ReadU1();
                _serverTcpFlags = m_io.ReadU1();
                _reservedBits = m_io.ReadBitsIntBe(3);
                if (!(_reservedBits == 0))
                {
                    throw new ValidationNotEqualError(0, _reservedBits, m_io, "/types/fact/seq/9");
                }
                _half = ((RpcActMessage.Half) m_io.ReadBitsIntBe(2));
                _direction = ((RpcActMessage.Direction) m_io.ReadBitsIntBe(3));
                if (!Enum.IsDefined(typeof(Direction), _direction))
                {
                    throw new ValidationNotInEnumError(_direction, m_io, "/types/fact/seq/11");
                }
                m_io.AlignToByte();
                _step = ((RpcActMessage.Step) m_io.ReadU1());
                if (!Enum.IsDefined(typeof(Step), _step))
                {
                    throw new ValidationNotInEnumError(_step, m_io, "/types/fact/seq/12");
                }
                _basis = ((RpcActMessage.Basis) m_io.ReadU1());
                if (!Enum.IsDefined(typeof(Basis), _basis))
                {
                    throw new ValidationNotInEnumError(_basis, m_io, "/types/fact/seq/13");
                }
                _reservedPresence = m_io.ReadBitsIntBe(5);
                if (!(_reservedPresence == 0))
                {
                    throw new ValidationNotEqualError(0, _reservedPresence, m_io, "/types/fact/seq/14");
                }
                _isTranslated = m_io.ReadBitsIntBe(1) != 0;
                _hasFlow = m_io.ReadBitsIntBe(1) != 0;
                _hasMapper = m_io.ReadBitsIntBe(1) != 0;
                m_io.AlignToByte();
                _numSeenBy = m_io.ReadU1();
                if (!(_numSeenBy <= 4))
                {
                    throw new ValidationGreaterThanError(4, _numSeenBy, m_io, "/types/fact/seq/18");
                }
                _reserved = m_io.ReadU1();
                if (!(_reserved == 0))
                {
                    throw new ValidationNotEqualError(0, _reserved, m_io, "/types/fact/seq/19");
                }
                _seenBy = new List<ushort>();
                for (var i = 0; i < 4; i++)
                {
                    _seenBy.Add(m_io.ReadU2le());
                }
                if (HasMapper) {
                    _mapper = new Span(m_io, this, m_root);
                }
                if (HasFlow) {
                    _flow = new Span(m_io, this, m_root);
                }
                if (IsTranslated) {
                    _translated = new TranslatedEnds(m_io, this, m_root);
                }
            }
            private long _factId;
            private Address _client;
            private Address _server;
            private uint _samplingInterval;
            private uint _interfaces;
            private uint _clientOctets;
            private uint _serverOctets;
            private byte _clientTcpFlags;
            private byte _serverTcpFlags;
            private ulong _reservedBits;
            private Half _half;
            private Direction _direction;
            private Step _step;
            private Basis _basis;
            private ulong _reservedPresence;
            private bool _isTranslated;
            private bool _hasFlow;
            private bool _hasMapper;
            private byte _numSeenBy;
            private byte _reserved;
            private List<ushort> _seenBy;
            private Span _mapper;
            private Span _flow;
            private TranslatedEnds _translated;
            private RpcActMessage m_root;
            private RpcActMessage.Change m_parent;
            public long FactId { get { return _factId; } }
            public Address Client { get { return _client; } }
            public Address Server { get { return _server; } }

            /// <summary>
            /// One packet in this many; 1 unsampled, 0 unknown.
            /// </summary>
            public uint SamplingInterval { get { return _samplingInterval; } }

            /// <summary>
            /// One bit for each interface that the endpoint is known to carry.
            /// </summary>
            public uint Interfaces { get { return _interfaces; } }
            public uint ClientOctets { get { return _clientOctets; } }
            public uint ServerOctets { get { return _serverOctets; } }
            public byte ClientTcpFlags { get { return _clientTcpFlags; } }
            public byte ServerTcpFlags { get { return _serverTcpFlags; } }
            public ulong ReservedBits { get { return _reservedBits; } }
            public Half Half { get { return _half; } }
            public Direction Direction { get { return _direction; } }
            public Step Step { get { return _step; } }
            public Basis Basis { get { return _basis; } }
            public ulong ReservedPresence { get { return _reservedPresence; } }
            public bool IsTranslated { get { return _isTranslated; } }
            public bool HasFlow { get { return _hasFlow; } }
            public bool HasMapper { get { return _hasMapper; } }
            public byte NumSeenBy { get { return _numSeenBy; } }
            public byte Reserved { get { return _reserved; } }

            /// <summary>
            /// Indexes of exporters; 0 beyond their number.
            /// </summary>
            public List<ushort> SeenBy { get { return _seenBy; } }
            public Span Mapper { get { return _mapper; } }
            public Span Flow { get { return _flow; } }
            public TranslatedEnds Translated { get { return _translated; } }
            public RpcActMessage M_Root { get { return m_root; } }
            public RpcActMessage.Change M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// A machine was given an address.
        /// </summary>
        public partial class Lease : KaitaiStruct
        {
            public static Lease FromFile(string fileName)
            {
                return new Lease(new KaitaiStream(fileName));
            }

            public Lease(KaitaiStream p__io, RpcActMessage.Change p__parent = null, RpcActMessage p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _arrivalUnixMilliseconds = m_io.ReadS8le();
                _address = new Address(m_io, this, m_root);
                _machine = m_io.ReadU8le();
                _startUnixMilliseconds = m_io.ReadS8le();
                _endUnixMilliseconds = m_io.ReadS8le();
            }
            private long _arrivalUnixMilliseconds;
            private Address _address;
            private ulong _machine;
            private long _startUnixMilliseconds;
            private long _endUnixMilliseconds;
            private RpcActMessage m_root;
            private RpcActMessage.Change m_parent;
            public long ArrivalUnixMilliseconds { get { return _arrivalUnixMilliseconds; } }
            public Address Address { get { return _address; } }
            public ulong Machine { get { return _machine; } }
            public long StartUnixMilliseconds { get { return _startUnixMilliseconds; } }
            public long EndUnixMilliseconds { get { return _endUnixMilliseconds; } }
            public RpcActMessage M_Root { get { return m_root; } }
            public RpcActMessage.Change M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// 64 octets.
        /// </summary>
        public partial class MessageHeader : KaitaiStruct
        {
            public static MessageHeader FromFile(string fileName)
            {
                return new MessageHeader(new KaitaiStream(fileName));
            }

            public MessageHeader(KaitaiStream p__io, RpcActMessage p__parent = null, RpcActMessage p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _magic = m_io.ReadBytes(4);
                if (!((KaitaiStream.ByteArrayCompare(_magic, new byte[] { 82, 65, 67, 84 }) == 0)))
                {
                    throw new ValidationNotEqualError(new byte[] { 82, 65, 67, 84 }, _magic, m_io, "/types/message_header/seq/0");
                }
                _version = m_io.ReadU2le();
                if (!(_version == 1))
                {
                    throw new ValidationNotEqualError(1, _version, m_io, "/types/message_header/seq/1");
                }
                _partition = m_io.ReadU2le();
                _sourceEpoch = m_io.ReadU8le();
                _inputOffset = m_io.ReadU8le();
                _watermarkUnixMilliseconds = m_io.ReadS8le();
                _part = m_io.ReadU4le();
                _numChanges = m_io.ReadU4le();
                _lenChanges = m_io.ReadU4le();
                _numExporters = m_io.ReadU2le();
                _lenSource = m_io.ReadU1();
                _isLast = m_io.ReadU1();
                if (!(_isLast <= 1))
                {
                    throw new ValidationGreaterThanError(1, _isLast, m_io, "/types/message_header/seq/11");
                }
                _reserved = m_io.ReadBytes(16);
                if (!((KaitaiStream.ByteArrayCompare(_reserved, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }) == 0)))
                {
                    throw new ValidationNotEqualError(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, _reserved, m_io, "/types/message_header/seq/12");
                }
            }
            private byte[] _magic;
            private ushort _version;
            private ushort _partition;
            private ulong _sourceEpoch;
            private ulong _inputOffset;
            private long _watermarkUnixMilliseconds;
            private uint _part;
            private uint _numChanges;
            private uint _lenChanges;
            private ushort _numExporters;
            private byte _lenSource;
            private byte _isLast;
            private byte[] _reserved;
            private RpcActMessage m_root;
            private RpcActMessage m_parent;
            public byte[] Magic { get { return _magic; } }
            public ushort Version { get { return _version; } }

            /// <summary>
            /// Whose batch led to the changes; 65535 where none did.
            /// </summary>
            public ushort Partition { get { return _partition; } }

            /// <summary>
            /// Where there is no partition, grows with every start of the source; 0 otherwise, since changes follow from the batch alone.
            /// </summary>
            public ulong SourceEpoch { get { return _sourceEpoch; } }

            /// <summary>
            /// Of the batch in its partition's log; where there is no partition, the source's own sequence.
            /// </summary>
            public ulong InputOffset { get { return _inputOffset; } }

            /// <summary>
            /// The clock of the partition, by which the changes arrived.
            /// </summary>
            public long WatermarkUnixMilliseconds { get { return _watermarkUnixMilliseconds; } }

            /// <summary>
            /// Counts the messages of one offset from 0.
            /// </summary>
            public uint Part { get { return _part; } }
            public uint NumChanges { get { return _numChanges; } }
            public uint LenChanges { get { return _lenChanges; } }
            public ushort NumExporters { get { return _numExporters; } }
            public byte LenSource { get { return _lenSource; } }

            /// <summary>
            /// 1 for the last part of an offset.
            /// </summary>
            public byte IsLast { get { return _isLast; } }
            public byte[] Reserved { get { return _reserved; } }
            public RpcActMessage M_Root { get { return m_root; } }
            public RpcActMessage M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// An RPC call by name.
        /// </summary>
        public partial class Operation : KaitaiStruct
        {
            public static Operation FromFile(string fileName)
            {
                return new Operation(new KaitaiStream(fileName));
            }

            public Operation(KaitaiStream p__io, RpcActMessage.Change p__parent = null, RpcActMessage p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _arrivalUnixMilliseconds = m_io.ReadS8le();
                _atUnixMilliseconds = m_io.ReadS8le();
                _client = new Address(m_io, this, m_root);
                _server = new Address(m_io, this, m_root);
                _clientPort = m_io.ReadU2le();
                _serverPort = m_io.ReadU2le();
                _uid = new Text(m_io, this, m_root);
                _interfaceName = new Text(m_io, this, m_root);
                _operationName = new Text(m_io, this, m_root);
            }
            private long _arrivalUnixMilliseconds;
            private long _atUnixMilliseconds;
            private Address _client;
            private Address _server;
            private ushort _clientPort;
            private ushort _serverPort;
            private Text _uid;
            private Text _interfaceName;
            private Text _operationName;
            private RpcActMessage m_root;
            private RpcActMessage.Change m_parent;
            public long ArrivalUnixMilliseconds { get { return _arrivalUnixMilliseconds; } }
            public long AtUnixMilliseconds { get { return _atUnixMilliseconds; } }
            public Address Client { get { return _client; } }
            public Address Server { get { return _server; } }
            public ushort ClientPort { get { return _clientPort; } }
            public ushort ServerPort { get { return _serverPort; } }
            public Text Uid { get { return _uid; } }
            public Text InterfaceName { get { return _interfaceName; } }
            public Text OperationName { get { return _operationName; } }
            public RpcActMessage M_Root { get { return m_root; } }
            public RpcActMessage.Change M_Parent { get { return m_parent; } }
        }
        public partial class Span : KaitaiStruct
        {
            public static Span FromFile(string fileName)
            {
                return new Span(new KaitaiStream(fileName));
            }

            public Span(KaitaiStream p__io, RpcActMessage.Fact p__parent = null, RpcActMessage p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _clientPort = m_io.ReadU2le();
                _serverPort = m_io.ReadU2le();
                _startUnixMilliseconds = m_io.ReadS8le();
                _endUnixMilliseconds = m_io.ReadS8le();
            }
            private ushort _clientPort;
            private ushort _serverPort;
            private long _startUnixMilliseconds;
            private long _endUnixMilliseconds;
            private RpcActMessage m_root;
            private RpcActMessage.Fact m_parent;
            public ushort ClientPort { get { return _clientPort; } }
            public ushort ServerPort { get { return _serverPort; } }
            public long StartUnixMilliseconds { get { return _startUnixMilliseconds; } }
            public long EndUnixMilliseconds { get { return _endUnixMilliseconds; } }
            public RpcActMessage M_Root { get { return m_root; } }
            public RpcActMessage.Fact M_Parent { get { return m_parent; } }
        }
        public partial class Text : KaitaiStruct
        {
            public static Text FromFile(string fileName)
            {
                return new Text(new KaitaiStream(fileName));
            }

            public Text(KaitaiStream p__io, KaitaiStruct p__parent = null, RpcActMessage p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _len = m_io.ReadU2le();
                if (Len != 65535) {
                    _value = System.Text.Encoding.GetEncoding("UTF-8").GetString(m_io.ReadBytes(Len));
                }
            }
            private ushort _len;
            private string _value;
            private RpcActMessage m_root;
            private KaitaiStruct m_parent;

            /// <summary>
            /// At most 16384; 65535 where there is no text, which is not the same as an empty one.
            /// </summary>
            public ushort Len { get { return _len; } }
            public string Value { get { return _value; } }
            public RpcActMessage M_Root { get { return m_root; } }
            public KaitaiStruct M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// The role that a person told of hosts.
        /// </summary>
        public partial class ToldRole : KaitaiStruct
        {
            public static ToldRole FromFile(string fileName)
            {
                return new ToldRole(new KaitaiStream(fileName));
            }

            public ToldRole(KaitaiStream p__io, RpcActMessage.Change p__parent = null, RpcActMessage p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _network = new Address(m_io, this, m_root);
                _atUnixMilliseconds = m_io.ReadS8le();
                _bits = m_io.ReadU1();
                if (!(_bits <= 128))
                {
                    throw new ValidationGreaterThanError(128, _bits, m_io, "/types/told_role/seq/2");
                }
                _role = m_io.ReadU1();
                _who = new Text(m_io, this, m_root);
                _why = new Text(m_io, this, m_root);
            }
            private Address _network;
            private long _atUnixMilliseconds;
            private byte _bits;
            private byte _role;
            private Text _who;
            private Text _why;
            private RpcActMessage m_root;
            private RpcActMessage.Change m_parent;
            public Address Network { get { return _network; } }
            public long AtUnixMilliseconds { get { return _atUnixMilliseconds; } }
            public byte Bits { get { return _bits; } }

            /// <summary>
            /// 255 where it was taken back.
            /// </summary>
            public byte Role { get { return _role; } }
            public Text Who { get { return _who; } }
            public Text Why { get { return _why; } }
            public RpcActMessage M_Root { get { return m_root; } }
            public RpcActMessage.Change M_Parent { get { return m_parent; } }
        }
        public partial class TranslatedEnds : KaitaiStruct
        {
            public static TranslatedEnds FromFile(string fileName)
            {
                return new TranslatedEnds(new KaitaiStream(fileName));
            }

            public TranslatedEnds(KaitaiStream p__io, RpcActMessage.Fact p__parent = null, RpcActMessage p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _client = new Address(m_io, this, m_root);
                _server = new Address(m_io, this, m_root);
                _clientPort = m_io.ReadU2le();
                _serverPort = m_io.ReadU2le();
            }
            private Address _client;
            private Address _server;
            private ushort _clientPort;
            private ushort _serverPort;
            private RpcActMessage m_root;
            private RpcActMessage.Fact m_parent;
            public Address Client { get { return _client; } }
            public Address Server { get { return _server; } }
            public ushort ClientPort { get { return _clientPort; } }
            public ushort ServerPort { get { return _serverPort; } }
            public RpcActMessage M_Root { get { return m_root; } }
            public RpcActMessage.Fact M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// What a person said of a finding.
        /// </summary>
        public partial class Verdict : KaitaiStruct
        {
            public static Verdict FromFile(string fileName)
            {
                return new Verdict(new KaitaiStream(fileName));
            }

            public Verdict(KaitaiStream p__io, RpcActMessage.Change p__parent = null, RpcActMessage p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _client = new Address(m_io, this, m_root);
                _server = new Address(m_io, this, m_root);
                _clientPeriod = m_io.ReadS8le();
                _serverPeriod = m_io.ReadS8le();
                _atUnixMilliseconds = m_io.ReadS8le();
                _expiresUnixMilliseconds = m_io.ReadS8le();
                _findingKind = m_io.ReadU1();
                _meaning = m_io.ReadU1();
                _hasServer = m_io.ReadU1();
                if (!(_hasServer <= 1))
                {
                    throw new ValidationGreaterThanError(1, _hasServer, m_io, "/types/verdict/seq/8");
                }
                _expires = m_io.ReadU1();
                if (!(_expires <= 1))
                {
                    throw new ValidationGreaterThanError(1, _expires, m_io, "/types/verdict/seq/9");
                }
                _who = new Text(m_io, this, m_root);
                _why = new Text(m_io, this, m_root);
            }
            private Address _client;
            private Address _server;
            private long _clientPeriod;
            private long _serverPeriod;
            private long _atUnixMilliseconds;
            private long _expiresUnixMilliseconds;
            private byte _findingKind;
            private byte _meaning;
            private byte _hasServer;
            private byte _expires;
            private Text _who;
            private Text _why;
            private RpcActMessage m_root;
            private RpcActMessage.Change m_parent;
            public Address Client { get { return _client; } }
            public Address Server { get { return _server; } }
            public long ClientPeriod { get { return _clientPeriod; } }
            public long ServerPeriod { get { return _serverPeriod; } }
            public long AtUnixMilliseconds { get { return _atUnixMilliseconds; } }
            public long ExpiresUnixMilliseconds { get { return _expiresUnixMilliseconds; } }
            public byte FindingKind { get { return _findingKind; } }
            public byte Meaning { get { return _meaning; } }
            public byte HasServer { get { return _hasServer; } }
            public byte Expires { get { return _expires; } }
            public Text Who { get { return _who; } }
            public Text Why { get { return _why; } }
            public RpcActMessage M_Root { get { return m_root; } }
            public RpcActMessage.Change M_Parent { get { return m_parent; } }
        }
        private MessageHeader _header;
        private ChangeList _changes;
        private List<Address> _exporters;
        private string _source;
        private RpcActMessage m_root;
        private KaitaiStruct m_parent;
        private byte[] __raw_changes;
        public MessageHeader Header { get { return _header; } }
        public ChangeList Changes { get { return _changes; } }

        /// <summary>
        /// The unspecified address stands for an exporter that has no number.
        /// </summary>
        public List<Address> Exporters { get { return _exporters; } }

        /// <summary>
        /// Who wrote it, visible ASCII; it decides nothing where a partition is named.
        /// </summary>
        public string Source { get { return _source; } }
        public RpcActMessage M_Root { get { return m_root; } }
        public KaitaiStruct M_Parent { get { return m_parent; } }
        public byte[] M_RawChanges { get { return __raw_changes; } }
    }
}
