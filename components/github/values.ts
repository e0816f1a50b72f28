import * as github from "@pulumi/github";
import type * as pulumi from "@pulumi/pulumi";
import type { GithubSettings } from "../../infra/model/settings/github.ts";
import type { SecretReader } from "../docker/secret-reader.ts";

interface Place {
  readonly repository: string;
  readonly environment: string;
  readonly settings: GithubSettings;
  readonly secret: SecretReader;
}

/** What only the jobs of an environment get. Secrets stay secret in the state; the provider seals them for GitHub. */
export function declareValues(
  name: string,
  { repository, environment, settings, secret }: Place,
  opts: pulumi.CustomResourceOptions,
): void {
  for (const [secretName, reference] of Object.entries(settings.secrets)) {
    new github.ActionsEnvironmentSecret(
      `${name}-secret-${secretName}`,
      { repository, environment, secretName, value: secret(reference) },
      opts,
    );
  }
  for (const [variableName, value] of Object.entries(settings.variables)) {
    new github.ActionsEnvironmentVariable(
      `${name}-variable-${variableName}`,
      { repository, environment, variableName, value },
      opts,
    );
  }
}
