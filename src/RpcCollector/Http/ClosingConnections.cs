using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using RpcCollector.Vitals;

namespace RpcCollector.Http;

/// <summary>Cuts off the clients that are still connected a moment after the process began to end: no reader holds it up.</summary>
internal static class ClosingConnections
{
    /// <param name="lifetime">Asked for at the first connection.</param>
    public static void CutOffAtEnd(this ListenOptions listen, Func<IHostApplicationLifetime> lifetime) =>
        listen.Use(next => connection => ServeAsync(connection, next, lifetime().ApplicationStopping));

    private static async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next, CancellationToken stopping)
    {
        using var patience = new CancellationTokenSource();
        await using var cut = patience.Token.Register(() => connection.Abort(new ConnectionAbortedException("The process ends.")));
        await using var end = stopping.Register(() => patience.CancelAfter(StopDeadline.Http));
        await next(connection);
    }
}
