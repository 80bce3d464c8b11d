using System.CommandLine;
using RpcCollector.Commands;
using RpcCollector.Lab;
using RpcCollector.Options;

const string Description = """
    Measures what RpcCollector finds, and loads it.
    Any setting of RpcCollector can be given too, as --Section:Name=value, such as --Judgement:LearningPeriod=7.00:00:00;
    'RpcCollector check' lists them all.
    """;

var (words, settings) = SettingArguments.Split(args);
var root = new RootCommand(Description)
{
    new EvaluateCommand(settings), // how good is the judgement?
    new OfficeCommand(settings), // what is an office like, as Zeek would log it?
    new LoadCommand(), // how much does a collector take?
    new SitesCommand(), // does a collector of several processes find what one finds?
    new FillCommand(settings), // how does it take a folder that is full?
    new PagesCommand(), // and how quickly does it show what is in it?
};
return await CommandLine.RunAsync(root, words);
