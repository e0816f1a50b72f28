import * as github from "@pulumi/github";
import type * as pulumi from "@pulumi/pulumi";
import type { GithubSettings } from "../../infra/model/settings/github.ts";

export function declareLabels(
  name: string,
  repository: string,
  labels: GithubSettings["labels"],
  opts: pulumi.CustomResourceOptions,
): void {
  for (const [label, { color, description }] of Object.entries(labels)) {
    new github.IssueLabel(
      `${name}-label-${label}`,
      { repository, name: label, color, ...(description === undefined ? {} : { description }) },
      opts,
    );
  }
}
