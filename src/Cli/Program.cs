using Strata.Cli;

using var signals = new StopSignals();
var terminal = Terminal.OfProcess();
return await new StrataCommandLine(terminal).RunAsync(args, terminal, signals.Token);
