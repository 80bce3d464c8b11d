namespace Kaitai;

/// <summary>What every generated parser derives from: a structure that was read from a stream.</summary>
public abstract class KaitaiStruct(KaitaiStream io)
{
    // The name cannot change: generated code reads from this field.
    protected KaitaiStream m_io = io;

    /// <summary>The stream that the structure was read from.</summary>
    public KaitaiStream M_Io => m_io;
}
