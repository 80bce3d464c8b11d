// This is a generated file! Please edit source .ksy file and use kaitai-struct-compiler to rebuild

using System.Collections.Generic;

namespace Kaitai
{

    /// <summary>
    /// A datagram of Cisco's NetFlow version 5: a header of 24 octets and up to 30 flow records of 48 octets each. The
    /// layout is fixed, IPv4 only, and every record is one unidirectional flow. Times are milliseconds of the exporter's
    /// uptime; the header ties the uptime to UTC.
    /// </summary>
    /// <remarks>
    /// Reference: <a href="https://www.cisco.com/c/en/us/td/docs/net_mgmt/netflow_collection_engine/3-6/user/guide/format.html">Source</a>
    /// </remarks>
    public partial class NetflowV5 : KaitaiStruct
    {
        public static NetflowV5 FromFile(string fileName)
        {
            return new NetflowV5(new KaitaiStream(fileName));
        }

        public NetflowV5(KaitaiStream p__io, KaitaiStruct p__parent = null, NetflowV5 p__root = null) : base(p__io)
        {
            m_parent = p__parent;
            m_root = p__root ?? this;
            f_numWholeRecords = false;
            _read();
        }
        private void _read()
        {
            _header = new MessageHeader(m_io, this, m_root);
            _records = new List<FlowRecord>();
            for (var i = 0; i < NumWholeRecords; i++)
            {
                _records.Add(new FlowRecord(m_io, this, m_root));
            }
        }

        /// <summary>
        /// One unidirectional IPv4 flow, 48 octets.
        /// </summary>
        /// <remarks>
        /// Reference: Cisco, NetFlow export datagram format, version 5 flow record
        /// </remarks>
        public partial class FlowRecord : KaitaiStruct
        {
            public static FlowRecord FromFile(string fileName)
            {
                return new FlowRecord(new KaitaiStream(fileName));
            }

            public FlowRecord(KaitaiStream p__io, NetflowV5 p__parent = null, NetflowV5 p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _sourceAddress = m_io.ReadU4be();
                _destinationAddress = m_io.ReadU4be();
                _nextHopAddress = m_io.ReadU4be();
                _ingressInterface = m_io.ReadU2be();
                _egressInterface = m_io.ReadU2be();
                _packets = m_io.ReadU4be();
                _octets = m_io.ReadU4be();
                _startUptimeMilliseconds = m_io.ReadU4be();
                _endUptimeMilliseconds = m_io.ReadU4be();
                _sourcePort = m_io.ReadU2be();
                _destinationPort = m_io.ReadU2be();
                _padding = m_io.ReadU1();
                _tcpFlags = m_io.ReadU1();
                _protocol = m_io.ReadU1();
                _typeOfService = m_io.ReadU1();
                _sourceAs = m_io.ReadU2be();
                _destinationAs = m_io.ReadU2be();
                _sourcePrefixLength = m_io.ReadU1();
                _destinationPrefixLength = m_io.ReadU1();
                _trailingPadding = m_io.ReadU2be();
            }
            private uint _sourceAddress;
            private uint _destinationAddress;
            private uint _nextHopAddress;
            private ushort _ingressInterface;
            private ushort _egressInterface;
            private uint _packets;
            private uint _octets;
            private uint _startUptimeMilliseconds;
            private uint _endUptimeMilliseconds;
            private ushort _sourcePort;
            private ushort _destinationPort;
            private byte _padding;
            private byte _tcpFlags;
            private byte _protocol;
            private byte _typeOfService;
            private ushort _sourceAs;
            private ushort _destinationAs;
            private byte _sourcePrefixLength;
            private byte _destinationPrefixLength;
            private ushort _trailingPadding;
            private NetflowV5 m_root;
            private NetflowV5 m_parent;
            public uint SourceAddress { get { return _sourceAddress; } }
            public uint DestinationAddress { get { return _destinationAddress; } }
            public uint NextHopAddress { get { return _nextHopAddress; } }

            /// <summary>
            /// SNMP index of the interface.
            /// </summary>
            public ushort IngressInterface { get { return _ingressInterface; } }

            /// <summary>
            /// SNMP index of the interface.
            /// </summary>
            public ushort EgressInterface { get { return _egressInterface; } }
            public uint Packets { get { return _packets; } }

            /// <summary>
            /// Octets of layer 3.
            /// </summary>
            public uint Octets { get { return _octets; } }

            /// <summary>
            /// The exporter's uptime at the flow's first packet.
            /// </summary>
            public uint StartUptimeMilliseconds { get { return _startUptimeMilliseconds; } }

            /// <summary>
            /// The exporter's uptime at the flow's last packet.
            /// </summary>
            public uint EndUptimeMilliseconds { get { return _endUptimeMilliseconds; } }
            public ushort SourcePort { get { return _sourcePort; } }
            public ushort DestinationPort { get { return _destinationPort; } }
            public byte Padding { get { return _padding; } }

            /// <summary>
            /// All flags of the flow's packets, OR-ed.
            /// </summary>
            public byte TcpFlags { get { return _tcpFlags; } }
            public byte Protocol { get { return _protocol; } }
            public byte TypeOfService { get { return _typeOfService; } }
            public ushort SourceAs { get { return _sourceAs; } }
            public ushort DestinationAs { get { return _destinationAs; } }
            public byte SourcePrefixLength { get { return _sourcePrefixLength; } }
            public byte DestinationPrefixLength { get { return _destinationPrefixLength; } }
            public ushort TrailingPadding { get { return _trailingPadding; } }
            public NetflowV5 M_Root { get { return m_root; } }
            public NetflowV5 M_Parent { get { return m_parent; } }
        }

        /// <summary>
        /// The header of an export datagram, 24 octets.
        /// </summary>
        /// <remarks>
        /// Reference: Cisco, NetFlow export datagram format, version 5 header
        /// </remarks>
        public partial class MessageHeader : KaitaiStruct
        {
            public static MessageHeader FromFile(string fileName)
            {
                return new MessageHeader(new KaitaiStream(fileName));
            }

            public MessageHeader(KaitaiStream p__io, NetflowV5 p__parent = null, NetflowV5 p__root = null) : base(p__io)
            {
                m_parent = p__parent;
                m_root = p__root;
                _read();
            }
            private void _read()
            {
                _version = m_io.ReadU2be();
                if (!(_version == 5))
                {
                    throw new ValidationNotEqualError(5, _version, m_io, "/types/message_header/seq/0");
                }
                _numRecords = m_io.ReadU2be();
                _systemUptimeMilliseconds = m_io.ReadU4be();
                _exportSeconds = m_io.ReadU4be();
                _exportNanoseconds = m_io.ReadU4be();
                _flowSequence = m_io.ReadU4be();
                _engineType = m_io.ReadU1();
                _engineId = m_io.ReadU1();
                _samplingMode = m_io.ReadBitsIntBe(2);
                _samplingInterval = m_io.ReadBitsIntBe(14);
            }
            private ushort _version;
            private ushort _numRecords;
            private uint _systemUptimeMilliseconds;
            private uint _exportSeconds;
            private uint _exportNanoseconds;
            private uint _flowSequence;
            private byte _engineType;
            private byte _engineId;
            private ulong _samplingMode;
            private ulong _samplingInterval;
            private NetflowV5 m_root;
            private NetflowV5 m_parent;
            public ushort Version { get { return _version; } }

            /// <summary>
            /// Number of flow records in this datagram, 1 to 30.
            /// </summary>
            public ushort NumRecords { get { return _numRecords; } }

            /// <summary>
            /// Time since the exporter booted; wraps after 49.7 days.
            /// </summary>
            public uint SystemUptimeMilliseconds { get { return _systemUptimeMilliseconds; } }

            /// <summary>
            /// Seconds since the Unix epoch at the moment of export.
            /// </summary>
            public uint ExportSeconds { get { return _exportSeconds; } }

            /// <summary>
            /// What remains of that second.
            /// </summary>
            public uint ExportNanoseconds { get { return _exportNanoseconds; } }

            /// <summary>
            /// Number of flows exported before this datagram; a gap is a loss.
            /// </summary>
            public uint FlowSequence { get { return _flowSequence; } }
            public byte EngineType { get { return _engineType; } }

            /// <summary>
            /// Slot of the flow switching engine; with engine_type it names the stream that flow_sequence counts.
            /// </summary>
            public byte EngineId { get { return _engineId; } }

            /// <summary>
            /// 0 is no sampling.
            /// </summary>
            public ulong SamplingMode { get { return _samplingMode; } }

            /// <summary>
            /// One packet in so many was seen; 0 and 1 are no sampling.
            /// </summary>
            public ulong SamplingInterval { get { return _samplingInterval; } }
            public NetflowV5 M_Root { get { return m_root; } }
            public NetflowV5 M_Parent { get { return m_parent; } }
        }
        private bool f_numWholeRecords;
        private int _numWholeRecords;

        /// <summary>
        /// What the header states, or what the datagram holds where the header states more: there are exporters that
        /// count wrong, and their records are good all the same.
        /// </summary>
        public int NumWholeRecords
        {
            get
            {
                if (f_numWholeRecords)
                    return _numWholeRecords;
                f_numWholeRecords = true;
                _numWholeRecords = (int) (((M_Io.Size - 24) / 48 < Header.NumRecords ? (M_Io.Size - 24) / 48 : Header.NumRecords));
                return _numWholeRecords;
            }
        }
        private MessageHeader _header;
        private List<FlowRecord> _records;
        private NetflowV5 m_root;
        private KaitaiStruct m_parent;
        public MessageHeader Header { get { return _header; } }

        /// <summary>
        /// The flow records that lie whole within the datagram.
        /// </summary>
        public List<FlowRecord> Records { get { return _records; } }
        public NetflowV5 M_Root { get { return m_root; } }
        public KaitaiStruct M_Parent { get { return m_parent; } }
    }
}
