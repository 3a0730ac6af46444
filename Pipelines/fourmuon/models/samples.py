"""The simulated samples of ../fourmuon.yaml after its own selection, as arrays.

The pipeline file is the only definition of inputs, selection, mass ranges and parts: this file reads it, takes the
scores, the signal measurement and the scan out, keeps the networks' inputs as columns, runs nightjar and reads the
checkpoints back.
"""
import glob
import os
import subprocess

import h5py
import numpy
import yaml

FOLDER = os.path.dirname(os.path.abspath(__file__))
PIPELINE = os.path.join(FOLDER, "..", "fourmuon.yaml")
KEPT = ("nightjar", "title", "seed", "simulated", "ntuple", "samples", "split", "constants", "beams", "skim", "execution")


class Definitions:
    """What the pipeline file says about the networks."""

    def __init__(self, path=PIPELINE):
        with open(path, encoding="utf-8") as file:
            self.text = yaml.safe_load(file)
        self.folder = os.path.dirname(os.path.abspath(path))
        score = self.text["skim"]["score"]
        self.inputs = list(score["inputs"])
        self.networks = []                                  # (name, file, lower mass, upper mass)
        for rule in self.text["scan"]["select"]:
            low, high = rule["where"]["mass"]
            name = rule["network"]
            self.networks.append((name, os.path.join(self.folder, score["networks"][name]), float(low), float(high)))
        share = {part: float(str(self.text["split"][part]).rstrip(" %")) / 100 for part in ("training", "optimisation")}
        self.parts = {"training": (0, share["training"]),
                      "optimisation": (share["training"], share["training"] + share["optimisation"]),
                      "efficiency": (share["training"] + share["optimisation"], 1)}

    def luminosity(self, sample):
        """The luminosity of a sample in /fb."""
        return float(str(self.text["samples"][sample]["luminosity"]).split()[0])

    def reduced(self, mass):
        """The reduced mass of a mass, as the scan steps in it."""
        return numpy.sqrt(numpy.maximum(numpy.square(mass) - 4 * self.text["constants"]["mMu"] ** 2, 0))

    def skim(self, signals):
        """The pipeline up to the merged samples, with every input kept as a column."""
        cut = {key: self.text[key] for key in KEPT if key in self.text}
        cut["ntuple"] = os.path.abspath(os.path.join(self.folder, cut["ntuple"]))
        wanted = {"background", *signals}
        # Corrections of the efficiency, percents with tables of their own, stay out of the training.
        cut["samples"] = {name: {key: value for key, value in sample.items() if key != "corrections"}
                          for name, sample in cut["samples"].items() if name in wanted}
        cut["skim"] = {key: value for key, value in cut["skim"].items() if key != "score"}
        cut["skim"]["keep"] = ["reduced", "pairMass"] + self.inputs
        return cut


class Sample:
    """The pairs of one merged sample."""

    def __init__(self, file, inputs):
        columns = file["columns"]
        self.inputs = numpy.stack([columns[name][:] for name in inputs], axis=1).astype(numpy.float32)
        self.mass = columns["pairMass"][:]
        self.reduced = columns["reduced"][:]
        self.share = (file["events"][:] >> numpy.uint64(11)) * 2.0**-53      # decides the part, as nightjar does
        self.weight = file["weights"][:] if "weights" in file else numpy.ones(len(self.mass))
        self.generated = columns["generated mass"][:] if "generated mass" in columns else None
        self.matched = columns["matched"][:] == 1 if "matched" in columns else None
        self.masses = file["generated/mass"][:] if "generated" in file else None
        self.counts = file["generated/count"][:] if "generated" in file else None

    def within(self, bounds):
        """Which pairs lie in a part of the sample."""
        return (self.share >= bounds[0]) & (self.share < bounds[1])


def load(definitions, inputs, work, signals=("zprime",), nightjar="nightjar"):
    """Runs the skim in the folder `work` on ntuples below the folder `inputs`; returns samples by name."""
    os.makedirs(work, exist_ok=True)
    loaded = {}
    for name in ("background", *signals):                   # one run a sample: checkpoints carry no sample's name
        pipeline = os.path.join(work, name + ".yaml")
        output = os.path.join(work, name)
        cut = definitions.skim(signals)
        cut["samples"] = {name: cut["samples"][name]}
        with open(pipeline, "w", encoding="utf-8") as file:
            yaml.safe_dump(cut, file, allow_unicode=True, sort_keys=False, width=1000)
        subprocess.run([nightjar, "run", pipeline, "--inputs", inputs, "--output", output, "--quiet"], check=True)
        merged = max(glob.glob(os.path.join(output, "checkpoints", "merge", "*.h5")), key=os.path.getmtime)
        with h5py.File(merged) as file:
            loaded[name] = Sample(file, definitions.inputs)
    return loaded
