def load(path=pathlib.Path(__file__).with_name("model.safetensors")):
    """The model with the weights of a file, in evaluation mode."""
    model = Vae()
    model.load_state_dict(read_safetensors(path))
    return model.eval()


def save(model, path):
    """Writes the weights of a model to a safetensors file, which 'elbo import' reads."""
    header, values, start = {}, [], 0
    for name, tensor in model.state_dict().items():
        if not tensor.is_floating_point():
            continue  # the counters of batch normalisation
        values.append(tensor.detach().cpu().float().contiguous().numpy().astype("<f4").tobytes())
        offsets = [start, start + len(values[-1])]
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": offsets}
        start = offsets[1]
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    with open(path, "wb") as file:
        file.write(len(head).to_bytes(8, "little") + head + b"".join(values))


def read_safetensors(path):
    """The tensors of a file by name. The file begins with the length of its header in 8 bytes and the header, JSON."""
    try:
        from safetensors.torch import load_file
    except ImportError:
        pass
    else:
        return load_file(path)
    data = pathlib.Path(path).read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    tensors = {}
    for name, entry in json.loads(data[8:start]).items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            values = numpy.frombuffer(data[start + begin : start + end], "<f4")
            tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors
