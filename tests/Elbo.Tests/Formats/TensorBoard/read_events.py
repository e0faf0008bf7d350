"""Prints every value of an event file as a line of JSON, read by Google's protobuf for Python from descriptors built here."""
import json
import struct
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

FIELD = descriptor_pb2.FieldDescriptorProto
TYPES = {"double": FIELD.TYPE_DOUBLE, "float": FIELD.TYPE_FLOAT, "int64": FIELD.TYPE_INT64, "int32": FIELD.TYPE_INT32,
         "string": FIELD.TYPE_STRING, "bytes": FIELD.TYPE_BYTES}

# Field numbers of TensorFlow's event.proto, summary.proto, histogram.proto, graph.proto, node_def.proto, attr_value.proto and
# tensor_shape.proto.
MESSAGES = {
    "Event": [("wall_time", 1, "double"), ("step", 2, "int64"), ("file_version", 3, "string"), ("graph_def", 4, "bytes"),
              ("summary", 5, "Summary")],
    "Graph": [("node", 1, "*Node")],
    "Node": [("name", 1, "string"), ("op", 2, "string"), ("input", 3, "*string"), ("attr", 5, "*Attr")],
    "Attr": [("key", 1, "string"), ("value", 2, "AttrValue")],
    "AttrValue": [("list", 1, "Shapes"), ("i", 3, "int64")],
    "Shapes": [("shape", 7, "*Shape")],
    "Shape": [("dim", 2, "*Dim")],
    "Dim": [("size", 1, "int64")],
    "Summary": [("value", 1, "*Value")],
    "Value": [("tag", 1, "string"), ("simple_value", 2, "float"), ("image", 4, "Image"), ("histo", 5, "Histogram"), ("tensor", 8, "bytes"), ("metadata", 9, "Metadata")],
    "Image": [("height", 1, "int32"), ("width", 2, "int32"), ("colorspace", 3, "int32"), ("encoded", 4, "bytes")],
    "Histogram": [("min", 1, "double"), ("max", 2, "double"), ("num", 3, "double"), ("sum", 4, "double"), ("sum_squares", 5, "double"),
                  ("bucket_limit", 6, "*double"), ("bucket", 7, "*double")],
    "Metadata": [("plugin_data", 1, "PluginData")],
    "PluginData": [("plugin_name", 1, "string"), ("content", 2, "bytes")],
}


def message_classes():
    file = descriptor_pb2.FileDescriptorProto(name="independent.proto", package="independent", syntax="proto2")
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, number, kind in fields:
            repeated, kind = kind.startswith("*"), kind.lstrip("*")
            added = message.field.add(name=field, number=number, label=FIELD.LABEL_REPEATED if repeated else FIELD.LABEL_OPTIONAL)
            if kind in TYPES:
                added.type = TYPES[kind]
            else:
                added.type, added.type_name = FIELD.TYPE_MESSAGE, ".independent." + kind
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_class(pool, "Event"), message_class(pool, "Graph")


def message_class(pool, name):
    descriptor = pool.FindMessageTypeByName("independent." + name)
    # Newer versions of the library have a function for it, older ones a factory.
    return message_factory.GetMessageClass(descriptor) if hasattr(message_factory, "GetMessageClass") else message_factory.MessageFactory(pool).GetPrototype(descriptor)


def records(path):
    with open(path, "rb") as file:
        while header := file.read(12):
            length, = struct.unpack("<Q", header[:8])
            data = file.read(length)
            if len(data) != length or len(file.read(4)) != 4:
                sys.exit(f"{path}: a record is torn")
            yield data


def unknown(message):
    """Whether a message has fields that its description lacks."""
    known = message.ByteSize()
    copy = message.__class__()
    copy.CopyFrom(message)
    copy.DiscardUnknownFields()
    return copy.ByteSize() != known


def check(path, graph):
    """Every node takes nodes before it and has a shape, and the last one is the loss."""
    if unknown(graph):
        sys.exit(f"{path}: the graph has fields that nobody described")
    names = set()
    for node in graph.node:
        if not names.issuperset(node.input) or node.attr[0].key != "_output_shapes":
            sys.exit(f"{path}: the node {node.name} is out of place or has no shape")
        names.add(node.name)
    if graph.node[-1].name != "loss":
        sys.exit(f"{path}: the graph ends with {graph.node[-1].name}")


def main(path):
    event, graph = message_classes()
    for number, data in enumerate(records(path)):
        read = event.FromString(data)
        if unknown(read):
            sys.exit(f"{path}: record {number} has fields that nobody described")
        if (number == 0) != (read.file_version == "brain.Event:2"):
            sys.exit(f"{path}: record {number} has version '{read.file_version}'")
        if read.HasField("graph_def"):
            check(path, graph.FromString(read.graph_def))
        for value in read.summary.value:
            line = {"step": read.step, "tag": value.tag}
            if value.HasField("simple_value"):
                line.update(kind="scalar", number=value.simple_value)
            elif value.HasField("histo"):
                limits = value.histo.bucket_limit
                if len(value.histo.bucket) != len(limits) or sum(value.histo.bucket) != value.histo.num:
                    sys.exit(f"{path}: the histogram {value.tag} does not add up")
                if any(low >= high for low, high in zip(limits, limits[1:])) or not value.histo.min <= value.histo.max <= limits[-1] \
                        or value.histo.min > limits[0]:
                    sys.exit(f"{path}: the histogram {value.tag} has buckets out of order, or values outside of them")
                line.update(kind="histogram", number=value.histo.num)
            elif value.HasField("image"):
                line.update(kind="image", number=len(value.image.encoded))
            else:
                line.update(kind="tensor", number=len(value.metadata.plugin_data.content))
            print(json.dumps(line))


main(sys.argv[1])
