import Testing

@testable import Supervisor

@Suite("A copy without secrets") struct SecretLinesTests {
  private func restored(_ text: String, _ other: String) -> String {
    String(decoding: SecretLines.restored(SecretLines.hidden(Array(text.utf8)), from: Array(other.utf8)), as: UTF8.self)
  }

  @Test("holds none, and is the text again beside one that has the same lines")
  func roundTrip() {
    let text = "a: 1\n- url: https://bob:hunter22@e.org/a?token=abcdefgh1234\r\n\nb: '***'   # a marker\n"
    let hidden = String(decoding: SecretLines.hidden(Array(text.utf8)), as: UTF8.self)
    #expect(!hidden.contains("hunter22") && !hidden.contains("abcdefgh1234") && hidden.contains("b: '***'"))
    #expect(restored(text, text) == text)
    // A secret that was changed is the other text's; a line that it lacks stays hidden.
    #expect(
      restored(text, text.replacing("hunter22", with: "hunter33")) == text.replacing("hunter22", with: "hunter33"))
    #expect(restored(text, "a: 1\n") == hidden)
  }

  @Test("is the text itself, byte for byte, where there is no secret")
  func plain() {
    let bytes: [UInt8] = [0xFF, 0x61, 0x0D, 0x0A, 0xC3]
    #expect(SecretLines.hidden(bytes) == bytes && SecretLines.restored(bytes, from: []) == bytes)
  }
}
