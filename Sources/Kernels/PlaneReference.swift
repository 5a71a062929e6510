#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the kernels over planes compute, written plainly: the tests hold every level to it.
public enum PlaneReference {
  /// The index that a border stands for: d c b a | a b c d | d c b a.
  public static func reflected(_ index: Int, count: Int) -> Int {
    let place = ((index % (2 * count)) + 2 * count) % (2 * count)
    return place < count ? place : 2 * count - 1 - place
  }

  /// As ``PlaneKernels/convolve(_:width:height:taps:)``.
  public static func convolve(_ plane: [Float], width: Int, height: Int, taps: [Float]) -> [Float] {
    var rows = plane
    var out = plane
    for y in 0..<height {
      for x in 0..<width {
        var sum = taps[0] * plane[y * width + x]
        for t in 1..<max(taps.count, 1) {
          sum +=
            taps[t]
            * (plane[y * width + reflected(x - t, count: width)]
              + plane[y * width + reflected(x + t, count: width)])
        }
        rows[y * width + x] = sum
      }
    }
    for y in 0..<height {
      for x in 0..<width {
        var sum = taps[0] * rows[y * width + x]
        for t in 1..<max(taps.count, 1) {
          sum +=
            taps[t]
            * (rows[reflected(y - t, count: height) * width + x]
              + rows[reflected(y + t, count: height) * width + x])
        }
        out[y * width + x] = sum
      }
    }
    return out
  }

  /// As ``PlaneKernels/minimum(_:width:height:radius:)``.
  public static func minimum(_ plane: [Float], width: Int, height: Int, radius: Int) -> [Float] {
    var out = plane
    for y in 0..<height {
      for x in 0..<width {
        var least = Float.infinity
        for dy in -radius...radius {
          for dx in -radius...radius {
            let sample = plane[reflected(y + dy, count: height) * width + reflected(x + dx, count: width)]
            least = min(least, sample)
          }
        }
        out[y * width + x] = least
      }
    }
    return out
  }
}

func exponential(_ value: Double) -> Double { exp(value) }
func cosine(_ value: Double) -> Double { cos(value) }
func sine(_ value: Double) -> Double { sin(value) }
