using Elbo.Cli;

return await CommandLine.RunAsync(args);
