using RpcCollector.Commands;
using RpcCollector.Options;

var (words, settings) = SettingArguments.Split(args);
return await CommandLine.RunAsync(
    words,
    new RunCommand(settings), // collect from routers, and serve what was found
    new ReplayCommand(settings), // the same way for recorded exports
    new EvaluateCommand(settings), // how good is the judgement?
    new CheckCommand(settings), // is the configuration right?
    new SendCommand(), // be a router for a while
    new HealthcheckCommand(settings)); // ask a running collector, from its container
