namespace RpcCollector.Flows.Interpretation;

/// <summary>What became of the records of one Set: counted here record by record, then added to the thread's counters once.</summary>
internal struct RecordTally
{
    public int Records;
    public int NotTcp;
    public int IrrelevantPorts;
    public int NoStartTime;
    public int NotATransportFlow;
    public int ImplausibleTime;

    /// <summary>True when a field ended beyond the Set, and the rest of it was skipped.</summary>
    public bool IsCut;

    /// <summary>What became of a record whose ports matter.</summary>
    public void Count(Rejection reason)
    {
        if (reason == Rejection.None) return;
        if (reason == Rejection.NotATransportFlow) NotATransportFlow++;
        else if (reason == Rejection.ImplausibleTime) ImplausibleTime++;
        else NoStartTime++;
    }

    public readonly void AddTo(HopCounters counters, bool areTransportFlows)
    {
        if (IsCut)
        {
            counters.Receive(Hop.DataRecord);
            counters.Reject(Hop.DataRecord, Rejection.FieldLongerThanSet);
        }

        if (Records == 0) return;
        counters.Receive(Hop.DataRecord, Records);
        if (!areTransportFlows)
        {
            counters.Reject(Hop.DataRecord, Rejection.NotATransportFlow, Records);
            return;
        }

        counters.Use(Hop.DataRecord, Records);
        counters.Receive(Hop.FlowRecord, Records);
        if (NotTcp != 0) counters.Reject(Hop.FlowRecord, Rejection.NotTcp, NotTcp);
        if (IrrelevantPorts != 0) counters.Reject(Hop.FlowRecord, Rejection.IrrelevantPorts, IrrelevantPorts);
        if (NoStartTime != 0) counters.Reject(Hop.FlowRecord, Rejection.NoStartTime, NoStartTime);
        if (NotATransportFlow != 0) counters.Reject(Hop.FlowRecord, Rejection.NotATransportFlow, NotATransportFlow);
        if (ImplausibleTime != 0) counters.Reject(Hop.FlowRecord, Rejection.ImplausibleTime, ImplausibleTime);
        var used = Records - NotTcp - IrrelevantPorts - NoStartTime - NotATransportFlow - ImplausibleTime;
        if (used != 0) counters.Use(Hop.FlowRecord, used);
    }
}
