using System.Text.Json;
using Microsoft.Data.Sqlite;
using RpcCollector.Files;
using RpcCollector.Flows.Time;
using RpcCollector.Options;

namespace RpcCollector.Store.Takeover;

/// <summary>A JSON file of a former version, which becomes rows and then gets another name.</summary>
internal sealed class FormerFile(string path, StateStore state, ArrivalClock clock, ILogger logger)
{
    private const string TakenOverSuffix = ".taken-over";

    /// <param name="copy">
    /// Writes the content as rows, and says in a few words what that was; throws for content that is no such file.
    /// </param>
    /// <param name="countDamage">Called when the file cannot be understood.</param>
    public void TakeOver(Func<SqliteConnection, JsonElement, string> copy, Action countDamage)
    {
        if (!Path.Exists(path)) return;
        try
        {
            using var document = JsonDocument.Parse(RegularFile.ReadAllBytes(path));
            var what = state.CommitSaid(connection => copy(connection, document.RootElement));
            File.Move(path, path + TakenOverSuffix, overwrite: true);
            StoreFolder.Protect(path + TakenOverSuffix);
            StateLog.TakenOver(logger, path, what);
        }
        catch (Exception damage) when (damage is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            countDamage();
            StateLog.NotTakenOver(logger, path, damage.Message, SetAsideFile.Move(path, clock));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure) && failure is not StartupException)
        {
            throw StoreFolder.Refuse($"'{path}' cannot be taken over: {failure.Message}", failure);
        }
    }
}
