"""Opens a summary file in h5py and, where present, xarray; prints what is wrong with it."""

import sys
import warnings

import h5py

path = sys.argv[1]
wrong = []
groups = []


def visit(name, item):
    if isinstance(item, h5py.Group):
        groups.append(name)
        return
    if "long_name" not in item.attrs:
        wrong.append(f"{name}: no long_name")
    if item.dtype.kind in "fiu" and "units" not in item.attrs:
        wrong.append(f"{name}: no units")
    if item.attrs.get("CLASS") != b"DIMENSION_SCALE":
        for dimension in item.dims:
            if len(dimension) != 1:
                wrong.append(f"{name}: a dimension without a scale")


with h5py.File(path) as file:
    file.visititems(visit)
try:
    import xarray
except ImportError:
    xarray = None
if xarray is not None:
    warnings.simplefilter("error")
    for group in groups:
        with xarray.open_dataset(path, engine="h5netcdf", group=group) as dataset:
            dataset.load()
            if group == "scan":
                limits = dataset.expectedLimits.sel(expectedSigma=0)
                if limits.dims != ("mass",) or limits.attrs["units"] != "fb":
                    wrong.append("scan: expected limits are not over the mass in fb")
print("\n".join(wrong))
sys.exit(1 if wrong else 0)
