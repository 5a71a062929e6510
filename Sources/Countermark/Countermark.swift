@_exported import BiasMetrics
@_exported import Evaluation
@_exported import ImageWatermark
/// Everything Countermark offers to programs: one import for all public modules.
@_exported import Kernels
@_exported import LanguageModel
@_exported import Randomness
@_exported import Raster
@_exported import Reports
@_exported import Scan
@_exported import Statistics
@_exported import Tabular
@_exported import TextMarking
@_exported import TextWatermark
@_exported import Tokenization
