// Devices bring their own threads: tests that ran side by side would only compete for the cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
