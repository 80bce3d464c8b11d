namespace RpcCollector.Lab.Evaluation.Enterprise.Library;

/// <summary>
/// Chooses how to attack what: servers as often as workstations, three in ten recorded where there are recordings, each tool and each kind
/// of server about as often as the others.
/// </summary>
internal sealed class MethodChoice
{
    // Six in ten: sweeps are of workstations, so that it is every second attack of all.
    private readonly Bag<bool> _isOnServer = new([.. Enumerable.Repeat(true, 6), .. Enumerable.Repeat(false, 4)]);
    private readonly Bag<bool> _isRecorded = new([.. Enumerable.Repeat(true, 3), .. Enumerable.Repeat(false, 7)]);
    private readonly List<IAttackMethod> _recorded;
    private readonly List<IAttackMethod> _library = [.. AttackLibrary.Tools.Select(tool => new LibraryMethod(tool))];
    private readonly ToolDeck<IAttackMethod> _methods = new();
    private readonly ToolDeck<TargetKind> _kinds = new();

    public MethodChoice(IEnumerable<RecordedAttack> recorded) => _recorded =
        [.. recorded.Where(attack => !attack.IsEmpty).GroupBy(attack => attack.Scenario.Name, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new RecordedMethod([.. group]))];

    /// <summary>A recorded scenario; null when it was not read.</summary>
    public IAttackMethod? Recorded(string name) => _recorded.Find(method => method.Name.Equals(name, StringComparison.Ordinal));

    /// <summary>A way to attack one machine, and what kind of machine.</summary>
    /// <param name="goesOn">True where the intruder means to go on from there.</param>
    public (IAttackMethod Method, TargetKind Kind) Draw(bool goesOn, SeededRandom random)
    {
        var isOnServer = _isOnServer.Draw(random);
        var isRecorded = _isRecorded.Draw(random);
        var fitting = Fitting(isRecorded ? _recorded : _library);
        if (fitting.Count == 0) fitting = Fitting(_library);
        var method = _methods.Draw(fitting, random);
        return (method, _kinds.Draw(method.Targets.Where(IsWanted), random));

        List<IAttackMethod> Fitting(List<IAttackMethod> among) =>
            [.. among.Where(method => method.Hosts.Most == 1 && (!goesOn || method.RunsCode) && method.Targets.Any(IsWanted))];

        bool IsWanted(TargetKind kind) => kind == TargetKind.Workstation != isOnServer;
    }

    /// <summary>A tool that goes through many machines.</summary>
    public IAttackMethod DrawSweep(SeededRandom random) => _methods.Draw(_library.Where(method => method.Hosts.Most > 1), random);

    /// <summary>Takes back what came to nothing.</summary>
    public void PutBack(IAttackMethod method, TargetKind kind)
    {
        _methods.PutBack(method);
        _kinds.PutBack(kind);
    }
}
