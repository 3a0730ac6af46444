import Foundation
import Platform

/// Programs to compare with, as far as they are on this machine.
struct Peers {
  /// Folder of the peers' scripts.
  static var scripts: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/peers"
  }

  /// A Python with the named modules, or nil.
  let python: String?
  let modules: Set<String>
  /// The compiled C peer, or nil.
  let newton: String?
  /// A Python with zfit, or nil.
  let zfit: String?
  /// A program of the user's own that is called as `PROGRAM FITS LIMITS` and prints measurements.
  let own: String?

  /// No program to compare with.
  static let none = Peers(python: nil, modules: [], newton: nil, zfit: nil, own: nil)

  /// Finds what is there: NIGHTJAR_PEERS_PYTHON, `.build/peers`, else python3 on PATH; a C compiler.
  static func find(scratch: String) -> Peers {
    let environment = ProcessInfo.processInfo.environment
    let candidates = [environment["NIGHTJAR_PEERS_PYTHON"], ".build/peers/bin/python", "python3"]
    var (python, modules) = (String?.none, Set<String>())
    for candidate in candidates.compactMap({ $0 }) where python == nil {
      let probe =
        "import importlib.util as u\n"
        + "print(*[m for m in ('numpy','scipy','h5py','tables','iminuit','numba','pyhf','ROOT',"
        + "'matplotlib','onnxruntime','uproot') if u.find_spec(m)])"
      guard let result = try? Subprocess.run(candidate, ["-c", probe]), result.status == 0 else {
        continue
      }
      let found = String(decoding: result.output, as: UTF8.self)
        .split(whereSeparator: \.isWhitespace)
      guard found.contains("numpy") else { continue }
      (python, modules) = (candidate, Set(found.map(String.init)))
    }
    return Peers(
      python: python, modules: modules, newton: compileNewton(into: scratch),
      zfit: findZfit(environment["NIGHTJAR_PEERS_ZFIT"]), own: environment["NIGHTJAR_PEER_FIT"])
  }

  /// zfit brings TensorFlow and lives in an environment of its own.
  private static func findZfit(_ named: String?) -> String? {
    let probe =
      "import importlib.util as u, sys\n"
      + "sys.exit(not all(u.find_spec(m) for m in ('zfit', 'tensorflow')))"
    for candidate in [named, ".build/peers-zfit/bin/python"].compactMap({ $0 }) {
      if let result = try? Subprocess.run(candidate, ["-c", probe]), result.status == 0 {
        return candidate
      }
    }
    return nil
  }

  private static func compileNewton(into scratch: String) -> String? {
    let binary = scratch + "/newton"
    let arguments = [
      "-O3", "-march=native", "-ffast-math", scripts + "/newton.c", "-o", binary, "-lm",
    ]
    for compiler in ["cc", "gcc", "clang"] {
      if let result = try? Subprocess.run(compiler, arguments), result.status == 0 {
        return binary
      }
    }
    return nil
  }

  /// What is missing, one line each.
  var missing: [String] {
    var lines: [String] = []
    if newton == nil { lines.append("C Newton fit: no C compiler (cc, gcc, clang)") }
    if zfit == nil { lines.append("zfit: no Python with zfit; set NIGHTJAR_PEERS_ZFIT") }
    if own == nil { lines.append("a fit program of your own: NIGHTJAR_PEER_FIT is not set") }
    guard python != nil else {
      return lines + ["all Python peers: no Python with numpy; set NIGHTJAR_PEERS_PYTHON"]
    }
    let needs = [
      ("h5py+numpy", ["h5py"]), ("PyTables+numpy", ["tables"]), ("uproot+numpy", ["uproot"]),
      ("RDataFrame, TTreeReader", ["ROOT", "h5py"]), ("ONNX Runtime", ["onnxruntime"]),
      ("iminuit+numba", ["iminuit", "numba", "scipy"]), ("RooFit, RooStats", ["ROOT", "scipy"]),
      ("pyhf", ["pyhf", "scipy"]),
    ]
    for (peer, needed) in needs {
      let absent = needed.filter { !modules.contains($0) }
      if !absent.isEmpty {
        lines.append("\(peer): no Python module \(absent.joined(separator: ", "))")
      }
    }
    return lines
  }

  func has(_ needed: String...) -> Bool { python != nil && modules.isSuperset(of: needed) }

  /// Runs a script and returns its measurements; a failure is told on standard error.
  func run(
    _ script: String, _ arguments: [String], with interpreter: String? = nil
  ) -> [Measurement] {
    guard let interpreter = interpreter ?? python else { return [] }
    return collect(interpreter, [Self.scripts + "/" + script] + arguments)
  }

  /// Runs a program and returns its measurements.
  func collect(_ program: String, _ arguments: [String]) -> [Measurement] {
    note("  " + ([program] + arguments).joined(separator: " "))
    do {
      let result = try Subprocess.run(program, arguments)
      let measurements = Measurement.parse(String(decoding: result.output, as: UTF8.self))
      if result.status != 0 || measurements.isEmpty {
        note("  failed with status \(result.status): \(result.errors.suffix(600))")
      }
      return measurements
    } catch {
      note("  \(error)")
      return []
    }
  }
}

/// Writes a line to standard error.
func note(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
