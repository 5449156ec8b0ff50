"""The trained model as ONNX files: weights kept small, arithmetic in float32."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from models.starter.features import FROZEN
from models.starter.model import ImageModel, TextModel
from models.starter.towers import DIMENSION

READ = 3
"""Layers after which a sentence's words are read for what they mean there; best of all six for telling what is wanted."""
_SMALL = 1024
"""Tensors of fewer numbers stay as they are."""


class _Pixels(nn.Module):
    """Pixels uint8 [n, 224, 224, 3] -> unit vectors, all in one graph."""

    def __init__(self, model: ImageModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixels: Tensor) -> Tensor:
        scaled = (pixels.to(torch.float32).permute(0, 3, 1, 2) - 127) / 128
        vectors: Tensor = self.model(self.model.tower[:FROZEN](scaled))
        return vectors


class _Read(nn.Module):
    """Tokens and mask [n, t] -> unit vectors, and the words as they are after the layers that training leaves alone."""

    def __init__(self, model: TextModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        tower = self.model.tower
        words = tower.hidden(tokens, mask, 0, READ)
        above = tower.hidden(words, mask, READ, len(tower.layers))
        return self.model.joined(tower.pooled(above, mask)), words


def export_image(model: ImageModel, target: Path) -> None:
    """Write the image model to `target`, its weights in float16."""
    pixels = torch.zeros(2, 224, 224, 3, dtype=torch.uint8)
    graph = _graph(_Pixels(model.eval()), {"pixels": pixels}, {"pixels": {0: "n"}})
    _store(graph, integers=False)
    _write(graph, target)


def export_text(model: TextModel, target: Path) -> None:
    """Write the text model to `target`, its weights in int8 with one scale a row; it also gives the words of READ layers."""
    tokens = torch.ones(2, 8, dtype=torch.long)
    shape = {0: "n", 1: "t"}
    inputs = {"tokens": tokens, "mask": tokens.clone()}
    graph = _graph(_Read(model.eval()), inputs, {"tokens": shape, "mask": shape}, ("vectors", "words"))
    _store(graph, integers=True)
    _write(graph, target)


def _graph(
    model: nn.Module,
    inputs: dict[str, Tensor],
    dynamic: dict[str, dict[int, str]],
    outputs: Sequence[str] = ("vectors",),
) -> onnx.ModelProto:
    sizes = {name: torch.export.Dim(name, min=1, max=4096) for axes in dynamic.values() for name in axes.values()}
    shapes = {name: {axis: sizes[size] for axis, size in axes.items()} for name, axes in dynamic.items()}
    program = torch.onnx.export(
        model, tuple(inputs.values()), input_names=list(inputs), output_names=list(outputs), dynamic_shapes=shapes,
        dynamo=True, optimize=True, verbose=False,
    )  # fmt: skip
    assert program is not None
    proto = program.model_proto
    del proto.metadata_props[:]
    for node in proto.graph.node:
        # Where each node came from in our sources is of no use to anyone and takes half a megabyte.
        del node.metadata_props[:]
    return proto


def _store(model: onnx.ModelProto, *, integers: bool) -> None:
    """Keep large weights in fewer bits and restore them in the graph; the runtime does so once, on loading.

    Integer weights have one scale for each row of an embedding and each output of a layer, which keeps
    their error under half a step of 1/127 of the largest weight there.
    """
    graph = model.graph
    gathered = {node.input[0] for node in graph.node if node.op_type == "Gather"}
    restored: list[onnx.NodeProto] = []
    kept: list[onnx.TensorProto] = []
    replaced: dict[str, str] = {}
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < _SMALL:
            kept.append(tensor)
            continue
        name = tensor.name
        if integers and values.ndim == 2:
            axis = 1 if name in gathered else _inner_axis(graph, name)
            scale = np.maximum(np.abs(values).max(axis=axis, keepdims=True), 1e-8) / 127
            small = np.round(values / scale).astype(np.int8)
            kept += [
                numpy_helper.from_array(small, f"{name}.int8"),
                numpy_helper.from_array(scale, f"{name}.scale"),
            ]
            if name in gathered:
                # Only the rows that are looked up are restored.
                node = next(node for node in graph.node if node.op_type == "Gather" and node.input[0] == name)
                output = node.output[0]
                node.input[0], node.output[0] = f"{name}.int8", f"{output}.int8"
                after = [
                    helper.make_node("Gather", [f"{name}.scale", node.input[1]], [f"{output}.scale"]),
                    helper.make_node("Cast", [f"{output}.int8"], [f"{output}.cast"], to=TensorProto.FLOAT),
                    helper.make_node("Mul", [f"{output}.cast", f"{output}.scale"], [output]),
                ]
                place = list(graph.node).index(node) + 1
                for offset, extra in enumerate(after):
                    graph.node.insert(place + offset, extra)
                continue
            restored += [
                helper.make_node("Cast", [f"{name}.int8"], [f"{name}.cast"], to=TensorProto.FLOAT),
                helper.make_node("Mul", [f"{name}.cast", f"{name}.scale"], [f"{name}.restored"]),
            ]
        else:
            kept.append(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
            restored.append(helper.make_node("Cast", [f"{name}.half"], [f"{name}.restored"], to=TensorProto.FLOAT))
        replaced[name] = f"{name}.restored"
    for node in graph.node:
        for index, name in enumerate(node.input):
            node.input[index] = replaced.get(name, name)
    nodes = [*restored, *graph.node]
    del graph.node[:], graph.initializer[:], graph.value_info[:]
    graph.node.extend(nodes)
    graph.initializer.extend(kept)


def _inner_axis(graph: onnx.GraphProto, name: str) -> int:
    """The axis of a weight over which its layer sums."""
    node = next(node for node in graph.node if name in node.input)
    transposed = any(attribute.name == "transB" and attribute.i for attribute in node.attribute)
    return 1 if transposed or node.op_type == "Transpose" else 0


def _write(model: onnx.ModelProto, target: Path) -> None:
    onnx.checker.check_model(model)
    size = model.graph.output[0].type.tensor_type.shape.dim[-1].dim_value
    assert size == DIMENSION, f"vectors of {size} numbers instead of {DIMENSION}"
    growing = target.with_suffix(".part")
    onnx.save(model, growing)
    growing.replace(target)
