import Foundation
import Journal
import Testing

/// Fixes in a repository that other people work in meanwhile.
@Suite("A fix among other people's work")
struct MovingBaseTests {
  @Test("keeps clear of their branches, follows their commits, and learns what they make of it")
  func livesOn() async throws {
    let clinic = try await ClinicWorkspace("moving-base")
    let bench = clinic.bench
    try await bench.git("branch", "errata")
    let run = try await clinic.errata("run")
    #expect(run.code == 10)
    #expect(run.errors.contains("a branch named 'errata'"), "\(run.errors)")
    let fix = try #require(try await clinic.fixes().first)
    #expect(fix.branch.hasPrefix("errata-fix/clinic/nov25/"))

    let text = try clinic.text(ClinicWorkspace.manifest)
    try clinic.write(
      text.replacing("data_type: varchar}", with: "data_type: varchar}  # A code"), to: ClinicWorkspace.manifest)
    try await clinic.commit("Say what the column holds")
    #expect(try await clinic.errata("approve", fix.id).code == 50)
    let told = try await clinic.errata("reconcile")
    #expect(told.errors.contains("built anew"), "\(told.errors)")
    #expect(try await clinic.errata("reconcile").errors.contains("Nothing has changed"))

    try await bench.git("checkout", "--quiet", fix.branch)
    let mine = try clinic.text(ClinicWorkspace.manifest)
    try clinic.write(mine.replacing("\"*\"", with: "\"*\", \"c\""), to: ClinicWorkspace.manifest)
    #expect(try clinic.text(ClinicWorkspace.manifest) != mine)
    try await clinic.commit("Suppress c as well")
    try await bench.git("checkout", "--quiet", "main")
    let refs = try await clinic.refs()
    let waiting = try await clinic.errata("run")
    #expect(waiting.code == 20, "\(waiting.errors)")
    #expect(try await clinic.refs() == refs)
    try await bench.git("merge", "--quiet", "--no-edit", fix.branch)
    _ = try await clinic.errata("reconcile")
    let learned = try #require(try await clinic.fixes().first)
    #expect(learned.status == .changed && learned.statusValue == ["*", "c"])
    #expect(try await clinic.errata("run").code == 0)
    #expect(try await bench.git("fsck", "--strict").contains("error") == false)
  }
}
