import HDF5Files

extension SummaryWriter {
  func head(_ results: SearchResults) throws(HDF5Error) {
    try set(
      "/",
      [
        ("format", .string("Nightjar summary")),
        ("layoutVersion", .int(Int64(SummaryFile.layoutVersion))),
        ("title", .string(results.title)), ("simulated", .int(results.isSimulated ? 1 : 0)),
      ])
    if let energy = results.sqrtS {
      try set("/", [("sqrtS", .double(energy)), ("sqrtSUnits", .string("GeV"))])
    }
    guard let text = results.submission else { return }
    var attributes: [(String, HDF5Attribute.Value)] = [("comment", .string(text.comment))]
    for (name, list) in [("reactions", text.reactions), ("phrases", text.phrases)]
    where !list.isEmpty {
      attributes.append((name, .strings(list.map(Self.text))))
    }
    try set("/submission", attributes)
  }

  func provenance(_ source: Provenance) throws(HDF5Error) {
    let group = "/provenance"
    var attributes: [(String, HDF5Attribute.Value)] = [
      ("pipelineName", .string(source.pipelineName)),
      // Text: seeds above 2^63 have no signed integer.
      ("seed", .string(String(source.seed))),
    ]
    switch source.blinding {
    case .none: attributes.append(("blinding", .string("none")))
    case .blind: attributes.append(("blinding", .string("blind")))
    case .unblinded: attributes.append(("blinding", .string("unblinded")))
    case .fraction(let fraction):
      attributes.append(("blinding", .string("fraction")))
      attributes.append(("unblindedFraction", .double(fraction)))
    }
    try set(group, attributes)
    try write("\(group)/pipeline", text: source.pipelineText, "text of the pipeline file")
    try table("\(group)/versions", source.versions, "version")
    try table("\(group)/overrides", source.overrides, "setting given on the command line")
    if !source.remarks.isEmpty {
      let axis = try axis(
        "\(group)/remarks/remark", source.remarks.indices.map(Int64.init), "number of the remark")
      try write("\(group)/remarks/text", source.remarks, [axis], "remarks of the run")
    }
    guard !source.inputs.isEmpty else { return }
    let inputs = "\(group)/inputs"
    let axis = try axis("\(inputs)/path", source.inputs.map(\.path), "path of the input file")
    try write("\(inputs)/sample", source.inputs.map(\.sample), [axis], "sample of the file")
    try write("\(inputs)/digest", source.inputs.map(\.digest), [axis], "digest of the file")
    try write("\(inputs)/bytes", source.inputs.map(\.bytes), [axis], units: "byte", "size")
    try write("\(inputs)/rows", source.inputs.map(\.rows), [axis], "candidates in the file")
    guard source.inputs.contains(where: { !$0.job.isEmpty }) else { return }
    try write(
      "\(inputs)/job", source.inputs.map(\.job), [axis],
      "what the job that wrote the file told of itself")
  }

  private func table(
    _ group: String, _ entries: [Provenance.Entry], _ what: String
  ) throws(HDF5Error) {
    guard !entries.isEmpty else { return }
    let axis = try axis("\(group)/name", entries.map(\.name), "name of the \(what)")
    try write("\(group)/text", entries.map(\.text), [axis], what)
  }

  func samples(_ samples: [SampleSummary]) throws(HDF5Error) {
    guard !samples.isEmpty else { return }
    let axis = try axis("/samples/sample", samples.map(\.name), "name of the sample")
    try write("/samples/role", samples.map(\.role.rawValue), [axis], "what the sample is for")
    try write("/samples/files", samples.map { Int64($0.files) }, [axis], "number of files")
    try write("/samples/rows", samples.map(\.rows), [axis], "candidates in the files")
    try write(
      "/samples/luminosity", samples.map { $0.luminosity ?? .nan }, [axis], units: "fb-1",
      "integrated luminosity, not a number where none is given")
    try write(
      "/samples/scale", samples.map(\.scale), [axis], "factor to the luminosity of the data")
    try write("/samples/weight", samples.map { $0.weight ?? "" }, [axis], "weight expression")
    try write(
      "/samples/notANumber", samples.map(\.notANumber), [axis],
      "selected candidates dropped because the observable is not a number")
  }

  func cutFlows(_ flows: [CutFlow]) throws(HDF5Error) {
    let names = flows.map(\.sample)
    for (index, flow) in flows.enumerated() where !flow.steps.isEmpty {
      let group = "/cutFlow/\(Self.link(flow.sample, index, among: names))"
      try set(
        group,
        [
          ("sample", .string(flow.sample)),
          ("cutShortByBlinding", .int(flow.isCutShortByBlinding ? 1 : 0)),
        ])
      let steps = flow.steps
      let axis = try axis("\(group)/step", steps.map(\.name), "name of the step")
      try write("\(group)/kind", steps.map(\.kind.rawValue), [axis], "what the step does")
      try write("\(group)/expression", steps.map(\.expression), [axis], "expression of the step")
      try write("\(group)/candidates", steps.map(\.candidates), [axis], "candidates left")
      try write("\(group)/events", steps.map(\.events), [axis], "events left")
      try write(
        "\(group)/sumOfWeights", steps.map(\.sumOfWeights), [axis],
        "sum of weights of the candidates left")
      try write(
        "\(group)/sumOfSquares", steps.map(\.sumOfSquares), [axis],
        "sum of squared weights of the candidates left")
      try write(
        "\(group)/passingOthers", steps.map { $0.passingOthers ?? -1 }, [axis],
        "candidates that pass all other cuts and vetoes, -1 where it has no meaning")
    }
  }

  func spectrum(_ spectrum: Spectrum, _ group: String) throws(HDF5Error) {
    let bins = spectrum.edges.count - 1
    guard bins >= 1 else { return }
    let observable = spectrum.observable
    try set(
      group,
      [("observable", .string(observable.name)), ("observableLabel", .string(observable.label))])
    let axis = try bins1D(group, spectrum.edges, observable)
    let layers = spectrum.layers.filter { $0.sums.count == bins && $0.variances.count == bins }
    if !layers.isEmpty {
      let samples = try self.axis("\(group)/sample", layers.map(\.sample), "name of the sample")
      try write(
        "\(group)/role", layers.map(\.role.rawValue), [samples], "what the sample is for")
      try write(
        "\(group)/sums", layers.flatMap(\.sums), [samples, axis], shape: [layers.count, bins],
        "sum of weights per bin, scaled to the luminosity of the data")
      try write(
        "\(group)/variances", layers.flatMap(\.variances), [samples, axis],
        shape: [layers.count, bins], "variance of the sums")
    }
    try ranges("\(group)/excluded", spectrum.excluded, observable)
  }

  /// Writes bin centres as the axis with the edges beside them.
  func bins1D(
    _ group: String, _ edges: [Double], _ observable: Quantity
  ) throws(HDF5Error) -> Scale {
    let centres = zip(edges, edges.dropFirst()).map { 0.5 * ($0 + $1) }
    let axis = try axis(
      "\(group)/bin", centres, units: observable.unit, "\(observable.label), centre of the bin")
    try write(
      "\(group)/binLow", Array(edges.dropLast()), [axis], units: observable.unit,
      "lower edge of the bin")
    try write(
      "\(group)/binHigh", Array(edges.dropFirst()), [axis], units: observable.unit,
      "upper edge of the bin")
    return axis
  }

  func ranges(
    _ group: String, _ ranges: [NamedRange], _ observable: Quantity
  ) throws(HDF5Error) {
    guard !ranges.isEmpty else { return }
    let axis = try axis("\(group)/name", ranges.map(\.name), "name of the range")
    try write("\(group)/low", ranges.map(\.low), [axis], units: observable.unit, "lower edge")
    try write("\(group)/high", ranges.map(\.high), [axis], units: observable.unit, "upper edge")
  }
}
