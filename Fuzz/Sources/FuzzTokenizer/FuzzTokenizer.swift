import Countermark

/// Reads bytes as a tokenizer.json and as tiktoken ranks; what loads must encode anything and keep its offsets inside the text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTokenizer(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  if let tokenizer = try? Tokenizer(huggingFaceJSON: bytes) { encode(with: tokenizer, bytes) }
  if let tokenizer = try? Tokenizer(tiktokenRanks: bytes, encoding: .o200k) { encode(with: tokenizer, bytes) }
  return 0
}

private func encode(with tokenizer: Tokenizer, _ bytes: [UInt8]) {
  for text in [Array("some Text 12\u{e9}  \n\u{4e2d}\u{1f600}".utf8), Array(bytes.suffix(512))] {
    let encoding = tokenizer.encode(text)
    precondition(encoding.ids.count == encoding.offsets.count, "an offset range a token")
    for range in encoding.offsets { precondition(range.upperBound <= text.count, "offsets lie in the text") }
  }
}
