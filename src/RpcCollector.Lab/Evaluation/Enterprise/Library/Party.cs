namespace RpcCollector.Lab.Evaluation.Enterprise.Library;

/// <summary>Who sends or receives a flow of an attack.</summary>
internal enum Party : byte
{
    Attacker,
    Victim,

    /// <summary>A second machine that the attacker holds, to which a coerced victim is sent.</summary>
    Relay,
}
