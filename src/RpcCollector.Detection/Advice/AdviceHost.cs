namespace RpcCollector.Detection.Advice;

/// <summary>On which host to look, or what to set right.</summary>
public enum AdviceHost : byte
{
    /// <summary>Who made the calls.</summary>
    Client = 1,

    /// <summary>Who was called; each of them when one finding stands for many.</summary>
    Server = 2,

    /// <summary>Every domain controller: any of them may have been asked.</summary>
    DomainControllers = 3,
}
