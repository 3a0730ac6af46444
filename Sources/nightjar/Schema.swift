import ArgumentParser
import Ntuples
import PipelineSpec

/// `nightjar schema`: what pipeline files and ntuple schemas may say.
struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the JSON Schema or the reference page of pipeline files and ntuple schemas.",
    discussion: """
      Examples:
        nightjar schema > pipeline.schema.json
        nightjar schema ntuple --reference
      """)

  /// Kinds of settings files.
  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case pipeline, ntuple
  }

  @Argument(help: "Which file: pipeline or ntuple.")
  var kind = Kind.pipeline

  @Flag(help: "The reference page (Markdown) instead of the JSON Schema.")
  var reference = false

  func run() {
    let text =
      switch (kind, reference) {
      case (.pipeline, false): Pipeline.jsonSchema
      case (.pipeline, true): Pipeline.referencePage
      case (.ntuple, false): NtupleSchema.jsonSchema
      case (.ntuple, true): NtupleSchema.referencePage
      }
    Terminal.writeOutput(text)
  }
}
