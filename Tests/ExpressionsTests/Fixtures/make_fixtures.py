#!/usr/bin/env python3
"""Writes the reference values of ExpressionsTests with numpy alone; nothing here is Nightjar's.

    python make_fixtures.py functions fourvectors            # numpy
    python make_fixtures.py selection PEERS                  # numpy, h5py; PEERS holds selection.py

functions.json    elementary functions in 80-bit long double of glibc, rounded to double
fourvectors.json  four-vector quantities in long double, by textbook formulas and a boost along
                  the axis of the beams' sum by decomposition into parallel and transverse parts
selection.bin     columns of PEERS/fixtures/ntuple_columns.h5 (2,000 rows), as selection.json lists
selection.json    what PEERS/selection.py finds on them, per row and in sum
"""
import json
import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
L = np.longdouble


def write(name, content):
    with open(os.path.join(HERE, name), "w") as f:
        json.dump(content, f, separators=(",", ":"))
        f.write("\n")


def functions():
    rng = np.random.default_rng(20261123)
    plain = np.concatenate([rng.uniform(-5, 5, 20), [0.0, 0.5, -0.5, 1.0, -1.0, 2.5, -2.5, 1e-9, 30.0]])
    positive = np.concatenate([10.0 ** rng.uniform(-8, 8, 20), [1.0, 10.0, 1000.0, 0.1]])
    unit = np.concatenate([rng.uniform(-1, 1, 20), [0.0, 1.0, -1.0, 0.5, -0.5]])
    one = {
        "exp": (plain, np.exp), "sin": (plain, np.sin), "cos": (plain, np.cos),
        "tan": (plain, np.tan), "atan": (plain, np.arctan), "sinh": (plain, np.sinh),
        "cosh": (plain, np.cosh), "tanh": (plain, np.tanh), "log": (positive, np.log),
        "log10": (positive, np.log10), "sqrt": (positive, np.sqrt), "asin": (unit, np.arcsin),
        "acos": (unit, np.arccos), "abs": (plain, np.abs), "floor": (plain, np.floor),
        "ceil": (plain, np.ceil), "sign": (plain, np.sign),
        "round": (plain, lambda x: np.sign(x) * np.floor(np.abs(x) + L(0.5))),
    }
    a, b = rng.uniform(-3, 3, 20), rng.uniform(-3, 3, 20)
    two = {
        "pow": (np.abs(a), b, np.power), "atan2": (a, b, np.arctan2), "hypot": (a, b, np.hypot),
        "min": (a, b, np.minimum), "max": (a, b, np.maximum),
    }
    out = {}
    for name, (x, f) in one.items():
        out[name] = {"x": x.tolist(), "value": f(x.astype(L)).astype(float).tolist()}
    for name, (x, y, f) in two.items():
        v = f(x.astype(L), y.astype(L)).astype(float)
        out[name] = {"x": x.tolist(), "y": y.tolist(), "value": v.tolist()}
    write("functions.json", out)


def boost(v, total):
    """v in the frame where total is at rest; v = (E, x, y, z), arrays of long double."""
    e, p = v[0], v[1:]
    m = np.sqrt(total[0] ** 2 - (total[1:] ** 2).sum())
    gamma = total[0] / m
    size = np.sqrt((total[1:] ** 2).sum())
    axis = total[1:] / size
    beta = size / total[0]
    along = sum(axis[i] * p[i] for i in range(3))
    moved = gamma * (along - beta * e)
    return np.stack([gamma * (e - beta * along)] + [p[i] + (moved - along) * axis[i] for i in range(3)])


def fourvectors():
    rng = np.random.default_rng(7)
    n = 100
    masses = {"e": 0.00051099895, "mu": 0.1056583755, "pi": 0.13957039, "K": 0.493677, "p": 0.93827208816}
    cols = {}
    p3 = {}
    for k in "123":
        p3[k] = rng.normal(0, 1.2, (3, n)) + np.array([[0], [0], [0.8]])
        for i, c in enumerate("xyz"):
            cols[f"p{c}{k}"] = p3[k][i].tolist()
    cols["E1"] = np.sqrt((p3["1"] ** 2).sum(0) + masses["mu"] ** 2).tolist()
    cols["m2"] = rng.uniform(0.1, 1, n).tolist()
    pt, eta, phi = rng.uniform(0.2, 4, n), rng.uniform(-2, 3, n), rng.uniform(-3.1, 3.1, n)
    p, theta = rng.uniform(0.2, 4, n), rng.uniform(0.2, 2.9, n)
    cols.update(pt=pt.tolist(), eta=eta.tolist(), phi=phi.tolist(), p=p.tolist(), theta=theta.tolist())
    beams = {"electron": [0.2902, 0.01, 6.9939, 7.0], "positron": [0.1660, -0.02, -3.9965, 4.0]}
    X = [np.asarray(p3[k], dtype=L) for k in "123"]

    def vec(x, m):
        return np.concatenate([[np.sqrt((x ** 2).sum(0) + m ** 2)], x])
    mu1 = np.concatenate([[np.asarray(cols["E1"], dtype=L)], X[0]])
    tk2 = vec(X[1], np.asarray(cols["m2"], dtype=L))
    mu3 = vec(X[2], L(masses["mu"]))
    lpt, leta, lphi, lp, lth = (np.asarray(v, dtype=L) for v in (pt, eta, phi, p, theta))
    jet = vec(np.stack([lpt * np.cos(lphi), lpt * np.sin(lphi), lpt * np.sinh(leta)]), L(masses["pi"]))
    trk = vec(np.stack([lpt * np.cos(lphi), lpt * np.sin(lphi), lpt / np.tan(lth)]), L(masses["K"]))
    pol = vec(np.stack([lp * np.sin(lth) * np.cos(lphi), lp * np.sin(lth) * np.sin(lphi),
                        lp * np.cos(lth)]), L(masses["K"]))
    total = np.asarray([beams["electron"][3] + beams["positron"][3]]
                       + [beams["electron"][i] + beams["positron"][i] for i in range(3)], dtype=L)
    el = np.asarray([beams["electron"][3]] + beams["electron"][:3], dtype=L)
    axis = boost(el[:, None], total)[1:, 0]
    axis = axis / np.sqrt((axis ** 2).sum())
    # x' is perpendicular to y and to the beam; y' completes the frame.
    ex = np.array([axis[2], L(0), -axis[0]])
    ex = ex / np.sqrt((ex ** 2).sum())
    ey = np.cross(axis, ex)

    def cms(v):
        b = boost(v, total)
        return np.stack([b[0]] + [sum(e[i] * b[i + 1] for i in range(3)) for e in (ex, ey, axis)])

    def mag(v):
        return np.sqrt((v[1:] ** 2).sum(0))

    def m2(v):
        return v[0] ** 2 - (v[1:] ** 2).sum(0)

    def mass(v):
        s = m2(v)
        return np.sign(s) * np.sqrt(np.abs(s))

    def eta_of(v):
        return np.arctanh(v[3] / mag(v))

    def phi_of(v):
        return np.arctan2(v[2], v[1])

    def angle(a, b):
        c = np.cross(a[1:], b[1:], axis=0)
        return np.arctan2(np.sqrt((c ** 2).sum(0)), (a[1:] * b[1:]).sum(0))

    def dphi(a, b):
        d = phi_of(a) - phi_of(b)
        return np.arctan2(np.sin(d), np.cos(d))
    recoil = total[:, None] - (mu1 + tk2)
    pair = mu1 + tk2
    out = {
        "mass(mu1, tk2)": mass(pair), "massSquared(mu1, tk2)": m2(pair),
        "mass(mu1 as pi, tk2 as proton)": mass(vec(X[0], L(masses["pi"])) + vec(X[1], L(masses["p"]))),
        "mass(mu1 as 0.25, tk2 as mine)": mass(vec(X[0], L(0.25)) + vec(X[1], L(0.3))),
        "mass(mu1, tk2, mu3)": mass(pair + mu3), "mass(mu1 + tk2 + mu3)": mass(pair + mu3),
        "momentum(mu1, tk2)": mag(pair), "transverseMomentum(mu1)": np.hypot(X[0][0], X[0][1]),
        "energy(tk2, mu3)": tk2[0] + mu3[0], "px(mu1, tk2)": pair[1], "py(mu1, tk2)": pair[2],
        "pz(mu1, tk2)": pair[3], "theta(mu1)": np.arctan2(np.hypot(X[0][0], X[0][1]), X[0][2]),
        "cosTheta(mu1, mu3)": (mu1 + mu3)[3] / mag(mu1 + mu3), "phi(mu1, tk2)": phi_of(pair),
        "eta(mu3)": eta_of(mu3), "rapidity(mu1, tk2)": np.arctanh(pair[3] / pair[0]),
        "angle(mu1, tk2)": angle(mu1, tk2), "cosAngle(mu1, tk2 + mu3)": np.cos(angle(mu1, tk2 + mu3)),
        "deltaPhi(mu1, tk2)": dphi(mu1, tk2), "deltaEta(mu1, tk2)": eta_of(mu1) - eta_of(tk2),
        "deltaR(mu1, tk2)": np.hypot(eta_of(mu1) - eta_of(tk2), dphi(mu1, tk2)),
        "px(jet)": jet[1], "pz(jet)": jet[3], "mass(jet, mu1)": mass(jet + mu1), "eta(jet)": leta,
        "pz(track)": trk[3], "mass(track, mu1)": mass(trk + mu1), "theta(track)": lth,
        "px(polar)": pol[1], "pz(polar)": pol[3], "mass(polar, mu1)": mass(pol + mu1),
        "theta(polar)": lth, "momentum(polar)": lp,
        "energyCMS(mu1, tk2)": cms(pair)[0], "momentumCMS(mu1, tk2)": mag(cms(pair)),
        "pxCMS(mu1)": cms(mu1)[1], "pyCMS(mu1)": cms(mu1)[2], "pzCMS(mu1)": cms(mu1)[3],
        "transverseMomentumCMS(mu1)": np.hypot(cms(mu1)[1], cms(mu1)[2]),
        "cosThetaCMS(mu1)": cms(mu1)[3] / mag(cms(mu1)),
        "thetaCMS(mu1)": np.arctan2(np.hypot(cms(mu1)[1], cms(mu1)[2]), cms(mu1)[3]),
        "phiCMS(mu1)": phi_of(cms(mu1)), "rapidityCMS(mu1)": np.arctanh(cms(mu1)[3] / cms(mu1)[0]),
        "angleCMS(mu1, tk2)": angle(cms(mu1), cms(tk2)), "deltaPhiCMS(mu1, tk2)": dphi(cms(mu1), cms(tk2)),
        "recoilMass(mu1, tk2)": mass(recoil), "recoilMassSquared(mu1, tk2)": m2(recoil),
        "recoilMomentum(mu1, tk2)": mag(recoil), "recoilTheta(mu1 + tk2)": np.arctan2(
            np.hypot(recoil[1], recoil[2]), recoil[3]),
        "recoilMomentumCMS(mu1, tk2)": mag(cms(recoil)),
        "missingEnergyCMS(mu1, tk2)": np.sqrt(m2(total)) - cms(pair)[0],
    }
    write("fourvectors.json", {
        "columns": cols, "beams": beams,
        "values": {k: np.asarray(v, dtype=L).astype(float).tolist() for k, v in out.items()}})


def selection(peers):
    sys.path.insert(0, peers)
    import common as c
    import h5py
    import selection as sel
    with h5py.File(os.path.join(peers, "fixtures", "ntuple_columns.h5"), "r") as f:
        d = {k: f["ntuple"][k][:] for k in c.SEL_COLUMNS}
    acc = sel.Accumulator()
    acc.add(d)
    found = sel.result(acc)
    with open(os.path.join(peers, "reference", "selection_2000.json")) as f:
        reference = json.load(f)
    assert found["cutflow"] == reference["cutflow"] and found["sum_e"] == reference["sum_e"]
    assert found["histogram_sha256"] == reference["histogram_sha256"]
    # The same operations as sel.Accumulator, for every row.
    m, e = d["M"], np.zeros(len(d["M"]))
    red = np.sqrt(np.maximum(m * m - (2 * c.M_MU) * (2 * c.M_MU), 0))
    for t in c.TRACKS:
        p = d[f"{t}_p"].astype(np.float64)
        e += np.sqrt(p * p + c.M_MU * c.M_MU)
    with open(os.path.join(HERE, "selection.bin"), "wb") as f:
        for k in c.SEL_COLUMNS:
            f.write(np.ascontiguousarray(d[k]).astype(d[k].dtype.newbyteorder("<")).tobytes())
        f.write(red.astype("<f8").tobytes())
        f.write(e.astype("<f8").tobytes())
    write("selection.json", {
        "origin": "shared peers: selection.py, fixtures/ntuple_columns.h5, reference/selection_2000.json",
        "rows": found["rows"], "columns": [[k, str(d[k].dtype)] for k in c.SEL_COLUMNS],
        "cutflow": [found["cutflow"][k] for k in c.CUTS], "cuts": list(c.CUTS),
        "histogram": found["histogram"]["counts"], "underflow": found["histogram"]["underflow"],
        "overflow": found["histogram"]["overflow"], "sumE": found["sum_e"]})


if __name__ == "__main__":
    for word in sys.argv[1:]:
        if word == "functions":
            functions()
        elif word == "fourvectors":
            fourvectors()
        elif word == "selection":
            selection(sys.argv[-1])
            break
