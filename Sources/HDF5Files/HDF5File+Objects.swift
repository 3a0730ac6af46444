import CHDF5
import Diagnostics

extension HDF5File {
  /// One object found by `objects`.
  public struct Object: Equatable, Sendable {
    /// Kinds of objects and of links that are not followed.
    public enum Kind: Equatable, Sendable {
      case group, dataset, namedType
      /// A link to another path of the file.
      case softLink(to: String)
      /// A link into another file.
      case externalLink
      /// An object that libhdf5 cannot open, with its reason.
      case unreadable(String)
    }
    /// Absolute path.
    public var path: String
    /// What is there.
    public var kind: Kind
    /// Where the object lies in the file; the same for two names of one object.
    var address: UInt64 = 0
  }

  /// More objects than this in one file are refused.
  private static let objectLimit = 1_000_000

  /// Lists what a group holds, by name, not deeper.
  public func objects(in group: String = "/") throws(HDF5Error) -> [Object] {
    try HDF5Library.enter(name)
    let path = HDF5Writer.absolute(group)
    let opened = try open(group: path)
    var links = LinkList()
    let status = withUnsafeMutablePointer(to: &links) { list in
      H5Literate(
        opened.id, H5_INDEX_NAME, H5_ITER_INC, nil,
        { _, name, info, data in
          guard let name, let info, let data else { return -1 }
          let list = data.assumingMemoryBound(to: LinkList.self)
          list.pointee.links.append((String(cString: name), info.pointee))
          return list.pointee.links.count > HDF5File.objectLimit ? -1 : 0
        }, list)
    }
    try HDF5Library.check(status, "H5Literate", place(path))
    return links.links.map { object(in: opened, path, $0.0, $0.1) }
  }

  private struct LinkList {
    var links: [(String, H5L_info_t)] = []
  }

  private func object(
    in group: HDF5Handle, _ parent: String, _ name: String, _ info: H5L_info_t
  ) -> Object {
    let path = (parent == "/" ? "" : parent) + "/" + name
    if info.type == H5L_TYPE_SOFT {
      return Object(path: path, kind: .softLink(to: target(of: name, in: group, info)))
    }
    guard info.type == H5L_TYPE_HARD else { return Object(path: path, kind: .externalLink) }
    var details = H5O_info_t()
    guard
      H5Oget_info_by_name2(
        group.id, name, &details, UInt32(H5O_INFO_BASIC), HDF5Library.byDefault) >= 0
    else { return Object(path: path, kind: .unreadable(HDF5Library.reason())) }
    let kind: Object.Kind =
      switch details.type {
      case H5O_TYPE_GROUP: .group
      case H5O_TYPE_DATASET: .dataset
      case H5O_TYPE_NAMED_DATATYPE: .namedType
      default: .unreadable("unknown kind of object")
      }
    return Object(path: path, kind: kind, address: UInt64(info.u.address))
  }

  private func target(of name: String, in group: HDF5Handle, _ info: H5L_info_t) -> String {
    let size = min(info.u.val_size, 65_536)
    guard size > 0 else { return "" }
    var text = [UInt8](repeating: 0, count: size + 1)
    guard H5Lget_val(group.id, name, &text, size, HDF5Library.byDefault) >= 0 else { return "" }
    return String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Lists everything below a group; each object once, links not followed, depth first by name.
  public func walk(from group: String = "/") throws(HDF5Error) -> [Object] {
    var found: [Object] = []
    var seen: Set<UInt64> = []
    let start = HDF5Writer.absolute(group)
    var groups = [start]
    ch5_silence()
    var details = H5O_info_t()
    if H5Oget_info_by_name2(
      handle.id, start, &details, UInt32(H5O_INFO_BASIC), HDF5Library.byDefault) >= 0
    {
      seen.insert(UInt64(details.addr))
    }
    while let next = groups.popLast() {
      let children: [Object]
      do throws(HDF5Error) {
        children = try objects(in: next)
      } catch {
        if found.isEmpty { throw error }
        found.append(Object(path: next, kind: .unreadable(error.description)))
        continue
      }
      var deeper: [String] = []
      for child in children {
        switch child.kind {
        case .group, .dataset, .namedType:
          guard seen.insert(child.address).inserted else { continue }
        default: break
        }
        found.append(child)
        if child.kind == .group { deeper.append(child.path) }
      }
      guard found.count <= Self.objectLimit else {
        throw .tooLarge(place: name, byteCount: found.count, limit: Self.objectLimit)
      }
      groups.append(contentsOf: deeper.reversed())
    }
    return found
  }

  private func open(group path: String) throws(HDF5Error) -> HDF5Handle {
    let id = H5Gopen2(handle.id, path, HDF5Library.byDefault)
    if id >= 0 { return HDF5Handle(id) }
    throw failure(opening: path, "group", HDF5Library.reason())
  }

  /// Says why an object cannot be opened: no such name, a link that is not followed, another kind.
  func failure(opening path: String, _ wanted: String, _ reason: String) -> HDF5Error {
    var current = ""
    for part in path.split(separator: "/") {
      let parent = current.isEmpty ? "/" : current
      current += "/" + part
      let exists = H5Lexists(handle.id, current, HDF5Library.byDefault)
      if exists == 0 {
        let siblings = siblingNames(parent)
        return .missing(
          place: place(parent), name: String(part),
          nearest: NearestName.nearest(to: String(part), among: siblings))
      }
      var info = H5L_info_t()
      if exists > 0, H5Lget_info(handle.id, current, &info, HDF5Library.byDefault) >= 0,
        info.type != H5L_TYPE_HARD
      {
        if info.type != H5L_TYPE_SOFT { return .externalLink(place: place(current)) }
        if H5Oexists_by_name(handle.id, current, HDF5Library.byDefault) <= 0 {
          return .missing(place: place(current), name: softTarget(current, info), nearest: nil)
        }
      }
      if exists < 0 { break }
    }
    var details = H5O_info_t()
    if H5Oget_info_by_name2(
      handle.id, path, &details, UInt32(H5O_INFO_BASIC), HDF5Library.byDefault) >= 0
    {
      let kind =
        details.type == H5O_TYPE_GROUP
        ? "group" : details.type == H5O_TYPE_DATASET ? "dataset" : "named type"
      if !wanted.contains(kind) {
        return .wrongKind(place: place(path), found: kind, allowed: wanted)
      }
    }
    return .library(place: place(path), operation: "opening the \(wanted)", reason: reason)
  }

  private func softTarget(_ path: String, _ info: H5L_info_t) -> String {
    target(of: path, in: handle, info)
  }

  private func siblingNames(_ group: String) -> [String] {
    do throws(HDF5Error) {
      return try objects(in: group).compactMap { object in
        object.path.split(separator: "/").last.map(String.init)
      }
    } catch {
      return []
    }
  }

  /// Whether an object can be reached at a path.
  public func contains(_ path: String) -> Bool {
    ch5_silence()
    var current = ""
    for part in path.split(separator: "/") {
      current += "/" + part
      guard H5Lexists(handle.id, current, HDF5Library.byDefault) > 0 else { return false }
      guard H5Oexists_by_name(handle.id, current, HDF5Library.byDefault) > 0 else { return false }
    }
    return true
  }
}
