import HDF5Files

extension SummaryWriter {
  /// Writes distributions of data beside simulation, a group each.
  func comparisons(_ comparisons: [Comparison]) throws(HDF5Error) {
    let names = comparisons.map(\.name)
    for (index, comparison) in comparisons.enumerated() where comparison.edges.count >= 2 {
      let group = "/comparisons/\(Self.link(comparison.name, index, among: names))"
      try set(
        group,
        [
          ("comparison", .string(comparison.name)),
          ("label", .string(comparison.quantity.label)),
          ("expression", .string(comparison.expression)), ("after", .string(comparison.after)),
          ("blinded", .int(comparison.isBlinded ? 1 : 0)),
        ])
      let axis = try bins1D(group, comparison.edges, comparison.quantity)
      let bins = comparison.edges.count - 1
      let layers = comparison.layers.filter { $0.sums.count == bins && $0.variances.count == bins }
      guard !layers.isEmpty else { continue }
      let samples = try self.axis("\(group)/sample", layers.map(\.sample), "name of the sample")
      try write(
        "\(group)/role", layers.map(\.role.rawValue), [samples], "what the sample is for")
      try write(
        "\(group)/sums", layers.flatMap(\.sums), [samples, axis], shape: [layers.count, bins],
        "sum of weights per bin, scaled to the luminosity of the data")
      try write(
        "\(group)/variances", layers.flatMap(\.variances), [samples, axis],
        shape: [layers.count, bins], "variance of the sums")
      try write(
        "\(group)/underflow", layers.map(\.underflow), [samples],
        "sum of weights below the first bin, scaled")
      try write(
        "\(group)/overflow", layers.map(\.overflow), [samples],
        "sum of weights above the last bin, scaled")
      try write(
        "\(group)/notANumber", layers.map(\.notANumber), [samples],
        "sum of weights where the quantity is not a number, scaled")
    }
  }

  /// Writes what the errors of binned tables do to each sample.
  func weightShifts(_ shifts: [WeightShift]) throws(HDF5Error) {
    var samples: [String] = []
    for shift in shifts where !samples.contains(shift.sample) { samples.append(shift.sample) }
    for (index, sample) in samples.enumerated() {
      let own = shifts.filter { $0.sample == sample }
      let group = "/corrections/\(Self.link(sample, index, among: samples))"
      try set(group, [("sample", .string(sample))])
      let axis = try axis(
        "\(group)/systematic", own.map(\.systematic), "name of the systematic")
      try write(
        "\(group)/nominal", own.map(\.nominal), [axis], "sum of weights of selected candidates")
      try write(
        "\(group)/shifted", own.map(\.shifted), [axis],
        "sum of weights with the tables moved up by their errors")
      try write(
        "\(group)/relativeChange", own.map(\.relativeChange), [axis],
        "relative change of the sum of weights")
    }
  }
}
