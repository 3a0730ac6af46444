extension Gather {
  /// Adds the trials factor of each scan; `toys` one list a scan.
  func addLookElsewhere(_ toys: [[ScanToy]], to results: inout SearchResults) {
    guard let settings = pipeline.scan?.lookElsewhere else { return }
    for index in results.scans.indices {
      let points = results.scans[index].points
      guard points.contains(where: { $0.status.isValid }) else { continue }
      results.scans[index].lookElsewhere = LookElsewhereResults(
        level: settings.level, hasBound: settings.upcrossings, points: points,
        toys: toys.indices.contains(index) ? toys[index] : [])
    }
  }
}
