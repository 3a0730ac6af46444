import Inference

extension SignalShape {
  /// The parameters in the order of `SignalShapeKind.parameters`.
  var parameters: [Double] {
    switch self {
    case .gaussian(let mean, let width): [mean, width]
    case .doubleSidedCrystalBall(
      let mean, let width, let alphaLow, let nLow, let alphaHigh, let nHigh):
      [mean, width, alphaLow, nLow, alphaHigh, nHigh]
    case .twoCrystalBalls(let mean, let width, let tail, let width2, let tail2, let fraction):
      [mean, width, tail.alpha, tail.n, width2, tail2.alpha, tail2.n, fraction]
    }
  }
}
