import PipelineSpec
import Settings

extension SearchPlan {
  /// Distributions to be histogrammed, in the order of the outputs.
  var comparisons: [Named<ComparisonSettings>] { pipeline.skim.allComparisons }

  /// Adds corrections and comparisons to what the skim of a sample computes.
  func addWeightsAndComparisons(to recipe: inout SkimRecipe, of sample: SampleFiles) {
    // The order of names: that of a map in the file means nothing.
    recipe.corrections = sample.settings.corrections.sorted {
      $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
    guard !comparisons.isEmpty else { return }
    recipe.histograms = HistogramLayout(
      comparisons.map { comparison in
        (
          comparison.name, pipeline.skim.depth(of: comparison.value),
          comparison.value.range.map {
            .fixed(low: $0.lowerBound, high: $0.upperBound, bins: comparison.value.bins)
          } ?? .growing
        )
      }, isWeighted: recipe.isWeighted)
    recipe.comparisons = recipe.histograms.items.compactMap { item in
      comparisons.value(named: item.name).map { .init(name: item.name, source: $0.expression) }
    }
    // Simulation is shown where data are, so that both can be compared.
    if pipeline.blind, pipeline.visibleFraction == nil {
      recipe.shownRegions = pipeline.regions.map(\.value.cut)
    }
  }

  /// The tables of a sample's corrections and how they are used, for the key of its skim.
  ///
  /// The content counts, not the path; nothing for a sample without corrections.
  func correctionSettings(of sample: SampleFiles) -> [Named<CanonicalValue>] {
    let path = "samples.\(sample.name).corrections"
    return sample.settings.corrections.sorted {
      $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }.flatMap { correction in
      [
        Named("\(path).\(correction.name).table", correction.value.table?.canonical ?? .nothing)
      ]
        + ["in", "outside", "systematic"].map { key in
          Named("\(path).\(correction.name).\(key)", canonical["\(path).\(correction.name).\(key)"])
        }
    }
  }

  /// The settings that keys digest: words for axes decide no result, nor do stages that follow on
  /// the scan decide the scan.
  var keyed: CanonicalValue {
    canonical.replacing("scan") { scan in
      guard case .map(let keys) = scan else { return scan }
      return .map(keys.filter { $0.name != "lookElsewhere" && $0.name != "closure" })
    }.replacing("skim.comparisons") { comparisons in
      guard case .map(let entries) = comparisons else { return comparisons }
      return .map(
        entries.map { entry in
          guard case .map(let keys) = entry.value else { return entry }
          return Named(entry.name, .map(keys.filter { $0.name != "unit" }))
        })
    }
  }
}

extension CanonicalValue {
  /// The value with another one at a dotted path of maps, made from the one there.
  func replacing(
    _ path: String, _ change: (CanonicalValue) -> CanonicalValue
  ) -> CanonicalValue {
    guard case .map(let entries) = self else { return self }
    let name = String(path.prefix { $0 != "." })
    let rest = path.dropFirst(name.count + 1)
    return .map(
      entries.map { entry in
        guard entry.name == name else { return entry }
        return Named(
          name,
          rest.isEmpty ? change(entry.value) : entry.value.replacing(String(rest), change))
      })
  }
}
