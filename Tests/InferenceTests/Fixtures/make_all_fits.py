#!/usr/bin/env python3
"""Writes the events of all reference fits, float64 little endian, and the results beside them.

  make_all_fits.py PEERS FOLDER

PEERS holds common.py, whose make_fit_toy(n, window) makes the seeded toys (numpy PCG64), and
reference/fits_lin.json and fits_quad.json (iminuit 2.33, strategy 2, tolerance 1e-6, exact
gradient; digests of the toys are compared). Run by the tests; nothing of it is kept.
"""
import hashlib
import json
import sys

peers, folder = sys.argv[1:3]
sys.path.insert(0, peers)
import common as c  # noqa: E402

ref = {b: json.load(open(f"{peers}/reference/fits_{b}.json"))["fits"] for b in ("lin", "quad")}
fits = []
with open(f"{folder}/fits.bin", "wb") as out:
    for a, b in zip(ref["lin"], ref["quad"]):
        assert (a["n"], a["window"]) == (b["n"], b["window"])
        toy = c.make_fit_toy(a["n"], a["window"])
        digest = hashlib.sha256(toy.tobytes()).hexdigest()[:16]
        assert digest == a["data_sha256"], f"another toy than in the reference: {digest}"
        out.write(toy.astype("<f8").tobytes())
        entry = {q: a[q] for q in ("n", "window", "mass", "sigma1", "sigma2", "lo", "hi")}
        entry["linear"], entry["quadratic"] = a, b
        fits.append(entry)
json.dump(dict(fits=fits), open(f"{folder}/fits.json", "w"))
