// swift-tools-version: 6.3
import PackageDescription

let package = Package(
  name: "errata-benchmarks",
  dependencies: [.package(name: "errata", path: "..")],
  targets: [
    .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .executableTarget(
      name: "yaml-benchmark", dependencies: ["CLibYAML", .product(name: "ManifestYAML", package: "errata")],
      swiftSettings: [.swiftLanguageMode(.v6)]),
  ]
)
