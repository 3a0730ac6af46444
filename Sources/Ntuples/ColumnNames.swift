/// How basf2 names variables and their columns.
public enum ColumnNames {
  /// Replacements of `makeROOTCompatible` (basf2 `framework/utilities/src/MakeROOTCompatible.cc`).
  private static let codes: [Character: String] = [
    " ": "__sp", ",": "__cm", ":": "__cl", "=": "__eq", "<": "__st", ">": "__gt", ".": "__pt",
    "+": "__pl", "-": "__mi", "(": "__bo", ")": "__bc", "{": "__co", "}": "__cc", "[": "__so",
    "]": "__sc", "`": "__to", "\u{b4}": "__tc", "^": "__ha", "\u{b0}": "__ci", "$": "__do",
    "\u{a7}": "__pa", "%": "__pr", "!": "__em", "?": "__qm", ";": "__sm", "#": "__hs",
    "*": "__mu", "/": "__sl", "\\": "__bl", "'": "__sq", "\"": "__dq", "~": "__ti", "|": "__pi",
    "&": "__am", "@": "__at",
  ]

  /// Bookkeeping columns: current spelling, then the one before 2021.
  private static let bookkeeping = [
    ("__experiment__", "exp"), ("__run__", "run"), ("__event__", "evt"),
    ("__production__", "prod"), ("__candidate__", "icand"), ("__ncandidates__", "ncand"),
  ]

  /// Mangles a variable name as basf2 does for ROOT branches.
  public static func rootCompatible(_ name: String) -> String {
    var mangled = ""
    for character in name {
      if let code = codes[character] {
        mangled += code
      } else if character.isASCII && (character.isLetter || character.isNumber || character == "_")
      {
        mangled.append(character)
      }
    }
    return mangled
  }

  /// Finds a name: exact, mangled on either side, then the other spelling of a bookkeeping column.
  static func find(_ name: String, in names: [String]) -> Int? {
    if let exact = names.firstIndex(of: name) { return exact }
    let mangled = rootCompatible(name)
    if let index = names.firstIndex(where: { dashed($0) == mangled }) { return index }
    if let index = names.firstIndex(where: { rootCompatible($0) == dashed(name) }) { return index }
    for (current, old) in bookkeeping {
      if name == current, let index = names.firstIndex(of: old) { return index }
      if name == old, let index = names.firstIndex(of: current) { return index }
    }
    return nil
  }

  /// Both codes of the dash are accepted; basf2 writes `__mi`.
  private static func dashed(_ name: String) -> String {
    guard name.contains("__da") else { return name }
    var result = Substring("")
    var rest = Substring(name)
    while !rest.isEmpty {
      if rest.hasPrefix("__da") {
        result += "__mi"
        rest = rest.dropFirst(4)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return String(result)
  }
}
