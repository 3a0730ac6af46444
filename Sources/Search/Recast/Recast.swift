import Diagnostics
import PipelineSpec
import Platform
import Settings
import Theory

/// Published limits over mass and lifetime turned into excluded regions of model parameters.
///
/// At a mass and a parameter g the lifetime is c τ(1)/g², the rate g² B(B → K X) B(X → pair); a point
/// is excluded where the rate exceeds the limit at that lifetime. Larger couplings give more bosons
/// that decay too early: regions are closed from above.
public struct Recast: Sendable {
  /// The settings, with paths as they are opened.
  public let settings: RecastSettings
  /// Limits in the order of the settings.
  let surfaces: [LimitSurface]
  /// Models in the order of the settings.
  let models: [BosonModel]
  /// Curves of others for each model.
  let overlays: [[ScanResults.Overlay]]

  /// Reads a file and all tables it names.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - overrides: Settings from the command line.
  ///   - inputs: Folder that relative paths of limit tables start from; nil: the file's own.
  /// - Throws: Every fault at once.
  public init(path: String, overrides: [SettingsOverride] = [], inputs: String? = nil)
    throws(Diagnostics)
  {
    let file = try SettingsFile<RecastSettings>(path: path, overrides: overrides)
    guard file.log.faults.isEmpty else { throw Diagnostics(file.log.faults.sorted) }
    var faults = Diagnostics()
    var settings = file.value
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    settings.resolvePaths(
      in: folder, tables: inputs.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? folder)
    var surfaces: [LimitSurface] = []
    for table in settings.limits {
      do throws(Diagnostics) {
        surfaces.append(
          try LimitSurface.read(
            path: table.value.table, at: file.location(of: "limits.\(table.name).table")))
      } catch { faults.report(error) }
    }
    var models: [BosonModel] = []
    var overlays: [[ScanResults.Overlay]] = []
    for search in settings.interpretations {
      do throws(Diagnostics) {
        models.append(
          try BosonModel(
            search.value.model, at: file.location(of: "interpret.\(search.name).hadronicWidths")))
      } catch { faults.report(error) }
      var curves: [ScanResults.Overlay] = []
      for overlay in search.value.overlays {
        do throws(Diagnostics) {
          curves.append(try OverlayTable.read(overlay.value, label: overlay.name))
        } catch { faults.report(error) }
      }
      overlays.append(curves)
    }
    guard faults.isEmpty else { throw faults }
    (self.settings, self.surfaces, self.models, self.overlays) = (
      settings, surfaces, models, overlays
    )
  }

  /// Finds the regions of all models.
  ///
  /// - Parameter pool: Threads; they never change the result.
  /// - Returns: A region a model, at all masses of its tables.
  /// - Throws: What stopped the threads.
  public func regions(pool: WorkerPool) throws -> [ExcludedRegion] {
    try settings.interpretations.indices.map { try region($0, pool: pool) }
  }

  private func region(_ index: Int, pool: WorkerPool) throws -> ExcludedRegion {
    let search = settings.interpretations[index].value
    let model = models[index]
    let used = settings.limits.indices.filter {
      search.tables.isEmpty || search.tables.contains(settings.limits[$0].name)
    }
    let masses = Set(used.flatMap { surfaces[$0].masses }).sorted()
    let slots = Slots<ExcludedRegion.Point>(count: masses.count)
    try pool.forEach(count: masses.count) { _, place in
      slots.set(place, point(masses[place], search, model, used))
    }
    return ExcludedRegion(
      name: settings.interpretations[index].name,
      fileName: "region-" + Figure.ending(settings.interpretations.map(\.name), index),
      model: search.model.kind.rawValue,
      parameter: search.model.kind.parameter, label: search.model.kind.label, range: search.range,
      tables: used.map { settings.limits[$0].name }, points: slots.all(),
      overlays: overlays[index])
  }

  private func point(
    _ mass: Double, _ search: RegionSearchSettings, _ model: BosonModel, _ used: [Int]
  ) -> ExcludedRegion.Point {
    // Rates at a parameter of 1; nil where the model's tables end.
    guard let length = model.decayLength(mass: mass) else {
      return .init(mass: mass, isKnown: false)
    }
    let rates = used.map { index -> Double in
      model.product(settings.limits[index].value.decay, mass: mass)
    }
    func ratios(_ parameter: Double) -> [Double?] {
      let square = parameter * parameter
      return zip(used, rates).map { index, rate in
        surfaces[index].limit(mass: mass, lifetime: length / square).map { rate * square / $0 }
      }
    }
    let islands = ExcludedIntervals.find(over: search.range, perDecade: search.perDecade) {
      let known = ratios($0).compactMap { $0 }
      guard !known.isEmpty else { return nil }
      return search.combination == .best ? known.max() : known.reduce(0, +)
    }
    return .init(
      mass: mass, isKnown: true, decayLength: length,
      islands: islands.map { interval in
        let own = ratios(interval.at).map { $0 ?? 0 }
        let best = own.indices.max { own[$0] < own[$1] } ?? 0
        return .init(interval: interval, table: settings.limits[used[best]].name)
      })
  }
}

extension RecastSettings {
  fileprivate mutating func resolvePaths(in folder: String, tables: String) {
    func resolved(_ path: String, _ folder: String) -> String {
      path.hasPrefix("/") ? path : folder + path
    }
    for index in limits.indices {
      limits[index].value.table = resolved(limits[index].value.table, tables)
    }
    for index in interpretations.indices {
      interpretations[index].value.model.resolveTables { resolved($0, folder) }
      for place in interpretations[index].value.overlays.indices {
        let path = interpretations[index].value.overlays[place].value
        interpretations[index].value.overlays[place].value = resolved(path, folder)
      }
    }
  }
}

/// Where a model is excluded, over the mass.
public struct ExcludedRegion: Sendable, Equatable {
  /// An interval with the table that excludes it best.
  public struct Island: Sendable, Equatable {
    /// The interval of the parameter.
    public var interval: ExcludedInterval
    /// The table with the largest ratio of rate to limit.
    public var table: String
  }

  /// A mass.
  public struct Point: Sendable, Equatable {
    /// GeV.
    public var mass: Double
    /// Whether the model's tables reach it.
    public var isKnown: Bool
    /// c τ at a parameter of 1, cm.
    public var decayLength = Double.nan
    /// Excluded intervals, ascending.
    public var islands: [Island] = []
    /// Intervals that would be excluded by the median limits without a signal; empty where not known.
    public var expected: [ExcludedInterval] = []
  }

  /// Name of the interpretation.
  public var name: String
  /// Name of its files, without ending.
  public var fileName: String
  /// Name of the model.
  public var model: String
  /// Name of the parameter.
  public var parameter: String
  /// Name of the parameter in figures.
  public var label: String
  /// Scanned range of the parameter.
  public var range: ClosedRange<Double>
  /// Tables that were used.
  public var tables: [String]
  /// Masses, ascending.
  public var points: [Point]
  /// Curves of others.
  public var overlays: [ScanResults.Overlay]
  /// What `combination` says of counts.
  static let counts = "counts"
  /// The same where their limits are Bayesian.
  static let bayesianCounts = "Bayesian counts"

  /// How channels were joined, in words; empty for tables of limits.
  public var combination = ""
  /// The horizontal axis, which `mass` of the points is.
  public var horizontal = Quantity(name: "mass", label: "Mass", unit: "GeV")
  /// Whether larger parameters are not excluded, as the boson then decays before it can be seen.
  public var isBand = true
}
