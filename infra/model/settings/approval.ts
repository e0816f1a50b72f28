import { z } from "zod";
import { publicKey } from "../envelope.ts";

const login = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/, "expected a GitHub login, without @")
  .describe("A person's login");

/** Approvals by comments on an issue. */
const approvalOnGithub = z.strictObject({
  users: z.array(login).default([]).describe("Who may approve, by login"),
  teams: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9_-]*$/, "expected a team's slug, e.g. release-managers"))
    .default([])
    .describe("Teams of the repository's organisation whose members may, by slug"),
  labels: z.array(z.string().min(1).max(50)).default([]).describe("Labels of the issue; they have to exist"),
});

/** Who must agree before a release comes in. */
export const approvalSettings = z.strictObject({
  approvers: z
    .record(z.string().min(1), publicKey)
    .default({})
    .describe(
      "Who may approve by `sluice approve`, each with the public key that `sluice keys new` printed for them. Names as `SLUICE_ACTOR` or `GITHUB_ACTOR` has them, so that nobody approves what they ask for themselves",
    ),
  github: approvalOnGithub
    .optional()
    .describe("Who may approve by `/approve` on an issue that `sluice rollout` opens. Needs `github`. Default: nobody"),
  required: z.int().min(1).max(20).default(2).describe("How many of them, whoever asks left out"),
  expiresHours: z.number().min(0.01).max(8760).default(72).describe("How long an approval counts"),
});

export type ApprovalSettings = z.infer<typeof approvalSettings>;
