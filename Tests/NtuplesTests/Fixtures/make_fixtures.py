"""Writes layouts.h5 (h5py), tables.h5 (PyTables) and the files named by their fault, beside itself.

Values follow formulas that the tests repeat:
  number(i) = (7 i mod 101) - 50 for signed and floating types (floats: a quarter of it), 7 i mod 101
  for unsigned ones, i mod 3 == 0 for bool; noise(i) = splitmix64 of i, which does not compress.
Needs h5py, tables, numpy. Run: python make_fixtures.py
"""
import os
import h5py, numpy as np, tables
print(h5py.version.info, tables.__version__)
here = os.path.dirname(os.path.abspath(__file__))
ROWS, CHUNK = 100, 30


def numbers(kind, n):
    i = np.arange(n, dtype=np.int64)
    v = 7 * i % 101
    kind = np.dtype(kind)
    if kind.kind == "b": return i % 3 == 0
    if kind.kind == "u": return v.astype(kind)
    if kind.kind == "f": return ((v - 50) * 0.25).astype(kind)
    return (v - 50).astype(kind)


def noise(n):
    z = (np.arange(n, dtype=np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


storages = {
    "contiguous": {},
    "chunked": dict(chunks=(CHUNK,)),
    "deflate": dict(chunks=(CHUNK,), compression="gzip", compression_opts=4),
    "deflate_shuffle": dict(chunks=(CHUNK,), compression="gzip", compression_opts=9, shuffle=True),
    "all": dict(chunks=(CHUNK,), compression="gzip", shuffle=True, fletcher32=True),
    "fletcher_shuffle": dict(chunks=(CHUNK,), shuffle=True, fletcher32=True),
    "one_chunk": dict(chunks=(1000,), maxshape=(None,), compression="gzip", shuffle=True),
    "single_rows": dict(chunks=(1,), compression="gzip", shuffle=True),
}
kinds = ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "?"]
with h5py.File(os.path.join(here, "layouts.h5"), "w") as f, h5py.File(os.path.join(here, "latest.h5"), "w", libver=("v110", "v110")) as g:
    for out in (f, g):
        for storage, options in storages.items():
            if out is g and storage not in ("deflate_shuffle", "one_chunk", "chunked"): continue
            if storage == "single_rows": use = ["f4"]
            elif storage in ("deflate_shuffle", "contiguous"): use = kinds + [">i2", ">i4", ">u8", ">f4", ">f8", ">f2"]
            else: use = ["i2", "u4", "f4", "f8", "?", ">f8"]
            for kind in use:
                d = out.create_dataset(f"{storage}/{kind.replace('>', 'big_').replace('?', 'bool')}", data=numbers(kind, ROWS), track_times=False, **options)
                if kind == "f8": d.attrs["units"] = "GeV"; d.attrs["long_name"] = "mass"
    f.create_dataset("scale_offset/i4", data=numbers("i4", ROWS), chunks=(CHUNK,), scaleoffset=True)
    f.create_dataset("lzf/f8", data=numbers("f8", ROWS), chunks=(CHUNK,), compression="lzf")
    d = f.create_dataset("holes/f8", shape=(ROWS,), chunks=(CHUNK,), dtype="f8", fillvalue=-999.0, compression="gzip")
    d[CHUNK:2 * CHUNK] = numbers("f8", ROWS)[CHUNK:2 * CHUNK]
    big = np.zeros(ROWS, np.dtype([("a", ">f8"), ("b", "u1"), ("c", ">i4"), ("half", "f2"), ("vector", "f4", (3,)), ("name", "S4")]))
    for member, kind in (("a", "f8"), ("b", "u1"), ("c", "i4"), ("half", "f2")): big[member] = numbers(kind, ROWS)
    f.create_dataset("big_table", data=big, chunks=(CHUNK,), compression="gzip", shuffle=True)
    f.create_dataset("plain_table", data=big)
    f.create_dataset("unequal/a", data=np.arange(3.0)); f.create_dataset("unequal/b", data=np.arange(4.0))
    f.create_dataset("zero/a", shape=(0,), dtype="f8", maxshape=(None,), chunks=(CHUNK,)); f.create_dataset("zero/b", shape=(0,), dtype="i4")

small = np.dtype([("__experiment__", "i4"), ("__event__", "u4"), ("M", "f8"), ("daughter(0, p)", "f4"), ("noise", "u8"), ("good", "?")])
wide = np.dtype([("noise", "u8")] + [(f"v{k}", "f8") for k in range(40)] + [("good", "?")])
def fill(kind, n):
    r = np.zeros(n, kind)
    for name in kind.names: r[name] = noise(n) if name == "noise" else numbers(kind[name], n)
    return r
with tables.open_file(os.path.join(here, "tables.h5"), "w") as out:
    for lib in ("blosc:lz4", "blosc:blosclz", "blosc:zlib", "blosc:zstd", "blosc:lz4hc", "zlib"):
        for bit in (0, 1):
            if bit and lib not in ("blosc:lz4",): continue
            name = lib.replace("blosc:", "") + ("_bits" if bit else "") if "blosc" in lib else "deflate"
            filters = tables.Filters(complevel=5, complib=lib, shuffle=not bit, bitshuffle=bool(bit), fletcher32=lib == "blosc:zstd")
            out.create_table("/", name, obj=fill(small, 300), filters=filters, chunkshape=(70,), track_times=False)
    out.create_table("/", "pi+:gen", obj=fill(wide, 150), filters=tables.Filters(complevel=1, complib="blosc:lz4"), chunkshape=(40,), track_times=False)
    only = np.zeros(300, [("noise", "u8")]); only["noise"] = noise(300)
    out.create_table("/", "incompressible", obj=only, filters=tables.Filters(complevel=1, complib="blosc:lz4"), chunkshape=(64,), track_times=False)
    out.create_table("/", "plain", obj=fill(small, 300), chunkshape=(70,), track_times=False)
with h5py.File(os.path.join(here, "pandas_fixed.h5"), "w") as f:
    g = f.create_group("df"); g.attrs["pandas_type"] = "frame"
    g["axis0"] = np.array([b"a"]); g["axis1"] = np.arange(3); g["block0_items"] = np.array([b"a"]); g["block0_values"] = np.zeros((3, 1))
with h5py.File(os.path.join(here, "pandas_table.h5"), "w") as f:
    f.create_dataset("df/table", data=np.zeros(3, [("index", "i8"), ("values_block_0", "f8", (2,))]), chunks=(3,))
with h5py.File(os.path.join(here, "two_ntuples.h5"), "w") as f:
    f["first/a"] = np.arange(3.0); f["second/a"] = np.arange(3.0)
with h5py.File(os.path.join(here, "outside.h5"), "w") as f:
    f["link"] = h5py.ExternalLink("two_ntuples.h5", "/first")
    f["dangling"] = h5py.SoftLink("/nowhere"); f["loop"] = h5py.SoftLink("/loop"); f["through"] = h5py.SoftLink("/link/a")
    f.create_dataset("stored", shape=(3,), dtype="f8", external=[("other.bin", 0, h5py.h5f.UNLIMITED)])
    layout = h5py.VirtualLayout(shape=(3,), dtype="f8"); layout[:] = h5py.VirtualSource("two_ntuples.h5", "first/a", shape=(3,))
    f.create_virtual_dataset("virtual", layout)
    f["group/again"] = f["/"]
