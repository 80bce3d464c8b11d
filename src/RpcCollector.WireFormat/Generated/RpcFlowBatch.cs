// This is a generated file! Please edit source .ksy file and use kaitai-struct-compiler to rebuild

using System.Collections.Generic;
using System;

namespace Kaitai
{

    /// <summary>
    /// What a sensor appends to a partition: flow starts in the order in which they were decoded, and how far its clock has come. A batch
    /// without rows says the latter alone. Whoever reads it needs nothing that came before: exporters and clocks are named by value.
    /// Numbers are little-endian, addresses in network order (IPv4 as IPv4-mapped IPv6; RFC 4291, 2.5.5.2). Times are milliseconds of Unix
    /// time. Tables stand behind the rows, in the order in which what they hold was first needed.
    /// </summary>
    /// <remarks>
    /// Reference: docs/scale-wire.md
    /// </remarks>
    public partial class RpcFlowBatch : KaitaiStruct
    {
        public static RpcFlowBatch FromFile(string fileName)
        {
            return new RpcFlowBatch(new KaitaiStream(fileName));
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

        public enum Form
        {
            Narrow = 0,
            Wide = 1,
        }

        public enum Half
        {
            None = 0,
            FromClient = 1,
            FromServer = 2,
            Both = 3,
        }
        public RpcFlowBatch(KaitaiStream p__io, KaitaiStruct p__parent = null, RpcFlowBatch p__root = null) : base(p__io)
        {
            m_parent = p__parent;
            m_root = p__root ?? this;
            _read();
        }
        private void _read()
        {
            _header = new BatchHeader(m_io, this, m_root);
            _rows = new List<Row>();
            for (var i = 0; i < Header.NumRows; i++)
            {
                _rows.Add(new Row(m_io, this, m_root));
            }
            _wideValues = new List<Wide>();
            for (var i = 0; i < Header.NumWideValues; i++)
            {
                _wideValues.Add(new Wide(m_io, this, m_root));
            }
            _witnesses = new List<Witness>();
            for (var i = 0; i < Header.NumWitnesses; i++)
            {
                _witnesses.Add(new Witness(m_io, this, m_root));
            }
            _exporters = new List<Address>();
            for (var i = 0; i < Header.NumExporters; i++)
            {
                _exporters.Add(new Address(m_io, this, m_root));
            }
            _sensor = System.Text.Encoding.GetEncoding("ASCII").GetString(m_io.ReadBytes(Header.LenSensor));
            _site = System.Text.Encoding.GetEncoding("ASCII").GetString(m_io.ReadBytes(Header.LenSite));
        }
        public partial class Address : KaitaiStruct
        {
            public static Address FromFile(string fileName)
            {
                return new Address(new KaitaiStream(fileName));
            }

            public Address(KaitaiStream p__io, KaitaiStruct p__parent = null, RpcFlowBatch p__root = null) : base(p__io)
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
            private RpcFlowBatch m_root;
            private KaitaiStruct m_parent;
            public ulong High { get { return _high; } }
            public ulong Low { get { return _low; } }
            public RpcFlowBatch M_Root { get { return m_root; } }
            public KaitaiStruct M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// 64 octets.
        /// </summary>
        public partial class BatchHeader : KaitaiStruct
        {
            public static BatchHeader FromFile(string fileName)
            {
                return new BatchHeader(new KaitaiStream(fileName));
            }

            public BatchHeader(KaitaiStream p__io, RpcFlowBatch p__parent = null, RpcFlowBatch p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _magic = m_io.ReadBytes(4);
                if (!((KaitaiStream.ByteArrayCompare(_magic, new byte[] { 82, 70, 76, 87 }) == 0)))
                {
                    throw new ValidationNotEqualError(new byte[] { 82, 70, 76, 87 }, _magic, m_io, "/types/batch_header/seq/0");
                }
                _version = m_io.ReadU2le();
                if (!(_version == 1))
                {
                    throw new ValidationNotEqualError(1, _version, m_io, "/types/batch_header/seq/1");
                }
                _partition = m_io.ReadU2le();
                _sensorEpoch = m_io.ReadU8le();
                _sequence = m_io.ReadU8le();
                _watermarkUnixMilliseconds = m_io.ReadS8le();
                _baseUnixMilliseconds = m_io.ReadS8le();
                _rowsBefore = m_io.ReadU8le();
                _numRows = m_io.ReadU4le();
                _numWideValues = m_io.ReadU4le();
                _numWitnesses = m_io.ReadU2le();
                _numExporters = m_io.ReadU2le();
                _lenSensor = m_io.ReadU1();
                _lenSite = m_io.ReadU1();
                _reserved = m_io.ReadU2le();
                if (!(_reserved == 0))
                {
                    throw new ValidationNotEqualError(0, _reserved, m_io, "/types/batch_header/seq/14");
                }
            }
            private byte[] _magic;
            private ushort _version;
            private ushort _partition;
            private ulong _sensorEpoch;
            private ulong _sequence;
            private long _watermarkUnixMilliseconds;
            private long _baseUnixMilliseconds;
            private ulong _rowsBefore;
            private uint _numRows;
            private uint _numWideValues;
            private ushort _numWitnesses;
            private ushort _numExporters;
            private byte _lenSensor;
            private byte _lenSite;
            private ushort _reserved;
            private RpcFlowBatch m_root;
            private RpcFlowBatch m_parent;
            public byte[] Magic { get { return _magic; } }
            public ushort Version { get { return _version; } }
            public ushort Partition { get { return _partition; } }

            /// <summary>
            /// Grows with every start of the sensor, whose sequence begins anew with it.
            /// </summary>
            public ulong SensorEpoch { get { return _sensorEpoch; } }

            /// <summary>
            /// Grows by one with every batch for the partition; a gap is a loss.
            /// </summary>
            public ulong Sequence { get { return _sequence; } }

            /// <summary>
            /// What the sensor appends later arrived no earlier.
            /// </summary>
            public long WatermarkUnixMilliseconds { get { return _watermarkUnixMilliseconds; } }

            /// <summary>
            /// The arrival of the first row, by which narrow rows tell theirs; 0 without rows.
            /// </summary>
            public long BaseUnixMilliseconds { get { return _baseUnixMilliseconds; } }

            /// <summary>
            /// Rows of this epoch for the partition in all batches before, so that a gap says how many flow starts were lost.
            /// </summary>
            public ulong RowsBefore { get { return _rowsBefore; } }
            public uint NumRows { get { return _numRows; } }
            public uint NumWideValues { get { return _numWideValues; } }
            public ushort NumWitnesses { get { return _numWitnesses; } }
            public ushort NumExporters { get { return _numExporters; } }
            public byte LenSensor { get { return _lenSensor; } }
            public byte LenSite { get { return _lenSite; } }
            public ushort Reserved { get { return _reserved; } }
            public RpcFlowBatch M_Root { get { return m_root; } }
            public RpcFlowBatch M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// Counters and times that lie in 32 bits, 28 octets.
        /// </summary>
        public partial class Narrow : KaitaiStruct
        {
            public static Narrow FromFile(string fileName)
            {
                return new Narrow(new KaitaiStream(fileName));
            }

            public Narrow(KaitaiStream p__io, RpcFlowBatch.Row p__parent = null, RpcFlowBatch p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _clientOctets = m_io.ReadU4le();
                _serverOctets = m_io.ReadU4le();
                _clientPackets = m_io.ReadU4le();
                _serverPackets = m_io.ReadU4le();
                _arrivalAfterBase = m_io.ReadS4le();
                _startAfterArrival = m_io.ReadS4le();
                _endAfterStart = m_io.ReadS4le();
            }
            private uint _clientOctets;
            private uint _serverOctets;
            private uint _clientPackets;
            private uint _serverPackets;
            private int _arrivalAfterBase;
            private int _startAfterArrival;
            private int _endAfterStart;
            private RpcFlowBatch m_root;
            private RpcFlowBatch.Row m_parent;
            public uint ClientOctets { get { return _clientOctets; } }
            public uint ServerOctets { get { return _serverOctets; } }
            public uint ClientPackets { get { return _clientPackets; } }
            public uint ServerPackets { get { return _serverPackets; } }

            /// <summary>
            /// Milliseconds from the batch's base to the arrival.
            /// </summary>
            public int ArrivalAfterBase { get { return _arrivalAfterBase; } }

            /// <summary>
            /// Milliseconds from the arrival to the start, as a rule below 0.
            /// </summary>
            public int StartAfterArrival { get { return _startAfterArrival; } }

            /// <summary>
            /// Milliseconds from the start to the end.
            /// </summary>
            public int EndAfterStart { get { return _endAfterStart; } }
            public RpcFlowBatch M_Root { get { return m_root; } }
            public RpcFlowBatch.Row M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// One flow start, 72 octets.
        /// </summary>
        public partial class Row : KaitaiStruct
        {
            public static Row FromFile(string fileName)
            {
                return new Row(new KaitaiStream(fileName));
            }

            public Row(KaitaiStream p__io, RpcFlowBatch p__parent = null, RpcFlowBatch p__root = null) : base(p__io)
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
                _clientTcpFlags = m_io.ReadU2le();
                _serverTcpFlags = m_io.ReadU2le();
                _witness = m_io.ReadU2le();
                _isEndAlone = m_io.ReadBitsIntBe(1) != 0;
                _isMirror = m_io.ReadBitsIntBe(1) != 0;
                _isTranslation = m_io.ReadBitsIntBe(1) != 0;
                _half = ((RpcFlowBatch.Half) m_io.ReadBitsIntBe(2));
                _direction = ((RpcFlowBatch.Direction) m_io.ReadBitsIntBe(3));
                if (!Enum.IsDefined(typeof(Direction), _direction))
                {
                    throw new ValidationNotInEnumError(_direction, m_io, "/types/row/seq/11");
                }
                m_io.AlignToByte();
                _form = ((RpcFlowBatch.Form) m_io.ReadU1());
                if (!Enum.IsDefined(typeof(Form), _form))
                {
                    throw new ValidationNotInEnumError(_form, m_io, "/types/row/seq/12");
                }
                switch (Form) {
                case RpcFlowBatch.Form.Narrow: {
                    __raw_values = m_io.ReadBytes(28);
                    var io___raw_values = new KaitaiStream(__raw_values);
                    _values = new Narrow(io___raw_values, this, m_root);
                    break;
                }
                case RpcFlowBatch.Form.Wide: {
                    __raw_values = m_io.ReadBytes(28);
                    var io___raw_values = new KaitaiStream(__raw_values);
                    _values = new WidePlace(io___raw_values, this, m_root);
                    break;
                }
                default: {
                    _values = m_io.ReadBytes(28);
                    break;
                }
                }
            }
            private Address _client;
            private Address _server;
            private ushort _clientPort;
            private ushort _serverPort;
            private ushort _clientTcpFlags;
            private ushort _serverTcpFlags;
            private ushort _witness;
            private bool _isEndAlone;
            private bool _isMirror;
            private bool _isTranslation;
            private Half _half;
            private Direction _direction;
            private Form _form;
            private object _values;
            private RpcFlowBatch m_root;
            private RpcFlowBatch m_parent;
            private byte[] __raw_values;
            public Address Client { get { return _client; } }
            public Address Server { get { return _server; } }
            public ushort ClientPort { get { return _clientPort; } }
            public ushort ServerPort { get { return _serverPort; } }
            public ushort ClientTcpFlags { get { return _clientTcpFlags; } }
            public ushort ServerTcpFlags { get { return _serverTcpFlags; } }

            /// <summary>
            /// Index of who saw it, by which clock and how well.
            /// </summary>
            public ushort Witness { get { return _witness; } }
            public bool IsEndAlone { get { return _isEndAlone; } }
            public bool IsMirror { get { return _isMirror; } }
            public bool IsTranslation { get { return _isTranslation; } }
            public Half Half { get { return _half; } }
            public Direction Direction { get { return _direction; } }
            public Form Form { get { return _form; } }
            public object Values { get { return _values; } }
            public RpcFlowBatch M_Root { get { return m_root; } }
            public RpcFlowBatch M_Parent { get { return m_parent; } }
            public byte[] M_RawValues { get { return __raw_values; } }
        }

        /// <summary>
        /// Counters and times that do not lie in 32 bits, 56 octets. A translation has the true ends in the place of counters and flags.
        /// </summary>
        public partial class Wide : KaitaiStruct
        {
            public static Wide FromFile(string fileName)
            {
                return new Wide(new KaitaiStream(fileName));
            }

            public Wide(KaitaiStream p__io, RpcFlowBatch p__parent = null, RpcFlowBatch p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _clientOctets = m_io.ReadU8le();
                _serverOctets = m_io.ReadU8le();
                _clientPackets = m_io.ReadU8le();
                _serverPackets = m_io.ReadU8le();
                _arrivalUnixMilliseconds = m_io.ReadS8le();
                _startUnixMilliseconds = m_io.ReadS8le();
                _endUnixMilliseconds = m_io.ReadS8le();
            }
            private ulong _clientOctets;
            private ulong _serverOctets;
            private ulong _clientPackets;
            private ulong _serverPackets;
            private long _arrivalUnixMilliseconds;
            private long _startUnixMilliseconds;
            private long _endUnixMilliseconds;
            private RpcFlowBatch m_root;
            private RpcFlowBatch m_parent;
            public ulong ClientOctets { get { return _clientOctets; } }
            public ulong ServerOctets { get { return _serverOctets; } }
            public ulong ClientPackets { get { return _clientPackets; } }
            public ulong ServerPackets { get { return _serverPackets; } }
            public long ArrivalUnixMilliseconds { get { return _arrivalUnixMilliseconds; } }
            public long StartUnixMilliseconds { get { return _startUnixMilliseconds; } }
            public long EndUnixMilliseconds { get { return _endUnixMilliseconds; } }
            public RpcFlowBatch M_Root { get { return m_root; } }
            public RpcFlowBatch M_Parent { get { return m_parent; } }
        }
        public partial class WidePlace : KaitaiStruct
        {
            public static WidePlace FromFile(string fileName)
            {
                return new WidePlace(new KaitaiStream(fileName));
            }

            public WidePlace(KaitaiStream p__io, RpcFlowBatch.Row p__parent = null, RpcFlowBatch p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _wideValue = m_io.ReadU4le();
                _reserved = m_io.ReadBytes(24);
                if (!((KaitaiStream.ByteArrayCompare(_reserved, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }) == 0)))
                {
                    throw new ValidationNotEqualError(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, _reserved, m_io, "/types/wide_place/seq/1");
                }
            }
            private uint _wideValue;
            private byte[] _reserved;
            private RpcFlowBatch m_root;
            private RpcFlowBatch.Row m_parent;

            /// <summary>
            /// Index of the counters and times; grows by one from wide row to wide row.
            /// </summary>
            public uint WideValue { get { return _wideValue; } }
            public byte[] Reserved { get { return _reserved; } }
            public RpcFlowBatch M_Root { get { return m_root; } }
            public RpcFlowBatch.Row M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// Who saw flows, by which clock and how well; 24 octets.
        /// </summary>
        public partial class Witness : KaitaiStruct
        {
            public static Witness FromFile(string fileName)
            {
                return new Witness(new KaitaiStream(fileName));
            }

            public Witness(KaitaiStream p__io, RpcFlowBatch p__parent = null, RpcFlowBatch p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _clockKey = m_io.ReadU8le();
                _resolutionMilliseconds = m_io.ReadS4le();
                _clockCorrectionMilliseconds = m_io.ReadS4le();
                _samplingInterval = m_io.ReadU4le();
                _exporter = m_io.ReadU2le();
                _arrivalEra = m_io.ReadU1();
                _reserved = m_io.ReadU1();
                if (!(_reserved == 0))
                {
                    throw new ValidationNotEqualError(0, _reserved, m_io, "/types/witness/seq/6");
                }
            }
            private ulong _clockKey;
            private int _resolutionMilliseconds;
            private int _clockCorrectionMilliseconds;
            private uint _samplingInterval;
            private ushort _exporter;
            private byte _arrivalEra;
            private byte _reserved;
            private RpcFlowBatch m_root;
            private RpcFlowBatch m_parent;

            /// <summary>
            /// Names the clock by value, 64 bits of SHA-256 of exporter, session and Observation Domain.
            /// </summary>
            public ulong ClockKey { get { return _clockKey; } }
            public int ResolutionMilliseconds { get { return _resolutionMilliseconds; } }
            public int ClockCorrectionMilliseconds { get { return _clockCorrectionMilliseconds; } }

            /// <summary>
            /// One packet in this many; 1 unsampled, 0 unknown.
            /// </summary>
            public uint SamplingInterval { get { return _samplingInterval; } }

            /// <summary>
            /// Index of the exporter.
            /// </summary>
            public ushort Exporter { get { return _exporter; } }

            /// <summary>
            /// Grows with every step of the sensor's clock, and wraps.
            /// </summary>
            public byte ArrivalEra { get { return _arrivalEra; } }
            public byte Reserved { get { return _reserved; } }
            public RpcFlowBatch M_Root { get { return m_root; } }
            public RpcFlowBatch M_Parent { get { return m_parent; } }
        }
        private BatchHeader _header;
        private List<Row> _rows;
        private List<Wide> _wideValues;
        private List<Witness> _witnesses;
        private List<Address> _exporters;
        private string _sensor;
        private string _site;
        private RpcFlowBatch m_root;
        private KaitaiStruct m_parent;
        public BatchHeader Header { get { return _header; } }
        public List<Row> Rows { get { return _rows; } }
        public List<Wide> WideValues { get { return _wideValues; } }
        public List<Witness> Witnesses { get { return _witnesses; } }

        /// <summary>
        /// The unspecified address stands for an exporter that the sensor had no number for.
        /// </summary>
        public List<Address> Exporters { get { return _exporters; } }

        /// <summary>
        /// The sensor's name, visible ASCII; with epoch and partition it names the stream that the sequence counts.
        /// </summary>
        public string Sensor { get { return _sensor; } }

        /// <summary>
        /// Where the sensor stands, when private addresses of sites overlap; empty otherwise.
        /// </summary>
        public string Site { get { return _site; } }
        public RpcFlowBatch M_Root { get { return m_root; } }
        public KaitaiStruct M_Parent { get { return m_parent; } }
    }
}
