using System.CommandLine;
using RpcCollector.Commands;
using RpcCollector.Options;

const string Description = """
    Finds Windows RPC activity (MITRE CAR-2014-05-001) in NetFlow v5, v9 and IPFIX.
    Any setting can be given too, as --Section:Name=value, such as --Udp:Listen:0=127.0.0.1:2055; 'check' lists them all.
    """;

var (words, settings) = SettingArguments.Split(args);
var run = new RunCommand(settings);
var root = new RootCommand(Description)
{
    run, // collect from routers, and serve what was found
    new ReplayCommand(settings), // the same way for recorded exports
    new CheckCommand(settings), // is the configuration right?
    new KindsCommand(), // what may be behind a finding?
    new SendCommand(), // be a router for a while
    new UsersCommand(settings), // who may log in?
    new TokensCommand(settings), // and which programs?
    new SinksCommand(settings), // who else is told?
    new HealthcheckCommand(settings), // ask a running collector, from its container
    new BackupCommand(settings), // keep what it knows
    new RestoreCommand(settings), // and go on from there
    new BacktestCommand(settings), // what would other settings have found?
    new DemoCommand(settings), // what does all that look like?
};
root.SetAction(run.RunAsync); // when no command is named
return await CommandLine.RunAsync(root, words);
