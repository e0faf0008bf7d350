namespace Elbo.Formats;

/// <summary>What an element of a MAT-file holds, by its number in the file.</summary>
internal enum MatType
{
    Int8 = 1,
    UInt8 = 2,
    Int16 = 3,
    UInt16 = 4,
    Int32 = 5,
    UInt32 = 6,
    Single = 7,
    Double = 9,
    Int64 = 12,
    UInt64 = 13,

    /// <summary>An array with its name, itself made of elements.</summary>
    Matrix = 14,

    /// <summary>A zlib stream of one matrix.</summary>
    Compressed = 15,
}
