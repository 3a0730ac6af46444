import Diagnostics
import Expressions
import Testing

@Suite struct FaultTextTests {
  private var environment: ExpressionEnvironment {
    ExpressionEnvironment(
      columns: [
        "recoilMass": .float64, "dr": .float32, "isMuon": .bool, "px1": .float64, "py1": .float64,
        "pz1": .float64,
      ],
      constants: ["mMu": 0.105],
      particles: [
        Particle(name: "mu1", momentum: .cartesian(px: "px1", py: "py1", pz: "pz1"), energy: .none),
        Particle(
          name: "mu2", momentum: .cartesian(px: "px1", py: "py1", pz: "lost"),
          energy: .hypothesis("mu")),
        Particle(
          name: "mu3", momentum: .cartesian(px: "px1", py: "py1", pz: "isMuon"),
          energy: .hypothesis("muu")),
      ])
  }

  /// Expressions as cuts named 'tight' that start at p.yaml:3:10, and all their faults.
  static let faults: [(String, [String])] = [
    ("", ["10: the expression is empty; write a number or a condition"]),
    ("recoilMas < 3", ["10: unknown name 'recoilMas' in cut 'tight'; did you mean 'recoilMass'?"]),
    (
      "zzzzz < 3",
      ["10: unknown name 'zzzzz' in cut 'tight'; known are columns, definitions and constants"]
    ),
    (
      "dr < 0.5 and recoilMass < mMuu",
      ["36: unknown name 'mMuu' in cut 'tight'; did you mean 'mMu'?"]
    ),
    (
      "a < b",
      [
        "10: unknown name 'a' in cut 'tight'; known are columns, definitions and constants",
        "14: unknown name 'b' in cut 'tight'; known are columns, definitions and constants",
      ]
    ),
    (
      "sqrt < 3",
      ["10: unknown name 'sqrt' in cut 'tight'; call the function: 'sqrt(x)'"]
    ),
    (
      "mu1 < 3",
      [
        "10: unknown name 'mu1' in cut 'tight'; it is a particle; use it in a function such as 'mass(mu1)'"
      ]
    ),
    ("ln(dr) < 3", ["10: unknown function 'ln' in cut 'tight'; did you mean 'log'?"]),
    ("sqr(dr) < 3", ["10: unknown function 'sqr' in cut 'tight'; did you mean 'sqrt'?"]),
    (
      "massSquare(mu1) < 3",
      ["10: unknown function 'massSquare' in cut 'tight'; did you mean 'massSquared'?"]
    ),
    (
      "daughter(0, dr) < 3",
      [
        "10: unknown function 'daughter' in cut 'tight'; quote the column of that name with backticks, if it is one"
      ]
    ),
    ("dr", ["10: cut 'tight' must be a condition, found a number; compare it, as in 'x > 0'"]),
    (
      "dr + isMuon > 1",
      [
        "15: '+' needs a number, found a condition; write 'if(condition, 1, 0)' or 'count(condition)'"
      ]
    ),
    ("dr and isMuon", ["10: 'and' needs a condition, found a number; compare it, as in 'x > 0'"]),
    (
      "dr or recoilMass or isMuon",
      [
        "10: 'or' needs a condition, found a number; compare it, as in 'x > 0'",
        "16: 'or' needs a condition, found a number; compare it, as in 'x > 0'",
      ]
    ),
    ("not dr", ["14: 'not' needs a condition, found a number; compare it, as in 'x > 0'"]),
    (
      "-isMuon > 0",
      [
        "11: '-' needs a number, found a condition; write 'if(condition, 1, 0)' or 'count(condition)'"
      ]
    ),
    (
      "isMuon == 1",
      [
        "10: '==' needs a number, found a condition; a condition needs no comparison; write 'c' or 'not c'"
      ]
    ),
    (
      "dr < isMuon",
      [
        "15: '<' needs a number, found a condition; a condition needs no comparison; write 'c' or 'not c'"
      ]
    ),
    (
      "isMuon in [0, 1]",
      [
        "10: 'in' needs a number, found a condition; write 'if(condition, 1, 0)' or 'count(condition)'"
      ]
    ),
    ("dr in [5, 2]", ["17: the interval [5.0, 2.0] is empty; put the smaller first"]),
    ("dr in [-1, -2]", ["17: the interval [-1.0, -2.0] is empty; put the smaller first"]),
    (
      "dr in (1, 2)",
      ["16: expected '[' after 'in', found '('; write a closed interval such as 'x in [1, 2]'"]
    ),
    (
      "dr in [1]",
      ["18: expected ',' in the interval, found ']'; write a closed interval such as 'x in [1, 2]'"]
    ),
    ("dr in [1, 2", ["21: expected ']', found the end; '[' opened at character 7"]),
    ("count(dr) > 1", ["16: 'count' needs a condition, found a number; compare it, as in 'x > 0'"]),
    ("count() > 1", ["10: 'count' takes 1 to 255 arguments, found 0; write 'count(condition, …)'"]),
    ("min(dr) > 1", ["10: 'min' takes 2 to 64 arguments, found 1; write 'min(a, b, …)'"]),
    ("atan2(dr) > 1", ["10: 'atan2' takes 2 arguments, found 1; write 'atan2(y, x)'"]),
    ("if(dr, 1, 2) > 1", ["13: 'if' needs a condition, found a number; compare it, as in 'x > 0'"]),
    (
      "if(isMuon, 1, dr > 2) > 1",
      ["24: 'if' chooses between a number and a condition; both must be of one type"]
    ),
    ("dr > 1 && isMuon", ["17: '&&' is not an operator here; write 'and'"]),
    ("dr > 1 & isMuon", ["17: '&' is not an operator here; write 'and'"]),
    ("dr > 1 | isMuon", ["17: '|' is not an operator here; write 'or'"]),
    ("!isMuon", ["10: '!' is not an operator here; write 'not'"]),
    ("dr = 1", ["13: '=' is not an operator here; write '==' to compare"]),
    ("dr ** 2 > 1", ["13: '**' is not an operator here; write '^' for a power"]),
    ("dr ≤ 1", ["13: '≤' is not an operator here; write '<='"]),
    ("dr > 5 % 2", ["17: '%' is not an operator here; a fraction is a plain number, such as 0.05"]),
    ("dr > 'a'", ["15: ''' is not an operator here; quote an unusual column name with backticks"]),
    ("dr > $a", ["15: character '$' is not allowed; quote an unusual column name with backticks"]),
    ("dr > `a", ["15: a backtick is not closed; end the name with '`'"]),
    ("dr > ``", ["15: a name in backticks is empty; write it between them"]),
    ("dr > 5GeV", ["15: '5GeV' is not a number; write it like 12, 0.5 or 1e-6, without a unit"]),
    ("dr > 1.2.3", ["15: '1.2.3' is not a number; write it like 12, 0.5 or 1e-6, without a unit"]),
    ("dr > 1e999", ["15: number '1e999' is too large; the largest is 1.797e308"]),
    ("dr >", ["14: the expression ends too early; a value must follow"]),
    ("dr > 1 and", ["20: the expression ends too early; a value must follow"]),
    (
      "dr > * 2",
      ["15: expected a value, found '*'; write a number, a name, a function or a bracket"]
    ),
    ("(dr > 1", ["17: expected ')', found the end; '(' opened at character 1"]),
    ("(dr > 1]", ["17: expected ')', found ']'; '(' opened at character 1"]),
    ("dr > 1)", ["16: ')' closes nothing; remove it, or open the bracket"]),
    ("dr > 1 2", ["17: expected an operator, found '2'; write an operator, a comma or the end"]),
    (
      "dr isMuon",
      ["13: expected an operator, found 'isMuon'; write an operator, a comma or the end"]
    ),
    ("dr > 1, 2", ["16: unexpected ','; write an operator or the end"]),
    ("1 < dr > 0", ["17: '>' cannot follow '<' in one chain; join two comparisons with 'and'"]),
    ("1 != dr != 0", ["18: '!=' cannot follow '!=' in one chain; join two comparisons with 'and'"]),
    ("dr in [1, 2] < 3", ["23: '<' cannot follow this comparison; join them with 'and'"]),
    (
      "mass(mu1) > 1",
      [
        "15: 'mass' needs the energy of 'mu1', which has no energy or mass; add a mass hypothesis, as in 'mu1 as pi'"
      ]
    ),
    ("mass(mu1 as pie) > 1", ["22: unknown mass hypothesis 'pie'; did you mean 'pi'?"]),
    (
      "mass(mu1 as nothing) > 1",
      [
        "22: unknown mass hypothesis 'nothing'; write a known one, such as 'pi', a constant, or a mass in GeV"
      ]
    ),
    (
      "mass(mu1 as (pi)) > 1",
      ["22: expected a mass hypothesis after 'as', found '('; write 'mu1 as pi', or a mass in GeV"]
    ),
    ("mass(mu9 as pi) > 1", ["15: unknown particle 'mu9' in 'mass'; did you mean 'mu1'?"]),
    (
      "mass(zzzzzzz) > 1",
      ["15: unknown particle 'zzzzzzz' in 'mass'; known are 'mu1', 'mu2', 'mu3'"]
    ),
    (
      "mass(dr * 2) > 1",
      [
        "15: 'mass' takes particles, found another expression; write names of particles, or sums of them"
      ]
    ),
    ("momentum(mu1, mu1) > 1", ["24: particle 'mu1' is twice in one system; remove one"]),
    (
      "momentum() > 1",
      ["10: 'momentum' takes one particle or more, found none; write 'momentum(a, b, …)'"]
    ),
    (
      "angle(mu1) > 1",
      [
        "10: 'angle' takes 2 systems of particles, found 1; write 'angle(a, b)'; a system is 'a + b'"
      ]
    ),
    (
      "momentum(mu2) > 1",
      ["19: unknown name 'lost' in cut 'tight'; known are columns, definitions and constants"]
    ),
    (
      "momentum(mu3) > 1",
      [
        "19: particle 'mu3' needs a number, found the condition 'isMuon'; correct its columns in the ntuple schema"
      ]
    ),
    (
      "momentumCMS(mu1 as pi) > 1",
      ["10: 'momentumCMS' needs the beams; give the four-vectors of both under 'beams'"]
    ),
    (
      "recoilMass(mu1 as pi) > 1",
      ["10: 'recoilMass' needs the beams; give the four-vectors of both under 'beams'"]
    ),
    (
      "mu1 as pi > 1",
      [
        "14: 'as' stands outside a function of particles; write it as in 'mass(mu1 as pi, mu2 as pi)'"
      ]
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

  @Test func definitionsAreCheckedAndAllFaultsComeAtOnce() {
    func at(_ line: Int, _ text: String) -> ExpressionSource {
      ExpressionSource(text: text, location: SourceLocation(file: "p.yaml", line: line, column: 5))
    }
    let found = ExpressionProgram.check(
      definitions: [
        ("a", at(1, "b + 1")), ("b", at(2, "c * 2")), ("c", at(3, "a - 1")),
        ("self", at(4, "self")),
        ("dr", at(5, "1")), ("mMu", at(6, "1")), ("d", at(7, "1")), ("d", at(8, "2")),
        ("bad", at(9, "nowhere")),
        ("good", at(10, "dr > 1")),
      ],
      numbers: [("n", at(11, "bad + good")), ("m", at(12, "good"))],
      masks: [("k", at(13, "bad > 1 and good")), ("l", at(14, "goood"))],
      environment: ExpressionEnvironment(columns: ["dr": .float64], constants: ["mMu": 0.1]))
    #expect(
      found.description == """
        p.yaml:3:5: definition 'a' refers to itself: a -> b -> c -> a; break the circle
        p.yaml:4:5: definition 'self' refers to itself: self -> self; break the circle
        p.yaml:5:5: definition 'dr' is also a column; choose another name
        p.yaml:6:5: definition 'mMu' is also a constant; choose another name
        p.yaml:8:5: definition 'd' is defined twice; choose another name
        p.yaml:9:5: unknown name 'nowhere' in definition 'bad'; known are columns, definitions and constants
        p.yaml:11:11: '+' needs a number, found a condition; write 'if(condition, 1, 0)' or 'count(condition)'
        p.yaml:12:5: value 'm' must be a number, found a condition; write 'if(condition, 1, 0)' or 'count(condition)'
        p.yaml:14:5: unknown name 'goood' in cut 'l'; did you mean 'good'?
        """)
  }

  @Test func nestingIsBounded() throws {
    let deep = String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000)
    let found = ExpressionProgram.check(numbers: [named(deep)], environment: environment)
    #expect(
      found.description
        == "p.yaml:3:110: the expression nests more than 100 levels; split it into definitions")
    for text in [
      String(repeating: "-", count: 5000) + "1", String(repeating: "2^", count: 5000) + "1",
      "1" + String(repeating: "+1", count: 5000),
    ] {
      #expect(!ExpressionProgram.check(numbers: [named(text)], environment: environment).isEmpty)
    }
    #expect(try value("1" + String(repeating: "+1", count: 900)) == 901)
  }

  @Test func columnAndConstantOfOneNameAreRefused() {
    let environment = ExpressionEnvironment(columns: ["x": .float64], constants: ["x": 1])
    #expect(
      ExpressionProgram.check(numbers: [named("x")], environment: environment).description
        == "p.yaml:3:10: 'x' is both a column and a constant; rename the constant")
  }

  @Test func curvesNameTheirVariables() {
    #expect {
      try ScalarExpression.compile(source("0.01 * mas"), variables: ["mass"])
    } throws: {
      "\($0)" == "p.yaml:3:17: unknown name 'mas' in value 'curve'; did you mean 'mass'?"
    }
  }
}
