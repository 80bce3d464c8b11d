using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>What is said of a first contact, put into words only when somebody asks: when it is told, or becomes part of another.</summary>
/// <remarks>
/// While a large network is not known yet, most of what is found at each look is found again at the next one, and goes untold: then
/// nothing is as dear as its sentence. All that it says was read when it was made, but for the evidence, which is complete by then.
/// </remarks>
internal sealed class FirstContactSentence
{
    private readonly EdgeService _service;
    private readonly HostIdentity _client;
    private readonly HostRole _role;
    private readonly HostIdentity _server;
    private readonly HostRole _serverRole;
    private readonly int _learnedEpochs;
    private readonly Evidence _evidence;
    private readonly Surprise? _surprise;
    private readonly string? _softenedBy;

    /// <param name="evidence">Nothing is added to it any more.</param>
    /// <param name="softenedBy">Why it is not rated higher; null when nothing learned softens it.</param>
    public FirstContactSentence(ClientCase subject, in EdgeCase contact, Evidence evidence, string? softenedBy = null)
    {
        (_client, _role) = (subject.Client, subject.Role);
        (_service, _server, _serverRole) = (contact.Service, contact.Server, contact.ServerRole);
        (_learnedEpochs, _evidence, _softenedBy) = (subject.LearnedEpochs, evidence, softenedBy);
        _surprise = subject.IsLearning ? null : subject.SurpriseOf(contact);
    }

    /// <summary>"First RPC from workstation 192.0.2.5 to workstation 192.0.2.6 in 21 days; 3 endpoint flows; unsampled".</summary>
    public override string ToString()
    {
        var surprise = _surprise is { } known ? $"; {known}" : "";
        return $"First {EdgeServiceName.Of(_service)} from {RoleName.InWords(_role)} {_client} to {RoleName.InWords(_serverRole)} " +
            $"{_server} in {ClientCase.LearnedFor(_learnedEpochs)}; {_evidence.InWords}{surprise}" +
            (_softenedBy is null ? "" : $"; rated lower because {_softenedBy}");
    }
}
