import CCodecs

/// PNG through libpng.
enum PNGCodec {
  /// The width and height in the header.
  static func size(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
    guard bytes.count >= 24 else { return nil }
    func number(_ place: Int) -> Int { bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) } }
    return (number(16), number(20))
  }

  static func read(
    _ bytes: [UInt8], limits: RasterLimits, damage: ImageFile.DamagePolicy
  ) throws(RasterError) -> ImageFile {
    // libpng takes memory for a row as soon as it knows the header, so the header is held to the limits first.
    if let size = size(bytes) {
      try limits.check(width: size.width, height: size.height, fileBytes: bytes.count)
    }
    let count = lengthOfSoundChunks(bytes)
    var info = cm_png_info()
    let header = cm_png_read_info(bytes, count, &info)
    try check(header)
    let (width, height) = (Int(info.width), Int(info.height))
    try limits.check(width: width, height: height, fileBytes: bytes.count)
    guard let model = RasterImage.ColorModel.allCases.first(where: { $0.channelCount == Int(info.channels) })
    else {
      throw RasterError(
        code: .unsupported, message: "a PNG of \(info.channels) channels", hint: "convert it to RGB")
    }
    let chunks = try PNGChunks(bytes, limits: limits)
    var warnings = chunks.warnings
    let sampleCount = width * height * model.channelCount
    var result = cm_codec_result()
    let samples: RasterImage.Samples
    if info.bit_depth == 16 {
      var words = [UInt16](repeating: 0, count: sampleCount)
      result = cm_png_read_pixels(bytes, count, &words, sampleCount * 2)
      samples = .words(words)
    } else {
      var pixels = [UInt8](repeating: 0, count: sampleCount)
      result = cm_png_read_pixels(bytes, count, &pixels, sampleCount)
      samples = .bytes(pixels)
    }
    if result.status != CM_CODEC_OK {
      guard damage == .warn else { return try fail(result) }
      warnings.append("the file is damaged, what could be read of it is used: \(result.text)")
    }
    if result.trailing > 0 {
      warnings.append("\(result.trailing) bytes follow the picture, and are not written")
    }
    if info.was_palette != 0 { warnings.append("the palette is written as full colours") }
    return ImageFile(
      format: .png, pixels: RasterImage(width: width, height: height, model: model, samples: samples),
      orientation: chunks.orientation ?? .upright, warnings: warnings, isAnimated: chunks.isAnimated,
      container: .png(chunks))
  }

  /// The bytes before the first chunk that claims more than the file has, for which libpng would take memory.
  ///
  /// Pixel data are streamed, so a cut there is left to libpng.
  private static func lengthOfSoundChunks(_ bytes: [UInt8]) -> Int {
    var place = 8
    while place + 8 <= bytes.count {
      let length = bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
      let isPixels = bytes[(place + 4)..<(place + 8)].elementsEqual(Array("IDAT".utf8))
      if length > bytes.count - place - 8 { return isPixels ? bytes.count : place }
      place += 12 + length
    }
    return bytes.count
  }

  static func write(_ pixels: RasterImage) throws(RasterError) -> [UInt8] {
    var buffer = cm_buffer()
    defer { cm_buffer_free(&buffer) }
    let (width, height) = (UInt32(clamping: pixels.width), UInt32(clamping: pixels.height))
    let channels = Int32(pixels.model.channelCount)
    let result: cm_codec_result
    switch pixels.samples {
    case .bytes(let bytes): result = cm_png_write(bytes, width, height, 8, channels, 6, &buffer)
    case .words(let words): result = cm_png_write(words, width, height, 16, channels, 6, &buffer)
    }
    guard result.status == CM_CODEC_OK else {
      throw RasterError(
        code: .encodingFailed, message: "the PNG could not be written: \(result.text)",
        hint: "free some memory")
    }
    return Array(UnsafeBufferPointer(start: buffer.bytes, count: buffer.count))
  }

  private static func check(_ result: cm_codec_result) throws(RasterError) {
    if result.status != CM_CODEC_OK { try fail(result) }
  }

  @discardableResult
  private static func fail(_ result: cm_codec_result) throws(RasterError) -> ImageFile {
    throw RasterError(
      code: result.is_truncated != 0 ? .truncated : .corrupt,
      message: "the PNG cannot be read: \(result.text)",
      hint: "get another copy of the file")
  }
}

extension cm_codec_result {
  /// The library's message.
  var text: String {
    withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
