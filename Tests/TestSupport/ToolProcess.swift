import Foundation

/// Runs the built `nightjar` as a user would.
public struct ToolProcess: Sendable {
  /// Exit status; the negative signal if one ended it.
  public let status: Int32
  /// Standard output.
  public let output: String
  /// Standard error.
  public let errors: String

  /// Root folder of the package.
  public static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// The binary beside the test bundle.
  public static var path: String {
    for argument in CommandLine.arguments {
      guard let range = argument.range(of: ".xctest") else { continue }
      let bundle = URL(fileURLWithPath: String(argument[..<range.upperBound]))
      let tool = bundle.deletingLastPathComponent().path + "/nightjar"
      if FileManager.default.isExecutableFile(atPath: tool) { return tool }
    }
    return root + "/.build/release/nightjar"
  }

  /// Runs the tool and waits for it.
  ///
  /// - Parameters:
  ///   - arguments: Command and options.
  ///   - tool: The program; `nightjar` if none is given.
  ///   - environment: Variables added to this process's own.
  ///   - folder: Working folder.
  ///   - signalAfter: Sends SIGINT after so many seconds.
  ///   - number: Signal sent as soon as `ready` says so (asked every 10 ms, for 30 s at most).
  ///   - ready: Whether the tool is where it should be interrupted.
  /// - Returns: Status and texts.
  /// - Throws: An error of Foundation where it cannot be started.
  public static func run(
    _ arguments: [String], tool: String = path, environment: [String: String] = [:],
    in folder: String? = nil,
    signalAfter: Double? = nil, signal number: Int32? = nil, when ready: () -> Bool = { true }
  ) throws -> ToolProcess {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: tool)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    let scratch = try TemporaryFolder()
    let (output, errors) = (scratch.path + "/output", scratch.path + "/errors")
    for file in [output, errors] { _ = FileManager.default.createFile(atPath: file, contents: nil) }
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    process.standardInput = FileHandle.nullDevice
    // A shell's background job ignores SIGINT, and children would inherit that.
    if number == SIGINT || signalAfter != nil { signal(SIGINT, SIG_DFL) }
    try process.run()
    if let signalAfter {
      Thread.sleep(forTimeInterval: signalAfter)
      process.interrupt()
    }
    if let number {
      for _ in 0..<3000 {
        guard process.isRunning, !ready() else { break }
        Thread.sleep(forTimeInterval: 0.01)
      }
      kill(process.processIdentifier, number)
    }
    process.waitUntilExit()
    return ToolProcess(
      status: process.terminationReason == .exit
        ? process.terminationStatus : -process.terminationStatus,
      output: try String(contentsOfFile: output, encoding: .utf8),
      errors: try String(contentsOfFile: errors, encoding: .utf8))
  }
}

/// A folder that is removed when its owner goes, or the process ends.
public final class TemporaryFolder: Sendable {
  /// Its path.
  public let path: String

  /// Makes an empty folder.
  public init() throws {
    path = FileManager.default.temporaryDirectory.path + "/nightjar-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    AtExit.add { [path] in try? FileManager.default.removeItem(atPath: path) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Names of what it holds, sorted, hidden files too.
  public var contents: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  /// Bytes of one of its files.
  public func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
  }
}
