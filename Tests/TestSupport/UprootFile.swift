/// What uproot found in a ROOT file, as `root_expected.json` of the test data holds it.
public struct UprootFile: Decodable, Sendable {
  /// One branch or field; its first value may be text, and is then left out.
  public struct Branch: Decodable, Sendable {
    /// C++ type as uproot names it.
    public var type: String?
    /// Number of values, those of all lists together.
    public var n: Int?
    /// Their sum.
    public var sum: Double?
    /// The smallest.
    public var min: Double?
    /// The largest.
    public var max: Double?
    /// The first.
    public var first: Double?
    /// The last.
    public var last: Double?

    private enum Key: String, CodingKey { case type, n, sum, min, max, first, last }

    /// Reads a branch.
    ///
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: Key.self)
      type = try values.decodeIfPresent(String.self, forKey: .type)
      n = try values.decodeIfPresent(Int.self, forKey: .n)
      sum = try values.decodeIfPresent(Double.self, forKey: .sum)
      min = try? values.decodeIfPresent(Double.self, forKey: .min)
      max = try? values.decodeIfPresent(Double.self, forKey: .max)
      first = try? values.decodeIfPresent(Double.self, forKey: .first)
      last = try? values.decodeIfPresent(Double.self, forKey: .last)
    }
  }

  /// One object of the file.
  public struct Key: Decodable, Sendable {
    /// Folders and name with the cycle.
    public var key: String
    /// Class of the object.
    public var `class`: String
    /// Rows.
    public var entries: Int?
    /// Branches by path.
    public var branches: [String: Branch]?
  }

  /// Objects of the file.
  public var keys: [Key]
}
