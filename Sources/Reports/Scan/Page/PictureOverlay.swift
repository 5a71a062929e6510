import Scan

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Draws on a picture's small copy how large and how turned the tiles of its mark are.
enum PictureOverlay {
  static func write(_ finding: ScanFinding, on picture: ShownPicture, to markup: inout Markup) {
    let (width, height) = (Double(picture.width), Double(picture.height))
    if finding.isDetected, let geometry = finding.geometry, let side = geometry.tileSide, side > 0 {
      let half = side * width / Double(max(1, picture.fullWidth)) / 2
      guard half * 2 < 4 * max(width, height) else { return }
      let angle = geometry.rotationDegrees * .pi / 180
      let corners = [(-half, -half), (half, -half), (half, half), (-half, half)].map { x, y in
        (width / 2 + x * cos(angle) - y * sin(angle), height / 2 + x * sin(angle) + y * cos(angle))
      }
      let path =
        corners.enumerated().map { place, corner in
          (place == 0 ? "M" : "L") + Shown.coordinate(corner.0) + " " + Shown.coordinate(corner.1)
        }.joined() + "Z"
      draw(width, height, to: &markup) { svg in
        svg.element(.path, [.data(path), .style("tile under")])
        svg.element(.path, [.data(path), .style("tile")])
      }
    }
  }

  /// A drawing over the copy; the words beside it say the same.
  private static func draw(
    _ width: Double, _ height: Double, to markup: inout Markup, _ body: (inout Markup) -> Void
  ) {
    markup.element(.svg, [.viewBox(width, height), .hidden()], body)
  }
}
