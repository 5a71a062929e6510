/// The application and comment segments of a JPEG, kept as they are.
///
/// Source: ITU-T T.81, annex B; CIPA DC-007 for the multi-picture segment, which names offsets and so is not kept.
struct JPEGSegments {
  struct Segment: Hashable {
    /// The second byte of the marker.
    var marker: UInt8
    /// Marker, length and data.
    var bytes: [UInt8]
    var data: ArraySlice<UInt8> { bytes[4...] }
  }

  var segments: [Segment] = []
  var warnings: [String] = []

  /// Walks over the segments before the first scan.
  init(_ file: [UInt8], limits: RasterLimits) throws(RasterError) {
    var place = 2
    var kept = 0
    while place + 4 <= file.count {
      guard file[place] == 0xff else { return }
      let marker = file[place + 1]
      if marker == 0xff {
        place += 1
        continue
      }
      if marker == 0xd8 || marker == 0x01 || (0xd0...0xd7).contains(marker) {
        place += 2
        continue
      }
      if marker == 0xd9 || marker == 0xda { return }
      let length = Int(file[place + 2]) << 8 | Int(file[place + 3])
      guard length >= 2, length <= file.count - place - 2 else { return }
      if (0xe0...0xef).contains(marker) || marker == 0xfe {
        let segment = Segment(marker: marker, bytes: Array(file[place..<(place + 2 + length)]))
        kept += segment.bytes.count
        guard kept <= limits.metadataBytes else {
          throw RasterError(
            code: .tooLarge, message: "more than \(limits.metadataBytes) bytes of the file are not pixels",
            hint: "strip the metadata, or raise the limit")
        }
        if marker == 0xe2, segment.data.starts(with: Array("MPF\0".utf8)) {
          warnings.append("the file holds further pictures (MPF), which are not written")
        } else {
          segments.append(segment)
        }
      }
      place += 2 + length
    }
  }

  /// The orientation that EXIF gives.
  var orientation: Orientation? {
    segments.first { $0.marker == 0xe1 && $0.data.starts(with: Array("Exif\0\0".utf8)) }
      .flatMap { Orientation.inEXIF($0.data.dropFirst(6)) }
  }

  /// Puts the segments after the start of a freshly encoded file.
  ///
  /// Adobe's segment says how the file's own components are coded, so the new file's wins.
  func spliced(into encoded: [UInt8], keepingProfiles: Bool) -> [UInt8] {
    guard encoded.count >= 2 else { return encoded }
    let adobe = Array("Adobe".utf8)
    let profile = Array("ICC_PROFILE\0".utf8)
    var out = Array(encoded[..<2])
    for segment in segments {
      if segment.marker == 0xee, segment.data.starts(with: adobe) { continue }
      if !keepingProfiles, segment.marker == 0xe2, segment.data.starts(with: profile) { continue }
      out += segment.bytes
    }
    return out + encoded[2...]
  }
}
