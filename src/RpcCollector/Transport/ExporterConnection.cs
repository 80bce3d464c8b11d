using System.Buffers;
using System.Threading.Channels;
using RpcCollector.Flows;

namespace RpcCollector.Transport;

/// <summary>
/// One exporter's connection: reads its Messages and hands them on. While the decoding thread is behind it does not read, and TCP holds
/// the exporter back.
/// </summary>
internal sealed class ExporterConnection(
    TransportSession session, Stream stream, ChannelWriter<StreamedMessage> messages, TimeSpan idleTimeout)
{
    private readonly MessageFramer _framer = new();

    /// <summary>Reads until the connection ends; does not throw for what the other end does.</summary>
    /// <param name="stopping">The process ends, and what has arrived has been read or is given up.</param>
    public async Task<ConnectionEnd> ReadAsync(CancellationToken stopping)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        ConnectionEnd end;
        try
        {
            end = await ReadMessagesAsync(patience, stopping);
        }
        catch (OperationCanceledException)
        {
            end = stopping.IsCancellationRequested ? ConnectionEnd.Stopped : ConnectionEnd.Idle;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            end = ConnectionEnd.Broken;
        }

        // A Message that the end of the connection cut off did not arrive whole.
        if (_framer.HasPart && end != ConnectionEnd.Malformed)
            await messages.WriteAsync(new StreamedMessage(session, null, 0, Rejection.MessageLongerThanDatagram), CancellationToken.None);
        await messages.WriteAsync(new StreamedMessage(session, null, 0, Rejection.None), CancellationToken.None);
        return end;
    }

    private async Task<ConnectionEnd> ReadMessagesAsync(CancellationTokenSource patience, CancellationToken stopping)
    {
        patience.CancelAfter(idleTimeout);
        while (true)
        {
            // 1. Octets.
            var count = await stream.ReadAsync(_framer.Free(), patience.Token);
            if (count == 0) return ConnectionEnd.ClosedByExporter;
            _framer.Fill(count);

            // 2. Messages. A connection that waits for the decoding thread is not idle.
            while (TryTake(out var message, out var fault))
            {
                patience.CancelAfter(Timeout.InfiniteTimeSpan);
                await messages.WriteAsync(message, stopping);
                if (fault != Rejection.None) return ConnectionEnd.Malformed;
                patience.CancelAfter(idleTimeout);
            }
        }
    }

    private bool TryTake(out StreamedMessage message, out Rejection fault)
    {
        message = default;
        if (!_framer.TryRead(out var octets, out fault))
        {
            message = new StreamedMessage(session, null, 0, fault);
            return fault != Rejection.None;
        }

        var copy = ArrayPool<byte>.Shared.Rent(octets.Length);
        octets.CopyTo(copy);
        message = new StreamedMessage(session, copy, octets.Length, Rejection.None);
        return true;
    }
}
