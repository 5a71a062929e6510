extension Explanation {
  /// Errors of pictures.
  static let errorsPictures: [Explanation] = [
    .init("not-an-image", "The bytes are neither PNG nor JPEG.", "Convert the picture."),
    .init("corrupt-image", "The picture is damaged.", "Fetch it again; damage is never repaired silently."),
    .init("truncated-image", "The picture ends too early.", "Fetch it again."),
    .init(
      "unsupported-image", "The picture has a form that is not read.",
      "Convert it to an ordinary PNG or JPEG."),
    .init(
      "unsupported-pixels", "The samples have a depth or layout that the mark does not take.",
      "Convert the picture to 8 bits."),
    .init(
      "unsupported-size", "The picture is too small or too large for the mark.",
      "The message names the sizes."),
    .init(
      "image-too-large", "The picture is larger than the limit of pixels.",
      "Raise the limit for pictures that you trust."),
    .init(
      "capacity-too-low", "The picture has too little room for the message.",
      "Take a shorter payload or a larger picture."),
    .init(
      "invalid-payload", "The payload is not 32, 64 or 128 bits of hex digits.",
      "Write 8, 16 or 32 hex digits."),
  ]
}
