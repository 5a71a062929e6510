import Countermark

/// Reads bytes as a picture under small limits; what is read must be whole, and can be written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzImage(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  var limits = RasterLimits()
  limits.pixels = 1 << 18
  limits.metadataBytes = 1 << 16
  guard let file = try? ImageFile.read(bytes, limits: limits, damage: .warn) else { return 0 }
  let pixels = file.pixels
  precondition(
    pixels.samples.count == pixels.width * pixels.height * pixels.model.channelCount, "whole pixels")
  precondition(pixels.luma().count == pixels.width * pixels.height, "one luma a pixel")
  if let written = try? file.encoded(replacing: pixels) {
    let again = try? ImageFile.read(written, limits: limits)
    precondition(again?.pixels.width == pixels.width, "what we write can be read")
    if file.format == .png { precondition(again?.pixels == pixels, "a PNG comes back as it was") }
  }
  return 0
}
