import ArgumentParser
import Ntuples
import PipelineSpec

/// `nightjar schema`: what pipeline files and ntuple schemas may say.
struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the JSON Schema or the reference page of settings files.",
    discussion: """
      Examples:
        nightjar schema > pipeline.schema.json
        nightjar schema ntuple --reference
      """)

  /// Kinds of settings files.
  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case pipeline, ntuple, recast
  }

  @Argument(help: "Which file: pipeline, ntuple or recast.")
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
      case (.recast, false): RecastSettings.jsonSchema
      case (.recast, true): RecastSettings.referencePage
      }
    Terminal.writeOutput(text)
  }
}
