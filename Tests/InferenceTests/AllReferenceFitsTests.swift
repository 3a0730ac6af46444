import Foundation
import Inference
import TestSupport
import Testing

private let python = ProcessInfo.processInfo.environment["NIGHTJAR_PYTHON"]

/// All 600 reference fits: 100 windows with 300, 3,000 and 30,000 events, linear and quadratic.
@Suite(
  .enabled(
    if: FixtureFiles.testData != nil && python != nil,
    "NIGHTJAR_TEST_DATA and NIGHTJAR_PYTHON (with numpy and scipy) are not set"))
struct AllReferenceFitsTests {
  /// -ln L within 1e-6 or lower, values within 1e-3 of the errors, errors within 1e-3 of themselves.
  @Test func allFitsAgreeWithMinuit() throws {
    let peers = try #require(FixtureFiles.testData).appendingPathComponent("peers").path
    let scratch = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(python))
    process.arguments = [
      FixtureFiles.folder.appendingPathComponent("make_all_fits.py").path, peers, scratch.path,
    ]
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    let solver = WindowSolver()
    let fits = try FixtureFiles.fits(in: URL(fileURLWithPath: scratch.path))
    #expect(fits.count == 300)
    var worst = (nll: -Double.infinity, value: 0.0, error: 0.0)
    for (fit, events) in fits {
      for order in [1, 2] {
        let reference = order == 1 ? fit.linear : fit.quadratic
        let result = ScanWindow.with(
          events, segments: [fit.lo...fit.hi], signal: fit.shape,
          background: .polynomial(order: order)
        ) { window in
          var window = window
          window.normalisation = .window
          return solver.solve(window)
        }
        #expect(result.fit.status == .converged, "\(fit.n) \(fit.window) \(order)")
        worst.nll = max(worst.nll, result.fit.nll - reference.nll)
        var wanted = [
          ("signal", reference.n_sig, reference.err_n_sig),
          ("background", reference.n_bkg, reference.err_n_bkg),
          ("c1", reference.s1, reference.err_s1),
        ]
        if order == 2, let s2 = reference.s2, let error = reference.err_s2 {
          wanted.append(("c2", s2, error))
        }
        for (name, value, error) in wanted {
          let found = try #require(result.fit[name])
          worst.value = max(worst.value, abs(found.value - value) / error)
          worst.error = max(worst.error, abs(found.error / error - 1))
        }
      }
    }
    #expect(worst.nll < 1e-6)
    #expect(worst.value < 1e-3)
    #expect(worst.error < 1e-3)
  }
}
