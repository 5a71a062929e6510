import CCodecs

/// How a JPEG is coded: tables, sampling, progression; enough to write another one the same way.
struct JPEGCoding: @unchecked Sendable {
  var info: cm_jpeg_info
  var wasCMYK = false

  /// The standard tables at a quality.
  static func standard(for pixels: RasterImage, quality: Int) -> JPEGCoding {
    var info = cm_jpeg_info()
    info.width = UInt32(clamping: pixels.width)
    info.height = UInt32(clamping: pixels.height)
    info.channels = pixels.model.channelCount < 3 ? 1 : 3
    cm_jpeg_standard(&info, Int32(min(max(quality, 1), 100)))
    return JPEGCoding(info: info)
  }
}

/// JPEG through libjpeg.
enum JPEGCodec {
  /// The width and height in the header.
  static func size(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
    var info = cm_jpeg_info()
    guard cm_jpeg_read_info(bytes, bytes.count, &info).status == CM_CODEC_OK else { return nil }
    return (Int(info.width), Int(info.height))
  }

  static func read(
    _ bytes: [UInt8], limits: RasterLimits, damage: ImageFile.DamagePolicy
  ) throws(RasterError) -> ImageFile {
    var coding = JPEGCoding(info: cm_jpeg_info())
    let header = cm_jpeg_read_info(bytes, bytes.count, &coding.info)
    guard header.status == CM_CODEC_OK else { return try fail(header) }
    let (width, height) = (Int(coding.info.width), Int(coding.info.height))
    try limits.check(width: width, height: height, fileBytes: bytes.count)
    let color = Int(coding.info.color)
    guard color != 0, coding.info.precision == 8 else {
      throw RasterError(
        code: .unsupported,
        message: "a JPEG of \(coding.info.components) components and \(coding.info.precision) bits",
        hint: "convert it to RGB of 8 bits")
    }
    let segments = try JPEGSegments(bytes, limits: limits)
    var warnings = segments.warnings
    if color == Int(CM_JPEG_CMYK) || color == Int(CM_JPEG_YCCK) {
      coding.wasCMYK = true
      warnings.append("CMYK is converted to RGB without a profile, and written as YCbCr")
      coding.info.color = Int32(CM_JPEG_YCC)
      coding.info.components = 3
      coding.info.sampling_h = (1, 1, 1, 0)
      coding.info.sampling_v = (1, 1, 1, 0)
      coding.info.table_of.3 = 0
    }
    let count = width * height * Int(coding.info.channels)
    var pixels = [UInt8](repeating: 0, count: count)
    let result = cm_jpeg_read_pixels(bytes, bytes.count, &pixels, count)
    // libjpeg fills what is missing with gray and calls it a warning.
    if result.status != CM_CODEC_OK || result.warnings > 0 {
      guard damage == .warn else { return try fail(result) }
      warnings.append("the file is damaged, what could be read of it is used: \(result.text)")
    }
    if result.trailing > 0 {
      warnings.append("\(result.trailing) bytes follow the picture, and are not written")
    }
    let model: RasterImage.ColorModel = coding.info.channels == 1 ? .gray : .rgb
    return ImageFile(
      format: .jpeg,
      pixels: RasterImage(width: width, height: height, model: model, samples: .bytes(pixels)),
      orientation: segments.orientation ?? .upright, warnings: warnings, isAnimated: false,
      container: .jpeg(segments, coding))
  }

  static func write(_ pixels: RasterImage, _ coding: JPEGCoding) throws(RasterError) -> [UInt8] {
    var bytes = pixels.rgbBytes()
    if coding.info.channels == 1 { bytes = Swift.stride(from: 0, to: bytes.count, by: 3).map { bytes[$0] } }
    var info = coding.info
    var buffer = cm_buffer()
    defer { cm_buffer_free(&buffer) }
    let result = cm_jpeg_write(bytes, &info, &buffer)
    guard result.status == CM_CODEC_OK else {
      throw RasterError(
        code: .encodingFailed, message: "the JPEG could not be written: \(result.text)",
        hint: "a JPEG's sides are at most 65,500 pixels")
    }
    return Array(UnsafeBufferPointer(start: buffer.bytes, count: buffer.count))
  }

  private static func fail(_ result: cm_codec_result) throws(RasterError) -> ImageFile {
    let isShort = result.is_truncated != 0 || result.text.contains("premature end")
    throw RasterError(
      code: isShort ? .truncated : .corrupt, message: "the JPEG cannot be read: \(result.text)",
      hint: "get another copy of the file")
  }
}
