import Diagnostics
import PipelineSpec
import Settings

/// A model of a pipeline file with its tables read.
struct PlannedPlane: Sendable {
  let name: String
  let settings: PlaneSettings
  let model: BosonModel
  /// Curves of others over its figure.
  let overlays: [ScanResults.Overlay]

  /// Reads the tables of all models; throws what is wrong with any of them at once.
  static func read(_ planes: [Named<PlaneSettings>], overlays: [PlannedOverlay]) throws(Diagnostics)
    -> [PlannedPlane]
  {
    var faults = Diagnostics()
    var planned: [PlannedPlane] = []
    for plane in planes {
      do throws(Diagnostics) {
        planned.append(
          PlannedPlane(
            name: plane.name, settings: plane.value,
            model: try BosonModel(plane.value.model, at: plane.value.location),
            overlays: overlays.filter { $0.figure == plane.name }.map(\.curve)))
      } catch { faults.report(error) }
    }
    guard faults.isEmpty else { throw faults }
    return planned
  }
}
