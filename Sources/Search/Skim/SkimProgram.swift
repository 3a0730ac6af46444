import Columns
import Expressions
import Ntuples
import PipelineSpec
import Settings

/// A skim recipe compiled for the columns of one file.
struct SkimProgram: Sendable {
  /// A column to be read: where it is and what stands for a missing value.
  struct Input: Sendable {
    var index: Int
    var type: ColumnType
    /// The number that is read as NaN.
    var missing: Double?
    /// The type that expressions see: float64 where integers may be missing.
    var evaluatedType: ColumnType
  }

  /// What is computed.
  let recipe: SkimRecipe
  /// The expressions.
  let program: ExpressionProgram
  /// Columns to read: those of the program, its lists, then the identity.
  let inputs: [Input]
  /// Which inputs are lists.
  let lists: Range<Int>
  /// Positions in `program.numbers`.
  let vetoNumbers: Range<Int>
  let weightNumber: Int?
  let bestNumber: Int?
  /// Coordinates of the corrections, shape [corrections][factors].
  let coordinateNumbers: [[Range<Int>]]
  let comparisonNumbers: Range<Int>
  /// Inputs of the networks.
  let inputNumbers: Range<Int>
  /// Generated mass, number of generated events, other coordinates, decay lengths.
  let truthNumbers: (mass: Int, generated: Int, coordinates: Range<Int>, lengths: Range<Int>)?
  /// Position in `program.masks`.
  let matchedMask: Int?

  /// Compiles the recipe for a file.
  ///
  /// - Throws: `NtupleError` for a missing column, `Diagnostics` for faults in expressions.
  init(_ recipe: SkimRecipe, file: NtupleFile) throws {
    var environment = recipe.environment
    var inputs: [String: Input] = [:]
    let missingAliases = try recipe.schema.columns.compactMap { named -> String? in
      guard let input = Self.input(for: named, file: file) else { return named.name }
      let column = file.columns[input.index]
      guard column.isList == named.value.isList else {
        throw NtupleError.listMismatch(
          place: file.place, name: column.name, isList: column.isList)
      }
      if column.isList { environment.lists.insert(named.name) }
      inputs[named.name] = input
      environment.columns[named.name] = input.evaluatedType
      environment.types[named.name] = named.value.kind == .boolean ? .boolean : .number
      return nil
    }
    for alias in missingAliases { environment.columns[alias] = nil }
    let defined = Set(recipe.definitions.map(\.name))
    environment.particles = environment.particles.filter { particle in
      (particle.momentumColumns + [particle.energyColumn].compactMap { $0 }).allSatisfy {
        inputs[$0] != nil || defined.contains($0)
      }
    }

    var numbers = recipe.outputs.map { ($0.name, $0.source) }
    vetoNumbers = numbers.count..<(numbers.count + recipe.vetoes.count)
    numbers += recipe.vetoes.map { ("veto \($0.name)", $0.value.expression) }
    weightNumber = recipe.weight == nil ? nil : numbers.count
    if let weight = recipe.weight { numbers.append(("weight", weight)) }
    bestNumber = recipe.best == nil ? nil : numbers.count
    if let best = recipe.best { numbers.append(("key", best.key)) }
    coordinateNumbers = recipe.corrections.map { correction in
      correction.value.coordinates.map { factor in
        numbers += factor.map { ("correction \(correction.name)", $0) }
        return (numbers.count - factor.count)..<numbers.count
      }
    }
    comparisonNumbers = numbers.count..<(numbers.count + recipe.comparisons.count)
    numbers += recipe.comparisons.map { ("comparison \($0.name)", $0.source) }
    let scored = recipe.score?.inputs ?? []
    inputNumbers = numbers.count..<(numbers.count + scored.count)
    numbers += scored.enumerated().map { ("input \($0.offset + 1)", $0.element) }
    truthNumbers =
      recipe.truth.map { truth in
        let (first, second) = (numbers.count + 2, numbers.count + 2 + truth.coordinates.count)
        return (
          numbers.count, numbers.count + 1, first..<second, second..<(second + truth.decays.count)
        )
      }
    if let truth = recipe.truth {
      numbers += [("hypothesis", truth.hypothesis), ("generated", truth.generated)]
      numbers += truth.coordinates.map { (SkimRecipe.coordinateColumn($0.name), $0.value) }
      numbers += truth.decays.map { (SkimRecipe.lengthColumn($0.name), $0.value.length) }
    }
    var masks = recipe.cuts.map { ($0.name, $0.source) }
    masks += recipe.rules.enumerated().map { ("rule \($0.offset)", $0.element) }
    if let regions = recipe.regions {
      masks += regions.enumerated().map { ("region \($0.offset)", $0.element) }
    }

    matchedMask = recipe.truth?.matched == nil ? nil : masks.count
    if let matched = recipe.truth?.matched { masks.append(("matched", matched)) }

    // A column that the schema requires and the file lacks is told by its own name.
    for alias in missingAliases {
      guard let settings = recipe.schema.columns.value(named: alias),
        settings.isRequired || recipe.identity.contains(alias)
      else { continue }
      let names = settings.names.isEmpty ? [alias] : settings.names
      _ = try file.column(named: names[0], aliases: Array(names.dropFirst()))
    }
    program = try ExpressionProgram.compile(
      definitions: recipe.definitions.map { ($0.name, $0.source) },
      numbers: numbers.map { (name: $0.0, source: $0.1) },
      masks: masks.map { (name: $0.0, source: $0.1) }, environment: environment)
    self.recipe = recipe
    let names = program.columns + program.lists + recipe.identity
    self.inputs = names.compactMap { inputs[$0] }
    lists = program.columns.count..<(program.columns.count + program.lists.count)
    precondition(self.inputs.count == names.count)
  }

  private static func input(for named: Named<NtupleColumnSettings>, file: NtupleFile) -> Input? {
    let names = named.value.names.isEmpty ? [named.name] : named.value.names
    guard let index = try? file.column(named: names[0], aliases: Array(names.dropFirst()))
    else { return nil }
    let type = file.columns[index].type
    guard case .value(let missing) = named.value.missing else {
      return Input(index: index, type: type, missing: nil, evaluatedType: type)
    }
    let isFloating = type == .float32 || type == .float64
    return Input(
      index: index, type: type, missing: missing, evaluatedType: isFloating ? type : .float64)
  }
}
