/// How a stored picture must be turned to stand upright: EXIF's orientation.
///
/// Source: CIPA DC-008 (Exif 2.32), tag 0x0112.
public enum Orientation: Int, CaseIterable, Sendable {
  /// As stored.
  case upright = 1
  /// Left and right exchanged.
  case mirrored = 2
  /// Turned by a half.
  case halfTurn = 3
  /// Top and bottom exchanged.
  case flipped = 4
  /// Rows are columns.
  case transposed = 5
  /// To be turned by a quarter to the right.
  case quarterRight = 6
  /// Rows are columns, read backwards.
  case transversed = 7
  /// To be turned by a quarter to the left.
  case quarterLeft = 8

  /// Whether width and height are exchanged.
  public var exchangesSides: Bool { rawValue >= 5 }

  /// Where the upright pixel (x, y) is stored, in a stored picture of some size.
  @inline(__always)
  public func stored(_ x: Int, _ y: Int, width: Int, height: Int) -> (x: Int, y: Int) {
    switch self {
    case .upright: (x, y)
    case .mirrored: (width - 1 - x, y)
    case .halfTurn: (width - 1 - x, height - 1 - y)
    case .flipped: (x, height - 1 - y)
    case .transposed: (y, x)
    case .quarterRight: (y, height - 1 - x)
    case .transversed: (width - 1 - y, height - 1 - x)
    case .quarterLeft: (width - 1 - y, x)
    }
  }

  /// Samples of an upright plane, one a pixel, in the order of the stored picture.
  public func stored<Sample>(_ plane: [Sample], storedWidth width: Int, storedHeight height: Int) -> [Sample]
  {
    guard self != .upright, let first = plane.first else { return plane }
    let (across, down) = exchangesSides ? (height, width) : (width, height)
    precondition(plane.count == across * down, "one sample a pixel")
    var out = [Sample](repeating: first, count: plane.count)
    for y in 0..<down {
      for x in 0..<across {
        let place = stored(x, y, width: width, height: height)
        out[place.y * width + place.x] = plane[y * across + x]
      }
    }
    return out
  }

  /// Samples of a stored plane in upright order.
  public func upright<Sample>(_ plane: [Sample], storedWidth width: Int, storedHeight height: Int) -> [Sample]
  {
    guard self != .upright, !plane.isEmpty else { return plane }
    let (across, down) = exchangesSides ? (height, width) : (width, height)
    precondition(plane.count == across * down, "one sample a pixel")
    var out: [Sample] = []
    out.reserveCapacity(plane.count)
    for y in 0..<down {
      for x in 0..<across {
        let place = stored(x, y, width: width, height: height)
        out.append(plane[place.y * width + place.x])
      }
    }
    return out
  }

  /// Reads the orientation out of TIFF-structured EXIF; nil where there is none or it makes no sense.
  public static func inEXIF(_ tiff: ArraySlice<UInt8>) -> Orientation? {
    let bytes = Array(tiff)
    guard bytes.count >= 8 else { return nil }
    let isLittle = bytes[0] == 0x49 && bytes[1] == 0x49
    guard isLittle || (bytes[0] == 0x4d && bytes[1] == 0x4d) else { return nil }
    func number(_ place: Int, _ count: Int) -> Int? {
      guard place >= 0, place <= bytes.count - count else { return nil }
      let part = bytes[place..<(place + count)]
      return isLittle ? part.reversed().reduce(0) { $0 << 8 | Int($1) } : part.reduce(0) { $0 << 8 | Int($1) }
    }
    guard number(2, 2) == 42, let directory = number(4, 4), let entries = number(directory, 2) else {
      return nil
    }
    for entry in 0..<entries {
      let place = directory + 2 + 12 * entry
      guard let tag = number(place, 2) else { return nil }
      if tag == 0x0112, number(place + 2, 2) == 3, let value = number(place + 8, 2) {
        return Orientation(rawValue: value)
      }
    }
    return nil
  }
}
