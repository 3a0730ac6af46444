import Kernels
import Networks
import Testing

/// Scores against those of ONNX Runtime (`Fixtures/make_fixtures.py`).
@Suite(.serialized) struct NetworkReferenceTests {
  /// Probabilities and regression values of order one: to 1e-6 of max(1, |score|), the goal for scores.
  @Test(arguments: NetworkFixture.names) func scoresAreThoseOfONNXRuntime(_ name: String) throws {
    let fixture = try NetworkFixture(name)
    let scores = evaluate(fixture.network, fixture.features, rows: fixture.rows)
    var (worst, wrong) = (Float(0), 0)
    for (own, reference) in zip(scores, fixture.scores) {
      if own.isNaN != reference.isNaN { wrong += 1 }
      guard !reference.isNaN else { continue }
      worst = max(worst, abs(own - reference) / max(1, abs(reference)))
    }
    #expect(wrong == 0)
    #expect(worst <= 1e-6, "\(name): \(worst)")
    #expect(scores.count == fixture.scores.count)
    #expect(Set(fixture.scores).count > 2)
  }

  @Test(arguments: NetworkFixture.names) func allLevelsAndBatchesGiveTheSameBits(_ name: String)
    throws
  {
    let fixture = try NetworkFixture(name)
    func bits(_ level: nj_simd_level, _ batch: Int) -> [UInt32] {
      let old = nj_simd_level_force(level)
      defer { _ = nj_simd_level_force(old) }
      return evaluate(fixture.network, fixture.features, rows: fixture.rows, batch: batch)
        .map(\.bitPattern)
    }
    let reference = bits(NJ_SIMD_BASELINE, .max)
    for level in [NJ_SIMD_BASELINE, NJ_SIMD_V3, NJ_SIMD_V4] {
      for batch in [1, 7, 48, 49, .max] { #expect(bits(level, batch) == reference) }
    }
  }

  @Test func aMissingFeatureMakesItsRowAloneNaN() throws {
    for name in ["mlp", "zoo", "sklearn_mlp_three"] {
      let fixture = try NetworkFixture(name)
      let (inputs, outputs) = (fixture.network.inputCount, fixture.network.outputCount)
      let clean = evaluate(fixture.network, fixture.features, rows: fixture.rows)
      var features = fixture.features
      features[5 * inputs + 1] = .nan
      let scores = evaluate(fixture.network, features, rows: fixture.rows)
      for row in 0..<fixture.rows {
        for output in row * outputs..<(row + 1) * outputs {
          #expect(row == 5 ? scores[output].isNaN : scores[output] == clean[output])
        }
      }
    }
  }
}
