#!/usr/bin/env python3
"""Writes RNTuples with uproot 5.7: row i of two clusters of 50 rows, one file a compression."""
import awkward as ak
import numpy as np
import uproot

ROWS = 100


def rows(start, stop):
    i = np.arange(start, stop)
    counts = i % 4
    item = np.concatenate([np.arange(c) for c in counts])
    parent = np.repeat(i, counts)
    jag = ak.unflatten(parent + 0.25 * item, counts)
    return {
        "x": (0.5 * i).astype("f4"),
        "flag": i % 3 == 0,
        "jag": jag,
        "array": np.stack([i, -i, 2 * i], axis=1),
        "record": ak.zip({"a": i, "b": 0.1 * i}),
        "hits": ak.zip({"p": jag, "q": ak.unflatten(item.astype("i2"), counts)}),
    }


for name, compression in [
    ("zlib", uproot.ZLIB(6)), ("lz4", uproot.LZ4(4)), ("lzma", uproot.LZMA(1)), ("none", None),
]:
    with uproot.recreate(f"uproot_{name}.root", compression=compression) as file:
        table = file.mkrntuple("table", rows(0, ROWS // 2))
        table.extend(rows(ROWS // 2, ROWS))
