/// A 4 x 4 matrix that takes (E, px, py, pz) of the laboratory to the centre-of-mass frame.
struct FrameTransform: Hashable {
  /// Row by row: energy, px, py, pz.
  var rows: [[Double]]

  func callAsFunction(_ v: FourVector) -> FourVector {
    let x = [v.energy, v.px, v.py, v.pz]
    let y = rows.map { $0[0] * x[0] + $0[1] * x[1] + $0[2] * x[2] + $0[3] * x[3] }
    return FourVector(px: y[1], py: y[2], pz: y[3], energy: y[0])
  }
}

extension Beams {
  /// Sum of both beams.
  var total: FourVector {
    FourVector(
      px: electron.px + positron.px, py: electron.py + positron.py, pz: electron.pz + positron.pz,
      energy: electron.energy + positron.energy)
  }

  /// The way to the centre-of-mass frame; nil if the beams have none, as when their sum has no mass.
  ///
  /// First the boost without rotation by beta = -P/E of the sum (Jackson, Classical
  /// Electrodynamics, 3rd ed., eq. 11.19), then the rotation about y and the one about x that turn
  /// the electron beam to +z, as basf2 does for its c.m. frame.
  var centreOfMassTransform: FrameTransform? {
    let sum = total
    let massSquared =
      sum.energy * sum.energy - (sum.px * sum.px + sum.py * sum.py + sum.pz * sum.pz)
    guard sum.energy > 0, massSquared > 0, massSquared.isFinite else { return nil }
    let beta = [sum.px / sum.energy, sum.py / sum.energy, sum.pz / sum.energy]
    let gamma = sum.energy / massSquared.squareRoot()
    // (gamma - 1) / beta^2 without the division by zero at rest.
    let factor = gamma * gamma / (gamma + 1)
    var boost = [[gamma, -gamma * beta[0], -gamma * beta[1], -gamma * beta[2]]]
    for i in 0..<3 {
      let row = (0..<3).map { j in (i == j ? 1.0 : 0.0) + factor * beta[i] * beta[j] }
      boost.append([-gamma * beta[i]] + row)
    }
    let e = FrameTransform(rows: boost)(electron)
    let length = (e.px * e.px + e.py * e.py + e.pz * e.pz).squareRoot()
    guard length > 0, length.isFinite else { return nil }
    let (x, y, z) = (e.px / length, e.py / length, e.pz / length)
    let h = (x * x + z * z).squareRoot()
    let (sine, cosine) = h > 0 ? (x / h, z / h) : (0, 1)
    let turn: [[Double]] = [
      [cosine, 0, -sine],
      [-y * sine, h, -y * cosine],
      [h * sine, y, h * cosine],
    ]
    var rows = [boost[0]]
    for i in 0..<3 {
      rows.append(
        (0..<4).map { j in
          turn[i][0] * boost[1][j] + turn[i][1] * boost[2][j] + turn[i][2] * boost[3][j]
        })
    }
    return FrameTransform(rows: rows)
  }
}
