/// How one version of a class lies in a file: its members in order.
struct ClassLayout: Sendable {
  /// One member.
  struct Member: Sendable {
    var name: String
    /// Title; ranges of packed numbers stand there.
    var title: String
    /// Type number of ROOT's `TVirtualStreamerInfo::EReadWrite`.
    var type: Int
    /// Class of the member, or of the base.
    var typeName: String
    /// Elements of a fixed array; 0 or 1: no array.
    var arrayLength: Int
    /// Member that counts a variable array.
    var counter: String
  }

  var name: String
  var version: Int
  var members: [Member]
}

/// The class layouts of a file: its own descriptions, and those of trees if it has none.
///
/// A writer that crashed left trees but no descriptions; those of ROOT since 5.34 stand here.
struct ClassLayouts: Sendable {
  /// Layouts by class name, then version.
  private var known = Self.builtInLayouts

  /// The layout of a version of a class.
  func layout(_ name: String, version: Int) -> ClassLayout? { known[name]?[version] }

  /// The newest layout of a class.
  func newest(_ name: String) -> ClassLayout? {
    known[name]?.max { $0.key < $1.key }?.value
  }

  /// Made once for all files.
  private static let builtInLayouts: [String: [Int: ClassLayout]] = builtIn.reduce(into: [:]) {
    $0[$1.0, default: [:]][$1.1] = ClassLayout(
      name: $1.0, version: $1.1,
      members: $1.2.split(separator: " ").map { builtInMember(String($0)) })
  }

  private mutating func add(_ layout: ClassLayout) {
    known[layout.name, default: [:]][layout.version] = layout
  }

  /// Reads the descriptions of a file; broken ones are left out, and what needs them is refused.
  init(_ file: ROOTFile) {
    guard let (key, bytes) = try? file.streamerRecord() else { return }
    let place = "\(file.path): class descriptions"
    var reader = ObjectReader(
      ByteCursor(bytes, place: place), headerByteCount: key.headerByteCount, layouts: nil)
    for object in (try? reader.list()) ?? [] {
      guard let object, object.className == "TStreamerInfo" else { continue }
      add(
        ClassLayout(
          name: object.text("name") ?? "", version: object.integer("fClassVersion") ?? 0,
          members: object.list("fElements").compactMap { $0.map(Self.member) }))
    }
  }

  private static func member(_ element: StreamedObject) -> ClassLayout.Member {
    ClassLayout.Member(
      name: element.text("name") ?? "", title: element.text("title") ?? "",
      type: element.className == "TStreamerBase" ? 0 : element.integer("fType") ?? -1,
      typeName: element.className == "TStreamerBase"
        ? element.text("name") ?? "" : element.text("fTypeName") ?? "",
      arrayLength: element.integer("fArrayLength") ?? 0,
      counter: element.text("fCountName") ?? "")
  }

  /// `fBasketSeek:56:fMaxBaskets`: name, type, class or counter.
  private static func builtInMember(_ text: String) -> ClassLayout.Member {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let type = Int(parts[1]) ?? -1
    let last = parts.count > 2 ? parts[2...].joined(separator: ":") : ""
    return ClassLayout.Member(
      name: parts[0], title: "", type: type, typeName: type == 0 ? parts[0] : last,
      arrayLength: 0, counter: type > 40 && type < 60 ? last : "")
  }

  private static let tree =
    "TNamed:67 TAttLine:0 TAttFill:0 TAttMarker:0 fEntries:16 fTotBytes:16 fZipBytes:16 "
    + "fSavedBytes:16 fFlushedBytes:16 fWeight:8 fTimerInterval:3 fScanField:3 fUpdate:3 "
    + "fDefaultEntryOffsetLen:3 fNClusterRange:6 fMaxEntries:16 fMaxEntryLoop:16 "
    + "fMaxVirtualSize:16 fAutoSave:16 fAutoFlush:16 fEstimate:16 "
    + "fClusterRangeEnd:56:fNClusterRange fClusterSize:56:fNClusterRange "
  private static let treeEnd =
    "fBranches:61:TObjArray fLeaves:61:TObjArray fAliases:64:TList fIndexValues:62:TArrayD "
    + "fIndex:62:TArrayI fTreeIndex:64 fFriends:64 fUserInfo:64 fBranchRef:64"
  private static let branch =
    "TNamed:67 TAttFill:0 fCompress:3 fBasketSize:3 fEntryOffsetLen:3 fWriteBasket:3 "
    + "fEntryNumber:16 "
  private static let branchEnd =
    "fOffset:3 fMaxBaskets:6 fSplitLevel:3 fEntries:16 fFirstEntry:16 fTotBytes:16 "
    + "fZipBytes:16 fBranches:61:TObjArray fLeaves:61:TObjArray fBaskets:61:TObjArray "
    + "fBasketBytes:43:fMaxBaskets fBasketEntry:56:fMaxBaskets fBasketSeek:56:fMaxBaskets "
    + "fFileName:65"

  private static let builtIn: [(String, Int, String)] =
    [
      ("TTree", 19, tree + treeEnd),
      ("TTree", 20, tree + "fIOFeatures:62:ROOT::TIOFeatures " + treeEnd),
      ("TNtuple", 2, "TTree:0 fNvar:3"),
      ("TNtupleD", 1, "TTree:0 fNvar:3"),
      ("TBranch", 12, branch + branchEnd),
      ("TBranch", 13, branch + "fIOFeatures:62:ROOT::TIOFeatures " + branchEnd),
      (
        "TBranchElement", 10,
        "TBranch:0 fClassName:65 fParentName:65 fClonesName:65 fCheckSum:13 fClassVersion:2 "
          + "fID:3 fType:3 fStreamerType:3 fMaximum:3 fBranchCount:64 fBranchCount2:64"
      ),
      (
        "TLeaf", 2,
        "TNamed:67 fLen:3 fLenType:3 fOffset:3 fIsRange:18 fIsUnsigned:18 fLeafCount:64"
      ),
      ("TLeafElement", 1, "TLeaf:0 fID:3 fType:3"),
      ("ROOT::TIOFeatures", 1, "fIOBits:11"),
    ]
    + [
      ("B", 1), ("S", 2), ("I", 3), ("L", 16), ("G", 4), ("F", 5), ("D", 8), ("C", 3), ("O", 18),
      ("F16", 19), ("D32", 9),
    ].map { ("TLeaf" + $0.0, 1, "TLeaf:0 fMinimum:\($0.1) fMaximum:\($0.1)") }
}
