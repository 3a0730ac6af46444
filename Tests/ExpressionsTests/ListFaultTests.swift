import Diagnostics
import Expressions
import Testing

@Suite struct ListFaultTests {
  private var environment: ExpressionEnvironment {
    ExpressionEnvironment(
      columns: [
        "pt": .float32, "eta": .float32, "good": .bool, "x": .float64, "b": .bool, "py": .float64,
      ],
      lists: ["pt", "eta", "good", "elsewhere"], constants: ["first": 0, "half": 0.5],
      particles: [
        Particle(name: "mu", momentum: .cartesian(px: "pt", py: "py", pz: "py"), energy: .mass(1))
      ])
  }

  private static let reduce = "reduce it with any, all, count, sum, min, max or an index"

  /// Expressions as cuts named 'tight' that start at p.yaml:3:10, and all their faults.
  static let faults: [(String, [String])] = [
    ("pt > 1", ["10: cut 'tight' must be a condition, found a list of conditions; \(reduce)"]),
    ("pt", ["10: cut 'tight' must be a condition, found a list of numbers; \(reduce)"]),
    ("good", ["10: cut 'tight' must be a condition, found a list of conditions; \(reduce)"]),
    (
      "pt[eta < 1] > 2",
      ["10: cut 'tight' must be a condition, found a list of conditions; \(reduce)"]
    ),
    (
      "x > 1 and good",
      ["10: cut 'tight' must be a condition, found a list of conditions; \(reduce)"]
    ),
    (
      "momentum(mu) > 1",
      ["19: particle 'mu' needs one number a row, found the list 'pt'; \(reduce)"]
    ),
    ("size(x) > 1", ["15: 'size' needs a list, found a number; it has one value a row"]),
    ("sum(x) > 1", ["14: 'sum' needs a list, found a number; add single values with '+'"]),
    (
      "any(x > 1)",
      ["14: 'any' needs a list, found a condition; join single conditions with 'or'"]
    ),
    ("all(b)", ["14: 'all' needs a list, found a condition; join single conditions with 'and'"]),
    ("min(x) > 1", ["10: 'min' takes 2 to 64 arguments, found 1; write 'min(a, b, …)'"]),
    ("max(sum(pt)) > 1", ["10: 'max' takes 2 to 64 arguments, found 1; write 'max(a, b, …)'"]),
    ("sum(pt, eta) > 1", ["10: 'sum' takes 1 arguments, found 2; write 'sum(list)'"]),
    ("any() ", ["10: 'any' takes 1 arguments, found 0; write 'any(condition list)'"]),
    ("any(pt)", ["14: 'any' needs a condition, found a number; compare it, as in 'x > 0'"]),
    ("count(pt) > 1", ["16: 'count' needs a condition, found a number; compare it, as in 'x > 0'"]),
    (
      "sum(good) > 1",
      [
        "14: 'sum' needs a number, found a condition; write 'if(condition, 1, 0)' or 'count(condition)'"
      ]
    ),
    (
      "sum(zzzzz) > 1",
      ["14: unknown name 'zzzzz' in cut 'tight'; known are columns, definitions and constants"]
    ),
    (
      "count(zzzzz) > 1",
      ["16: unknown name 'zzzzz' in cut 'tight'; known are columns, definitions and constants"]
    ),
    (
      "any(pt + good > 1)",
      [
        "19: '+' needs a number, found a condition; write 'if(condition, 1, 0)' or 'count(condition)'"
      ]
    ),
    ("len(pt) > 1", ["10: unknown function 'len' in cut 'tight'; did you mean 'size'?"]),
    ("length(pt) > 1", ["10: unknown function 'length' in cut 'tight'; did you mean 'size'?"]),
    (
      "x[0] > 1",
      [
        "11: '[…]' needs a list before it, found a number; remove it, or write an operator before it"
      ]
    ),
    (
      "[x > 1][b]",
      [
        "17: '[…]' needs a list before it, found a condition; remove it, or write an operator before it"
      ]
    ),
    (
      "pt[0][0] > 1",
      [
        "15: '[…]' needs a list before it, found a number; remove it, or write an operator before it"
      ]
    ),
    (
      "pt[1.5] > 1",
      ["13: index 1.5 is not a whole number; write one such as 0 for the first, or -1 for the last"]
    ),
    (
      "pt[half] > 1",
      ["13: index 0.5 is not a whole number; write one such as 0 for the first, or -1 for the last"]
    ),
    (
      "pt[1e300] > 1",
      [
        "13: index 1e+300 is not a whole number; write one such as 0 for the first, or -1 for the last"
      ]
    ),
    (
      "pt[x] > 1",
      [
        "13: a mask needs a list of conditions, found a number; an index is a constant whole number; write one such as 0 for the first, or -1 for the last"
      ]
    ),
    (
      "sum(pt[eta]) > 1",
      [
        "17: a mask needs a list of conditions, found a list of numbers; compare the elements, as in 'x[x > 0]'"
      ]
    ),
    (
      "sum(pt[b]) > 1",
      [
        "17: a mask needs a list of conditions, found a condition; compare the elements, as in 'x[x > 0]'"
      ]
    ),
    (
      "sum(pt[eta < 1] + pt) > 1",
      ["28: '+' joins lists of different masks; mask both, or mask the result"]
    ),
    (
      "sum(pt[eta < 1] + eta[eta < 2]) > 1",
      ["28: '+' joins lists of different masks; mask both, or mask the result"]
    ),
    (
      "any(pt[good] > eta)",
      ["25: '>' joins lists of different masks; mask both, or mask the result"]
    ),
    (
      "any(pt[good] in [0, eta])",
      ["30: 'in' joins lists of different masks; mask both, or mask the result"]
    ),
    (
      "any(if(good, pt[good], x) > 1)",
      ["23: 'if' joins lists of different masks; mask both, or mask the result"]
    ),
    (
      "sum(pt[good][eta > 1]) > 1",
      ["23: '[…]' joins lists of different masks; mask both, or mask the result"]
    ),
    ("any(pt[0) > 1)", ["18: expected ']', found ')'; '[' opened at character 7"]),
    (
      "any(pt[] > 1)",
      ["17: expected a value, found ']'; write a number, a name, a function or a bracket"]
    ),
    ("x > 1 [2]", ["16: unexpected '['; write an operator or the end"]),
    (
      "elsewhere > 1",
      ["10: unknown name 'elsewhere' in cut 'tight'; known are columns, definitions and constants"]
    ),
  ]

  @Test(arguments: faults) func faultsAreTold(text: String, expected: [String]) {
    let mask = (name: "tight", source: source(text))
    let found = ExpressionProgram.check(masks: [mask], environment: environment)
    #expect(found.items.map(\.description) == expected.map { "p.yaml:3:" + $0 })
    #expect(throws: Diagnostics.self) {
      try ExpressionProgram.compile(masks: [mask], environment: environment)
    }
  }

  @Test func definitionsMayBeListsButOutputsMayNot() {
    let found = ExpressionProgram.check(
      definitions: [named("pt[isCentral]", "hard"), named("eta < 1", "isCentral")],
      numbers: [
        named("hard", "n"), named("sum(hard)", "m"), named("sum(hard + pt[eta < 1])", "k"),
      ],
      masks: [named("isCentral", "c")], environment: environment)
    #expect(
      found.description == """
        p.yaml:3:10: value 'n' must be a number, found a list of numbers; \(Self.reduce)
        p.yaml:3:10: cut 'c' must be a condition, found a list of conditions; \(Self.reduce)
        """)
  }

  @Test func reductionsInReductionsTakeNoTimeToCheck() {
    var text = "b"
    for _ in 0..<90 { text = "count(\(text)) > 0" }
    #expect(ExpressionProgram.check(masks: [named(text)], environment: environment).isEmpty)
  }

  @Test func squareBracketsStillGroup() throws {
    let block = Block(["x": [1, 2, 3]])
    #expect(try block.mask("[x > 1] and [x < 3]") == [false, true, false])
    #expect(try block.mask("not [x in [1, 2]] or [[x == 1]]") == [true, false, true])
    #expect(try block.number("[x + 1] * [2]") == [4, 6, 8])
  }

  @Test func curvesHaveNoLists() {
    #expect {
      try ScalarExpression.compile(source("sum(mass)"), variables: ["mass"])
    } throws: {
      "\($0)" == "p.yaml:3:14: 'sum' needs a list, found a number; add single values with '+'"
    }
  }
}

@Suite struct ListProgramTests {
  private var block: Block {
    var block = Block(["x": [1], "y": [1]])
    block.add("pt", .float32, lists: [[Float(1)]])
    block.add("eta", .float64, lists: [[1.0]])
    block.definitions = [("hard", "pt[eta < y]"), ("unused", "sum(eta)")]
    return block
  }

  @Test func columnsAndListsAreThoseThatAreRead() throws {
    let program = try block.compile(numbers: ["sum(hard) + x"], masks: ["any(pt > x)"])
    #expect(program.columns == ["x", "y"])
    #expect(program.kinds == [.float64, .float64])
    #expect(program.lists == ["pt", "eta"])
    #expect(program.listKinds == [.float32, .float64])
    let plain = try block.compile(numbers: ["x"])
    #expect(plain.lists.isEmpty && plain.listKinds.isEmpty)
  }

  @Test func deepTreesCompile() throws {
    let terms = String(repeating: " + pt", count: 990)
    #expect(try block.number("sum(pt\(terms))") == [991])
    #expect(try block.number("x\(terms.replacing("pt", with: "x"))") == [991])
    var nested = "pt"
    for _ in 0..<45 { nested = "pt * sum(\(nested))" }
    #expect(try block.number("max(\(nested))") == [1])
    let masks = String(repeating: "[pt > 0]", count: 2)
    #expect(throws: Diagnostics.self) { try block.number("sum(pt\(masks))") }
    var masked = "pt"
    for _ in 0..<8 { masked += "[\(masked) > 0]" }
    #expect(try block.number("sum(\(masked))") == [1])
  }

  @Test func canonicalTextTellsListsFromColumns() throws {
    let text = try block.compile(
      numbers: ["sum( hard )+x"], masks: ["any([pt > 1.0]) and (pt)[ -1 ] > 0"]
    ).canonical
    #expect(
      text == """
        number it = (sum(hard) + x)
        mask it = (any((pt > 1.0)) and (pt[(-1.0)] > 0.0))
        define hard = pt[(eta < y)]
        list pt: number
        list eta: number
        column y: number
        column x: number
        """)
  }
}
