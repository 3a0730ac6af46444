import Expressions
import Testing

@Suite struct OperatorTests {
  static let sums: [(String, Double)] = [
    ("1 + 2 * 3", 7.0), ("(1 + 2) * 3", 9), ("[1 + 2] * 3", 9), ("2 - 3 - 4", -5),
    ("12 / 3 / 2", 2), ("12 / 3 * 2", 8), ("2 ^ 3 ^ 2", 512), ("-2 ^ 2", -4), ("(-2) ^ 2", 4),
    ("2 ^ -1", 0.5), ("--3", 3), ("+3 - +2", 1), ("2 * -3", -6), ("1 - -1", 2), ("-3 * -2", 6),
    ("2 ^ 0.5 ^ 2", 1.189207115002721), ("1e3 + .5 + 2. + 1E-1", 1002.6), ("0.1 + 0.2", 0.1 + 0.2),
    ("1/3", 1.0 / 3), ("7 ^ 0", 1), ("2 ^ 5", 32), ("2 ^ 8", 256), ("2 ^ -3", 0.125),
    ("pi", Double.pi), ("min(3, 1, 2)", 1), ("max(3, 1, 2)", 3), ("if(1 < 2, 10, 20)", 10),
    ("if(1 > 2, 10, 20)", 20), ("count(1 < 2, 2 < 1, 3 < 4)", 2), ("hypot(3, 4)", 5),
    ("abs(-2) + sqrt(16)", 6), ("pow(2, 10)", 1024), ("if(1 < 2 and 2 < 3, 1, 0)", 1),
    ("twoBodyMomentum(10, 3, 4)", (51.0 * 99).squareRoot() / 20),
    ("2.675 * 100", 2.675 * 100), ("1 - 0.9 - 0.1", 1 - 0.9 - 0.1),
  ]

  @Test(arguments: sums)
  func arithmetic(text: String, expected: Double) throws {
    #expect(try value(text) == expected)
    #expect(try Block(["x": [0, 0]]).number("\(text) + x * 0") == [expected, expected])
  }

  static let truths: [(String, [Bool])] = [
    ("x < 2", [true, false, false]), ("x <= 2", [true, true, false]),
    ("x > 2", [false, false, true]), ("x >= 2", [false, true, true]),
    ("x == 2", [false, true, false]), ("x != 2", [true, false, true]),
    ("2 < x", [false, false, true]), ("2 >= x", [true, true, false]),
    ("x in [2, 3]", [false, true, true]), ("x not in [2, 3]", [true, false, false]),
    ("not x in [2, 3]", [true, false, false]), ("1 < x <= 2", [false, true, false]),
    ("3 > x >= 1", [true, true, false]), ("x == 2 or x == 3", [false, true, true]),
    ("x == 1 or x == 2 and y == 9", [true, false, false]),
    ("(x == 1 or x == 2) and y == 9", [false, false, false]),
    ("not x == 1 and y == 5", [false, true, true]),
    ("not (x == 1 and y == 5)", [false, true, true]),
    ("[x > 1] and [y < 6]", [false, true, true]), ("[[x > 1] or [x < 1]]", [false, true, true]),
    ("x + 1 < y - 1", [true, true, false]), ("x < y", [true, true, true]),
    ("x == y - 4", [true, false, false]), ("x != y - 4", [false, true, true]),
    ("x + 2 >= y", [false, false, true]),
    ("(x > 1) == (x > 2)", [true, false, true]), ("(x > 1) != (x > 2)", [false, true, false]),
    ("true", [true, true, true]), ("false or x > 2", [false, false, true]),
    ("not false", [true, true, true]),
    ("count(x > 1, x > 2, y > 0) >= 2", [false, true, true]),
    ("count(x > 1, x > 2, y > 0) == 2", [false, true, false]),
    ("count(x > 1, x > 2, y > 0) != 2", [true, false, true]),
    ("count(x > 1, x > 2) < 0", [false, false, false]),
    ("count(x > 1, x > 2) in [0.5, 1.5]", [false, true, false]),
    ("count(x > 1) + 1 > 1.5", [false, true, true]),
    ("if(x > 1, y > 4, x > 0)", [true, true, true]),
    ("if(x > 1, x > 2, true)", [true, false, true]),
    ("`odd name(1)` > 7", [false, true, true]), ("isnan(x)", [false, false, false]),
    ("x in [y - 4, y - 2]", [true, true, true]),
    ("x not in [y - 4, y - 3]", [false, false, true]),
  ]

  @Test(arguments: truths)
  func conditions(text: String, expected: [Bool]) throws {
    let block = Block(["x": [1, 2, 3], "y": [5, 5, 5], "odd name(1)": [7, 8, 9]])
    for level in levels { #expect(try block.mask(text, level: level) == expected) }
    // The same through the node-by-node evaluation of curves.
    for (row, x) in [1.0, 2, 3].enumerated() {
      let found = try value("if(\(text), 1, 0)", ["x": x, "y": 5, "odd name(1)": x + 6])
      #expect(found == (expected[row] ? 1 : 0))
    }
  }

  @Test func productsAndSumsAreRoundedTwice() throws {
    // a * b + c is 0 with two roundings and 2^-54 with one.
    let a = 1 + 0x1p-27
    let block = Block([
      "a": .init(repeating: a, count: 100), "c": .init(repeating: -a * a, count: 100),
    ])
    for level in levels {
      #expect(try block.number("a * a + c", level: level) == .init(repeating: 0, count: 100))
    }
    #expect(try value("a * a + c", ["a": a, "c": -a * a]) == 0)
  }

  @Test func wholePowersAreProducts() throws {
    let x = 1.1
    #expect(try value("x ^ 2", ["x": x]) == x * x)
    #expect(try value("x ^ 3", ["x": x]) == x * x * x)
    #expect(try value("x ^ 4", ["x": x]) == (x * x) * (x * x))
    #expect(try value("pow(x, 5)", ["x": x]) == (x * x) * (x * x) * x)
    #expect(try value("x ^ -2", ["x": x]) == 1 / (x * x))
    #expect(try value("(0 - x) ^ 3", ["x": x]) == -(x * x * x))
  }

  @Test func definitionsComeInAnyOrderAndAreSharedAndNested() throws {
    var block = Block(["x": [1, 2, 3]])
    block.definitions = [
      ("c", "b + a"), ("b", "a * a"), ("a", "x + 1"), ("isBig", "c > 6"), ("unused", "zero / 0"),
      ("zero", "0"),
    ]
    #expect(try block.number("c") == [6, 12, 20])
    #expect(try block.mask("isBig and b > 0") == [false, true, true])
    #expect(try block.mask("isBig") == [false, true, true])
    let both = try block.evaluate(
      numbers: ["c", "c", "x", "2", "count(isBig)"], masks: ["isBig", "isBig", "not isBig", "true"])
    #expect(both.numbers == [[6, 12, 20], [6, 12, 20], [1, 2, 3], [2, 2, 2], [0, 1, 1]])
    #expect(both.masks == [[0, 1, 1], [0, 1, 1], [1, 0, 0], [1, 1, 1]])
  }

  @Test func columnsAreThoseThatMatterInOrderOfFirstUse() throws {
    var block = Block(["a": [1], "b": [1], "c": [1], "d": [1]])
    block.definitions = [("unused", "d + 1")]
    let program = try block.compile(numbers: ["c + a"], masks: ["b > 1 and (a > 1 or true)"])
    #expect(program.columns == ["a", "c", "b"] || program.columns == ["c", "a", "b"])
    #expect(try block.compile(masks: ["a > 1 or 1 < 2"]).columns.isEmpty)
  }

  @Test func emptyBlocksAndNoOutputsAreFine() throws {
    #expect(try Block(["x": []]).number("x + 1") == [])
    #expect(try Block(["x": [1]]).evaluate().numbers.isEmpty)
  }
}
