import Columns
import Expressions
import Ntuples

/// Reads, evaluates and selects rows of one file; one per thread, buffers reused.
final class SkimWorker: @unchecked Sendable {
  private let program: SkimProgram
  private let place: String
  private let fileNumber: UInt64
  private let scorer: ScoreWorker?
  private let cursor: NtupleCursor
  private let rowsAtOnce: Int?
  private let evaluator: ExpressionEvaluator
  private let buffers: [ColumnBuffer]
  private let offsets: [ColumnBuffer?]
  private let converted: [ColumnBuffer?]
  private let numbers: [ColumnBuffer]
  private let masks: [ColumnBuffer]
  private let hashes = ColumnBuffer(type: .uint64)
  private let depth = ColumnBuffer(type: .uint8)
  private let alive = ColumnBuffer(type: .uint8)
  private let fails = ColumnBuffer(type: .uint8)
  private let failed = ColumnBuffer(type: .uint8)
  private let passes = ColumnBuffer(type: .uint8)
  private let shown = ColumnBuffer(type: .uint8)
  private let weights: CandidateWeights?
  private let filler: HistogramFiller?

  /// Prepares buffers; `fileNumber` tells the files of a sample apart.
  init(_ program: SkimProgram, file: NtupleFile, fileNumber: UInt64) throws {
    self.program = program
    self.fileNumber = fileNumber
    scorer = program.recipe.score.map(ScoreWorker.init)
    place = file.path
    cursor = try NtupleCursor(file: file, columns: program.inputs.map(\.index))
    rowsAtOnce = file.rowsAtOnce
    evaluator = ExpressionEvaluator(program.program)
    buffers = cursor.makeBuffers()
    offsets = cursor.makeOffsets()
    converted = program.inputs.map {
      $0.evaluatedType == $0.type ? nil : ColumnBuffer(type: $0.evaluatedType)
    }
    numbers = program.program.numbers.map { _ in ColumnBuffer(type: .float64) }
    masks = program.program.masks.map { _ in ColumnBuffer(type: .uint8) }
    let recipe = program.recipe
    weights = recipe.isWeighted ? CandidateWeights(recipe.corrections) : nil
    filler = recipe.comparisons.isEmpty ? nil : HistogramFiller(recipe.histograms)
  }

  /// Skims rows whose first is a multiple of `SkimCounts.blockRows`.
  func skim(_ rows: Range<Int>) throws -> SkimStretch {
    let recipe = program.recipe
    let count = rows.count
    for buffer in numbers + masks + [hashes] { buffer.resize(to: count) }
    let step = rowsAtOnce ?? max(1, count)
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
      let part = start..<min(rows.upperBound, start + step)
      try cursor.read(part, into: buffers, offsets: offsets)
      replaceMissing()
      try evaluate(part, at: start - rows.lowerBound)
      hashEvents(part.count, at: start - rows.lowerBound)
    }
    findDepths(count)
    try weigh(rows)

    var stretch = SkimStretch(
      counts: SkimCounts(
        steps: recipe.stepCount, countsEvents: !recipe.identity.isEmpty,
        countsWeights: recipe.isWeighted),
      outputs: recipe.columns.count)
    select(rows, into: &stretch)
    if let filler {
      stretch.histograms = filler.fill(
        rows, values: program.comparisonNumbers.map(numberPointer), depths: bytes(depth),
        shown: shownRows(count), weights: weights?.weights)
    }
    try readGenerated(count, into: &stretch)
    try self.count(rows, into: &stretch.counts)
    return stretch
  }

  /// Evaluates the rows that were read; the results go behind those of `offset` rows before them.
  private func evaluate(_ rows: Range<Int>, at offset: Int) throws {
    func values(_ input: Int) -> UnsafeRawPointer {
      UnsafeRawPointer((converted[input] ?? buffers[input]).bytes)
    }
    let numbers = self.numbers.map { $0.doubles.baseAddress.unsafelyUnwrapped + offset }
    let masks = self.masks.map { $0.bytes.assumingMemoryBound(to: UInt8.self) + offset }
    let columns = (0..<program.lists.lowerBound).map(values)
    guard !program.lists.isEmpty else {
      evaluator.evaluate(columns: columns, rows: rows.count, numbers: numbers, masks: masks)
      return
    }
    let lists = program.lists.compactMap { input in
      offsets[input].map { starts in
        ListColumn(
          values: values(input), offsets: starts.bytes.assumingMemoryBound(to: Int64.self))
      }
    }
    do throws(ListMismatch) {
      try evaluator.evaluate(
        columns: columns, lists: lists, rows: rows.count, numbers: numbers, masks: masks)
    } catch {
      var fault = error
      fault.row += rows.lowerBound
      throw SearchError.lists(place: place, fault: fault)
    }
  }

  private func bytes(_ buffer: ColumnBuffer) -> UnsafeMutablePointer<UInt8> {
    buffer.bytes.assumingMemoryBound(to: UInt8.self)
  }

  private func numberPointer(_ index: Int) -> UnsafeMutablePointer<Double> {
    numbers[index].doubles.baseAddress.unsafelyUnwrapped
  }

  private func replaceMissing() {
    for (index, input) in program.inputs.enumerated() {
      guard let missing = input.missing else { continue }
      let buffer = buffers[index]
      if let target = converted[index] {
        target.resize(to: buffer.count)
        let values = target.doubles
        for row in 0..<buffer.count {
          let value = buffer.double(at: row)
          values[row] = value == missing ? .nan : value
        }
      } else if input.type == .float32 {
        let values = buffer.bytes.assumingMemoryBound(to: Float.self)
        let narrow = Float(missing)
        for row in 0..<buffer.count where values[row] == narrow { values[row] = .nan }
      } else {
        let values = buffer.doubles
        for row in 0..<buffer.count where values[row] == missing { values[row] = .nan }
      }
    }
  }

  private func hashEvents(_ count: Int, at offset: Int) {
    let hash = hashes.bytes.assumingMemoryBound(to: UInt64.self) + offset
    for row in 0..<count { hash[row] = 0 }
    for index in program.lists.upperBound..<program.inputs.count {
      let buffer = converted[index] ?? buffers[index]
      func mix<T: BinaryInteger>(_ type: T.Type) {
        let values = buffer.bytes.assumingMemoryBound(to: T.self)
        for row in 0..<count {
          hash[row] = EventHash.mixed(hash[row], Int64(truncatingIfNeeded: values[row]))
        }
      }
      switch buffer.type {
      case .int8: mix(Int8.self)
      case .int16: mix(Int16.self)
      case .int32: mix(Int32.self)
      case .int64: mix(Int64.self)
      case .uint8, .bool: mix(UInt8.self)
      case .uint16: mix(UInt16.self)
      case .uint32: mix(UInt32.self)
      case .uint64: mix(UInt64.self)
      case .float32, .float64:
        // basf2 tables hold whole numbers as floating point: equal numbers hash equally.
        for row in 0..<count {
          let value = buffer.double(at: row)
          let whole = Int64(exactly: value) ?? Int64(bitPattern: value.bitPattern)
          hash[row] = EventHash.mixed(hash[row], whole)
        }
      }
    }
  }

  /// Finds for every row how many steps it passes in order, how many it fails and the last failed.
  private func findDepths(_ count: Int) {
    let recipe = program.recipe
    for buffer in [depth, alive, fails, failed, passes] { buffer.resize(to: count) }
    let depth = bytes(self.depth)
    let alive = bytes(self.alive)
    let fails = bytes(self.fails)
    let failed = bytes(self.failed)
    for row in 0..<count {
      depth[row] = 0
      alive[row] = 1
      fails[row] = 0
      failed[row] = 0
    }
    for step in 0..<recipe.stepCount {
      let pass: UnsafeMutablePointer<UInt8>
      if step < recipe.cuts.count {
        pass = bytes(masks[step])
      } else {
        pass = bytes(passes)
        testVeto(step - recipe.cuts.count, count, pass)
      }
      let mark = UInt8(step)
      for row in 0..<count {
        let ok = pass[row]
        alive[row] &= ok
        depth[row] &+= alive[row]
        fails[row] &+= 1 &- ok
        failed[row] = ok == 0 ? mark : failed[row]
      }
    }
  }

  /// A row passes a veto where its value lies in none of the windows; NaN lies in none.
  private func testVeto(_ veto: Int, _ count: Int, _ pass: UnsafeMutablePointer<UInt8>) {
    let values = numberPointer(program.vetoNumbers.lowerBound + veto)
    for row in 0..<count { pass[row] = 1 }
    for window in program.recipe.vetoes[veto].value.windows {
      let low = window.lowerBound
      let high = window.upperBound
      for row in 0..<count { pass[row] &= values[row] >= low && values[row] <= high ? 0 : 1 }
    }
  }

  private func weigh(_ rows: Range<Int>) throws {
    guard let weights else { return }
    let outside = weights.evaluate(
      rows.count, expression: program.weightNumber.map(numberPointer),
      coordinates: program.coordinateNumbers.map { factors in
        factors.map { $0.map(numberPointer) }
      })
    guard let outside else { return }
    let correction = program.recipe.corrections[outside.correction]
    throw SearchError.outsideTable(
      place: place, row: rows.lowerBound + outside.row, correction: correction.name,
      values: program.coordinateNumbers[outside.correction].map { factor in
        factor.map { numberPointer($0)[outside.row] }
      }, covered: correction.value.table?.coverage ?? "")
  }

  /// Which rows may be histogrammed; nil: all of them.
  private func shownRows(_ count: Int) -> UnsafeMutablePointer<UInt8>? {
    let recipe = program.recipe
    guard isFraction || recipe.regions != nil else { return nil }
    shown.resize(to: count)
    let shown = bytes(self.shown)
    let hash = hashes.bytes.assumingMemoryBound(to: UInt64.self)
    for row in 0..<count { shown[row] = isVisible(hash[row]) ? 1 : 0 }
    guard let regions = recipe.regions else { return shown }
    let depth = bytes(self.depth)
    let all = UInt8(recipe.stepCount)
    let first = recipe.cuts.count + recipe.rules.count
    for row in 0..<count where depth[row] == all {
      let isInside = regions.indices.contains { bytes(masks[first + $0])[row] != 0 }
      if !isInside { shown[row] = 0 }
    }
    return shown
  }

  private func isVisible(_ hash: UInt64) -> Bool {
    guard case .fraction(let fraction) = program.recipe.visibility else { return true }
    return EventHash.fraction(hash) < fraction
  }

  private func count(_ rows: Range<Int>, into counts: inout SkimCounts) throws {
    let hash = hashes.bytes.assumingMemoryBound(to: UInt64.self)
    let depth = bytes(self.depth)
    let fails = bytes(self.fails)
    let failed = bytes(self.failed)
    let seesAll = !isFraction
    // A blinded sample never shows how many rows pass its last step, nor what fails only one.
    let deepestShown = isBlinded ? max(0, program.recipe.stepCount - 1) : program.recipe.stepCount
    if isBlinded {
      for row in 0..<rows.count {
        depth[row] = min(depth[row], UInt8(deepestShown))
        fails[row] = 0
      }
    }
    var depths = counts.depths
    var failOnly = counts.failOnly
    for row in 0..<rows.count where seesAll || isVisible(hash[row]) {
      depths[Int(depth[row])] += 1
      if fails[row] == 1 { failOnly[Int(failed[row])] += 1 }
    }
    counts.depths = depths
    counts.failOnly = failOnly
    if var events = counts.events {
      var row = 0
      while row < rows.count {
        let own = hash[row]
        var deepest = Int(depth[row])
        row += 1
        while row < rows.count, hash[row] == own {
          deepest = max(deepest, Int(depth[row]))
          row += 1
        }
        if seesAll || isVisible(own) { events.append(.init(hash: own, depth: deepest)) }
      }
      counts.events = events
    }
    guard let weight = self.weights?.weights, var weights = counts.weights else { return }
    for row in 0..<rows.count {
      if row % SkimCounts.blockRows == 0 { weights.startBlock() }
      guard weight[row].isFinite else {
        throw SearchError.weight(place: place, row: rows.lowerBound + row, value: weight[row])
      }
      weights.add(weight[row], depth: Int(depth[row]))
    }
    counts.weights = weights
  }

  private var isFraction: Bool {
    if case .fraction = program.recipe.visibility { true } else { false }
  }

  private var isBlinded: Bool {
    if case .regions = program.recipe.visibility { true } else { false }
  }

  private func select(_ rows: Range<Int>, into stretch: inout SkimStretch) {
    let recipe = program.recipe
    let hash = hashes.bytes.assumingMemoryBound(to: UInt64.self)
    let depth = bytes(self.depth)
    let all = UInt8(recipe.stepCount)
    let observable = numberPointer(0)
    let rules = recipe.rules.indices.map { bytes(masks[recipe.cuts.count + $0]) }
    var regions: [UnsafeMutablePointer<UInt8>]?
    if case .regions(let sources) = recipe.visibility {
      regions = sources.indices.map { bytes(masks[recipe.cuts.count + recipe.rules.count + $0]) }
    }
    let seesAll = !isFraction
    var selected: [Int32] = []
    selected.reserveCapacity(rows.count / 2)
    for row in 0..<rows.count where depth[row] == all {
      guard seesAll || isVisible(hash[row]) else { continue }
      if let regions, !regions.contains(where: { $0[row] != 0 }) { continue }
      guard !observable[row].isNaN else {
        if !isBlinded { stretch.counts.withoutObservable += 1 }
        continue
      }
      if !rules.isEmpty {
        var passed: UInt64 = 0
        for (bit, rule) in rules.enumerated() where rule[row] != 0 { passed |= 1 << UInt64(bit) }
        guard recipe.reach?.keeps(observable[row], passing: passed) ?? true else { continue }
        stretch.rules.append(passed)
      }
      selected.append(Int32(row))
    }
    func gather(_ values: UnsafeMutablePointer<Double>) -> [Double] {
      selected.map { values[Int($0)] }
    }
    for output in recipe.outputs.indices { stretch.outputs[output] = gather(numberPointer(output)) }
    var next = recipe.outputs.count
    if let scorer {
      let columns = program.inputNumbers.map(numberPointer)
      for scores in scorer.scores(of: selected, columns: columns) {
        stretch.outputs[next] = scores
        next += 1
      }
    }
    if let truth = program.truthNumbers {
      stretch.outputs[next] = gather(numberPointer(truth.mass))
      let matched = program.matchedMask.map { bytes(masks[$0]) }
      stretch.outputs[next + 1] = selected.map { row in
        matched.map { $0[Int(row)] != 0 } ?? true ? 1 : 0
      }
      for (place, number) in (Array(truth.coordinates) + Array(truth.lengths)).enumerated() {
        stretch.outputs[next + 2 + place] = gather(numberPointer(number))
      }
    }
    if let weights {
      stretch.weights = gather(weights.weights)
      stretch.shiftedWeights = weights.shiftedWeights.map(gather)
    }
    if let index = program.bestNumber { stretch.keys = gather(numberPointer(index)) }
    if !recipe.identity.isEmpty { stretch.events = selected.map { hash[Int($0)] } }
    stretch.rows = selected.map { Int64(rows.lowerBound) + Int64($0) }
  }

  /// Collects what all rows say of the generated masses.
  private func readGenerated(_ count: Int, into stretch: inout SkimStretch) throws {
    guard let truth = program.truthNumbers else { return }
    let mass = numberPointer(truth.mass)
    let generated = numberPointer(truth.generated)
    let coordinates = truth.coordinates.map(numberPointer)
    for row in 0..<count {
      try stretch.generated.add(
        .init(
          file: fileNumber, mass: mass[row], coordinates: coordinates.map { $0[row] },
          count: generated[row]), place: place)
    }
  }
}
