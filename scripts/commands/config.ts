import type { Command } from "commander";
import { command, group, perform } from "../cli/command.ts";
import { exitCode } from "../cli/exit.ts";
import { openEnvironment, settingsFolder } from "../compose.ts";
import { renderSchema, settingsSchema } from "../settings-schema.ts";

interface Options {
  readonly json?: boolean;
}

export function configCommand(): Command {
  const check = command("check", "read an environment's settings and name every problem in them", ["config check prod"])
    .argument("<environment>")
    .action((name: string, options: Options) =>
      perform(options, async ({ out }) => {
        const { settings } = await openEnvironment(name);
        const hosts = Object.keys(settings.hosts).length;
        const services = Object.keys(settings.services);
        out.result(
          { ok: true, environment: name, hosts, services },
          `${settingsFolder()}/${name}.yaml is right: ${hosts} hosts, services ${services.join(", ") || "none"}.`,
        );
        return exitCode.done;
      }),
    );
  const show = command("show", "an environment's settings with every default filled in; secrets stay references", [
    "config show prod --json",
  ])
    .argument("<environment>")
    .action((name: string, options: Options) =>
      perform(options, async ({ out }) => {
        const { settings } = await openEnvironment(name);
        out.result(settings, JSON.stringify(settings, null, 2));
        return exitCode.done;
      }),
    );
  const schema = command("schema", "the JSON Schema of the settings, for editors", [
    "config schema > settings.schema.json",
  ]).action((options: Options) =>
    perform(options, ({ out }) => {
      out.result(settingsSchema(), renderSchema().trimEnd());
      return Promise.resolve(exitCode.done);
    }),
  );
  return group("config", "the settings of the environments", [check, show, schema]);
}
