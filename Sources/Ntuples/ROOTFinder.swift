import ROOTFiles

/// Finds the tree or RNTuple in a ROOT file.
struct ROOTFinder {
  let path: String

  func open(_ table: String?) throws(NtupleError) -> NtupleFile {
    let result: Result<NtupleFile, NtupleError>
    do throws(ROOTError) {
      result = try open(table, in: try ROOTFile(path: path))
    } catch {
      throw .root(error)
    }
    return try result.get()
  }

  /// The ntuple, or why there is none to take; errors of the file itself are thrown.
  private func open(
    _ table: String?, in file: ROOTFile
  ) throws(ROOTError) -> Result<NtupleFile, NtupleError> {
    let found = file.newestTables
    let chosen: ROOTFile.Entry
    if let table {
      let name = table.split(separator: "/").joined(separator: "/")
      guard let entry = file.table(named: name) else {
        return .failure(
          .missingTable(place: path, name: table, candidates: found.map { "/" + $0.path }))
      }
      chosen = entry
    } else {
      // basf2 keeps what it knows of the job in a tree of one row.
      let own = found.filter { $0.path != "persistent" }
      guard let entry = own.first ?? found.first else { return .failure(.noTable(place: path)) }
      guard own.count <= 1 else {
        return .failure(.severalTables(place: path, candidates: own.map { "/" + $0.path }))
      }
      chosen = entry
    }
    let root = try ROOTTable(file, entry: chosen)
    let ntuple = NtupleFile(root, path: path, table: chosen.path)
    if root.columns.isEmpty, let fault = root.unreadable.first {
      return .failure(
        .unreadableColumn(place: ntuple.place, name: fault.name, reason: fault.reason))
    }
    return .success(ntuple)
  }
}
