/// A place between two records of a run: how much of which input has been read.
///
/// A run that goes on from here reads what one that was never stopped would read next.
public struct ScanPosition: Hashable, Sendable {
  /// The input, by its place in the list.
  public var input = 0
  /// Within an archive, the member, archives within archives counted through; 0 elsewhere.
  public var member = 0
  /// The bytes of the (uncompressed) input or member that have been read.
  public var offset = 0
  /// The line that comes next, from 1.
  public var line = 1

  /// The beginning.
  public init() {}

  /// A place.
  public init(input: Int, member: Int = 0, offset: Int = 0, line: Int = 1) {
    (self.input, self.member, self.offset, self.line) = (input, member, offset, line)
  }
}
