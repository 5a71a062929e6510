/// What a page shows of a record itself, beside what its results say.
public enum ScanEvidence: Sendable {
  /// A part of a text.
  case text(ShownText)
  /// A small copy of a picture.
  case picture(ShownPicture)
  /// Nothing, and why.
  case absent(String)
}

/// A small copy of a picture, coded anew: nothing of the file's metadata is in it.
public struct ShownPicture: Hashable, Sendable {
  /// JPEG.
  public var bytes: [UInt8]
  /// Columns of the copy.
  public var width: Int
  /// Its rows.
  public var height: Int
  /// Columns of the picture, upright.
  public var fullWidth: Int
  /// Its rows.
  public var fullHeight: Int
  /// Where it was read.
  public var place: String
}
