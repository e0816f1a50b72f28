/** The messages between engine and plugin as plain data: what `serve` decodes and encodes, and what transcripts hold. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
/** A property map as it travels: unknowns, secrets and assets are still their signed forms (`values.ts` reads them). */
export interface JsonObject {
  readonly [key: string]: Json;
}

interface Named {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
}

export interface CheckRequest extends Named {
  readonly olds: JsonObject;
  readonly news: JsonObject;
  /** Base64, for values that must be random yet repeatable, such as generated names. */
  readonly randomSeed: string;
  /** The stack's rule for generated names, where it has one. */
  readonly autonaming?: { readonly proposedName: string; readonly mode: "propose" | "enforce" | "disable" };
}

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface CheckResponse {
  readonly inputs?: JsonObject;
  readonly failures?: readonly CheckFailure[];
}

export interface DiffRequest extends Named {
  readonly id: string;
  readonly olds: JsonObject;
  readonly news: JsonObject;
  readonly oldInputs: JsonObject;
  readonly ignoreChanges: readonly string[];
}

export type DiffKind = "ADD" | "ADD_REPLACE" | "DELETE" | "DELETE_REPLACE" | "UPDATE" | "UPDATE_REPLACE";

export interface PropertyDiff {
  readonly kind: DiffKind;
  readonly inputDiff?: boolean;
}

export interface DiffResponse {
  readonly changes?: "DIFF_UNKNOWN" | "DIFF_NONE" | "DIFF_SOME";
  readonly replaces?: readonly string[];
  readonly stables?: readonly string[];
  readonly deleteBeforeReplace?: boolean;
  readonly diffs?: readonly string[];
  readonly detailedDiff?: Readonly<Record<string, PropertyDiff>>;
  readonly hasDetailedDiff?: boolean;
}

export interface ConfigureRequest {
  readonly variables: Readonly<Record<string, string>>;
  readonly args: JsonObject;
  readonly id: string;
  readonly urn: string;
}

export interface ConfigureResponse {
  readonly acceptSecrets?: boolean;
  readonly supportsPreview?: boolean;
  readonly acceptResources?: boolean;
  readonly acceptOutputs?: boolean;
  readonly supportsAutonamingConfiguration?: boolean;
}

export interface CreateRequest extends Named {
  readonly properties: JsonObject;
  /** Seconds; 0 where the program sets none. */
  readonly timeout: number;
  readonly preview: boolean;
}

export interface CreateResponse {
  readonly id?: string;
  readonly properties: JsonObject;
}

export interface ReadRequest extends Named {
  readonly id: string;
  readonly properties: JsonObject;
  readonly inputs: JsonObject;
}

/** Without an id the resource is gone. */
export interface ReadResponse {
  readonly id?: string;
  readonly properties?: JsonObject;
  readonly inputs?: JsonObject;
}

export interface UpdateRequest extends Named {
  readonly id: string;
  readonly olds: JsonObject;
  readonly news: JsonObject;
  readonly oldInputs: JsonObject;
  readonly timeout: number;
  readonly ignoreChanges: readonly string[];
  readonly preview: boolean;
}

export interface UpdateResponse {
  readonly properties: JsonObject;
}

export interface DeleteRequest extends Named {
  readonly id: string;
  readonly properties: JsonObject;
  readonly oldInputs: JsonObject;
  readonly timeout: number;
}

export interface InvokeRequest {
  /** Of the function: `github:index/getUser:getUser`. */
  readonly token: string;
  readonly args: JsonObject;
}

export interface InvokeResponse {
  readonly properties?: JsonObject;
  readonly failures?: readonly CheckFailure[];
}

/** What a plugin answers. A method left out answers "not implemented", as the official plugins do. */
export interface Plugin {
  readonly version: string;
  readonly getSchema?: () => Promise<string>;
  readonly checkConfig?: (request: CheckRequest) => Promise<CheckResponse>;
  readonly diffConfig?: (request: DiffRequest) => Promise<DiffResponse>;
  readonly configure: (request: ConfigureRequest) => Promise<ConfigureResponse>;
  readonly check: (request: CheckRequest) => Promise<CheckResponse>;
  readonly diff: (request: DiffRequest) => Promise<DiffResponse>;
  readonly create: (request: CreateRequest) => Promise<CreateResponse>;
  readonly read?: (request: ReadRequest) => Promise<ReadResponse>;
  readonly update?: (request: UpdateRequest) => Promise<UpdateResponse>;
  readonly delete: (request: DeleteRequest) => Promise<void>;
  readonly invoke?: (request: InvokeRequest) => Promise<InvokeResponse>;
  /** Asks every operation under way to stop soon; the engine ends the process afterwards. */
  readonly cancel?: () => Promise<void>;
}

/** The resource exists but isn't as asked: the engine keeps it in its state, with the reasons. */
export class ResourceInitFailed extends Error {
  readonly id: string;
  readonly properties: JsonObject;
  readonly inputs: JsonObject | undefined;
  readonly reasons: readonly string[];

  constructor(failed: { id: string; properties: JsonObject; inputs?: JsonObject; reasons: readonly string[] }) {
    super(failed.reasons.join("; "));
    this.name = "ResourceInitFailed";
    this.id = failed.id;
    this.properties = failed.properties;
    this.inputs = failed.inputs;
    this.reasons = failed.reasons;
  }
}
