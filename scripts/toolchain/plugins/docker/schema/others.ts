import { labelFields } from "./container.ts";
import { bool, listOf, map, set, setOf, string } from "../../bridge/field.ts";
import type { Fields } from "../../bridge/field.ts";

const replaced = { forceNew: true } as const;
const computed = { forceNew: true, computed: true } as const;

export const remoteImageFields: Fields = {
  name: string({ required: true, ...replaced }),
  build: setOf({}, { single: true, refused: true }),
  forceRemove: bool(),
  imageId: string({ outputOnly: true }),
  keepLocally: bool(),
  platform: string({ default: "", ...replaced }),
  pullTriggers: set(replaced),
  repoDigest: string({ outputOnly: true }),
  triggers: map(replaced),
};

export const volumeFields: Fields = {
  name: string({ autoname: true, ...computed }),
  cluster: listOf({}, { single: true, refused: true }),
  driver: string(computed),
  driverOpts: map(replaced),
  labels: setOf(labelFields, replaced),
  mountpoint: string({ outputOnly: true }),
};

export const networkFields: Fields = {
  name: string({ required: true, autoname: true, ...replaced }),
  attachable: bool(replaced),
  driver: string(computed),
  ingress: bool(replaced),
  internal: bool(computed),
  ipamConfigs: setOf(
    {
      subnet: string(replaced),
      ipRange: string(replaced),
      gateway: string(replaced),
      auxAddress: map(replaced),
    },
    { tf: "ipam_config", ...computed },
  ),
  ipamDriver: string({ default: "default", ...replaced }),
  ipamOptions: map(replaced),
  ipv6: bool(replaced),
  labels: setOf(labelFields, replaced),
  options: map(computed),
  scope: string({ outputOnly: true }),
};
