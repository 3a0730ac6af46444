"""Writes the small HDF5 ntuples of hdf5/ (h5py, PyTables; run in this folder)."""

import os

import h5py
import numpy as np
import tables


def columns(group, rows, **options):
    number = np.arange(rows)
    group.create_dataset("run", data=(number // 7).astype("i4"), **options)
    mass = group.create_dataset("mass", data=2.0 + 0.25 * (number % 31), **options)
    mass.attrs["units"] = "GeV"
    mass.attrs["long_name"] = "mass of the pair"
    group.create_dataset("pt", data=(number % 13).astype("f4"), **options)
    group.create_dataset("isTight", data=number % 3 == 0, **options)


def write(name, rows=300, libver="earliest", **options):
    with h5py.File(f"hdf5/{name}.h5", "w", libver=libver) as file:
        columns(file.create_group("events"), rows, **options)


def table(name, filters=None, rows=200, chunk=64):
    kind = np.dtype([("run", "i4"), ("mass", "f8"), ("pt", "f4"), ("isTight", "?")])
    data = np.zeros(rows, kind)
    data["run"] = np.arange(rows) // 7
    data["mass"] = 2.0 + 0.25 * (np.arange(rows) % 31)
    with tables.open_file(f"hdf5/{name}.h5", "w") as file:
        file.create_table("/", "events", data, filters=filters, chunkshape=(chunk,))


os.makedirs("hdf5", exist_ok=True)
write("contiguous", rows=120)
write("chunked", chunks=(64,), maxshape=(None,))
write("deflate", chunks=(64,), compression="gzip", shuffle=True, fletcher32=True)
write("latest", libver=("v110", "v110"), chunks=(64,), compression="gzip")
write("growing", libver=("v110", "v110"), chunks=(32,), maxshape=(None,))
table("table_blosc", tables.Filters(complevel=5, complib="blosc"))
table("table_zlib", tables.Filters(complevel=5, complib="zlib", shuffle=True))
table("table_plain", rows=60)
with h5py.File("hdf5/converted.h5", "w") as file:
    # What libhdf5 converts: scale-offset and n-bit filters, big-endian, rows never written.
    group = file.create_group("events")
    group.create_dataset("scaled", data=np.arange(100), chunks=(40,), scaleoffset=0)
    group.create_dataset("big", data=np.arange(100).astype(">f8"), chunks=(40,))
    sparse = group.create_dataset("sparse", (100,), "f4", chunks=(20,), fillvalue=-999)
    sparse[45:50] = 1
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_chunk((40,))
    plist.set_filter(h5py.h5z.FILTER_NBIT, 0)
    kind = h5py.h5t.NATIVE_INT32.copy()
    kind.set_precision(17)
    space = h5py.h5s.create_simple((100,))
    bits = h5py.h5d.create(group.id, b"bits", kind, space, plist)
    bits.write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(100, dtype="i4"))
