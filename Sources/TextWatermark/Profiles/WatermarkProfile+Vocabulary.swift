extension WatermarkProfile {
  /// Models pad their output to a round size; a gap wider than this is another model's vocabulary.
  public static let widestPadding = 1024

  /// Refuses a tokenizer that cannot belong to the profile's vocabulary size.
  ///
  /// The list is drawn from the *model's* output size, which may be the tokenizer's rounded up. A wrong size draws other
  /// lists, and finds nothing: the most common mistake with these marks.
  public func checkVocabulary(tokenizerSize: Int, tokenizer: String) throws(TextWatermarkError) {
    let size = parameters.vocabularySize
    guard tokenizerSize > size || size - tokenizerSize > Self.widestPadding else { return }
    throw TextWatermarkError(
      code: .vocabularyMismatch,
      message:
        "profile '\(name)': vocabulary_size is \(size), but the tokenizer \(tokenizer) has \(tokenizerSize) entries",
      hint:
        "set vocabulary_size to the model's output size (config.json: vocab_size), or name the right tokenizer"
    )
  }
}
