#!/usr/bin/env python3
"""The selection of nightjar-bench with uproot and numpy."""
import argparse
import hashlib
from concurrent.futures import ThreadPoolExecutor

import uproot

import model
from selection import COLUMNS, Result

a = argparse.ArgumentParser(description=__doc__)
a.add_argument("path")
a.add_argument("variant")
a.add_argument("--threads", type=int, default=1)
a.add_argument("--repeats", type=int, default=3)
a = a.parse_args()


def read():
    pool = ThreadPoolExecutor(a.threads) if a.threads > 1 else None
    out = Result()
    with uproot.open(a.path) as f:
        options = {} if a.variant == "rntuple" else {
            "decompression_executor": pool, "interpretation_executor": pool}
        for part in f["ntuple"].iterate(COLUMNS, step_size=200_000, library="np", **options):
            out.add(part)
    return out


read()
result, seconds = model.best(read, a.repeats)
model.emit(task="select", peer="uproot+numpy", variant=a.variant, threads=a.threads,
           items=int(result.flow[0]), seconds=seconds, values=[int(v) for v in result.flow],
           digest=hashlib.sha256(",".join(map(str, result.hist.tolist())).encode()).hexdigest())
