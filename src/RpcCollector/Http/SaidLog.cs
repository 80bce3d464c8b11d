using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Http.Access;
using RpcCollector.Naming;
using RpcCollector.Store.Findings;

namespace RpcCollector.Http;

/// <summary>Says in the log who has changed what is shown, and from where; what was typed is escaped.</summary>
internal sealed partial class SaidLog(ILogger<SaidLog> logger)
{
    public void Given(string finding, GivenVerdict verdict) =>
        VerdictGiven(logger, finding, KebabCase<VerdictMeaning>.Of(verdict.Meaning), Escaped(verdict.Who), verdict.From);

    public void GivenToMany(int findings, GivenVerdict verdict) =>
        ManyVerdictsGiven(logger, findings, KebabCase<VerdictMeaning>.Of(verdict.Meaning), Escaped(verdict.Who), verdict.From);

    public void Withdrawn(string finding, GivenVerdict verdict, string? from) =>
        VerdictWithdrawn(logger, finding, KebabCase<VerdictMeaning>.Of(verdict.Meaning), Escaped(verdict.Who), from);

    public void Suppressed(Suppression suppression) =>
        SuppressionWritten(logger, suppression.Id, Escaped(suppression.Who), suppression.From);

    public void Deleted(long suppression, string? from) => SuppressionDeleted(logger, suppression, from);

    public void Called(string incident, GivenVerdict verdict, int verdicts, int suppressions) => IncidentCalled(
        logger, incident, KebabCase<VerdictMeaning>.Of(verdict.Meaning), Escaped(verdict.Who), verdict.From, verdicts, suppressions);

    public void VerdictTakenBack(string incident, int verdicts, int suppressions, string? from) =>
        IncidentVerdictTakenBack(logger, incident, from, verdicts, suppressions);

    public void Done(string incident, string what, string who, string? from) =>
        IncidentChanged(logger, incident, what, Escaped(who), from);

    /// <summary>The address that a request came from; null when it did not come over a network.</summary>
    public static string? From(HttpContext context) => Caller.Of(context).Address?.ToString();

    private static string Escaped(string text) => JsonEncodedText.Encode(text).ToString();

    [LoggerMessage(7101, LogLevel.Information, "The finding {Finding} was called {Verdict} by \"{Who}\" from {From}.")]
    private static partial void VerdictGiven(ILogger logger, string finding, string verdict, string who, string? from);

    [LoggerMessage(7102, LogLevel.Information, "The verdict {Verdict} of \"{Who}\" on the finding {Finding} was withdrawn from {From}.")]
    private static partial void VerdictWithdrawn(ILogger logger, string finding, string verdict, string who, string? from);

    [LoggerMessage(7103, LogLevel.Information, "The suppression {Suppression} was written by \"{Who}\" from {From}.")]
    private static partial void SuppressionWritten(ILogger logger, long suppression, string who, string? from);

    [LoggerMessage(
        7105, LogLevel.Information,
        "The incident {Incident} was called {Verdict} by \"{Who}\" from {From}: {Verdicts} verdicts, {Suppressions} suppressions.")]
    private static partial void IncidentCalled(
        ILogger logger, string incident, string verdict, string who, string? from, int verdicts, int suppressions);

    [LoggerMessage(
        7106, LogLevel.Information,
        "The verdict on the incident {Incident} was withdrawn from {From}: {Verdicts} verdicts, {Suppressions} suppressions.")]
    private static partial void IncidentVerdictTakenBack(
        ILogger logger, string incident, string? from, int verdicts, int suppressions);

    [LoggerMessage(7107, LogLevel.Information, "The incident {Incident} was changed ({What}) by \"{Who}\" from {From}.")]
    private static partial void IncidentChanged(ILogger logger, string incident, string what, string who, string? from);

    [LoggerMessage(7104, LogLevel.Information, "The suppression {Suppression} was deleted from {From}.")]
    private static partial void SuppressionDeleted(ILogger logger, long suppression, string? from);

    [LoggerMessage(7108, LogLevel.Information, "{Findings} findings were called {Verdict} by \"{Who}\" from {From}.")]
    private static partial void ManyVerdictsGiven(ILogger logger, int findings, string verdict, string who, string? from);
}
