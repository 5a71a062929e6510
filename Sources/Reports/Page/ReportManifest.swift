/// What a report was made of, so that anybody can make it again, byte for byte.
public struct ReportManifest: Hashable, Sendable {
  /// A file that was read.
  public struct Input: Hashable, Sendable {
    /// Its path, as it was given.
    public var path: String
    /// Its size in bytes; nil for a stream.
    public var bytes: Int?
    /// SHA-256 in hex; nil for a stream, which cannot be read twice.
    public var sha256: String?

    /// Makes one.
    public init(path: String, bytes: Int?, sha256: String?) {
      (self.path, self.bytes, self.sha256) = (path, bytes, sha256)
    }
  }

  /// The files, in the order they were given.
  public var inputs: [Input]
  /// The arguments that decide the result: those that say where to write it, or with how many workers, do not.
  public var arguments: [String]

  /// Makes one.
  public init(inputs: [Input] = [], arguments: [String] = []) {
    (self.inputs, self.arguments) = (inputs, arguments)
  }
}
