using Elbo.Benchmarks;

return args switch
{
    ["products", .. var rest] => ProductBenchmark.Run(rest.Length > 0 ? int.Parse(rest[0]) : 15),
    ["steps"] => StepBenchmark.Run(write: false),
    ["steps", "--write"] => StepBenchmark.Run(write: true),
    ["check"] => StepBenchmark.Check(),
    ["threads"] => ThreadBenchmark.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        products [ROUNDS]   matrix products against OpenBLAS, alternating (Debian: libopenblas0-pthread)
        steps [--write]     training steps as a share of the peak; --write keeps the result in benchmarks/results
        check               steps against the last kept result; exit code 1 where one lost more than a tenth
        threads             one thread against all, and the share of a step that is serial
        """);
    return 2;
}
