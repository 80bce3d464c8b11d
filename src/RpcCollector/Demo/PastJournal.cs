using RpcCollector.Detection.Judgement.Journal;
using RpcCollector.Store.Inputs;

namespace RpcCollector.Demo;

/// <summary>Writes down what the judge took in the past of the office, so that it can be judged again as in a real network.</summary>
internal sealed class PastJournal(JudgeJournalWriter writer, KeptInputs inputs)
{
    private const int ChunkOctets = 1 << 18;

    private bool _isInTurn;

    /// <summary>What is added arrives with the turn that began last.</summary>
    public JudgeJournalWriter Writer => writer;

    public void BeginTurn(long arrivalUnixMilliseconds)
    {
        EndTurn();
        if (writer.Chunk.Length >= ChunkOctets) EndChunk();
        writer.BeginTurn(arrivalUnixMilliseconds);
        _isInTurn = true;
    }

    /// <returns>How many inputs there were.</returns>
    public long End()
    {
        EndTurn();
        EndChunk();
        inputs.Write(reachesDisk: false);
        return writer.Offset;
    }

    private void EndTurn()
    {
        if (_isInTurn) writer.EndTurn();
        _isInTurn = false;
    }

    private void EndChunk()
    {
        if (writer.IsEmpty) return;
        inputs.Take(new InputChunk(writer.ChunkOffset, writer.Offset, writer.ArrivalUnixMilliseconds, writer.Chunk));
        writer.BeginChunk();
    }
}
