import { sampleImage } from "./statements.ts";

/** One vulnerability, by the words of the tool that tells of it. */
export interface Found {
  readonly id: string;
  readonly package: string;
  readonly severity: string;
  /** The version without it; empty where there is none. */
  readonly fixed: string;
}

export const found: readonly Found[] = [
  { id: "CVE-2026-1001", package: "libssl3", severity: "CRITICAL", fixed: "3.3.2-r1" },
  { id: "CVE-2026-1002", package: "zlib", severity: "MEDIUM", fixed: "" },
  { id: "CVE-2026-1002", package: "zlib-dev", severity: "MEDIUM", fixed: "" },
];

/** A tag's digest of the registry, and the one of the platform's own manifest below it. */
const platform = `sha256:${"cd".repeat(32)}`;

interface About {
  readonly found?: readonly Found[];
  readonly image?: string;
  readonly at?: string;
}

const scannedAt = "2026-03-02T09:30:00.000000005Z";

/** `trivy image --format json`, as Trivy 0.69 writes it, with all that is of no use here left out. */
export function trivyJson({ found: vulnerabilities = found, image = sampleImage, at = scannedAt }: About = {}) {
  return {
    SchemaVersion: 2,
    Trivy: { Version: "0.69.0" },
    ReportID: "017b7d41-e09f-7000-80ea-000000000001",
    CreatedAt: at,
    ArtifactName: image,
    ArtifactType: "container_image",
    Metadata: { OS: { Family: "alpine", Name: "3.21.3" }, ImageID: platform, RepoDigests: [image] },
    Results: [
      {
        Target: `${image} (alpine 3.21.3)`,
        Class: "os-pkgs",
        Type: "alpine",
        Vulnerabilities: vulnerabilities.map((one) => ({
          VulnerabilityID: one.id,
          PkgName: one.package,
          InstalledVersion: "1.0.0",
          ...(one.fixed === "" ? { Status: "affected" } : { FixedVersion: one.fixed, Status: "fixed" }),
          Severity: one.severity,
        })),
      },
    ],
  };
}

/** `grype --output json`. */
export function grypeJson({ found: matches = found, image = sampleImage, at = scannedAt }: About = {}) {
  return {
    matches: matches.map((one) => ({
      vulnerability: {
        id: one.id,
        severity: one.severity[0] + one.severity.slice(1).toLowerCase(),
        fix: { versions: one.fixed === "" ? [] : [one.fixed], state: one.fixed === "" ? "not-fixed" : "fixed" },
      },
      artifact: { id: "a246fd2054833c93", name: one.package, version: "1.0.0", type: "apk" },
    })),
    source: {
      type: "image",
      target: { userInput: image, imageID: platform, manifestDigest: platform, tags: [], repoDigests: [image] },
    },
    distro: { name: "alpine", version: "3.21.3", idLike: [] },
    descriptor: { name: "grype", version: "0.104.0", timestamp: at },
  };
}

/** `trivy image --format sarif`. */
export function trivySarif({ found: results = found, image = sampleImage }: Omit<About, "at"> = {}) {
  return sarif({
    driver: {
      fullName: "Trivy Vulnerability Scanner",
      name: "Trivy",
      version: "0.69.0",
      rules: results.map(({ id }) => ({ id, name: "OsPackageVulnerability" })),
    },
    results: results.map((one) => ({
      ruleId: one.id,
      level: "error",
      message: {
        text: `Package: ${one.package}\nInstalled Version: 1.0.0\nVulnerability ${one.id}\nSeverity: ${one.severity}\nFixed Version: ${one.fixed}\nLink: [${one.id}](https://avd.aquasec.com/nvd/${one.id})`,
      },
    })),
    properties: { imageID: platform, imageName: image, repoDigests: [image], repoTags: null },
  });
}

/** `grype --output sarif`; `score` is what it makes of CVSS, `0.0` where it knows none. */
export function grypeSarif({
  found: results = found,
  image = sampleImage,
  score = "9.8",
}: Omit<About, "at"> & { readonly score?: string } = {}) {
  return sarif({
    driver: {
      name: "grype",
      version: "0.104.0",
      rules: results.map((one) => ({
        id: `${one.id}-${one.package}`,
        name: "ApkMatcherExactDirectMatch",
        help: {
          text: `Vulnerability ${one.id}\nSeverity: ${one.severity.toLowerCase()}\nPackage: ${one.package}\nVersion: 1.0.0\nFix Version: ${one.fixed}\nType: apk\nLocation: lib/apk/db/installed\nData Namespace: alpine\nLink: ${one.id}`,
        },
        properties: { "security-severity": score },
      })),
    },
    results: results.map((one) => ({
      ruleId: `${one.id}-${one.package}`,
      level: "error",
      message: {
        text: `A ${one.severity.toLowerCase()} vulnerability in apk package: ${one.package}, version 1.0.0 was found in image ${image} at: lib/apk/db/installed`,
      },
    })),
  });
}

function sarif<Run extends { readonly driver: object; readonly results: readonly object[] }>({ driver, ...run }: Run) {
  return { version: "2.1.0", runs: [{ tool: { driver }, ...run, columnKind: "utf16CodeUnits" }] };
}

/** `trivy image --format cyclonedx --scanners vuln`: one vulnerability affects many packages, each source rates it. */
export function trivyCycloneDx({ found: all = found, image = sampleImage, at = scannedAt }: About = {}) {
  return {
    ...cycloneDx(all),
    metadata: {
      timestamp: at,
      tools: { components: [{ type: "application", group: "aquasecurity", name: "trivy", version: "0.69.0" }] },
      component: {
        type: "container",
        name: "registry.example.com/org1/react-ui:1.4.2",
        properties: [
          { name: "aquasecurity:trivy:ImageID", value: platform },
          { name: "aquasecurity:trivy:RepoDigest", value: image },
        ],
      },
    },
    vulnerabilities: [...new Set(all.map(({ id }) => id))].map((id) => {
      const same = all.filter((one) => one.id === id);
      const fixed = same.find((one) => one.fixed !== "");
      return {
        id,
        ratings: [
          { source: { name: "amazon" }, severity: "low" },
          { source: { name: "nvd" }, score: 7.5, severity: same[0]?.severity.toLowerCase(), method: "CVSSv31" },
        ],
        ...(fixed ? { recommendation: `Upgrade ${fixed.package} to version ${fixed.fixed}` } : {}),
        affects: same.map((one) => ({ ref: `pkg:apk/${one.package}`, versions: [{ version: "1.0.0" }] })),
      };
    }),
  };
}

/** `grype --output cyclonedx-json`: the version of the image is the digest of the platform's manifest. */
export function grypeCycloneDx({ found: all = found, image = sampleImage, at = scannedAt }: About = {}) {
  return {
    ...cycloneDx(all),
    metadata: {
      timestamp: at,
      tools: { components: [{ type: "application", author: "anchore", name: "grype", version: "0.104.0" }] },
      component: { type: "container", name: image.slice(0, image.indexOf("@")), version: digestBehind(image) },
    },
    vulnerabilities: all.map((one) => ({
      id: one.id,
      ratings: [
        { score: 7.5, severity: one.severity.toLowerCase(), method: "CVSSv31" },
        { score: 0.03, method: "other", source: { name: "FIRST" } },
      ],
      affects: [{ ref: `pkg:apk/${one.package}` }],
    })),
  };
}

function cycloneDx(all: readonly Found[]) {
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    components: all.map((one) => ({ "bom-ref": `pkg:apk/${one.package}`, type: "library", name: one.package })),
  };
}

function digestBehind(image: string): string {
  return image.slice(image.indexOf("@") + 1);
}
