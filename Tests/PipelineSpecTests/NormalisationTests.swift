import Diagnostics
import PipelineSpec
import Settings
import Testing

/// Numbers of produced parents.
@Suite struct NormalisationTests {
  private struct Sheet: SettingsSection {
    static let sectionName = "sheet"
    static let summary = "Holds a normalisation."
    var settings: NormalisationSettings
    static func read(_ keys: inout SectionReader) -> Sheet {
      Sheet(
        settings: keys.required(
          "normalisation", Format<NormalisationSettings>.section, "What is tested"))
    }
  }

  private func count(_ text: String) throws -> MeasuredNumber {
    let file = try SettingsFile<Sheet>(text: "normalisation: \(text)\n", file: "n.yaml")
    #expect(file.log.faults.items.isEmpty, "\(file.log.faults)")
    return file.value.settings.count
  }

  @Test func factorsMultiplyAndErrorsAddInQuadrature() throws {
    let found = try count(
      "{events: 198e6 ± 3e6, factors: {mesons: 2 * 0.514 ± 0.006, seen: 0.5}}")
    #expect(abs(found.value / (198e6 * 2 * 0.514 * 0.5) - 1) < 1e-14)
    let squares = [3.0 / 198, 0.006 / 0.514].reduce(0) { $0 + $1 * $1 }
    #expect(abs(found.relativeError / squares.squareRoot() - 1) < 1e-12)
    let plain = try count("{events: 2e8}")
    #expect(plain == MeasuredNumber(value: 2e8, error: 0))
  }

  @Test(arguments: ["-1", "0", "1 ± -2", "1 ± 2 ± 3", "2 *", "nan", "inf", "[1]"])
  func whatIsNoPositiveNumberIsRefused(text: String) throws {
    let file = try SettingsFile<Sheet>(
      text: "normalisation: {events: \(text)}\n", file: "n.yaml")
    #expect(file.log.faults.items.count == 1)
  }
}
