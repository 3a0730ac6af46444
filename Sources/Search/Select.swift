import Ntuples
import Platform

/// The skim of one run: reads, defines, selects and vetoes on all threads.
struct Select: Sendable {
  let recipe: SkimRecipe
  /// Rows that a thread reads at once.
  let chunkRows: Int

  /// Skims a run of an input file.
  ///
  /// - Throws: `NtupleError`, `SearchError`, `Diagnostics`; `PlatformError.stopped`.
  func run(
    path: String, fileNumber: UInt64, table: String?, part: SkimPart, pool: WorkerPool,
    stop: StopSignal,
    advance: @Sendable (Int) -> Void = { _ in }
  ) throws -> SkimRun {
    let file = try NtupleFile.open(path: path, table: table)
    let program = try SkimProgram(recipe, file: file)
    let pieces = part.pieces(
      rowsAtOnce: chunkRows, chunkRows: file.ranges(approximateRows: 1).first?.count ?? 1)
    let stretches = Slots<SkimStretch>(count: pieces.count)
    let workers = Slots<SkimWorker>(count: pool.threads)
    try pool.forEach(count: pieces.count) { worker, index in
      try stop.check()
      let own = try workers.get(worker) ?? SkimWorker(program, file: file, fileNumber: fileNumber)
      workers.set(worker, own)
      stretches.set(index, try own.skim(pieces[index]))
      advance(pieces[index].count)
    }
    var joined = SkimStretch(
      counts: SkimCounts(
        steps: recipe.stepCount, countsEvents: !recipe.identity.isEmpty,
        countsWeights: recipe.isWeighted),
      outputs: recipe.columns.count)
    for stretch in stretches.all() { try joined.append(stretch, place: path) }
    if !recipe.comparisons.isEmpty {
      joined.counts.histograms = joined.histograms.total ?? HistogramSums(recipe.histograms)
    }
    return SkimRun(
      names: recipe.columns, rowCount: part.rows.count,
      systematics: recipe.corrections.systematics, stretch: joined)
  }
}
