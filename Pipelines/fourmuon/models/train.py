"""Trains the five networks of ../fourmuon.yaml on the training part of its simulated samples and writes them as ONNX.

    python3 -m venv environment && environment/bin/pip install -r requirements.txt
    nightjar simulate fourmuon --seed 1001 --background 20 --masses 79 --signal-events 30000 --models zprime --output training/inputs
    environment/bin/python train.py --inputs training --work work

Definitions come from ../fourmuon.yaml alone (samples.py). Each network is a perceptron 16-32-16-1 with tanh, trained by
Adam on the weighted cross-entropy in plain numpy. Signal: matched pairs of the Z' samples. Background: all pairs of the
background sample. Both classes get the same distribution of mass (`plane`), so the mass itself says nothing.
"""
import argparse
import os

for library in ("OMP", "OPENBLAS", "MKL"):                  # one thread: the same sums in the same order
    os.environ[library + "_NUM_THREADS"] = "1"

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

import samples

HIDDEN = (32, 16)
SEED = 20240612
EPOCHS = 60
BATCH = 1024
RATE = 4e-3                                                 # falls to zero as a half cosine
DECAY = 1e-4                                                # of the weights, not of the biases
SUBCELLS = 4                                                # background is flat inside a cell to this fineness
# Windows reach 30 resolutions (at most 0.26 GeV) beyond a range; the last range is widened for more background.
MARGIN = {"mlp1": (0, 0.15), "mlp2": (0.15, 0.3), "mlp3": (0.3, 0.3), "mlp4": (0.35, 0.35), "mlp5": (0.9, 0)}


def cells(definitions, masses, low, high):
    """The generated masses of a range with one more on either side, and the borders of their cells in reduced mass."""
    first = max(numpy.searchsorted(masses, low) - 1, 0)
    last = min(numpy.searchsorted(masses, high), len(masses) - 1)
    chosen = masses[first:last + 1]
    reduced = definitions.reduced(chosen)
    inner = (reduced[1:] + reduced[:-1]) / 2                # half way between neighbours
    return chosen, numpy.concatenate([[max(2 * reduced[0] - inner[0], 0)], inner, [2 * reduced[-1] - inner[-1]]])


def plane(definitions, loaded, low, high, part):
    """Inputs, targets and weights of a range, flat in reduced mass for both classes.

    A cell belongs to one generated mass and weighs its width; inside it the background is flat in `SUBCELLS` steps.
    """
    signal, background = loaded["zprime"], loaded["background"]
    with_pairs = numpy.unique(signal.generated[signal.matched])     # not a mass inside a veto
    chosen, borders = cells(definitions, with_pairs, low, high)
    fine = numpy.concatenate([numpy.linspace(a, b, SUBCELLS, endpoint=False) for a, b in zip(borders, borders[1:])] + [borders[-1:]])
    rows, targets, weights = [], [], []
    used = signal.matched & signal.within(definitions.parts[part])
    for mass, width in zip(chosen, numpy.diff(borders)):
        of = used & (signal.generated == mass)
        rows.append(signal.inputs[of])
        targets.append(numpy.ones(of.sum()))
        weights.append(width * signal.weight[of] / signal.weight[of].sum())
    of = background.within(definitions.parts[part]) & (background.reduced >= borders[0]) & (background.reduced < borders[-1])
    index = numpy.searchsorted(fine, background.reduced[of], side="right") - 1
    content = numpy.bincount(index, weights=background.weight[of], minlength=len(fine) - 1)
    filled = (content > 0).reshape(-1, SUBCELLS).sum(axis=1).repeat(SUBCELLS)      # a veto may leave subcells empty
    rows.append(background.inputs[of])
    targets.append(numpy.zeros(of.sum()))
    weights.append(background.weight[of] / (content * filled)[index] * numpy.diff(borders).repeat(SUBCELLS)[index])
    weight = numpy.concatenate(weights)
    return numpy.concatenate(rows).astype(numpy.float64), numpy.concatenate(targets), weight / weight.mean()


def sigmoid(x):
    return 1 / (1 + numpy.exp(-x))


class Network:
    """A perceptron with tanh and one sigmoid output, standardising its inputs."""

    def __init__(self, rows, weights, random):
        self.centre = numpy.average(rows, axis=0, weights=weights)
        self.spread = numpy.sqrt(numpy.average((rows - self.centre) ** 2, axis=0, weights=weights))
        sizes = (rows.shape[1], *HIDDEN, 1)
        self.layers = [[random.normal(size=(m, n)) * numpy.sqrt(1 / m), numpy.zeros(n)] for m, n in zip(sizes, sizes[1:])]

    def forward(self, rows):
        """Values of every layer for standardised rows; the last is before the sigmoid."""
        values = [rows]
        for index, (matrix, bias) in enumerate(self.layers):
            value = values[-1] @ matrix + bias
            values.append(numpy.tanh(value) if index + 1 < len(self.layers) else value)
        return values

    def score(self, rows):
        return sigmoid(self.forward((rows - self.centre) / self.spread)[-1][:, 0])

    def gradient(self, rows, targets, weights):
        """Gradients of the mean weighted cross-entropy, in the order of the layers."""
        values = self.forward(rows)
        error = ((sigmoid(values[-1][:, 0]) - targets) * weights)[:, None] / len(rows)
        result = []
        for index in range(len(self.layers) - 1, -1, -1):
            matrix = self.layers[index][0]
            result.append([values[index].T @ error + DECAY * matrix, error.sum(axis=0)])
            if index:
                error = (error @ matrix.T) * (1 - values[index] ** 2)
        return result[::-1]


def train(rows, targets, weights, seed):
    """Trains one network."""
    random = numpy.random.Generator(numpy.random.PCG64(seed))
    network = Network(rows, weights, random)
    rows = (rows - network.centre) / network.spread
    moments = [[[numpy.zeros_like(p), numpy.zeros_like(p)] for p in layer] for layer in network.layers]
    batches = len(rows) // BATCH
    step = 0
    for _ in range(EPOCHS):
        order = random.permutation(len(rows))
        for batch in range(batches):
            take = order[batch * BATCH:(batch + 1) * BATCH]
            step += 1
            rate = RATE * (1 + numpy.cos(numpy.pi * step / (EPOCHS * batches))) / 2
            for layer, slopes, moment in zip(network.layers, network.gradient(rows[take], targets[take], weights[take]), moments):
                for k, slope in enumerate(slopes):
                    first, second = moment[k]
                    first += 0.1 * (slope - first)
                    second += 0.001 * (slope**2 - second)
                    layer[k] -= rate * (first / (1 - 0.9**step)) / (numpy.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return network


def export(network, path, name, inputs, bounds):
    """Writes a network as ONNX: Sub and Div standardise, then Gemm and Tanh, and Sigmoid at the end."""
    stored = [("centre", network.centre), ("spread", network.spread)]
    nodes = [helper.make_node("Sub", ["inputs", "centre"], ["centred"]), helper.make_node("Div", ["centred", "spread"], ["layer0"])]
    for index, (matrix, bias) in enumerate(network.layers):
        stored += [(f"matrix{index + 1}", matrix), (f"bias{index + 1}", bias)]
        last = index + 1 == len(network.layers)
        nodes.append(helper.make_node("Gemm", [f"layer{index}", f"matrix{index + 1}", f"bias{index + 1}"], [f"sum{index + 1}"]))
        nodes.append(helper.make_node("Sigmoid" if last else "Tanh", [f"sum{index + 1}"], ["score" if last else f"layer{index + 1}"]))
    graph = helper.make_graph(
        nodes, name,
        [helper.make_tensor_value_info("inputs", TensorProto.FLOAT, ["n", len(inputs)])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["n", 1])],
        [numpy_helper.from_array(value.astype(numpy.float32), key) for key, value in stored])
    model = helper.make_model(graph, producer_name="train.py", opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {
        "inputs": ",".join(inputs), "range": f"pairMass {bounds[0]:g} to {bounds[1]:g} GeV",
        "source": "Pipelines/fourmuon/models/train.py on simulated events", "licence": "Apache-2.0"})
    onnx.checker.check_model(model, full_check=True)
    with open(path, "wb") as file:
        file.write(model.SerializeToString(deterministic=True))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--inputs", required=True, help="folder of the ntuples, as for 'nightjar run'")
    arguments.add_argument("--work", required=True, help="folder for the skimmed samples")
    arguments.add_argument("--nightjar", default="nightjar", help="the program")
    arguments.add_argument("--only", nargs="+", help="names of the networks to train, instead of all")
    chosen = arguments.parse_args()
    definitions = samples.Definitions()
    loaded = samples.load(definitions, chosen.inputs, chosen.work, nightjar=chosen.nightjar)
    for number, (name, path, low, high) in enumerate(definitions.networks, start=1):
        if chosen.only and name not in chosen.only:
            continue
        below, above = MARGIN[name]
        rows, targets, weights = plane(definitions, loaded, low - below, high + above, "training")
        network = train(rows, targets, weights, SEED + number)
        export(network, path, name, definitions.inputs, (low, high))
        print(f"{name}: {int(targets.sum())} signal and {int((1 - targets).sum())} background pairs, seed {SEED + number}", flush=True)


if __name__ == "__main__":
    main()
