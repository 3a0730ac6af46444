/// The diagrams written out with Dirac matrices, all spins of the beams summed; nothing is shared
/// with the kernel but the momenta.
struct FeynmanDiagrams {
  let mass: Double
  /// Squared energy of massless beams along z.
  let s: Double
  /// Coefficient of q_mu q_nu / q² in photon propagators: 0 is Feynman's gauge.
  var gauge = 0.0

  private typealias D = DiracMatrix

  private func square(_ p: [Double]) -> Double {
    p[0] * p[0] - p[1] * p[1] - p[2] * p[2] - p[3] * p[3]
  }

  private func sum(_ a: [Double], _ b: [Double], _ sign: Double = 1) -> [Double] {
    zip(a, b).map { $0 + sign * $1 }
  }

  /// (g_mn - gauge q_m q_n/q²)/q² times a current with upper indices: a lower-index vector.
  private func photon(_ q: [Double], _ current: [Complex]) -> [Complex] {
    let metric = [1.0, -1, -1, -1]
    let lower = (0..<4).map { metric[$0] * q[$0] }
    let product = (0..<4).reduce(Complex()) { $0 + lower[$1] * current[$1] }
    let q2 = square(q)
    return (0..<4).map { mu in
      (1 / q2) * (metric[mu] * current[mu] - (gauge * lower[mu] / q2) * product)
    }
  }

  private func current(_ row: [Complex], _ column: [Complex]) -> [Complex] {
    D.gamma.map { D.product(row, $0 * column) }
  }

  private func fermion(_ q: [Double], _ mass: Double, _ column: [Complex]) -> [Complex] {
    (1 / (square(q) - mass * mass) * (D.slash(q) + mass * D.one)) * column
  }

  private var beams: (electron: [Double], positron: [Double], total: [Double]) {
    let e = s.squareRoot() / 2
    return ([e, 0, 0, e], [e, 0, 0, -e], [2 * e, 0, 0, 0])
  }

  /// Row V1 (Q1 + m) V2 column + row V2 (-Q2 + m) V1 column, the two orders of a fermion line.
  private func line(
    _ row: [Complex], _ column: [Complex], radiated: DiracMatrix, photon: DiracMatrix,
    first: [Double],
    second: [Double], mass: Double
  ) -> Complex {
    let one = D.product(row, radiated * fermion(first, mass, photon * column))
    let two = D.product(row, photon * fermion(second, mass, radiated * column))
    return one + two
  }

  /// Sum over spins of |M|²/e^8 for mu-, mu-, mu+, mu+.
  func fourMuons(_ p: [[Double]]) -> Double {
    let (pe, pp, total) = beams
    let rows = (0..<2).map { D.spinors(p[$0], mass: mass, sign: 1).map(D.bar) }
    let columns = (2..<4).map { D.spinors(p[$0], mass: mass, sign: -1) }
    var result = 0.0
    for u in D.spinors(pe, mass: 0, sign: 1) {
      for v in D.spinors(pp, mass: 0, sign: -1).map(D.bar) {
        let annihilated = D.slash(lower: photon(total, current(v, u)))
        for h in 0..<16 {
          let spin = [h >> 3 & 1, h >> 2 & 1, h >> 1 & 1, h & 1]
          var amplitude = Complex()
          for f in 0..<2 {
            let plus = [f, 1 - f]
            let momenta = (0..<2).map { sum(p[$0], p[2 + plus[$0]]) }
            let pairs = (0..<2).map { pair in
              D.slash(
                lower: photon(
                  momenta[pair],
                  current(rows[pair][spin[pair]], columns[plus[pair]][spin[2 + plus[pair]]])))
            }
            // vbar B (p - k_a) A u + vbar A (p - k_b) B u
            var part = line(
              v, u, radiated: pairs[1], photon: pairs[0], first: sum(pe, momenta[0], -1),
              second: sum(pe, momenta[1], -1), mass: 0)
            for pair in 0..<2 {
              let other = 1 - pair
              let negative = sum(p[2 + plus[pair]], momenta[other]).map { -$0 }
              part =
                part
                + line(
                  rows[pair][spin[pair]], columns[plus[pair]][spin[2 + plus[pair]]],
                  radiated: pairs[other], photon: annihilated, first: sum(p[pair], momenta[other]),
                  second: negative, mass: mass)
            }
            amplitude = amplitude + (f == 0 ? 1.0 : -1) * part
          }
          result += amplitude.squared
        }
      }
    }
    return result
  }

  /// Sum over spins of |M|²/(e^4 g^4) for mu-, mu+ beside X and its mu-, mu+.
  ///
  /// The propagator of X is left out; `shift` adds that multiple of its momentum to a vector's current.
  func resonance(_ p: [[Double]], isScalar: Bool, shift: Double = 0) -> Double {
    let (pe, pp, total) = beams
    let rows = D.spinors(p[0], mass: mass, sign: 1).map(D.bar)
    let columns = D.spinors(p[1], mass: mass, sign: -1)
    let decayRows = D.spinors(p[2], mass: mass, sign: 1).map(D.bar)
    let decayColumns = D.spinors(p[3], mass: mass, sign: -1)
    let k = sum(p[2], p[3])
    let metric = [1.0, -1, -1, -1]
    var result = 0.0
    for u in D.spinors(pe, mass: 0, sign: 1) {
      for v in D.spinors(pp, mass: 0, sign: -1).map(D.bar) {
        let annihilated = D.slash(lower: photon(total, current(v, u)))
        for a in decayRows {
          for b in decayColumns {
            let radiated: DiracMatrix
            if isScalar {
              radiated = D.product(a, b) * D.one
            } else {
              let c = current(a, b)
              radiated = D.slash(
                lower: (0..<4).map { metric[$0] * (c[$0] + Complex(re: shift * k[$0])) })
            }
            for row in rows {
              for column in columns {
                result +=
                  line(
                    row, column, radiated: radiated, photon: annihilated, first: sum(p[0], k),
                    second: sum(p[1], k).map { -$0 }, mass: mass
                  ).squared
              }
            }
          }
        }
      }
    }
    return result
  }
}
