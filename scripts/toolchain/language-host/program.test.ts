import { describe, expect, it } from "vitest";
import { parseOptions, programArguments, programEnvironment, splitWords } from "./program.ts";

const request = {
  project: "shop",
  stack: "dev",
  pwd: "/shop/stacks",
  program: "",
  argsList: ["extra"],
  configMap: [
    ["shop:region", "north"],
    ["old:config:key", "kept"],
  ] as [string, string][],
  dryrun: true,
  parallel: 4,
  monitorAddress: "127.0.0.1:29001",
  querymode: false,
  configsecretkeysList: ["shop:token"],
  organization: "organization",
  loaderTarget: "",
  attachDebugger: false,
  mapperTarget: "",
  info: { rootDirectory: "/shop", programDirectory: "/shop/stacks", entryPoint: "." },
};

describe("programArguments", () => {
  it("passes all that the engine says, the program and its arguments last", () => {
    expect(programArguments(request, "127.0.0.1:29000")).toEqual([
      ...["--monitor", "127.0.0.1:29001", "--engine", "127.0.0.1:29000", "--organization", "organization"],
      ...["--project", "shop", "--root-directory", "/shop", "--stack", "dev", "--pwd", "/shop/stacks", "--dry-run"],
      ...["--parallel", "4", ".", "extra"],
    ]);
  });

  it("leaves out what is empty", () => {
    expect(programArguments({ ...request, dryrun: false, organization: "", argsList: [] }, "e")).toEqual([
      ...["--monitor", "127.0.0.1:29001", "--engine", "e", "--project", "shop", "--root-directory", "/shop"],
      ...["--stack", "dev", "--pwd", "/shop/stacks", "--parallel", "4", "."],
    ]);
  });
});

describe("programEnvironment", () => {
  it("carries the configuration in the form that every SDK reads, and the secret keys", () => {
    expect(programEnvironment(request, { typescript: false, tsconfig: "", nodeArgs: [] })).toEqual({
      PULUMI_CONFIG: '{"shop:config:region":"north","old:config:key":"kept"}',
      PULUMI_CONFIG_SECRET_KEYS: '["shop:token"]',
    });
  });

  it("turns ts-node on only where the project asks for it", () => {
    const environment = programEnvironment(request, { typescript: true, tsconfig: "ts.json", nodeArgs: [] });
    expect(environment).toMatchObject({ PULUMI_NODEJS_TYPESCRIPT: "true", PULUMI_NODEJS_TSCONFIG_PATH: "ts.json" });
  });
});

describe("parseOptions", () => {
  it("takes TypeScript through ts-node unless told otherwise", () => {
    expect(parseOptions({})).toEqual({ ok: true, options: { typescript: true, tsconfig: "", nodeArgs: [] } });
    expect(parseOptions({ typescript: false, nodeargs: "--inspect -r './a b.js'" })).toEqual({
      ok: true,
      options: { typescript: false, tsconfig: "", nodeArgs: ["--inspect", "-r", "./a b.js"] },
    });
  });

  it("names every wrong option at once", () => {
    expect(parseOptions({ typescript: "yes", tsconfig: 1, nodeargs: [] })).toEqual({
      ok: false,
      problems: [
        "runtime option typescript: expected true or false",
        "runtime option tsconfig: expected a path",
        "runtime option nodeargs: expected a text",
      ],
    });
  });
});

describe("splitWords", () => {
  it.each([
    ["", []],
    ["  a   b ", ["a", "b"]],
    [`a'b c'd "e f"`, ["ab cd", "e f"]],
    [String.raw`a\ b "c\"d" 'e\f'`, ["a b", 'c"d', String.raw`e\f`]],
    ["''", [""]],
  ])("splits %s", (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });
});
