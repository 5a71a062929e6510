import Raster

/// Small copies of pictures.
enum Thumbnail {
  /// The longest side of a copy.
  static let side = 320
  /// The bytes of a copy at most.
  static let mostBytes = 20_000

  /// The copy of a picture's file, upright: each pixel is the mean of those it stands for.
  static func make(_ bytes: [UInt8], place: String) throws(RasterError) -> ShownPicture {
    let file = try ImageFile.read(bytes)
    let (storedWidth, storedHeight) = (file.pixels.width, file.pixels.height)
    let turns = file.orientation.exchangesSides
    let (width, height) = turns ? (storedHeight, storedWidth) : (storedWidth, storedHeight)
    let samples = file.pixels.rgbBytes()
    let longest = max(width, height)
    let small = longest <= side
    let outWidth = small ? width : max(1, width * side / longest)
    let outHeight = small ? height : max(1, height * side / longest)
    var out = [UInt8](repeating: 0, count: outWidth * outHeight * 3)
    for y in 0..<outHeight {
      let rows = (y * height / outHeight)..<max(y * height / outHeight + 1, (y + 1) * height / outHeight)
      for x in 0..<outWidth {
        let columns = (x * width / outWidth)..<max(x * width / outWidth + 1, (x + 1) * width / outWidth)
        var (red, green, blue) = (0, 0, 0)
        for row in rows {
          for column in columns {
            let stored = file.orientation.stored(column, row, width: storedWidth, height: storedHeight)
            let place = (stored.y * storedWidth + stored.x) * 3
            red += Int(samples[place])
            green += Int(samples[place + 1])
            blue += Int(samples[place + 2])
          }
        }
        let count = rows.count * columns.count
        let place = (y * outWidth + x) * 3
        out[place] = UInt8((red + count / 2) / count)
        out[place + 1] = UInt8((green + count / 2) / count)
        out[place + 2] = UInt8((blue + count / 2) / count)
      }
    }
    let pixels = RasterImage(width: outWidth, height: outHeight, model: .rgb, samples: .bytes(out))
    // At the lowest quality even noise of this size is well below the most.
    var coded: [UInt8] = []
    for quality in [80, 60, 40, 20, 10] {
      coded = try ImageFile.jpeg(pixels, quality: quality)
      if coded.count <= mostBytes { break }
    }
    return ShownPicture(
      bytes: coded, width: outWidth, height: outHeight, fullWidth: width,
      fullHeight: height, place: place)
  }
}
