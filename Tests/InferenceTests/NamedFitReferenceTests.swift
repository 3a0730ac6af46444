import Foundation
import Inference
import Testing

/// Named fits of real events against iminuit; the model is written in fit_reference.json.
@Suite struct NamedFitReferenceTests {
  struct Entry: Decodable {
    var window: [Double]
    var n: Int
    var nll_min: Double
    var n0, mu0, sigma, nb, c1: [Double]
    var n1, n2, mu1, mu2: [Double]?
  }
  struct File: Decodable { var fits: [String: Entry] }

  @Test(.enabled(if: FixtureFiles.testData != nil, "NIGHTJAR_TEST_DATA is not set"))
  func realEventsGiveTheReferenceFits() throws {
    let data = try #require(FixtureFiles.testData).appendingPathComponent("data")
    let file = try JSONDecoder().decode(
      File.self, from: Data(contentsOf: data.appendingPathComponent("fit_reference.json")))
    let cases: [(String, String, Double, [Double])] = [
      ("MuRun2010B_0.csv J/psi OS", "MuRun2010B_0.csv", 0.03, [3.09]),
      ("MuRun2010B_0.csv Upsilon OS", "MuRun2010B_0.csv", 0.08, [9.46, 10.02, 10.35]),
      ("Ymumu.csv Upsilon(1S,2S,3S)", "Ymumu.csv", 0.08, [9.46, 10.02, 10.35]),
      ("dimuon_phi_window.csv phi", "dimuon_phi_window.csv", 0.01, [1.02]),
      ("dimuon_psi2S_window.csv psi(2S)", "dimuon_psi2S_window.csv", 0.03, [3.686]),
    ]
    for (name, source, width, means) in cases {
      let entry = try #require(file.fits[name])
      let masses = try Self.masses(data.appendingPathComponent("dimuon/\(source)"))
        .filter { $0 >= entry.window[0] && $0 <= entry.window[1] }
      #expect(masses.count == entry.n, "\(name)")
      let peaks = means.enumerated().map { i, mean in
        Peak(
          name: "\(i)",
          shape: .gaussian(
            mean: FitParameter("mu\(i)", start: mean), width: FitParameter("sigma", start: width)),
          yield: FitParameter("n\(i)", start: 0.2 * Double(masses.count) / Double(means.count)))
      }
      let fit = try PeakFit(
        segments: [entry.window[0]...entry.window[1]], peaks: peaks,
        background: .polynomial(order: 1))
      let (result, _) = fit.fit(events: masses)
      #expect(result.status == .converged, "\(name)")
      #expect(result.nll - entry.nll_min < 1e-4, "\(name) \(result.nll - entry.nll_min)")
      func check(_ parameter: String, _ reference: [Double]?) {
        guard let reference else { return }
        let found = result[parameter]
        // Values and errors to 0.01 of the error.
        #expect(
          abs((found?.value ?? .nan) - reference[0]) < 0.01 * reference[1], "\(name) \(parameter)")
        #expect(
          abs((found?.error ?? .nan) - reference[1]) < 0.01 * reference[1], "\(name) \(parameter)")
      }
      check("n0", entry.n0)
      check("n1", entry.n1)
      check("n2", entry.n2)
      check("mu0", entry.mu0)
      check("mu1", entry.mu1)
      check("mu2", entry.mu2)
      check("sigma", entry.sigma)
      check("background", entry.nb)
      check("c1", entry.c1)
    }
  }

  /// Masses of opposite-sign pairs from the energies and momenta.
  static func masses(_ file: URL) throws -> [Double] {
    let lines = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
    let header = lines[0].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    func column(_ name: String) -> Int { header.firstIndex(of: name) ?? -1 }
    let e = [column("E1"), column("E2")]
    let p = ["px", "py", "pz"].map { [column($0 + "1"), column($0 + "2")] }
    let q = [column("Q1"), column("Q2")]
    return lines.dropFirst().compactMap { line in
      let v = line.split(separator: ",", omittingEmptySubsequences: false).map {
        Double($0.trimmingCharacters(in: .whitespaces)) ?? .nan
      }
      if v[q[0]] * v[q[1]] > 0 { return nil }
      let energy = v[e[0]] + v[e[1]]
      let momentum = p.reduce(0) { sum, pair in
        let total = v[pair[0]] + v[pair[1]]
        return sum + total * total
      }
      return (energy * energy - momentum).squareRoot()
    }
  }
}
