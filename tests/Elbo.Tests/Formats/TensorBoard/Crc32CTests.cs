using System.Text;
using Elbo.Formats.TensorBoard;

namespace Elbo.Tests.Formats.TensorBoard;

public class Crc32CTests
{
    [Fact]
    public void The_vectors_of_rfc_3720_give_their_checks()
    {
        Assert.Equal(0x8a9136aau, Crc32C.Of(new byte[32]));
        Assert.Equal(0x62a8ab43u, Crc32C.Of([.. Enumerable.Repeat((byte)0xff, 32)]));
        Assert.Equal(0x46dd794eu, Crc32C.Of([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0x113fdb5cu, Crc32C.Of([.. Enumerable.Range(0, 32).Select(i => (byte)(31 - i))]));
        Assert.Equal(0xe3069283u, Crc32C.Of(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0u, Crc32C.Of([]));
    }

    [Fact]
    public void Masked_checks_agree_with_those_computed_bit_by_bit()
    {
        byte[] data = new byte[70];
        new Random(1).NextBytes(data);
        for (int length = 0; length <= data.Length; length++)
            Assert.Equal(EventReader.MaskedCrc(data.AsSpan(0, length)), Crc32C.Masked(data.AsSpan(0, length)));
    }
}
