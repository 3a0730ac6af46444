import Foundation
import Inference

/// A reference fit with its events.
struct ReferenceFit: Decodable {
  struct Values: Decodable {
    var nll, n_sig, err_n_sig, n_bkg, err_n_bkg, s1, err_s1: Double
    var s2, err_s2: Double?
  }

  var n, window: Int
  var mass, sigma1, sigma2, lo, hi: Double
  var linear, quadratic: Values

  /// Two Crystal Balls with a shared mean, tails on opposite sides.
  var shape: SignalShape {
    .twoCrystalBalls(
      mean: mass, width: sigma1, tail: CrystalBallTail(alpha: 1.4, n: 3, side: .low),
      width2: sigma2, tail2: CrystalBallTail(alpha: 1.8, n: 5, side: .high), fraction: 0.6)
  }
}

/// A reference of upper limits.
struct ReferenceLimits: Decodable {
  struct Window: Decodable {
    var n: Int?
    var window: Int
    var observed: Double
    var expected: [Double]
    var counts: [Double]?
  }

  var windows: [Window]
}

enum FixtureFiles {
  static var folder: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
  }

  /// $NIGHTJAR_TEST_DATA, where large files of others lie.
  static var testData: URL? {
    ProcessInfo.processInfo.environment["NIGHTJAR_TEST_DATA"].map { URL(fileURLWithPath: $0) }
  }

  static func json<T: Decodable>(_ type: T.Type, _ name: String) throws -> T {
    try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent(name)))
  }

  /// The reference fits and their events, ascending.
  static func fits(in folder: URL = folder) throws -> [(fit: ReferenceFit, events: [Double])] {
    struct File: Decodable { var fits: [ReferenceFit] }
    let file = try JSONDecoder().decode(
      File.self, from: Data(contentsOf: folder.appendingPathComponent("fits.json")))
    let data = try Data(contentsOf: folder.appendingPathComponent("fits.bin"))
    var start = 0
    return file.fits.map { fit in
      let events = (0..<fit.n).map { i in
        data.withUnsafeBytes {
          $0.loadUnaligned(fromByteOffset: 8 * (start + i), as: Double.self)
        }
      }
      start += fit.n
      return (fit, events.sorted())
    }
  }
}

extension ScanWindow {
  /// Calls `body` with a window over events held by an array.
  static func with<R>(
    _ events: [Double], segments: [ClosedRange<Double>], signal: SignalShape,
    background: BackgroundShape = .polynomial(order: 1), _ body: (ScanWindow) throws -> R
  ) rethrows -> R {
    try events.withUnsafeBufferPointer {
      try body(
        ScanWindow(segments: segments, events: $0, signal: signal, background: background))
    }
  }
}
