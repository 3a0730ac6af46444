import Glibc
import HDF5Files
import Platform
import Testing

/// A Python with h5py and tables, named by NIGHTJAR_PYTHON.
private let python = getenv("NIGHTJAR_PYTHON").map { String(cString: $0) }

/// What other programs see in our files.
@Suite(.enabled(if: python != nil, "NIGHTJAR_PYTHON names no python with h5py")) struct PythonTests
{
  private func run(_ script: String, _ path: String) throws -> String {
    let result = try Subprocess.run(python ?? "python3", ["-c", script, path])
    return String(decoding: result.output, as: UTF8.self)
      + result.errors
  }

  @Test func h5pyReadsWhatTheWriterWrites() throws {
    let folder = TemporaryFolder()
    let path = folder.file("image.h5")
    try AtomicFile.write(try WriterTests.example(userBlock: 512), to: path)
    let text = try run(
      """
      import sys, h5py
      with h5py.File(sys.argv[1]) as f:
        print(f.userblock_size, f['scan/limit'].attrs['units'], f.attrs['title'], f.attrs['seeds'])
        print(f['scan/limit'].dims[0].keys(), f['scan/limit'].dims[0][0][:], f['scan/limit'].dtype)
        print(f['names'][:].tolist(), f['flags'][:].tolist(), f['flags'].dtype, f['grid'].shape)
        print(f['packed'].compression, f['packed'].shuffle, f['packed'].fletcher32, f['packed'][:])
        print(f['empty'].shape, f['none'].shape, list(f['group with space/sub'].keys()))
      """, path)
    #expect(
      text == #"""
        512 fb search é [1 2 3]
        ['mass'] [1.  1.5 2. ] float32
        [b'a', b'', b'\xce\xbc\xce\xbc'] [True, False, True] bool (2, 3)
        gzip True True [1 2 3 4 5]
        (0,) (0,) []

        """#)
  }

  @Test(arguments: ["lz4", "blosclz", "zlib", "zstd", "lz4hc", "none", "deflate"])
  func pyTablesReadsTheTable(compression: String) throws {
    let folder = TemporaryFolder()
    let path = folder.file("table.h5")
    try WriterTests.writeTable(path, compression: compression, rows: 10_000)
    let text = try run(
      """
      import sys, tables, numpy as np
      with tables.open_file(sys.argv[1]) as f:
        t = f.get_node('/', 'Z0:dimuon')
        r = t.read()
        n = np.arange(len(r))
        print(f.title, t.title, t.nrows, int(t.chunkshape[0]), t.colnames, t.attrs.NROWS)
        print((r['__event__'] == n).all(), (r['mass'] == n * 0.25).all(), (r['ok'] == (n % 3 == 0)).all())
      """, path)
    #expect(
      text == """
        Belle2 Variables to HDF5 pairs 10000 3449 ['__event__', 'mass', 'daughter(0, p)', 'ok'] 10000
        True True True

        """)
  }
}
