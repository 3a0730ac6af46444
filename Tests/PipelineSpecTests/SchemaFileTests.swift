import Diagnostics
import Glibc
import Ntuples
import PipelineSpec
import Settings
import Testing

/// The committed schema files are what the table of keys says.
///
/// With NIGHTJAR_WRITE_SCHEMAS=1 they are written instead.
@Suite struct SchemaFileTests {
  static let files: [(name: String, text: String)] = [
    ("pipeline.schema.json", Pipeline.jsonSchema), ("pipeline.md", Pipeline.referencePage),
    ("recast.schema.json", RecastSettings.jsonSchema), ("recast.md", RecastSettings.referencePage),
    ("ntuple.schema.json", NtupleSchema.jsonSchema), ("ntuple.md", NtupleSchema.referencePage),
  ]

  @Test func committedSchemasAreThoseOfTheTable() throws {
    for (name, text) in Self.files {
      let path = "\(TestFiles.root)/Schemas/v1/\(name)"
      if getenv("NIGHTJAR_WRITE_SCHEMAS") != nil { TestFiles.write(text, to: path) }
      #expect(try TestFiles.text(path) == text, "Schemas/v1/\(name) is not what the table says")
    }
  }

  @Test func shippedNtupleSchemasAreValid() throws {
    let paths = TestFiles.files(in: "\(TestFiles.root)/Schemas/v1", ending: ".ntuple.yaml")
    #expect(paths.count >= 2)
    for path in paths {
      do throws(Diagnostics) {
        _ = try NtupleSchema.load(path: path)
      } catch {
        Issue.record("\(error)")
      }
    }
  }

  @Test func shippedPipelinesAreValid() throws {
    let paths = TestFiles.files(in: "\(TestFiles.root)/Pipelines/dimuon", ending: ".yaml")
    #expect(paths.count >= 2)
    for path in paths {
      do throws(Diagnostics) {
        _ = try PipelineFile.load(path: path, catalogue: TestFiles.catalogue)
      } catch {
        Issue.record("\(error)")
      }
    }
  }
}
