import Inference
import PipelineSpec

extension Search {
  /// Export: the likelihood of one hypothesis with its data, and its fit.
  ///
  /// - Parameters:
  ///   - index: The place of the scan among `plan.scans`.
  ///   - hypothesis: The place of the window in the scan.
  ///   - samples: The merged samples that are scanned, as for `scan`.
  /// - Returns: The document; nil where the hypothesis is not fitted (its window was skipped).
  /// - Throws: A sample that cannot be read, or a model that is not valid.
  public func hs3(
    scan index: Int, hypothesis: Int, samples: [SkimmedSample]
  ) throws -> HS3Document? {
    guard let scan = plan.pipeline.scan else { return nil }
    let window = plan.scans[index].windows[hypothesis]
    guard window.skipped == nil else { return nil }
    try window.checkFitted(for: "a likelihood file")
    let data = try ScanData(samples, windows: [window])
    var buffer: [Double] = []
    var model = data.withEvents(of: window, buffer: &buffer) { events in
      LikelihoodModel(
        window: window.problem(scan.fit, events: events), strength: Self.strengthName(scan),
        channel: "window")
    }
    model.channels[0].observable = plan.quantity(of: scan.observable).name
    let signal = plan.scans[index].signal.map { $0 + "_" } ?? ""
    let name = "\(signal)m\(window.hypothesis.mass)"
    return try HS3Document(fitting: model, name: name, parameterOfInterest: Self.strengthName(scan))
  }

  /// What the parameter of interest is called.
  private static func strengthName(_ scan: ScanSettings) -> String {
    switch scan.limit?.parameter {
    case .crossSection: "cross_section"
    case .branchingProduct: "branching_product"
    case .yield, nil: "signal"
    }
  }
}
