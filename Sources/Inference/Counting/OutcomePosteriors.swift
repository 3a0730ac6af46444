import NumericalMethods

/// The posteriors of all outcomes of several counts, from one table of each channel's likelihoods.
struct OutcomePosteriors {
  struct Outcome {
    /// The number of the outcome.
    var place: Int
    var probability: Double
    var limit: Double
  }

  private typealias Lanes = LaneBatch.Lanes

  private let backgrounds: [[Double]]
  /// The posterior's points, its prior's variable from the upper end down, and prior densities there.
  private let points: [Double]
  private let densities: [Double]
  private let prior: StrengthPrior
  private let batches: [LaneBatch]
  /// P(n) with a signal, by channel, batch, point and count.
  private var tables: [[[[Lanes]]]] = []

  /// The most outcomes whose probabilities are compared.
  private static let most = 5_000_000.0

  init(
    _ combination: CountingCombination, _ prior: StrengthPrior
  ) throws(InferenceError) {
    let yields = combination.counts.yields, channels = combination.outcomes.channels
    self.prior = prior
    backgrounds = channels.map { Self.kept($0.background, 1e-10 / Double(channels.count)) }
    let count = backgrounds.reduce(1.0) { $0 * Double($1.count) }
    guard count <= Self.most else {
      throw .unsupported(
        what: "expected limits of several counts", found: "\(count) outcomes",
        allowed: "\(Self.most); use toys")
    }
    let counts = backgrounds.map { $0.count - 1 }
    let likely = Double(counts.reduce(0, +)) / yields.reduce(0, +)
    let high = combination.highest(yields, counts, atLeast: likely)
    var (a, b) = (0.0, high)
    if case .logUniform(let range) = prior {
      (a, b) = (range.lowerBound, min(range.upperBound, high))
      if b <= a { b = range.upperBound }
    }
    points = ChebyshevDensity.points(
      prior == .flat ? 64 : 128, prior.variable(a), prior.variable(b))
    let strengths = points.map { prior.strength($0) }
    densities = strengths.map(\.density)
    let signal = yields.reduce(0, +) * b
    let batches = LaneBatch.batches(combination.outcomes.common.nodes(signal: signal))
    self.batches = batches
    tables = channels.indices.map { index in
      batches.map { batch in
        strengths.map { point in
          let most = backgrounds[index].count - 1
          var table = CountTables.counts(
            channels[index], (point.s * yields[index]) * batch.factors, upTo: Double(most))
          while table.count <= most { table.append(.zero) }
          return table
        }
      }
    }
  }

  /// The counts up to where a probability is left.
  private static func kept(_ probability: [Double], _ tail: Double) -> [Double] {
    var sum = 0.0, count = probability.count
    while count > 1, sum + probability[count - 1] < tail {
      sum += probability[count - 1]
      count -= 1
    }
    return Array(probability.prefix(count))
  }

  /// The counts of an outcome, shape [channels].
  func counts(_ place: Int) -> [Int] {
    var rest = place
    return backgrounds.map { background in
      defer { rest /= background.count }
      return rest % background.count
    }
  }

  /// The limits of the most probable outcomes, all but 1e-9 of the probability.
  func limits(_ level: Double) -> [Outcome] {
    var probabilities = [1.0]
    for background in backgrounds {
      // The first channel's count runs fastest.
      probabilities = background.flatMap { p in probabilities.map { p * $0 } }
    }
    let falling = probabilities.indices.filter { probabilities[$0] > 1e-16 }
      .sorted { (probabilities[$0], $1) > (probabilities[$1], $0) }
    var outcomes: [Outcome] = [], sum = 0.0
    for place in falling where sum < 1 - 1e-9 {
      sum += probabilities[place]
      outcomes.append(
        Outcome(
          place: place, probability: probabilities[place], limit: limit(counts(place), level)))
    }
    return outcomes
  }

  private func limit(_ counts: [Int], _ level: Double) -> Double {
    let values = points.indices.map { point in
      var sum = 0.0
      for (index, batch) in batches.enumerated() {
        var product = batch.weights
        for channel in counts.indices { product *= tables[channel][index][point][counts[channel]] }
        sum += product.sum()
      }
      return densities[point] * sum
    }
    let largest = values.max() ?? 0
    guard largest > 0 else { return .infinity }
    let density = ChebyshevDensity(
      low: points[points.count - 1], high: points[0], values: values.map { $0 / largest })
    return density.quantile(level).map { prior.strength($0).s } ?? .infinity
  }
}
