import type { MountSettings } from "dockerode";
import type { JsonObject } from "../../shared/rpc.ts";
import { blocks, flag, labelBlocks, labelMap, text, textMap, whole } from "../../bridge/get.ts";

/** A container's mounts, between the properties and Docker's form. */

export function mounts(planned: JsonObject): MountSettings[] {
  return blocks(planned, "mounts").map((mount) => {
    const type = text(mount, "type");
    return {
      Type: type,
      Target: text(mount, "target"),
      Source: text(mount, "source"),
      ReadOnly: flag(mount, "readOnly"),
      ...(type === "bind" && bindOptions(mount)),
      ...(type === "volume" && volumeOptions(mount)),
      ...(type === "tmpfs" && tmpfsOptions(mount)),
    } as MountSettings;
  });
}

function bindOptions(mount: JsonObject) {
  const [options] = blocks(mount, "bindOptions");
  return options ? { BindOptions: { Propagation: text(options, "propagation") } } : {};
}

function volumeOptions(mount: JsonObject) {
  const [options] = blocks(mount, "volumeOptions");
  if (!options) return {};
  const driver = { Name: text(options, "driverName"), Options: textMap(options, "driverOptions") };
  const subpath = text(options, "subpath");
  return {
    VolumeOptions: {
      NoCopy: flag(options, "noCopy"),
      Labels: labelMap(options),
      DriverConfig: driver,
      ...(subpath !== "" && { Subpath: subpath }),
    },
  };
}

function tmpfsOptions(mount: JsonObject) {
  const [options] = blocks(mount, "tmpfsOptions");
  return options ? { TmpfsOptions: { SizeBytes: whole(options, "sizeBytes"), Mode: whole(options, "mode") } } : {};
}

/** What an inspected container's mounts may hold; Docker leaves out what isn't set. */
export interface InspectedMount {
  readonly Type?: string;
  readonly Target?: string;
  readonly Source?: string;
  readonly ReadOnly?: boolean;
  readonly BindOptions?: { readonly Propagation?: string };
  readonly VolumeOptions?: {
    readonly NoCopy?: boolean;
    readonly Labels?: Record<string, string> | null;
    readonly DriverConfig?: { readonly Name?: string; readonly Options?: Record<string, string> | null };
    readonly Subpath?: string;
  };
  readonly TmpfsOptions?: { readonly SizeBytes?: number; readonly Mode?: number };
}

export function mountBlocks(inspected: readonly InspectedMount[] | null | undefined): JsonObject[] {
  return (inspected ?? []).map((mount) => ({
    target: mount.Target ?? "",
    source: mount.Source ?? "",
    type: mount.Type ?? "",
    readOnly: mount.ReadOnly ?? false,
    bindOptions: mount.BindOptions ? { propagation: mount.BindOptions.Propagation ?? "" } : null,
    volumeOptions: mount.VolumeOptions ? volumeBlock(mount.VolumeOptions) : null,
    tmpfsOptions: mount.TmpfsOptions
      ? { sizeBytes: mount.TmpfsOptions.SizeBytes ?? 0, mode: mount.TmpfsOptions.Mode ?? 0 }
      : null,
  }));
}

function volumeBlock(options: NonNullable<InspectedMount["VolumeOptions"]>): JsonObject {
  return {
    noCopy: options.NoCopy ?? false,
    labels: labelBlocks(options.Labels),
    driverName: options.DriverConfig?.Name ?? "",
    driverOptions: options.DriverConfig?.Options ?? {},
    subpath: options.Subpath ?? "",
  };
}
