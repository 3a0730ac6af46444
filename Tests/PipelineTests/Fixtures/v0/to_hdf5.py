"""Turns candidates of K_S and Λ from an ALICE simulation, and muon pairs near the φ, into HDF5 ntuples.

usage: to_hdf5.py v0 alice_v0tree_issue187.root v0.h5
       to_hdf5.py pairs dimuon_phi_window.csv pairs.h5

The first needs uproot and h5py, the second numpy and h5py. `v0.h5` beside this file is what the first gives: its source is
src/skhep_testdata/data/uproot-issue187.root of scikit-hep/scikit-hep-testdata (BSD-3-Clause, © the Scikit-HEP administrators).
"""

import csv
import sys

import h5py
import numpy as np


def v0(source, target):
    import uproot

    tree = uproot.open(source)["fTreeV0"]
    branch = lambda name: tree["V0s/V0s." + name].array()
    masses = branch("fInvMass[2]")
    event = np.repeat(np.arange(len(masses)), [len(own) for own in masses])
    flat = lambda values: np.asarray([value for own in values for value in own])
    columns = {
        "event": event.astype("i8"),
        "pionMass": flat(masses)[:, 0],
        "lambdaMass": flat(masses)[:, 1],
        "radius": flat(branch("fV0radius")),
        "cosPointing": flat(branch("fV0CosPA")),
    }
    write(target, columns)


def pairs(source, target):
    with open(source) as file:
        rows = [{key.strip(): value.strip() for key, value in row.items()} for row in csv.DictReader(file)]
    columns = {"event": np.arange(len(rows), dtype="i8")}
    for place in "12":
        for name in ("E", "px", "py", "pz", "Q"):
            values = [float(row[name + place]) for row in rows]
            columns[name + place] = np.asarray(values, dtype="i4" if name == "Q" else "f8")
    write(target, columns)


def write(target, columns):
    with h5py.File(target, "w") as file:
        for name, values in columns.items():
            file.create_dataset("candidates/" + name, data=values, compression="gzip", compression_opts=9, shuffle=True)


if __name__ == "__main__":
    {"v0": v0, "pairs": pairs}[sys.argv[1]](*sys.argv[2:])
