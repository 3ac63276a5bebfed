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
    .systemLibrary(name: "CLibGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
    .target(name: "CGitLoop", dependencies: ["CLibGit2"]),
    .executableTarget(
      name: "git-benchmark", dependencies: ["CGitLoop", .product(name: "Supervisor", package: "errata")],
      swiftSettings: [.swiftLanguageMode(.v6)]),
    .executableTarget(
      name: "spawn-benchmark", swiftSettings: [.swiftLanguageMode(.v6)]),
    .executableTarget(
      name: "append-benchmark", dependencies: [.product(name: "Supervisor", package: "errata")],
      swiftSettings: [.swiftLanguageMode(.v6)]),
  ]
)
