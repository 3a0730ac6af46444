import PipelineSpec

extension SearchPlan {
  /// Ranges of the observable that every window leaves out, ascending: those of the file, and vetoes
  /// on the observable itself.
  func excludedRanges(_ curves: SignalCurves) throws -> [NamedRange] {
    guard let scan = pipeline.scan else { return [] }
    var excluded = scan.window.exclude.map {
      NamedRange(name: "excluded", low: $0.lowerBound, high: $0.upperBound)
    }
    for veto in pipeline.skim.veto
    where veto.value.expression.text.filter({ !$0.isWhitespace })
      == scan.observable.text.filter({ !$0.isWhitespace })
    {
      excluded += veto.value.windows.map {
        NamedRange(name: veto.name, low: $0.lowerBound, high: $0.upperBound)
      }
    }
    for range in scan.window.excludeHypotheses {
      let edges = try [range.bounds.lowerBound, range.bounds.upperBound].map { value in
        try curves.mean(at: Hypothesis(value, range.variable, constituent: constituentMass))
      }
      excluded.append(NamedRange(name: "excluded", low: edges[0], high: edges[1]))
    }
    return excluded.sorted { ($0.low, $0.high) < ($1.low, $1.high) }
  }
}
