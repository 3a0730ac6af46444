"""Reads CSV tables with pandas and compares them with the summary bit for bit.

Run: python check_csv.py FOLDER SUMMARY (pandas, h5py, numpy).
"""
import sys
import warnings

import h5py
import numpy as np
import pandas

warnings.simplefilter("ignore")  # round_trip is the default of newer versions, and deprecated there
folder, summary = sys.argv[1:3]
index = pandas.read_csv(f"{folder}/tables.csv")
for row in index.itertuples():
    table = pandas.read_csv(f"{folder}/{row.file}", float_precision="round_trip")
    assert len(table) == row.rows, row.file
with h5py.File(summary) as file:
    scan = file["scan"]
    limits = pandas.read_csv(f"{folder}/limits.csv", float_precision="round_trip")
    found = scan["limitStatus"][()] == 0
    assert np.array_equal(limits["mass [GeV]"], scan["mass"][()])
    assert np.array_equal(limits["observedLimit [fb]"][found], scan["observedLimit"][()][found])
    assert limits["observedLimit [fb]"][~found].isna().all()
    for k, sigma in enumerate(["-2", "-1", "0", "+1", "+2"]):
        column = limits[f"expectedLimit({sigma}) [fb]"]
        assert np.array_equal(column[found], scan["expectedLimits"][()][found, k])
    roots = pandas.read_csv(f"{folder}/significances.csv", float_precision="round_trip")
    valid = scan["status"][()] < 10
    assert np.array_equal(roots["signedRoot"][valid], scan["signedRoot"][()][valid])
print(len(index), "tables")
