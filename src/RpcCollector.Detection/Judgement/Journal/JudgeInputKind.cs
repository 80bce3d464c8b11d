namespace RpcCollector.Detection.Judgement.Journal;

/// <summary>What the judge takes: a closed list. The numbers are those of the journal's form.</summary>
public enum JudgeInputKind : byte
{
    /// <summary>Time has passed to the arrival of the turn, which ends.</summary>
    TimePassed = 0,

    /// <summary>A turn begins; what follows arrived with it.</summary>
    TurnBegun = 1,

    Activity = 2,
    Contact = 3,
    Operation = 4,
    Verdict = 5,

    /// <summary>The clock of arrivals was wrong and was set back.</summary>
    ClockSetBack = 6,

    /// <summary>From version 2 of the form on.</summary>
    Lease = 7,

    /// <summary>From version 3 of the form on.</summary>
    ToldRole = 8,

    /// <summary>How far whoever feeds the judge has come in a log; from version 4 of the form on.</summary>
    Position = 9,
}
