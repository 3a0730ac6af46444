import Ntuples
import Testing

@Suite struct NtupleFileTests {
}
