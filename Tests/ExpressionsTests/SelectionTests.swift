import Expressions
import Foundation
import Testing

/// The peers' selection on 2,000 rows, bit for bit; origin in Fixtures/selection.json.
@Suite struct SelectionTests {
  struct Reference: Decodable {
    var rows: Int
    var columns: [[String]]
    var cutflow: [Int]
    var histogram: [Int]
    var underflow, overflow: Int
    var sumE: Double
  }

  @Test(arguments: levels) func selectionIsThatOfNumpy(level: Int32) throws {
    let reference = try JSONDecoder().decode(Reference.self, from: fixture("selection.json"))
    var data = try fixture("selection.bin")[...]
    func take<Value: BitwiseCopyable>(_ type: Value.Type) -> [Value] {
      let count = reference.rows * MemoryLayout<Value>.size
      let values = data.prefix(count).withUnsafeBytes { bytes in
        (0..<reference.rows).map {
          bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Value>.size, as: Value.self)
        }
      }
      data = data.dropFirst(count)
      return values
    }
    var block = Block()
    for column in reference.columns {
      if column[1] == "float32" {
        block.add(column[0], .float32, take(Float.self))
      } else {
        block.add(column[0], .float64, take(Double.self))
      }
    }
    let reduced = take(Double.self)
    let energy = take(Double.self)
    block.constants = ["mMu": 0.1056583755]
    let muons = (0..<4).map { "mu\($0)_muonID > 0.5" }.joined(separator: ", ")
    let near = (0..<4).map { "mu\($0)_dr < 0.5 and abs(mu\($0)_dz) < 2" }.joined(separator: " and ")
    let energies = (0..<4).map { "sqrt(mu\($0)_p * mu\($0)_p + mMu * mMu)" }.joined(
      separator: " + ")
    let cuts = [
      "true", "count(\(muons)) >= 3", "charge == 0", "10 < M4mu < 11", "roeEextra < 0.4", near,
    ]
    let found = try block.evaluate(
      numbers: [
        "sqrt(max(M * M - 2 * mMu * (2 * mMu), 0))", "sqrt(max(M^2 - (2 * mMu)^2, 0))", energies,
      ],
      masks: cuts, level: level)
    #expect(found.numbers[0].map(\.bitPattern) == reduced.map(\.bitPattern))
    #expect(found.numbers[1].map(\.bitPattern) == reduced.map(\.bitPattern))
    #expect(found.numbers[2].map(\.bitPattern) == energy.map(\.bitPattern))
    var passing = [UInt8](repeating: 1, count: reference.rows)
    var flow: [Int] = []
    for mask in found.masks {
      passing = zip(passing, mask).map { $0 & $1 }
      flow.append(passing.reduce(0) { $0 + Int($1) })
    }
    #expect(flow == reference.cutflow)
    let joined = cuts.map { "(\($0))" }.joined(separator: " and ")
    #expect(try block.evaluate(masks: [joined], level: level).masks[0] == passing)
    var histogram = [Int](repeating: 0, count: 1002)
    var sum = 0.0
    for row in 0..<reference.rows where passing[row] == 1 {
      let bin = Int((1000 * found.numbers[0][row] / 10).rounded(.down))
      histogram[min(max(bin, -1), 1000) + 1] += 1
      sum += found.numbers[2][row]
    }
    #expect(Array(histogram[1...1000]) == reference.histogram)
    #expect(histogram[0] == reference.underflow)
    #expect(histogram[1001] == reference.overflow)
    // The reference has ten digits.
    #expect(abs(sum - reference.sumE) <= 5e-10 * sum)
  }
}
