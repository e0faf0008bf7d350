using Elbo.Benchmarks;

return args switch
{
    ["products", .. var rest] => ProductBenchmark.Run(
        rest.Length > 0 ? int.Parse(rest[0]) : 15,
        rest.Length > 1 ? rest[1] : ""
    ),
    ["convolutions", .. var rest] => ConvolutionBenchmark.Run(
        rest.Length > 0 ? double.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture) : 1,
        rest.Length > 1 ? int.Parse(rest[1]) : 0
    ),
    ["steps"] => StepBenchmark.Run(write: false),
    ["steps", "--write"] => StepBenchmark.Run(write: true),
    ["check"] => StepBenchmark.Check(),
    ["threads"] => ThreadBenchmark.Run(),
    ["contention", .. var rest] => ContentionBenchmark.Run(rest.Length > 0 ? rest[0] : ""),
    ["contention-of", var name] => ContentionBenchmark.RunOne(name),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        """
        products [ROUNDS [TEXT]]
                            matrix products against OpenBLAS, alternating (Debian: libopenblas0-pthread); only those
                            whose description, such as "1t input gradient g·W 128x784x500", has the text in it
        convolutions [SECONDS [THREADS]]
                            every convolution of the convolutional networks, as JSON for versus.py --layers
        steps [--write]     training steps as a share of the peak; --write keeps the result in benchmarks/results
        check               steps against the last kept result; exit code 1 where one lost more than a tenth
        contention [TEXT]   two trainings at once against one alone, in one process and in two; only cases with the text
                            in their names
        threads             one thread against all, and the share of a step that is serial
        """
    );
    return 2;
}
