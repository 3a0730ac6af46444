import Expressions
import Testing

/// Random programs on lists give what the same programs give on the elements as rows.
@Suite struct ListPropertyTests {
  @Test(arguments: 0..<30) func elementsGiveWhatRowsGive(seed: Int) throws {
    var choices = ProgramPropertyTests.Choices(state: UInt64(1000 + seed))
    let rows = 1500
    let counts = (0..<rows).map { _ in choices.of([0, 0, 1, 2, 3, 5, 8, 9, 13]) }
    let elements = ProgramPropertyTests.block(rows: counts.reduce(0, +))
    let listed = ["d0", "f0", "i0", "u0", "b0"]
    // The other columns have one value a row.
    let single = ProgramPropertyTests.block(rows: rows)
    var block = single
    block.add(listed, of: elements, counts: counts)
    var flat = single.repeated(counts)
    flat.add(listed, of: elements)
    let numbers = (0..<3).map { _ in ProgramPropertyTests.number(&choices, 4) }
      .map { "if(b0, \($0), d0)" }
    let masks = (0..<3).map { _ in ProgramPropertyTests.condition(&choices, 4) }
      .map { "if(b0, \($0), b0)" }
    let expected = try flat.evaluate(numbers: numbers, masks: masks, level: 0)
    var ends = [0]
    for count in counts { ends.append((ends.last ?? 0) + count) }
    for level in levels {
      for (text, values) in zip(numbers, expected.numbers) {
        let cut = (0..<rows).map { Array(values[ends[$0]..<ends[$0 + 1]]) }
        let found = try block.evaluate(
          numbers: ["sum(\(text))", "min(\(text))", "max(\(text))", "(\(text))[-1]"], level: level)
        let reductions = [ListTests.sum, ListTests.least, ListTests.most, { ListTests.at($0, -1) }]
        for (result, reduction) in zip(found.numbers, reductions) {
          let bits = cut.map { reduction($0) }.map {
            $0.isNaN ? Double.nan.bitPattern : $0.bitPattern
          }
          #expect(result.map(\.bitPattern) == bits, "\(text)")
        }
      }
      for (text, values) in zip(masks, expected.masks) {
        let cut = (0..<rows).map { Array(values[ends[$0]..<ends[$0 + 1]]) }
        let found = try block.evaluate(
          numbers: ["count(\(text))", "size(d0[\(text)])", "count(b0[\(text)])"],
          masks: ["any(\(text))", "all(\(text))", "(\(text))[0]"], level: level)
        let trues = cut.map { Double($0.reduce(0, +)) }
        #expect(found.numbers[0] == trues && found.numbers[1] == trues, "\(text)")
        #expect(found.masks[0] == cut.map { $0.contains(1) ? 1 : 0 }, "\(text)")
        #expect(found.masks[1] == cut.map { $0.contains(0) ? 0 : 1 }, "\(text)")
        #expect(found.masks[2] == cut.map { $0.first ?? 0 }, "\(text)")
      }
    }
  }
}
