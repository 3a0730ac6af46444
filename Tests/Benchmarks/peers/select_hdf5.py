#!/usr/bin/env python3
"""The selection of nightjar-bench with h5py or PyTables and numpy."""
import argparse
import hashlib
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np

import model
from selection import COLUMNS, Result

def columns(path, threads):
    import h5py
    with h5py.File(path) as f:
        d = {k: f["ntuple"][k] for k in COLUMNS}
        n, out = d["M"].shape[0], Result()
        if threads == 1 or not d["M"].chunks:
            for s in range(0, n, 65536):
                out.add({k: v[s:s + 65536] for k, v in d.items()})
            return out
        rows = d["M"].chunks[0]

        def one(s):
            c = {}
            for k, v in d.items():
                _, raw = v.id.read_direct_chunk((s,))
                b = np.frombuffer(zlib.decompress(raw), np.uint8).reshape(v.dtype.itemsize, -1)
                c[k] = np.ascontiguousarray(b.T).reshape(-1).view(v.dtype)[:min(rows, n - s)]
            return Result().add(c)
        with ThreadPoolExecutor(threads) as pool:
            for part in pool.map(one, range(0, n, rows)):
                out.merge(part)
        return out


def table(path, threads):
    import tables
    tables.set_blosc_max_threads(threads)
    out = Result()
    with tables.open_file(path) as f:
        t = f.root.ntuple
        for s in range(0, t.nrows, 65536):
            r = t.read(s, min(s + 65536, t.nrows))
            out.add({k: r[k] for k in COLUMNS})
    return out


a = argparse.ArgumentParser(description=__doc__)
a.add_argument("path")
a.add_argument("variant")
a.add_argument("--threads", type=int, default=1)
a.add_argument("--repeats", type=int, default=3)
a = a.parse_args()
read = table if a.variant.startswith("table") else columns
read(a.path, a.threads)
result, seconds = model.best(lambda: read(a.path, a.threads), a.repeats)
model.emit(task="select", peer="PyTables+numpy" if read is table else "h5py+numpy", variant=a.variant, threads=a.threads,
           items=int(result.flow[0]), seconds=seconds, values=[int(v) for v in result.flow],
           digest=hashlib.sha256(",".join(map(str, result.hist.tolist())).encode()).hexdigest())
