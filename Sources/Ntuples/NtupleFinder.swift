import Columns
import HDF5Files

/// Finds the ntuple in an HDF5 file.
struct NtupleFinder {
  let file: HDF5File

  func open(_ table: String?) throws(NtupleError) -> NtupleFile {
    if let table { return try open(named: table) }
    let found = try candidates()
    guard let only = found.first, found.count == 1 else {
      if !found.isEmpty {
        throw .severalTables(place: file.name, candidates: found.map(\.path))
      }
      try explain()
      throw .noTable(place: file.name)
    }
    return try open(only)
  }

  /// A group or dataset that could be an ntuple.
  private struct Candidate {
    var path: String
    var kind: HDF5File.Object.Kind
  }

  private func open(named table: String) throws(NtupleError) -> NtupleFile {
    let path = "/" + table.split(separator: "/").joined(separator: "/")
    guard path == "/" || file.contains(path) else {
      throw .missingTable(
        place: file.name, name: table, candidates: try candidates().map(\.path))
    }
    let isGroup: Bool
    do throws(HDF5Error) {
      _ = try file.objects(in: path)
      isGroup = true
    } catch .wrongKind {
      isGroup = false
    } catch {
      throw .file(error)
    }
    return try open(Candidate(path: path, kind: isGroup ? .group : .dataset))
  }

  private func open(_ candidate: Candidate) throws(NtupleError) -> NtupleFile {
    candidate.kind == .group
      ? try openColumns(candidate.path) : try openTable(candidate.path)
  }

  private func objects() throws(NtupleError) -> [HDF5File.Object] {
    do throws(HDF5Error) {
      return try file.walk()
    } catch {
      throw .file(error)
    }
  }

  /// Tables of compounds and groups of columns of one length.
  private func candidates() throws(NtupleError) -> [Candidate] {
    var tables: [Candidate] = []
    var lengths: [String: Set<Int>] = [:]
    var groups: [String] = []
    for object in try objects() where object.kind == .dataset {
      let (parent, name) = Self.split(object.path)
      // PyTables keeps indexes in groups of this name.
      if object.path.contains("/_i_") { continue }
      guard let dataset = dataset(object.path), dataset.shape.count == 1 else { continue }
      switch dataset.type {
      case .compound(let members, _):
        if members.contains(where: { $0.name.hasPrefix("values_block_") }) {
          throw .pandas(place: file.name, format: "table")
        }
        if !dataset.fields.isEmpty { tables.append(Candidate(path: object.path, kind: .dataset)) }
      case .number:
        if lengths[parent] == nil { groups.append(parent) }
        lengths[parent, default: []].insert(dataset.count)
      default: break
      }
      if name == "axis0" && file.contains(parent + "/block0_values") {
        throw .pandas(place: file.name, format: "fixed")
      }
    }
    for group in groups where lengths[group]?.count == 1 {
      tables.append(Candidate(path: group, kind: .group))
    }
    return tables
  }

  /// Says why nothing was found: groups of columns of unequal length, data that cannot be read.
  private func explain() throws(NtupleError) {
    for object in try objects() {
      switch object.kind {
      case .group:
        do throws(NtupleError) {
          _ = try openColumns(object.path)
        } catch .noTable {
          continue
        }
      case .dataset:
        let (parent, _) = Self.split(object.path)
        if let dataset = dataset(object.path), dataset.shape.count == 1,
          case .number = dataset.type, parent == "/"
        {
          _ = try openColumns("/")
        }
        do throws(HDF5Error) {
          _ = try file.dataset(object.path)
        } catch {
          throw .file(error)
        }
      case .unreadable(let reason):
        throw .file(.damaged(place: "\(file.name):\(object.path)", what: reason))
      default: break
      }
    }
  }

  private func dataset(_ path: String) -> HDF5Dataset? {
    do throws(HDF5Error) {
      return try file.dataset(path)
    } catch {
      return nil
    }
  }

  static func split(_ path: String) -> (parent: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("/", path) }
    let parent = path[..<slash]
    return (parent.isEmpty ? "/" : String(parent), String(path[path.index(after: slash)...]))
  }

  private func openColumns(_ group: String) throws(NtupleError) -> NtupleFile {
    let place = "\(file.name):\(group)"
    var sources: [ColumnSource] = []
    var unreadable: [(name: String, reason: String)] = []
    do throws(HDF5Error) {
      for object in try file.objects(in: group) where object.kind != .group {
        let name = Self.split(object.path).name
        do throws(HDF5Error) {
          if let source = try column(object.path, name, &unreadable) { sources.append(source) }
        } catch {
          unreadable.append((name, error.description))
        }
      }
    } catch {
      throw .file(error)
    }
    guard let first = sources.first else {
      guard let fault = unreadable.first else { throw .noTable(place: place) }
      throw .unreadableColumn(place: place, name: fault.name, reason: fault.reason)
    }
    for other in sources where other.dataset.count != first.dataset.count {
      throw .unequalLengths(
        place: place, first: first.column.name, firstRows: first.dataset.count,
        other: other.column.name, otherRows: other.dataset.count)
    }
    return NtupleFile(
      path: file.name, table: group, layout: .columns, sources: sources, unreadable: unreadable,
      rowCount: first.dataset.count)
  }

  private func column(
    _ path: String, _ name: String, _ unreadable: inout [(name: String, reason: String)]
  ) throws(HDF5Error) -> ColumnSource? {
    let dataset = try file.dataset(path)
    guard dataset.shape.count == 1, let field = dataset.fields.first, field.name.isEmpty else {
      unreadable.append((name, "found \(dataset.type.name) of shape \(dataset.shape)"))
      return nil
    }
    if let fault = try fault(of: dataset) {
      unreadable.append((name, fault.description))
      return nil
    }
    let column = NtupleColumn(
      name: name, type: field.number, unit: try text(dataset, "units"),
      longName: try text(dataset, "long_name"))
    return ColumnSource(column: column, dataset: dataset, field: field)
  }

  private func openTable(_ path: String) throws(NtupleError) -> NtupleFile {
    let place = "\(file.name):\(path)"
    do throws(HDF5Error) {
      let dataset = try file.dataset(path)
      guard case .compound(let members, _) = dataset.type else {
        throw HDF5Error.unsupportedType(
          place: place, found: dataset.type.name, allowed: "a compound, or a group of columns")
      }
      guard dataset.shape.count == 1 else {
        throw HDF5Error.wrongShape(place: place, found: dataset.shape, allowed: "one dimension")
      }
      if let fault = try fault(of: dataset) { throw fault }
      let sources = dataset.fields.map { field in
        ColumnSource(
          column: NtupleColumn(name: field.name, type: field.number),
          dataset: dataset, field: field)
      }
      let names = Set(sources.map(\.column.name))
      let unreadable = members.filter { !names.contains($0.name) }
        .map { (name: $0.name, reason: "found \($0.type.name)") }
      return NtupleFile(
        path: file.name, table: path, layout: .table, sources: sources, unreadable: unreadable,
        rowCount: dataset.count)
    } catch {
      throw .file(error)
    }
  }

  /// What would stop us from reading a dataset: its filters, more rows than the file can hold.
  private func fault(of dataset: HDF5Dataset) throws(HDF5Error) -> HDF5Error? {
    let place = "\(file.name):\(dataset.path)"
    if let step = dataset.unsupportedFilter {
      return .unsupportedFilter(place: place, filter: step.name)
    }
    if let rows = dataset.chunkRowsBeyondFile {
      return .damaged(
        place: place,
        what: "\(dataset.count) rows in chunks of \(rows) do not fit the file of "
          + "\(file.byteCount) bytes")
    }
    return nil
  }

  private func text(_ dataset: HDF5Dataset, _ name: String) throws(HDF5Error) -> String? {
    guard case .string(let text)? = try dataset.attribute(name) else { return nil }
    return text
  }
}
