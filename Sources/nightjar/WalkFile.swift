import ArgumentParser
import HDF5Files

/// `nightjar walk-file`: what a child process does before its parent opens an HDF5 file.
struct WalkFile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "walk-file", abstract: "Walk all that an ntuple needs of HDF5 files.",
    discussion: """
      libhdf5 crashes on some damaged files. Nightjar lets this command crash first. It writes a \
      line after each file; errors are told by whoever opens the file.
      """, shouldDisplay: false)

  @Argument(help: "HDF5 files.")
  var files: [String]

  func run() throws { HDF5Walk.run(files) }

  /// Has this program walk files that are opened from now on.
  static func guardFiles() {
    HDF5Precheck.install(["/proc/self/exe", configuration.commandName ?? "walk-file", "--"])
  }
}
