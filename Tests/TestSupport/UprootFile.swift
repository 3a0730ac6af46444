/// What uproot found in a ROOT file, as `root_expected.json` of the test data holds it.
public struct UprootFile: Decodable, Sendable {
  /// One branch or field; its first value may be text, and is then left out.
  public struct Branch: Decodable, Sendable {
    public var type: String?
    public var n: Int?
    public var sum: Double?
    public var min: Double?
    public var max: Double?
    public var first: Double?
    public var last: Double?

    private enum Key: String, CodingKey { case type, n, sum, min, max, first, last }

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
    public var key: String
    public var `class`: String
    public var entries: Int?
    public var branches: [String: Branch]?
  }

  public var keys: [Key]
}
