import Countermark

/// A lexicon of any bytes up to a zero byte, and a text after it: every hit lies within the text, in order and apart.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzLexicon(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let cut = bytes.firstIndex(of: 0) ?? bytes.count
  guard let lexicon = try? Lexicon(parsing: Array(bytes[..<cut]), place: "fuzz") else { return 0 }
  let text = WordText(
    String(decoding: bytes[min(cut + 1, count)...], as: UTF8.self), letters: lexicon.isByLetter)
  var end = 0
  for word in text.words {
    precondition(
      word.range.lowerBound >= end && word.range.upperBound <= text.bytes.count && !word.range.isEmpty)
    end = word.range.upperBound
  }
  var (next, last) = (0, 0..<0)
  for hit in lexicon.hits(in: text) {
    // Several categories may hold one phrase.
    precondition(hit.words == last || hit.words.lowerBound >= next)
    precondition(hit.words.upperBound <= text.words.count && hit.category < lexicon.categories.count)
    (next, last) = (hit.words.upperBound, hit.words)
  }
  return 0
}
