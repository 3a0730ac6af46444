import Foundation
import Inference
import Search
import TestSupport

/// Summaries of Gaussian measurements, whose combinations have closed forms.
enum SummaryMaker {
  /// A measurement of the signal events at one mass.
  struct Measurement {
    var mass: Double
    var signal: Double
    var error: Double
    var status = PointStatus.converged
  }

  /// -ln L = (s - x)² / 2σ²; two nodes give it exactly.
  static func profile(_ x: Double, _ sigma: Double) throws -> SignalProfile {
    let ends = [-30 * sigma, 30 * sigma]
    return try SignalProfile(
      signals: ends, values: ends.map { 0.5 * ($0 - x) * ($0 - x) / (sigma * sigma) },
      slopes: ends.map { ($0 - x) / (sigma * sigma) },
      curvatures: ends.map { _ in 1 / (sigma * sigma) })
  }

  /// A scan in which one unit of the parameter is `yield` events.
  static func scan(
    _ measurements: [Measurement], yield: Double, unit: String = "fb", level: Double? = 0.9,
    uncertainty: Double = 0, keepsProfiles: Bool = true
  ) throws -> ScanResults {
    let points = try measurements.map { measurement in
      var point = ScanPoint(
        mass: measurement.mass, observable: measurement.mass, resolution: 0.01,
        status: measurement.status)
      guard measurement.status.isValid else { return point }
      point.events = 1000
      point.backgroundUnderPeak = 200
      if keepsProfiles {
        point.profiles = WindowProfiles(
          yieldPerUnit: yield, observed: try profile(measurement.signal, measurement.error),
          asimov: try profile(0, measurement.error), error: 0)
      }
      return point
    }
    var scan = ScanResults(
      mass: Quantity(name: "mass", label: "Mass hypothesis", unit: "GeV"),
      observable: Quantity(name: "pairMass", unit: "GeV"),
      parameter: Quantity(name: "crossSection", label: "σ × B", unit: unit),
      limit: level.map { LimitSettings(level: $0) }, points: points)
    if uncertainty > 0 {
      scan.systematics = [
        .init(name: "luminosity", target: "yield", size: uncertainty, constraint: "gaussian")
      ]
    }
    return scan
  }

  /// Writes a summary with one scan, or one a signal.
  static func write(_ scans: [(signal: String?, scan: ScanResults)], to path: String) throws {
    var results = SearchResults(title: path)
    results.scans = scans.map { signal, scan in
      var scan = scan
      scan.signal = signal
      return scan
    }
    try Data(try SummaryFile.write(results)).write(to: URL(fileURLWithPath: path))
  }
}
