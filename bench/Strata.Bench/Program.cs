using Strata.Bench;

return await BenchCommand.RunAsync(args);
