using System.Text.Json.Serialization;

namespace RpcCollector.Store.Backups;

/// <summary>What a backup says of itself: its first member, manifest.json.</summary>
/// <param name="Format">1; another form of the archive has another number.</param>
/// <param name="Program">The version of the program that made it.</param>
internal sealed record BackupManifest(int Format, string Program, DateTimeOffset MadeAt, IReadOnlyList<BackupMember> Files)
{
    public const int PresentFormat = 1;

    public const string Name = "manifest.json";

    public BackupMember? Find(string name) => Files.FirstOrDefault(file => file.Name.Equals(name, StringComparison.Ordinal));
}

/// <summary>A file of a backup.</summary>
/// <param name="Name">Its name in the folder of the store, without a path.</param>
/// <param name="Sha256">In hexadecimal.</param>
/// <param name="Schema">Of a database, the schema that it has; null for other files.</param>
internal sealed record BackupMember(string Name, long Bytes, string Sha256, int? Schema);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
