/// What a detector saw of a key's lattice in a picture.
///
/// A detection is evidence about one mark under one key. A picture in which nothing was found may carry any other mark, or
/// this one too thinly.
public struct LatticeDetection: Sendable {
  /// The payload, where one was decoded within the wanted bound.
  public var payload: LatticePayload?
  /// Natural logarithm of a proved bound on the chance that any picture gives such a result under a key that had no part in it.
  ///
  /// With a payload all lines count, and all payloads of all tried lengths are hypotheses; without one the pilots count alone.
  public var logPValue: Double
  /// Where the lattice lies.
  public var geometry: LatticeGeometry
  /// The geometries that were decoded.
  public var tried: Int
  /// How many pixels of the examined plane a pixel of the picture takes.
  public var enlargement: Double
  /// The sides of the examined plane.
  public var width: Int
  /// Its rows.
  public var height: Int
  /// What the lines' phases became under the translation found: for maps.
  var shift: (x: Int, y: Int) = (0, 0)
  var isHalfTurned = false

  /// log₁₀ of the bound; it does not underflow.
  public var log10PValue: Double { logPValue / 2.302585092994046 }

  /// The angle by which the picture was turned, in degrees, between −180 and 180.
  public var rotationDegrees: Double {
    var degrees = geometry.angle * 180 / Double.pi + (isHalfTurned ? 180 : 0)
    while degrees > 180 { degrees -= 360 }
    while degrees <= -180 { degrees += 360 }
    return degrees
  }

  /// The tile's side in pixels of the picture.
  public var tileSide: Double { exponentialOf(geometry.logTile) / enlargement }
}

extension LatticeDetection {
  /// The tile found over the tile that a whole marked picture of this size would have.
  ///
  /// One for a picture that was only resized; above one for a part that was cut out; below for one set into a larger frame.
  public var relativeScale: Double {
    let expected = (Double(width) * Double(height)).squareRoot() / 5
    return exponentialOf(geometry.logTile) / expected
  }
}

extension SuspectSpectrum {
  /// Whether a mark of usual strength could have been seen at all: some texture, and more than a stamp's worth of pixels.
  public var couldHoldMark: Bool {
    Double(min(width, height)) / enlargement >= 64 && whitened.samples.contains { $0 != 0 }
  }
}
