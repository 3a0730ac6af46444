import Inference
import Platform

/// The ranking of nuisance parameters by what they do to the parameter of interest.
public enum ImpactRanking {
  /// Computes the impacts of all free parameters on all threads, the largest post-fit one first.
  ///
  /// - Parameters:
  ///   - poi: The parameter of interest.
  ///   - model: The model that was fitted.
  ///   - fit: Its fit with nothing held.
  ///   - pool: Threads; the result does not depend on their number.
  /// - Returns: One impact a parameter, in the unit of the parameter of interest.
  /// - Throws: `InferenceError` where the model is not valid.
  public static func impacts(
    on poi: String, in model: LikelihoodModel, from fit: FitResult, pool: WorkerPool
  ) throws -> [Impact] {
    let names = fit.parameters.filter { $0.error > 0 && $0.name != poi }.map(\.name)
    let slots = Slots<Impact>(count: names.count)
    try pool.forEach(count: names.count) { _, index in
      // A likelihood owns its buffers, and compiles far faster than it fits.
      let likelihood = try Likelihood(model)
      slots.set(index, likelihood.impact(of: names[index], on: poi, from: fit))
    }
    func rank(_ impact: Impact) -> (Double, String) {
      let size = impact.postFit.largest
      return (size.isNaN ? .infinity : -size, impact.name)
    }
    return slots.all().sorted { rank($0) < rank($1) }
  }
}
