import Expressions
import Testing

/// Random programs: joined kernels, all levels and all block sizes give what one row alone gives.
@Suite struct ProgramPropertyTests {
  /// A small generator of seeded choices.
  struct Choices {
    var state: UInt64

    mutating func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(count))
    }

    mutating func of<T>(_ items: [T]) -> T { items[next(items.count)] }
  }

  static let names = ["d0", "d1", "f0", "f1", "i0", "s0", "u0"]

  static func number(_ choices: inout Choices, _ depth: Int) -> String {
    if depth == 0 || choices.next(4) == 0 {
      return choices.of(names + ["0.5", "2", "-1", "0", "0.1", "mean", "pi"])
    }
    let a = number(&choices, depth - 1)
    switch choices.next(9) {
    case 0...3: return "(\(a) \(choices.of(["+", "-", "*", "/"])) \(number(&choices, depth - 1)))"
    case 4:
      return "\(choices.of(["abs", "sqrt", "floor", "round", "sign", "exp", "log", "-"]))(\(a))"
    case 5: return "\(choices.of(["min", "max", "atan2"]))(\(a), \(number(&choices, depth - 1)))"
    case 6: return "(\(a))^\(choices.of(["2", "3", "-1", "0.5"]))"
    case 7:
      return "count(\(condition(&choices, depth - 1)), \(condition(&choices, depth - 1)), both)"
    default:
      return "if(\(condition(&choices, depth - 1)), \(a), \(number(&choices, depth - 1)))"
    }
  }

  static func condition(_ choices: inout Choices, _ depth: Int) -> String {
    let relation = choices.of(["<", "<=", ">", ">=", "==", "!="])
    if depth == 0 {
      return "\(choices.of(names)) \(relation) \(choices.of(["0.5", "1", "0", "-1"]))"
    }
    switch choices.next(9) {
    case 0: return "(\(number(&choices, depth - 1)) \(relation) \(number(&choices, depth - 1)))"
    case 1: return "(\(number(&choices, depth - 1)) in [-0.5, 1])"
    case 2: return "(\(number(&choices, depth - 1)) not in [0, 0.1])"
    case 3: return "not (\(condition(&choices, depth - 1)))"
    case 4: return choices.of(["both", "b0", "isnan(\(number(&choices, depth - 1)))", "true"])
    case 5: return "if(b0, \(condition(&choices, depth - 1)), \(condition(&choices, depth - 1)))"
    default:
      let parts = (0...choices.next(5)).map { _ in condition(&choices, depth - 1) }
      return "(" + parts.joined(separator: choices.of([" and ", " or "])) + ")"
    }
  }

  static func block(rows: Int) -> Block {
    var choices = Choices(state: 99)
    let specials: [Double] = [0, -0.0, 1, -1, 0.5, .nan, .infinity, -.infinity, 1e300, 0.1, 2]
    func values() -> [Double] {
      (0..<rows).map { _ in
        choices.next(3) == 0 ? choices.of(specials) : Double(choices.next(4001) - 2000) / 1000
      }
    }
    var block = Block(["d0": values(), "d1": values()])
    block.add("f0", .float32, values().map { Float($0) })
    block.add("f1", .float32, values().map { Float($0) })
    block.add("i0", .int32, (0..<rows).map { _ in Int32(choices.next(7) - 3) })
    block.add("s0", .int16, (0..<rows).map { _ in Int16(choices.next(5) - 2) })
    block.add("u0", .uint8, (0..<rows).map { _ in UInt8(choices.next(4)) })
    block.add("b0", .bool, (0..<rows).map { _ in UInt8(choices.next(2)) })
    block.definitions = [("mean", "(d0 + f0) / 2"), ("both", "f1 > 0 and i0 < 2 and d1 < 1")]
    return block
  }

  @Test(arguments: 0..<60) func everyLevelAndBlockSizeGivesWhatOneRowGives(seed: Int) throws {
    var choices = Choices(state: UInt64(seed))
    let numbers = (0..<3).map { _ in Self.number(&choices, 4) }
    let masks = (0..<4).map { _ in Self.condition(&choices, 4) }
    // Long enough for several blocks and for tails of every kernel.
    let whole = Self.block(rows: 5000 + seed * 7)
    let reference = try whole.evaluate(numbers: numbers, masks: masks, level: 0)
    for level in levels {
      for rows in [1, 7, 33, 65, 100, whole.rows] {
        let found = try whole.prefix(rows).evaluate(numbers: numbers, masks: masks, level: level)
        for (a, b) in zip(found.numbers, reference.numbers) {
          #expect(a.map(\.bitPattern) == b.prefix(rows).map(\.bitPattern), "\(numbers)")
        }
        for (a, b) in zip(found.masks, reference.masks) {
          #expect(a == Array(b.prefix(rows)), "\(masks)")
        }
      }
    }
    // Node by node, without the compiler: columns become variables.
    let rows = 40
    let variables = Self.names + ["mean", "both", "b0"]
    let inputs = try whole.prefix(rows).evaluate(
      numbers: Self.names + ["mean", "count(both)", "count(b0)"])
    for (index, text) in (numbers + masks.map { "if(\($0), 1, 0)" }).enumerated() {
      // Conditions enter a curve as numbers.
      let asNumbers = text.replacing("both", with: "(both != 0)").replacing("b0", with: "(b0 != 0)")
      let curve = try ScalarExpression.compile(source(asNumbers), variables: variables)
      for row in 0..<rows {
        let expected = curve.evaluate(inputs.numbers.map { $0[row] })
        let found =
          index < numbers.count
          ? reference.numbers[index][row] : Double(reference.masks[index - numbers.count][row])
        #expect(found.bitPattern == expected.bitPattern, "\(text) row \(row)")
      }
    }
  }
}
