#!/usr/bin/env python3
"""Writes the benchmark's ntuple (HDF5 columns) as ROOT files with ROOT itself.

  tree-zlib.root, tree-lz4.root, tree-zstd.root   TTree, ROOT's defaults: ZLIB 1, LZ4 4, ZSTD 5
  tree-small.root                                 TTree, ZLIB 1, baskets of 1600 bytes (basf2's default)
  rntuple.root                                    RNTuple, ZSTD 5
"""
import argparse
import os

import h5py
import numpy as np
import ROOT

a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
a.add_argument("path")
a.add_argument("folder")
a = a.parse_args()

with h5py.File(a.path) as f:
    group = f["ntuple"]
    data = {name: np.ascontiguousarray(group[name][...]) for name in group}

frame = ROOT.RDF.FromNumpy(data)
names = ROOT.std.vector["string"](list(data))
for name, algorithm, level, basket in [
        ("tree-zlib", ROOT.ROOT.RCompressionSetting.EAlgorithm.kZLIB, 1, 0),
        ("tree-lz4", ROOT.ROOT.RCompressionSetting.EAlgorithm.kLZ4, 4, 0),
        ("tree-zstd", ROOT.ROOT.RCompressionSetting.EAlgorithm.kZSTD, 5, 0),
        ("tree-small", ROOT.ROOT.RCompressionSetting.EAlgorithm.kZLIB, 1, 1600),
        ("rntuple", ROOT.ROOT.RCompressionSetting.EAlgorithm.kZSTD, 5, 0)]:
    options = ROOT.RDF.RSnapshotOptions()
    options.fCompressionAlgorithm = algorithm
    options.fCompressionLevel = level
    if name == "rntuple":
        options.fOutputFormat = ROOT.RDF.ESnapshotOutputFormat.kRNTuple
    if basket:
        options.fBasketSize = basket
        options.fAutoFlush = 0
    temporary = f"{a.folder}/{name}.part.root"
    frame.Snapshot("ntuple", temporary, names, options)
    os.replace(temporary, f"{a.folder}/{name}.root")
