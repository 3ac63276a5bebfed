// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]
/// Everywhere but in the targets that own C pointers: a pointer outside them fails the build.
let memorySafe: [SwiftSetting] = strict + [.strictMemorySafety()]

let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

let package = Package(
  name: "errata",
  products: [
    .library(name: "ManifestYAML", targets: ["ManifestYAML"]),
    .library(name: "Supervisor", targets: ["Supervisor", "Git", "Journal", "ManifestYAML", "Repair"]),
    .executable(name: "errata", targets: ["errata"]),
    .executable(name: "backfill", targets: ["backfill"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
  ],
  targets: [
    .systemLibrary(name: "CGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
    .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(name: "CXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .target(name: "CJournal", linkerSettings: [.linkedLibrary("simdjson")]),
    .target(name: "Operations", swiftSettings: memorySafe),
    .target(name: "Git", dependencies: ["CGit2", "Operations"], swiftSettings: strict),
    .target(name: "ManifestYAML", dependencies: ["CYAML"], swiftSettings: strict),
    .target(name: "Journal", dependencies: ["CJournal", "Operations", crypto], swiftSettings: memorySafe),
    .target(
      name: "Patterns", dependencies: ["CPCRE2"], resources: [.embedInCode("patterns.yaml")], swiftSettings: strict),
    .target(
      name: "Repair", dependencies: ["Journal", "ManifestYAML", "Patterns"],
      resources: [.embedInCode("Adviser/prompt.md")], swiftSettings: memorySafe),
    .target(
      name: "DataFiles", dependencies: ["CZip", "CXML2", "Journal", "Operations", subprocess, systemPackage],
      swiftSettings: strict),
    .target(name: "PostgreSQL", dependencies: ["CPostgreSQL", "Journal", "Operations"], swiftSettings: strict),
    .target(
      name: "Supervisor",
      dependencies: [
        "DataFiles", "Git", "Journal", "ManifestYAML", "Operations", "Patterns", "PostgreSQL", "Repair", subprocess,
        systemPackage,
      ],
      swiftSettings: memorySafe),
    .target(
      name: "Dashboard", dependencies: ["Journal", crypto],
      resources: [
        .embedInCode("Page/page.html"), .embedInCode("Page/page.css"), .embedInCode("Page/elements.js"),
        .embedInCode("Page/charts.js"), .embedInCode("Page/overview.js"), .embedInCode("Page/details.js"),
        .embedInCode("Page/page.js"),
      ], swiftSettings: memorySafe),
    .executableTarget(
      name: "errata",
      dependencies: [
        "Dashboard", "DataFiles", "Git", "Journal", "ManifestYAML", "Operations", "Repair", "Supervisor", arguments,
        subprocess, systemPackage,
      ],
      swiftSettings: memorySafe),
    .executableTarget(
      name: "backfill", dependencies: ["DataFiles", "Journal", "ManifestYAML", "Operations", arguments],
      swiftSettings: memorySafe),
    .target(name: "TestSeeds", path: "Tests/TestSeeds", swiftSettings: memorySafe),
    .target(name: "CTestEnvironment", path: "Tests/CTestEnvironment"),
    .testTarget(name: "GitTests", dependencies: ["CTestEnvironment", "Git", "TestSeeds"], swiftSettings: strict),
    .testTarget(
      name: "ManifestYAMLTests", dependencies: ["ManifestYAML", "TestSeeds"], exclude: ["Fixtures"],
      swiftSettings: memorySafe),
    .testTarget(name: "OperationsTests", dependencies: ["Operations"], swiftSettings: memorySafe),
    .testTarget(name: "PatternsTests", dependencies: ["Patterns"], swiftSettings: memorySafe),
    .target(
      name: "TestJournal", dependencies: ["Journal", "TestSeeds"], path: "Tests/TestJournal",
      exclude: ["day_numbers.py"], swiftSettings: memorySafe),
    .testTarget(
      name: "JournalTests", dependencies: ["Journal", "Operations", "TestJournal", "TestSeeds"],
      exclude: ["Lineage/read_events.py"],
      swiftSettings: memorySafe),
    .testTarget(
      name: "RepairTests", dependencies: ["Journal", "ManifestYAML", "Patterns", "Repair", "TestSeeds"],
      exclude: ["Corpus", "Results/Artifacts"],
      swiftSettings: memorySafe),
    .target(
      name: "TestPostgreSQL", dependencies: ["PostgreSQL"], path: "Tests/TestPostgreSQL", exclude: ["cluster.py"],
      swiftSettings: strict),
    .testTarget(
      name: "PostgreSQLTests", dependencies: ["Journal", "Operations", "PostgreSQL", "TestPostgreSQL"],
      swiftSettings: memorySafe),
    .target(name: "TestSite", path: "Tests/TestSite", exclude: ["forge.py", "model.py"], swiftSettings: strict),
    .testTarget(name: "DataFilesTests", dependencies: ["DataFiles", "Journal", "TestSite"], swiftSettings: strict),
    .testTarget(
      name: "BackfillTests",
      dependencies: ["DataFiles", "Journal", "ManifestYAML", "TestSeeds", "TestSite", "backfill"],
      swiftSettings: strict),
    .testTarget(
      name: "LoaderTests", dependencies: ["DataFiles", "Journal", "TestSeeds", "backfill"], swiftSettings: strict),
    .testTarget(
      name: "SupervisorTests",
      dependencies: [
        "Supervisor", "DataFiles", "Git", "Journal", "ManifestYAML", "Operations", "PostgreSQL", "Repair",
        "TestPostgreSQL", "TestSeeds", "TestSite",
      ],
      swiftSettings: memorySafe),
    .testTarget(
      name: "DashboardTests", dependencies: ["Dashboard", "Journal", "TestJournal"], exclude: ["Browser"],
      swiftSettings: memorySafe),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "DataFiles", "Journal", "ManifestYAML", "TestSeeds", "TestSite", "errata", "backfill", subprocess,
        systemPackage,
      ], exclude: ["Faults"],
      swiftSettings: strict),
  ]
)
