import Diagnostics
import PipelineSpec
import Settings

/// A model of a pipeline file with its tables read.
struct PlannedPlane: Sendable {
  let name: String
  let settings: PlaneSettings
  let model: PlaneModel
  /// Curves of others over its figure.
  let overlays: [ScanResults.Overlay]

  /// Reads the tables of all models; throws what is wrong with any of them at once.
  ///
  /// `sqrtS` is the energy of the beams in their rest frame, GeV, where the file states them.
  static func read(
    _ planes: [Named<PlaneSettings>], overlays: [PlannedOverlay], sqrtS: Double?
  ) throws(Diagnostics) -> [PlannedPlane] {
    var faults = Diagnostics()
    var planned: [PlannedPlane] = []
    for plane in planes {
      do throws(Diagnostics) {
        let place = plane.value.location
        let model: PlaneModel =
          switch plane.value.model {
          case .boson(let boson): .boson(try BosonModel(boson, at: place))
          case .inelastic(let own):
            .inelastic(try InelasticModel(own, sqrtS: own.sqrtS ?? sqrtS ?? .nan, at: place))
          }
        planned.append(
          PlannedPlane(
            name: plane.name, settings: plane.value, model: model,
            overlays: overlays.filter { $0.figure == plane.name }.map(\.curve)))
      } catch { faults.report(error) }
    }
    guard faults.isEmpty else { throw faults }
    return planned
  }
}
