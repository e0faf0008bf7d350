namespace Elbo.Engine.Tests;

/// <summary>Elementary functions in double, to near full precision.</summary>
internal static class ReferenceMath
{
    /// <summary>log(1 + x); Kahan's correction of what 1 + x lost.</summary>
    public static double LogOnePlus(double x)
    {
        double u = 1 + x;
        return u == 1 || double.IsInfinity(u) ? x : Math.Log(u) * x / (u - 1);
    }

    /// <summary>eˣ − 1; Kahan's correction likewise.</summary>
    public static double ExpMinusOne(double x)
    {
        double u = Math.Exp(x);
        if (u == 1 || double.IsInfinity(u))
            return u == 1 ? x : u;
        return u - 1 == -1 ? -1 : (u - 1) * x / Math.Log(u);
    }

    public static double Sigmoid(double x) => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x));

    public static double Softplus(double x) =>
        double.IsNaN(x) ? x : Math.Max(x, 0) + LogOnePlus(Math.Exp(-Math.Abs(x)));

    /// <summary>The error function: its series of positive terms near 0, else from <see cref="Erfc"/>.</summary>
    public static double Erf(double x)
    {
        if (double.IsNaN(x))
            return x;
        if (Math.Abs(x) > 2)
            return Math.Sign(x) * (1 - Erfc(Math.Abs(x)));
        double term = x,
            sum = x;
        for (int n = 1; n < 100; n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary>1 − erf(x); beyond 2 by Laplace's continued fraction.</summary>
    public static double Erfc(double x)
    {
        if (x < 2)
            return 1 - Erf(x);
        if (x > 27)
            return 0;
        double fraction = 0;
        for (int n = 200; n >= 1; n--)
            fraction = n / 2.0 / (x + fraction);
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (x + fraction);
    }

    /// <summary>The standard normal distribution function.</summary>
    public static double NormalCdf(double x) =>
        x < 0 ? 0.5 * Erfc(-x / Math.Sqrt(2)) : 1 - 0.5 * Erfc(x / Math.Sqrt(2));

    public static double LogSumExp(double[] x)
    {
        double max = x.Max();
        return double.IsInfinity(max) ? max : max + Math.Log(x.Sum(v => Math.Exp(v - max)));
    }
}
