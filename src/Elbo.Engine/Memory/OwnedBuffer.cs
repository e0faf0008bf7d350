namespace Elbo.Engine.Memory;

/// <summary>A buffer that outlives steps: returned to its pool when the last tensor on it is gone.</summary>
internal sealed unsafe class OwnedBuffer(BufferPool pool, float* data, int capacity)
{
    ~OwnedBuffer() => pool.Abandon(data, capacity);
}
