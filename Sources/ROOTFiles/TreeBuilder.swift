import Columns

/// Turns the branches of a tree into columns.
struct TreeBuilder {
  /// Elements of a fixed array that become columns at most.
  private static let mostElements = 4_096
  private static let deepest = 32
  private static let mostColumns = 1 << 17

  let layouts: ClassLayouts
  let rowCount: Int
  let place: String
  var branches: [TreeBranch] = []
  var columns: [TreeColumnSource] = []
  var unreadable: [(name: String, reason: String)] = []
  /// Branches of text and whole objects of trees of one row.
  var texts: [TreeText] = []
  /// Name of the branch with the lengths, by column.
  private var countNames: [Int: String] = [:]
  private var countColumns: [String: Int] = [:]

  init(layouts: ClassLayouts, rowCount: Int, place: String) {
    self.layouts = layouts
    self.rowCount = rowCount
    self.place = place
  }

  /// Adds a branch and the branches inside it.
  mutating func add(_ object: StreamedObject, prefix: String, parent: String, depth: Int) {
    guard object.className.hasPrefix("TBranch"), depth < Self.deepest else { return }
    let own = Self.withoutDimensions(object.text("name") ?? "")
    // A part of "P3" is called "P3.Px" or, inside of classes, only "Px".
    let name =
      parent.isEmpty || own.hasPrefix(parent.hasSuffix(".") ? parent : parent + ".")
      ? prefix + own : prefix + (parent.hasSuffix(".") ? parent : parent + ".") + own
    let inside = object.list("fBranches").compactMap { $0 }
    if !inside.isEmpty {
      addLengths(of: object, name: name)
      let outer = String(name.dropLast(own.count))
      for branch in inside { add(branch, prefix: outer, parent: own, depth: depth + 1) }
      return
    }
    do throws(ColumnFault) {
      try addColumns(object, name: name)
    } catch {
      unreadable.append((name, error.reason))
      addText(object, name: name)
    }
  }

  /// Keeps what tells of a job: a tree of one row.
  private mutating func addText(_ object: StreamedObject, name: String) {
    guard rowCount == 1, let branch = try? branch(object, name: name), branch.rowCount == 1
    else { return }
    let className = object.text("fClassName") ?? ""
    let id = object.integer("fID") ?? -1
    let member = id < 0 ? nil : self.member(object, className: className, id: id)
    let kind: TreeText.Kind
    if object.list("fLeaves").contains(where: { $0?.className == "TLeafC" })
      || [65, 365].contains(object.integer("fStreamerType"))
      || (member?.typeName ?? className) == "string"
    {
      kind = [31, 41].contains(object.integer("fType")) ? .parts : .string
    } else if className == "pair<string,string>" {
      kind = .parts
    } else if (member?.typeName ?? className).hasPrefix("vector<string>") {
      kind = .strings
    } else if id < 0,
      let layout = layouts.layout(className, version: object.integer("fClassVersion") ?? 0)
        ?? layouts.newest(className)
    {
      kind = .object(layout)
    } else {
      return
    }
    texts.append(TreeText(name: name, branch: branch, kind: kind))
  }

  /// Tells lists that are counted by another branch which column that is.
  mutating func linkCounts() {
    for (column, name) in countNames { columns[column].counts = countColumns[name] }
  }

  private struct ColumnFault: Error { var reason: String }

  private static func withoutDimensions(_ name: String) -> String {
    name.firstIndex(of: "[").map { String(name[..<$0]) } ?? name
  }

  /// The branch of a split collection holds the number of its elements.
  private mutating func addLengths(of object: StreamedObject, name: String) {
    guard object.className == "TBranchElement", [3, 4].contains(object.integer("fType")),
      let branch = try? branch(object, name: name)
    else { return }
    branches.append(branch)
    countColumns[object.text("name") ?? ""] = columns.count
    columns.append(
      TreeColumnSource(
        column: ROOTColumn(name: name + ".size", type: .int32), branch: branches.count - 1,
        number: .plain(.int32), shape: .fixed(entryBytes: 4, offset: 0)))
  }

  private mutating func addColumns(
    _ object: StreamedObject, name: String
  ) throws(ColumnFault) {
    let leaves = object.list("fLeaves").compactMap { $0 }
    guard let first = leaves.first else { throw ColumnFault(reason: "a branch without leaves") }
    let title = object.text("title") ?? ""
    let isElement = object.className == "TBranchElement"
    guard isElement || object.className == "TBranch" else {
      throw ColumnFault(reason: "objects in a \(object.className)")
    }
    let branch = try self.branch(object, name: name)
    guard branch.rowCount == rowCount else {
      throw ColumnFault(
        reason: "its baskets hold \(branch.rowCount) rows, the tree \(rowCount)")
    }
    var made: [TreeColumnSource]
    var counter: String?
    if isElement {
      (made, counter) = try element(object, leaf: first, name: name)
    } else if let counts = leaves.lazy.compactMap({ $0.object("fLeafCount") }).first {
      guard leaves.count == 1 else {
        throw ColumnFault(reason: "several leaves of variable length in one branch")
      }
      let number = try number(of: first, title: title)
      made = Self.lists(name, number, dimensions: Self.dimensions(first))
      counter = counts.text("name")
    } else {
      made = try fixed(leaves, name: name, title: title)
    }
    guard columns.count + made.count <= Self.mostColumns else {
      throw ColumnFault(reason: "more than \(Self.mostColumns) columns")
    }
    branches.append(branch)
    for index in made.indices {
      made[index].branch = branches.count - 1
      made[index].column.title = Self.isLeafList(title) ? "" : title
      if let counter { countNames[columns.count + index] = counter }
    }
    if !isElement, leaves.count == 1, made.count == 1, made[0].column.type.isInteger {
      countColumns[first.text("name") ?? name] = columns.count
    }
    columns += made
  }

  /// Whether a title only repeats names and types, as "x/D" or "n/I:x[n]/F".
  private static func isLeafList(_ title: String) -> Bool {
    title.split(separator: ":").allSatisfy { part in
      part.contains("/") || part.allSatisfy { $0.isLetter || $0.isNumber || "_[].".contains($0) }
    }
  }

  private func number(
    of leaf: StreamedObject, title: String
  ) throws(ColumnFault) -> StoredNumber {
    let own = leaf.text("title") ?? ""
    guard
      let number = StoredNumber(
        leaf: leaf.className, isUnsigned: leaf.integer("fIsUnsigned") ?? 0 != 0,
        title: own.contains(",") ? own : title)
    else {
      throw ColumnFault(
        reason: leaf.className == "TLeafC" ? "text" : "leaves of class \(leaf.className)")
    }
    return number
  }

  /// Lengths of the dimensions of a leaf that are fixed, from its title; their product is `fLen`.
  private static func dimensions(_ leaf: StreamedObject) -> [Int] {
    let length = max(1, leaf.integer("fLen") ?? 1)
    var found: [Int] = []
    var rest = Substring(leaf.text("title") ?? "")
    while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") {
      if let number = Int(rest[rest.index(after: open)..<close]), number > 0, number <= 1 << 30 {
        found.append(number)
      }
      rest = rest[rest.index(after: close)...]
    }
    let product = found.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    return length == 1 && found.isEmpty ? [] : product == length ? found : [length]
  }

  /// "[0][1]" for each element of an array, the last index fastest.
  private static func indices(_ dimensions: [Int]) -> [String] {
    dimensions.reduce([""]) { names, length in
      names.flatMap { name in (0..<length).map { "\(name)[\($0)]" } }
    }
  }

  private static func elementCount(_ dimensions: [Int]) throws(ColumnFault) -> Int {
    let count = dimensions.reduce(1) {
      let product = $0.multipliedReportingOverflow(by: $1)
      return product.overflow ? .max : product.partialValue
    }
    guard count <= mostElements else {
      throw ColumnFault(reason: "arrays of \(count) elements; allowed: \(mostElements)")
    }
    return count
  }

  private func fixed(
    _ leaves: [StreamedObject], name: String, title: String
  ) throws(ColumnFault) -> [TreeColumnSource] {
    var made: [TreeColumnSource] = []
    var offset = 0
    for leaf in leaves {
      let number = try number(of: leaf, title: title)
      let dimensions = Self.dimensions(leaf)
      _ = try Self.elementCount(dimensions)
      let own = leaf.text("name") ?? ""
      // Only the leaves of a list of several have names of their own.
      let base = leaves.count == 1 ? name : "\(name).\(own)"
      for index in Self.indices(dimensions) {
        made.append(
          TreeColumnSource(
            column: ROOTColumn(name: base + index, type: number.type), branch: 0, number: number,
            shape: .fixed(entryBytes: 0, offset: offset)))
        offset += number.byteCount
      }
    }
    for index in made.indices {
      guard case .fixed(_, let own) = made[index].shape else { continue }
      made[index].shape = .fixed(entryBytes: offset, offset: own)
    }
    return made
  }

  private static func lists(
    _ name: String, _ number: StoredNumber, dimensions: [Int]
  ) -> [TreeColumnSource] {
    let names = (try? elementCount(dimensions)) == nil ? [] : indices(dimensions)
    return names.enumerated().map { index, suffix in
      TreeColumnSource(
        column: ROOTColumn(name: name + suffix, type: number.type, isList: true), branch: 0,
        number: number, shape: .counted(inner: names.count, index: index))
    }
  }

  /// Columns of a branch that was made from a class.
  private func element(
    _ object: StreamedObject, leaf: StreamedObject, name: String
  ) throws(ColumnFault) -> ([TreeColumnSource], counter: String?) {
    let code = object.integer("fStreamerType") ?? -1
    let className = object.text("fClassName") ?? ""
    let id = object.integer("fID") ?? -1
    let member = id < 0 ? nil : self.member(object, className: className, id: id)
    let range = member?.title ?? object.text("title") ?? ""
    let isPart = [31, 41].contains(object.integer("fType"))
    func number(_ code: Int) throws(ColumnFault) -> StoredNumber {
      guard let number = StoredNumber(code: code, title: range) else {
        throw ColumnFault(
          reason: [7, 65, 365].contains(code) ? "text" : "members of type \(code)")
      }
      return number
    }
    switch code {
    case 0...39:
      let number = try number(code % 20)
      let dimensions = code < 20 ? [] : Self.dimensions(leaf)
      _ = try Self.elementCount(dimensions)
      guard isPart else {
        let names = Self.indices(dimensions)
        return (
          names.enumerated().map { index, suffix in
            TreeColumnSource(
              column: ROOTColumn(name: name + suffix, type: number.type), branch: 0,
              number: number,
              shape: .fixed(
                entryBytes: names.count * number.byteCount, offset: index * number.byteCount))
          }, nil
        )
      }
      return (
        Self.lists(name, number, dimensions: dimensions),
        object.object("fBranchCount")?.text("name")
      )
    case 41...59 where !isPart:
      return ([Self.headed(name, try number(code - 40), byteCount: 1)], nil)
    case 65, 365:
      throw ColumnFault(reason: "text")
    default:
      let type = id < 0 ? className : member?.typeName ?? className
      guard !isPart, let number = Self.vector(type) else {
        throw ColumnFault(reason: type == "string" ? "text" : "objects of class \(type)")
      }
      return ([Self.headed(name, number, byteCount: 10)], nil)
    }
  }

  private static func headed(
    _ name: String, _ number: StoredNumber, byteCount: Int
  ) -> TreeColumnSource {
    TreeColumnSource(
      column: ROOTColumn(name: name, type: number.type, isList: true), branch: 0, number: number,
      shape: .headed(byteCount: byteCount))
  }

  private func member(
    _ object: StreamedObject, className: String, id: Int
  ) -> ClassLayout.Member? {
    let layout =
      layouts.layout(className, version: object.integer("fClassVersion") ?? 0)
      ?? layouts.newest(className)
    guard let layout, id < layout.members.count else { return nil }
    return layout.members[id]
  }

  /// The number inside `vector<…>`.
  private static func vector(_ type: String) -> StoredNumber? {
    let text = type.hasPrefix("std::") ? String(type.dropFirst(5)) : type
    guard text.hasPrefix("vector<"), text.hasSuffix(">") else { return nil }
    var inner = String(text.dropFirst(7).dropLast())
    if let comma = inner.firstIndex(of: ",") { inner = String(inner[..<comma]) }
    while inner.hasSuffix(" ") { inner.removeLast() }
    return StoredNumber(cxx: inner)
  }
}

extension TreeBuilder {
  /// The baskets of a branch.
  private func branch(_ object: StreamedObject, name: String) throws(ColumnFault) -> TreeBranch {
    let place = "\(self.place)/\(name)"
    let bytes = object.array("fBasketBytes")
    let firstRows = object.array("fBasketEntry")
    let seeks = object.array("fBasketSeek")
    let room = min(bytes?.count ?? 0, firstRows?.count ?? 0, seeks?.count ?? 0)
    for array in [bytes, firstRows, seeks].compactMap({ $0 }) where ![4, 8].contains(array.width) {
      throw ColumnFault(reason: "basket tables of \(array.width) bytes")
    }
    if let file = object.text("fFileName"), !file.isEmpty {
      throw ColumnFault(reason: "baskets in another file")
    }
    var written = 0
    while written < room, let bytes, let seeks, bytes[written] > 0, seeks[written] > 0 {
      written += 1
    }
    let embedded = object.list("fBaskets").compactMap { $0 }.compactMap { basket in
      basket.array("data").map {
        TreeBranch.Embedded(
          rows: basket.integer("rows") ?? 0, data: $0, offsets: basket.array("offsets"),
          headerByteCount: basket.integer("header") ?? 0)
      }
    }.filter { $0.rows > 0 }
    let inside = embedded.reduce(0) { $0.addingReportingOverflow($1.rows).partialValue }
    let total = object.integer("fEntries") ?? 0
    guard total >= 0, total <= ROOTTable.mostRows,
      (0..<written).allSatisfy({ (seeks?[$0] ?? 0) < 1 << 60 })
    else { throw ColumnFault(reason: "its baskets lie outside of any file") }
    let writtenRows: Int
    if written < room, let firstRows, firstRows[written] > 0 {
      writtenRows = firstRows[written]
    } else {
      writtenRows = written == 0 ? 0 : total - inside
    }
    for basket in 0..<written {
      guard let firstRows else { break }
      let next = basket + 1 < written ? firstRows[basket + 1] : writtenRows
      guard firstRows[basket] >= 0, firstRows[basket] <= next, basket > 0 || firstRows[0] == 0
      else { throw ColumnFault(reason: "the first rows of its baskets do not ascend") }
    }
    guard writtenRows >= 0, inside >= 0,
      !writtenRows.addingReportingOverflow(inside).overflow
    else { throw ColumnFault(reason: "the rows of its baskets contradict each other") }
    return TreeBranch(
      place: place, name: name, bytes: bytes, firstRows: firstRows, seeks: seeks,
      written: written, embedded: embedded, writtenRows: writtenRows,
      rowCount: writtenRows + inside)
  }
}
