import Expressions
import Foundation
import NumericalMethods
import TestSupport
import Testing

@Suite struct FunctionTests {
  struct Table: Decodable {
    var x: [Double]
    var y: [Double]?
    var value: [Double]
  }

  @Test func functionsAgreeWithLongDouble() throws {
    let tables = try JSONDecoder().decode([String: Table].self, from: fixture("functions.json"))
    #expect(tables.count == 23)
    for (name, table) in tables {
      let block = Block(["x": table.x, "y": table.y ?? table.x])
      let text = table.y == nil ? "\(name)(x)" : "\(name)(x, y)"
      let scalar = try ScalarExpression.compile(source(text), variables: ["x", "y"])
      // The kernels promise a few ulp; exact operations are exact.
      let isExact = ["abs", "floor", "ceil", "round", "sign", "sqrt", "min", "max"].contains(name)
      for level in levels {
        for (row, found) in try block.number(text, level: level).enumerated() {
          let distance = ulpDistance(found, table.value[row])
          #expect(distance <= (isExact ? 0 : 4), "\(name) of \(table.x[row]): \(found)")
          let alone = scalar.evaluate([table.x[row], table.y?[row] ?? 0])
          #expect(alone.bitPattern == found.bitPattern)
        }
      }
    }
  }

  /// Against the processor's root, with numbers whose roots lie closest to half-way between two.
  @Test func squareRootsAreRoundedOnceEverywhere() throws {
    var random = RandomStream(seed: 7)
    var numbers = [0, -0.0, 1, 4, 16, -1, .infinity, -.infinity, .nan]
    numbers += [Double.leastNonzeroMagnitude, 3.7 * .leastNonzeroMagnitude]
    numbers += [.leastNormalMagnitude, .greatestFiniteMagnitude, 1e-300, 0x1p-537, 0x1p1022]
    for _ in 0..<100_000 { numbers.append(Double(bitPattern: random.bits() & ~(1 << 63))) }
    for _ in 0..<20_000 {
      let root = 1 + random.uniform()
      let exponent = 2 * Int(1000 * random.uniform() - 500)
      let scale = Double(sign: .plus, exponent: exponent, significand: 1)
      for square in [root * root, (root * root).nextUp, (root * root).nextDown] {
        numbers.append(square * scale)
      }
    }
    for excess in stride(from: -4087, through: 4097, by: 8) {
      for root in Self.oddRoots(excess) {
        let square = root.multipliedFullWidth(by: root)
        let (low, borrow) = square.low.subtractingReportingOverflow(
          UInt64(bitPattern: Int64(excess)))
        let high = square.high &- (borrow ? 1 : 0) &+ (excess < 0 ? 1 : 0)
        let x = high << 9 | low >> 55
        // x 2^55 + excess = root^2, and root needs one bit more than a Double has.
        try #require(low << 9 == 0 && x < 1 << 53)
        numbers.append(Double(x) * 0x1p55)
      }
    }
    for count in [numbers.count, 1, 7, 8, 31, 32, 33, 63] {
      let some = Array(numbers.suffix(count))
      for level in levels {
        let found = try Block(["x": some]).number("sqrt(x)", level: level)
        let differ = zip(some, found).filter { x, root in
          let expected = x.squareRoot()
          return expected.isNaN ? !root.isNaN : root.bitPattern != expected.bitPattern
        }
        #expect(differ.isEmpty, "\(differ.prefix(3))")
      }
    }
  }

  /// Odd numbers of 54 bits whose squares are `excess` modulo 2^55; `excess` is 1 modulo 8.
  private static func oddRoots(_ excess: Int) -> [UInt64] {
    let wanted = UInt64(bitPattern: Int64(excess))
    var root: UInt64 = 1
    for bit in 3..<UInt64(56) where (root &* root ^ wanted) >> bit & 1 == 1 {
      root ^= 1 << (bit - 1)
    }
    let mask: UInt64 = 1 << 55 - 1
    let all = [root, 0 &- root, root ^ 1 << 54, (0 &- root) ^ 1 << 54]
    return Set(all.map { $0 & mask }).filter { $0 >> 53 == 1 && ($0 &* $0 ^ wanted) & mask == 0 }
      .sorted()
  }

  struct Vectors: Decodable {
    struct Pair: Decodable { var electron, positron: [Double] }
    var columns: [String: [Double]]
    var beams: Pair
    var values: [String: [Double]]
  }

  @Test func fourVectorsAgreeWithLongDouble() throws {
    let fixture = try JSONDecoder().decode(Vectors.self, from: fixture("fourvectors.json"))
    var block = Block(fixture.columns)
    func beam(_ v: [Double]) -> FourVector {
      FourVector(px: v[0], py: v[1], pz: v[2], energy: v[3])
    }
    block.beams = Beams(
      electron: beam(fixture.beams.electron), positron: beam(fixture.beams.positron))
    block.constants = ["mine": 0.3]
    block.particles = [
      Particle(
        name: "mu1", momentum: .cartesian(px: "px1", py: "py1", pz: "pz1"),
        energy: .energyColumn("E1")),
      Particle(
        name: "tk2", momentum: .cartesian(px: "px2", py: "py2", pz: "pz2"),
        energy: .massColumn("m2")),
      Particle(
        name: "mu3", momentum: .cartesian(px: "px3", py: "py3", pz: "pz3"),
        energy: .hypothesis("mu")),
      Particle(
        name: "jet", momentum: .pseudorapidity(pt: "pt", eta: "eta", phi: "phi"),
        energy: .hypothesis("pi")),
      Particle(
        name: "track", momentum: .transverse(pt: "pt", theta: "theta", phi: "phi"),
        energy: .mass(0.493677)),
      Particle(
        name: "polar", momentum: .polar(p: "p", theta: "theta", phi: "phi"),
        energy: .hypothesis("K")),
    ]
    #expect(fixture.values.count == 52)
    let texts = fixture.values.keys.sorted()
    for level in levels {
      let found = try block.evaluate(numbers: texts, level: level).numbers
      for (text, values) in zip(texts, found) {
        for (row, value) in values.enumerated() {
          let expected = fixture.values[text]?[row] ?? .nan
          // Differences of squares and acos near 1 lose digits: 1e-10 of the size is left at worst.
          let tolerance = 1e-10 * max(1, abs(expected))
          #expect(abs(value - expected) < tolerance, "\(text) row \(row): \(value), \(expected)")
        }
      }
    }
  }

  @Test func negativeSquaresGiveNegativeMasses() throws {
    var block = Block(["px": [3], "py": [0], "pz": [4], "E": [1]])
    block.particles = [
      Particle(
        name: "a", momentum: .cartesian(px: "px", py: "py", pz: "pz"), energy: .energyColumn("E"))
    ]
    #expect(try block.number("massSquared(a)") == [-24])
    #expect(try block.number("mass(a)") == [-(24.0).squareRoot()])
    #expect(try block.number("mass(a as gamma)") == [0])
  }

  @Test func systemsMayMixHypothesesAndOverriddenMasses() throws {
    var block = Block([
      "px": [0, 1], "py": [0, 2], "pz": [0, 2], "qx": [0, 0], "qy": [0, 0], "qz": [0, 0],
    ])
    block.particles = [
      Particle(name: "a", momentum: .cartesian(px: "px", py: "py", pz: "pz"), energy: .none),
      Particle(name: "b", momentum: .cartesian(px: "qx", py: "qy", pz: "qz"), energy: .none),
    ]
    block.massHypotheses = ["pi": 0.5, "X": 4]
    #expect(try block.number("energy(a as X)") == [4, 5])
    #expect(try block.number("energy(a as pi + b as X)")[0] == 4.5)
    #expect(try block.number("energy(a as pi, b as 4)")[0] == 4.5)
    #expect(try block.number("momentum(a)") == [0, 3])
  }
}
